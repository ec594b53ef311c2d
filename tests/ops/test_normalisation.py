"""Normalising: it is what its parts are, entries that cancel are counted, large ones take no time.

That the Jacobians are right is for `test_conformance`.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from graphtui.ops import OPS
from graphtui.ops.linear_map import Array
from graphtui.ops.normalising_maps import Normalisation

EVERYTHING = slice(None)


def maps(name: str, x: Array, weight: Array, eps: float = 1e-5) -> list[Normalisation]:
    op, bias = OPS[name], np.zeros_like(weight)
    y = op.forward(x, weight, bias, eps=eps)
    return list(op.local(y, x, weight, bias, eps=eps))  # type: ignore[arg-type]


def test_a_batch_has_mean_0_and_variance_1_in_each_channel() -> None:
    x = 3 + 2 * np.sin(np.arange(240.0)).reshape(5, 3, 4, 4)
    y = OPS["batch_norm"].forward(x, np.ones(3), np.zeros(3), eps=0.0)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-14)
    np.testing.assert_allclose(y.var(axis=(0, 2, 3)), 1, rtol=1e-12)


@pytest.mark.parametrize("name", ["batch_norm", "layer_norm"])
def test_what_moves_or_spreads_all_alike_is_taken_out(name: str) -> None:
    x = np.cos(np.arange(12.0)).reshape(4, 3)
    (local, *_) = maps(name, x, np.ones(3), eps=0.0)
    for direction in (np.ones_like(x), x):
        np.testing.assert_allclose(local.pushforward(direction), 0, atol=1e-14)


def test_entries_that_cancel_are_no_entries() -> None:
    x = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, 3.0], [-1.0, 1.0]])
    (local, *_) = maps("batch_norm", x, np.array([2.0, 1.0]), eps=0.0)
    dense = local.window(EVERYTHING, EVERYTHING)
    assert (dense[::2, ::2] == 0).sum() == 8  # the elements are 1 and -1
    assert local.nonzeros == np.count_nonzero(dense) < 2 * 16


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(
    arrays(
        st.sampled_from([np.float64, np.float32, np.float16]),
        st.tuples(st.integers(1, 3), st.integers(1, 6)),
        elements=st.sampled_from([-2, -1, -0.5, 0, 0.25, 0.5, 1, 2, 3]),
    )
)
def test_entries_are_counted_as_they_are(normalised: Array) -> None:
    shape, one = normalised.shape, np.ones(())
    local = Normalisation(normalised, one, one, (1,), shape, shape)
    assert local.nonzeros == np.count_nonzero(local.window(EVERYTHING, EVERYTHING))


def test_a_large_batch_is_counted_at_once() -> None:
    x = np.random.default_rng(0).standard_normal((64, 16, 32, 32))
    (local, *_) = maps("batch_norm", x, np.ones(16))
    start = time.process_time()
    assert local.nonzeros == 16 * (64 * 32 * 32) ** 2
    assert time.process_time() - start < 2
    row = np.ravel_multi_index((63, 3, 4, 5), x.shape)
    near = local.window(slice(row, row + 1), slice(row - 5, row + 1))
    assert near.all()


def test_the_bias_of_a_channel_receives_the_sum_over_batch_and_places() -> None:
    x = np.sin(np.arange(24.0)).reshape(2, 3, 2, 2)
    _, by_weight, by_bias = maps("batch_norm", x, np.ones(3))
    assert by_bias.structure == by_weight.structure == "broadcast"
    assert by_bias.summed_axes == (0, 2, 3)
    np.testing.assert_allclose(by_bias.pullback(x), x.sum(axis=(0, 2, 3)))
