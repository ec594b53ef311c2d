"""What tests of panels share: small graphs with a point each, goldens, what every line obeys."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from graphtui.debugger.session import DebugSession
from graphtui.engine.execute import Contribution
from graphtui.graph.graph import Graph, node
from graphtui.view.jacobian.lens import Looking, jacobian_page
from graphtui.view.jacobian.pullbacks import Names
from graphtui.view.text.heat import HEAT_ROLES
from graphtui.view.text.lines import Line, plain
from graphtui.view.text.roles import ROLES
from graphtui.view.text.safe_text import cell_width, safe_text

END = 10**6
"""A step after every end."""

GOLDENS = Path(__file__).parent / "goldens"


def check_golden(panel: str, name: str, lines: Iterable[Line]) -> None:
    """The text of `lines` is the golden's; `UPDATE_GOLDENS=1 pytest tests/view` rewrites it."""
    path = GOLDENS / panel / f"{name}.txt"
    text = plain(lines) + "\n"
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def check_lines(lines: Iterable[Line], width: int) -> None:
    """Every line fits, holds nothing that a terminal would obey, and has roles that exist."""
    for row in lines:
        assert sum(cell_width(span.text) for span in row) <= width, plain([row])
        for span in row:
            assert span.role in ROLES or span.role in HEAT_ROLES
            assert safe_text(span.text) == span.text


def at(graph: Graph, step: int, focus: str | None = None) -> DebugSession:
    """A session after `step`, or at the end if that comes first, that looks at `focus`."""
    session = DebugSession(graph)
    if step:
        session.seek(min(step, len(session.run.plan.tasks)))
    if focus:
        session.go_to(focus)
    return session


def sigmoid() -> Graph:
    """The lecture's neuron: f = sigmoid(w0 x0 + w1 x1 + w2), the sigmoid being a group of gates."""
    group = "sigmoid"
    return Graph(
        [
            node("w0", "parameter", value=2.0),
            node("x0", "input", value=-1.0),
            node("w1", "parameter", value=-3.0),
            node("x1", "input", value=-2.0),
            node("w2", "parameter", value=-3.0),
            node("multiply", "multiply", ["w0", "x0"]),
            node("multiply2", "multiply", ["w1", "x1"]),
            node("add", "add", ["multiply", "multiply2"]),
            node("s", "add", ["add", "w2"]),
            node("sigmoid/one", "constant", value=1.0, group=group),
            node("sigmoid/negative", "negative", ["s"], group=group),
            node("sigmoid/e", "exp", ["sigmoid/negative"], group=group),
            node("sigmoid/d", "add", ["sigmoid/one", "sigmoid/e"], group=group),
            node("f", "divide", ["sigmoid/one", "sigmoid/d"], group=group),
        ],
        name="sigmoid neuron",
    )


def fan_out() -> Graph:
    """y = 3x is used twice: a = 2y, b = 5y, c = a + b at x = 2, so dc/dy = 2 + 5."""
    return Graph(
        [
            node("x", "input", value=2.0),
            node("three", "constant", value=3.0),
            node("two", "constant", value=2.0),
            node("five", "constant", value=5.0),
            node("y", "multiply", ["three", "x"]),
            node("a", "multiply", ["two", "y"]),
            node("b", "multiply", ["five", "y"]),
            node("c", "add", ["a", "b"]),
        ]
    )


def bias() -> Graph:
    """A bias (3,) is added to each of four rows."""
    return Graph(
        [
            node("X", "input", value=np.arange(12.0).reshape(4, 3)),
            node("b", "parameter", value=[0.5, -20.0, 0.25]),
            node("Y", "add", ["X", "b"]),
            node("P", "relu", ["Y"]),
            node("L", "sum", ["P"]),
        ]
    )


def product() -> Graph:
    """(2, 3) @ (3, 4)."""
    return Graph(
        [
            node("x", "input", value=[[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]]),
            node("W", "parameter", value=np.arange(12.0).reshape(3, 4) / 4),
            node("h", "matmul", ["x", "W"]),
            node("L", "mean", ["h"]),
        ]
    )


def broken() -> Graph:
    """sqrt(sqrt(x - 2)) at x = 1: NaN begins at the inner root."""
    return Graph(
        [
            node("x", "input", value=1.0),
            node("two", "constant", value=2.0),
            node("u", "subtract", ["x", "two"]),
            node("inner", "sqrt", ["u"]),
            node("outer", "sqrt", ["inner"]),
        ]
    )


def jacobian_lens(
    contribution: Contribution,
    width: int,
    height: int,
    row0: int = 0,
    column0: int = 0,
    *,
    other: str = "",
    entry: tuple[int, int] | None = None,
    colour: bool = True,
    ascii_only: bool = False,
) -> list[Line]:
    """The lines of `jacobian_page`."""
    edge = contribution.edge
    names = Names(*(safe_text(each, 24) for each in (edge.target, edge.source, other or "B")))
    looking = Looking(row0, column0, entry, colour, ascii_only)
    return jacobian_page(contribution, names, width, height, looking).lines
