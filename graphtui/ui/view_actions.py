"""What keys do to the picture alone: the table beside `COMMANDS`, of what no session needs to know.

Key bindings and the help page are made from the two tables; nothing else lists keys.
"""

from __future__ import annotations

from typing import NamedTuple


class ViewAction(NamedTuple):
    """One row: a method of the main screen or of the app, its keys, and what it does."""

    name: str
    keys: tuple[str, ...]
    help: str


VIEW_ACTIONS: tuple[ViewAction, ...] = (
    ViewAction("type_command", (":",), "type a command; tab completes, up and down recall"),
    ViewAction(
        "toggle", ("tab",), "the inspector instead of the graph; if both fit, the graph alone"
    ),
    ViewAction("lens", ("j",), "the Jacobian lens of the focused node"),
    ViewAction("lists", ("l",), "lists: breakpoints, catches, watches, the log and more"),
    ViewAction("lanes", ("v",), "the tape: a row for each node, a lane for each living value"),
    ViewAction("answer", ("a",), "all of the last answer, where it was too long"),
    ViewAction("look_up", ("up",), "look at the box above, or the row in the tape"),
    ViewAction("look_down", ("down",), "look at the box below, or the row in the tape"),
    ViewAction("pan_left", ("H", "shift+left"), "move the picture: what is further left"),
    ViewAction("pan_down", ("J", "shift+down"), "what is further down"),
    ViewAction("pan_up", ("K", "shift+up"), "what is further up"),
    ViewAction("pan_right", ("L", "shift+right"), "what is further right"),
    ViewAction("centre", ("space",), "bring the focused box into the middle"),
    ViewAction("farther", ("-",), "see more from farther away: a row for each node, the overview"),
    ViewAction("nearer", ("+",), "nearer"),
    ViewAction("boxes", ("0",), "boxes with their numbers again"),
    ViewAction("flow", ("F",), "the wires lead to the right, down, or as suits the drawing"),
    ViewAction("colours", ("h",), "colour the overview by state, gradient, value and more"),
    ViewAction("minimap", ("N",), "a small map of the whole drawing, or none"),
    ViewAction("further_down", ("]", "pagedown"), "the inspector, or a page, further down"),
    ViewAction("further_up", ("[", "pageup"), "further up"),
    ViewAction("interrupt", ("i",), "stop a command that takes long, where it stands"),
    ViewAction("reload", ("r",), "read the description again"),
    ViewAction("other_theme", ("T",), "dark or light"),
    ViewAction(
        "close",
        ("escape",),
        "close a page or the tape; stop what takes long; unmark what was found",
    ),
    ViewAction("palette", ("ctrl+p",), "search in all commands"),
)
"""Every such action, in the order in which help shows them."""

MOUSE: tuple[tuple[str, str], ...] = (
    ("point", "at a box: what it is, in one line"),
    ("click", "a box: look at it; the ▸ of a group: open it; the timeline: go there"),
    ("double click", "or right click, a box: set or clear a breakpoint at it"),
    ("click", "left of a line of the source: set or clear a breakpoint at its node"),
    ("drag, wheel", "move the picture; with shift, the wheel moves it across"),
    ("click", "the name on a stub ⇢: look at the other end of a wire too long to be drawn"),
    ("ctrl+wheel", "nearer, or farther away; a click on the map: show what is there"),
    ("click", "a row of a list: select it; double click: as enter; a name of a list: show it"),
    ("click", "a number, a row of the profile: select it; the drawn Jacobian: the numbers there"),
)
"""What the mouse does."""
