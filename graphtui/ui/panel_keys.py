"""What keys do while a panel fills the screen: tables of its methods, as `COMMANDS` is one.

The key bar and the help page are made from them; every other key does what it always does.
"""

from __future__ import annotations

from typing import NamedTuple


class PanelKey(NamedTuple):
    """A key of a panel that fills the screen."""

    keys: tuple[str, ...]
    """As Textual calls them."""
    name: str
    """The method that it calls."""
    word: str
    """What it is called in the key bar; "" where it has no place there."""
    help: str
    pictured: str = ""
    """What it is called there while an array is seen as pictures; "" where it has no place then."""


TENSOR_KEYS: tuple[PanelKey, ...] = (
    PanelKey(("up",), "up", "", "the element above; the channel before"),
    PanelKey(("down",), "down", "", "the element below; the next channel", "channel"),
    PanelKey(("left",), "left", "", "the element to the left"),
    PanelKey(("right",), "right", "", "the element to the right"),
    PanelKey(("pageup", "K", "shift+up"), "page_up", "", "a screen further up"),
    PanelKey(("pagedown", "J", "shift+down"), "page_down", "", "a screen further down"),
    PanelKey(("H", "shift+left"), "page_left", "", "a screen further left"),
    PanelKey(("L", "shift+right"), "page_right", "", "a screen further right"),
    PanelKey(("home",), "row_start", "", "the first element of the row"),
    PanelKey(("end",), "row_end", "", "the last element of the row"),
    PanelKey(("ctrl+home",), "first", "", "the first element of all"),
    PanelKey(("ctrl+end",), "last", "", "the last element of all"),
    PanelKey(("tab",), "other_array", "gradient", "the value, the gradient, both", "gradient"),
    PanelKey(
        ("left_square_bracket",), "slice_before", "", "the slice before, or the picture before"
    ),
    PanelKey(
        ("right_square_bracket",), "slice_after", "slice", "the next slice, or picture", "image"
    ),
    PanelKey(("g",), "jump", "go to", "go to an element or a part, such as [2, :, 3:9]"),
    PanelKey(("slash",), "seek", "search", "search numbers: > 3, -1..1, abs < 1e-6, nan, inf, odd"),
    PanelKey(("m",), "next_found", "next", "the next number that is sought"),
    PanelKey(("M",), "found_before", "", "the one before"),
    PanelKey(("exclamation_mark",), "next_odd", "NaN ∞", "the next NaN or infinity"),
    PanelKey(("o",), "sort_rows", "sort", "rows by this column: largest, smallest, size, as is"),
    PanelKey(("O",), "sort_columns", "", "columns by this row"),
    PanelKey(("a",), "axes", "axes", "the next two axes; other pictures in the array", "reading"),
    PanelKey(("x",), "turn", "", "rows as columns, and columns as rows"),
    PanelKey(
        ("h",), "heat", "heat", "colour by size: linear, logarithmic, off; the contrast", "contrast"
    ),
    PanelKey(("v",), "picture", "picture", "numbers as pictures: weights, filters", "numbers"),
    PanelKey(("d",), "spread", "spread", "how the numbers are spread"),
    PanelKey(("plus", "equals_sign"), "wider", "", "wider columns, larger pictures", "larger"),
    PanelKey(("minus",), "narrower", "", "narrower columns, down to signs; smaller pictures"),
    PanelKey(("y",), "copy", "copy", "copy the marked part, or the element, as a table"),
    PanelKey(("Y",), "copy_numpy", "", "copy it as a NumPy expression"),
    PanelKey(("w",), "write", "save", "write the array to a .npy file"),
    PanelKey(("u",), "unmark", "", "nothing marked, nothing sought"),
    PanelKey(("i",), "interrupt", "", "stop measuring or searching"),
    PanelKey(("t", "q", "escape"), "close", "close", "close it", "close"),
)
"""The keys of an array, in the order in which help shows them."""

PROFILE_KEYS: tuple[PanelKey, ...] = (
    PanelKey(("up",), "row_up", "", "the row above"),
    PanelKey(("down",), "row_down", "", "the row below"),
    PanelKey(("pageup", "left_square_bracket"), "page_up", "", "a screen further up"),
    PanelKey(("pagedown", "right_square_bracket"), "page_down", "", "a screen further down"),
    PanelKey(("home",), "first_row", "", "the first row"),
    PanelKey(("end",), "last_row", "", "the last row"),
    PanelKey(("tab",), "next_column", "next number", "gradient, value, update, dead, saturated"),
    PanelKey(("shift+tab",), "column_before", "", "the one before"),
    PanelKey(("o",), "next_order", "order", "by depth, worst, largest or smallest first"),
    PanelKey(("e",), "rate", "rate", "the learning rate of the updates"),
    PanelKey(("w",), "to_worst", "worst", "go to the worst row"),
    PanelKey(("z",), "groups", "groups", "a row for each group, or for each node"),
    PanelKey(("enter",), "look", "look at it", "look at the node in the picture"),
    PanelKey(("t",), "numbers", "tensor", "look into its array"),
    PanelKey(("i",), "interrupt", "", "stop looking through the nodes"),
    PanelKey(("P", "q", "escape"), "close", "close", "close it"),
)
"""The keys of the profile, in the order in which help shows them."""

LENS_KEYS: tuple[PanelKey, ...] = (
    PanelKey(("left_square_bracket", "pageup"), "page_up", "", "a window further up"),
    PanelKey(
        ("right_square_bracket", "pagedown"), "page_down", "further down", "a window further down"
    ),
    PanelKey(("ctrl+left", "left_parenthesis"), "page_left", "", "a window further left"),
    PanelKey(("ctrl+right", "right_parenthesis"), "page_right", "", "a window further right"),
    PanelKey(("home",), "first", "", "the first row and column"),
    PanelKey(("end",), "last", "", "the last row and column"),
    PanelKey(("g",), "jump", "go to", "go to an entry, such as [0, 3] [2]"),
    PanelKey(("enter",), "enter", "look there", "of a leaf: where its gradient comes from"),
)
"""The keys of the Jacobian lens; J, K, H and L move its window by one."""
