"""Laws of a run that is given something, and of one that takes over what an earlier one has."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphtui.engine.execute import Run, run
from graphtui.engine.plan import Phase, plan
from graphtui.errors import UsageError
from graphtui.graph.graph import Graph, node
from graphtui.ops.linear_map import Array
from tests.strategies import graphs


def same_bits(one: Array | None, other: Array | None) -> bool:
    """Whether both are the same to the last bit, or both are missing."""
    if one is None or other is None:
        return one is other
    return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())


def agree(one: Run, other: Run) -> bool:
    """Whether two runs of the same plan have found the same, to the last bit."""
    return (
        one.plan.tasks == other.plan.tasks
        and [step.number for step in one.steps] == [step.number for step in other.steps]
        and [str(step.error) for step in one.steps] == [str(step.error) for step in other.steps]
        and all(
            same_bits(one.value(name), other.value(name))
            and same_bits(one.gradient(name), other.gradient(name))
            and len(one.received(name)) == len(other.received(name))
            and all(
                mine.edge == theirs.edge
                and same_bits(mine.upstream, theirs.upstream)
                and same_bits(mine.downstream, theirs.downstream)
                for mine, theirs in zip(one.received(name), other.received(name), strict=True)
            )
            for name in one.graph.nodes
        )
    )


# A gradient that is given ------------------------------------------------------------------------


def test_a_given_gradient_is_passed_on_and_what_was_received_stays(fan_out: Graph) -> None:
    changed = Run(fan_out, gradients={"y": -1.0}).finish()
    assert changed.gradient("y") == -1.0
    assert [c.downstream for c in changed.received("y")] == [5.0, 2.0]
    (sent,) = changed.contributions("y")
    assert (sent.upstream, sent.downstream) == (-1.0, -3.0)
    assert changed.gradient("x") == -3.0


def test_a_given_gradient_counts_once_everything_has_arrived(fan_out: Graph) -> None:
    changed = Run(fan_out, gradients={"y": -1.0})
    seen = []
    while not changed.ended:
        step = changed.advance()
        if step.phase is not Phase.FORWARD:
            seen.append((step.node, changed.gradient("y")))
    assert seen == [("c", None), ("c", None), ("b", 5.0), ("a", -1.0), ("y", -1.0)]


def test_the_gradient_of_the_output_is_the_seed(fan_out: Graph) -> None:
    changed = Run(fan_out, gradients={"c": 10.0}, seed=3.0).finish()
    assert changed.seed == changed.gradient("c") == 10.0
    assert changed.gradient("x") == 210.0
    vector = Graph([node("x", "input", value=[1.0, 2.0]), node("f", "exp", ["x"])])
    assert Run(vector, gradients={"f": [1.0, 0.0]}).finish().gradient("x").tolist() == [math.e, 0]


@pytest.mark.parametrize(
    ("gradients", "words"),
    [
        ({"q": 1.0}, "no node is named 'q'."),
        ({"x": 1.0}, "the gradient of 'x' cannot be given: it is a leaf and passes nothing on."),
        ({"k": 1.0}, "it is a leaf"),
        ({"b": 1.0}, "the gradient of 'b' cannot be given: no gradient passes through it."),
        ({"s": [1.0]}, "the gradient of 's' has shape (1,), 's' is a scalar. Give one number."),
        ({"s": "much"}, "the gradient of 's': 'much' is text, not a number."),
        ({"f": [1.0]}, "the seed has shape (1,), 'f' is a scalar. Give one number."),
    ],
)
def test_a_gradient_that_does_not_fit_is_refused(gradients: dict[str, Any], words: str) -> None:
    graph = Graph(
        [
            node("x", "input", value=0.5),
            node("k", "constant", value=2.0),
            node("b", "exp", ["k"]),
            node("s", "multiply", ["x", "b"]),
            node("f", "sin", ["s"]),
        ]
    )
    with pytest.raises(UsageError) as refusal:
        Run(graph, gradients=gradients)
    assert words in str(refusal.value)


def test_what_is_given_with_nan_in_it_begins_there(chain: Graph) -> None:
    found = [
        [(f.step, f.node, f.begins, f.message) for f in Run(chain, **given).finish().faults][:2]
        for given in (
            {"values": {"s": math.nan}},
            {"gradients": {"s": math.inf}},
            {"seed": math.nan},
        )
    ]
    assert found == [
        [
            (2, "s", True, "'s' was given with nan in it."),
            (3, "f", False, "exp at 'f' passes on nan."),
        ],
        [
            (6, "s", True, "the gradient of 's' was given with inf in it."),
            (6, "s", False, "the gradient that 's' (sin) sends to 'm' stays inf."),
        ],
        [
            (4, "f", True, "the gradient of 'f' was given with nan in it."),
            (5, "f", False, "the gradient that 'f' (exp) sends to 's' stays nan."),
        ],
    ]


# A run based on another ---------------------------------------------------------------------------


@st.composite
def changes(draw: st.DrawFn, graph: Graph) -> dict[str, dict[str, Array]]:
    """Values for up to two nodes and a gradient for at most one."""
    plain = Run(graph).finish()
    known = [name for name in graph.nodes if plain.value(name) is not None]
    sending = list(plain.plan.backward_step)
    values = draw(st.lists(st.sampled_from(known), max_size=2, unique=True))
    gradients = draw(st.lists(st.sampled_from(sending), max_size=1)) if sending else []
    return {
        "values": {name: _other(draw, plain.value(name)) for name in values},
        "gradients": {name: _other(draw, plain.value(name)) for name in gradients},
    }


def _other(draw: st.DrawFn, array: Array | None) -> Array:
    assert array is not None
    number = draw(st.sampled_from([0, 1, 3] if array.dtype.kind != "f" else [-0.0, 1.5, math.nan]))
    other = np.full(array.shape, number).astype(array.dtype)
    return draw(st.sampled_from([other, array]))


@given(graphs(), st.data())
def test_a_run_based_on_another_is_a_run_by_itself(graph: Graph, data: st.DataObject) -> None:
    first, second = data.draw(changes(graph)), data.draw(changes(graph))
    base = Run(graph, **first)
    for _ in range(data.draw(st.integers(0, len(base.plan.tasks)))):
        if not base.ended:
            base.advance()
    based, alone = Run(graph, base=base, **second), Run(graph, **second)
    for _ in based.steps:
        alone.advance()
    assert agree(based, alone)
    half = data.draw(st.integers(0, len(based.plan.tasks)))
    while not based.ended:
        if based.recomputed == half and not base.ended:
            base.advance()  # the base may go on meanwhile
        based.advance()
        alone.advance()
        assert agree(based, alone)
    assert based.ended == alone.ended


@given(graphs(), st.data())
def test_nothing_is_computed_again_before_the_first_difference(
    graph: Graph, data: st.DataObject
) -> None:
    base = Run(graph, **data.draw(changes(graph))).finish()
    based = Run(graph, base=base, **data.draw(changes(graph))).finish()
    first = based.first_difference(base)
    same = based.steps[: first - 1]
    assert all(based.reused(step.number) for step in same if not step.error)
    if first <= len(based.steps):
        assert not based.reused(first) or based.steps[first - 1].error
    assert based.recomputed == sum(not based.reused(step.number) for step in based.steps)
    again = Run(graph, base=base, values=base.given, gradients=base.replaced, seed=base.seed)
    assert again.first_difference(base) == len(base.plan.tasks) + 1


def dependents(graph: Graph, name: str) -> set[str]:
    """The nodes that are computed from that one, and itself."""
    found = {name}
    for each, record in graph.nodes.items():
        if not found.isdisjoint(record.inputs):
            found.add(each)
    return found


@given(graphs(finite=True, floats=("float64",)), st.data())
def test_only_what_depends_on_a_change_is_computed_again(graph: Graph, data: st.DataObject) -> None:
    base = Run(graph).finish()
    assume(all(step.error is None for step in base.steps))  # what raised is tried again
    name = data.draw(st.sampled_from(list(graph.nodes)))
    value = np.asarray(base.value(name))
    other = value + np.ones((), value.dtype) if value.dtype.kind != "b" else ~value
    based = Run(graph, values={name: other}, base=base).finish()
    changed = set() if same_bits(other, value) else dependents(graph, name)
    # Backward, a step reads its value, its inputs, and what came from the nodes before it.
    touched = {each.name for each in graph.nodes.values() if not changed.isdisjoint(each.inputs)}
    touched |= changed
    for edge in reversed(graph.edges):
        if edge.target in touched and edge.slot in base.plan.sends.get(edge.target, ()):
            touched.add(edge.source)
    for step in based.steps:
        if step.phase is Phase.FORWARD:
            assert based.reused(step.number) == (step.node not in changed)
        elif step.phase is Phase.SEED or step.node not in touched:
            assert based.reused(step.number)


def test_a_change_late_in_a_chain_leaves_the_rest(deep: Graph) -> None:
    base = run(deep)
    based = Run(deep, values={"n290": 0.5}, base=base).finish()
    assert based.first_difference(base) == 291
    assert agree(based, Run(deep, values={"n290": 0.5}).finish())
    # Forward 10 behind it; backward all: what they read, or what they are sent, is another.
    assert sum(not based.reused(number) for number in range(1, 301)) == 10
    gradient = Run(deep, gradients={"n100": 1.0}, base=base).finish()
    assert gradient.recomputed == 101
    assert gradient.first_difference(base) == base.plan.backward_step["n100"]


def test_a_sum_of_contributions_that_are_the_same_is_the_same(fan_out: Graph) -> None:
    base = run(fan_out)
    based = Run(fan_out, values={"three": 3.0}, base=base).finish()
    assert based.recomputed == 0
    assert based.gradient("y") is base.gradient("y")
    assert all(one is other for one, other in zip(based.steps, base.steps, strict=True))
    negative = Run(fan_out, values={"three": -0.0}, base=run(fan_out)).finish()
    assert negative.recomputed > 0


def test_a_node_given_what_it_has_is_taken_over(chain: Graph) -> None:
    base = run(chain)
    based = Run(chain, values={"s": np.sin(1.0)}, base=base).finish()
    assert (based.recomputed, based.first_difference(base)) == (0, len(base.plan.tasks) + 1)
    back = Run(chain, base=Run(chain, values={"s": 9.0}).finish()).finish()
    assert back.value("s") == np.sin(1.0)
    assert agree(back, base)


def test_another_seed_changes_the_backward_pass_only(mlp: Graph) -> None:
    base = run(mlp)
    based = Run(mlp, seed=2.0, base=base).finish()
    assert based.first_difference(base) == base.plan.seed_step
    assert based.recomputed == len(base.plan.tasks) - base.plan.forward_end
    assert agree(based, run(mlp, seed=2.0))


def test_another_graph_with_much_the_same_in_it(chain: Graph) -> None:
    other = Graph(
        [
            node("x", "input", value=0.5),
            node("k", "constant", value=2.0),
            node("m", "multiply", ["k", "x"]),
            node("s", "cos", ["m"]),
            node("f", "exp", ["s"]),
        ]
    )
    base = run(chain)
    based = Run(other, base=base).finish()
    assert agree(based, run(other))
    assert [step.number for step in based.steps if based.reused(step.number)] == [1, 4]
    assert based.first_difference(base) == 2


def test_a_plan_may_be_shared(chain: Graph) -> None:
    schedule = plan(chain)
    base = Run(chain, schedule=schedule).finish()
    assert Run(chain, values={"x": 1.0}, schedule=schedule, base=base).plan is schedule


def test_a_base_is_not_kept_alive_by_what_is_based_on_it(chain: Graph) -> None:
    import gc
    import weakref

    base = run(chain)
    oldest = weakref.ref(base)
    based = Run(chain, values={"x": 1.0}, base=base)
    del base
    gc.collect()
    assert oldest() is None
    assert agree(based.finish(), run(chain, values={"x": 1.0}))
