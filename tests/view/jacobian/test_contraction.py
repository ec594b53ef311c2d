"""What is said to be computed is what a pullback computes, with the shapes that it really has."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings

from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph
from graphtui.ops.matmul_maps import matmul_sides
from graphtui.view.jacobian.contraction import Names, contraction, other_name, tight
from graphtui.view.text.lines import plain
from tests.strategies import graphs
from tests.view.shown import END, at, jacobian_lens, product


def test_the_transposes_of_a_product_are_those_that_numpy_needs() -> None:
    draw = np.random.default_rng(0)
    x, w, up = draw.normal(size=(5, 10)), draw.normal(size=(10, 3)), draw.normal(size=(5, 3))
    left, right = matmul_sides(x, w, (5, 3))
    said = contraction(left, Names("D", "X", "W"))
    assert said[:2] == ("dX = dD · Wᵀ", "(5,3)·(3,10) → (5,10)")
    np.testing.assert_allclose(left.pullback(up), up @ w.T)
    said = contraction(right, Names("D", "W", "X"))
    assert said[:2] == ("dW = Xᵀ · dD", "(10,5)·(5,3) → (10,3)")
    np.testing.assert_allclose(right.pullback(up), x.T @ up)
    assert "Σᵢ X[i, k] dD[i, j]" in said.why


def test_a_batch_is_summed() -> None:
    left, right = matmul_sides(np.ones((7, 4, 3)), np.ones((3, 2)), (7, 4, 2))
    said = contraction(right, Names("y", "w", "x"))
    assert said.formula == "dw = xᵀ · dy, summed over axis 0"
    assert said.shapes == "(7,3,4)·(7,4,2) → (3,2)"
    assert "the transpose of repeating is summing" in said.why
    assert "summed" not in contraction(left, Names("y", "x", "w")).formula


@given(graphs())
@settings(max_examples=80, deadline=None)
def test_everything_that_is_sent_has_words_and_shapes(graph: Graph) -> None:
    session = DebugSession(graph)
    session.resume()
    for step in session.run.steps:
        for sent in step.contributions:
            said = contraction(sent.local, Names("y", "x", "w"))
            assert said.formula.startswith("dx = ")
            assert said.why.endswith(".")
            assert said.shapes.endswith(f" → {tight(sent.downstream.shape)}")
            read = re.findall(r"\([\d,]*\)|scalar", said.shapes)
            assert len(read) in (2, 3)


@pytest.mark.parametrize(("slot", "other"), [(0, "W"), (1, "x")])
def test_the_other_operand_is_the_other_input(slot: int, other: str) -> None:
    graph = product()
    contribution = at(graph, END).snapshot().sent("h")[slot]
    inputs = graph.nodes["h"].inputs
    assert other_name(contribution.local, inputs, slot) == other
    text = plain(jacobian_lens(contribution, 78, 30, other=other))
    assert ("· Wᵀ" if slot == 0 else "xᵀ ·") in text
