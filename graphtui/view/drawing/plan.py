"""What is to be drawn as arrays: extents and ports of the boxes, ends of the wires.

A drawing flows to the right or down. Everything from here to the last phase speaks of *along* the
flow and *across* it; which of them is x is decided where the cells are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.safe_text import cell_width

Ints = npt.NDArray[np.int64]
"""One whole number for each box, item, segment or wire."""


class Flow(Enum):
    """Where the wires lead."""

    RIGHT = "right"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Plan:
    """The boxes by key and the wires by target and operand, as arrays."""

    boxes: tuple[Box, ...]
    number: dict[str, int]
    """For each key the place of its box."""
    wires: tuple[Wire, ...]
    flow: Flow
    source: Ints
    """For each wire the place of the box that it leaves."""
    target: Ints
    slot: Ints
    inputs: Ints
    """For each box how many operands it has."""
    width: Ints
    height: Ints
    across: Ints
    """For each box the cells across the flow, in which no other box stands."""
    along: Ints
    """For each box the cells along the flow, its numbers included."""
    port: Ints
    """For each box the cell of its extent across the flow from which its wire leaves."""

    def arrival(self, box: Ints, slot: Ints) -> Ints:
        """The cell of the box's extent across the flow at which operand `slot` arrives."""
        size = (self.height if self.flow is Flow.RIGHT else self.width)[box]
        cell = 1 + (2 * slot + 1) * (size - 2) // (2 * np.maximum(self.inputs[box], 1))
        return np.asarray(cell, np.int64)


def plan(boxes: Sequence[Box], wires: Sequence[Wire], flow: Flow = Flow.RIGHT) -> Plan:
    """The same for the same boxes and wires, in whatever order they are given."""
    boxes = tuple(sorted(boxes, key=lambda box: box.key))
    number = {box.key: index for index, box in enumerate(boxes)}
    assert len(number) == len(boxes), "two boxes have the same key"
    source = np.array([number[wire.source] for wire in wires], np.int64)
    target = np.array([number[wire.target] for wire in wires], np.int64)
    slot = np.array([wire.slot for wire in wires], np.int64)
    by_target = np.lexsort((slot, target))
    source, target, slot = source[by_target], target[by_target], slot[by_target]
    inputs = np.array([box.inputs for box in boxes], np.int64)
    width, height = _sizes(boxes, inputs, flow)
    gap = np.array([max(box.gap, box.output) for box in boxes], np.int64)
    along, across = width + gap, height
    if flow is Flow.DOWN:  # the numbers stand below the box, to the right of its wire
        along, across = height + 2 * (gap > 0), np.maximum(width, width // 2 + 1 + gap)
    made = Plan(
        boxes=boxes,
        number=number,
        wires=tuple(wires[index] for index in by_target.tolist()),
        flow=flow,
        source=source,
        target=target,
        slot=slot,
        inputs=inputs,
        width=width,
        height=height,
        across=across,
        along=along,
        port=(height if flow is Flow.RIGHT else width) // 2,
    )
    _check(made)
    return made


def _sizes(boxes: Sequence[Box], inputs: Ints, flow: Flow) -> tuple[Ints, Ints]:
    """Columns and rows of every box; each port has a cell, and there is one between two."""
    labels: dict[str, int] = {}
    for box in boxes:
        if box.label not in labels:
            labels[box.label] = cell_width(box.label)
    air = np.array([0 if box.kind == "op" else 2 for box in boxes], np.int64)
    inner = np.array([labels[box.label] for box in boxes], np.int64) + air
    ports = np.maximum(2 * inputs + 1, 3)
    width = np.maximum(inner, 3) + 2
    if flow is Flow.DOWN:
        return np.maximum(width, ports), np.full(len(boxes), 3, np.int64)
    return width, ports


def _check(made: Plan) -> None:
    """Assert that every wire has an operand of its own."""
    wrong = np.flatnonzero((made.slot < 0) | (made.slot >= made.inputs[made.target]))
    assert not len(wrong), f"no operand is where this wire leads: {made.wires[wrong[0]]}"
    same = (made.target[1:] == made.target[:-1]) & (made.slot[1:] == made.slot[:-1])
    twice = np.flatnonzero(same)
    assert not len(twice), (
        f"one operand has two wires: {made.wires[twice[0]] if len(twice) else ''}"
    )
