"""The looks of roles as styles of Rich, and as a theme of Textual.

Which role has which colour is named in `colours`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style

from graphtui.ui import colours
from graphtui.ui.colours import ANSI, DARK, LIGHT, PALETTES, ROLES

if TYPE_CHECKING:
    from textual.theme import Theme

__all__ = ["ANSI", "DARK", "LIGHT", "PALETTES", "ROLES", "look", "textual_themes"]


@lru_cache(2 * 16**3)
def look(theme: str, role: str) -> Style:
    """The style of a role; a role that is not listed looks like the part before its last dot."""
    ink, ground, attributes = colours.look(theme, role)
    return Style(
        color=ink or None,
        bgcolor=ground or None,
        bold="bold" in attributes or None,
        dim="dim" in attributes or None,
        italic="italic" in attributes or None,
        reverse="reverse" in attributes or None,
    )


def textual_themes() -> list[Theme]:
    """Our themes as Textual's own widgets, such as the palette, need them."""
    from textual.theme import Theme

    return [
        Theme(
            name=name,
            primary=palette["blue"],
            secondary=palette["violet"],
            warning=palette["orange"],
            error=palette["red"],
            success=palette["green"],
            accent=palette["yellow"],
            foreground=palette["text"],
            background=palette["page"].removeprefix("on "),
            surface=palette["bar"].removeprefix("on "),
            panel=palette["line"],
            dark=name == DARK,
        )
        for name, palette in PALETTES.items()
        if name != ANSI
    ]
