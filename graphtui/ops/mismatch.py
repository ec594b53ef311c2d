"""What a rule says when inputs or attributes cannot be taken; who asked adds where it stands."""

from __future__ import annotations


class Mismatch(ValueError):  # noqa: N818
    """Inputs or attributes that an op cannot take; the text says which, and what would fit."""


def axis_count(rank: int) -> str:
    """How many axes, in words.

    >>> axis_count(1), axis_count(2)
    ('1 axis', '2 axes')
    """
    return "1 axis" if rank == 1 else f"{rank} axes"
