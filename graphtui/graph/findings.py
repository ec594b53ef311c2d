"""What is wrong in a description, noted while it is read and located all at once at the end.

Finding a place in a JSON text means walking through the text, so it is done once, for all findings.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from graphtui.errors import Place, Problem
from graphtui.graph.nodes import Draft
from graphtui.graph.places import place_in
from graphtui.graph.wording import brief, quoted

if TYPE_CHECKING:
    from graphtui.graph.json.tokens import Path

Locate: TypeAlias = "Callable[[Iterable[tuple[Path, bool]]], list[Place]]"
"""From paths (of a value, or of its key) to places in the text; `JsonText.places` is one."""

_MOST_LOCATED = 1_000
_LONGEST = 400


class Finding(NamedTuple):
    """One thing that is wrong, and where, as its finder knows it."""

    message: str
    code: str
    path: Path = ()
    """Where in a JSON document."""
    key: bool = False
    """Whether the key at `path` is meant rather than the value."""
    span: tuple[int, int] | None = None
    """Which part of the text at `path`, where that is an expression."""
    place: Place | None = None
    """Where in a text that has no paths."""
    subject: str = ""
    """The node, where there is no path."""
    first: Draft | None = None
    """Another node that the message speaks of; its place is added to it."""


def about(draft: Draft, message: str, *part: str | int, code: str, key: bool = False) -> Finding:
    """The finding that `part` of `draft` is wrong."""
    if draft.path:
        path = draft.path if draft.span else draft.path + part
        return Finding(message, code, path, key, draft.span, draft.place)
    return Finding(message, code, place=draft.place, subject=f"node {quoted(draft.name)}")


def problems(findings: Sequence[Finding], locate: Locate | None) -> list[Problem]:
    """The findings with their places, in the order of the description."""
    ordered = sorted(findings, key=_position)
    places = _places(ordered, locate)
    found = [_problem(finding, places) for finding in ordered]
    return sorted(found, key=_line) if len(found) <= _MOST_LOCATED else found


def _position(finding: Finding) -> tuple[int, int, int]:
    """Where in the description, as well as it can be told without the text."""
    if finding.path:
        index = finding.path[1] if len(finding.path) > 1 else -1
        start = finding.span[0] if finding.span else 0
        return (0, index if isinstance(index, int) else -1, start)
    if finding.place:
        return (1, finding.place.line, finding.place.column)
    return (2, 0, 0)


def _line(problem: Problem) -> tuple[int, int]:
    place = problem.place
    return (place.line, place.column) if place and place.line else (sys.maxsize, 0)


def _places(findings: Sequence[Finding], locate: Locate | None) -> dict[tuple[Path, bool], Place]:
    if locate is None:
        return {}
    wanted = {(f.path, f.key): None for f in findings[:_MOST_LOCATED]}
    wanted |= {(_id_path(f.first), False): None for f in findings[:_MOST_LOCATED] if f.first}
    return dict(zip(wanted, locate(wanted), strict=True))


def _id_path(draft: Draft) -> Path:
    return (*draft.path[:2], "id") if draft.path else ()


def _problem(finding: Finding, places: dict[tuple[Path, bool], Place]) -> Problem:
    from graphtui.graph.json.tokens import json_path  # when something is wrong

    message = brief(finding.message, _LONGEST)
    if finding.first:
        where = places.get((_id_path(finding.first), False)) or finding.first.place
        path = json_path(finding.first.path) if finding.first.path else ""
        message += f" The first one stands at {where or path}." if where or path else ""
    place = finding.place or places.get((finding.path, finding.key))
    if place is not None and not finding.path and not finding.place:
        place = Place(place.file)  # the document as a whole needs no quotation
    if place is not None and finding.span and place.line and not finding.place:
        place = place_in(place, *finding.span)
    path = json_path(finding.path) if finding.path else finding.subject
    return Problem(message, place, path, finding.code)
