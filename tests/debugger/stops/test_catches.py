"""Every catch stops where its trouble begins, is quiet elsewhere, and says the values."""

from __future__ import annotations

import math

import numpy as np
import pytest

from graphtui.debugger.reasons.answer import Answer
from graphtui.debugger.session import DebugSession
from graphtui.debugger.stops.catches import CATCHES, parse_catch
from graphtui.errors import CommandError
from graphtui.graph.graph import Draft, Graph, node
from tests.debugger.stopping import stops_of


def chain_of(op: str, value: object, *, dtype: str | None = None, **attrs: object) -> Graph:
    return Graph(
        [
            node("x", "input", value=value, dtype=dtype),
            node("y", op, ["x"], **attrs),
            node("L", "sum", ["y"]),
        ]
    )


def caught(graph: Graph, *catches: str, seed: object = None) -> list[tuple[str, str]]:
    """Where the catches stop, as (phase, node)."""
    session = DebugSession(graph, seed=seed)
    for text in catches:
        session.catch(text)
    tasks = session.run.plan.tasks
    return [(str(tasks[step - 1].phase), tasks[step - 1].node) for step in stops_of(session)]


def first_answer(graph: Graph, *catches: str, seed: object = None) -> str:
    session = DebugSession(graph, seed=seed)
    for text in catches:
        session.catch(text)
    answer = session.resume()
    assert session.stop is not None
    assert session.stop.reasons[0].catch == catches[0].split()[0]
    return answer


@pytest.fixture
def nested_roots() -> Graph:
    """f = sqrt(sqrt(x - 2)) at x = 1."""
    return Graph(
        [
            node("x", "input", value=1.0),
            node("two", "constant", value=2.0),
            node("d", "subtract", ["x", "two"]),
            node("inner", "sqrt", ["d"]),
            node("outer", "sqrt", ["inner"]),
        ]
    )


@pytest.fixture
def where_trap() -> Graph:
    """f = where(x > 0, log(x), 0) at x = 0: finite, with a gradient that is not."""
    return Graph(
        [
            node("x", "input", value=0.0),
            node("zero", "constant", value=0.0),
            node("positive", "greater", ["x", "zero"]),
            node("log", "log", ["x"]),
            node("f", "where", ["positive", "log", "zero"]),
        ]
    )


# NaN and infinity -------------------------------------------------------------------------------


def test_a_nan_stops_at_the_inner_root_and_not_at_what_passes_it_on(nested_roots: Graph) -> None:
    assert caught(nested_roots, "nan") == [("forward", "inner")]
    answer = first_answer(nested_roots, "nan")
    assert "caught nan: sqrt at 'inner' gives nan, as 'd' is -1." in answer


def test_the_where_trap_stops_in_backward_at_the_logarithm(where_trap: Graph) -> None:
    assert caught(where_trap, "nan") == [("backward", "log")]
    answer = first_answer(where_trap, "nan")
    assert "the gradient that 'log' (log) sends to 'x' becomes nan" in answer
    assert "an upstream of 0 meets a local gradient of infinity" in answer


def test_a_healthy_network_is_quiet(mlp: Graph) -> None:
    assert caught(mlp, *CATCHES) == []


def test_a_nan_that_is_made_of_infinities_begins_there() -> None:
    graph = Graph(
        [
            node("x", "input", value=800.0),
            node("a", "exp", ["x"]),
            node("b", "subtract", ["a", "a"]),
            node("c", "exp", ["b"]),
        ]
    )
    assert caught(graph, "nan") == [("forward", "b")]
    assert caught(graph, "inf") == [("forward", "a")]
    assert caught(graph, "nan", "inf")[:2] == [("forward", "a"), ("forward", "b")]


def test_an_infinity_in_backward() -> None:
    graph = Graph([node("x", "input", value=0.0), node("f", "sqrt", ["x"])])
    assert caught(graph, "inf") == [("backward", "f")]
    assert caught(graph, "nan") == []


