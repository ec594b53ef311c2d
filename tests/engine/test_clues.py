"""What wrong numbers look like: each kind of mistake by its sentence; what is right has none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.engine.clues import alike, clue
from graphtui.engine.execute import Run
from graphtui.engine.gradcheck import gradcheck_run
from graphtui.errors import UsageError
from graphtui.graph.graph import Graph
from graphtui.ops.linear_map import Array
from tests.engine.test_gradcheck import planted, scaled
from tests.strategies import graphs

NUMBERS = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, 7.0], [-0.125, 4.0, 6.0]])
ROW = np.array([1.0, -2.0, 0.5, 8.0])
NAN = np.nan


@pytest.mark.parametrize(
    ("analytic", "numeric", "shapes", "told"),
    [
        (-ROW, ROW, {}, "The sign is the other one."),
        (1.0, -1.0, {}, "The sign is the other one."),
        (0 * ROW, ROW, {}, "Everywhere it is 0, where differences say otherwise: is a contribution "
         "missing?"),
        (3 * ROW, ROW, {"x": (4,)}, "Everywhere it is 3 times too large: is a 1/3 missing?"),
        (4 * ROW, ROW, {"x": (4,)}, "Everywhere it is 4 times too large, and 4 is the number of "
         "elements of 'x': is a 1/N missing?"),
        (5 * ROW, ROW, {"x": (5, 4)}, "Everywhere it is 5 times too large, and 5 is the number of "
         "rows of 'x': is a 1/N missing?"),
        (ROW / 7, ROW, {"x": (4,), "W": (4, 7)}, "Everywhere it is 7 times too small, and 7 is the "
         "number of columns of 'W': is a sum over them, or a factor N, missing?"),
        (ROW / 9, ROW, {"x": (2, 9, 4)}, "Everywhere it is 9 times too small, and 9 is the size of "
         "axis 1 of 'x': is a sum over them, or a factor N, missing?"),
        (ROW / 2, ROW, {}, "Everywhere it is 2 times too small: is a factor 2 missing?"),
        (ROW * 2 / 3, ROW, {}, "Everywhere it is 2/3 times what differences say."),
        (ROW * -2, ROW, {}, "Everywhere it is -2 times what differences say."),
        (ROW * 1.2345, ROW, {}, "Everywhere it is 1.234 times what differences say."),
        (50_000 * ROW, ROW, {"x": (50_000, 4)}, "Everywhere it is 50,000 times too large, and "
         "50000 is the number of rows of 'x': is a 1/N missing?"),
        (54_321 * ROW, ROW, {}, "Everywhere it is 5.432e+04 times what differences say."),
        (1e-17 * ROW, ROW, {}, "Everywhere it is 1e-17 times what differences say."),
        (1e-17, 1.0, {}, ""),
        (2.0, 1.0, {}, "It is 2 times too large: is a 1/2 missing?"),
        (1.2345, 1.0, {}, ""),
        (2.0, 3.0, {}, ""),
        (NUMBERS.T, NUMBERS, {}, "It is the transpose of what differences say."),
        (np.where(NUMBERS > 3, 0.0, NUMBERS), NUMBERS, {}, "It is 0 at 3 of 9 elements, where "
         "differences say otherwise, and right at all others: is a contribution missing?"),
        ([2.0, NAN, 4.0], [1.0, NAN, 2.0], {}, "At every element that was tried it is 2 times too "
         "large: is a 1/2 missing?"),
        (NUMBERS, NUMBERS, {}, ""),
        (NUMBERS + np.diag([1.0, 0.0, 0.0]), NUMBERS, {}, ""),
        (2 * ROW + [0, 0, 0, 1], ROW, {}, ""),
        (ROW, 0 * ROW, {}, ""),
        ([NAN, 1.0], [1.0, NAN], {}, ""),
        ([np.inf, 1.0], [1.0, 1.0], {}, ""),
        (np.zeros((0, 3)), np.zeros((0, 3)), {}, ""),
    ],
)  # fmt: skip
def test_what_the_numbers_look_like(analytic: Any, numeric: Any, shapes: Any, told: str) -> None:
    assert clue(np.asarray(analytic), np.asarray(numeric), shapes) == told


def test_what_is_missing_may_be_upstream_itself() -> None:
    upstream = np.array([1.0, -2.0, 0.5, 3.0])
    told = clue(ROW - upstream, ROW, {}, upstream=upstream)
    assert told.startswith("Everywhere it is too small by just upstream: is the contribution of a")
    assert clue(ROW - 2 * upstream, ROW, {}, upstream=upstream) == ""


def arrays(size: int = 6) -> st.SearchStrategy[Array]:
    shapes = hnp.array_shapes(max_dims=2, max_side=size)
    return hnp.arrays(np.float64, shapes, elements=st.floats(-1e3, 1e3))


@given(arrays(), st.floats(-1e-6, 1e-6))
def test_what_is_right_gets_no_clue(numeric: Array, off: float) -> None:
    assert clue(numeric * (1 + off), numeric, {"x": numeric.shape}, upstream=numeric) == ""
    assert alike(numeric * (1 + off), numeric)


@given(arrays(), st.sampled_from([-3.0, -1.0, 0.25, 2.0, 5.0, 1.5]), st.floats(-1e-6, 1e-6))
def test_a_factor_is_seen_through_noise(numeric: Array, factor: float, off: float) -> None:
    told = clue(factor * numeric * (1 + off), numeric, {})
    if np.count_nonzero(numeric) > 1:
        size = {-3.0: "-3 times", 0.25: "4 times", 2.0: "2 times", 5.0: "5 times", 1.5: "3/2 times"}
        assert size.get(factor, "The sign is the other one.") in told


@settings(max_examples=60)
@given(graphs(finite=True))
def test_there_is_never_a_clue_where_the_check_passes(graph: Graph) -> None:
    output = graph.nodes[graph.output]
    seed = np.ones(output.shape, output.dtype) if output.dtype.kind == "f" else None
    try:
        report = gradcheck_run(Run(graph, seed=seed).finish())
    except UsageError:
        return
    for check in report.edges:
        assert not (check.passed and check.clue)
        assert check.to_dict()["clue"] == (check.clue or None)


@pytest.mark.parametrize(("gate", "source"), [("z1", "W1"), ("a1", "b1"), ("h1", "a1")])
def test_a_factor_is_told_of_every_gate(mlp: Graph, gate: str, source: str) -> None:
    op: Any = mlp.nodes[gate].op
    report = gradcheck_run(Run(planted(mlp, gate, scaled(op, 3.0))).finish())
    assert report.culprits
    for check in report.culprits:
        assert check.node == gate
        assert "3 times too large" in check.clue
    assert source in {check.edge.source for check in report.culprits}
    (one, *_) = gradcheck_run(Run(planted(mlp, gate, scaled(op, 3.0, 1))).finish()).culprits
    assert one.clue == "", "one element of many is no pattern"
