"""What a box is, in one line, for somebody whose mouse is over it."""

from __future__ import annotations

from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoints import Kind
from graphtui.graph.wording import counted
from graphtui.view.drawing.marks import ABSENT
from graphtui.view.picture.node_numbers import gradient_text, value_text
from graphtui.view.picture.pointing import Pointed
from graphtui.view.text.numbers import shape_text
from graphtui.view.text.safe_text import safe_text

NUMBER = 6
"""Cells of a number, as in the picture: what an array comes to at that width is known already."""

BETWEEN = " · "


def hover_words(pointed: Pointed, snapshot: Snapshot) -> str:
    """Name, op, shape, value and gradient of a node; of a group, the value that leaves it.

    What has no gradient has no word about one. The text is safe for a terminal.
    """
    name = pointed.node
    node = snapshot.graph.nodes[name]
    words = [safe_text(name), node.op.name]
    if pointed.target.kind is Kind.GROUP:
        tree, group = snapshot.graph.group_tree, pointed.target.name
        count = len(tree.nodes_in(tree.number[group]))
        words = [f"{safe_text(group)}: {counted(count, 'node')}", f"its value is {words[0]}"]
    if node.shape:
        words.append(shape_text(node.shape))
    words.append(f"value {_known(value_text(snapshot, name, NUMBER))}")
    if gradient := gradient_text(snapshot, name, NUMBER):
        words.append(f"gradient {_known(gradient)}{_so_far(name, snapshot)}")
    if faults := snapshot.faults(name):
        words.append(counted(len(faults), "fault"))
    return BETWEEN.join(words)


def _known(text: str) -> str:
    return "not yet" if text == ABSENT else text


def _so_far(name: str, snapshot: Snapshot) -> str:
    """How many contributions there are, while more are to come."""
    arrived, expected = snapshot.arrived(name), snapshot.expected(name)
    return f" ({arrived} of {expected} contributions)" if 0 < arrived < expected else ""
