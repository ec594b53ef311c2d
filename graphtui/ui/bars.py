"""The panels of one line: header, timeline, keys, and the answer of the last command."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from graphtui.debugger.snapshot import Snapshot
from graphtui.ui.line_view import LineView
from graphtui.ui.messages import Perform, Press
from graphtui.view.panels.header import header
from graphtui.view.panels.key_bar import fitting, key_bar, key_text
from graphtui.view.panels.timeline import step_at, timeline
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width, safe_text

TIMELINE_NAME = " timeline  "
GAP = "  "


class HeaderView(LineView):
    """What is being debugged and where the cursor stands, in the upper border."""

    def __init__(self, id: str, title: str) -> None:
        super().__init__(id)
        self._title = safe_text(title)
        self._snapshot: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Show another moment."""
        self._snapshot = snapshot
        self.redraw()

    def draw(self, width: int, height: int) -> Sequence[Line]:
        if self._snapshot is None:
            text = safe_text(f"graphtui · {self._title}", max(width - 2, 0))
            rest = "─" * (width - 2 - cell_width(text))
            return [(Span(f" {text} ", "title"), Span(rest, "frame"))]
        line = header(self._snapshot, width - 2)
        return [(Span(" "), *map(_as_border, line), Span(" "))]


def _as_border(span: Span) -> Span:
    """A stretch of blanks in the border is border."""
    if len(span.text) < 4 or span.text.strip(" "):
        return span
    return Span(f" {'─' * (len(span.text) - 2)} ", "frame")


class TimelineView(LineView):
    """Both passes as one bar; a click goes there."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._snapshot: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Show another moment."""
        self._snapshot = snapshot
        self.redraw()

    def draw(self, width: int, height: int) -> Sequence[Line]:
        if self._snapshot is None:
            return []
        bar = timeline(self._snapshot, _bar_width(width))
        return [(Span(TIMELINE_NAME, "heading"), *bar)]

    def on_click(self, event: events.Click) -> None:
        """Go to the step that was clicked."""
        if self._snapshot is not None and event.x >= len(TIMELINE_NAME) - 1:
            column = event.x - len(TIMELINE_NAME)
            step = step_at(_bar_width(self.size.width), self._snapshot.total, column)
            self.post_message(Perform.of("seek", str(step)))


def _bar_width(width: int) -> int:
    return max(width - len(TIMELINE_NAME) - 1, 1)


