"""The view that a `tensor` command opens, and what it makes of one that is open already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.viewed import Looked, Viewed
from graphtui.view.tensor.jump import jumped
from graphtui.view.tensor.search import Hit, next_match
from graphtui.view.tensor.sort import By, sorted_rows
from graphtui.view.tensor.view import Shows, TensorView, renewed, tensor_view
from graphtui.view.text.safe_text import safe_text

_BY: Mapping[str, By] = {"largest": By.LARGEST, "smallest": By.SMALLEST, "size": By.SIZE}
_MOST_TITLE = 40


def opened(found: Viewed, before: TensorView | None = None) -> TensorView | None:
    """What is looked at, at the place and with the marks that were asked for; None is "not yet".

    Sorting and going to what is sought may take long for a large array: that is `arranged`.

    Args:
        found: the array. Its gradient alone may be there, if the value is not wanted.
        before: the view of the same array as it is on the screen, which stays as it is otherwise.

    Raises:
        CommandError: there is no such part.
    """
    looked = found.looked
    if found.value is None:
        return None
    if before is None:
        view = tensor_view(safe_text(looked.expression, _MOST_TITLE), found.value, found.gradient)
    else:
        view = renewed(before, found.value, found.gradient)
    if looked.on_gradient:
        view = replace(view, shows=Shows.GRADIENT)
    if looked.where is not None:
        view = replace(view, search=looked.where)
    return jumped(view, looked.key) if looked.key else view


def is_arranged(looked: Looked) -> bool:
    """Whether the array is sorted, or something is sought in it."""
    return bool(looked.by) or looked.where is not None


def arranged(view: TensorView, looked: Looked, interrupted: Interrupted = never) -> Hit:
    """The view sorted as was asked for, and the cursor on the first number that is sought.

    Raises:
        CommandError: it is too long to be sorted, or the gradient is not there yet.
    """
    if looked.by:
        view = sorted_rows(view, _BY[looked.by])
    if looked.where is None:
        return Hit(view, True, "")
    here = view.at
    if (
        here
        and view.array is not None
        and view.array.size
        and looked.where.among(np.asarray(view.array[here]))
    ):
        return Hit(view, True, "")
    return next_match(view, looked.where, interrupted=interrupted)
