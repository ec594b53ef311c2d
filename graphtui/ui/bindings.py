"""What keys mean: bindings for Textual, entries of the key bar, clicks on it, and the help page.

All of it is made from `COMMANDS` and `VIEW_ACTIONS`; which key does what stands there.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding, BindingType

from graphtui.debugger.commands import COMMANDS
from graphtui.ui.view_actions import MOUSE, VIEW_ACTIONS
from graphtui.view.panels.key_bar import key_text
from graphtui.view.text.lines import Line

_IN_KEY_BAR = {
    "toggle": "panel",
    "lists": "lists",
    "lens": "jacobian",
    "type_command": "command",
}
"""View actions in the key bar, most wanted first, each with its word there."""


def key_bindings() -> list[BindingType]:
    """A binding for every key of the two tables, and the ways out that are not in them."""
    bindings = [
        Binding(_keys(row.keys), f"command('{row.name}')", row.help, show=False)
        for row in COMMANDS
        if row.keys
    ]
    bindings += [
        Binding(_keys(row.keys), f"view('{row.name}')", row.help, show=False)
        for row in VIEW_ACTIONS
    ]
    return [
        *bindings,
        Binding("ctrl+c", "stop_or_leave", priority=True, show=False),
        Binding("ctrl+q", "leave", priority=True, show=False),
    ]


def _keys(keys: Sequence[str]) -> str:
    return ",".join("comma" if key == "," else key for key in keys)


def extra_keys() -> list[tuple[str, str]]:
    """Entries of the key bar besides commands: a key and a word."""
    keys = {row.name: key_text(row.keys[0]) for row in VIEW_ACTIONS}
    return [(keys[name], word) for name, word in _IN_KEY_BAR.items()]


def help_lines(width: int) -> list[Line]:
    """The help page, made from the tables."""
    from graphtui.ui.list_view import LIST_KEYS  # when it is first wanted
    from graphtui.ui.panel_keys import LENS_KEYS, PROFILE_KEYS, TENSOR_KEYS
    from graphtui.view.panels.help_page import help_page

    more = {
        "Keys of the screen": [(" ".join(row.keys), row.help) for row in VIEW_ACTIONS],
        "Keys while the lists are open": [(" ".join(row.keys), row.help) for row in LIST_KEYS],
        "Keys while an array is looked into": [(" ".join(r.keys), r.help) for r in TENSOR_KEYS],
        "Keys of the Jacobian lens": [(" ".join(row.keys), row.help) for row in LENS_KEYS],
        "Keys of the profile": [(" ".join(row.keys), row.help) for row in PROFILE_KEYS],
        "The mouse": MOUSE,
    }
    return help_page(width, more)


ACTIONS = {key_text(row.keys[0]): f"command('{row.name}')" for row in COMMANDS if row.keys} | {
    key_text(row.keys[0]): f"view('{row.name}')" for row in VIEW_ACTIONS
}
"""What a click on the key bar does, by the key as it is shown."""
