"""What SVG and HTML files have in common: fonts, names of styles, and looks on their page."""

from __future__ import annotations

import re

from graphtui.view.text.looks import Look, Looks

FONTS = "'DejaVu Sans Mono', Menlo, Consolas, 'Cascadia Mono', 'Liberation Mono', monospace"
"""Fonts of which every character, those for lines too, is one cell wide."""


def class_name(role: str) -> str:
    """The style of a role.

    >>> class_name("node.current"), class_name("")
    ('g-node-current', 'g-text')
    """
    return "g-" + (re.sub("[^a-z0-9]+", "-", role) or "text")


def shown_look(looks: Looks, role: str) -> Look:
    """The look of a role on the page: with both colours, and nothing in reverse."""
    look, page = looks(role), looks("")
    ink, ground = look.ink or page.ink, look.ground or page.ground
    if "reverse" in look.attributes:
        ink, ground = ground, ink
    return Look(ink, ground, look.attributes - {"reverse"})
