"""What is to be drawn as arrays: extents and ports of the boxes, ends of the wires.

A drawing flows to the right or down. Everything from here to the last phase speaks of *along* the
flow and *across* it; which of them is x is decided where the cells are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.ends import Ends, Wires
from graphtui.view.text.safe_text import cell_width

Ints = npt.NDArray[np.int64]
"""One whole number for each box, item, segment or wire."""


class Flow(Enum):
    """Where the wires lead."""

    RIGHT = "right"
    DOWN = "down"


def departure(size: int, outputs: int, gap: int, flow: Flow, number: int) -> int:
    """The cell of a box's extent across the flow from which one of its values leaves.

    Of several, each has room for its numbers.
    """
    if outputs < 2:
        return size // 2
    if flow is Flow.RIGHT:
        return (size - 3 * outputs) // 2 + 1 + 3 * number
    return 1 + (gap + 2) * number


@dataclass(frozen=True, slots=True)
class Plan:
    """The boxes by key and the wires by target and operand, as arrays.

    Values are numbered, too: the first one of a box as the box, the others after all boxes.
    """

    boxes: tuple[Box, ...]
    number: dict[str, int]
    """For each key the place of its box."""
    wires: Sequence[Wire]
    flow: Flow
    given: Ints
    """For each wire its place among those that were given."""
    starts: Ints
    """For each box where the wires that reach it start; and at the end the number of wires."""
    source: Ints
    """For each wire the place of the box that it leaves."""
    target: Ints
    slot: Ints
    value: Ints
    """For each wire the value that it carries."""
    inputs: Ints
    """For each box how many operands it has."""
    output: npt.NDArray[np.bool_]
    """For each box whether an arrow leads out of the drawing."""
    owner: Ints
    """For each value its box."""
    extra: Ints
    """For each box the number of its second value, had it one; and at the end that of all."""
    width: Ints
    height: Ints
    across: Ints
    """For each box the cells across the flow, in which no other box stands."""
    along: Ints
    """For each box the cells along the flow, its numbers included."""
    departure: Ints
    """For each value the cell of its box's extent across the flow from which it leaves."""

    @property
    def port(self) -> Ints:
        """For each box the cell from which its first value leaves."""
        return self.departure[: len(self.boxes)]

    def values(self, box: int) -> Sequence[int]:
        """The values of a box, in the order of its ports."""
        return (box, *range(int(self.extra[box]), int(self.extra[box + 1])))

    def values_of(self, boxes: Ints) -> Ints:
        """The values of some boxes."""
        if len(self.owner) == len(self.boxes):
            return boxes
        many = self.extra[boxes + 1] - self.extra[boxes]
        first = self.extra[boxes] - (np.cumsum(many) - many)
        return np.concatenate((boxes, np.repeat(first, many) + np.arange(many.sum())))

    def wires_into(self, key: str) -> Ints:
        """The places of the wires that reach a box, by operand."""
        box = self.number[key]
        return np.arange(self.starts[box], self.starts[box + 1])

    def place(self, wire: Wire) -> int:
        """The place of a wire; -1 where it is not there."""
        for place in self.wires_into(wire.target).tolist():
            if self.wires[place] == wire:
                return int(place)
        return -1

    def arrival(self, box: Ints, slot: Ints) -> Ints:
        """The cell of the box's extent across the flow at which operand `slot` arrives."""
        size = (self.height if self.flow is Flow.RIGHT else self.width)[box]
        cell = 1 + (2 * slot + 1) * (size - 2) // (2 * np.maximum(self.inputs[box], 1))
        return np.asarray(cell, np.int64)


def plan(boxes: Sequence[Box], wires: Sequence[Wire], flow: Flow = Flow.RIGHT) -> Plan:
    """The same for the same boxes and wires, in whatever order they are given."""
    ordered = tuple(sorted(boxes, key=attrgetter("key")))
    number = dict(zip(map(attrgetter("key"), ordered), range(len(ordered)), strict=True))
    assert len(number) == len(ordered), "two boxes have the same key"
    if isinstance(wires, Wires):
        keys = map(attrgetter("key"), wires.boxes)
        place = _numbers(map(number.__getitem__, keys), len(wires.boxes))
        ends = wires.ends
        return _made(
            ordered,
            number,
            ends._replace(source=place[ends.source], target=place[ends.target]),
            flow,
        )
    count = len(wires)
    ends = Ends(
        _numbers(map(number.__getitem__, map(attrgetter("source"), wires)), count),
        _numbers(map(number.__getitem__, map(attrgetter("target"), wires)), count),
        _numbers(map(attrgetter("slot"), wires), count),
        np.zeros(count, np.int64),
    )
    if any(map((1).__lt__, map(attrgetter("outputs"), ordered))):
        ends = ends._replace(output=_numbers(map(attrgetter("output"), wires), count))
    return _made(ordered, number, ends, flow, wires)


def plan_in_order(boxes: Sequence[Box], ends: Ends, flow: Flow) -> Plan:
    """The plan of boxes that have their numbers already."""
    number = dict(zip(map(attrgetter("key"), boxes), range(len(boxes)), strict=True))
    return _made(tuple(boxes), number, ends, flow)


