"""What is to be drawn as arrays: extents and ports of the boxes, ends of the wires.

A drawing flows to the right or down. Everything from here to the last phase speaks of *along* the
flow and *across* it; which of them is x is decided where the cells are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.boxes import Box, Wire
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
    """The boxes by key and the wires by target and operand, as arrays."""

    boxes: tuple[Box, ...]
    number: dict[str, int]
    """For each key the place of its box."""
    wires: tuple[Wire, ...]
    flow: Flow
    given: Ints
    """For each wire its place among those that were given."""
    starts: Ints
    """For each box where the wires that reach it start; and at the end the number of wires."""
    source: Ints
    """For each wire the place of the box that it leaves."""
    target: Ints
    slot: Ints
    inputs: Ints
    """For each box how many operands it has."""
    output: npt.NDArray[np.bool_]
    """For each box whether an arrow leads out of the drawing."""
    width: Ints
    height: Ints
    across: Ints
    """For each box the cells across the flow, in which no other box stands."""
    along: Ints
    """For each box the cells along the flow, its numbers included."""
    port: Ints
    """For each box the cell of its extent across the flow from which its wire leaves."""

    @property
    def value(self) -> Ints:
        """For each wire the value that it carries: the first one of a box has the box's place."""
        return self.source

    @property
    def owner(self) -> Ints:
        """For each value its box."""
        return np.arange(len(self.boxes))

    @property
    def departure(self) -> Ints:
        """For each value the cell of its box's extent across the flow from which it leaves."""
        return self.port

    def values(self, box: int) -> Sequence[int]:
        """The values of a box, in the order of its ports."""
        return (box,)

    def values_of(self, boxes: Ints) -> Ints:
        """The values of some boxes."""
        return boxes

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
    boxes = tuple(sorted(boxes, key=attrgetter("key")))
    number = dict(zip(map(attrgetter("key"), boxes), range(len(boxes)), strict=True))
    assert len(number) == len(boxes), "two boxes have the same key"
    source = _numbers(map(number.__getitem__, map(attrgetter("source"), wires)), len(wires))
    target = _numbers(map(number.__getitem__, map(attrgetter("target"), wires)), len(wires))
    slot = _numbers(map(attrgetter("slot"), wires), len(wires))
    by_target = rising(target * (int(slot.max(initial=0)) + 1) + slot)
    source, target, slot = source[by_target], target[by_target], slot[by_target]
    inputs = _numbers(map(attrgetter("inputs"), boxes), len(boxes))
    output = _numbers(map(attrgetter("output"), boxes), len(boxes)) > 0
    width, height, along, across = _sizes(boxes, inputs, output, flow)
    made = Plan(
        boxes=boxes,
        number=number,
        wires=tuple(map(wires.__getitem__, by_target.tolist())),
        flow=flow,
        given=by_target,
        starts=np.searchsorted(target, np.arange(len(boxes) + 1)),
        source=source,
        target=target,
        slot=slot,
        inputs=inputs,
        output=output,
        width=width,
        height=height,
        across=across,
        along=along,
        port=(height if flow is Flow.RIGHT else width) // 2,
    )
    _check(made)
    return made


def turned(made: Plan, flow: Flow) -> Plan:
    """The same plan for another flow."""
    width, height, along, across = _sizes(made.boxes, made.inputs, made.output, flow)
    return replace(
        made,
        flow=flow,
        width=width,
        height=height,
        across=across,
        along=along,
        port=(height if flow is Flow.RIGHT else width) // 2,
    )


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


def _numbers(each: Iterable[int], count: int) -> Ints:
    return np.fromiter(each, np.int64, count)


def _sizes(
    boxes: Sequence[Box], inputs: Ints, output: npt.NDArray[np.bool_], flow: Flow
) -> tuple[Ints, Ints, Ints, Ints]:
    """Columns and rows of every box; and the cells along the flow and across it.

    Each port has a cell, and there is one between two.
    """
    labels, kinds = list(map(attrgetter("label"), boxes)), list(map(attrgetter("kind"), boxes))
    cells = {label: cell_width(label) for label in set(labels)}
    air = {kind: 0 if kind == "op" else 2 for kind in set(kinds)}
    inner = _numbers(map(cells.__getitem__, labels), len(boxes))
    inner += _numbers(map(air.__getitem__, kinds), len(boxes))
    ports = np.maximum(2 * inputs + 1, 3)
    width = np.maximum(inner, 3) + 2
    gap = np.maximum(_numbers(map(attrgetter("gap"), boxes), len(boxes)), output)
    if flow is Flow.RIGHT:
        return width, ports, width + gap, ports
    # The numbers stand below the box, to the right of its wire.
    width, height = np.maximum(width, ports), np.full(len(boxes), 3, np.int64)
    across = np.maximum(width, width // 2 + 1 + gap)
    return width, height, height + 2 * (gap > 0), across


def _check(made: Plan) -> None:
    """Assert that every wire has an operand of its own."""
    wrong = np.flatnonzero((made.slot < 0) | (made.slot >= made.inputs[made.target]))
    assert not len(wrong), f"no operand is where this wire leads: {made.wires[wrong[0]]}"
    same = (made.target[1:] == made.target[:-1]) & (made.slot[1:] == made.slot[:-1])
    twice = np.flatnonzero(same)
    assert not len(twice), (
        f"one operand has two wires: {made.wires[twice[0]] if len(twice) else ''}"
    )
