"""The Jacobian lens: what a local gradient would be as a matrix, a picture of it, and a window.

The matrix is never built: shapes, structure and counts are known to the map, and of the numbers
only those are asked for that fit the window.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from graphtui.engine.execute import Contribution
from graphtui.ops.linear_map import STRUCTURES, Array, LinearMap, Shape
from graphtui.view.jacobian.contraction import Contraction as Contracted
from graphtui.view.jacobian.contraction import Names, contraction
from graphtui.view.jacobian.picture import Extent, extent, padded, picture_lines
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text, number, shape_text, size_text
from graphtui.view.text.paragraphs import cells, facts, wrapped
from graphtui.view.text.previews import aligned_texts
from graphtui.view.text.safe_text import clip_line, safe_text, to_ascii

SMALL = 6
"""A matrix of at most so many rows and columns is shown whole wherever it is spoken of."""

_CELL = 6
_GUTTER = 2
_BESIDE = 60
"""Cells from which on the picture stands beside the numbers."""
_LEAST_BELOW = 7
"""Lines for picture and numbers that the reason leaves them."""


class JacobianPage(NamedTuple):
    """A drawn lens."""

    lines: list[Line]
    top: int
    """The line where the picture begins."""
    picture: Extent | None
    """How large it is; None where there is none."""

    def entry_at(self, local: LinearMap, x: int, y: int) -> tuple[int, int] | None:
        """The row and the column of the first entry of the pixel that is drawn at a cell."""
        if self.picture is None or not 0 <= x < self.picture.columns:
            return None
        if not 0 <= y - self.top < self.picture.lines:
            return None
        rows, columns = local.matrix_shape
        down = 2 * (y - self.top) * rows // self.picture.rows
        return min(down, rows - 1), x * columns // self.picture.columns


def jacobian_page(
    contribution: Contribution,
    width: int,
    height: int,
    row0: int,
    column0: int,
    other: str,
    looks: Mapping[str, bool],
) -> JacobianPage:
    """One edge's Jacobian: shapes, sizes, what is really computed, a picture, a window of numbers.

    Rows are elements of the output, columns elements of the input, by row-major number. A window
    that begins beyond the matrix is moved back into it. A matrix that is shown whole in numbers has
    no picture.

    Args:
        contribution: the edge, and its map.
        width: cells.
        height: lines; there may be fewer.
        row0: the first row of the window.
        column0: its first column.
        other: the other operand of a product; "" where it is not known.
        looks: how the picture looks: the keywords of `picture_lines`.
    """
    edge, _, local, _ = contribution
    output, source = safe_text(edge.target, 24), safe_text(edge.source, 24)
    done = contraction(local, Names(output, source, safe_text(other, 24) or "B"))
    head = [
        line((f"∂{output}/∂{source}", "title")),
        *jacobian_facts(local, width),
        *wrapped(f"{local.structure}: {STRUCTURES[local.structure]}", width, "dim"),
        *_contraction_lines(done, width),
    ]
    why = wrapped(done.why, width, "dim")
    if height - len(head) - len(why) >= _LEAST_BELOW:
        head += why
    axes = facts(
        (
            line(("rows ", "dim"), output, (f" {shape_text(local.output_shape)}", "dim")),
            line(("columns ", "dim"), source, (f" {shape_text(local.input_shape)}", "dim")),
        ),
        width,
    )
    head += axes
    room = max(height - len(head), 0)
    below, picture = _below(contribution, width, room, row0, column0, looks)
    lines = [clip_line(each, width) for each in [*head, *below][: max(height, 0)]]
    if looks.get("ascii_only"):
        lines = [tuple(Span(to_ascii(text), role) for text, role in each) for each in lines]
    return JacobianPage(lines, len(head), picture)


def _contraction_lines(done: Contracted, width: int) -> list[Line]:
    """The formula and its shapes, beside it if they fit; a dot between would be a product."""
    both = line((done.formula, "downstream"), "   ", (done.shapes, "dim"))
    if cells(both) <= width:
        return [both]
    formula = wrapped(done.formula, width, "downstream", hang="  ")
    return [*formula, clip_line(line("  ", (done.shapes, "dim")), width)]


def _below(
    contribution: Contribution,
    width: int,
    height: int,
    row0: int,
    column0: int,
    looks: Mapping[str, bool],
) -> tuple[list[Line], Extent | None]:
    """The picture of the whole matrix beside or above the window of numbers."""
    local = contribution.local
    rows, columns = local.matrix_shape
    whole = rows < height and columns * 3 + len(str(rows)) + _GUTTER <= width
    if whole or height < 4 or not rows or not columns:
        return matrix_window(local, width, height, row0, column0), None
    beside = width >= _BESIDE
    size = extent(local, width * 2 // 5 if beside else width, height if beside else height // 2)
    taken = size.columns + 2 if beside else 0
    left = height if beside else height - size.lines
    numbers, row0, column0 = _window(local, width - taken, left - 1, row0, column0)
    numbers.append(_corner(contribution, row0, column0))
    picture = picture_lines(local, size, row0, column0, **looks)
    if not picture:
        numbers, row0, column0 = _window(local, width, height - 1, row0, column0)
        return [*numbers, _corner(contribution, row0, column0)], None
    if not beside:
        return [*picture, *numbers], size
    blank: list[Line] = [()] * abs(len(picture) - len(numbers))
    if len(picture) < len(numbers):
        picture += blank
    else:
        numbers += blank
    rows_of_both = zip(picture, numbers, strict=True)
    return [(*padded(each, taken), *row) for each, row in rows_of_both], size


def _corner(contribution: Contribution, row: int, column: int) -> Line:
    """Which derivative the first number of the window is, by the indices of both elements."""
    edge, local = contribution.edge, contribution.local
    output = f"∂{safe_text(edge.target, 16)}{_index(row, local.output_shape)}"
    source = f"∂{safe_text(edge.source, 16)}{_index(column, local.input_shape)}"
    return line(("first ", "dim"), (f"{output}/{source}", "local"))


def _index(number_: int, shape: Shape) -> str:
    """`[2, 1]`, the element of a row-major number; "" for a scalar's."""
    place = np.unravel_index(number_, shape) if shape else ()
    return f"[{', '.join(str(int(each)) for each in place)}]" if shape else ""