def test_what_a_leaf_was_given_with_begins_where_it_is_read_first() -> None:
    graph = Graph(
        [
            node("x", "input", value=[1.0, math.nan]),
            node("a", "exp", ["x"]),
            node("b", "sin", ["x"]),
            node("c", "add", ["a", "b"]),
            node("L", "sum", ["c"]),
        ]
    )
    assert caught(graph, "nan") == [("forward", "a")]
    assert "'x' was given with nan in it; 'a' reads it" in first_answer(graph, "nan")
    assert caught(graph, "inf") == []


def test_a_masked_leaf_does_not_stop() -> None:
    graph = Graph(
        [
            node("x", "input", value=1.0),
            node("low", "constant", value=-math.inf),
            node("no", "constant", value=False),
            node("f", "where", ["no", "low", "x"]),
        ]
    )
    assert caught(graph, "inf", "nan") == []


def test_a_seed_of_nan_begins_at_the_seed() -> None:
    graph = Graph([node("x", "input", value=[1.0, 2.0]), node("y", "exp", ["x"])])
    assert caught(graph, "nan", seed=[math.nan, 1.0]) == [("seed", "y")]
    assert caught(graph, "nan", seed=[1.0, 1.0]) == []


# Zero, vanishing, exploding ---------------------------------------------------------------------


def test_a_closed_relu_makes_a_gradient_zero() -> None:
    closed = chain_of("relu", [-1.0, -2.0])
    assert caught(closed, "zero-gradient") == [("backward", "y")]
    answer = first_answer(closed, "zero-gradient")
    assert "the gradient of 'x' is 0 everywhere, though 'y' (relu) received 1.41421" in answer
    assert caught(chain_of("relu", [-1.0, 2.0]), "zero-gradient") == []


def test_a_zero_that_is_passed_on_does_not_begin() -> None:
    graph = Graph(
        [
            node("x", "input", value=2.0),
            node("a", "negative", ["x"]),
            node("b", "relu", ["a"]),
            node("c", "exp", ["b"]),
        ]
    )
    assert caught(graph, "zero-gradient") == [("backward", "b")]


def test_contributions_that_cancel_make_a_zero_where_the_last_arrives() -> None:
    graph = Graph(
        [
            node("x", "input", value=2.0),
            node("a", "sin", ["x"]),
            node("b", "sin", ["x"]),
            node("f", "subtract", ["a", "b"]),
        ]
    )
    assert caught(graph, "zero-gradient") == [("backward", "a")]
    assert "its 2 contributions cancel" in first_answer(graph, "zero-gradient")


def test_a_dead_path_beside_a_live_one_is_no_zero() -> None:
    graph = Graph(
        [
            node("x", "input", value=-2.0),
            node("a", "relu", ["x"]),
            node("b", "sin", ["x"]),
            node("f", "add", ["a", "b"]),
        ]
    )
    assert caught(graph, "zero-gradient") == []


def test_a_size_counts_as_zero_where_it_was_asked_for() -> None:
    graph = chain_of("sigmoid", [30.0])
    assert caught(graph, "zero-gradient") == []
    assert caught(graph, "zero-gradient 1e-6") == [("backward", "y")]
    assert "at most 9.3" in first_answer(graph, "zero-gradient 1e-6")
    assert "not above 1e-06" in first_answer(graph, "zero-gradient 1e-6")


def test_a_seed_of_zero_is_a_zero_gradient() -> None:
    graph = Graph([node("x", "input", value=1.0), node("f", "exp", ["x"])])
    assert caught(graph, "zero-gradient", seed=0.0) == [("seed", "f")]


def sigmoids(count: int) -> Graph:
    """Sigmoids with a slope of 1/4 each, as their inputs are moved back to 0."""
    drafts: list[Draft] = [
        node("x", "input", value=0.0),
        node("half", "constant", value=0.5),
    ]
    last = "x"
    for i in range(count):
        drafts += [node(f"s{i}", "sigmoid", [last]), node(f"d{i}", "subtract", [f"s{i}", "half"])]
        last = f"d{i}"
    return Graph(drafts)


