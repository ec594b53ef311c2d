"""A list as a command answers it: plain cells under titles, for a page or for programs."""

from __future__ import annotations

from typing import NamedTuple

Cell = str | int | float | None


class Listing(NamedTuple):
    """Rows of cells; a cell that is None has nothing to say yet."""

    what: str
    """What is listed, such as "nodes"."""
    titles: tuple[str, ...]
    """One word for each column."""
    rows: tuple[tuple[Cell, ...], ...]
    more: int = 0
    """How many rows are left out at the end."""
