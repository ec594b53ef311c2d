"""Random graphs with nested groups, and what is asked of every drawing with frames."""

from __future__ import annotations

import random

from graphtui.graph.graph import Draft, Graph, node
from graphtui.view.drawing.frame import draw
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.placed import Placed, PlacedFrame
from graphtui.view.picture.scene import Scene
from graphtui.view.text.lines import plain
from tests.view.drawing.reading import cells, expected, read_back

OPS = {1: "exp", 2: "add"}


def grouped(seed: int) -> tuple[Graph, random.Random]:
    """Up to 30 nodes in groups up to three deep; values come and go across them."""
    rng = random.Random(seed)
    reach, stack, drafts, groups = rng.choice((3, 8, 40)), list[str](), list[Draft](), 0
    for number in range(rng.randint(2, 30)):
        while stack and rng.random() < 0.3:
            stack.pop()
        while len(stack) < 3 and rng.random() < 0.3:
            stack.append(f"g{groups}")
            groups += 1
        near = [draft.name for draft in drafts[-reach:]]
        many = rng.choice((0, 1, 1, 2, 2, 2)) if near else 0
        name, group = f"n{number}", "/".join(stack)
        inputs = [rng.choice(near) for _ in range(many)]
        if inputs:
            drafts.append(node(name, OPS[many], inputs, group=group))
        else:
            drafts.append(node(name, "parameter", value=0.5, group=group))
    return Graph(drafts, output=rng.choice(drafts[-3:]).name), rng


def some_folded(graph: Graph, rng: random.Random) -> frozenset[str]:
    return frozenset(each for each in graph.group_tree.names[1:] if rng.random() < 0.4)


def check(graph: Graph, scene: Scene, layout: Layout) -> None:
    """Assert that the picture can be read back, and that frames hold what is in their groups."""
    rows = plain(draw(layout)).split("\n")
    assert read_back(layout, cells(rows)) == expected(layout)
    assert scene.framed is not None
    assert [frame.key for frame in layout.frames] == [f.closed.key for f in scene.framed.frames]
    for frame in layout.frames:
        assert rows[frame.y][frame.title_at :].startswith(f" {frame.title} ")
        group = scene.opened[frame.key]
        for placed in layout.placed.values():
            held = graph.group_tree.holds(group, scene.speaker[placed.box.key])
            assert (_inside if held else _apart)(frame, placed), (frame, placed)


def _inside(frame: PlacedFrame, box: Placed) -> bool:
    across = frame.x < box.x and box.x + box.width < frame.x + frame.width
    return across and frame.y < box.y and box.y + box.height < frame.y + frame.height


def _apart(frame: PlacedFrame, box: Placed) -> bool:
    beside = box.x + box.width <= frame.x or frame.x + frame.width <= box.x
    return beside or box.y + box.height <= frame.y or frame.y + frame.height <= box.y
