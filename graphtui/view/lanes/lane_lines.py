"""The tape and its memory: one node a row, and beside it the lanes of the values that are alive.

    ┌─────── w0   parameter                2       -0.20      8 B
    │ ┌───── x0   input                   -1        0.39     16 B
    └─┴─┬─── a    multiply w0, x0         -2        0.20     24 B

The line across is the node. It takes what it reads from the lanes and gives one its value, below:

    ┌ ┬   a value begins       └ ┴   it is read for the last time       ├ ●   it is read, and stays
    │     a value passes       ┼     it passes under the line, which has nothing to do with it

Lane 0 is the nearest to the names. Where there is no room for all, some of them are seen, and `…`
stands at that end of the line where a node has to do with one that is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from graphtui.debugger.snapshot import NodeState, Snapshot
from graphtui.engine.plan import Phase
from graphtui.graph.graph import Node
from graphtui.view.drawing.glyphs import ASCII_DASHED, DASHED
from graphtui.view.drawing.marks import ABSENT, DASHED_WIRES, FOUND, STALE
from graphtui.view.lanes.lanes import NO_LANE, Lanes
from graphtui.view.picture.breakpoint_marks import places
from graphtui.view.picture.node_numbers import gradient_text, value_text
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.numbers import shape_text, size_text
from graphtui.view.text.safe_text import (
    ELLIPSIS,
    cell_width,
    clip_line,
    fit,
    pad_line,
    safe_text,
    to_ascii,
)

LOOKED_AT = "▸"
FAULT = "!"
AT_STEP: Mapping[Phase, str] = {Phase.FORWARD: "▼", Phase.SEED: "◆", Phase.BACKWARD: "▲"}
"""The row of the last step: down in forward, up in backward."""

TITLES = ("node", "made by", "value", "gradient", "live")

Cell = tuple[str, str]
"""A glyph of the lanes, and its role."""

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
_GLYPHS = {
    0: " ",
    UP | DOWN: "│",
    LEFT | RIGHT: "─",
    RIGHT | DOWN: "┌",
    RIGHT | UP: "└",
    RIGHT | UP | DOWN: "├",
    LEFT | RIGHT | DOWN: "┬",
    LEFT | RIGHT | UP: "┴",
    LEFT | RIGHT | UP | DOWN: "●",
}
CROSSING = "┼"
_ASCII = {**dict(zip("│─┌└├┬┴●", "|-.'+.'*", strict=True)), CROSSING: "|", " ": " "}
"""Where only ASCII is possible, a crossing is a bridge."""
_ASCII_DASHED = {full: ASCII_DASHED[_ASCII[full]] for full in DASHED}

_MARKS = 4
_NUMBER = 8
_LEAST_WORDS = 22
_MOST_NAME, _MOST_MADE = 24, 40
_MOST_LANES = 200
_BETWEEN = "  "


@dataclass(frozen=True, slots=True)
class Columns:
    """How many cells everything takes; the same for all rows."""

    seen: range
    """The lanes that are seen."""
    gap: int
    """From one lane to the next."""
    hidden: bool
    """Whether there are more lanes."""
    name: int
    made: int
    numbers: int
    """How many of the three columns of numbers there are."""

    @property
    def lanes(self) -> int:
        """Cells of the lanes, the one for `…` included."""
        return len(self.seen) * self.gap + self.hidden


def columns(lanes: Lanes, width: int, aside: int = 0) -> Columns:
    """The columns at a width: lanes have at most what names and numbers leave over.

    Args:
        lanes: all of them.
        width: cells of a row.
        aside: how many of the lanes nearest to the names are passed over, as far as that shows more
            of the others.
    """
    numbers = next((n for n in (3, 2, 1) if _MARKS + n * (_NUMBER + 2) + 40 <= width), 0)
    room = max(width - _MARKS - 2 - numbers * (_NUMBER + 2) - _LEAST_WORDS, 2)
    gap = 2 if lanes.count * 2 <= room else 1
    hidden = lanes.count * gap > room
    shown = room - 1 if hidden else lanes.count
    words = max(room - shown * gap - hidden + _LEAST_WORDS - 2, 2)
    name = min(words * 2 // 5, _MOST_NAME)
    first = max(min(aside, lanes.count - shown), 0)
    seen = range(first, first + shown)
    return Columns(seen, gap, hidden, name, min(words - name, _MOST_MADE), numbers)


def whole_width(lanes: Lanes) -> int:
    """The width at which nothing is cut; where there are very many lanes, that of most of them."""
    words = _MARKS + 2 + _MOST_NAME + 2 + _MOST_MADE + 3 * (_NUMBER + 2)
    return words + min(2 * lanes.count, _MOST_LANES)


def lane_heading(lanes: Lanes, width: int, aside: int = 0) -> Line:
    """The titles of the columns, how many lanes there are, and how many are hidden on each side."""
    chosen = columns(lanes, width, aside)
    head = Span(" " * _MARKS + _lane_counts(lanes, chosen) + " ", "dim")
    texts = _aligned(TITLES, chosen)
    return clip_line((head, *(Span(text, "heading") for text in texts)), width)


def _lane_counts(lanes: Lanes, chosen: Columns) -> str:
    """The words above the lanes, what is hidden at either end of them; as many as there is room."""
    room, count = chosen.lanes + 1, f"{lanes.count:,} lanes"
    far, near = lanes.count - chosen.seen.stop, chosen.seen.start
    for middle, more in ((count, " more"), ("", " more"), ("", "")):
        left = " ".join(filter(None, (f"<{far:,}{more}" if far else "", middle)))
        right = f"{near:,}{more}>" if near else ""
        if len(left) + len(right) <= room - bool(right):
            break
    return fit(left, room - len(right)) + right if len(right) < room else fit(right, room)


def lane_lines(
    lanes: Lanes,
    snapshot: Snapshot,
    first: int,
    count: int,
    width: int,
    *,
    aside: int = 0,
    ascii_only: bool = False,
) -> list[Line]:
    """The rows from `first` on, at most `count` of them; only these are looked at.

    Args:
        lanes: of the snapshot's graph.
        snapshot: the moment.
        first: the number of a row.
        count: how many rows there is room for.
        width: cells of each.
        aside: how many of the lanes nearest to the names are passed over.
        ascii_only: whether the terminal can show nothing else.
    """
    chosen = columns(lanes, width, aside)
    marks = places(snapshot).nodes
    end = min(first + count, len(lanes.tape.names))
    lines: list[Line] = []
    for row, cells in zip(range(first, end), _cells(lanes, snapshot, chosen, first), strict=False):
        name = lanes.tape.names[row]
        node = snapshot.graph.nodes[name]
        signs = _signs(snapshot, node, marks.get(name, ""))
        line = (*signs, *_joined(cells, ascii_only=ascii_only))
        lines.append((*line, *_words(snapshot, node, int(lanes.live[row]), chosen)))
    lines = [pad_line(line, width) for line in lines]
    if ascii_only:
        return [tuple(Span(to_ascii(text), role) for text, role in line) for line in lines]
    return lines


# The lanes ------------------------------------------------------------------------------------


def _cells(lanes: Lanes, snapshot: Snapshot, chosen: Columns, first: int) -> Iterator[list[Cell]]:
    """The cells of the lanes of each row from `first` on."""
    names, nodes, place = lanes.tape.names, snapshot.graph.nodes, lanes.tape.places
    # Who is in each lane that is seen, and how it is drawn.
    owner: dict[int, tuple[int, str]] = {}
    for row in lanes.passing(first, chosen.seen):
        owner[int(lanes.lane[row])] = row, _lane_role(snapshot, names[row])
    for row in range(first, len(names)):
        node, made = nodes[names[row]], int(lanes.lane[row])
        joined = {int(lanes.lane[place[source]]) for source in node.inputs}
        if made != NO_LANE:
            joined.add(made)
            if made in chosen.seen:
                owner[made] = row, _lane_role(snapshot, node.name)
        alive: dict[int, tuple[int, str]] = {}
        for lane, (other, role) in list(owner.items()):
            goes_on = lanes.last[other] > row
            alive[lane] = (UP if other < row else 0) | (DOWN if goes_on else 0), role
            if not goes_on:
                del owner[lane]
        yield _row_cells(alive, joined, chosen, _row_role(snapshot, node))


def _row_cells(
    alive: Mapping[int, tuple[int, str]], joined: set[int], chosen: Columns, role: str
) -> list[Cell]:
    """One row: what stands in each cell of the lanes, and the end of its line.

    Args:
        alive: the lanes with something in them: the sides of the cell, and its role.
        joined: the lanes that the node has to do with.
        chosen: which lanes are seen.
        role: that of the line across.
    """
    outermost = max(joined, default=NO_LANE)
    beyond = outermost >= chosen.seen.stop
    cells = [(ELLIPSIS if beyond else " ", role)] if chosen.hidden else []
    dash, blank = (_GLYPHS[LEFT | RIGHT], role), (" ", role)
    for lane in reversed(chosen.seen):
        across = LEFT | RIGHT if lane < outermost else RIGHT if lane == outermost else 0
        if lane in joined:
            cells.append((_GLYPHS[alive[lane][0] | across], role))
        elif lane in alive:
            sides, own = alive[lane]
            cells.append((CROSSING if across else _GLYPHS[sides], own))
        else:
            cells.append(dash if across else blank)
        if chosen.gap > 1:
            cells.append(dash if across else blank)
    before = min(joined, default=chosen.seen.start) < chosen.seen.start
    return [*cells, (ELLIPSIS, role) if before else dash]


def _lane_role(snapshot: Snapshot, name: str) -> str:
    """The role of a value on its way down."""
    if _is_off(snapshot, name):
        return "wire.off"
    if snapshot.arrived(name):
        return "wire.sent"
    return "wire" if snapshot.value(name) is None else "wire.done"


def _row_role(snapshot: Snapshot, node: Node) -> str:
    """The role of the line that is a node."""
    state = snapshot.state(node.name)
    if state is not NodeState.CURRENT and _is_off(snapshot, node.name):
        return "wire.off"
    match state:
        case NodeState.CURRENT:
            return "wire.read"
        case NodeState.SENT:
            return "wire.sent"
        case NodeState.WAITING:
            return "wire"
    return "wire.done"


def _is_off(snapshot: Snapshot, name: str) -> bool:
    """Whether a node lies off the paths that are lit."""
    return snapshot.lit is not None and name not in snapshot.lit


def _joined(cells: Sequence[Cell], *, ascii_only: bool) -> Iterator[Span]:
    plain = _ASCII if ascii_only else {}
    dashed = plain | (_ASCII_DASHED if ascii_only else DASHED)
    for role, same in groupby(cells, key=itemgetter(1)):
        table = dashed if role in DASHED_WIRES else plain
        yield Span("".join(table.get(glyph, glyph) for glyph, _ in same), role)


# The words beside -----------------------------------------------------------------------------


def _signs(snapshot: Snapshot, node: Node, mark: str) -> Iterator[Span]:
    """What is to be said about a row before all else: looked at, at the cursor, breakpoint."""
    step = snapshot.step
    looked_at = node.name == snapshot.focus
    yield Span(LOOKED_AT, "selected") if looked_at else Span(" ")
    here = step is not None and step.node == node.name
    yield Span(AT_STEP[step.phase], "cursor") if here and step is not None else Span(" ")
    if snapshot.faults(node.name):
        yield Span(FAULT, "fault")
    else:
        yield Span(mark, "breakpoint") if mark else Span(" ")
    yield Span(FOUND, "match") if node.name in snapshot.matches else Span(" ")


_NAME_ROLES = {
    NodeState.GIVEN: "node.leaf",
    NodeState.WAITING: "node.waiting",
    NodeState.CURRENT: "node.current",
    NodeState.DONE: "node.done",
    NodeState.SENT: "node.sent",
}


def _words(snapshot: Snapshot, node: Node, live: int, chosen: Columns) -> Iterator[Span]:
    """The name, how it is made, and the numbers."""
    value = value_text(snapshot, node.name, _NUMBER)
    gradient = gradient_text(snapshot, node.name, _NUMBER)
    name = _ending(node.name, chosen.name)
    texts = (name, _made_by(snapshot, node), value, gradient, size_text(live))
    faint = "node.off" if _is_off(snapshot, node.name) else ""
    roles = (
        _name_role(snapshot, node, faint),
        faint or "dim",
        _number_role(value, faint or "value"),
        _number_role(gradient, faint or "gradient"),
        faint or "dim",
    )
    yield Span(" ")
    for text, role in zip(_aligned(texts, chosen), roles, strict=False):
        yield Span(text, role)


def _name_role(snapshot: Snapshot, node: Node, faint: str) -> str:
    if node.name == snapshot.focus:
        return "selected"
    state = snapshot.state(node.name)
    return faint if faint and state is not NodeState.CURRENT else _NAME_ROLES[state]


def _made_by(snapshot: Snapshot, node: Node) -> str:
    """The op and what it reads, in order; of a leaf, its kind and its shape."""
    if node.is_leaf:
        return f"{node.op.name} {shape_text(node.shape)}" if node.shape else node.op.name
    # A concatenation of thousands is cut long before its end.
    read = (snapshot.graph.nodes[source] for source in node.inputs[:20])
    near = (each.short_name if each.group == node.group else each.name for each in read)
    names = ", ".join(safe_text(name, _MOST_MADE) for name in near)
    return f"{safe_text(node.op.name)} {names}"


def _ending(name: str, width: int) -> str:
    """A name, or its end: what stands before that is mostly the groups that it lies in.

    >>> _ending("net/block/query", 15), _ending("net/block/query", 9), _ending("net/query", 5)
    ('net/block/query', '…/query', '…uery')
    """
    text = safe_text(name[-200:])
    if cell_width(text) <= width and len(name) <= 200:
        return text
    end = text[-max(width - 1, 0) :]
    while cell_width(end) > width - 1 > 0:
        end = end[1:]
    return safe_text(ELLIPSIS + end[max(end.find("/"), 0) :], width)


def _number_role(text: str, known: str) -> str:
    if text == ABSENT:
        return "absent"
    if text.endswith(STALE):
        return "stale"
    return "fault" if "nan" in text or "inf" in text else known


def _aligned(texts: Sequence[str], chosen: Columns) -> list[str]:
    """The texts in their columns, each with the blanks before it."""
    name, made, *numbers = texts
    aligned = [fit(name, chosen.name), _BETWEEN + fit(made, chosen.made)]
    return [*aligned, *(f"{_BETWEEN}{text:>{_NUMBER}}" for text in numbers[: chosen.numbers])]
