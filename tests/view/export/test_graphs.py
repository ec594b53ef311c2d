"""DOT and Mermaid say what the picture says: boxes, numbers, operands, groups, any names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import pytest

from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.ui.colours import LIGHT, look
from graphtui.view.export.files import picture_text
from graphtui.view.text.safe_text import safe_text
from tests.view.export.reading import Read, read_dot, read_mermaid

LOOKS = partial(look, LIGHT)
READERS: Mapping[str, Callable[[str], Read]] = MappingProxyType(
    {".dot": read_dot, ".gv": read_dot, ".mmd": read_mermaid}
)


def read(session: DebugSession, suffix: str) -> Read:
    return READERS[suffix](picture_text(session.snapshot(), f"net{suffix}", LOOKS))


def named(found: Read, label: str) -> str:
    """The node whose label begins with that line."""
    (only,) = [key for key, text in found.boxes.items() if text.split("\n")[0] == label]
    return only


@pytest.mark.parametrize("suffix", READERS)
def test_there_is_a_node_for_each_box_with_its_numbers_at_the_cursor(
    suffix: str, chain: Graph
) -> None:
    session = DebugSession(chain)
    perform(session, "seek 5")
    found = read(session, suffix)
    assert [text.split("\n")[0] for text in found.boxes.values()] == ["x", "*2", "sin", "exp"]
    x, _, s, f = (text.split("\n") for text in found.boxes.values())
    assert (x[1].split()[-1], x[2].split()[-1]) == ("0.50", "·"), "not yet is not 0"
    assert (s[-2].split()[-1], s[-1].split()[-1]) == ("0.84", "2.32")
    assert f[-1].split()[-1] == "1.00"
    ends = [(source, target) for source, target, _ in found.wires]
    assert ends == [("n0", "n1"), ("n1", "n2"), ("n2", "n3")]
    assert LOOKS("node.current").ink in found.styles[named(found, "exp")]
    assert LOOKS("node.done").ink in found.styles[named(found, "sin")]


@pytest.mark.parametrize("suffix", READERS)
def test_operands_are_told_apart(suffix: str) -> None:
    graph = Graph(
        [
            node("p", "input", value=1.0),
            node("q", "input", value=2.0),
            node("f", "subtract", ["q", "p"]),
            node("g", "subtract", ["f", "f"]),
        ]
    )
    found = read(DebugSession(graph), suffix)
    keys = dict(zip("pqfg", ("n0", "n1", "n2", "n3"), strict=True))
    assert sorted(found.wires) == sorted(
        [
            (keys["q"], keys["f"], "a"),
            (keys["p"], keys["f"], "b"),
            (keys["f"], keys["g"], "a"),
            (keys["f"], keys["g"], "b"),
        ]
    )


@pytest.mark.parametrize("suffix", READERS)
def test_groups_stand_around_their_boxes_and_fold_as_in_the_session(
    suffix: str, mlp: Graph
) -> None:
    session = DebugSession(mlp)
    found = read(session, suffix)
    assert found.groups[named(found, "W1")] == ("layer1",)
    assert found.groups[named(found, "x")] == ()
    perform(session, "fold layer1")
    folded = read(session, suffix)
    assert len(folded.boxes) < len(found.boxes)
    (box,) = [key for key, text in folded.boxes.items() if "layer1" in text]
    assert folded.groups[box] == ()
    assert {around for around in folded.groups.values() if around} == {("layer2",)}


@pytest.mark.parametrize("suffix", READERS)
def test_groups_nest(suffix: str) -> None:
    graph = Graph(
        [
            node("x", "input", value=1.0),
            node("a", "exp", ["x"], group="net/first/gate"),
            node("b", "sin", ["a"], group="net/second"),
            node("c", "cos", ["b"], group="net/first"),
        ]
    )
    session = DebugSession(graph)
    found = read(session, suffix)
    assert [found.groups[named(found, label)] for label in ("exp", "sin", "cos")] == [
        ("net", "first", "gate"),
        ("net", "second"),
        ("net", "first"),
    ]
    perform(session, "fold net/first/gate")
    folded = read(session, suffix)
    (box,) = [key for key, text in folded.boxes.items() if "gate" in text]
    assert folded.groups[box] == ("net", "first")


EVIL = (
    'a"b', "a\\", "<b>&amp;</b>", "x;y}", "n0 -> n1", "#34;", "%% c", "end", "`c`", "a|b", "{",
    "漢 é", "click", "--> x",
)  # fmt: skip


@pytest.mark.parametrize("suffix", READERS)
def test_no_name_can_be_anything_else(suffix: str) -> None:
    leaves = [node(f"{name}", "input", value=1.0, group=f"g{name}") for name in EVIL]
    graph = Graph([*leaves, node("total", "stack", list(EVIL)), node("f", "sum", ["total"])])
    found = read(DebugSession(graph), suffix)
    labels = [text.split("\n")[0] for text in found.boxes.values()]
    assert labels[: len(EVIL)] == [safe_text(name, 14) for name in EVIL]
    groups = [found.groups[key] for key in list(found.boxes)[: len(EVIL)]]
    assert groups == [tuple(f"g{name}".split("/")) for name in EVIL]
    assert len(found.wires) == len(EVIL) + 1


@pytest.mark.parametrize("suffix", READERS)
def test_a_fault_and_the_output_are_told(suffix: str) -> None:
    graph = Graph([node("x", "input", value=0.0), node("f", "log", ["x"])])
    session = DebugSession(graph)
    perform(session, "seek 3")
    found = read(session, suffix)
    assert LOOKS("node.fault").ground in found.styles["n1"] or "3" in found.styles["n1"]
    assert "-inf" in found.boxes["n1"]


@pytest.mark.parametrize("suffix", READERS)
def test_what_is_around_the_focus_is_all_there_is(suffix: str, deep: Graph) -> None:
    session = DebugSession(deep)
    for command in ("goto n100", "around 2"):
        perform(session, command)
    found = read(session, suffix)
    assert len(found.boxes) == 5
    assert len(found.wires) == 4
