"""The Jacobian lens: what a local gradient would be as a matrix, a picture of it, and a window.

The matrix is never built: shapes, structure and counts are known to the map, and of the numbers
only those are asked for that fit the window.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from graphtui.engine.execute import Contribution
from graphtui.ops.linear_map import STRUCTURES, LinearMap
from graphtui.view.jacobian.contraction import contraction
from graphtui.view.jacobian.picture import Extent, extent, padded, picture, picture_legend
from graphtui.view.jacobian.pullbacks import Contraction, Names
from graphtui.view.jacobian.window import GUTTER, Entry, Window, index_text, window
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.numbers import count_text, exact, shape_text, size_text
from graphtui.view.text.paragraphs import cells, facts, wrapped
from graphtui.view.text.safe_text import clip_line, safe_text, to_ascii

NOT_BUILT = "not built"
SMALL = 6
"""A matrix of at most so many rows and columns is shown whole wherever it is spoken of."""

_BESIDE = 60
"""Cells from which on the picture stands beside the numbers."""
_LEAST_BELOW = 7
"""Lines for picture and numbers that the reason leaves them."""


_LEAST_WITH_LEGEND = 8
"""Lines for picture and numbers from which on there is one for what the colours mean."""


class Looking(NamedTuple):
    """Which part of a matrix is looked at, and how."""

    row: int = 0
    """The first of the window."""
    column: int = 0
    entry: Entry | None = None
    """That was gone to."""
    colour: bool = True
    """Whether sizes and signs can be told by colour."""
    ascii_only: bool = False


class JacobianPage(NamedTuple):
    """A drawn lens."""

    lines: list[Line]
    top: int
    """The line where the picture begins."""
    picture: Extent | None
    """How large it is; None where there is none."""
    window: Window
    """The part of the matrix that is seen in numbers."""

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
    contribution: Contribution, names: Names, width: int, height: int, looking: Looking
) -> JacobianPage:
    """One edge's Jacobian: shapes, sizes, what is really computed, a picture, a window of numbers.

    Rows are elements of the output, columns elements of the input, by row-major number. A window
    that begins beyond the matrix is moved back into it. A matrix that is shown whole in numbers has
    no picture.

    Args:
        contribution: the edge, and its map.
        names: what the arrays are called.
        width: cells.
        height: lines; there may be fewer.
        looking: which part is seen.
    """
    local = contribution.local
    done = contraction(local, names)
    head = [
        line((f"∂{names.output}/∂{names.source}", "title")),
        *jacobian_facts(local, width),
        *wrapped(f"{local.structure}: {STRUCTURES[local.structure]}", width, "dim"),
        *_contraction_lines(done, width),
    ]
    why = wrapped(done.why, width, "dim")
    if height - len(head) - len(why) >= _LEAST_BELOW:
        head += why
    axes = facts(
        (
            line(("rows ", "dim"), names.output, (f" {shape_text(local.output_shape)}", "dim")),
            line(("columns ", "dim"), names.source, (f" {shape_text(local.input_shape)}", "dim")),
        ),
        width,
    )
    head += axes
    room = max(height - len(head), 0)
    below, size, numbers = _below(contribution, width, room, looking)
    lines = [clip_line(each, width) for each in [*head, *below][: max(height, 0)]]
    if looking.ascii_only:
        lines = [tuple(Span(to_ascii(text), role) for text, role in each) for each in lines]
    return JacobianPage(lines, len(head), size, numbers)


def _contraction_lines(done: Contraction, width: int) -> list[Line]:
    """The formula and its shapes, beside it if they fit; a dot between would be a product."""
    both = line((done.formula, "downstream"), "   ", (done.shapes, "dim"))
    if cells(both) <= width:
        return [both]
    formula = wrapped(done.formula, width, "downstream", hang="  ")
    return [*formula, clip_line(line("  ", (done.shapes, "dim")), width)]


def _below(
    contribution: Contribution, width: int, height: int, looking: Looking
) -> tuple[list[Line], Extent | None, Window]:
    """The picture of the whole matrix beside or above the window of numbers, and what it shows."""
    local, (row, column, entry, *looks) = contribution.local, looking
    rows, columns = local.matrix_shape
    whole = rows < height and columns * 3 + len(str(rows)) + GUTTER <= width
    if whole or height < 4 or not rows or not columns:
        seen = window(local, width, height, row, column, entry, by_index=True)
        if entry is not None and len(seen.lines) < height:
            seen.lines.append(_corner(contribution, seen, entry))
        return seen.lines, None, seen
    legend = height >= _LEAST_WITH_LEGEND
    height -= legend
    beside = width >= _BESIDE
    size = extent(local, width * 2 // 5 if beside else width, height if beside else height // 2)
    taken = size.columns + 2 if beside else 0
    left = height if beside else height - size.lines
    seen = window(local, width - taken, left - 1, row, column, entry, by_index=True)
    drawn = picture(local, size, seen.row, seen.column, *looks)
    if not drawn.lines:
        seen = window(local, width, height - 1, row, column, entry, by_index=True)
        return [*seen.lines, _corner(contribution, seen, entry)], None, seen
    numbers = [*seen.lines, _corner(contribution, seen, entry)]
    meaning = [picture_legend(drawn, width, *looks)] if legend else []
    if not beside:
        return [*drawn.lines, *numbers, *meaning], size, seen
    blank: list[Line] = [()] * abs(len(drawn.lines) - len(numbers))
    pictured = [*drawn.lines, *blank] if len(drawn.lines) < len(numbers) else drawn.lines
    numbers += [] if len(drawn.lines) < len(numbers) else blank
    rows_of_both = zip(pictured, numbers, strict=True)
    both: list[Line] = [(*padded(each, taken), *row) for each, row in rows_of_both]
    return [*both, *meaning], size, seen


def _corner(contribution: Contribution, seen: Window, entry: Entry | None) -> Line:
    """Which derivative the first number of the window is, or that which was gone to, exactly."""
    edge, _, local, _ = contribution
    row, column = entry or (seen.row, seen.column)
    output = f"∂{safe_text(edge.target, 16)}{index_text(row, local.output_shape)}"
    source = f"∂{safe_text(edge.source, 16)}{index_text(column, local.input_shape)}"
    if entry is None:
        return line(("first ", "dim"), (f"{output}/{source}", "local"))
    found = local.window(slice(row, row + 1), slice(column, column + 1))
    return line((f"{output}/{source}", "cursor"), (" = ", "dim"), (exact(found[0, 0]), "local"))


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
        nonzero = "" if local.structure == "unknown" else f", {count_text(_count(local))} non-zero"
        counts = [f"{_plural(rows * columns)}{nonzero}", *([] if is_small(local) else [NOT_BUILT])]
        if len(indent) + len(", ".join(counts)) <= width:
            counts = [", ".join(counts)]
        pieces += [
            line(("shape ", "dim"), shape_text(local.jacobian_shape)),
            *map(line, counts),
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


def _plural(count: int) -> str:
    return f"{count_text(count)} {'entry' if count == 1 else 'entries'}"
