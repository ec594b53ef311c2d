"""A line that is being typed: text and cursor, and what each key makes of them.

No screen and no commands; completions and history are handed in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

LONGEST = 4000
"""Characters; a paste of megabytes must not become a command."""


@dataclass(frozen=True, slots=True)
class TypedLine:
    """Text, and the number of characters before the cursor."""

    text: str = ""
    at: int = 0

    @classmethod
    def of(cls, text: str) -> TypedLine:
        """`text` with the cursor at its end."""
        return cls(text, len(text))

    def insert(self, text: str) -> TypedLine:
        r"""With the printable characters of the first line of `text` typed in.

        >>> TypedLine.of("goto ").insert("h\x1b[2J\nrest").text
        'goto h[2J'
        """
        first = text[:LONGEST].splitlines()[:1]
        typed = "".join(c for c in first[0] if c.isprintable()) if first else ""
        typed = typed[: max(LONGEST - len(self.text), 0)]
        return TypedLine(self.text[: self.at] + typed + self.text[self.at :], self.at + len(typed))

    def press(self, key: str) -> TypedLine | None:
        """What an editing key makes of the line; None where it is no editing key."""
        match key:
            case "left" | "ctrl+b":
                return replace(self, at=max(self.at - 1, 0))
            case "right" | "ctrl+f":
                return replace(self, at=min(self.at + 1, len(self.text)))
            case "home" | "ctrl+a":
                return replace(self, at=0)
            case "end" | "ctrl+e":
                return replace(self, at=len(self.text))
            case "backspace" | "ctrl+h":
                return self._without(max(self.at - 1, 0), self.at)
            case "delete":
                return self._without(self.at, self.at + 1)
            case "ctrl+w":
                return self._without(self._word_start(), self.at)
            case "ctrl+u":
                return self._without(0, self.at)
            case "ctrl+k":
                return self._without(self.at, len(self.text))
        return None

    def _without(self, start: int, end: int) -> TypedLine:
        return TypedLine(self.text[:start] + self.text[end:], start)

    def _word_start(self) -> int:
        return self.text[: self.at].rstrip(" ").rfind(" ") + 1


@dataclass(frozen=True, slots=True)
class History:
    """Lines typed before, oldest first, and which of them is shown; at the end, none."""

    lines: tuple[str, ...] = ()
    index: int = 0

    def remember(self, line: str) -> History:
        """With `line` as the newest, and nothing shown."""
        kept = (*(each for each in self.lines if each != line), line)[-500:]
        return History(kept, len(kept))

    def move(self, lines: int) -> History:
        """Showing another one; nothing happens before the oldest."""
        return replace(self, index=min(max(self.index + lines, 0), len(self.lines)))

    @property
    def shown(self) -> str:
        """The line that is shown, or nothing."""
        return self.lines[self.index] if self.index < len(self.lines) else ""
