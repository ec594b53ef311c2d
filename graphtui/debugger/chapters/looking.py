"""The session's commands that only look at a match."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from graphtui.debugger.chapters.walking import Walking
from graphtui.debugger.reply import Reply
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.errors import CommandError

if TYPE_CHECKING:
    from graphtui.debugger.finding import Query


class _Search(NamedTuple):
    """What was looked for, when, and what was found."""

    query: Query
    run: Run
    cursor: int
    nodes: tuple[str, ...]
    places: list[int]
    """Of each node its place in the graph, ascending."""


class Looking(Walking):
    """What is looked at; the cursor stays."""

    _search: _Search | None = None

    def find(self, text: str = "") -> Reply:
        """Look at the next node of which all terms of `text` hold; without it, as `find-next`.

        Raises:
            CommandError: a term means nothing, or no node matches; the session is as it was.
        """
        from graphtui.debugger.finding import parse_query

        if text or self._search is None:
            self._search = self._searched(parse_query(text))
        return self.find_next()

    def find_next(self) -> Reply:
        """Look at the next match of the last `find`; behind the last comes the first."""
        search = self._current_search()
        return self._show_match(search, bisect_right(search.places, self._place()))

    def find_previous(self) -> Reply:
        """Look at the match before; before the first comes the last."""
        search = self._current_search()
        return self._show_match(search, bisect_left(search.places, self._place()) - 1)

    def find_off(self) -> str:
        """Take the marks of the last `find` away; `find-next` brings them back."""
        self.matches = frozenset()
        return "What was found is no longer marked."

    @property
    def looked_for(self) -> str:
        """What was looked for last, as `find` takes it; "" is nothing."""
        return "" if self._search is None else str(self._search.query)

    def look_again_for(self, text: str, *, marked: bool) -> None:
        """Take up a search that was kept; what is looked at stays.

        Args:
            text: what was looked for.
            marked: whether what is found bears marks.

        Raises:
            CommandError: it means nothing, or no node matches.
        """
        from graphtui.debugger.finding import parse_query

        self._search = self._searched(parse_query(text))
        if not marked:
            self.matches = frozenset()

    def _current_search(self) -> _Search:
        """The last search, made again where something else would be found now."""
        last = self._search
        if last is None:
            raise CommandError("find what? Nothing was looked for yet: `find TEXT`.")
        moved = last.query.changes and last.cursor != self.cursor
        if moved or last.run is not self.run:
            last = self._search = self._searched(last.query)
        return last

    def _searched(self, query: Query) -> _Search:
        from graphtui.debugger.finding import nothing_found

        nodes = query.matches(Snapshot(self.run, self.cursor, self.focus))
        if not nodes:
            raise CommandError(nothing_found(query, self.graph))
        self.matches = frozenset(nodes)
        places = [at for at, name in enumerate(self.graph.nodes) if name in self.matches]
        return _Search(query, self.run, self.cursor, nodes, places)

    def _place(self) -> int:
        return next(at for at, name in enumerate(self.graph.nodes) if name == self.focus)

    def _show_match(self, search: _Search, index: int) -> Reply:
        from graphtui.debugger.finding import Found

        at = index % len(search.nodes)
        if not self.matches:
            self.matches = frozenset(search.nodes)
        self.look_at(search.nodes[at])
        op = self.graph.nodes[self.focus].op.name
        words = f"Match {at + 1:,} of {len(search.nodes):,}: '{self.focus}' ({op})."
        return Reply(words, Found(str(search.query), search.nodes, at + 1))

    def close(self) -> str:
        """End the session."""
        self.closed = True
        return "Bye."
