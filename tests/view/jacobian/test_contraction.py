"""What is said to be computed is what a pullback computes, with the shapes that it really has."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings

from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.ops import OPS
from graphtui.ops.matmul_maps import matmul_sides
from graphtui.view.jacobian.contraction import contraction, names_of, other_name
from graphtui.view.jacobian.pullbacks import Names, tight
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


def said_of(name: str, number: int = 0) -> list[str]:
    """What is said of every input of an op, at its samples."""
    op, found = OPS[name], []
    for sample in op.samples:
        attrs = op.complete(sample.attrs)
        xs = tuple(map(np.asarray, sample.arrays))
        with np.errstate(all="ignore"):
            locals_ = op.local(np.asarray(op.forward(*xs, **attrs)), *xs, **attrs)
        found += [" ".join(contraction(each, Names("y", "x", "w"))) for each in locals_ if each]
    return found


@pytest.mark.parametrize("name", OPS)
def test_every_op_has_words_of_its_own_for_its_transpose(name: str) -> None:
    for words in said_of(name):
        assert words.startswith("dx = ")
        assert "Jᵀ · dy" not in words  # the definition answers nothing


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("negative", "dx = -dy "),
        ("copy", "dx = dy "),
        ("relu", "dx = dy where ∂y/∂x is 1, else 0 "),
        ("exp", "dx = dy ∘ ∂y/∂x "),
        ("sum", "dx = dy, repeated over "),
        ("mean", "dx = 0.5 · dy, repeated over axis 1 "),
        ("max", "where it was picked, else 0"),
        ("var", "dx = (dy repeated over axis 0) ∘ ∂y/∂x"),
        ("transpose", "dx = dyᵀ "),
        ("transpose", "its axes moved back"),
        ("getitem", "what was picked twice receives twice"),
        ("concatenate", "The transpose of putting is picking."),
        ("reshape", "in the input's shape"),
        ("softmax", "this J is its own transpose"),
        ("log_softmax", "one dot product for all"),
        ("matmul", "counts as a matrix of one row"),
        ("matmul", "for each matrix of the batch"),
        ("dot", "times the weight it was summed with"),
        ("conv2d", "dx = wᵀ · dy, put back where it was seen (3,2,3,2)·(2,3,"),
        ("conv2d", "dx = Σ dy · patches(w)ᵀ over the pictures"),
        ("max_pool2d", "the largest of a window receives"),
        ("avg_pool2d", "dx = 0.25 · dy, repeated over each window"),
        ("layer_norm", "what scales all"),
        ("batch_norm", "n is x normalised over axes 0, 2, 3."),
    ],
)
def test_what_an_op_is_said_to_do(name: str, words: str) -> None:
    assert any(words in each for each in said_of(name)), said_of(name)


def test_a_factor_that_is_transposed_already_is_transposed_back() -> None:
    """`X Wᵀ`, as most layers have it: dX = dY W, and the transpose that was asked for is gone."""
    draw = np.random.default_rng(0)
    graph = Graph(
        [
            node("X", "input", value=draw.normal(size=(4, 3))),
            node("W", "parameter", value=draw.normal(size=(5, 3))),
            node("T", "transpose", ["W"]),
            node("Y", "matmul", ["X", "T"]),
            node("A", "transpose", ["X"]),
            node("Z", "matmul", ["A", "Y"]),
            node("L", "sum", ["Z"]),
        ]
    )
    snapshot = at(graph, END).snapshot()

    def said(name: str, slot: int) -> str:
        sent = snapshot.sent(name)[slot]
        names = names_of(name, sent.edge.source, slot, sent.local, graph)
        return contraction(sent.local, names).formula

    assert said("Y", 0) == "dX = dY · Tᵀ = dY · W"
    assert said("Y", 1) == "dT = Xᵀ · dY"
    assert said("T", 0) == "dW = dTᵀ"
    assert said("Z", 1) == "dY = Aᵀ · dZ = X · dZ"
    sent = snapshot.sent("Y")[0]
    np.testing.assert_allclose(sent.downstream, sent.upstream @ graph.nodes["W"].value)


def test_names_are_without_their_groups_unless_two_are_alike() -> None:
    for source, expected in (("net/x", "dx = df ∘ ∂f/∂x"), ("net/f", "dnet/f = dout/f")):
        graph = Graph(
            [
                node(source, "input", value=0.5, group="net"),
                node("out/f", "tanh", [source], group="out"),
            ]
        )
        sent = at(graph, END).snapshot().sent("out/f")[0]
        names = names_of("out/f", source, 0, sent.local, graph)
        assert contraction(sent.local, names).formula.startswith(expected)


@pytest.mark.parametrize(("slot", "other"), [(0, "W"), (1, "x")])
def test_the_other_operand_is_the_other_input(slot: int, other: str) -> None:
    graph = product()
    contribution = at(graph, END).snapshot().sent("h")[slot]
    inputs = graph.nodes["h"].inputs
    assert other_name(contribution.local, inputs, slot) == other
    text = plain(jacobian_lens(contribution, 78, 30, other=other))
    assert ("· Wᵀ" if slot == 0 else "xᵀ ·") in text
