"""How a role looks: the one place where colours are named.

Views say what a piece of text means ("value", "fault"); here each meaning gets a colour name and
attributes, and each theme gives the colour names their colours. The ansi theme uses the terminal's
own colours; without colour, glyphs and the attributes still tell everything apart. The screen's
styles are made of this in `theme`, files with pictures without a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from graphtui.view.text.colours import PIXEL
from graphtui.view.text.heat import HEAT_ROLES
from graphtui.view.text.looks import Look

DARK, LIGHT, ANSI = "graphtui-dark", "graphtui-light", "ansi-dark"

PALETTES: Mapping[str, Mapping[str, str]] = {
    DARK: {
        "page": "on #11141a", "text": "#d3d9e3", "strong": "#ffffff", "quiet": "#8a94a3",
        "faint": "#5c6675", "line": "#3b4350", "wire": "#768296", "green": "#7ddc8b",
        "red": "#ff7d74", "yellow": "#ffd75e", "blue": "#7cb8ff", "orange": "#ffb066",
        "violet": "#cda4ff", "alarm": "#ffffff on #b3232d", "mark": "#11141a on #ffd75e",
        "bar": "on #1b2029",
        "cold4": "#d9efff", "cold3": "#8fcaff", "cold2": "#5c9bea", "cold1": "#5f7fb8",
        "warm1": "#b06f3c", "warm2": "#e8913a", "warm3": "#ffc766", "warm4": "#fff0c4",
        "size0": "#4f74e8", "size1": "#3f93e0", "size2": "#33a6d1", "size3": "#2dbd9b",
        "size4": "#6ccd5c", "size5": "#b5d23f", "size6": "#f0c030", "size7": "#ff8a3d",
    },
    LIGHT: {
        "page": "on #fbfbf9", "text": "#24292f", "strong": "#000000", "quiet": "#59636e",
        "faint": "#848d97", "line": "#c4cad1", "wire": "#656d76", "green": "#12702b",
        "red": "#c01c1c", "yellow": "#8a5c00", "blue": "#0a58b8", "orange": "#a3480b",
        "violet": "#6f3cc3", "alarm": "#ffffff on #c01c1c", "mark": "#fbfbf9 on #8a5c00",
        "bar": "on #eeeeea",
        "cold4": "#0a2a66", "cold3": "#1450b0", "cold2": "#3a6cc0", "cold1": "#5a74a8",
        "warm1": "#8f6a3c", "warm2": "#a85f14", "warm3": "#9c4a00", "warm4": "#6b2500",
        "size0": "#7088e0", "size1": "#3f7fd0", "size2": "#1c7ea8", "size3": "#14806a",
        "size4": "#3d7a1c", "size5": "#776800", "size6": "#a34f00", "size7": "#a81c10",
    },
    ANSI: {
        "page": "", "text": "", "strong": "bold", "quiet": "", "faint": "dim", "line": "dim",
        "wire": "", "green": "green", "red": "red", "yellow": "yellow", "blue": "cyan",
        "orange": "magenta", "violet": "magenta", "alarm": "reverse", "mark": "reverse",
        "bar": "", "cold4": "bold", "cold3": "", "cold2": "", "cold1": "dim",
        "warm1": "dim", "warm2": "", "warm3": "", "warm4": "bold",
        **dict.fromkeys(("size0", "size1"), "dim"), **dict.fromkeys(("size2", "size3"), ""),
        **dict.fromkeys(("size4", "size5"), ""), **dict.fromkeys(("size6", "size7"), "bold"),
    },
}  # fmt: skip
"""For each theme the colour names, as an ink, an ink on a ground, or an attribute."""

ROLES: Mapping[str, str] = {
    # What views say; the list is `view.roles`.
    "": "text",
    "title": "strong bold",
    "heading": "quiet bold",
    "dim": "quiet",
    "key": "blue bold",
    "cursor": "yellow bold",
    "breakpoint": "red bold",
    "selected": "text reverse",
    "match": "mark bold",
    "ok": "green",
    "warning": "orange",
    "fault": "alarm bold",
    "value": "green",
    "gradient": "red",
    "upstream": "red",
    "local": "blue",
    "downstream": "orange",
    "absent": "faint",
    "stale": "quiet italic",
    "source.current": "mark",
    "node": "text",
    "node.leaf": "text",
    "node.waiting": "faint",
    "node.done": "text",
    "node.current": "yellow bold",
    "node.sent": "violet",
    "node.fault": "alarm bold",
    "node.off": "faint",
    "node.differs": "orange",
    "node.differs.strong": "orange bold",
    "group.open": "quiet",
    "wire": "faint",
    "wire.done": "wire",
    "wire.read": "yellow bold",
    "wire.sent": "violet",
    "wire.off": "line",
    "stub": "quiet",
    "wire.far": "line",
    # Sizes of numbers: `view.heat`, where a role with two levels is one over the other.
    **{f"heat.{level}": f"cold{4 - level}" for level in range(4)},
    **{f"heat.{level}": f"warm{level - 3}" for level in range(4, 8)},
    # A box from afar, by its size: `view.heat_codes`.
    "size.zero": "violet",
    **{f"size.{level}": f"size{level}" for level in range(8)},
    # A pixel that has a colour of its own: `view.colours`.
    "pixel": "text",
    # What only the screen says.
    "frame": "line",
    "frame.thumb": "quiet",
    "caret": "text reverse",
}
"""For each role, a colour name, then attributes."""


ATTRIBUTES = frozenset(("bold", "dim", "italic", "reverse"))


def look(theme: str, role: str) -> Look:
    """The look of a role; one that is not listed looks like the part before its last dot.

    "One on another" has the colour of the one as its ink, and that of the other as its ground. A
    pixel has the colour that its digits say, in every theme but the one without colours.

    >>> look(LIGHT, "value").ink, look(LIGHT, "title").attributes
    ('#12702b', frozenset({'bold'}))
    """
    upper, on, lower = role.partition(" on ")
    if on:
        return _over(look(theme, upper), look(theme, lower))
    looks = _looks(theme)
    if role.startswith(f"{PIXEL}.") and theme != ANSI:
        twice = "".join(2 * digit for digit in role.removeprefix(f"{PIXEL}."))
        return looks[PIXEL]._replace(ink=f"#{twice}")
    while role and role not in looks:
        role = role.rpartition(".")[0]
    return looks[role]


@lru_cache
def _looks(theme: str) -> Mapping[str, Look]:
    palette = PALETTES.get(theme, PALETTES[ANSI])
    looks = {role: _read(palette, text.split()) for role, text in ROLES.items()}
    for role in HEAT_ROLES:
        upper, _, lower = role.removeprefix("heat.").partition(".")
        if lower:
            looks[role] = _over(looks[f"heat.{upper}"], looks[f"heat.{lower}"])
    return looks


def _over(upper: Look, lower: Look) -> Look:
    return upper._replace(ground=lower.ink or upper.ground)


def _read(palette: Mapping[str, str], words: list[str]) -> Look:
    """The look that a colour name and attributes mean, on the page of a palette."""
    found, page = " ".join((palette[words[0]], *words[1:])).split(), palette["page"]
    attributes = frozenset(found) & ATTRIBUTES
    colours = [word for word in found if word not in attributes]
    at = colours.index("on") if "on" in colours else len(colours)
    ground = colours[at + 1 :] or page.split()[1:]
    return Look("".join(colours[:at]), "".join(ground), attributes)
