"""The inspector: one node's chain rule in this run's numbers, never a zero for "not yet"."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.view.inspector.inspector import inspector
from graphtui.view.text.lines import plain
from tests.strategies import graphs
from tests.view.shown import (
    END,
    at,
    bias,
    broken,
    check_golden,
    check_lines,
    fan_out,
    product,
    sigmoid,
)

WIDE, NARROW = (78, 18), (44, 28)
"""The inspector on a screen of 80 × 24, and beside the graph."""

CASES = {
    "start": (sigmoid(), 0, "f"),
    "exp_before_backward": (sigmoid(), 8, "sigmoid/e"),
    "exp": (sigmoid(), 12, "sigmoid/e"),
    "divide": (sigmoid(), 10, "f"),
    "multiply": (sigmoid(), 17, "multiply"),
    "leaf": (sigmoid(), 17, "w0"),
    "constant": (sigmoid(), 17, "sigmoid/one"),
    "fan_out_half": (fan_out(), 7, "y"),
    "fan_out": (fan_out(), 9, "y"),
    "broadcast": (bias(), END, "Y"),
    "relu": (bias(), END, "P"),
    "matmul": (product(), END, "h"),
    "fault": (broken(), 6, "inner"),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_goldens(name: str, size: tuple[int, int]) -> None:
    graph, step, focus = CASES[name]
    lines = inspector(at(graph, step, focus).snapshot(), *size)
    check_lines(lines, size[0])
    check_golden("inspector", f"{name}_{size[0]}", lines)


LONG = Graph(
    [
        node("encoder_hidden", "parameter", value=[[1.5, 2.5], [0.5, -1.0]]),
        node("attention_query_weight", "parameter", value=[[1.25, -2.5], [3.125, 4.0]]),
        node("attention_scores", "matmul", ["encoder_hidden", "attention_query_weight"]),
        node("training_loss", "mean", ["attention_scores"]),
    ]
)


@pytest.mark.parametrize("width", [34, 40, 60])
@pytest.mark.parametrize(
    ("step", "state", "number"),
    [(0, "not computed yet", "not yet"), (END, "passed on", r"(kronecker|~?-?[0-9.]+( …)?)")],
)
def test_names_leave_room_for_the_numbers(width: int, step: int, state: str, number: str) -> None:
    lines = plain(inspector(at(LONG, step, "attention_scores").snapshot(), width)).split("\n")
    labels = ("  upstream   ∂", "  downstream ∂", *["  local      ∂"] * (step == END))
    told = [line for line in lines if line.startswith(labels)]
    assert len(told) == 2 * len(labels)
    assert all(re.search(f" {number}$", line) for line in told), told
    assert lines[0].endswith(state)


def test_of_very_many_inputs_the_first_are_shown_and_the_others_counted() -> None:
    many = 20_000
    leaves = [node(f"x{number}", "input", value=1.0) for number in range(many)]
    joined = node("joined", "stack", [each.name for each in leaves])
    graph = Graph([*leaves, joined, node("total", "sum", ["joined"])])
    for step in (0, END):
        lines = plain(inspector(at(graph, step, "joined").snapshot(), 60)).split("\n")
        assert len(lines) < 200
        assert "joined (20000,) = stack([x0, x1, x2, x3, … 19,996 more])" in lines
        assert "… 19,984 more: jacobian joined.17 shows one" in lines


def text_of(graph: Graph, step: int, focus: str, width: int = 78) -> str:
    """The inspector's text, blanks that only align taken out."""
    return re.sub(" +", " ", plain(inspector(at(graph, step, focus).snapshot(), width, 18)))


def test_the_numbers_of_the_lecture() -> None:
    text = text_of(sigmoid(), 12, "sigmoid/e")
    assert "0.3679 = exp(-1)" in text
    assert "upstream ∂f/∂e -0.5344" in text
    assert "local ∂e/∂negative 0.3679 = e" in text
    assert "downstream ∂f/∂negative -0.1966" in text
    assert "-0.5344 × 0.3679 = -0.1966" in text
    assert "Jacobian 1×1 · diagonal" in text


