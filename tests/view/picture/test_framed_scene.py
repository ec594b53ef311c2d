"""Open groups stand in frames: wires can be followed through walls, and opening one only shifts."""

from __future__ import annotations

import pytest

from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.view.drawing.frame import draw
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Flow
from graphtui.view.drawing.rooms.cuts import cut_apart
from graphtui.view.drawing.rooms.framed import lay_out_framed
from graphtui.view.drawing.rooms.rooms import Known, rooms
from graphtui.view.picture.framed_scene import framed_scene
from graphtui.view.picture.graph_panel import marks
from graphtui.view.picture.pointing import pointed
from graphtui.view.picture.scene import Scene
from graphtui.view.text.lines import plain
from tests.bench.nets import NETS
from tests.view.framed import check, grouped, some_folded
from tests.view.shown import sigmoid

FLOWS = (Flow.RIGHT, Flow.DOWN)


def pictured(
    graph: Graph, folded: frozenset[str], flow: Flow = Flow.RIGHT, known: Known | None = None
) -> tuple[Scene, Layout]:
    scene = framed_scene(graph, folded)
    assert scene.framed is not None
    return scene, lay_out_framed(scene.framed, flow, known)


@pytest.mark.parametrize("block", range(5))
def test_every_drawing_can_be_read_back_through_its_frames(block: int) -> None:
    for seed in range(60 * block, 60 * (block + 1)):
        graph, rng = grouped(seed)
        check(graph, *pictured(graph, some_folded(graph, rng), FLOWS[seed % 2]))


@pytest.mark.parametrize("name", NETS)
def test_a_net_can_be_read_back(name: str) -> None:
    graph = NETS[name](300)
    every = frozenset(graph.group_tree.names[1:])
    for folded in (frozenset[str](), every, frozenset(each for each in every if "/" in each)):
        check(graph, *pictured(graph, folded, Flow.DOWN))


@pytest.mark.parametrize("block", range(4))
def test_opening_a_group_moves_what_is_outside_by_a_shift(block: int) -> None:
    """In every room what is ahead moves on by one amount, and the rest stays; across the same."""
    for seed in range(50 * block, 50 * (block + 1)):
        graph, rng = grouped(seed)
        folded, flow = some_folded(graph, rng), FLOWS[seed % 2]
        known: Known = {}
        before, closed = pictured(graph, folded, flow, known)
        for key in before.members:
            group = key.removeprefix("▸ ")
            after, opened = pictured(graph, folded - {group}, flow, known)
            if group in after.opened.values():
                check_shift(before, closed, opened, key, rigid=can_be_cut(after, flow, known))


def can_be_cut(scene: Scene, flow: Flow, known: Known) -> bool:
    """Whether every room can be cut for each open group so that no wires change places in it."""
    assert scene.framed is not None
    for room in rooms(scene.framed, flow, known):
        items, tops, tied = room.arranged.items, room.arranged.tops, room.arranged.tied
        for at, _ in room.frames:
            if tied[tops[at] + items.across[at]] and cut_apart(room.arranged, at) is None:
                return False
    return True


def check_shift(before: Scene, closed: Layout, opened: Layout, key: str, *, rigid: bool) -> None:
    """Assert that boxes outside keep their sizes and that their places are only moved apart."""
    down = closed.plan.flow is Flow.DOWN
    assert before.framed is not None
    homes = dict(zip((b.key for b in before.framed.boxes), before.framed.home, strict=True))
    across: dict[int, set[int]] = {}
    along: dict[int, list[tuple[int, int]]] = {}
    for other, old in closed.placed.items():
        if other == key:
            continue
        new = opened.placed[other]
        assert (new.width, new.height) == (old.width, old.height)
        moved = new.x - old.x, new.y - old.y
        across.setdefault(homes[other], set()).add(moved[0 if down else 1])
        along.setdefault(homes[other], []).append((old.y, moved[1]) if down else (old.x, moved[0]))
    for each in across.values():
        assert min(each) >= 0
        assert len(each - {0}) <= 1
    for room in along.values() if rigid else ():
        shifts = [shift for _, shift in sorted(room)]
        assert shifts == sorted(shifts)
        assert len(set(shifts) - {0}) <= 1


def test_nearly_every_drawing_can_be_cut() -> None:
    """Where not, two wires must change places in a gap, and it may need another track."""
    found: list[bool] = []
    for seed in range(60):
        graph, rng = grouped(seed)
        known: Known = {}
        scene, _ = pictured(graph, some_folded(graph, rng), FLOWS[seed % 2], known)
        found.append(can_be_cut(scene, FLOWS[seed % 2], known))
    assert found.count(False) <= 3


def test_opening_the_last_box_moves_what_is_below_and_nothing_else() -> None:
    before, closed = pictured(sigmoid(), frozenset({"sigmoid"}))
    _, opened = pictured(sigmoid(), frozenset())
    group = closed.placed["▸ sigmoid"]
    for key, old in closed.placed.items():
        if key not in before.members:
            new = opened.placed[key]
            below = old.y >= group.y + group.height
            assert (new.x - old.x, new.y - old.y) == (0, 2 if below else 0)


