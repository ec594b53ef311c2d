"""Maps that are found by asking: they agree with what the ops know of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from graphtui.errors import LimitError, Place, UserCodeError
from graphtui.ops import OPS, point
from graphtui.ops.linear_map import WINDOW_LIMIT, Array, LinearMap, Shape
from graphtui.ops.op import DType, Op, Sample
from graphtui.ops.point import NoVjp, Point, Result, block_by_rows
from graphtui.ops.probed_map import ProbedMap

EVERYTHING = slice(None)


@dataclass
class Asked:
    """The functions of an op, called right here, and how often."""

    value: Callable[..., Any]
    back: Callable[..., Sequence[Array | None]]
    calls: list[str] = field(default_factory=list)

    def result(
        self, shapes: Sequence[Shape], dtypes: Sequence[DType], attrs: Mapping[str, Any]
    ) -> Result:
        raise AssertionError("a map knows its shapes")

    def forward(self, xs: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        self.calls.append("forward")
        return np.array(self.value(*xs, **attrs))

    def vjp(
        self, upstream: Array, y: Array, xs: Sequence[Array], attrs: Mapping[str, Any]
    ) -> Sequence[Array | None]:
        self.calls.append("vjp")
        return self.back(upstream, y, *xs, **attrs)

    def block(
        self,
        slot: int,
        rows: Array,
        columns: Array,
        y: Array,
        xs: Sequence[Array],
        attrs: Mapping[str, Any],
    ) -> Array:
        return block_by_rows(lambda unit: self.vjp(unit, y, xs, attrs), slot, rows, columns, y)

    def defined(self, what: str) -> Place | None:
        return None


def probed(functions: Asked, *xs: Any, numeric: bool = False, **attrs: Any) -> list[ProbedMap]:
    arrays = [np.asarray(x) for x in xs]
    y = functions.forward(arrays, attrs)
    functions.calls.clear()
    here = Point(functions, y, arrays, attrs, numeric=numeric)
    return [ProbedMap(here, slot, y.shape, x.shape) for slot, x in enumerate(arrays)]


def of_op(op: Op) -> Asked:
    """The functions that a user would have written for an op of ours."""

    def back(upstream: Array, y: Array, *xs: Array, **attrs: Any) -> Sequence[Array | None]:
        maps = op.local(y, *xs, **attrs)
        return [None if local is None else np.array(local.pullback(upstream)) for local in maps]

    return Asked(op.forward, back)


CASES = [
    pytest.param(op, sample, id=f"{op.name}-{number}")
    for op in OPS.values()
    for number, sample in enumerate(op.samples)
]


def both(op: Op, sample: Sample, *, numeric: bool) -> list[tuple[ProbedMap, LinearMap]]:
    """For each floating input, the map that was found, and the one that the op knows."""
    xs, attrs = sample.arrays, op.complete(sample.attrs)
    y = np.asarray(op.forward(*xs, **attrs))
    found = probed(of_op(op), *xs, numeric=numeric, **attrs)
    known = op.local(y, *xs, **attrs)
    pairs = zip(found, known, xs, strict=True)
    return [(a, b) for a, b, x in pairs if b is not None and x.dtype.kind == "f"]


# The law: what is found is what is known ----------------------------------------------------------


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_asking_the_vjp_gives_the_map_that_the_op_has(op: Op, sample: Sample) -> None:
    for found, known in both(op, sample, numeric=False):
        if np.result_type(found.point.y).kind != "f":
            continue
        assert not found.numeric
        dense = known.window(EVERYTHING, EVERYTHING)
        np.testing.assert_allclose(found.window(EVERYTHING, EVERYTHING), dense, rtol=1e-12)
        assert found.nonzeros == np.count_nonzero(dense)
        rng = np.random.default_rng(1)
        upstream, tangent = rng.random(found.output_shape), rng.random(found.input_shape)
        np.testing.assert_array_equal(found.pullback(upstream), known.pullback(upstream))
        pushed = known.pushforward(tangent)
        np.testing.assert_allclose(found.pushforward(tangent), pushed, rtol=1e-9, atol=1e-12)
        assert found.structure == "unknown" or dense.size <= 1 or not np.isnan(dense).any()


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_differences_come_near_it(op: Op, sample: Sample) -> None:
    xs, attrs = sample.arrays, op.complete(sample.attrs)
    if op.kink is not None and np.any(op.kink(*xs, **attrs)):
        return
    for found, known in both(op, sample, numeric=True):
        dense = known.window(EVERYTHING, EVERYTHING)
        if found.point.y.dtype.kind != "f" or not np.isfinite(dense).all():
            continue
        assert found.numeric
        size = float(np.abs(dense).max(initial=1.0))
        window = found.window(EVERYTHING, EVERYTHING)
        if not np.isfinite(window).all():
            continue  # a sample at the end of its domain, where one side has no value
        np.testing.assert_allclose(window, dense, rtol=2e-6, atol=2e-7 * size)
        upstream = np.random.default_rng(1).random(found.output_shape)
        sent = found.pullback(upstream)
        assert sent.shape == found.input_shape
        near = {"rtol": 1e-5, "atol": 1e-6 * size * max(upstream.size, 1)}
        np.testing.assert_allclose(sent, known.pullback(upstream), **near)


# Asked no more often than needed ------------------------------------------------------------------

CUBE = (lambda x: x**3, lambda upstream, y, x: [3 * x**2 * upstream])
PRODUCT = (lambda a, b: a * b, lambda upstream, y, a, b: [upstream * b, upstream * a])


def test_one_vjp_serves_all_inputs() -> None:
    functions = Asked(*PRODUCT)
    left, right = probed(functions, np.array([2.0, 3.0]), np.array([5.0, 7.0]))
    upstream = np.ones(2)
    assert left.pullback(upstream).tolist() == [5.0, 7.0]
    assert right.pullback(upstream).tolist() == [2.0, 3.0]
    assert functions.calls == ["vjp"] * (1 + 2 * 2)  # and one a row for each map, to look at it
    left.pullback(np.array([1.0, 2.0]))
    assert functions.calls == ["vjp"] * 6


def test_what_is_small_is_known_after_the_pullback_and_not_asked_again() -> None:
    functions = Asked(*CUBE)
    (local,) = probed(functions, np.array([1.0, -2.0, 0.0]))
    local.pullback(np.ones(3))
    functions.calls.clear()
    assert local.structure == "diagonal"
    assert local.window(EVERYTHING, EVERYTHING).tolist() == np.diag([3.0, 12.0, 0.0]).tolist()
    assert local.compact() is not None
    assert local.nonzeros == 2
    assert local.pushforward(np.ones(3)).tolist() == [3.0, 12.0, 0.0]
    assert local.stored_nbytes == 2 * 24 + 72
    assert functions.calls == []


def test_a_large_diagonal_is_told_by_two_directions() -> None:
    functions = Asked(lambda x: np.maximum(x, 0), lambda upstream, y, x: [upstream * (x > 0)])
    x = np.sin(np.arange(100_000.0)).reshape(100, 1000)
    (local,) = probed(functions, x)
    local.pullback(np.ones_like(x))
    assert functions.calls == ["vjp"] * 3
    assert local.structure == "diagonal"
    assert local.nonzeros == np.count_nonzero(x > 0)
    np.testing.assert_array_equal(local.compact(), x > 0)
    window = local.window(slice(1000, 1003), slice(999, 1003))
    np.testing.assert_array_equal(window[:, 1:], np.diag((x > 0).reshape(-1)[1000:1003]))
    assert not window[:, 0].any()
    assert local.pushforward(np.ones_like(x)).sum() == local.nonzeros


def test_a_large_identity_and_a_large_mixture() -> None:
    (same,) = probed(Asked(lambda x: x, lambda upstream, y, x: [upstream]), np.ones(500))
    assert same.structure == "identity"
    assert same.compact() is None
    turned = Asked(lambda x: x[::-1], lambda upstream, y, x: [upstream[::-1]])
    (mixed,) = probed(turned, np.arange(500.0))
    assert mixed.structure == "unknown"
    assert mixed.nonzeros == 500 * 500
    assert mixed.compact() is None
    window = mixed.window(slice(0, 3), slice(497, 500))
    np.testing.assert_array_equal(window, np.eye(3)[::-1])
    # Of many rows and one column, the column is measured: two calls instead of 500.
    turned.calls.clear()
    column = mixed.window(EVERYTHING, slice(3, 4))
    assert turned.calls == ["forward"] * 3
    np.testing.assert_allclose(column[:, 0], np.eye(500)[496], atol=1e-9)


# Without a vjp ------------------------------------------------------------------------------------


def nowhere(upstream: Array, y: Array, *xs: Array) -> Sequence[Array]:
    raise NoVjp


def test_a_vjp_that_says_that_it_is_not_there_is_measured() -> None:
    (local,) = probed(Asked(lambda x: x**3, nowhere), np.array([1.0, 2.0]))
    assert local.numeric
    np.testing.assert_allclose(local.pullback(np.array([1.0, 10.0])), [3.0, 120.0], rtol=1e-8)
    (local,) = probed(Asked(lambda x: x**3, nowhere), np.array([1.0, 2.0]))
    local.pullback(np.ones(2))
    assert local.numeric
    assert local.structure == "diagonal"


def test_what_is_measured_is_known_to_be_a_diagonal_however_large() -> None:
    functions = Asked(np.tanh, nowhere)
    x = np.linspace(-2, 2, 20_000)
    (local,) = probed(functions, x, numeric=True)
    np.testing.assert_allclose(local.pullback(np.full(20_000, 2.0)), 2 / np.cosh(x) ** 2, rtol=1e-7)
    assert functions.calls == ["forward"] * 6
    assert local.structure == "diagonal"


def test_a_long_sum_is_measured_column_by_column_and_a_longer_one_refused() -> None:
    functions = Asked(lambda x: np.array([x.sum(), (x**2).sum()]), nowhere)
    (local,) = probed(functions, np.ones(3000), numeric=True)
    found = local.pullback(np.array([1.0, 1.0]))
    np.testing.assert_allclose(found, np.full(3000, 3.0), rtol=1e-6)
    (local,) = probed(functions, np.ones(5000), numeric=True)
    with pytest.raises(LimitError, match="no vjp, and to measure the gradient of 5,000 numbers"):
        local.pullback(np.array([1.0, 1.0]))
    assert local.structure == "unknown"


def test_a_wide_one_that_is_kept_nowhere_is_measured_all_the_same() -> None:
    weights = np.sin(np.arange(1500.0 * 1000)).reshape(1500, 1000)
    (local,) = probed(Asked(lambda x: weights @ x, nowhere), np.ones(1000), numeric=True)
    assert weights.size > WINDOW_LIMIT
    upstream = np.cos(np.arange(1500.0))
    np.testing.assert_allclose(local.pullback(upstream), upstream @ weights, atol=1e-5)


# What fails ---------------------------------------------------------------------------------------


def test_a_vjp_that_fails_stops_the_pullback_and_nothing_else() -> None:
    def back(upstream: Array, y: Array, x: Array) -> Sequence[Array]:
        raise UserCodeError("it failed")

    for size in (3, 500):
        (local,) = probed(Asked(lambda x: x, back), np.ones(size))
        with pytest.raises(UserCodeError, match="it failed"):
            local.pullback(np.ones(size))
        assert local.structure == "unknown"
        assert local.nonzeros == size * size
        assert np.isnan(local.window(slice(0, 2), slice(0, 2))).all()
    (scalar,) = probed(Asked(lambda x: x, back), np.array(2.0))
    assert np.isnan(scalar.compact())  # type: ignore[arg-type]


def test_a_vjp_that_fails_on_unit_vectors_only_leaves_the_gradient() -> None:
    def back(upstream: Array, y: Array, x: Array) -> Sequence[Array]:
        if (upstream == 0).any():
            raise UserCodeError("a zero")
        return [2 * upstream]

    (local,) = probed(Asked(lambda x: 2 * x, back), np.ones(2))
    assert local.pullback(np.ones(2)).tolist() == [2.0, 2.0]
    assert local.structure == "unknown"


def test_asking_takes_no_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(point, "PROBE_SECONDS", -1.0)
    (local,) = probed(Asked(*CUBE), np.ones(2))
    assert local.pullback(np.ones(2)).tolist() == [3.0, 3.0]
    assert local.structure == "unknown"
    monkeypatch.setattr(point, "MEASURE_SECONDS", -1.0)
    (local,) = probed(Asked(lambda x: x**3, nowhere), np.ones(2), numeric=True)
    with pytest.raises(LimitError, match="takes longer than -1 s"):
        local.pullback(np.ones(2))


def test_a_map_shows_what_the_vjp_says_also_where_it_is_wrong() -> None:
    (local,) = probed(Asked(lambda x: x**3, lambda upstream, y, x: [x * upstream]), np.ones(2))
    assert local.window(EVERYTHING, EVERYTHING).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert local.structure == "identity"


def test_a_zero_of_a_jacobian_has_no_sign() -> None:
    functions = Asked(lambda x: -2 * x, lambda upstream, y, x: [-2.0 * upstream])
    (small,) = probed(functions, np.ones(3))
    window = small.window(EVERYTHING, EVERYTHING)
    assert not np.signbit(window[window == 0]).any()


def test_none_is_a_zero() -> None:
    functions = Asked(lambda a, b: a, lambda upstream, y, a, b: [upstream, None])
    left, right = probed(functions, np.ones(2), np.ones(3))
    upstream = np.ones(2)
    assert left.pullback(upstream).tolist() == [1.0, 1.0]
    assert right.pullback(upstream).tolist() == [0.0, 0.0, 0.0]
    assert right.nonzeros == 0


def test_axes_are_summed_where_the_input_was_repeated() -> None:
    functions = Asked(
        lambda x, b: x + b, lambda upstream, y, x, b: [upstream, upstream.sum(axis=0)]
    )
    _, bias = probed(functions, np.ones((4, 3)), np.ones(3))
    assert bias.structure == "broadcast"
    assert bias.summed_axes == (0,)