def test_before_backward_everything_backward_is_not_yet() -> None:
    text = text_of(sigmoid(), 8, "f")
    assert text.count("not yet") == 3  # gradient, upstream, downstream
    assert "Jacobian" not in text
    assert not re.search(r"\b0\b(?!\.)", text)


def test_a_true_zero_is_a_number() -> None:
    graph = Graph([node("x", "input", value=-1.0), node("f", "relu", ["x"])])
    text = text_of(graph, END, "f")
    assert "1 × 0 = 0" in text
    assert "not yet" not in text


def test_a_fan_out_is_a_row_for_each_contribution() -> None:
    half = text_of(fan_out(), 7, "y")
    assert "received 1 of 2 arrived" in half
    assert half.count("of 2 arrived") == 1
    assert "gradient 5 so far" in half
    assert "∂c/∂y 5 so far" in half
    whole = text_of(fan_out(), 8, "y")
    assert "from b 5 sum 5" in whole
    assert "from a 2 sum 7" in whole
    assert "5 + 2 = 7" in whole
    assert "gradient 21 from y" in text_of(fan_out(), END, "x")


def partial_sum(name: str) -> Graph:
    """A value (2, 2) of this name that two nodes read; its sums have four different numbers."""
    return Graph(
        [
            node("x", "input", value=[[0.3, -0.9], [1.01, 0.35]]),
            node("k", "constant", value=[[-1.6, 1.6], [1.6, 1.6]]),
            node(name, "sin", ["x"]),
            node("p", "multiply", [name, "k"]),
            node("q", "cos", [name]),
            node("s", "add", ["p", "q"]),
            node("L", "sum", ["s"]),
        ]
    )


@pytest.mark.parametrize("name", ["r", "middling_name", "a_name_of_sixteen"])
@pytest.mark.parametrize("step", [9, 10, END])
def test_nothing_is_cut_where_42_cells_are_all(name: str, step: int) -> None:
    graph = partial_sum(name)
    session = at(graph, step, name)
    lines = plain(inspector(session.snapshot(), 42, 28)).split("\n")
    upstream = next(each for each in lines if each.strip().startswith("upstream"))
    if snapshot_is_partial(session, name):
        assert upstream.endswith((" so far", " …"))
    assert not any(re.search(r"-…|so…|= …|\d…", each) for each in lines)


def snapshot_is_partial(session: DebugSession, name: str) -> bool:
    snapshot = session.snapshot()
    return snapshot.gradient(name) is not None and not snapshot.complete(name)


def test_a_small_array_stands_in_one_line_with_all_its_elements() -> None:
    text = text_of(partial_sum("r"), END, "r", 78)
    assert "upstream ∂L/∂r [-1.891 2.306; 0.851 1.264]" in text
    assert "∂L/∂x (2, 2)" not in text  # the shape is that of r, which stands above


def test_a_shape_that_a_broadcast_changes_is_said() -> None:
    text = text_of(bias(), END, "Y")
    assert "downstream ∂L/∂X [1 0 1; 1 0 1; 1 0 1; 1 0 1]" in text
    assert "downstream ∂L/∂b (3,) [4 0 4]" in text


def test_a_formula_that_is_a_program_gives_way_to_the_structure() -> None:
    leaf = node("x", "input", value=[[1.0, 2.0, 3.0]])
    graph = Graph([leaf, node("t", "transpose", ["x"]), node("L", "sum", ["t"])])
    before, after = text_of(graph, 1, "t", 42), text_of(graph, END, "t", 42)
    assert "argsort" not in before + after
    assert "local ∂t/∂x not yet" in before
    assert "local ∂t/∂x permutation" in after
    assert "Jᵀ upstream: (3, 1) → (1, 3)" in after


