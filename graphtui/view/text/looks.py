"""What a piece of text looks like, for whoever draws it: colours and attributes, no framework.

Which role has which look is named in one place of the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Look(NamedTuple):
    """How text is drawn."""

    ink: str = ""
    """The colour of the text: `#rrggbb`, or a name of the terminal's; "" is its usual one."""
    ground: str = ""
    """The colour behind it, in the same way."""
    attributes: frozenset[str] = frozenset()
    """Some of "bold", "dim", "italic", "reverse"."""


Looks = Callable[[str], Look]
"""From a role to its look."""
