"""Where a session stands: what all its commands share, and none of the commands.

The commands are in the chapters of the session: moving, stopping, looking and so on. What a
command speaks of is imported when it is first asked for, as a session begins with looking.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from graphtui.debugger.folding import framed_at_first
from graphtui.debugger.snapshot import Snapshot, Stop
from graphtui.engine.execute import Run
from graphtui.errors import CommandError, nearest
from graphtui.graph.graph import Graph

if TYPE_CHECKING:
    from graphtui.debugger.description import Description
    from graphtui.debugger.edits.edits import Edit
    from graphtui.debugger.stops.stops import Stops
    from graphtui.debugger.watches.watches import Watches, WatchRow


class Standing:
    """A cursor on a run of `graph`, and what is set for it.

    Args:
        graph: what to debug.
        seed: the gradient to start backward with; a scalar output has 1.

    Raises:
        UsageError: the seed does not fit the output.
    """

    def __init__(self, graph: Graph, *, seed: Any = None) -> None:
        self.graph = graph
        self.seed = seed
        """The gradient of the output, as given."""
        self.run = Run(graph, seed=seed)
        self.cursor = 0
        """How many steps are done, as seen from here; the run may know more."""
        self.focus = self.run.plan.tasks[0].node if self.run.plan.tasks else graph.output
        self.folded: frozenset[str] = frozenset()
        self.framed = framed_at_first(graph)
        """Whether groups that are open have frames; always since something was folded."""
        self.matches: frozenset[str] = frozenset()
        """The nodes that were found when something was last looked for."""
        self.closed = False
        self.interrupted: Callable[[], bool] = lambda: False
        """Asked before every step; where it says yes, a long way ends at the step reached."""
        self._stops: Stops | None = None
        self.stop: Stop | None = None
        """Why the cursor stopped where it stands."""
        self._watches: Watches | None = None
        self._watched: tuple[WatchRow, ...] = ()
        self.description: Description | None = None
        """What the graph was loaded from, for whoever saves the session."""
        self.set_aside: Mapping[Edit, str] = {}
        """Edits that were kept and mean nothing in this graph, each with the reason."""
        self.kept_in = ""
        """The file that the session was last saved in, or opened from."""
        self.view: Mapping[str, Any] = {}
        """What the screen wants to have kept with the session; nobody else reads it."""

    @property
    def stops(self) -> Stops:
        """The breakpoints and catches."""
        if self._stops is None:
            from graphtui.debugger.stops.stops import Stops

            self._stops = Stops(self.run)
        return self._stops

    @stops.setter
    def stops(self, stops: Stops) -> None:
        self._stops = stops

    @property
    def watches(self) -> Watches:
        """The expressions that every snapshot evaluates."""
        if self._watches is None:
            from graphtui.debugger.watches.watches import Watches

            self._watches = Watches(self.run)
        return self._watches

    @watches.setter
    def watches(self, watches: Watches) -> None:
        self._watches = watches

    def snapshot(self, message: str = "", *, moving: bool = False) -> Snapshot:
        """What is known at the cursor; costs the same at any size.

        Args:
            message: what the last command says.
            moving: whether a command is on its way: watches are then as they were at the last stop.
        """
        snapshot = Snapshot(
            self.run,
            self.cursor,
            self.focus,
            self.folded,
            message,
            self.stop,
            {} if self._stops is None else self._stops.breakpoints,
            matches=self.matches,
            framed=self.framed,
        )
        if not moving and self._watches is not None:
            self._watched = self._watches.rows(snapshot, self.interrupted)
        return snapshot._replace(watched=self._watched) if self._watched else snapshot

    def _known(self, node: str) -> str:
        if node not in self.graph.nodes:
            raise CommandError(f"no node is named '{node}'.{nearest(node, self.graph.nodes)}")
        return node