class KeysView(LineView):
    """The keys one needs most, in the lower border; a click presses one.

    Args:
        id: the panel.
        extra: entries that stand before help where there is room: a key and a word.
    """

    def __init__(self, id: str, extra: Sequence[tuple[str, str]]) -> None:
        super().__init__(id)
        self._extra = extra
        self._in_front: Sequence[tuple[str, str]] = ()
        self._first: Sequence[str] = ()

    def show(self, context: Sequence[tuple[str, str]], first: Sequence[str] = ()) -> None:
        """Show the keys of what is in front, instead of those of commands.

        Args:
            context: keys, each with a word; nothing for the commands.
            first: commands that are wanted most where the cursor stands.
        """
        if (context, first) != (self._in_front, self._first):
            self._in_front, self._first = context, first
            self.redraw()

    def draw(self, width: int, height: int) -> Sequence[Line]:
        line: list[Span] = [Span(" ")]
        for _, key, word in self._places(width):
            line += [Span(key_text(key), "key"), Span(f" {word}", "dim"), Span(GAP)]
        used = sum(cell_width(span.text) for span in line) - 1
        return [(*line[:-1], Span(" "), Span("─" * (width - used), "frame"))]

    def on_click(self, event: events.Click) -> None:
        """Press the key whose entry was clicked."""
        for start, key, word in self._places(self.size.width):
            if start <= event.x < start + cell_width(f"{key} {word}"):
                self.post_message(Press(key, in_context=bool(self._in_front)))

    def _places(self, width: int) -> list[tuple[int, str, str]]:
        """The entries, each with the column where it starts."""
        if self._in_front:
            return _placed(fitting(self._in_front, width - 3))
        extra = self._extra[: max((width - 60) // 12, 0)]
        taken = sum(cell_width(f"{key} {word}{GAP}") for key, word in extra)
        bar = key_bar(width - 3 - taken, self._first)
        words = [span.text for span in bar if span.role]
        entries = [(key, word.strip()) for key, word in zip(words[::2], words[1::2], strict=True)]
        at = next((i for i, entry in enumerate(entries) if entry[1] == "help"), len(entries))
        return _placed([*entries[:at], *extra, *entries[at:]])


def _placed(entries: Sequence[tuple[str, str]]) -> list[tuple[int, str, str]]:
    places, start = [], 1
    for key, word in entries:
        places.append((start, key, word))
        start += cell_width(f"{key} {word}{GAP}")
    return places


QUOTED = " " * 4
"""Begins the lines of an answer that quote what was typed, and the marks below it."""

MOST_PRINTED = 200
"""Lines that a description has printed, of which an answer tells."""

MORE_SPANS = (Span(" a", "key"), Span(" shows all", "dim"))
MORE = "".join(span.text for span in MORE_SPANS)
"""Stands behind an answer that is longer than its rows."""


class StatusView(LineView):
    """What the last command answered; one that is too long is cut, and `answer` shows all of it."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._text: Sequence[str] = ()
        self._role = ""
        self._meanwhile = ""

    def say(self, answer: str, role: str = "") -> None:
        """Show an answer; it is cleaned here."""
        self._text, self._role = [safe_text(each) for each in answer.split("\n")], role
        self._meanwhile = ""
        self.redraw()

    def meanwhile(self, words: str) -> None:
        """Show one line over the answer until there is another; "" shows the answer again."""
        if words != self._meanwhile:
            self._meanwhile = words
            self.redraw()

    @property
    def text(self) -> Sequence[str]:
        """The lines of the answer."""
        return self._text

    def rows(self, width: int, most: int) -> int:
        """How many rows the answer takes, `most` at most."""
        return min(max(len(self._lines(width)), 1), most)

    def draw(self, width: int, height: int) -> Sequence[Line]:
        if self._meanwhile:
            return [(Span(" "), Span(safe_text(self._meanwhile, width - 2), "dim"))]
        lines = self._lines(width)
        shown: list[Line] = [(Span(" "), Span(text, self._role)) for text in lines[:height]]
        if len(lines) > height > 0:
            cut = safe_text(" ".join(lines[height - 1 : height + 1]), width - 2 - len(MORE))
            shown[-1] = (Span(" "), Span(cut, self._role), *MORE_SPANS)
        return shown

    def _lines(self, width: int) -> list[str]:
        return [row for line in self._text for row in wrap(line, width - 2)]


def printed_words(title: str, text: str) -> str:
    r"""What a description has printed, as the end of an answer; "" where it is nothing.

    >>> printed_words("net.py", "epoch 1\nepoch 2\n")
    'net.py has printed:\n    epoch 1\n    epoch 2'
    """
    lines = text.rstrip("\n").split("\n")
    if not text.strip():
        return ""
    left_out = len(lines) - MOST_PRINTED
    last = [f"… {left_out:,} lines before …", *lines[left_out:]] if left_out > 0 else lines
    return "\n".join([f"{title} has printed:", *(QUOTED + line for line in last)])


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at blanks where there are any.

    What is indented is quoted: it stays one line, and is cut.

    >>> wrap("no node is named 'q'.", 10)
    ['no node is', "named 'q'."]
    >>> wrap("abcdefgh", 3)
    ['abc', 'def', 'gh']
    """
    if text.startswith(QUOTED):
        return [safe_text(text[2:], width)]
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if cell_width(longer) <= width or width < 2:
            line = longer
            continue
        if line:
            lines.append(line)
        line = ""
        for character in word:  # a word may be longer than a line
            if cell_width(line + character) > width:
                lines.append(line)
                line = ""
            line += character
    return [*lines, line] if line else lines
