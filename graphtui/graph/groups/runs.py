"""Runs: equal groups one after the other, numbered alike, such as the steps of an unrolled loop.

A run can be drawn as one box, so no value may leave it and come back. A run of very many groups is
one of shorter runs, so that there is never too much to look at in what is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from graphtui.graph.groups.alike import node_kinds, structures, walk
from graphtui.graph.groups.outline import Ints, Outline
from graphtui.graph.nodes import Node

Flags = npt.NDArray[np.bool_]

LEAST = 3
"""Groups that make a run."""

AT_ONCE = 256
"""Groups that are seen at once where a run is opened; one of more consists of shorter ones."""

ROUND = (20, 50, 100, 200, 500, 1_000)
"""Groups of the shorter runs: round numbers, as names count."""

Run = tuple[int, ...]
"""The groups of one run, in the order in which they begin."""


def runs(found: Outline, nodes: Mapping[str, Node]) -> list[Run]:
    """The longest runs of equal groups, each before the shorter ones that it consists of."""
    candidates = [run for family in _families(found) for run in _numbered(found, family)]
    if not candidates:
        return []
    hashes = structures(found, node_kinds(nodes), [each for run in candidates for each in run])
    first, end = walk(found.outer)
    place = first[found.group]
    by_place = np.argsort(place, kind="stable")
    place = place[by_place]
    leaf = found.leaf

    def is_closed(run: Run) -> bool:
        stretch = np.searchsorted(place, (first[run[0]], end[run[-1]]))
        return not _comes_back(found, np.sort(by_place[slice(*stretch)]), leaf)

    found_runs: list[Run] = []
    for candidate in candidates:
        for run in filter(is_closed, _stretches(candidate, hashes)):
            parts = _parts(run)
            one_way = parts and _lead_one_way(found, first[found.group], first, end, parts)
            found_runs += [run, *(parts if one_way and all(map(is_closed, parts)) else ())]
    return found_runs


def _parts(run: Run) -> list[Run]:
    """The shorter runs of a long one: about as many as there are groups in each; else nothing.

    >>> [(part[0], part[-1]) for part in _parts(tuple(range(300)))][:3]
    [(0, 19), (20, 39), (40, 59)]
    """
    if len(run) <= AT_ONCE:
        return []
    size = next((size for size in ROUND if size * size >= len(run)), ROUND[-1])
    return [run[at : at + size] for at in range(0, len(run), size)]


def _lead_one_way(found: Outline, place: Ints, first: Ints, end: Ints, parts: list[Run]) -> bool:
    """Whether what leads from one part to another leads always to a later one, or to an earlier.

    Args:
        found: the graph.
        place: for each node the place of its group, outer groups before the ones in them.
        first: for each group its place.
        end: for each group the place of the first one behind it that is not in it.
        parts: runs that lie one after the other.
    """
    begins = np.array([first[part[0]] for part in parts])
    part = np.searchsorted(begins, place, "right") - 1
    part[place >= end[parts[-1][-1]]] = -1
    source, target = part[found.source], part[found.target]
    both = (source >= 0) & (target >= 0)
    source, target = source[both], target[both]
    return bool(np.all(source <= target) or np.all(source >= target))


def _families(found: Outline) -> Iterable[list[int]]:
    """For each group the ones that lie right in it, in the order in which they begin."""
    families: dict[int, list[int]] = {}
    for group in range(1, len(found.groups)):
        families.setdefault(found.outer[group], []).append(group)
    return families.values()


def _numbered(found: Outline, family: list[int]) -> list[Run]:
    """The stretches of groups that are called the same but for a number at the end."""
    stems = {
        group: found.groups[group].rpartition("/")[2].rstrip("0123456789").rstrip("-_.#")
        for group in family
    }
    return _stretches(family, stems)


def _stretches(family: Sequence[int], mark: Mapping[int, object]) -> list[Run]:
    """The stretches of groups with the same mark that are long enough."""
    stretches: list[list[int]] = []
    for group in family:
        if stretches and mark[stretches[-1][-1]] == mark[group]:
            stretches[-1].append(group)
        else:
            stretches.append([group])
    return [tuple(stretch) for stretch in stretches if len(stretch) >= LEAST]


def _comes_back(found: Outline, members: Ints, leaf: Flags) -> bool:
    """Whether a value that leaves some nodes leads back to them.

    Of the other nodes, only those between the first and the last of them can be on the way.
    """
    first, last = int(members[0]), int(members[-1]) + 1
    inside = np.zeros(last - first, bool)
    inside[members - first] = True
    between = np.flatnonzero(~(inside | leaf[first:last]))
    if not len(between):
        return False
    starts, led = found.starts, inside.copy()
    for node in between.tolist():
        sources = found.source[starts[first + node] : starts[first + node + 1]] - first
        led[node] = led[sources[sources >= 0]].any()
    edges = slice(starts[first], starts[last])
    source, target = found.source[edges] - first, found.target[edges] - first
    near = source >= 0
    source, target = source[near], target[near]
    return bool(np.any(inside[target] & led[source] & ~inside[source]))
