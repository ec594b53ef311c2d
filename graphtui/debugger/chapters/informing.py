"""The session's lists: what there is in the graph, what is set, what went wrong so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from graphtui.debugger.chapters.changing import Changing, literal
from graphtui.debugger.chapters.stopping import Stopping
from graphtui.debugger.chapters.watching import Watching
from graphtui.debugger.listing import Cell, Listing
from graphtui.debugger.norms import norm
from graphtui.debugger.reply import Reply
from graphtui.errors import CommandError
from graphtui.graph.wording import counted, shape_words
from graphtui.ops.linear_map import Array

if TYPE_CHECKING:
    from graphtui.debugger.edits.edits import Edit
    from graphtui.debugger.saved import SavedForBackward

MOST_ROWS = 2_000
"""Rows of one list; a graph may have 100,000 nodes."""


class Informing(Stopping, Watching, Changing):
    """Lists of what there is."""

    _saved: SavedForBackward | None = None

    def saved_for_backward(self) -> SavedForBackward:
        """What the nodes of this run keep for their local maps; each node is looked at once."""
        from graphtui.debugger.saved import SavedForBackward

        if self._saved is None or self._saved.run is not self.run:
            self._saved = SavedForBackward(self.run)
        return self._saved

    def info(self, what: str) -> Reply:
        """A list: one of `INFO`.

        Raises:
            CommandError: there is no such list.
        """
        if what not in INFO:
            raise CommandError(f"there is no list of {what}. There are {', '.join(INFO)}.")
        return INFO[what](self)


def _nodes(session: Informing) -> Reply:
    snapshot = session.snapshot()
    rows = (
        (
            name,
            node.op.name,
            shape_words(node.shape),
            node.dtype.name,
            snapshot.state(name).value,
            _size(snapshot.value(name)),
            _size(snapshot.gradient(name)),
        )
        for name, node in session.graph.nodes.items()
    )
    titles = ("node", "op", "shape", "dtype", "state", "norm", "gradient")
    return _listed("node", titles, rows, len(session.graph.nodes))


def _size(array: Array | None) -> float | None:
    return None if array is None else norm(array)


def _breakpoints(session: Informing) -> Reply:
    stops = session.stops
    rows = [
        (
            number,
            "log" if each.log else "stop",
            "on" if each.active else "spent" if each.spent else "off",
            stops.hit_count(number, session.cursor, session.interrupted),
            str(each),
        )
        for number, each in stops.breakpoints.items()
    ]
    rows += [
        (number, "log" if each.log else "stop", "lost", 0, f"{each}: {words}")
        for number, (each, words) in stops.lost.items()
    ]
    return _listed("breakpoint", ("number", "kind", "state", "hits", "where"), rows, len(rows))


def _catches(session: Informing) -> Reply:
    from graphtui.debugger.stops.catches import CATCHES

    on = session.stops.catches
    rows = [
        (
            name,
            "on" if name in on else "off",
            " ".join(f"{limit} {size:g}" for limit, size in on.get(name, catch.limits).items()),
            catch.help,
        )
        for name, catch in CATCHES.items()
    ]
    titles = ("catch", "state", "thresholds", "stops where")
    are = "is" if len(on) == 1 else "are"
    return Reply(
        f"{len(on)} of {len(rows)} catches {are} on.", Listing("catches", titles, tuple(rows))
    )


def _faults(session: Informing) -> Reply:
    rows = [
        (
            fault.step,
            fault.phase.value,
            fault.node,
            fault.kind,
            "begins" if fault.begins else "is passed on",
            fault.message,
        )
        for fault in session.run.faults
        if fault.step <= session.cursor
    ]
    return _listed("fault", ("step", "phase", "node", "kind", "here", "what"), rows, len(rows))


def _ops(session: Informing) -> Reply:
    counts = Counter(node.op.name for node in session.graph.nodes.values())
    rows = counts.most_common()
    return _listed("op", ("op", "nodes"), rows, len(rows))


def _log(session: Informing) -> Reply:
    from graphtui.debugger.stops.log_table import COLUMNS

    found = list(session.stops.log_rows())
    rows = ((*row[:-1], _text(row.value)) for row in found)
    return _listed("record", COLUMNS, rows, len(found))


def _text(value: object) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _listed(
    noun: str,
    titles: tuple[str, ...],
    rows: Iterable[tuple[Cell, ...]],
    count: int,
) -> Reply:
    kept = tuple(islice(rows, MOST_ROWS))
    listing = Listing(f"{noun}s", titles, kept, count - len(kept))
    return Reply(f"{counted(count, noun)}.", listing if kept else None)


def _edits(session: Informing) -> Reply:
    """The edits in force, in the order in which they were made, then those that are set aside."""
    made, aside = session.branch.edits, session.set_aside
    rows = [
        (number, each.node, each.target, _new(each), "in force")
        for number, each in enumerate(made, 1)
    ]
    rows += [
        (number, each.node, each.target, _new(each), f"set aside: {words}")
        for number, (each, words) in enumerate(aside.items(), len(made) + 1)
    ]
    return _listed("edit", ("number", "node", "set", "to", "state"), rows, len(rows))


def _new(edit: Edit) -> str:
    """What something was set to, in one cell: the number, or the shape of many."""
    new = edit.new
    if edit.attr:
        return literal(new)
    if new.size == 1:
        return str(new.item())
    return f"{new.dtype.name} {shape_words(new.shape)}"


def _watches(session: Informing) -> Reply:
    return session.list_watches()


def _saved(session: Informing) -> Reply:
    table = session.saved_for_backward().table(session.snapshot(), interrupted=session.interrupted)
    if not table.arrays:
        return Reply("Nothing is kept for the backward pass here.")
    held = f"{table.now:,} bytes are held here, {table.peak:,} at most up to here"
    return Reply(f"{counted(table.arrays, 'array')} kept for the backward pass: {held}.", table)


INFO: Mapping[str, Callable[[Informing], Reply]] = {
    "nodes": _nodes,
    "ops": _ops,
    "breakpoints": _breakpoints,
    "catches": _catches,
    "watches": _watches,
    "log": _log,
    "edits": _edits,
    "faults": _faults,
    "saved": _saved,
}
"""Every list by its name."""
