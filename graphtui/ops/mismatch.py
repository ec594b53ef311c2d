"""What a rule says when inputs or attributes cannot be taken; who asked adds where it stands."""

from __future__ import annotations


class Mismatch(ValueError):  # noqa: N818
    """Inputs or attributes that an op cannot take; the text says which, and what would fit."""
