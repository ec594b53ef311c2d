"""Derivatives by central differences: how near they come, and that a zero is a zero."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.ops.derivative import derivative


def along(function, x, tangent, dtype=np.float64):  # type: ignore[no-untyped-def]
    return derivative(lambda xs: np.asarray(function(xs[0])), [np.asarray(x, dtype)], 0, tangent)


@pytest.mark.parametrize(
    ("function", "slope", "x"),
    [
        (np.exp, np.exp, 1.0),
        (np.sin, np.cos, 1000.0),
        (np.log, lambda x: 1 / x, 0.5),
        (lambda x: x**3, lambda x: 3 * x**2, -2.0),
        (lambda x: 1e6 * x, lambda x: 1e6, 3.0),
        (lambda x: x * x, lambda x: 2 * x, 1e9),
    ],
)
def test_it_comes_near(function, slope, x) -> None:  # type: ignore[no-untyped-def]
    assert along(function, [x], np.ones(1)) == pytest.approx([slope(x)], rel=1e-7)


def test_what_does_not_change_is_zero_and_so_is_rounding() -> None:
    direction = np.array([1.0, 0.0])
    found = along(lambda x: np.stack([x[0], 1e3 + 0 * x[0], x.sum() - x[0]]), [2, 3], direction)
    assert found[0] == pytest.approx(1.0, rel=1e-9)
    assert found[1:].tolist() == [0.0, 0.0]


def test_a_function_of_single_precision_is_moved_further() -> None:
    found = along(lambda x: np.exp(x.astype(np.float32)), [1.0], np.ones(1))
    assert found == pytest.approx([np.e], rel=1e-3)


def test_without_a_direction_nothing_changes() -> None:
    assert along(np.exp, [1.0, 2.0], np.zeros(2)).tolist() == [0.0, 0.0]


def test_inputs_stay_as_they_are() -> None:
    x, label = np.array([1.0, 2.0], np.float32), np.array([1])
    x.flags.writeable = label.flags.writeable = False
    seen = []

    def function(xs):  # type: ignore[no-untyped-def]
        seen.append([each.dtype.name for each in xs])
        return xs[0][xs[1]]

    assert derivative(function, [x, label], 0, np.array([0.0, 1.0])) == pytest.approx([1.0])
    assert x.tolist() == [1.0, 2.0]
    assert set(map(tuple, seen)) == {("float64", "int64")}