def _made(
    boxes: tuple[Box, ...],
    number: dict[str, int],
    ends: Ends,
    flow: Flow,
    wires: Sequence[Wire] | None = None,
) -> Plan:
    count = len(boxes)
    by_target = rising(ends.target * (int(ends.slot.max(initial=0)) + 1) + ends.slot)
    ends = ends.at(by_target)
    outputs = _numbers(map(attrgetter("outputs"), boxes), count)
    extra = count + np.concatenate(([0], np.cumsum(outputs - 1)))
    value = ends.source
    several = bool(count < extra[-1])
    if several:
        assert (ends.output < outputs[value]).all(), (
            "a wire carries a value that its source has not"
        )
        value = np.where(ends.output > 0, extra[value] + ends.output - 1, value)
    inputs = _numbers(map(attrgetter("inputs"), boxes), count)
    output = _numbers(map(attrgetter("output"), boxes), count) > 0
    extra = extra if several else np.broadcast_to(count, count + 1)
    named = None if wires is None else tuple(map(wires.__getitem__, by_target.tolist()))
    made = Plan(
        boxes=boxes,
        number=number,
        wires=Wires(boxes, ends) if named is None else named,
        flow=flow,
        given=by_target,
        starts=np.searchsorted(ends.target, np.arange(count + 1)),
        source=ends.source,
        target=ends.target,
        slot=ends.slot,
        value=value,
        inputs=inputs,
        output=output,
        owner=np.concatenate((np.arange(count), np.repeat(np.arange(count), outputs - 1))),
        extra=extra,
        **_extents(boxes, inputs, outputs, output, extra, flow)._asdict(),
    )
    _check(made)
    return made


def turned(made: Plan, flow: Flow) -> Plan:
    """The same plan for another flow."""
    outputs = 1 + np.diff(made.extra)
    found = _extents(made.boxes, made.inputs, outputs, made.output, made.extra, flow)
    return replace(made, flow=flow, **found._asdict())


def rising(key: Ints) -> Ints:
    """The places of the keys, from the least to the greatest; equal ones as they come.

    None is below 0. Where no two are equal any way of sorting gives the same: the fastest will do.

    >>> rising(np.array([3, 1, 3, 0])).tolist()
    [3, 1, 0, 2]
    """
    count = max(len(key), 1)
    if int(key.max(initial=0)) >= np.iinfo(np.int64).max // count:
        return np.argsort(key, kind="stable")
    return np.argsort(key * count + np.arange(len(key)))


def distinct(keys: Ints) -> tuple[Ints, Ints, Ints]:
    """The different keys, rising; for each where it comes first; and for each key which it is.

    As `np.unique`, but for that NumPy 2.4 loads its masked arrays, which takes longer than a
    drawing.

    >>> [each.tolist() for each in distinct(np.array([7, -1, 7, 4]))]
    [[-1, 4, 7], [1, 3, 0], [2, 0, 2, 1]]
    """
    by_key = np.argsort(keys, kind="stable")
    ordered = keys[by_key]
    new = np.ones(len(keys), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    which = np.empty(len(keys), np.int64)
    which[by_key] = np.cumsum(new) - 1
    return ordered[new], by_key[new], which


def _numbers(each: Iterable[int], count: int) -> Ints:
    return np.fromiter(each, np.int64, count)


class _Extents(NamedTuple):
    width: Ints
    height: Ints
    across: Ints
    along: Ints
    departure: Ints


def _extents(
    boxes: Sequence[Box],
    inputs: Ints,
    outputs: Ints,
    output: npt.NDArray[np.bool_],
    extra: Ints,
    flow: Flow,
) -> _Extents:
    """Columns and rows of every box, its cells along and across the flow, and where values leave.

    Each port has a cell, and there is one between two; of several values each has room for its
    numbers.
    """
    labels, kinds = list(map(attrgetter("label"), boxes)), list(map(attrgetter("kind"), boxes))
    cells = {label: cell_width(label) for label in set(labels)}
    air = {kind: 0 if kind == "op" else 2 for kind in set(kinds)}
    inner = _numbers(map(cells.__getitem__, labels), len(boxes))
    inner += _numbers(map(air.__getitem__, kinds), len(boxes))
    ports = np.maximum(2 * inputs + 1, 3)
    width = np.maximum(inner, 3) + 2
    own_gap = _numbers(map(attrgetter("gap"), boxes), len(boxes))
    gap = np.maximum(own_gap, output)
    many = np.flatnonzero(outputs > 1)
    if flow is Flow.RIGHT:
        height, along = ports, width + gap
        height[many] = np.maximum(height[many], 3 * outputs[many])
        size = across = height
        first, pitch = (size - 3 * outputs) // 2 + 1, np.full(len(boxes), 3)
    else:
        # The numbers stand below the box, to the right of its wire.
        width, height = np.maximum(width, ports), np.full(len(boxes), 3, np.int64)
        along = height + 2 * (gap > 0)
        width[many] = np.maximum(width[many], (own_gap[many] + 2) * outputs[many] + 1)
        across = np.maximum(width, width // 2 + 1 + gap)
        across[many] = width[many]
        size, first, pitch = width, np.ones(len(boxes), np.int64), own_gap + 2
    departures = size // 2
    departures[many] = first[many]
    others = np.repeat(many, outputs[many] - 1)
    number = len(boxes) + np.arange(len(others)) - extra[others] + 1
    departures = np.concatenate((departures, first[others] + pitch[others] * number))
    return _Extents(width, height, across, along, departures)


def _check(made: Plan) -> None:
    """Assert that every wire has an operand of its own."""
    wrong = np.flatnonzero((made.slot < 0) | (made.slot >= made.inputs[made.target]))
    assert not len(wrong), f"no operand is where this wire leads: {made.wires[wrong[0]]}"
    same = (made.target[1:] == made.target[:-1]) & (made.slot[1:] == made.slot[:-1])
    twice = np.flatnonzero(same)
    assert not len(twice), (
        f"one operand has two wires: {made.wires[twice[0]] if len(twice) else ''}"
    )
