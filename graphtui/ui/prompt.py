"""The line at which commands are typed, with completion and history.

It sends what was typed and knows nothing of what commands do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.message import Message

from graphtui.ui.line_view import LineView
from graphtui.ui.messages import Perform
from graphtui.ui.typed_line import History, TypedLine
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width, safe_text

Complete = Callable[[str], Sequence[str]]
"""From what was typed to whole lines that it may become."""


class Prompt(LineView):
    """A line to type a command at; whoever opens it hands it the keys.

    It takes no focus: Textual gives that a moment later, and what is typed quickly would be lost.
    """

    class Closed(Message):
        """The prompt is no longer wanted."""

    def __init__(self, id: str, complete: Complete) -> None:
        super().__init__(id)
        self._complete = complete
        self._line = TypedLine()
        self._history = History()
        self._candidates: Sequence[str] = ()
        self._chosen = -1

    def open(self, text: str) -> None:
        """Begin a new command with `text`."""
        self._set(TypedLine.of(text))

    def draw(self, width: int, height: int) -> Sequence[Line]:
        before, after = self._line.text[: self._line.at], self._line.text[self._line.at :]
        while cell_width(before) > max(width - 12, 8):  # a long line: what is being typed is seen
            before = before[len(before) // 4 + 1 :]
        under = safe_text(after[:1]) or " "
        rest = [Span(safe_text(after[1:])), *self._suggestion()]
        return [(Span(" :", "key"), Span(safe_text(before)), Span(under, "caret"), *rest)]

    def _suggestion(self) -> list[Span]:
        """What tab would give, after the cursor; how many others there are."""
        if self._line.at < len(self._line.text) or not self._candidates:
            return []
        first = self._candidates[max(self._chosen, 0)]
        more = len(self._candidates) - 1
        tail = first[len(self._line.text) :] if first.startswith(self._line.text) else f"  {first}"
        others = f"   {more} more" if more else ""
        return [Span(safe_text(tail), "absent"), Span(others, "absent")]

    def take_key(self, event: events.Key) -> None:
        """Do what a key means to a line that is being typed; every key does, or nothing."""
        edited = self._line.press(event.key)
        if event.key in ("escape", "ctrl+g") or (event.key == "backspace" and not self._line.text):
            self.post_message(self.Closed())
        elif event.key == "enter":
            self._send()
        elif event.key in ("tab", "shift+tab"):
            self._next_candidate(1 if event.key == "tab" else -1)
        elif event.key in ("up", "down", "ctrl+p", "ctrl+n"):
            self._history = self._history.move(-1 if event.key in ("up", "ctrl+p") else 1)
            self._set(TypedLine.of(self._history.shown))
        elif edited is not None:
            self._set(edited)
        elif event.is_printable and event.character:
            self._set(self._line.insert(event.character))

    def take_text(self, text: str) -> None:
        """Type the first line of what was pasted."""
        self._set(self._line.insert(text))

    def _set(self, line: TypedLine) -> None:
        self._line = line
        self._candidates = self._complete(line.text)
        # Tab goes on from what stands there already.
        self._chosen = 0 if self._candidates and self._candidates[0] == line.text else -1
        self.redraw()

    def _next_candidate(self, step: int) -> None:
        if self._candidates:
            self._chosen = (self._chosen + step) % len(self._candidates)
            self._line = TypedLine.of(self._candidates[self._chosen])
            if len(self._candidates) == 1 and not self._line.text.endswith("("):
                self._set(TypedLine.of(self._line.text + " "))
            self.redraw()

    def _send(self) -> None:
        text = self._line.text.strip()
        self.post_message(self.Closed())
        if text:
            self._history = self._history.remember(text)
            self.post_message(Perform(text))
