from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphtui.errors import LimitError
from graphtui.ops import OPS
from graphtui.ops.linear_map import (
    STRUCTURES,
    WINDOW_LIMIT,
    Diagonal,
    Identity,
    LinearMap,
    broadcast_axes,
    broadcast_sources,
    sum_to_shape,
)
from graphtui.ops.moving_maps import Selection
from graphtui.ops.summing_maps import DiagonalMinusOuter, Reduction


def _locals(name: str, *inputs: Any, **attrs: Any) -> tuple[LinearMap | None, ...]:
    op, xs = OPS[name], [np.asarray(x, dtype=float) for x in inputs]
    complete = op.complete(attrs)
    return op.local(op.forward(*xs, **complete), *xs, **complete)


# Windows ------------------------------------------------------------------------------------------


def test_a_window_is_bounded() -> None:
    wide = Diagonal(np.ones(4096) > 0, (4096,), (4096,))
    with pytest.raises(LimitError, match=r"4,096 × 4,096 entries .* than the 1,048,576"):
        wide.window(slice(None), slice(None))
    assert wide.window(slice(0, 256), slice(None)).size == WINDOW_LIMIT


def test_a_window_takes_any_slice() -> None:
    local = Diagonal(np.arange(1.0, 6.0), (5,), (5,))
    dense = np.diag(np.arange(1.0, 6.0))
    for rows, columns in (
        (slice(None, None, 2), slice(-2, None)),
        (slice(None, None, -1), slice(None)),
        (slice(3, 99), slice(0, 0)),
    ):
        np.testing.assert_array_equal(local.window(rows, columns), dense[rows, columns])


def test_a_window_of_nothing_has_a_shape() -> None:
    assert Identity((0, 3), (0,)).window(slice(None), slice(None)).shape == (0, 0)
    assert Reduction(1.0, (0,), (3,), (0, 3)).window(slice(0, 2), slice(None)).shape == (2, 0)


# Broadcasting -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "given", "axes"),
    [
        ((4, 3), (3,), (0,)),
        ((4, 3), (4, 1), (1,)),
        ((4, 3), (), (0, 1)),
        ((1, 3), (3,), ()),
        ((0, 3), (1, 3), (0,)),
        ((2, 4, 3), (2, 1, 3), (1,)),
    ],
)
def test_the_broadcast_ledger(output: Any, given: Any, axes: Any) -> None:
    assert broadcast_axes(output, given) == axes
    local = Diagonal(1.0, output, given)
    assert local.summed_axes == axes
    assert local.pullback(np.ones(output)).shape == given
    repeated = np.broadcast_to(np.arange(np.prod(given, dtype=int)).reshape(given), output)
    sources = broadcast_sources(np.arange(repeated.size), output, given)
    np.testing.assert_array_equal(sources, repeated.reshape(-1))


def test_sums_keep_the_dtype() -> None:
    assert sum_to_shape(np.ones((4, 3), np.float16), (1, 3)).dtype == np.float16


def test_matmul_tells_which_batch_axes_it_sums() -> None:
    left, right = _locals("matmul", np.ones((5, 2, 3)), np.ones((3, 4)))
    assert left is not None
    assert right is not None
    assert (left.summed_axes, right.summed_axes) == ((), (0,))


# Structures ---------------------------------------------------------------------------------------