def test_what_was_set_is_marked_and_no_sum_or_formula_claims_it() -> None:
    session = at(fan_out(), 8, "y")
    session.set("grad(y) = -1")
    session.go_to("y")
    text = re.sub(" +", " ", plain(inspector(session.snapshot(), 78, 18)))
    assert "gradient -1 was set" in text
    assert "5 + 2 = 7, and was set to -1" in text
    session.set("y = 4")
    session.rerun()
    session.go_to("y")
    text = re.sub(" +", " ", plain(inspector(session.snapshot(), 78, 18)))
    assert "value 4 was set" in text
    assert "4 = 3" not in text
    assert "6 = 3 * 2" in text_of(fan_out(), 8, "y")


def test_a_long_ledger_stands_after_the_edges() -> None:
    readers = [node(f"r{i}", "sin", ["y"]) for i in range(12)]
    graph = Graph(
        [
            node("x", "input", value=[0.5]),
            node("y", "exp", ["x"]),
            *readers,
            node("all", "concatenate", [reader.name for reader in readers]),
            node("L", "sum", ["all"]),
        ]
    )
    session = at(graph, 0, "y")
    session.resume()
    session.go_to("y")
    text = plain(inspector(session.snapshot(), 78, 18))
    assert text.index("upstream") < text.index("received 12 of 12 arrived")
    assert "… 4 more" in text


def test_a_value_that_is_read_twice_by_one_node() -> None:
    graph = Graph([node("x", "input", value=3.0), node("f", "multiply", ["x", "x"])])
    text = text_of(graph, END, "f")
    assert "to x, input 1" in text
    assert "to x, input 2" in text
    assert "3 + 3 = 6" in text_of(graph, END, "x")


def test_what_a_broadcast_summed() -> None:
    text = text_of(bias(), END, "Y")
    assert "summed over axis 0: (4, 3) → (3,)" in text
    assert "Jacobian 12×3 · broadcast" in text


def test_the_contraction_of_a_matrix_product() -> None:
    text = text_of(product(), END, "h")
    assert "upstream @ W.T: (2, 4) @ (4, 3) → (2, 3)" in text
    assert "x.T @ upstream: (3, 2) @ (2, 4) → (3, 4)" in text
    assert "Jacobian 8×6 · kronecker · shape (2, 4, 2, 3)" in text
    assert "48 entries, 22 non-zero, not built · dense 384 B, held 96 B" in text


def test_a_small_jacobian_is_shown_whole() -> None:
    graph = Graph(
        [
            node("x", "input", value=[1.0, -1.0, 2.0]),
            node("h", "relu", ["x"]),
            node("L", "sum", ["h"]),
        ]
    )
    lines = text_of(graph, END, "h").split("\n")
    start = next(i for i, line in enumerate(lines) if line.split() == ["0", "1", "2"])
    assert [line.split() for line in lines[start + 1 : start + 4]] == [
        ["0", "1", "0", "0"],
        ["1", "0", "0", "0"],
        ["2", "0", "0", "1"],
    ]


def test_vectors_in_a_matrix_product_have_no_shapes_to_transpose() -> None:
    graph = Graph(
        [
            node("W", "parameter", value=np.ones((2, 3))),
            node("x", "input", value=[1.0, 2.0, 3.0]),
            node("h", "matmul", ["W", "x"]),
            node("L", "sum", ["h"]),
        ]
    )
    assert "upstream @ x.T: (2,) → (2, 3)" in text_of(graph, END, "h")


def test_why_a_node_has_no_gradient() -> None:
    graph = Graph(
        [
            node("x", "input", value=[1.0, 2.0]),
            node("k", "constant", value=2.0),
            node("c", "greater", ["x", "k"]),
            node("h", "where", ["c", "x", "k"]),
            node("aside", "exp", ["x"]),
            node("L", "sum", ["h"]),
        ],
        output="L",
    )
    assert "none: a constant" in text_of(graph, END, "k")
    assert "none: bool is not continuous" in text_of(graph, END, "c")
    assert "none: no path from the output leads here" in text_of(graph, END, "aside")
    assert "to c no gradient: bool" in text_of(graph, END, "h")
    vector = Graph([node("x", "input", value=[1.0]), node("y", "exp", ["x"])])
    assert "none: the output has shape (1,) and no seed was given" in text_of(vector, END, "x")


