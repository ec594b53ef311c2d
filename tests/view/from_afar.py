"""What tests of the picture from afar share: drawings of any shape, and heat for their boxes."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from graphtui.view.afar.heat_values import Heat
from graphtui.view.drawing.boxes import Box, Wire
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Flow


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """A drawing of a few boxes, each with operands from boxes before it."""
    count = draw(st.integers(1, 12))
    boxes, wires = [], []
    for number in range(count):
        sources = draw(st.lists(st.integers(0, number - 1), max_size=3)) if number else []
        kind = "op" if sources else "leaf"
        boxes.append(Box(f"n{number:02}", f"n{number}", len(sources), kind, output=number == count))
        wires += [Wire(f"n{s:02}", f"n{number:02}", slot) for slot, s in enumerate(sources)]
    return lay_out(boxes, wires, draw(st.sampled_from(Flow)), search=False)


def heat_of(layout: Layout, draw: st.DataObject) -> Heat:
    """Any numbers for the boxes of a drawing."""
    many = len(layout.plan.boxes)
    sizes = st.one_of(st.just(float("nan")), st.just(0.0), st.floats(0, 1e300), st.just(np.inf))

    def numbers() -> np.ndarray:
        return np.array(draw.draw(st.lists(sizes, min_size=many, max_size=many)))

    return Heat(
        value=numbers(),
        gradient=numbers(),
        contribution=numbers(),
        step=np.where(np.arange(many) % 3 > 0, np.arange(many), np.nan),
        state=np.array(draw.draw(st.lists(st.integers(0, 4), min_size=many, max_size=many))),
        fault=np.array(draw.draw(st.lists(st.booleans(), min_size=many, max_size=many))),
        steps=many,
    )
