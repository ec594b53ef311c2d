"""The picture from afar at 3,000 and 100,000 boxes: the numbers, their colours, and a frame.

    python tests/bench/overview.py

Processor time, best of several runs. Everything but the frame is the engine thread's work.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

sys.path[:0] = [str(Path(__file__).parents[2])]

from graphtui.debugger.session import DebugSession
from graphtui.view.afar.heat_codes import Metric, painting
from graphtui.view.afar.heat_values import heat
from graphtui.view.afar.minimap import minimap
from graphtui.view.afar.overview import overview
from graphtui.view.afar.places import NEAR, Afar, fitting
from graphtui.view.afar.spots import Ink
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.picture.node_rows import draw_rows, rows_layout
from graphtui.view.picture.scene import scene
from tests.bench.families import FAMILIES

SIZE = 200, 60
MARK = 5.0
"""Milliseconds that a frame may take."""


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """Processor time of the best run."""
    times = []
    for _ in range(runs):
        begin = process_time()
        work()
        times.append(process_time() - begin)
    return 1000 * min(times)


def row(family: str, nodes: int) -> str:
    """One line of the table."""
    session = DebugSession(FAMILIES[family](nodes).graph())
    drawn = scene(session.graph)
    layout = lay_out(drawn.boxes, drawn.wires, None)
    session.resume()
    snapshot = session.snapshot()
    _ = snapshot.run.faults
    first = milliseconds(lambda: heat(layout, drawn, snapshot), 1)
    found = heat(layout, drawn, snapshot)
    again = milliseconds(lambda: heat(layout, drawn, snapshot), 5)
    colours = milliseconds(lambda: painting(found, Metric.GRADIENT), 5)
    painted = painting(found, Metric.GRADIENT)
    far, near = fitting(layout, *SIZE), Afar(*NEAR)
    columns, rows = near.size(layout)
    middle = Window(max(columns - SIZE[0], 0) // 2, max(rows - SIZE[1], 0) // 2, *SIZE)
    frames = [
        milliseconds(lambda: overview(layout, painted, far, Window(0, 0, *SIZE)), 9),
        milliseconds(lambda: overview(layout, painted, far, Window(0, 0, *SIZE), ink=Ink.DOTS), 9),
        milliseconds(lambda: overview(layout, painted, near, middle), 9),
        milliseconds(lambda: minimap(layout, painted, *SIZE), 9),
    ]
    low = rows_layout(drawn, layout.plan.flow)
    window = Window(low.width // 2, low.height // 2, *SIZE)
    frames.append(milliseconds(lambda: draw_rows(low, drawn, snapshot, window), 9))
    cells = "".join(f" {time:9.1f}" for time in (first, again, colours, *frames))
    return f"{family:<12} {nodes:7}{cells}"


def main() -> None:
    """Print the table."""
    titles = ("first ms", "step ms", "colours", "all", "in dots", "near", "map", "rows")
    print(f"{'family':<12} {'nodes':>7}" + "".join(f" {title:>9}" for title in titles))
    for nodes in (3_000, 100_000):
        for family in FAMILIES:
            print(row(family, nodes), flush=True)
    print(f"(the mark for a frame of {SIZE[0]}x{SIZE[1]} cells is {MARK} ms)")


if __name__ == "__main__":
    main()
