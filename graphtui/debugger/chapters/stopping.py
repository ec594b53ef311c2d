"""The session's commands about stops: breakpoints, logs and catches, set, listed and taken away.

What they are and where they stop is for `breakpoints`, `catches` and `stops`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphtui.debugger.chapters.standing import Standing
from graphtui.graph.wording import counted

if TYPE_CHECKING:
    from graphtui.debugger.stops.breakpoints import Breakpoint


class Stopping(Standing):
    """What stops the session on its way."""

    def break_at(self, text: str = "") -> str:
        """Set a breakpoint, as `breakpoint_text` reads it.

        Without a word, at the focus: set one there, or take away the one that is there.
        """
        from graphtui.debugger.stops.breakpoint_text import parse_breakpoint
        from graphtui.debugger.stops.breakpoints import Breakpoint, Kind, Target

        if text.strip():
            return self._added(parse_breakpoint(text, self.graph))
        here = Breakpoint(target=Target(Kind.NODE, self.focus))
        for number, each in self.stops.breakpoints.items():
            if each._replace(enabled=True) == here:
                return self.remove(str(number))
        return self._added(here)

    def log_at(self, text: str) -> str:
        """Record an expression wherever `text` says, and go on."""
        from graphtui.debugger.stops.breakpoint_text import parse_logpoint

        return self._added(parse_logpoint(text, self.graph))

    def edit(self, number: int, text: str) -> str:
        """Write breakpoint or log `number` anew; it keeps its number."""
        from graphtui.debugger.stops.breakpoint_text import parse_breakpoint, parse_logpoint

        before = self.stops.known(number)
        parse = parse_logpoint if before.log else parse_breakpoint
        self.stops.change(number, parse(text, self.graph)._replace(enabled=before.enabled))
        self._stop_changed()
        return self._told(number)

    def enable(self, which: str) -> str:
        """Let breakpoints stop, also those that were to stop once and have; a number, or all."""
        return self._switched(which, True)

    def disable(self, which: str) -> str:
        """Keep breakpoints from stopping; a number, or all."""
        return self._switched(which, False)

    def remove(self, which: str) -> str:
        """Take breakpoints away; a number, or all."""
        from graphtui.debugger.stops import stop_words

        if which.strip() == "all":
            count = len(self.stops.breakpoints) + len(self.stops.lost)
            self.stops.remove_all()
            self._stop_changed()
            return f"Removed {counted(count, 'breakpoint')}."
        numbers = stop_words.numbers(self.stops, which, lost=True)
        self.stops.remove(numbers[0])
        self._stop_changed()
        return f"Removed breakpoint {numbers[0]}."

    def catch(self, text: str = "") -> str:
        """Turn a catch on or off, as `catches` reads it; without a word, list them."""
        from graphtui.debugger.stops import stop_words
        from graphtui.debugger.stops.catches import CATCHES, parse_catch

        if not text.strip():
            return "\n".join(stop_words.catch_line(self.stops, name) for name in CATCHES)
        order = parse_catch(text)
        self.stops.set_catch(order)
        self._stop_changed()
        return stop_words.catch_line(self.stops, order.name)

    def _stop_changed(self) -> None:
        """Stand here for the reasons that are left: those that are gone are told no more."""
        self.stop = self.stops.still(self.stop, self.interrupted)

    def _added(self, breakpoint: Breakpoint) -> str:
        from graphtui.debugger.stops import stop_words

        return stop_words.breakpoint_line(self.stops, self.stops.add(breakpoint))

    def _told(self, number: int) -> str:
        from graphtui.debugger.stops import stop_words

        hits = self.stops.hit_count(number, self.cursor, self.interrupted)
        return stop_words.breakpoint_line(self.stops, number, hits)

    def _switched(self, which: str, enabled: bool) -> str:
        from graphtui.debugger.stops import stop_words

        numbers = stop_words.numbers(self.stops, which)
        for number in numbers:
            changed = self.stops.breakpoints[number]._replace(enabled=enabled, spent=False)
            self.stops.change(number, changed)
        self._stop_changed()
        return "\n".join(map(self._told, numbers)) or "There is no breakpoint."
