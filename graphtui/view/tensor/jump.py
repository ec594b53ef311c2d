"""Going to `[2, :, 3:9]`: whole numbers say where axes stand, slices which ones are shown.

The notation is NumPy's. What the slices and numbers pick is marked.
"""

from __future__ import annotations

from dataclasses import replace

from graphtui.errors import CommandError
from graphtui.ops.key import Key, key_text, parse_key
from graphtui.ops.linear_map import Shape
from graphtui.ops.mismatch import Mismatch, axis_count
from graphtui.view.tensor.view import TensorView, cursor_column, cursor_row
from graphtui.view.text.numbers import shape_text

_HOW = "Write an index or a slice for each axis, such as `[2, :, 3:9]`."


def jumped(view: TensorView, text: str) -> TensorView:
    """The view of what `text` picks, with the cursor on the first of it, and all of it marked.

    Axes with a slice are shown, if there are two of them or the one is not shown already; of more
    than two, the last. An axis that is not spoken of is a whole slice. A single element is gone to
    and not marked.

    Raises:
        CommandError: it cannot be read, has too many axes, an index out of range, or picks nothing.
    """
    try:
        picked = _picked(parse_key(_without_brackets(text)), view.shape)
    except Mismatch as error:
        raise CommandError(f"{error}") from None
    if view.value.size == 0:
        raise CommandError(f"{view.title} {shape_text(view.shape)} is empty: nothing to go to.")
    sliced = [axis for axis, part in enumerate(picked) if isinstance(part, range)]
    ranges = tuple(part if isinstance(part, range) else range(part, part + 1) for part in picked)
    for axis, part in enumerate(ranges):
        if not part:
            raise CommandError(
                f"'{text.strip()}' picks nothing: axis {axis} has {view.shape[axis]} elements."
            )
    rows, columns = _shown(view, sliced)
    found = replace(
        view, at=tuple(part[0] for part in ranges), rows_axis=rows, columns_axis=columns, marked=()
    )
    if not sliced:
        return found
    row, column = cursor_row(found), cursor_column(found)
    return replace(found, marked=ranges, row=row, column=column)


def marked_text(view: TensorView) -> str:
    """The marked part as a key; "" where nothing is marked.

    >>> import numpy as np
    >>> from graphtui.view.tensor.view import tensor_view
    >>> marked_text(jumped(tensor_view("W", np.zeros((4, 5, 12))), "2, :, 3:9"))
    '[2, :, 3:9]'
    """
    if not view.marked:
        return ""
    parts = [_part(marked, size) for marked, size in zip(view.marked, view.shape, strict=True)]
    return f"[{key_text(tuple(parts))}]"


def _part(marked: range, size: int) -> int | slice:
    if len(marked) == 1:
        return marked[0]
    if marked == range(size):
        return slice(None)
    stop = marked.stop if marked.stop >= 0 else None
    if stop is not None and stop >= size:
        stop = None
    step = None if marked.step == 1 else marked.step
    return slice(marked.start or None if marked.step > 0 else marked.start, stop, step)


def _without_brackets(text: str) -> str:
    plain = text.strip()
    return plain[1:-1] if plain.startswith("[") and plain.endswith("]") else plain


def _picked(key: Key, shape: Shape) -> list[int | range]:
    """For each axis the index, or the indices of a slice."""
    given = [item for item in key if item is not Ellipsis]
    if len(given) > len(shape):
        axes = axis_count(len(shape))
        raise CommandError(f"{shape_text(shape)} has {axes}, and this has {len(given)} indices.")
    place = next((i for i, item in enumerate(key) if item is Ellipsis), len(given))
    rest = [slice(None)] * (len(shape) - len(given))
    whole = [*given[:place], *rest, *given[place:]]
    return [_on_axis(item, axis, shape[axis]) for axis, item in enumerate(whole)]


def _on_axis(item: object, axis: int, size: int) -> int | range:
    if isinstance(item, slice):
        return range(size)[item]
    if not isinstance(item, int):
        raise CommandError(f"a list or a new axis picks no place to go to. {_HOW}")
    if not -size <= item < size:
        raise CommandError(f"index {item} is out of range for axis {axis} with size {size}.")
    return item % size


def _shown(view: TensorView, sliced: list[int]) -> tuple[int | None, int | None]:
    """The axes of the rows and of the columns."""
    shown = view.rows_axis, view.columns_axis
    if len(view.shape) < 2 or all(axis in shown for axis in sliced):
        return shown
    if len(sliced) > 1:
        return sliced[-2], sliced[-1]
    # Beside the one axis that is asked for, the columns stay, unless it comes behind them.
    (axis,) = sliced
    kept = view.columns_axis if view.columns_axis is not None else view.rows_axis
    assert kept is not None, "an array with two axes shows two"
    return (axis, kept) if axis < kept else (kept, axis)