def test_a_gradient_vanishes_where_it_falls_below_the_norm() -> None:
    assert caught(sigmoids(9), "vanishing") == []
    assert caught(sigmoids(12), "vanishing") == [("backward", "s2")]
    answer = first_answer(sigmoids(12), "vanishing")
    assert "|gradient| of 'd1' = 9.53674e-07 < 1e-06" in answer
    assert caught(sigmoids(12), "vanishing norm 1e-9") == []
    assert caught(sigmoids(2), "vanishing ratio 0.3 norm 0") == [
        ("backward", "s1"),
        ("backward", "s0"),
    ]


def test_a_gate_that_passes_little_on_is_vanishing() -> None:
    graph = chain_of("sigmoid", [8.0])
    assert caught(graph, "vanishing") == [("backward", "y")]
    assert "|downstream| / |upstream| = 0.000335" in first_answer(graph, "vanishing")
    assert "< 0.001 from 'y' (sigmoid) to 'x'" in first_answer(graph, "vanishing")
    assert caught(graph, "vanishing 1e-4") == []


def test_a_small_part_of_a_large_gradient_does_not_vanish() -> None:
    graph = Graph(
        [
            node("x", "input", value=1.0),
            node("tiny", "constant", value=1e-5),
            node("a", "multiply", ["tiny", "x"]),
            node("b", "sin", ["x"]),
            node("f", "add", ["a", "b"]),
        ]
    )
    assert caught(graph, "vanishing ratio 0 norm 1e-3") == []


def powers(count: int, factor: float) -> Graph:
    drafts: list[Draft] = [
        node("x", "input", value=1.0),
        node("k", "constant", value=factor),
    ]
    for i in range(count):
        drafts.append(node(f"m{i}", "multiply", ["k", f"m{i - 1}" if i else "x"]))
    return Graph(drafts)


def test_a_gradient_explodes_where_it_rises_above_the_norm() -> None:
    assert caught(powers(6, 10.0), "exploding") == []
    assert caught(powers(9, 10.0), "exploding") == [("backward", "m2")]
    assert "|gradient| of 'm1' = 1e+07 > 1e+06" in first_answer(powers(9, 10.0), "exploding")
    assert caught(powers(2, 5000.0), "exploding") == [("backward", "m1"), ("backward", "m0")]
    assert "|downstream| / |upstream| = 5000 > 1000" in first_answer(powers(2, 5e3), "exploding")
    assert caught(powers(2, 5000.0), "exploding ratio 1e4 norm 1e9") == []


def test_contributions_that_add_up_explode_where_the_last_arrives() -> None:
    graph = Graph(
        [
            node("x", "input", value=1.0),
            node("k", "constant", value=9e5),
            node("a", "multiply", ["k", "x"]),
            node("b", "multiply", ["k", "x"]),
            node("f", "add", ["a", "b"]),
        ]
    )
    assert caught(graph, "exploding ratio 1e9") == [("backward", "a")]


# Overflow and exceptions ------------------------------------------------------------------------


def test_half_precision_overflows_at_once() -> None:
    graph = chain_of("square", [300.0], dtype="float16")
    assert caught(graph, "overflow") == [("forward", "y")]
    answer = first_answer(graph, "overflow")
    assert "square at 'y' gives inf from finite numbers; the largest float16 is 65504" in answer
    assert caught(chain_of("square", [300.0], dtype="float32"), "overflow") == []


