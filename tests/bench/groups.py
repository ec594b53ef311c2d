"""How long groups take: all folded at first, one opened, one folded; by family, at 100,000 nodes.

    python tests/bench/groups.py [--sizes 3000,100000]

The tree of the groups is made once for a graph, and counted apart. Everything after it is what one
waits for: the boxes, their places, and a frame of 200 x 60 cells. Times are those of the processor.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[2]))

from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph
from graphtui.graph.groups.tree import GroupTree
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.rooms.rooms import Known
from graphtui.view.picture.graph_panel import draw_graph, prepare
from graphtui.view.picture.laid_out import drawn_scene, laid_out
from graphtui.view.picture.scene import Scene
from graphtui.view.picture.schedule import schedule
from tests.bench.nets import NETS

Result = TypeVar("Result")

SCREEN = (200, 60)
FIRST, EACH = 50.0, 16.0
"""Milliseconds for the first frame, and for opening or folding one group."""


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Milliseconds of processor time, and what came of it."""
    start = process_time()
    found = work()
    return (process_time() - start) * 1000, found


class Screen:
    """What one waits for: the moment after a command, and its first frame."""

    def __init__(self, graph: Graph) -> None:
        self.session = DebugSession(graph)
        self.pictures: dict[frozenset[str], tuple[Scene, Layout]] = {}
        self.rooms: Known = {}

    def know(self) -> None:
        """Work out what is known of a run from the start: its steps as arrays, and the leaves."""
        schedule(self.session.graph.group_tree, self.session.run.plan)
        _ = self.session.run.faults

    def perform(self, command: str) -> Scene:
        """Carry out a command and draw what is seen then."""
        session = self.session
        perform(session, command)
        snapshot = session.snapshot()
        if session.folded not in self.pictures:
            made = drawn_scene(snapshot)
            self.pictures[session.folded] = made, laid_out(made, None, self.rooms)
        drawn, layout = self.pictures[session.folded]
        prepare(drawn, snapshot)
        draw_graph(layout, drawn, snapshot, Window(0, 0, *SCREEN))
        return drawn


def commands(tree: GroupTree) -> list[str]:
    """The first group that is seen is opened, the first one in it, and so on; then back again."""
    names: list[str] = []
    at = 1
    while at < len(tree.names):
        names.append(tree.names[at])
        inner = range(at + 1, tree.end[at])
        at = inner.start if inner else len(tree.names)
    return [f"unfold {each}" for each in names] + [f"fold {each}" for each in reversed(names)]


def main() -> None:
    """Measure each family at each size and mark what takes longer than it may."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="3000,100000")
    for size in map(int, parser.parse_args().sizes.split(",")):
        for name, make in NETS.items():
            graph = make(size)
            tree, _ = timed(partial(getattr, graph, "group_tree"))
            screen = Screen(graph)
            known, _ = timed(screen.know)
            print(
                f"{name}, {len(graph.nodes):,} nodes; once: {tree:.0f} ms for the tree of groups,"
            )
            print(f"  {known:.0f} ms for the steps as numbers and a look at the leaves")
            for command in ["fold all", *commands(graph.group_tree)]:
                spent, drawn = timed(partial(screen.perform, command))
                mark = FIRST if command == "fold all" else EACH
                over = f"   over {mark:.0f}" if spent > mark else ""
                boxes = len(drawn.boxes)
                print(f"  {command:<34} {boxes:>6,} boxes {spent:7.1f} ms{over}")


if __name__ == "__main__":
    main()
