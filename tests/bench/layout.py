"""How long a drawing takes: random layered graphs of 30, 300 and 1,000 boxes, best of several runs.

python tests/bench/layout.py
"""

from __future__ import annotations

import random
from collections.abc import Callable
from time import process_time

from graphtui.view.drawing.boxes import Box, Window, Wire
from graphtui.view.drawing.frame import draw
from graphtui.view.drawing.layout import lay_out


def layered(boxes: int, seed: int) -> tuple[list[Box], list[Wire]]:
    """A graph of ops with one or two operands, most of them from the layer before."""
    rng = random.Random(seed)
    across = max(3, round(boxes**0.5 / 1.5))
    made: list[Box] = []
    wires: list[Wire] = []
    for number in range(boxes):
        layer = number // across
        inputs = 0 if layer == 0 else rng.choice((1, 2, 2))
        made.append(Box(f"n{number:05}", "op", inputs, "op" if inputs else "leaf"))
        for slot in range(inputs):
            back = rng.choice((1, 1, 1, 1, 2, 3))
            source = max(0, layer - back) * across + rng.randrange(across)
            wires.append(Wire(f"n{source:05}", made[-1].key, slot))
    return made, wires


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """Processor time of the best run."""
    times = []
    for _ in range(runs):
        start = process_time()
        work()
        times.append(process_time() - start)
    return 1000 * min(times)


def row(boxes: int) -> str:
    """One line of the table."""
    graph = layered(boxes, seed=1)
    layout = lay_out(*graph)
    window = Window(layout.width // 3, layout.height // 3, 160, 48)
    size = f"{layout.width}x{layout.height}"
    times = (
        milliseconds(lambda: lay_out(*graph), 5),
        milliseconds(lambda: draw(layout), 3),
        milliseconds(lambda: draw(layout, window=window), 5),
    )
    cells = f"{boxes:6} {len(graph[1]):6} {size:>12}"
    return cells + "".join(f" {time:10.1f}" for time in times)


def main() -> None:
    """Print the table."""
    titles = ("layout ms", "draw ms", "160x48 ms")
    print(f"{'boxes':>6} {'wires':>6} {'cells':>12}" + "".join(f" {title:>10}" for title in titles))
    for boxes in (30, 300, 1000):
        print(row(boxes))


if __name__ == "__main__":
    main()
