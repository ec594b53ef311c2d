"""The session's commands that walk with the eyes: along edges, through time and back again.

The cursor stays where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from graphtui.debugger.chapters.standing import Standing
from graphtui.debugger.walking import Trail, inputs_of, readers_of
from graphtui.errors import CommandError
from graphtui.graph.wording import counted, quoted

if TYPE_CHECKING:
    from graphtui.debugger.tape import Tape


class _Ring(NamedTuple):
    """Nodes that belong together, because a node reads them, or because they read it."""

    nodes: tuple[str, ...]
    what: str
    """What each of them is: "input" or "reader"."""
    of: str

    def place(self, node: str) -> str:
        """Which of them a node is, in words."""
        at = self.nodes.index(node) + 1
        op = f"{self.what} {at} of the {len(self.nodes)} of {quoted(self.of)}"
        return op if len(self.nodes) > 1 else f"the only {self.what} of {quoted(self.of)}"


class Walking(Standing):
    """What is looked at next."""

    _ring: _Ring | None = None
    """What one goes round in, as long as the focus is one of it."""
    _tape: Tape | None = None
    _trail = Trail()

    def go_to(self, node: str) -> str:
        """Look at `node`, without moving the cursor."""
        self.look_at(self._known(node))
        return f"Looking at '{node}'."

    def look_at(self, node: str) -> None:
        """Look at a node, so that `look-back` comes here again."""
        self._trail = self._trail.gone(self.focus, node)
        self.focus = node

    # Along edges --------------------------------------------------------------------------------

    def input(self, number: int = 1) -> str:
        """Look at an input of the node: the first, or the one of that number."""
        known = self.graph.nodes[self.focus].inputs
        if not known:
            raise CommandError(f"'{self.focus}' reads nothing: it is given.")
        return self._into(_Ring(known, "input", self.focus), number)

    def consumer(self, number: int = 1) -> str:
        """Look at a node that reads this one: the first, or the one of that number."""
        known = readers_of(self.graph, self.focus)
        if not known:
            raise CommandError(f"nothing reads '{self.focus}'.")
        return self._into(_Ring(known, "reader", self.focus), number)

    def _into(self, ring: _Ring, number: int) -> str:
        if number > len(ring.nodes):
            has = counted(len(ring.nodes), ring.what)
            raise CommandError(f"{quoted(ring.of)} has {has}, got {number}.")
        self.look_at(ring.nodes[number - 1])
        self._ring = ring._replace(nodes=tuple(dict.fromkeys(ring.nodes)))
        return f"Looking at '{self.focus}', {self._ring.place(self.focus)}."

    def sibling(self) -> str:
        """Look at the next of those that one has come to by `input` or `consumer`.

        Where one has come by another way, it is the next input of the first node that reads this.
        """
        ring = self._ring
        if ring is None or self.focus not in ring.nodes:
            readers = readers_of(self.graph, self.focus)
            if not readers:
                raise CommandError(f"nothing reads '{self.focus}', so it has no siblings.")
            ring = self._ring = _Ring(inputs_of(self.graph, readers[0]), "input", readers[0])
        if len(ring.nodes) == 1:
            raise CommandError(f"'{self.focus}' is {ring.place(self.focus)}.")
        self.look_at(ring.nodes[(ring.nodes.index(self.focus) + 1) % len(ring.nodes)])
        return f"Looking at '{self.focus}', {ring.place(self.focus)}."

    # Through time ---------------------------------------------------------------------------------

    def earlier(self, count: int = 1) -> str:
        """Look at the node before this one in the order of execution, or `count` before."""
        return self._along_tape(-count)

    def later(self, count: int = 1) -> str:
        """Look at the node after this one in the order of execution, or `count` after."""
        return self._along_tape(count)

    def _along_tape(self, by: int) -> str:
        whole = self.whole_tape()
        names, places = whole.names, whole.places
        here = places[self.focus]
        there = min(max(here + by, 0), len(names) - 1)
        if there == here:
            raise CommandError(f"'{self.focus}' is the {'last' if by > 0 else 'first'} of all.")
        self.focus = names[there]
        return f"Looking at '{self.focus}', node {there + 1:,} of {len(names):,} in time."

    def whole_tape(self) -> Tape:
        """All nodes in the order of execution; made once for a graph."""
        from graphtui.debugger.tape import tape

        if self._tape is None or self._tape.graph is not self.graph:
            self._tape = tape(self.graph)
        return self._tape

    # Back again -----------------------------------------------------------------------------------

    def look_back(self) -> str:
        """Look again at the node that was looked at before."""
        return self._again(self._trail.back(self.focus), "before")

    def look_forward(self) -> str:
        """Look again at the node that `look-back` has led away from."""
        return self._again(self._trail.on(self.focus), "after it")

    def _again(self, trail: Trail | None, when: str) -> str:
        if trail is None:
            raise CommandError(f"nothing was looked at {when}.")
        self._trail, self.focus = trail, trail.node
        return f"Looking at '{self.focus}' again."
