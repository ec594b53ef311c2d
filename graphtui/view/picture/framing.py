"""Which open groups have a frame, and which values pass it: as numbers, like `folded`.

An open group has a frame if it could be closed: if no value leaves it and comes back. Where several
wait for each other, some have none, and what is in them lies in what is around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from graphtui.view.drawing.plan import Ints
from graphtui.view.picture.folded import Folded


class Framing(NamedTuple):
    """The frames, outer ones before those in them."""

    groups: tuple[int, ...]
    """The group of each frame, by its number in the tree."""
    outer: tuple[int, ...]
    """For each frame the one around it, or -1."""
    enters: tuple[tuple[int, ...], ...]
    """For each frame the nodes whose values come in, in the order in which they are read."""
    leaves: tuple[tuple[int, ...], ...]
    """For each frame the nodes whose values go out, ascending."""
    home: Mapping[int, int]
    """For each box the innermost frame around it, or -1."""


def framing(found: Folded) -> Framing:
    """The frames around what is drawn."""
    groups = _open_groups(found)
    while True:
        home = _homes(found, groups)
        stuck = _in_a_cycle(found, groups, home)
        if not stuck:
            break
        groups = [group for group in groups if group != stuck]
    number = {group: at for at, group in enumerate(groups)}
    outer = tuple(_innermost(found, number, found.tree.outer[group]) for group in groups)
    passing = [*_passing(found, groups)]
    return Framing(
        tuple(groups),
        outer,
        tuple(enters for enters, _ in passing),
        tuple(leaves for _, leaves in passing),
        home,
    )


def _open_groups(found: Folded) -> list[int]:
    """The groups and runs that are open and hold something that is drawn."""
    tree = found.tree
    held = np.zeros(len(tree.names) + 1, np.int64)
    np.add.at(held, tree.group[found.shown] + 1, 1)
    np.add.at(held, np.array(found.shut, np.int64) + 1, 1)
    before = np.cumsum(held)
    shut, groups, at = set(found.shut), list[int](), 1
    while at < len(tree.names):
        if at in shut:
            at = tree.end[at]
            continue
        if before[tree.end[at]] > before[at]:
            groups.append(at)
        at += 1
    return groups


def _boxes(found: Folded) -> Iterator[tuple[int, int]]:
    """Each box, and the group right around it."""
    yield from zip(found.shown.tolist(), found.tree.group[found.shown].tolist(), strict=True)
    count = len(found.tree.outline.nodes)
    for at, group in enumerate(found.shut):
        yield count + at, found.tree.outer[group]


def _innermost(found: Folded, number: Mapping[int, int], group: int) -> int:
    """The innermost of the groups with a number that is around something in `group`, or -1."""
    while group and group not in number:
        group = found.tree.outer[group]
    return number.get(group, -1)


def _homes(found: Folded, groups: list[int]) -> dict[int, int]:
    number = {group: at for at, group in enumerate(groups)}
    known: dict[int, int] = {}
    homes: dict[int, int] = {}
    for box, group in _boxes(found):
        if group not in known:
            known[group] = _innermost(found, number, group)
        homes[box] = known[group]
    return homes


def _in_a_cycle(found: Folded, groups: list[int], home: Mapping[int, int]) -> int:
    """A group that must stay without a frame, as something waits for it that it waits for; or 0.

    In each room, a frame is one thing. What Kahn's algorithm cannot reach leads back to a cycle.
    """
    if not groups:
        return 0
    number = {group: at for at, group in enumerate(groups)}
    outer = [_innermost(found, number, found.tree.outer[group]) for group in groups]
    chains: list[tuple[int, ...]] = []
    for at, around in enumerate(outer):
        chains.append((*(chains[around] if around >= 0 else ()), at))
    count = len(found.box) + len(found.shut)
    readers: dict[int, set[int]] = {}
    waiting: dict[int, set[int]] = {}
    for source, target in zip(found.source.tolist(), found.target.tolist(), strict=True):
        if home[source] == home[target]:
            ends = source, target
        else:
            left = (*(chains[home[source]] if home[source] >= 0 else ()), ~source)
            right = (*(chains[home[target]] if home[target] >= 0 else ()), ~target)
            apart = next(at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b)
            ends = left[apart], right[apart]
            ends = tuple(count + each if each >= 0 else ~each for each in ends)
        readers.setdefault(ends[0], set()).add(ends[1])
        waiting.setdefault(ends[1], set()).add(ends[0])
    ready = [each for each in readers if each not in waiting]
    for each in ready:
        for reader in readers.get(each, ()):
            waiting[reader].discard(each)
            if not waiting[reader]:
                ready.append(reader)
    stuck = {each for each, sources in waiting.items() if sources}
    if not stuck:
        return 0
    walk: list[int] = [min(stuck)]
    while walk.count(walk[-1]) < 2:
        walk.append(min(waiting[walk[-1]] & stuck))
    ring = walk[walk.index(walk[-1]) :]
    return min(groups[each - count] for each in ring if each >= count)


def _passing(found: Folded, groups: list[int]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """For each frame the nodes whose values come in, and those whose values go out."""
    tree = found.tree
    edges: Ints = np.sort(found.edge)
    source, target = tree.outline.source[edges], tree.outline.target[edges]
    begin, end = tree.group[source], tree.group[target]
    for group in groups:
        behind = tree.end[group]
        from_inside = (begin >= group) & (begin < behind)
        into = (end >= group) & (end < behind)
        enters = source[into & ~from_inside].tolist()
        leaves = np.unique(source[from_inside & ~into]).tolist()
        yield tuple(dict.fromkeys(enters)), tuple(leaves)