def test_the_sign_of_an_infinity_is_told() -> None:
    graph = Graph(
        [
            node("x", "input", value=[300.0], dtype="float16"),
            node("k", "constant", value=[-300.0], dtype="float16"),
            node("y", "multiply", ["x", "k"]),
        ]
    )
    answer = first_answer(graph, "overflow")
    assert "multiply at 'y' gives -inf from finite numbers" in answer
    root = Graph(
        [
            node("x", "input", value=[0.0]),
            node("y", "sqrt", ["x"]),
            node("z", "negative", ["y"]),
            node("L", "sum", ["z"]),
        ]
    )
    assert "'y' (sqrt) sends to 'x' becomes -inf" in first_answer(root, "inf")
    leaf = Graph([node("x", "input", value=-np.inf), node("f", "negative", ["x"])])
    assert "'x' was given with -inf in it; 'f' reads it" in first_answer(leaf, "inf")


def test_half_precision_near_its_limit() -> None:
    graph = chain_of("square", [200.0], dtype="float16")
    assert caught(graph, "overflow") == [("forward", "y")]
    assert "gives 40000, at least 0.5 of the largest float16, 65504" in (
        first_answer(graph, "overflow")
    )
    assert caught(graph, "overflow 0.9") == []


def test_an_overflow_in_backward() -> None:
    graph = Graph(
        [
            node("x", "input", value=[0.01], dtype="float16"),
            node("k", "constant", value=[60000.0], dtype="float16"),
            node("a", "multiply", ["x", "k"]),
            node("b", "multiply", ["a", "k2"]),
            node("k2", "constant", value=[2.0], dtype="float16"),
            node("L", "sum", ["b"]),
        ]
    )
    answer = first_answer(graph, "overflow 1")
    assert caught(graph, "overflow 1") == [("backward", "a")]
    assert "the gradient that 'a' (multiply) sends to 'x' reaches inf from finite numbers" in answer


@pytest.mark.parametrize(("op", "value"), [("log", 0.0), ("reciprocal", 0.0), ("sqrt", 0.0)])
def test_a_pole_is_an_infinity_and_no_overflow(op: str, value: float) -> None:
    graph = chain_of(op, [value])
    assert caught(graph, "overflow") == []
    assert caught(graph, "inf")


def test_double_precision_overflows_too() -> None:
    assert caught(chain_of("exp", [800.0]), "overflow") == [("forward", "y")]
    assert caught(chain_of("exp", [700.0]), "overflow") == []


def test_an_exception_stops_where_it_was_raised() -> None:
    drafts = [
        node("s", "input", value=[[1.0, 2.0]]),
        node("t", "tanh", ["s"]),
        node("L", "cross_entropy", ["t", "y"]),
    ]
    wrong = Graph([*drafts, node("y", "constant", value=[7])])
    assert caught(wrong, "exception") == [("forward", "L")]
    assert "caught exception: cross_entropy at 'L' raised" in first_answer(wrong, "exception")
    assert caught(Graph([*drafts, node("y", "constant", value=[1])]), "exception") == []


def test_arrays_without_elements_are_quiet() -> None:
    graph = chain_of("exp", np.zeros((0, 3)))
    assert caught(graph, *CATCHES) == []


# Switching --------------------------------------------------------------------------------------


def test_a_catch_is_turned_on_and_off_and_told(nested_roots: Graph) -> None:
    session = DebugSession(nested_roots)
    assert session.catch("nan") == "catch nan: on"
    assert session.catch("vanishing 1e-4") == "catch vanishing: on, ratio 0.0001, norm 1e-06"
    assert session.catch().splitlines()[:2] == ["catch nan: on", "catch inf: off"]
    assert len(session.catch().splitlines()) == len(CATCHES)
    assert session.catch("nan off") == "catch nan: off"
    assert session.catch("inf off") == "catch inf: off"
    assert stops_of(session) == []


def test_caught_going_back_as_going_on(where_trap: Graph) -> None:
    session = DebugSession(where_trap)
    session.catch("nan")
    session.catch("inf")
    on = stops_of(session)
    assert on == [2, 6]
    assert session.stop is not None
    session.reverse_resume()
    assert session.cursor == 2
    session.reverse_resume()
    assert session.cursor == 0
    late = DebugSession(where_trap)
    late.resume()
    late.catch("inf")
    late.reverse_resume()
    assert late.cursor == 2


