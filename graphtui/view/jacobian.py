"""The Jacobian lens: what a local gradient would be as a matrix, and a small window on it.

The matrix is never built: shapes, structure and counts are known to the map, and of the numbers
only those are asked for that fit the window.
"""

from __future__ import annotations

from graphtui.engine.execute import Contribution
from graphtui.ops.linear_map import STRUCTURES, Array, LinearMap
from graphtui.view.lines import Line, Span, line
from graphtui.view.numbers import count_text, number, shape_text, size_text
from graphtui.view.paragraphs import facts, wrapped
from graphtui.view.previews import aligned_texts
from graphtui.view.safe_text import clip_line, safe_text

SMALL = 6
"""A matrix of at most so many rows and columns is shown whole wherever it is spoken of."""

_CELL = 6
_GUTTER = 2


def jacobian_lens(
    contribution: Contribution, width: int, height: int, row0: int = 0, column0: int = 0
) -> list[Line]:
    """One edge's Jacobian: shapes, structure, sizes, and the window that begins at (row0, column0).

    Rows are elements of the output, columns elements of the input, by row-major number. At most
    `height` lines; a window that begins beyond the matrix is moved back into it.
    """
    edge, _, local, _ = contribution
    output, source = safe_text(edge.target, 24), safe_text(edge.source, 24)
    head = [
        line((f"∂{output}/∂{source}", "title")),
        *jacobian_facts(local, width),
        *wrapped(f"{local.structure}: {STRUCTURES[local.structure]}", width, "dim"),
        *facts(
            (
                line(("rows ", "dim"), output, (f" {shape_text(local.output_shape)}", "dim")),
                line(("columns ", "dim"), source, (f" {shape_text(local.input_shape)}", "dim")),
            ),
            width,
        ),
    ]
    numbers = matrix_window(local, width, height - len(head), row0, column0)
    return [clip_line(each, width) for each in [*head, *numbers][: max(height, 0)]]


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
        nonzero = "" if local.structure == "unknown" else f", {count_text(local.nonzeros)} non-zero"
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


def is_small(local: LinearMap) -> bool:
    """Whether the matrix is shown whole wherever it is spoken of; an identity needs no picture."""
    return max(local.matrix_shape) <= SMALL and local.structure != "identity"


def matrix_window(
    local: LinearMap, width: int, height: int, row0: int = 0, column0: int = 0
) -> list[Line]:
    """As much of the Jacobian matrix as `width` × `height` cells hold, rows and columns numbered.

    Where that is not all of it, a last line says which part it is.
    """
    rows, columns = local.matrix_shape
    if not rows or not columns:
        return [clip_line(line(("an empty matrix", "dim")), width)] if height > 0 else []
    shown_rows = min(rows, height - 1)  # a line for the column numbers
    if shown_rows < rows:
        shown_rows -= 1  # and one that says which part it is
    gutter = len(str(rows - 1)) + _GUTTER
    if shown_rows < 1 or width < gutter + 3:
        return []
    row0 = max(0, min(row0, rows - shown_rows))
    most_columns = min(columns, (width - gutter) // 2)
    column0 = max(0, min(column0, columns - 1))
    block = local.window(slice(row0, row0 + shown_rows), slice(column0, column0 + most_columns))
    cell = _cell_width(block, column0 + most_columns, width - gutter)
    fitting = min(max((width - gutter) // (cell + 1), 1), most_columns)
    column0, block = _filled_up(local, row0, shown_rows, column0, fitting, block)
    lines = _matrix_lines(block, row0, column0, gutter, cell)
    part = f"rows {_range(row0, len(block), rows)} · columns {_range(column0, fitting, columns)}"
    if block.shape != (rows, columns):
        lines.append(line((part, "dim")))
    return [clip_line(each, width) for each in lines[:height]]


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
