"""The inspector: everything that is known about one node at the cursor, the most important first.

What an edge says is in `edge_block`, what arrived at a fan-out in `ledger`.
"""

from __future__ import annotations

from graphtui.debugger.compare.change import Level
from graphtui.debugger.folding import folded_around
from graphtui.debugger.snapshot import NodeState, Snapshot
from graphtui.engine.plan import Phase
from graphtui.graph.graph import Node
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Leaf
from graphtui.view.inspector.edge_block import INDENT, NOT_YET, SO_FAR, edge_blocks
from graphtui.view.inspector.formulas import (
    MOST_NAME,
    at_kinks,
    formula,
    formula_lines,
    number_text,
    numbers_formula,
    shapes_formula,
    short,
)
from graphtui.view.inspector.ledger import MOST_ROWS, ledger
from graphtui.view.picture.beside_marks import LEVEL_ROLES, change_text, difference
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import element_text, exact, number, shape_text
from graphtui.view.text.paragraphs import cells, facts, wrapped
from graphtui.view.text.previews import in_line, rows
from graphtui.view.text.safe_text import cell_width, clip_line, safe_text

ROOMY = 26
"""From so many rows on, there are empty lines between the parts and more of every array."""

KINK = "▲"
"""The mark of a value on a kink or a tie."""

_LABEL = 10
_NOTHING = Span("")
_SET = Span("  was set", "warning")
"""Behind what was given to the run in the place of what it would compute."""
_STALE = Span("  stale", "warning")
"""Behind what was known before an edit."""
_LONGEST_STATE = "gradient just passed on"
_LEAST_NAME = 6
_EXACT_FROM = 46
"""Cells from which a number has room for all its digits beside the short one."""


def inspector(snapshot: Snapshot, width: int, height: int = ROOMY) -> list[Line]:
    """All lines about the focused node, none wider than `width`; they may be more than `height`."""
    node = snapshot.graph.nodes[snapshot.focus]
    preview = 3 if height >= ROOMY else 1
    head = [
        _title(snapshot, node, width),
        *_formulas(snapshot, node, width),
        *_faults(snapshot, node, width),
        *_value(snapshot, node, width, preview),
        *_compared(snapshot, node, "value"),
        *_gradient(snapshot, node, width, preview),
        *_compared(snapshot, node, "gradient"),
    ]
    received = ledger(snapshot, node, width)
    blocks = [] if node.is_leaf else _blocks(snapshot, node, width)
    # A long ledger would push out of sight what the node does.
    ordered = [received, *blocks] if len(received) <= MOST_ROWS else [*blocks, received]
    parts = [head, *ordered, _about(snapshot, node, width)]
    gap: list[Line] = [()] if height >= ROOMY else []
    lines = [each for part in parts if part for each in (*gap, *part)]
    return [clip_line(each, width) for each in lines[len(gap) :]]


def _title(snapshot: Snapshot, node: Node, width: int) -> Line:
    """The name, the op if there is room for it, and how far the run is with the node."""
    name = short(node, min(max(width - 2 - len(_LONGEST_STATE), _LEAST_NAME), MOST_NAME))
    words = [node.op.name, *(["output"] if node.name == snapshot.graph.output else [])]
    said = f"{' · '.join(words)} · "
    if cell_width(name) + 2 + len(said) + len(_LONGEST_STATE) > width:
        said = ""
    return line((name, "title"), (f"  {said}{_how_far(snapshot, node)}", "dim"))


def _how_far(snapshot: Snapshot, node: Node) -> str:
    match snapshot.state(node.name):
        case NodeState.GIVEN:
            return "given"
        case NodeState.WAITING:
            return "not computed yet"
        case NodeState.DONE:
            return "computed"
        case NodeState.SENT:
            return "gradient passed on"
    step = snapshot.step
    assert step is not None, "the current node is that of a step"
    if step.error is not None:
        return "stopped here"
    return {
        Phase.FORWARD: "just computed",
        Phase.SEED: "just seeded",
        Phase.BACKWARD: _LONGEST_STATE,
    }[step.phase]


def _formulas(snapshot: Snapshot, node: Node, width: int) -> list[Line]:
    if node.is_leaf:
        return []
    if shapes := shapes_formula(snapshot.graph, node):
        return formula_lines(shapes, width, hang=INDENT)
    numbers = numbers_formula(snapshot, node)
    lines = wrapped(formula(snapshot.graph, node), width, hang=INDENT)
    return [*lines, *(wrapped(numbers, width, "value", hang=INDENT) if numbers else [])]


def _faults(snapshot: Snapshot, node: Node, width: int) -> list[Line]:
    found = [
        row
        for fault in snapshot.faults(node.name)
        for row in wrapped(f"! {safe_text(fault.message)}", width, "fault", hang=INDENT)
    ]
    kinks = at_kinks(snapshot, node)
    return [*found, *(wrapped(f"{KINK} {kinks}", width, "warning", hang=INDENT) if kinks else [])]


# Value and gradient -------------------------------------------------------------------------------