def jacobian_facts(local: LinearMap, width: int, indent: str = "") -> list[Line]:
    """`Jacobian 8×6 · kronecker · 48 entries, 24 non-zero, not built · dense 384 B, held 96 B`."""
    rows, columns = local.matrix_shape
    pieces = [
        line(("Jacobian ", "dim"), f"{count_text(rows)}×{count_text(columns)}"),
        line((local.structure, "local")),
    ]
    if local.numeric:
        pieces.append(line(("numeric: found by central differences", "warning")))
    if rows * columns != 1:
        built = "" if is_small(local) else ", not built"
        nonzero = "" if local.structure == "unknown" else f", {count_text(_count(local))} non-zero"
        count = f"{_plural(rows * columns)}{nonzero}{built}"
        pieces += [
            line(("shape ", "dim"), shape_text(local.jacobian_shape)),
            line(count),
            line(
                ("dense ", "dim"), size_text(local.dense_nbytes),
                (", held ", "dim"), size_text(local.stored_nbytes),
            ),
        ]  # fmt: skip
    return facts(pieces, width, indent)


@lru_cache(8)
def _count(local: LinearMap) -> int:
    """The entries that are not zero: counted once, because a large array is read for it."""
    return local.nonzeros


def is_small(local: LinearMap) -> bool:
    """Whether the matrix is shown whole wherever it is spoken of; an identity needs no picture."""
    return max(local.matrix_shape) <= SMALL and local.structure != "identity"


