"""The schedule is known before anything runs."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from graphtui.engine.plan import Phase, Task, plan
from graphtui.graph.graph import Graph, node
from tests.strategies import graphs


def test_forward_the_seed_then_backward_in_reverse(chain: Graph) -> None:
    assert [str(task.phase)[0] + " " + task.node for task in plan(chain).tasks] == [
        "f m",
        "f s",
        "f f",
        "s f",
        "b f",
        "b s",
        "b m",
    ]


def test_steps_are_numbered_from_one(chain: Graph) -> None:
    schedule = plan(chain)
    assert schedule.forward_step == {"m": 1, "s": 2, "f": 3}
    assert schedule.seed_step == 4
    assert schedule.backward_step == {"f": 5, "s": 6, "m": 7}
    assert schedule.forward_end == 3


def test_a_constant_is_sent_nothing(chain: Graph) -> None:
    schedule = plan(chain)
    assert schedule.sends["m"] == (1,)
    assert "k" not in schedule.expects


@given(graphs())
def test_the_edges_of_the_plan_are_the_sending_ones_of_the_graph(graph: Graph) -> None:
    schedule = plan(graph)
    assert {edge for edges in schedule.edges.values() for edge in edges} == {
        edge for edge in graph.edges if edge.slot in schedule.sends.get(edge.target, ())
    }
    sent = {name: tuple(edge.slot for edge in edges) for name, edges in schedule.edges.items()}
    assert sent == schedule.sends


def test_every_use_of_a_value_is_expected(fan_out: Graph) -> None:
    assert plan(fan_out).expects == {"a": 1, "b": 1, "y": 2, "x": 1}


def test_what_the_loss_does_not_read_runs_forward_only() -> None:
    graph = Graph(
        [
            node("x", "input", value=1.0),
            node("aside", "exp", ["x"]),
            node("f", "sin", ["x"]),
        ],
        output="f",
    )
    schedule = plan(graph)
    assert "aside" in schedule.forward_step
    assert "aside" not in schedule.backward_step
    assert schedule.expects == {"x": 1}


def test_no_gradient_through_a_comparison_or_to_whole_numbers() -> None:
    graph = Graph(
        [
            node("x", "input", value=[1.0, -1.0]),
            node("zero", "constant", value=0.0),
            node("positive", "greater", ["x", "zero"]),
            node("f", "where", ["positive", "x", "zero"]),
            node("L", "sum", ["f"]),
        ]
    )
    schedule = plan(graph)
    assert schedule.sends["f"] == (1,)
    assert "positive" not in schedule.backward_step


def test_without_backward_there_is_no_seed(chain: Graph) -> None:
    schedule = plan(chain, backward=False)
    assert schedule.tasks == (
        Task(Phase.FORWARD, "m"),
        Task(Phase.FORWARD, "s"),
        Task(Phase.FORWARD, "f"),
    )
    assert schedule.seed_step == 0


def test_constants_only_have_a_seed_and_nothing_to_send() -> None:
    graph = Graph([node("k", "constant", value=np.ones(())), node("f", "exp", ["k"])])
    assert plan(graph).backward_step == {}
    assert len(plan(graph).tasks) == 2
