"""A NaN's life, told event by event, in the order of the timeline."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphtui.debugger.reasons.biography import Event, biography
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Draft, Edge, Graph, node

NAN = float("nan")


def life(
    nodes: list[Draft], name: str | None = None, *, at: int | None = None, seed: Any = None
) -> tuple[Event, ...]:
    """The events at a step, or at the end."""
    session = DebugSession(Graph(nodes), seed=seed)
    session.seek(len(session.run.plan.tasks) if at is None else at)
    return biography(session.snapshot(), name)


def trap(x: float) -> list[Draft]:
    return [
        node("x", "input", value=x),
        node("zero", "constant", value=0.0),
        node("c", "greater", ["x", "zero"]),
        node("l", "log", ["x"]),
        node("w", "where", ["c", "l", "zero"]),
    ]


def test_the_where_trap_goes_through_both_passes() -> None:
    edge = Edge("x", "l", 0)
    events = (
        Event(2, "l", None, "begins", "'l' (log) gives -inf, as 'x' is 0"),
        Event(3, "w", None, "masked", "'w' (where) masks it, so that its own value is finite (0)"),
        Event(
            6,
            "l",
            edge,
            "came back",
            "on the way back, at 'l' (log) an upstream of 0 meets a local gradient of infinity, "
            "and 0 × inf is nan",
        ),
        Event(6, "x", edge, "reaches", "it reaches the gradient of 'x'"),
    )
    assert life(trap(0.0), "x") == events
    assert life(trap(0.0)) == events
    assert life(trap(2.0), "x") == life(trap(2.0)) == ()


def test_only_what_has_happened_is_told() -> None:
    told = [[event.kind for event in life(trap(0.0), at=step)] for step in range(7)]
    assert told == [
        [],
        [],
        ["begins"],
        ["begins", "masked"],
        ["begins", "masked"],
        ["begins", "masked"],
        ["begins", "masked", "came back", "reaches"],
    ]


def roots(x: float) -> list[Draft]:
    return [
        node("x", "input", value=x),
        node("two", "constant", value=2.0),
        node("d", "subtract", ["x", "two"]),
        node("s1", "sqrt", ["d"]),
        node("s2", "sqrt", ["s1"]),
        node("e", "exp", ["s2"]),
    ]


def test_the_inner_root_begins_and_the_outer_passes_on() -> None:
    assert life(roots(1.0), at=4) == (
        Event(2, "s1", None, "begins", "'s1' (sqrt) gives nan, as 'd' is -1"),
        Event(3, "s2", None, "passed on", "'s2' (sqrt) passes it on as nan, and so does 1 more"),
        Event(4, "e", None, "reaches", "it reaches the value of 'e'"),
    )
    assert [(event.kind, event.step, event.words) for event in life(roots(1.0), "x")[2:]] == [
        (
            "came back",
            6,
            "on the way back, at 'e' (exp) an upstream of 1 meets a local gradient of nan",
        ),
        ("passed on", 7, "'s2' (sqrt) sends it on to 's1', and so do 2 more"),
        ("reaches", 9, "it reaches the gradient of 'x'"),
    ]
    assert life(roots(3.0)) == ()


def test_a_leaf_that_was_given_so() -> None:
    nodes = [
        node("x", "input", value=[1.0, NAN]),
        node("y", "input", value=2.0),
        node("m", "multiply", ["x", "y"]),
        node("f", "sum", ["m"]),
    ]
    assert life(nodes, at=0) == (Event(0, "x", None, "begins", "'x' is given as nan at [1]"),)
    kinds = [event.kind for event in life(nodes, "y")]
    assert kinds == ["begins", "passed on", "came back", "reaches"]
    assert life([node("x", "input", value=[1.0, 2.0]), *nodes[1:]]) == ()


def test_the_element_decides_which_of_two_causes_it_was() -> None:
    def picked(key: str) -> list[Draft]:
        return [
            node("x", "input", value=[0.0, NAN]),
            node("l", "log", ["x"]),
            node("f", "getitem", ["l"], key=key),
        ]

    assert life(picked("0"), "f")[0].words == "'l' (log) gives -inf at [0], as 'x' is 0"
    assert life(picked("1"), "f")[0].words == "'x' is given as nan at [1]"
    (begins, *_, last) = life(picked("0"), "l")
    assert (begins.node, last.words) == ("x", "it reaches the value of 'l'")


def test_a_matrix_product_is_followed_to_the_operand() -> None:
    nodes = [
        node("a", "input", value=np.ones((2, 2))),
        node("b", "input", value=[[1.0, NAN], [1.0, 1.0]]),
        node("c", "matmul", ["a", "b"]),
        node("f", "sum", ["c"]),
    ]
    events = life(nodes, "f")
    assert [event.words for event in events] == [
        "'b' is given as nan at [0, 1]",
        "'c' (matmul) passes it on as nan, and so does 1 more",
        "it reaches the value of 'f'",
    ]


def test_a_seed_that_was_given_so() -> None:
    nodes = [node("x", "input", value=2.0), node("f", "exp", ["x"])]
    assert life(nodes, "x", seed=NAN) == (
        Event(2, "f", None, "begins", "the seed of 'f' is given as nan"),
        Event(3, "f", Edge("x", "f", 0), "passed on", "'f' (exp) sends it on to 'x'"),
        Event(3, "x", Edge("x", "f", 0), "reaches", "it reaches the gradient of 'x'"),
    )
    assert life(nodes, "x", seed=1.0) == ()


def test_infinities_that_meet_in_a_sum() -> None:
    def sides(k: float) -> list[Draft]:
        return [
            node("x", "input", value=1.0),
            node("k", "constant", value=k),
            node("a", "multiply", ["x", "k"]),
            node("b", "multiply", ["x", "k"]),
            node("c", "multiply", ["a", "k"]),
            node("d", "multiply", ["b", "k"]),
            node("f", "subtract", ["c", "d"]),
        ]

    (begins, reaches) = life(sides(1e200), "x")
    assert begins.words == (
        "on the way back, at 'b' (multiply) an upstream of -1e+200 meets a local gradient of "
        "1e+200, and their product is more than float64 can hold"
    )
    assert reaches.words == "it reaches the gradient of 'x'"
    assert life(sides(1e100), "x") == ()
