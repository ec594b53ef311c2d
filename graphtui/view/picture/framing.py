"""Which open groups have a frame: as numbers, like `folded`.

An open group has a frame if it could be closed: if no value leaves it and comes back. Where several
wait for each other, some have none, and what is in them lies in what is around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from graphtui.view.picture.folded import Folded


class Framing(NamedTuple):
    """The frames, outer ones before those in them."""

    groups: tuple[int, ...]
    """The group of each frame, by its number in the tree."""
    outer: tuple[int, ...]
    """For each frame the one around it, or -1."""
    dissolved: tuple[int, ...]
    """The open groups without a frame."""


def framing(found: Folded) -> Framing:
    """The frames around what is drawn."""
    every = _open_groups(found)
    groups = every
    while stuck := 0 if found.wiring.walls.in_turn else _in_a_cycle(found, groups):
        groups = [group for group in groups if group != stuck]
    number = {group: at for at, group in enumerate(groups)}
    outer = tuple(_innermost(found, number, found.tree.outer[group]) for group in groups)
    return Framing(tuple(groups), outer, tuple(each for each in every if each not in number))


def _open_groups(found: Folded) -> list[int]:
    """The groups and runs that are open and hold something that is drawn."""
    tree, before = found.tree, found.wiring.shown_before
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


def _in_a_cycle(found: Folded, groups: list[int]) -> int:
    """A group that must stay without a frame, as something waits for it that it waits for; or 0.

    In each room, a frame is one thing. What Kahn's algorithm cannot reach leads back to a cycle.
    """
    if not groups:
        return 0
    home = _homes(found, groups)
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
