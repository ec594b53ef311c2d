"""A sum that is looked up is the sum that was made on the way, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graphtui.engine.execute import Contribution, Run
from graphtui.engine.partial_sums import EVERY, PartialSums
from graphtui.graph.graph import Edge, Graph, node
from graphtui.ops.linear_map import Array, Identity


def sent(*downstream: Array) -> list[tuple[int, Contribution]]:
    """Contributions that arrive at steps 10, 12, 14 and so on."""
    local = Identity((), ())
    return [
        (10 + 2 * k, Contribution(Edge("w", f"y{k}", 0), each, local, each))
        for k, each in enumerate(downstream)
    ]


def summed(arrived: list[tuple[int, Contribution]]) -> Array:
    """The sum as a run makes it."""
    total = arrived[0][1].downstream
    with np.errstate(all="ignore"):
        for _, contribution in arrived[1:]:
            total = np.asarray(total + contribution.downstream)
    return total


NUMBERS = st.sampled_from([1.0, 1e16, -1e16, 0.1, -0.0, 3e-200, np.inf, np.nan])


@given(
    st.lists(NUMBERS, min_size=1, max_size=3 * EVERY),
    st.lists(st.integers(1, 3 * EVERY), min_size=1, max_size=12),
)
def test_every_sum_is_the_one_that_was_made_on_the_way(
    numbers: list[float], asked: list[int]
) -> None:
    arrived = sent(*(np.array([x, 1.0]) for x in numbers))
    sums = PartialSums({"w": arrived})
    for count in asked:
        count = min(count, len(arrived))
        found = sums.of_first(count, "w")
        assert found.tobytes() == summed(arrived[:count]).tobytes()
        assert not found.flags.writeable


def test_what_arrives_later_is_counted_and_added() -> None:
    arrived = sent(np.array(1.0), np.array(2.0))
    sums = PartialSums({"w": arrived})
    assert [sums.count("w", step) for step in (9, 10, 11, 12, 99)] == [0, 1, 1, 2, 2]
    assert sums.count("x", 99) == 0
    assert sums.of_first(2, "w") == 3.0
    arrived += [(14, arrived[0][1]._replace(downstream=np.array(4.0)))]
    assert sums.of_first(3, "w") == 7.0
    assert sums.of_first(1, "w") == 1.0


def test_a_sum_is_never_begun_anew_however_one_walks() -> None:
    class Counted(list[tuple[int, Contribution]]):
        """Contributions that count how often one of them is added."""

        additions = 0

        def __getitem__(self, place: Any) -> Any:
            self.additions += 1
            return super().__getitem__(place)

    count = 50 * EVERY
    arrived = Counted(sent(*[np.array(1.0)] * count))
    sums = PartialSums({"w": arrived})
    for place in range(1, count + 1):
        assert sums.of_first(place, "w") == place
    assert arrived.additions == count, "going on costs one addition a step"
    for place in range(count, 0, -1):
        assert sums.of_first(place, "w") == place
    assert arrived.additions < count * (1 + EVERY)


def test_a_run_knows_its_gradients_as_of_any_step() -> None:
    nodes = [node("x", "input", value=0.5)]
    nodes += [node(f"y{k}", "multiply", [f"y{k - 1}" if k else "x", "x"]) for k in range(100)]
    run, growing = Run(Graph(nodes)).finish(), Run(Graph(nodes))
    seen = []
    while not growing.ended:
        growing.advance()
        seen.append(growing.gradient("x"))
    for step in [*range(len(seen), 0, -1), *range(1, len(seen) + 1, 7)]:
        found, expected = run.gradient("x", step), seen[step - 1]
        assert (found is None) == (expected is None)
        assert found is None or found.tobytes() == expected.tobytes()
    assert run.gradient("x", 0) is None
    seed = run.plan.seed_step
    assert run.gradient("y99", seed - 1) is None
    assert run.gradient("y99", seed) == 1.0


def test_a_gradient_that_was_given_is_there_once_all_has_arrived(fan_out: Graph) -> None:
    run = Run(fan_out, gradients={"y": -1.0}).finish()
    last = run.arrivals["y"][-1][0]
    assert run.gradient("y", last - 1) == 5.0
    assert run.gradient("y", last) == run.gradient("y") == -1.0
    assert run.total("y") == 7.0
