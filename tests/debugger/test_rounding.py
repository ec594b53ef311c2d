"""What is left where contributions cancel is rounding, and so is what is computed from it alone."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.debugger.compare.change import Level
from graphtui.debugger.compare.compare import Comparison, compare
from graphtui.debugger.rounding import Summed
from graphtui.engine.execute import Run
from graphtui.graph.graph import Graph, node
from graphtui.ops.linear_map import Array


def cancelling(factor: float, dtype: str = "float64", left: float = 0.0) -> Graph:
    """s = w x is used twice: f = a s - b s, where a and b are the same but for rounding."""
    a = np.array([0.1, 0.7], dtype) * np.asarray(factor, dtype)
    b = np.array([0.1 * factor, 0.7 * factor], "float64") * (1 + left)
    rounded = np.nextafter(b.astype(dtype), np.inf, dtype=dtype) if not left else b.astype(dtype)
    return Graph(
        [
            node("x", "input", value=np.array([3.0, 5.0], dtype)),
            node("w", "parameter", value=np.array([0.3, 0.9], dtype)),
            node("a", "constant", value=a),
            node("b", "constant", value=rounded),
            node("s", "multiply", ["w", "x"]),
            node("p", "multiply", ["a", "s"]),
            node("q", "multiply", ["b", "s"]),
            node("d", "subtract", ["p", "q"]),
            node("f", "sum", ["d"], axis=None),
        ]
    )


def known(run: Run, name: str) -> Array:
    gradient = run.gradient(name)
    assert gradient is not None
    return gradient


def level(comparison: Comparison, name: str) -> Level:
    found = comparison.by_name[name].gradient
    assert found is not None
    return found.level


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_cancels_is_rounding_and_so_is_what_it_is_passed_on_as(dtype: str) -> None:
    run = Run(cancelling(1.0, dtype)).finish()
    summed = Summed(run)
    found = {name: summed.cancels(name, known(run, name)) for name in ("s", "w", "x", "p", "d")}
    assert found == {"s": True, "w": True, "x": True, "p": False, "d": False}


def test_a_small_difference_of_large_numbers_that_is_none_of_rounding_counts() -> None:
    run = Run(cancelling(1.0, left=1e-8)).finish()
    gradient = known(run, "s")
    assert np.abs(gradient).max() < 1e-7
    assert not Summed(run).cancels("s", gradient)


def test_a_gradient_that_was_given_is_what_it_is() -> None:
    run = Run(cancelling(1.0), gradients={"s": np.array([1e-18, 0.0])}).finish()
    summed = Summed(run)
    assert not summed.cancels("s", known(run, "s"))
    assert not summed.cancels("w", known(run, "w"))


def test_rounding_is_slightly_apart() -> None:
    one, other = Run(cancelling(1.0)).finish(), Run(cancelling(3.0)).finish()
    found = compare(one, other)
    assert not np.array_equal(known(one, "s"), known(other, "s"))
    for name in ("s", "w", "x"):
        assert level(found, name) is Level.SLIGHT
    far = compare(one, Run(cancelling(1.0, left=1e-8)).finish())
    for name in ("s", "w", "x"):
        assert level(far, name) is Level.STRONG


@pytest.mark.parametrize("gate", ["multiply", "matmul"])
def test_what_one_gate_sums_up_on_the_way_cancels_too(gate: str) -> None:
    """The gradient of b is 0.1 + 0.2 - 0.3 in one contribution; that of c is tiny without a sum."""
    shape = (1,) if gate == "multiply" else (1, 1)
    k = np.array([0.1, 0.2, -0.3])
    graph = Graph(
        [
            node("b", "parameter", value=np.ones(shape)),
            node("k", "constant", value=k if gate == "multiply" else k.reshape(1, 3)),
            node("y", gate, ["b", "k"]),
            node("c", "parameter", value=np.ones(3)),
            node("little", "constant", value=np.full(3, 1e-17)),
            node("z", "multiply", ["c", "little"]),
            node("s", "add", ["y", "z"]),
            node("f", "sum", ["s"], axis=None),
        ]
    )
    run = Run(graph).finish()
    summed = Summed(run)
    assert 0 < np.abs(known(run, "b")).max() < 1e-16
    assert summed.cancels("b", known(run, "b"))
    assert not summed.cancels("c", known(run, "c"))