def matrix_window(
    local: LinearMap, width: int, height: int, row0: int = 0, column0: int = 0
) -> list[Line]:
    """As much of the Jacobian matrix as `width` × `height` cells hold, rows and columns numbered.

    Where that is not all of it, a last line says which part it is.
    """
    return _window(local, width, height, row0, column0)[0]


def _window(
    local: LinearMap, width: int, height: int, row0: int, column0: int
) -> tuple[list[Line], int, int]:
    """The window, and the row and the column that it really begins with."""
    rows, columns = local.matrix_shape
    if not rows or not columns:
        empty = [clip_line(line(("an empty matrix", "dim")), width)] if height > 0 else []
        return empty, 0, 0
    shown_rows = min(rows, height - 1)  # a line for the column numbers
    if shown_rows < rows:
        shown_rows -= 1  # and one that says which part it is
    gutter = len(str(rows - 1)) + _GUTTER
    row0 = max(0, min(row0, rows - max(shown_rows, 1)))
    column0 = max(0, min(column0, columns - 1))
    if shown_rows < 1 or width < gutter + 3:
        return [], row0, column0
    most_columns = min(columns, (width - gutter) // 2)
    block = local.window(slice(row0, row0 + shown_rows), slice(column0, column0 + most_columns))
    cell = _cell_width(block, column0 + most_columns, width - gutter)
    fitting = min(max((width - gutter) // (cell + 1), 1), most_columns)
    column0, block = _filled_up(local, row0, shown_rows, column0, fitting, block)
    lines = _matrix_lines(block, row0, column0, gutter, cell)
    part = f"rows {_range(row0, len(block), rows)} · columns {_range(column0, fitting, columns)}"
    if len(part) > width:
        part = part.replace(" of ", "/").replace("columns ", "").replace("rows ", "")
    if block.shape != (rows, columns):
        lines.append(line((part, "dim")))
    return [clip_line(each, width) for each in lines[:height]], row0, column0


def _cell_width(block: Array, columns: int, room: int) -> int:
    """The cells of the widest number or column number, where there is room for that."""
    longest = _longest(_texts(block, _CELL))
    return max(1, min(max(longest, len(str(columns - 1))), room - 1))


def _texts(block: Array, width: int) -> list[list[str]]:
    """The numbers with the same decimals where that takes no more room: columns count here."""
    aligned = aligned_texts(block, width)
    single = [[number(x, width) for x in row] for row in block]
    return aligned if _longest(aligned) <= _longest(single) else single


def _longest(texts: list[list[str]]) -> int:
    return max((len(text) for row in texts for text in row), default=1)


def _filled_up(
    local: LinearMap, row0: int, rows: int, column0: int, fitting: int, block: Array
) -> tuple[int, Array]:
    """The columns shown: those asked for, moved left if the matrix ends before the window."""
    start = max(0, min(column0, local.matrix_shape[1] - fitting))
    if start == column0:
        return column0, block[:, :fitting]
    return start, local.window(slice(row0, row0 + rows), slice(start, start + fitting))


def _matrix_lines(block: Array, row0: int, column0: int, gutter: int, cell: int) -> list[Line]:
    numbers = "".join(f" {column0 + j:>{cell}}" for j in range(block.shape[1]))
    lines = [line((" " * gutter + numbers, "dim"))]
    texts = _texts(block, _CELL)
    if _longest(texts) > cell:
        texts = _texts(block, cell)
    for i, row in enumerate(block):
        spans = [Span(f"{row0 + i:>{gutter - 1}} ", "dim")]
        for x, text in zip(row, texts[i], strict=True):
            spans.append(Span(f" {text:>{cell}}", "local" if x else "dim"))
        lines.append(tuple(spans))
    return lines


def _range(start: int, count: int, total: int) -> str:
    return f"{count_text(start)}–{count_text(start + count - 1)} of {count_text(total)}"


def _plural(count: int) -> str:
    return f"{count_text(count)} {'entry' if count == 1 else 'entries'}"
