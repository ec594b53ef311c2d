"""Dropout is random only in its seed: the same elements go, and the mean stays what it was."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.ops import OPS
from graphtui.ops.linear_map import Array

DROPOUT = OPS["dropout"]
X = np.linspace(1.0, 2.0, 4000).reshape(40, 100)


def dropped(p: float, seed: int = 0) -> Array:
    return np.asarray(DROPOUT.forward(X, p=p, seed=seed))


def test_the_same_seed_drops_the_same_elements_forward_and_back() -> None:
    y = dropped(0.5, seed=3)
    np.testing.assert_array_equal(dropped(0.5, seed=3), y)
    assert not np.array_equal(dropped(0.5, seed=4), y)
    (local,) = DROPOUT.local(y, X, p=0.5, seed=3)
    assert local is not None
    np.testing.assert_array_equal(local.pullback(X), y)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_mean_stays_what_it_was(p: float) -> None:
    assert dropped(p).mean() == pytest.approx(X.mean(), rel=0.15)
    assert np.count_nonzero(dropped(p)) == pytest.approx((1 - p) * X.size, rel=0.15)


def test_nothing_and_everything_can_be_dropped() -> None:
    np.testing.assert_array_equal(dropped(0.0), X)
    np.testing.assert_array_equal(dropped(1.0), 0)
    (local,) = DROPOUT.local(dropped(1.0), X, p=1.0, seed=0)
    assert local is not None
    assert local.nonzeros == 0
