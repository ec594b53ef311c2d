"""An array as a .npy file, for NumPy to load elsewhere: written whole or not at all."""

from __future__ import annotations

import os
from typing import BinaryIO

import numpy as np

from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.kept.array_blocks import blocks
from graphtui.errors import CommandError, UsageError
from graphtui.graph.replace_file import replace_file_with
from graphtui.ops.linear_map import Array

SUFFIX = ".npy"


def save_array(path: str | os.PathLike[str], array: Array, interrupted: Interrupted = never) -> str:
    """Save `array` for `np.load`, and say where: the path, with `.npy` behind it if it was missing.

    The elements are written in row-major order, piece by piece, whatever their order in memory.

    Raises:
        UsageError: the file cannot be written; what was there is unchanged.
        CommandError: it was interrupted, or something else than an array is there, which is
            unchanged.
    """
    name = os.fspath(path)
    name = name if name.endswith(SUFFIX) else name + SUFFIX
    if os.path.lexists(name) and not _is_array(name):
        raise CommandError(f"'{name}' is there already, and is no array. Name another file.")
    replace_file_with(name, lambda file: _write(file, array, interrupted))
    return name


def _is_array(name: str) -> bool:
    """Whether the file begins like a saved array."""
    if not os.path.isfile(name):
        return False
    try:
        with open(name, "rb") as file:
            return file.read(len(np.lib.format.MAGIC_PREFIX)) == np.lib.format.MAGIC_PREFIX
    except OSError as error:
        raise UsageError(f"cannot read '{name}': {error.strerror or error}.") from None


def _write(file: BinaryIO, array: Array, interrupted: Interrupted) -> None:
    header = {
        "descr": np.lib.format.dtype_to_descr(array.dtype),
        "fortran_order": False,
        "shape": array.shape,
    }
    np.lib.format.write_array_header_1_0(file, header)
    for _, block in blocks(array):
        if interrupted():
            raise CommandError("interrupted before the array was written; nothing has changed.")
        file.write(np.ascontiguousarray(block).data)