DECLARED: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[str | None, ...]]] = [
    ("add", ([1.0, 2.0], [3.0, 4.0]), {}, ("identity", "identity")),
    ("add", (np.ones((4, 3)), np.ones(3)), {}, ("identity", "broadcast")),
    ("add", (np.ones((1, 3)), np.ones(3)), {}, ("identity", "identity")),
    ("multiply", ([1.0, 2.0], 2.0), {}, ("diagonal", "broadcast")),
    ("cos", (0.0,), {}, ("diagonal",)),
    ("exp", ([0.0, 1.0],), {}, ("diagonal",)),
    ("where", ([True, False], [1.0, 2.0], 3.0), {}, (None, "diagonal", "broadcast")),
    ("matmul", (np.ones((2, 3)), np.ones((3, 4))), {}, ("kronecker", "kronecker")),
    ("matmul", (np.ones(3), np.ones((3, 4))), {}, ("dense", "kronecker")),
    ("matmul", (np.ones((2, 3)), np.ones(3)), {}, ("kronecker", "dense")),
    ("matmul", (np.ones((5, 2, 3)), np.ones((3, 4))), {}, ("block diagonal", "kronecker")),
    ("matmul", (np.ones((2, 3)), np.ones((5, 3, 4))), {}, ("block diagonal", "block diagonal")),
    ("matmul", (np.ones((1, 3)), np.ones((5, 3, 4))), {}, ("dense", "block diagonal")),
    ("dot", ([1.0, 2.0], [3.0, 4.0]), {}, ("dense", "dense")),
    ("sum", (np.ones((2, 3)),), {}, ("dense",)),
    ("sum", (np.ones((2, 3)),), {"axis": 0}, ("kronecker",)),
    ("sum", (np.ones((2, 1)),), {"axis": 1}, ("identity",)),
    ("mean", (np.ones((2, 1)),), {"axis": 1}, ("identity",)),
    ("max", ([[1.0, 2.0], [4.0, 3.0]],), {"axis": 1}, ("selection",)),
    ("max", ([[1.0, 2.0], [3.0, 3.0]],), {"axis": 1}, ("block diagonal",)),
    ("max", ([3.0, 3.0],), {}, ("dense",)),
    ("var", ([[1.0, 2.0], [4.0, 3.0]],), {"axis": 1}, ("block diagonal",)),
    ("softmax", ([1.0, 2.0],), {}, ("dense",)),
    ("softmax", (np.ones((2, 3)),), {}, ("block diagonal",)),
    ("softmax", (np.ones((2, 1)),), {}, ("diagonal",)),
    ("reshape", (np.ones((2, 3)),), {"shape": (3, 2)}, ("identity",)),
    ("broadcast_to", (np.ones(3),), {"shape": (2, 3)}, ("broadcast",)),
    ("transpose", (np.ones((2, 3)),), {}, ("permutation",)),
    ("concatenate", (np.ones(2), np.ones(3)), {}, ("selection", "selection")),
    ("getitem", (np.ones(4),), {"key": "1:3"}, ("selection",)),
    ("copy", (2.0,), {}, ("identity",)),
    ("stop_gradient", (2.0,), {}, (None,)),
]


@pytest.mark.parametrize(("name", "inputs", "attrs", "expected"), DECLARED)
def test_the_structure_that_a_lecture_would_name(
    name: str, inputs: Any, attrs: Any, expected: Any
) -> None:
    declared = tuple(local and local.structure for local in _locals(name, *inputs, **attrs))
    assert declared == expected


def test_every_record_knows_its_structure() -> None:
    for op in OPS.values():
        for sample in op.samples:
            xs, attrs = sample.arrays, op.complete(sample.attrs)
            for local in op.local(op.forward(*xs, **attrs), *xs, **attrs):
                assert local is None or local.structure in set(STRUCTURES) - {"unknown"}


# One kind each ------------------------------------------------------------------------------------


def test_an_element_picked_twice_receives_twice() -> None:
    (local,) = _locals("getitem", [1.0, 2.0, 3.0], key="[0, 0, 2]")
    assert isinstance(local, Selection)
    np.testing.assert_array_equal(local.pullback(np.array([1.0, 10.0, 100.0])), [11.0, 0.0, 100.0])
    assert local.stored_nbytes == 3 * np.dtype(np.intp).itemsize


def test_the_nonzeros_of_a_softmax_are_counted_exactly_where_products_underflow() -> None:
    rng = np.random.default_rng(0)
    for scale in (1.0, 200.0, 400.0):
        p = np.exp(-scale * rng.random((3, 17)))
        p[0, :4] = 0.0
        local = DiagonalMinusOuter(p, p, p, 1, p.shape, p.shape)
        dense = local.window(slice(None), slice(None))
        assert local.nonzeros == np.count_nonzero(dense)


def test_softmax_counts_its_array_once() -> None:
    x = np.zeros((2, 3))
    (local,) = _locals("softmax", x)
    assert local is not None
    assert local.stored_nbytes == x.nbytes


def test_a_map_of_one_number_shows_it() -> None:
    assert Identity((), ()).compact() == 1.0
    assert Identity((2,), (2,)).compact() is None
    (local,) = _locals("tanh", 0.0)
    assert local is not None
    assert local.compact() == 1.0


def test_a_pullback_never_copies_where_nothing_changes() -> None:
    upstream = np.ones((2, 3))
    assert Identity((2, 3), (2, 3)).pullback(upstream) is upstream
    assert Diagonal(1.0, (2, 3), (2, 3)).pullback(upstream) is upstream
    assert np.shares_memory(Reduction(1.0, (0,), (3,), (2, 3)).pullback(upstream[0]), upstream)


def test_ops_take_plain_numbers() -> None:
    assert OPS["tanh"].forward(0.0) == 0.0
    (local,) = OPS["tanh"].local(0.0, 0.0)  # type: ignore[arg-type]
    assert local is not None
    assert local.pullback(np.asarray(2.0)) == 2.0
