"""The structure that is read off a matrix is true of it, and as telling as it can be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphtui.ops import OPS
from graphtui.ops.linear_map import STRUCTURES, Array, LinearMap
from graphtui.ops.op import Op, Sample
from graphtui.ops.structure import structure_of

EVERYTHING = slice(None)
CASES = [
    pytest.param(op, sample, id=f"{op.name}-{number}")
    for op in OPS.values()
    for number, sample in enumerate(op.samples)
]

TELLING = {
    "identity": {"identity"},
    "diagonal": {"diagonal", "identity"},
    # What is repeated for each channel is not found where NumPy's rules would repeat it.
    "broadcast": {"broadcast", "block diagonal", "selection"},
    "permutation": {"permutation", "identity"},
    "selection": {"selection", "permutation", "identity", "broadcast"},
    "block diagonal": {"block diagonal", "identity"},
    "kronecker": {"block diagonal", "diagonal", "identity", "selection"},
    # Doubly blocked, and with several pictures a block for each.
    "toeplitz": {"toeplitz", "block diagonal", "unknown", "dense"},
    "dense": {"dense", "unknown", "diagonal", "selection", "toeplitz"},
}
"""For what an op declares, what its numbers at one point may look like as well."""


def maps(op: Op, sample: Sample) -> list[LinearMap]:
    xs, attrs = sample.arrays, op.complete(sample.attrs)
    y = np.asarray(op.forward(*xs, **attrs))
    return [local for local in op.local(y, *xs, **attrs) if local is not None]


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_what_an_op_declares_is_found_in_its_numbers(op: Op, sample: Sample) -> None:
    for local in maps(op, sample):
        dense = local.window(EVERYTHING, EVERYTHING)
        found = structure_of(dense, local.output_shape, local.input_shape)
        if dense.size > 1 and not np.isnan(dense).any():
            assert found in TELLING[local.structure], (local.structure, dense)


@pytest.mark.parametrize(
    ("matrix", "shapes", "expected"),
    [
        (np.eye(3), ((3,), (3,)), "identity"),
        (np.eye(6), ((2, 3), (6,)), "identity"),
        (np.zeros((3, 3)), ((3,), (3,)), "diagonal"),
        ([[2.0]], ((), ()), "diagonal"),
        ([[1.0]], ((), ()), "identity"),
        ([[0.0, 1.0], [1.0, 0.0]], ((2,), (2,)), "permutation"),
        ([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], ((2,), (3,)), "selection"),
        ([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]], ((3,), (2,)), "selection"),
        ([[5.0, 0.0], [0.0, 2.0], [7.0, 0.0], [0.0, 1.0]], ((2, 2), (2,)), "broadcast"),
        ([[2.0], [3.0]], ((2,), ()), "broadcast"),
        ([[1.0, 2.0, 0.0, 0.0], [0.0, 0.0, 1.0, 2.0]], ((2,), (4,)), "block diagonal"),
        ([[2.0, 0.0], [0.0, 0.0], [0.0, 3.0]], ((3,), (2,)), "block diagonal"),
        ([[1.0, 2.0, 0.0, 0], [0, 1.0, 2.0, 0], [0, 0, 1.0, 2.0]], ((3,), (4,)), "toeplitz"),
        (np.ones((2, 3)), ((2,), (3,)), "dense"),
        (np.full((4, 4), 0.25), ((4,), (4,)), "dense"),
        ([[1.0, 2.0], [0.0, 3.0]], ((2,), (2,)), "unknown"),
        ([[np.nan, 0.0], [0.0, 3.0]], ((2,), (2,)), "diagonal"),
        (np.zeros((0, 3)), ((0,), (3,)), "selection"),
    ],
)
def test_each_structure(matrix: Any, shapes: Any, expected: str) -> None:
    array: Array = np.asarray(matrix, float)
    assert structure_of(array, *shapes) == expected
    assert expected in STRUCTURES
