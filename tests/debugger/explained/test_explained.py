"""Words for every step: with the numbers of the run, from the record, whatever the op is."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.explained.explained import Explained
from graphtui.debugger.session import DebugSession
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from graphtui.ops import OPS
from graphtui.ops.op import Op
from graphtui.view.answers.replies import has_page, reply_document


def explain(session: DebugSession) -> Explained:
    found = perform(session, "explain").subject
    assert isinstance(found, Explained)
    return found


def words(graph: Graph, *commands: str) -> str:
    session = DebugSession(graph)
    for command in commands:
        perform(session, command)
    return perform(session, "explain").text


# The lecture's sentences ------------------------------------------------------------------------


def test_the_start_says_what_is_given_and_what_comes(fan_out: Graph) -> None:
    assert words(fan_out) == (
        "Nothing has run yet: 4 values are given. Next, the multiply gate gives 'y' its value."
    )


def test_a_graph_of_leaves_starts_backward_at_once() -> None:
    assert words(Graph([node("x", "input", value=2.0)])) == (
        "Nothing has run yet: 1 value is given. Next, backward starts at 'x'."
    )


@pytest.mark.parametrize(
    ("op", "values", "sentence"),
    [
        ("multiply", [-1.0, 2.0], "Multiply gate: -1 times 2 gives -2."),
        ("add", [-1.0, 2.0], "Add gate: -1 plus 2 gives 1."),
        ("subtract", [1.0, 2.5], "Subtract gate: 1 minus 2.5 gives -1.5."),
        ("divide", [1.0, 4.0], "Divide gate: 1 divided by 4 gives 0.25."),
        ("negative", [3.0], "Negative gate: minus 3 gives -3."),
        ("exp", [0.0], "Exp gate: exp(0) gives 1."),
        ("relu", [-2.0], "Relu gate: maximum(-2, 0) gives 0."),
        ("square", [-3.0], "Square gate: (-3)**2 gives 9."),
        ("sigmoid", [0.0], "Sigmoid gate: 1 / (1 + exp(-0)) gives 0.5."),
        ("greater", [2.0, 1.0], "Greater gate: 2 greater than 1 gives true."),
    ],
)
def test_forward_is_the_formula_with_its_numbers(
    op: str, values: Sequence[float], sentence: str
) -> None:
    leaves = [node(f"x{i}", "input", value=value) for i, value in enumerate(values)]
    graph = Graph([*leaves, node("f", op, [leaf.name for leaf in leaves])])
    assert words(graph, "step") == sentence


def test_forward_of_arrays_names_them_with_shapes(broadcast: Graph) -> None:
    assert words(broadcast, "step") == (
        "Add gate: X (4, 3) plus b (3,) gives (4, 3) of norm 23.12. 'b' is repeated along axis 0."
    )
    assert words(broadcast, "step 2") == "Sum gate: sum(Y (4, 3)) gives 68.4."


def test_the_seed_is_a_gradient_by_itself_or_given(fan_out: Graph) -> None:
    assert words(fan_out, "seek 5") == ("Backward starts here: the gradient of 'c' by itself is 1.")
    graph = Graph([node("x", "input", value=[3.0, 4.0]), node("f", "exp", ["x"])])
    session = DebugSession(graph, seed=[3.0, 4.0])
    perform(session, "seek 2")
    assert explain(session).happened == (
        "Backward starts here: the gradient of 'f' is given, (2,) of norm 5."
    )


def test_an_add_gate_distributes(fan_out: Graph) -> None:
    assert words(fan_out, "seek 6") == (
        "Add gate: upstream 1 goes unchanged to both 'a' and 'b'. "
        "The gradient distributor: upstream goes unchanged to both inputs."
    )


def test_a_multiply_gate_swaps_and_a_fan_out_adds_up(fan_out: Graph) -> None:
    assert words(fan_out, "seek 7") == (
        "Multiply gate: upstream 1; 'y' gets 1 × 5 = 5. "
        "'y' has now 1 of 2 contributions; their sum so far is 5. "
        "The swap multiplier: each input gets upstream times the other input."
    )
    assert "'y' has both contributions now; their sum, its gradient, is 7." in words(
        fan_out, "seek 8"
    )


def test_three_contributions_are_counted() -> None:
    graph = Graph(
        [
            node("x", "input", value=2.0),
            node("a", "multiply", ["x", "x"]),
            node("f", "multiply", ["a", "x"]),
        ]
    )
    assert "'x' has now 1 of 3 contributions; their sum so far is 4." in words(graph, "seek 4")
    assert "'x' has all 3 contributions now; their sum, its gradient, is 12." in words(
        graph, "seek 5"
    )


def test_one_value_read_twice_is_told_once() -> None:
    graph = Graph([node("x", "input", value=2.0), node("f", "add", ["x", "x"])])
    assert "unchanged to 'x', once for each of 2 uses." in words(graph, "seek 3")


def test_arrays_go_by_shape_and_norm_and_a_broadcast_is_summed(broadcast: Graph) -> None:
    found = words(broadcast, "seek 5")
    assert "it goes unchanged to 'X'; 'b' gets it, (3,) of norm 6.928, summed over axis 0." in found


def test_a_matrix_product_is_told_in_names(mlp: Graph) -> None:
    found = words(mlp, "until z1 backward")
    assert re.search(r"'W1' gets x\.T @ upstream, \(5, 6\) of norm [\d.]+", found)


def test_a_closed_gate_says_why() -> None:
    graph = Graph(
        [
            node("x", "input", value=[-1.0, 2.0, -3.0]),
            node("h", "relu", ["x"]),
            node("f", "sum", ["h"]),
        ]
    )
    assert "gives (3,) of norm 2, 0 at 2 of 3 elements." in words(graph, "step")
    assert "0 at 2 of 3 elements, where the gate is closed, as its input was not positive" in words(
        graph, "seek 5"
    )
    one = Graph([node("x", "input", value=-1.0), node("f", "relu", ["x"])])
    assert "'x' gets 1 × 0 = 0, as the gate is closed, as its input was" in words(one, "seek 3")


# What is not as ever ------------------------------------------------------------------------------


def test_a_fault_is_part_of_the_words() -> None:
    graph = Graph([node("x", "input", value=0.0), node("f", "log", ["x"])])
    assert words(graph, "step") == "Log gate: log(0) gives -inf. log at 'f' gives -inf."


def test_an_op_that_stops_ends_the_run() -> None:
    graph = Graph(
        [
            node("x", "parameter", value=[[1.0, 2.0]]),
            node("y", "constant", value=[7]),
            node("f", "cross_entropy", ["x", "y"]),
        ]
    )
    session = DebugSession(graph)
    perform(session, "step")
    found = explain(session)
    assert re.fullmatch(r"Cross entropy gate: it stopped, .*; the run ends here\.", found.sentence)
    perform(session, "explain on")
    perform(session, "back")
    assert perform(session, "step").text.startswith("Step 1, forward of 'f': Cross entropy gate")


def test_what_was_set_and_what_is_stale_are_told(fan_out: Graph) -> None:
    session = DebugSession(fan_out)
    perform(session, "continue")
    perform(session, "set y = 10")
    found = perform(session, "explain").text
    assert found.startswith("Multiply gate: 'y' was set to 10 by hand, and so its op was not asked")
    assert "After the edit, 8 steps are stale (`?`) until they are done again." in found
    perform(session, "continue")
    perform(session, "set grad(a) = 3")
    perform(session, "until a backward")
    assert perform(session, "explain").text.startswith(
        "The gradient of 'a' was set to 3 by hand. Multiply gate: upstream 3; "
    )


# On and off --------------------------------------------------------------------------------------


def test_it_can_stay_on(fan_out: Graph) -> None:
    session = DebugSession(fan_out)
    assert perform(session, "explain on").text.startswith("Nothing has run yet")
    assert perform(session, "step").text == (
        "Step 1, forward of 'y': Multiply gate: 3 times 2 gives 6."
    )
    perform(session, "break b")
    stopped = perform(session, "continue").text
    assert "breakpoint 1" in stopped
    assert stopped.endswith("Multiply gate: 5 times 6 gives 30.")
    assert perform(session, "explain").text == "Multiply gate: 5 times 6 gives 30."
    assert perform(session, "explain off").text == "Steps are no longer explained."
    assert perform(session, "step").text == "Step 4, forward: add gives 'c' its value."
    with pytest.raises(CommandError, match="'maybe'"):
        perform(session, "explain maybe")


def test_programs_get_the_parts(fan_out: Graph) -> None:
    session = DebugSession(fan_out)
    perform(session, "seek 7")
    reply = perform(session, "explain")
    assert not has_page(reply)
    document = reply_document(reply)
    assert json.loads(json.dumps(document)) == {
        "step": 7,
        "phase": "backward",
        "node": "b",
        "happened": "Multiply gate: upstream 1; 'y' gets 1 × 5 = 5.",
        "meaning": "The swap multiplier: each input gets upstream times the other input.",
        "also": ["'y' has now 1 of 2 contributions; their sum so far is 5."],
    }


# Every op ----------------------------------------------------------------------------------------


def sampled(op: Op, inputs: Sequence[Any], attrs: dict[str, Any]) -> DebugSession:
    leaves = [
        node(f"x{i}", "parameter" if array.dtype.kind == "f" else "constant", value=array)
        for i, array in enumerate(inputs)
    ]
    graph = Graph([*leaves, node("g", op.name, [leaf.name for leaf in leaves], **attrs)], "g")
    result = graph.nodes["g"]
    seed = np.ones(result.shape) if result.dtype.kind == "f" else None
    return DebugSession(graph, seed=seed)


@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_every_step_of_every_op_has_words(op: Op) -> None:
    for sample in op.samples:
        session = sampled(op, sample.arrays, dict(sample.attrs))
        name = op.name.replace("_", " ")
        for task in session.run.plan.tasks:
            perform(session, "step")
            found = explain(session)
            assert re.fullmatch(r"\S.*\.", found.sentence), found
            assert "  " not in found.sentence
            assert "\n" not in found.sentence
            if task.phase != "seed":
                assert found.happened.lower().startswith(f"{name} gate: ")
        if session.cursor and session.run.steps[-1].contributions:
            sources = {each.edge.source for each in session.run.steps[-1].contributions}
            assert all(f"'{each}'" in found.sentence for each in list(sources)[:1])
            assert found.meaning[:1].isupper()
