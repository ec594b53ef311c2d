"""What a `jacobian` command tells a program: sizes, structure, the contraction, some numbers.

It is small for any matrix, and so is the work.
"""

from __future__ import annotations

from typing import Any

from graphtui.debugger.lensed import Lensed
from graphtui.graph.values import nested_list
from graphtui.ops.linear_map import LinearMap
from graphtui.view.jacobian.contraction import contraction, names_of
from graphtui.view.jacobian.picture import extent, picture_lines
from graphtui.view.jacobian.window import element
from graphtui.view.text.lines import plain

MOST_SIDE = 20
"""Rows and columns of the matrix that are sent as numbers."""
PICTURE = 40, 20
"""Cells of the picture."""


def lensed_document(found: Lensed) -> dict[str, Any]:
    """The edge in plain dicts and lists; its Jacobian is null where it is not there yet."""
    document: dict[str, Any] = {
        "node": found.node,
        "input": found.input,
        "slot": found.slot,
        "jacobian": None,
    }
    if found.contribution is None:
        return document
    local = found.contribution.local
    rows, columns = local.matrix_shape
    done = contraction(local, names_of(found.node, found.input, found.slot, local, found.graph))
    corner = local.window(slice(MOST_SIDE), slice(MOST_SIDE))
    picture = plain(picture_lines(local, extent(local, *PICTURE), colour=False))
    document["jacobian"] = {
        "structure": local.structure,
        "numeric": local.numeric,
        "shape": list(local.jacobian_shape),
        "matrix_shape": [rows, columns],
        "output_shape": list(local.output_shape),
        "input_shape": list(local.input_shape),
        "entries": rows * columns,
        "nonzeros": None if local.structure == "unknown" else local.nonzeros,
        "dense_nbytes": local.dense_nbytes,
        "stored_nbytes": local.stored_nbytes,
        "contraction": done._asdict(),
        "corner": nested_list(corner),
        "entry": None if found.entry is None else _entry(local, *found.entry),
        "picture": picture.split("\n"),
    }
    return document


def _entry(local: LinearMap, row: int, column: int) -> dict[str, Any]:
    """An entry, by the row and the column of the matrix and by the indices of both elements."""
    found = local.window(slice(row, row + 1), slice(column, column + 1))
    return {
        "row": row,
        "column": column,
        "output": element(row, local.output_shape),
        "input": element(column, local.input_shape),
        "value": nested_list(found[0, 0]),
    }
