"""Which groups are drawn as one box: names and sets of names, nothing of sessions or pictures."""

from __future__ import annotations


def outermost_folded(group: str, folded: frozenset[str]) -> str:
    """The outermost folded group around, or "": it hides the folded ones in it.

    >>> outermost_folded("net/layer1/gate", frozenset({"net/layer1", "net/layer1/gate"}))
    'net/layer1'
    """
    if not folded or not group:
        return ""
    parts = group.split("/")
    outward = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return next((each for each in outward if each in folded), "")
