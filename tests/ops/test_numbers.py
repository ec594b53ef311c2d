"""What ops give at the points where textbook formulas break: far out, at kinks, among ties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphtui.ops import OPS

# Numbers far out ----------------------------------------------------------------------------------

STABLE = [
    ("sigmoid", [-750.0, -40.0, 0.0, 40.0, 750.0], [0.0, 4.248354255291589e-18, 0.5, 1.0, 1.0]),
    ("sigmoid", [-700.0, -745.0], [9.859676543759770e-305, 5e-324]),
    ("softplus", [-750.0, -40.0, 0.0, 750.0], [0.0, 4.248354255291589e-18, np.log(2), 750.0]),
    ("softmax", [1000.0, 1000.0, -1000.0], [0.5, 0.5, 0.0]),
    ("softmax", [-1e308, 0.0], [0.0, 1.0]),
    ("log_softmax", [1000.0, 0.0], [0.0, -1000.0]),
    ("log_softmax", [-1e5, -1e5], [-np.log(2), -np.log(2)]),
    ("logsumexp", [1000.0, 1000.0], 1000.0 + np.log(2)),
    ("logsumexp", [-1000.0, -1000.0], -1000.0 + np.log(2)),
    ("logsumexp", [np.inf, 0.0], np.inf),
    ("tanh", [-750.0, 750.0], [-1.0, 1.0]),
    ("elu", [-750.0, -1e-12, 750.0], [-1.0, -1e-12, 750.0]),
]


@pytest.mark.parametrize(("name", "x", "expected"), STABLE)
def test_stable_forms(name: str, x: list[float], expected: Any) -> None:
    op, array = OPS[name], np.array(x)
    attrs = op.complete({})
    y = op.forward(array, **attrs)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=0)
    with np.errstate(invalid="ignore"):  # inf - inf, where the input is infinite
        (local,) = op.local(y, array, **attrs)
    assert local is not None
    if np.isfinite(array).all():
        assert np.isfinite(local.pullback(np.ones_like(y))).all()


def test_cross_entropy_stays_finite_where_a_probability_underflows() -> None:
    logits, target = np.array([[0.0, -2000.0]]), np.array([1])
    y = OPS["cross_entropy"].forward(logits, target)
    assert y == 2000.0
    local = OPS["cross_entropy"].local(y, logits, target)[0]
    assert local is not None
    np.testing.assert_array_equal(local.pullback(np.ones(())), [[1.0, -1.0]])


# Kinks and ties -----------------------------------------------------------------------------------

KINKS: list[tuple[str, dict[str, Any], tuple[Any, ...], tuple[Any, ...]]] = [
    ("relu", {}, ([-1.0, 0.0, -0.0, 1.0],), ([0, 0, 0, 1],)),
    ("abs", {}, ([-2.0, 0.0, 2.0],), ([-1, 0, 1],)),
    ("leaky_relu", {"negative_slope": 0.1}, ([-1.0, 0.0, 1.0],), ([0.1, 0.1, 1],)),
    ("elu", {"alpha": 0.5}, ([0.0, 1.0],), ([0.5, 1],)),
    ("clip", {"min": -1.0, "max": 1.0}, ([-1.0, 1.0, 1.5, 0.0],), ([1, 1, 0, 1],)),
    ("sqrt", {}, ([0.0, 4.0],), ([np.inf, 0.25],)),
    ("maximum", {}, ([1.0, 2.0, 3.0], [1.0, 3.0, 2.0]), ([0.5, 0, 1], [0.5, 1, 0])),
    ("minimum", {}, ([1.0, 2.0, 3.0], [1.0, 3.0, 2.0]), ([0.5, 1, 0], [0.5, 0, 1])),
    ("max", {}, ([3.0, 1.0, 3.0, 3.0],), ([1 / 3, 0, 1 / 3, 1 / 3],)),
    ("min", {"axis": 1}, ([[1.0, 1.0], [2.0, 1.0]],), ([[0.5, 0.5], [0, 1]],)),
    ("max_pool2d", {"kernel_size": 2}, ([[[[3.0, 3.0], [1.0, 3.0]]]],), ([[[[1, 0], [0, 0]]]],)),
    (
        "max_pool2d",
        {"kernel_size": 2, "stride": 1},
        ([[[[1.0, 3.0, 3.0], [3.0, 0.0, 1.0]]]],),
        ([[[[0, 2, 0], [0, 0, 0]]]],),
    ),
    (
        "max_pool2d",
        {"kernel_size": 2, "padding": 1},
        ([[[[-np.inf, -2.0], [np.nan, np.nan]]]],),
        ([[[[1, 1], [1, 1]]]],),
    ),
    ("power", {}, ([0.0, 0.0], [0.0, 2.0]), ([0, 0], [0, 0])),
    ("power", {}, ([0.0, 0.0], [1.0, 0.5]), ([1, np.inf], [0, 0])),
    ("power", {}, ([-2.0], [2.0]), ([-4], [np.nan])),
    ("power", {}, ([0.0], [-1.0]), ([-np.inf], [-np.inf])),
    ("sigmoid", {}, ([0.0],), ([0.25],)),
]
"""Op, attributes, inputs, and for each input the gradient for upstream 1, in PyTorch."""


@pytest.mark.parametrize(("name", "attrs", "inputs", "expected"), KINKS)
def test_conventions_at_kinks_are_pytorchs(
    name: str, attrs: Any, inputs: Any, expected: Any
) -> None:
    op, xs = OPS[name], [np.array(x) for x in inputs]
    attrs = op.complete(attrs)
    with np.errstate(divide="ignore"):
        y = np.asarray(op.forward(*xs, **attrs))
        locals_ = op.local(y, *xs, **attrs)
    for local, gradient in zip(locals_, expected, strict=True):
        assert local is not None
        np.testing.assert_allclose(local.pullback(np.ones(y.shape)), gradient, rtol=1e-15)


AT_KINKS = [
    ("relu", {}, ([0.0, 1.0],), [True, False]),
    ("abs", {}, ([0.0, 1.0],), [True, False]),
    ("leaky_relu", {}, ([0.0, 1.0],), [True, False]),
    ("elu", {}, ([0.0, 1.0],), [False, False]),
    ("elu", {"alpha": 0.5}, ([0.0, 1.0],), [True, False]),
    ("clip", {"min": 0.0}, ([0.0, 1.0],), [True, False]),
    ("sqrt", {}, ([0.0, 1.0],), [True, False]),
    ("power", {}, ([0.0, 0.0, 1.0], [0.0, 2.0, 0.5]), [True, False, False]),
    ("maximum", {}, ([[1.0], [2.0]], [1.0, 3.0]), [[True, False], [False, False]]),
    ("minimum", {}, ([1.0, 2.0], 1.0), [True, False]),
    ("max", {"axis": 1}, ([[3.0, 3.0], [1.0, 3.0]],), [True, False]),
    ("min", {"axis": 0, "keepdims": True}, ([[3.0, 3.0], [1.0, 3.0]],), [[False, True]]),
    (
        "max_pool2d",
        {"kernel_size": 2, "stride": 1, "padding": (1, 0)},
        ([[[[3.0, 3.0, 1.0], [1.0, 2.0, 2.0]]]],),
        [[[[True, False], [True, False], [False, True]]]],
    ),
    ("max_pool2d", {"kernel_size": 2, "padding": 1}, ([[[[-np.inf]]]],), [[[[False]]]]),
    ("hinge_loss", {}, ([[1.0, 0.0]], [0]), True),
    ("hinge_loss", {}, ([[1.0, 0.5]], [0]), False),
]


@pytest.mark.parametrize(("name", "attrs", "inputs", "expected"), AT_KINKS)
def test_kink_marks_the_outputs_that_sit_on_one(
    name: str, attrs: Any, inputs: Any, expected: Any
) -> None:
    op, xs = OPS[name], [np.array(x) for x in inputs]
    attrs = op.complete(attrs)
    assert op.kink is not None
    marked = np.asarray(op.kink(*xs, **attrs))
    assert marked.shape == op.shape(*(x.shape for x in xs), **attrs)
    np.testing.assert_array_equal(marked, expected)


def test_every_kink_is_in_the_tables() -> None:
    kinked = {op.name for op in OPS.values() if op.kink is not None}
    assert kinked == {row[0] for row in AT_KINKS}
    assert kinked - {"hinge_loss"} <= {row[0] for row in KINKS}


def test_a_mask_stops_an_infinite_upstream() -> None:
    x = np.array([-1.0, 2.0])
    for name in ("relu", "clip"):
        op = OPS[name]
        attrs = op.complete({} if name == "relu" else {"min": 0.0})
        (local,) = op.local(op.forward(x, **attrs), x, **attrs)
        assert local is not None
        np.testing.assert_array_equal(local.pullback(np.array([np.inf, np.inf])), [0.0, np.inf])


@pytest.mark.parametrize("name", ["cross_entropy", "hinge_loss"])
@pytest.mark.parametrize("wrong", [3, -1])
def test_a_target_that_is_no_class_is_told(name: str, wrong: int) -> None:
    op = OPS[name]
    with pytest.raises(IndexError, match=rf"target {wrong} is not a class: .* 3 classes.* 0 to 2"):
        op.forward(np.ones((2, 3)), np.array([0, wrong]), **op.complete({}))


def test_gradients_of_the_losses_by_hand() -> None:
    scores = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
    hinge = OPS["hinge_loss"]
    y = hinge.forward(scores, np.array([0, 1, 2]), margin=1.0)
    np.testing.assert_allclose(y, (2.9 + 0.0 + 12.9) / 3, rtol=1e-12)
    local = hinge.local(y, scores, np.array([0, 1, 2]), margin=1.0)[0]
    assert local is not None
    by_hand = np.array([[-1, 1, 0], [0, 0, 0], [1, 1, -2]]) / 3
    np.testing.assert_allclose(local.pullback(np.ones(())), by_hand, rtol=1e-15)