def test_a_fault_is_among_the_first_things() -> None:
    lines = text_of(broken(), 3, "inner").split("\n")
    assert "! sqrt at 'inner' gives nan." in lines[:5]


def test_a_kink_is_marked() -> None:
    graph = Graph([node("x", "input", value=[0.0, 1.0, 0.0]), node("f", "relu", ["x"])])
    session = DebugSession(graph)
    session.step()
    text = plain(inspector(session.snapshot(), 78, 18))
    assert "▲ on a kink or tie at 2 of 3 elements; the gradient there: 0 at 0" in text


@pytest.mark.parametrize(
    ("op", "inputs", "attrs", "wanted"),
    [
        ("power", ["n", "two"], {}, "f = n**2"),
        ("power", ["n", "two"], {}, "9 = (-3)**2"),
        ("subtract", ["two", "n"], {}, "5 = 2 - (-3)"),
        ("clip", ["n"], {"min": -1.0}, "f = clip(n, -1.0, inf)"),
        ("sum", ["m"], {"axis": 0}, "f (2,) = sum(m (2, 2), axis=0)"),
        ("mean", ["m"], {}, "f = mean(m (2, 2))"),
        ("multiply", ["two", "m"], {}, "f (2, 2) = 2 * m (2, 2)"),
        ("multiply", ["n", "m"], {}, "f (2, 2) = n * m (2, 2)"),
        ("square", ["m"], {}, "f (2, 2) = m**2 with m (2, 2)"),
        ("softmax", ["m"], {}, "f (2, 2) = exp(m (2, 2)) / sum(exp(m), axis=-1, keepdims=True)"),
        ("getitem", ["m"], {"key": "0, 1:"}, "f (1,) = m[0, 1:] with m (2, 2)"),
        ("concatenate", ["m", "m"], {}, "f (4, 2) = concatenate([m (2, 2), m])"),
        ("concatenate", ["m", "m"], {"axis": 1}, "f (2, 4) = concatenate([m (2, 2), m], axis=1)"),
    ],
)
def test_formulas(op: str, inputs: list[str], attrs: dict[str, object], wanted: str) -> None:
    leaves = [
        node("n", "input", value=-3.0),
        node("m", "input", value=[[1.0, 2.0], [3.0, 4.0]]),
        node("two", "constant", value=2.0),
    ]
    graph = Graph([*leaves, node("f", op, inputs, **attrs)], output="f")
    assert wanted in text_of(graph, 1, "f")


@given(graphs(), st.data())
@settings(max_examples=80, deadline=None)
def test_any_node_can_be_inspected_at_any_moment_and_width(
    graph: Graph, data: st.DataObject
) -> None:
    session = DebugSession(graph)
    session.resume()
    session.seek(data.draw(st.integers(0, len(session.run.steps))))
    session.focus = data.draw(st.sampled_from(list(graph.nodes)))
    width = data.draw(st.integers(1, 200))
    lines = inspector(session.snapshot(), width, data.draw(st.sampled_from([18, 28])))
    check_lines(lines, width)


def test_an_op_that_stopped() -> None:
    graph = Graph(
        [
            node("scores", "input", value=[[1.0, 2.0, 3.0]]),
            node("t", "constant", value=[7]),
            node("L", "cross_entropy", ["scores", "t"]),
        ]
    )
    text = text_of(graph, END, "L")
    assert "stopped here" in text
    assert "value none the op stopped" in text


def test_what_an_edit_made_stale_says_so() -> None:
    session = at(sigmoid(), END, "s")
    session.set("w2 = 1")
    session.go_to("s")
    text = plain(inspector(session.snapshot(), 60))
    assert "value     1  stale" in text
    assert text.count("stale") == 2
    session.rerun()
    assert "stale" not in plain(inspector(session.snapshot(), 60))
