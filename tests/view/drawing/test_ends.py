"""Wires that are numbers are the same wires."""

from __future__ import annotations

import numpy as np
import pytest

from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.ends import Ends, Wires
from graphtui.view.drawing.plan import Flow, plan

BOXES = (Box("z", "+", 2), Box("a", "a", kind="leaf"), Box("g", "▸ g", 1, "group", outputs=2))
WIRES = (Wire("g", "z", 0, 1), Wire("a", "g"), Wire("g", "z", 1))
ENDS = Ends(*map(np.array, ([2, 1, 2], [0, 2, 0], [0, 0, 1], [1, 0, 0])))


def test_they_are_the_wires_between_the_boxes() -> None:
    wires = Wires(BOXES, ENDS)
    assert tuple(wires) == WIRES
    assert wires[1:] == WIRES[1:]
    assert wires == WIRES
    assert wires == Wires(BOXES, ENDS)
    assert wires != WIRES[:2]
    assert wires != Wires(BOXES, ENDS._replace(output=np.zeros(3, np.int64)))
    with pytest.raises(IndexError):
        wires[3]


@pytest.mark.parametrize("flow", Flow)
def test_the_plan_is_that_of_the_wires(flow: Flow) -> None:
    numbers, named = plan(BOXES, Wires(BOXES, ENDS), flow), plan(BOXES, WIRES, flow)
    assert numbers.wires == named.wires
    for column in ("given", "starts", "source", "target", "slot", "value", "owner", "departure"):
        assert getattr(numbers, column).tolist() == getattr(named, column).tolist()
