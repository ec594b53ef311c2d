"""What a `jacobian` command tells a program: sizes, structure, the contraction, some numbers.

It is small for any matrix, and so is the work.
"""

from __future__ import annotations

from typing import Any

from graphtui.debugger.lensed import Lensed
from graphtui.graph.values import nested_list
from graphtui.view.jacobian.contraction import Names, contraction, other_name
from graphtui.view.jacobian.picture import extent, picture_lines
from graphtui.view.text.lines import plain
from graphtui.view.text.safe_text import safe_text

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
    done = contraction(local, names_of(found))
    corner = local.window(slice(MOST_SIDE), slice(MOST_SIDE))
    picture = plain(picture_lines(local, extent(local, *PICTURE), colour=False, mark=False))
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
        "picture": picture.split("\n"),
    }
    return document


def names_of(found: Lensed) -> Names:
    """What the arrays of the edge are called."""
    assert found.contribution is not None, "there is a map"
    other = other_name(found.contribution.local, found.inputs, found.slot)
    return Names(safe_text(found.node, 24), safe_text(found.input, 24), safe_text(other, 24) or "B")
