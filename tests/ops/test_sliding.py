"""Convolution and pooling at the sizes of real networks: nothing large is built, kept or searched.

That the numbers are right is for `test_conformance`.
"""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.ops import OPS
from graphtui.ops.linear_map import Array, LinearMap
from graphtui.ops.sliding import few_items, window

BATCH = np.sin(np.arange(64.0 * 3 * 32 * 32)).reshape(64, 3, 32, 32)
FILTERS = np.cos(np.arange(32.0 * 3 * 5 * 5)).reshape(32, 3, 5, 5)
PATCHES = 8 * 64 * 3 * 25 * 32 * 32
"""Bytes of all the patches of the batch."""


def layer(x: Array, weight: Array, **attrs: Any) -> tuple[Array, list[LinearMap]]:
    op = OPS["conv2d"]
    complete = op.complete(attrs)
    y = op.forward(x, weight, **complete)
    return y, [local for local in op.local(y, x, weight, **complete) if local is not None]


def test_the_patches_of_a_batch_are_never_all_there() -> None:
    tracemalloc.start()
    try:
        y, maps = layer(BATCH, FILTERS, padding=2)
        sent = [local.pullback(y) for local in maps]
        pushed = maps[0].pushforward(sent[0])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * y.nbytes + sent[0].nbytes < PATCHES + 3 * y.nbytes
    assert pushed.shape == y.shape
    assert [local.stored_nbytes for local in maps] == [FILTERS.nbytes, BATCH.nbytes]


def test_a_layer_of_32_filters_on_64_pictures_takes_well_under_a_second() -> None:
    taken = []
    for _ in range(3):  # a busy machine may be slow at a time
        start = time.process_time()
        y, maps = layer(BATCH, FILTERS, padding=2)
        for local in maps:
            local.pullback(y)
        taken.append(time.process_time() - start)
    assert min(taken) < 1


def test_a_window_on_a_huge_jacobian_reads_only_what_it_shows() -> None:
    y, (by_x, by_weight) = layer(BATCH, FILTERS, padding=2)
    assert by_x.matrix_shape == (y.size, BATCH.size)
    assert by_x.dense_nbytes > 2**40
    row = int(np.ravel_multi_index((5, 7, 10, 12), y.shape))
    first = int(np.ravel_multi_index((5, 1, 8, 10), BATCH.shape))
    start = time.process_time()
    np.testing.assert_array_equal(
        by_x.window(slice(row, row + 1), slice(first, first + 5))[0], FILTERS[7, 1, 0]
    )
    own = slice(7 * 75, 8 * 75)
    np.testing.assert_array_equal(
        by_weight.window(slice(row, row + 1), own)[0], BATCH[5, :, 8:13, 10:15].reshape(-1)
    )
    assert by_x.nonzeros == 64 * 32 * 3 * (30 + 31 + 32 + 31 + 30) ** 2
    assert time.process_time() - start < 0.5


def test_pooling_keeps_one_number_for_each_winner() -> None:
    op = OPS["max_pool2d"]
    attrs = op.complete({"kernel_size": 2})
    y = op.forward(BATCH, **attrs)
    (local,) = op.local(y, BATCH, **attrs)
    assert local is not None
    assert local.stored_nbytes == 8 * y.size
    np.testing.assert_array_equal(local.pushforward(BATCH), y)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_layer_keeps_its_precision(dtype: Any) -> None:
    x, weight = BATCH[:2].astype(dtype), FILTERS[:4].astype(dtype)
    y, maps = layer(x, weight, stride=2)
    assert y.dtype == dtype
    assert [local.pullback(y).dtype for local in maps] == [dtype, dtype]


def test_whole_numbers_and_truths_may_be_pooled() -> None:
    for x in (np.array([[[[-5, -3], [-4, -7]]]]), np.array([[[[False, True], [False, False]]]])):
        op = OPS["max_pool2d"]
        attrs = op.complete({"kernel_size": 2, "padding": 1, "stride": 1})
        y = op.forward(x, **attrs)
        assert y.dtype == x.dtype
        assert y[0, 0, 1, 1] == x.max()
        np.testing.assert_array_equal(y[0, 0, ::2, ::2], x[0, 0])


axes = st.tuples(
    st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 3), st.integers(1, 9)
)


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(axes, axes)
def test_what_is_seen_and_what_is_put_back_are_counted_right(down: Any, across: Any) -> None:
    taps, stride, padding, dilation, size = zip(down, across, strict=True)
    sliding, shape = window(taps, stride, padding, dilation), (2, 3, *size)
    rows, columns = sliding.places(shape)
    if not rows * columns:
        return
    x = np.arange(1.0, np.prod(shape) + 1).reshape(shape)
    seen = sliding.patches(x)
    assert seen.shape == (2, 3, *taps, rows, columns)
    by_tap = list(sliding.tapped(x))
    np.testing.assert_array_equal(np.stack(by_tap, axis=2).reshape(seen.shape), seen)
    np.testing.assert_array_equal(
        np.count_nonzero(seen[0, 0], axis=(2, 3)), sliding.place_counts(shape)
    )
    times = sliding.put_back([np.ones_like(each) for each in by_tap], shape)
    np.testing.assert_array_equal(times[1, 2], sliding.seen_counts(shape))
    np.testing.assert_array_equal(sliding.put_back(by_tap, shape), times * x)


@given(st.integers(0, 50), st.integers(0, 10**6))
def test_every_picture_has_its_turn_once(count: int, patched: int) -> None:
    turns = [number for items in few_items(count, patched) for number in range(count)[items]]
    assert turns == list(range(count))