def _value(snapshot: Snapshot, node: Node, width: int, preview: int) -> list[Line]:
    value = snapshot.value(node.name)
    if value is None and snapshot.state(node.name) is NodeState.CURRENT:
        return [_labelled("value", line(("none", "fault"), ("  the op stopped", "dim")))]
    if value is None and (stale := snapshot.stale_value(node.name)) is not None:
        return _array("value", stale, "stale", width, preview, _STALE)
    if value is None:
        return [_labelled("value", line(NOT_YET, (_of_shape(node), "dim")))]
    note = _SET if node.name in snapshot.run.given else _NOTHING
    return _array("value", value, "value", width, preview, note)


def _gradient(snapshot: Snapshot, node: Node, width: int, preview: int) -> list[Line]:
    gradient = snapshot.gradient(node.name)
    expected, arrived = snapshot.expected(node.name), len(snapshot.received(node.name))
    if gradient is None and (stale := snapshot.stale_gradient(node.name)) is not None:
        return _array("gradient", stale, "stale", width, preview, _STALE)
    if gradient is None:
        why = _why_none(snapshot, node)
        missing = line(("none", "dim"), (f": {why}", "dim")) if why else (NOT_YET,)
        return [_labelled("gradient", missing)]
    note = _NOTHING
    if arrived < expected:  # how many are missing, the ledger says
        note = Span(SO_FAR, "warning")
    elif node.name in snapshot.run.replaced:
        note = _SET
    elif expected == 1:
        target = snapshot.graph.nodes[snapshot.received(node.name)[0].edge.target]
        note = Span(f"  from {short(target)}", "dim")
    elif not expected:
        note = Span("  the seed", "dim")
    return _array("gradient", gradient, "gradient", width, preview, note)


def _compared(snapshot: Snapshot, node: Node, what: str) -> list[Line]:
    """The element that differs most from the run that is compared, as it is there."""
    row = difference(snapshot, node.name)
    change = None if row is None else row.value if what == "value" else row.gradient
    if change is None or not change.level.differs:
        return []
    there = [(number(change.a, 8, 4), what)] if change.a is not None else []
    element = f" at {element_text(change.element)}" if change.element else ""
    by = "by " if change.level in (Level.CHANGED, Level.STRONG) else ""
    told = (f"{by}{change_text(change)}", LEVEL_ROLES[change.level])
    return [_labelled("compared", line(*there, (f" there{element} · ", "dim"), told))]


def _why_none(snapshot: Snapshot, node: Node) -> str:
    """Why a node will never have a gradient; "" if it will."""
    plan, output = snapshot.run.plan, snapshot.graph.nodes[snapshot.graph.output]
    if isinstance(node.op, Leaf) and not node.op.receives_gradient:
        return "a constant"
    if node.dtype.kind != "f":
        return f"{node.dtype} is not continuous"
    if not plan.seed_step:
        if output.dtype.kind != "f":
            return f"the output is {output.dtype}"
        return f"the output has shape {shape_text(output.shape)} and no seed was given"
    if node.name != output.name and not snapshot.expected(node.name):
        return "no path from the output leads here"
    return ""


def _array(
    label: str, array: Array, role: str, width: int, preview: int, note: Span = _NOTHING
) -> list[Line]:
    """A labelled number with all its digits, or a labelled shape with the first elements."""
    if not array.ndim:
        short_text, full = number_text(array), exact(array.flat[0])
        longer = width >= _EXACT_FROM and full not in (short_text, f"{short_text}.0")
        digits = Span(f"  {full}" if longer else "", "dim")
        return [_labelled(label, (Span(short_text, role), digits, note))]
    dtype = "" if array.dtype == float else f" {array.dtype}"
    shape = line((f"{shape_text(array.shape)}{dtype}", "dim"))
    room = width - _LABEL - cells((*shape, note)) - 2
    if preview == 1:
        return [_labelled(label, (*shape, Span("  "), Span(in_line(array, room), role), note))]
    numbers = rows(array, max(width - len(INDENT), 1), preview)
    return [
        _labelled(label, (*shape, note)),
        *(line(INDENT, (row, role)) for row in numbers),
    ]


def _of_shape(node: Node) -> str:
    return f"  {shape_text(node.shape)}" if node.shape else ""


def _labelled(label: str, what: Line) -> Line:
    return (Span(f"{label:<{_LABEL}}", "dim"), *what)


# The rest -----------------------------------------------------------------------------------------


def _blocks(snapshot: Snapshot, node: Node, width: int) -> list[list[Line]]:
    """The edges, or why backward does not use them; the reason stands at the gradient already."""
    if node.name not in snapshot.run.plan.backward_step:
        return []
    return edge_blocks(snapshot, node, width)


def _about(snapshot: Snapshot, node: Node, width: int) -> list[Line]:
    lines = wrapped(safe_text(node.op.note), width, "dim")
    pieces: list[Line] = []
    if node.group:
        state = "folded" if _is_folded(snapshot, node) else "group"
        pieces.append(line((f"{state} ", "dim"), safe_text(node.group)))
    if node.name != node.short_name:
        pieces.append(line(("name ", "dim"), safe_text(node.name)))
    return [*lines, *facts(pieces, width)]


def _is_folded(snapshot: Snapshot, node: Node) -> bool:
    return bool(folded_around(snapshot.graph, node.group, snapshot.folded))
