"""The marked part of an array as text for elsewhere: a table for a spreadsheet, a NumPy expression.

Every digit is given, so what is pasted is what was copied, bit for bit. Without a marked part it is
the element under the cursor. Whole arrays are for files, not for a clipboard.
"""

from __future__ import annotations

from graphtui.errors import CommandError
from graphtui.ops.key import parse_key
from graphtui.ops.linear_map import Array
from graphtui.view.tensor.jump import marked_text
from graphtui.view.tensor.view import TensorView
from graphtui.view.text.numbers import count_text, exact

MOST_COPIED = 100_000
"""Elements that one text may have."""

_WORDS = {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}


def as_table(view: TensorView) -> str:
    r"""The marked part as rows of numbers divided by tabs, as they stand on the screen.

    What is shown as rows are rows here; of more than one slice, each is a table of its own with a
    blank line between. Sorting is left aside.

    >>> import numpy as np
    >>> from graphtui.view.tensor.jump import jumped
    >>> from graphtui.view.tensor.view import tensor_view
    >>> as_table(jumped(tensor_view("W", np.array([[0.1, 2.0], [-3.0, np.nan]])), ":"))
    '0.1\t2.0\n-3.0\tnan'

    Raises:
        CommandError: too much is marked, or the gradient is not there yet.
    """
    array = _array(view)
    if view.marked:
        # A slice of one element keeps its axis, so that rows and columns are still told apart.
        key = tuple(_slice(part) for part in view.marked)
    else:
        key = tuple(slice(at, at + 1) for at in view.at)
    _check_size(array[key])
    shown = [axis for axis in (view.rows_axis, view.columns_axis) if axis is not None]
    turned = array[key].transpose(*view.hidden_axes, *shown)
    rows = 1 if view.rows_axis is None else turned.shape[len(view.hidden_axes)]
    columns = 1 if view.columns_axis is None else turned.shape[-1]
    tables = turned.reshape(-1, rows, columns)
    return "\n\n".join(
        "\n".join("\t".join(exact(x) for x in row) for row in table) for table in tables
    )


def as_numpy(view: TensorView) -> str:
    """The marked part as an expression that NumPy evaluates to it, with its dtype.

    >>> import numpy as np
    >>> from graphtui.view.tensor.jump import jumped
    >>> from graphtui.view.tensor.view import tensor_view
    >>> as_numpy(jumped(tensor_view("W", np.array([[0.1, 2.0], [-3.0, np.nan]])), "1, :"))
    'np.array([-3.0, np.nan], dtype="float64")'

    Raises:
        CommandError: too much is marked, or the gradient is not there yet.
    """
    array = _array(view)
    key = parse_key(marked_text(view)[1:-1]) if view.marked else view.at
    picked = array[key]
    _check_size(picked)
    texts = [_WORDS.get(text, text) for text in map(exact, picked.reshape(-1))]
    for size in reversed(picked.shape):
        texts = [f"[{', '.join(texts[i : i + size])}]" for i in range(0, len(texts), size)]
    (text,) = texts
    return f'np.array({text}, dtype="{picked.dtype}")'


def _slice(part: range) -> slice:
    # A stop of -1 would be the last element, not the one before the first.
    return slice(part.start, part.stop if part.stop >= 0 else None, part.step)


def _array(view: TensorView) -> Array:
    if view.array is None:
        raise CommandError(f"the gradient of {view.title} is not there yet.")
    if not view.array.size:
        raise CommandError(f"{view.title} is empty: there is nothing to copy.")
    return view.array


def _check_size(picked: Array) -> None:
    if picked.size > MOST_COPIED:
        raise CommandError(
            f"{count_text(picked.size)} elements are too many to copy; {count_text(MOST_COPIED)} "
            "are the most. Mark a part, such as `[:100, :100]`, or save the array to a file."
        )