@pytest.mark.parametrize("name", ["sigmoid", *range(10)])
def test_no_number_outside_changes_when_groups_are_folded(name: str | int) -> None:
    """Folding is a matter of the picture: the run is the very same, and what is told of it."""
    graph = sigmoid() if isinstance(name, str) else grouped(name)[0]
    session = DebugSession(graph)
    session.seek(len(session.run.plan.tasks))
    run, open_scene = session.run, framed_scene(graph, frozenset())
    told = marks(open_scene, session.snapshot())
    session.fold_all()
    scene = framed_scene(graph, session.folded)
    folded = marks(scene, session.snapshot())
    assert session.run is run
    for key in open_scene.speaker.keys() & scene.speaker.keys():
        assert folded.values[key] == told.values[key]
        assert folded.gradients[key] == told.gradients[key]
    for key, names in scene.several.items():
        values, gradients = folded.several[key]
        assert [told.values[each] for each in names] == values
        assert [told.gradients[each] for each in names] == gradients


def two_values() -> Graph:
    """A group that two values leave, as the step of an LSTM."""
    return Graph(
        [
            node("x", "input", value=0.5),
            node("a", "exp", ["x"], group="g"),
            node("b", "sin", ["a"], group="g"),
            node("c", "cos", ["a"], group="g"),
            node("d", "add", ["b", "c"]),
            node("e", "multiply", ["d", "c"]),
        ]
    )


def test_every_value_that_leaves_a_group_has_a_port() -> None:
    scene, layout = pictured(two_values(), frozenset({"g"}))
    (group,) = (each for each in scene.boxes if each.kind == "group")
    assert group.outputs == 2
    assert scene.several == {"▸ g": ("c", "b")}
    assert {
        (wire.output, wire.target, wire.slot) for wire in scene.wires if wire.source == "▸ g"
    } == {
        (1, "d", 0),
        (0, "d", 1),
        (0, "e", 1),
    }
    check(two_values(), scene, layout)


def test_a_group_that_a_value_leaves_and_enters_again_has_no_frame() -> None:
    graph = Graph(
        [
            node("x", "input", value=0.5),
            node("a", "exp", ["x"], group="g"),
            node("b", "sin", ["a"]),
            node("c", "cos", ["b"], group="g"),
        ]
    )
    scene, layout = pictured(graph, frozenset({"g"}))
    assert layout.frames == ()
    assert scene.kept_open == {"g"}


def test_equal_groups_are_laid_out_once() -> None:
    graph = NETS["transformer"](300)
    tree = graph.group_tree
    (run, *_) = tree.siblings
    blocks = {tree.names[each] for each in tree.siblings[run]}
    known: Known = {}
    every = frozenset(tree.names[1:])
    pictured(graph, every - {tree.names[run]}, known=known)
    rooms = len(set(map(id, known.values())))
    for block in sorted(blocks):
        pictured(graph, every - {tree.names[run], block}, known=known)
    assert len(set(map(id, known.values()))) == rooms + 1


def test_a_frame_in_a_frame() -> None:
    graph = Graph(
        [
            node("x", "input", value=0.5),
            node("W", "parameter", value=0.5, group="net/fc"),
            node("m", "multiply", ["x", "W"], group="net/fc"),
            node("r", "relu", ["m"], group="net"),
            node("f", "sum", ["r"]),
        ]
    )
    _, layout = pictured(graph, frozenset())
    assert plain(draw(layout)).split("\n") == [
        "╭───╮       ┌ ▾ net 1 ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┐ ┌───┐",
        "│ x ├────────╮  ┌ ▾ fc 1 ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┐ ┌────┐      ╭─▶│sum├─────▶",
        "╰───╯       ┊╰───╮                         ╭─▶│relu├──────╯┊ └───┘",
        "            ┊   ┊╰────────────╮ ┌───┐      │┊ └────┘       ┊",
        "            ┊   ┊             ╰▶│   │      │┊              ┊",
        "            ┊   ┊               │ * ├──────╯┊              ┊",
        "            ┊   ┊  ╭───╮      ╭▶│   │       ┊              ┊",
        "            ┊   ┊  │ W ├──────╯ └───┘       ┊              ┊",
        "            ┊   ┊  ╰───╯                    ┊              ┊",
        "            ┊   └┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┘              ┊",
        "            └┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┘",
    ]


def test_a_click_on_the_mark_in_a_frame_closes_the_group() -> None:
    session = DebugSession(sigmoid())
    scene, layout = pictured(session.graph, frozenset())
    (frame,) = layout.frames
    found = pointed(layout, scene, session.snapshot(), frame.title_at + 1, frame.y)
    assert found is not None
    assert found.opens == "sigmoid"
    assert pointed(layout, scene, session.snapshot(), frame.x, frame.y + 1) is None
