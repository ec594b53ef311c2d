"""The words of `nudge`: which node, which element of it, and by how much."""

from __future__ import annotations

import re
from typing import NamedTuple

from graphtui.debugger.checks.nudge import H
from graphtui.errors import CommandError, nearest
from graphtui.graph.graph import Graph
from graphtui.graph.wording import quoted

_NUDGE = re.compile(
    r"""(?:'(?P<a>[^']*)'|"(?P<b>[^"]*)"|(?P<c>[^\s\[]+))   # a name, in quotes or not
        (?:\[(?P<index>[^\]]*)\])?                          # an element
        (?:\s+(?P<h>\S+))?                                  # h
    """,
    re.X,
)


class NudgeOrder(NamedTuple):
    """What is to be moved."""

    node: str
    element: tuple[int, ...] | None
    """The element; None is all of them."""
    h: float


def parse_nudge(text: str, focus: str, graph: Graph) -> NudgeOrder:
    """The order that `nudge TEXT` gives; without a name it is the focus that moves.

    Raises:
        CommandError: what was expected, with the nearest name.
    """
    text = text.strip()
    if not text or (_is_number(text) and text not in graph.nodes):
        return NudgeOrder(focus, None, float(text or H))
    found = _NUDGE.fullmatch(text)
    if found is None:
        raise CommandError(
            f"{quoted(text)}: write nudge NODE[INDEX] H, such as: nudge W[0, 1] 0.01"
        )
    name = next(part for part in found.group("a", "b", "c") if part is not None)
    if name not in graph.nodes:
        raise CommandError(f"no node is named {quoted(name)}.{nearest(name, graph.nodes)}")
    h = found["h"] or str(H)
    if not _is_number(h):
        raise CommandError(f"h is a number such as 0.01, got {quoted(h)}.")
    return NudgeOrder(name, _index(found["index"]), float(h))


def _index(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if not re.fullmatch(r"-?\d{1,12}", word, re.ASCII):
            raise CommandError(f"an element is named by whole numbers, as in [0, 1]; got [{text}].")
    return tuple(map(int, words))


def _is_number(word: str) -> bool:
    number = r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?"
    return re.fullmatch(number, word, re.ASCII | re.IGNORECASE) is not None
