"""A plan of boxes that several values leave, each from a port of its own with room for its numbers.

The first value of a box has the number of the box; the others come after all boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.plan import Flow, Ints, Plan, departure, plan


@dataclass(frozen=True, slots=True)
class SeveralPlan(Plan):
    """A plan in which a wire says which value of its source it carries."""

    values_of_wires: Ints
    owners: Ints
    departures: Ints
    extra: Ints
    """For each box the number of its second value, had it one; and at the end that of all."""

    @property
    def value(self) -> Ints:
        return self.values_of_wires

    @property
    def owner(self) -> Ints:
        return self.owners

    @property
    def departure(self) -> Ints:
        return self.departures

    def values(self, box: int) -> Sequence[int]:
        return (box, *range(int(self.extra[box]), int(self.extra[box + 1])))

    def values_of(self, boxes: Ints) -> Ints:
        many = self.extra[boxes + 1] - self.extra[boxes]
        first = self.extra[boxes] - (np.cumsum(many) - many)
        return np.concatenate((boxes, np.repeat(first, many) + np.arange(many.sum())))


def several_plan(boxes: Sequence[Box], wires: Sequence[Wire], flow: Flow) -> SeveralPlan:
    """The plan of the boxes and wires."""
    made = plan(boxes, wires, flow)
    count = len(made.boxes)
    outputs = np.fromiter((box.outputs for box in made.boxes), np.int64, count)
    output = np.fromiter((wire.output for wire in made.wires), np.int64, len(made.wires))
    assert (output < outputs[made.source]).all(), "a wire carries a value that its source has not"
    extra = count + np.concatenate(([0], np.cumsum(outputs - 1)))
    columns = {each.name: getattr(made, each.name) for each in fields(Plan)}
    right = flow is Flow.RIGHT
    for box in np.flatnonzero(outputs > 1).tolist():
        _make_room(columns, made.boxes[box], box, right=right)
    size = columns["height" if right else "width"]
    owners = np.concatenate((np.arange(count), np.repeat(np.arange(count), outputs - 1)))
    departures = size[owners] // 2
    for box in np.flatnonzero(outputs > 1).tolist():
        each = made.boxes[box]
        at = [
            departure(int(size[box]), each.outputs, each.gap, flow, n) for n in range(each.outputs)
        ]
        departures[box] = at[0]
        departures[extra[box] : extra[box + 1]] = at[1:]
    columns["port"] = departures[:count]
    return SeveralPlan(
        **columns,
        values_of_wires=np.where(output > 0, extra[made.source] + output - 1, made.source),
        owners=owners,
        departures=departures,
        extra=extra,
    )


def _make_room(columns: dict[str, Ints], each: Box, box: int, *, right: bool) -> None:
    """Make a box large enough for its ports."""
    if right:
        size = max(int(columns["height"][box]), 3 * each.outputs)
        columns["height"][box] = columns["across"][box] = size
    else:
        size = max(int(columns["width"][box]), (each.gap + 2) * each.outputs + 1)
        columns["width"][box] = columns["across"][box] = size
