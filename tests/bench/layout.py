"""How long drawing takes and how good it is, by family and size, with dot beside it if wanted.

    python tests/bench/layout.py [--sizes 300,3000] [--families lstm,chain] [--dot] [--search]

Times are those of the processor, the best of several runs, in one thread. Crossings are those of
wires as they are drawn: a value has one trunk, and wires of more than 64 ranks are stubs.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse
import gc
import random
import sys
import tracemalloc
from collections.abc import Callable
from math import log
from pathlib import Path
from time import process_time
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from graphtui.debugger.session import DebugSession
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.careful.search import arranged
from graphtui.view.drawing.crossings import crossings, offsets
from graphtui.view.drawing.layered import LONGEST, layered
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.order import arrange
from graphtui.view.drawing.plan import plan
from graphtui.view.drawing.ranks import ranks
from graphtui.view.picture.graph_panel import draw_graph, prepare
from graphtui.view.picture.scene import scene
from tests.bench.dot import dot_crossings
from tests.bench.families import EXTREMES, FAMILIES, SIZES, Tape

Result = TypeVar("Result")

FRAMES = 100
SCREEN = (200, 60)
MARKS = {300: 10.0, 3_000: 30.0, 100_000: 800.0}
"""Milliseconds that a layout may take."""


def timed(work: Callable[[], Result], runs: int) -> tuple[float, Result]:
    """Milliseconds of processor time of the best run, and what came of it."""
    best, found = float("inf"), None
    for _ in range(runs):
        gc.collect()
        start = process_time()
        found = work()
        best = min(best, process_time() - start)
    assert found is not None
    return 1000 * best, found


def peak(work: Callable[[], object]) -> int:
    """Bytes that are taken at most besides those taken before."""
    gc.collect()
    tracemalloc.start()
    kept = work()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del kept
    return found


def frames(tape: Tape) -> tuple[float, float, float]:
    """Milliseconds for the scene; median and 95th percentile of frames all over the drawing.

    They are those of the debugger in the middle of the backward pass, with numbers and states.
    """
    graph = tape.graph()
    session = DebugSession(graph)
    session.seek(3 * len(session.run.plan.tasks) // 4)
    snapshot = session.snapshot()
    assert graph.edges
    making, found = timed(lambda: scene(graph), 3)
    layout = lay_out(found.boxes, found.wires, None)
    prepare(found, snapshot)
    rng = random.Random(1)
    times = []
    for _ in range(FRAMES):
        box = layout.placed[rng.choice(found.boxes).key]
        x, y = box.x - rng.randrange(SCREEN[0]), box.y - rng.randrange(SCREEN[1])
        start = process_time()
        draw_graph(layout, found, snapshot, Window(x, y, *SCREEN))
        times.append(1000 * (process_time() - start))
    return making, float(np.median(times)), float(np.percentile(times, 95))


def quality(tape: Tape, *, search: bool) -> tuple[int, int]:
    """Crossings, and how many wires are stubs."""
    made = plan(tape.boxes(), tape.wires())
    items = layered(made, ranks(made))
    order = arranged(items)[0] if search else arrange(items)
    stubs = items.ranks.rank[made.target] - items.ranks.rank[made.source] > LONGEST
    return crossings(items, order.place, offsets(items)), int(stubs.sum())


def row(
    name: str, tape: Tape, size: int, before: tuple[int, float] | None, wanted: Wanted
) -> float:
    """Print one line of the table, and return the time of the layout."""
    boxes, wires = tape.boxes(), tape.wires()
    runs = 7 if size <= 3_000 else 3

    def work() -> Layout:
        return lay_out(boxes, wires, None, search=wanted.search)

    took, layout = timed(work, runs)
    grown = "" if before is None else f"{log(took / before[1]) / log(len(boxes) / before[0]):.2f}"
    late = "*" if took > MARKS.get(size, float("inf")) and not wanted.search else ""
    memory = peak(work) / len(boxes)
    making, median, ninety_fifth = frames(tape)
    crossed, stubs = quality(tape, search=wanted.search)
    cells = [
        f"{name:12} {len(boxes):7,} {len(wires):8,} {layout.width:9,}x{layout.height:<7,}",
        f"{took:8.1f}{late:1} {grown:>5} {memory:7.0f}",
        f"{making:8.1f} {median:7.2f} {ninety_fifth:6.2f} {crossed:10,} {stubs:7,}",
    ]
    if wanted.dot:
        theirs = [dot_crossings(tape, ports=ports) for ports in (True, False)]
        cells += ["-" if each is None else f"{each:,}" for each in theirs]
    print("  ".join(cells), flush=True)
    return took


class Wanted(argparse.Namespace):
    """What is asked for."""

    sizes: str
    families: str
    dot: bool
    search: bool


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--dot", action="store_true", help="crossings in dot's drawing, too")
    parser.add_argument("--search", action="store_true", help="look for the best drawing")
    wanted = parser.parse_args(namespace=Wanted())
    makers = FAMILIES | EXTREMES
    print(
        f"{'family':12} {'boxes':>7} {'wires':>8} {'cells':>17}  {'layout':>8}  {'exp':>5}"
        f" {'B/box':>7}  {'scene':>8} {'frame':>7} {'p95':>6} {'crossings':>10} {'stubs':>7}"
        + ("  dot, with ports and without" if wanted.dot else "")
    )
    for name in wanted.families.split(","):
        before = None
        for size in map(int, wanted.sizes.split(",")):
            tape = makers[name](size)
            took = row(name, tape, size, before, wanted)
            before = len(tape.labels), took


if __name__ == "__main__":
    main()
