"""Boxes that several values leave: each has a port, and room for its numbers."""

from __future__ import annotations

import pytest

from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.plan import Flow, plan

BOXES = [Box("a", "a", kind="leaf"), Box("g", "▸ g", 1, "group", 6, outputs=3), Box("z", "+", 2)]
WIRES = [Wire("a", "g"), Wire("g", "z", 0, 2), Wire("g", "z", 1)]


@pytest.mark.parametrize("flow", Flow)
def test_every_value_has_a_number_and_a_port(flow: Flow) -> None:
    made = plan(BOXES, WIRES, flow)
    assert made.values(1) == (1, 3, 4)
    assert made.owner.tolist() == [0, 1, 2, 1, 1]
    assert made.value.tolist() == [0, 4, 1]
    assert sorted(made.values_of(made.owner[:3]).tolist()) == [0, 1, 2, 3, 4]
    ports = made.departure[list(made.values(1))].tolist()
    if flow is Flow.RIGHT:
        assert ports == [1, 4, 7]
        assert made.height[1] == 9
    else:
        assert ports == [1, 9, 17]
        assert made.width[1] == 25


def test_a_value_that_is_not_there_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="has not"):
        plan(BOXES, [Wire("a", "g", 0, 1)], Flow.RIGHT)