def test_a_breakpoint_and_a_catch_at_one_step(nested_roots: Graph) -> None:
    session = DebugSession(nested_roots)
    session.catch("nan")
    session.break_at("inner forward")
    answer = session.resume()
    assert "breakpoint 1 (inner forward); caught nan: " in answer
    assert session.stop is not None
    assert [(r.breakpoint, r.catch) for r in session.stop.reasons] == [(1, ""), (0, "nan")]


@pytest.mark.parametrize("catch", CATCHES.values(), ids=lambda catch: catch.name)
def test_the_usage_shows_what_can_be_typed(catch: object) -> None:
    record = CATCHES[catch.name]  # type: ignore[attr-defined]
    assert parse_catch(record.name).limits == record.limits
    assert parse_catch(f"{record.name} on").limits == record.limits
    assert parse_catch(f"{record.name} off").limits is None
    for name in record.limits:
        assert parse_catch(f"{record.name} {name} 0.25").limits == {**record.limits, name: 0.25}
        assert name in record.usage.lower()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "catch what? There are nan, inf"),
        ("vanish", "'vanish' cannot be caught. Did you mean 'vanishing'?"),
        ("shape", "There are nan, inf, zero-gradient"),
        ("nan 3", "catch nan [off]"),
        ("nan size 3", "'size' is no threshold of 'nan'"),
        ("vanishing rato 1", "Did you mean 'ratio'?"),
        ("vanishing ratio", "from 0 up, such as 1e-3, got 'ratio'"),
        ("vanishing 1 2", "'1' is no threshold of 'vanishing'"),
        ("vanishing ratio 1 ratio 2", "is used like this"),
        ("vanishing -1", "from 0 up, such as 1e-3, got '-1'"),
        ("exploding inf", "got 'inf'"),
        ("exploding nan", "got 'nan'"),
        ("exploding 1e999", "got '1e999'"),
        ("exploding 1_0", "got '1_0'"),
    ],
)
def test_a_wrong_catch_is_refused_and_changes_nothing(text: str, words: str, mlp: Graph) -> None:
    session = DebugSession(mlp)
    session.catch("nan")
    with pytest.raises(CommandError) as refused:
        parse_catch(text)
    assert words in str(refused.value)
    if text:
        with pytest.raises(CommandError):
            session.catch(text)
    assert session.stops.catches == {"nan": {}}


def test_large_numbers_that_were_given_overflow_where_they_become_infinite() -> None:
    def doubled(x: float) -> Graph:
        nodes = [node("x", "input", value=x, dtype="float16"), node("y", "add", ["x", "x"])]
        return Graph([*nodes, node("z", "negative", ["y"])])

    assert caught(doubled(5e4), "overflow") == [("forward", "y")]
    assert caught(doubled(2e4), "overflow") == [("forward", "y")]
    assert "at least 0.5 of the largest float16" in first_answer(doubled(2e4), "overflow")
    assert caught(doubled(1e4), "overflow") == []


@pytest.mark.parametrize(
    ("op", "x", "catch", "kind"),
    [
        ("exp", -15.0, "vanishing", "tiny"),
        ("exp", 15.0, "exploding", "huge"),
        ("exp", 1.0, "", "ordinary"),
        ("square", 4e-4, "vanishing", "tiny"),
        ("square", 6e2, "exploding", "huge"),
        ("square", 4e2, "", "ordinary"),
    ],
)
def test_why_calls_it_what_the_catch_calls_it(op: str, x: float, catch: str, kind: str) -> None:
    session = DebugSession(Graph([node("x", "input", value=x), node("f", op, ["x"])]))
    for name in ("vanishing", "exploding"):
        session.catch(name)
    session.resume()
    assert catch == ("" if session.stop is None else session.stop.reasons[0].catch)
    answer = session.why("x").subject
    assert isinstance(answer, Answer)
    assert answer.kind == kind
