"""What is to be looked at is read, and told in a bounded document; arrays are saved whole."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.commands import perform
from graphtui.debugger.completing import completions
from graphtui.debugger.kept.array_blocks import BLOCK
from graphtui.debugger.session import DebugSession
from graphtui.debugger.viewed import Viewed, looked_at, read_looked, split_off
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.replies import has_page, reply_document
from graphtui.view.answers.tensor_document import first_of

W = np.arange(-30.0, 30.0).reshape(3, 4, 5)


def graph() -> Graph:
    return Graph(
        [
            node("x", "input", value=W),
            node("w where", "parameter", value=2.0),
            node("h", "multiply", ["x", "w where"]),
            node("L", "sum", ["h"]),
        ]
    )


def session(*commands: str) -> DebugSession:
    found = DebugSession(graph())
    for command in commands:
        perform(found, command)
    return found


def document(command: str, *before: str) -> dict:
    found = reply_document(perform(session(*before), command))
    assert len(json.dumps(found)) < 40_000
    return found


@pytest.mark.parametrize(
    ("text", "expression", "name", "on_gradient", "key", "where", "by"),
    [
        ("x", "x", "x", False, "", "", ""),
        ("value(x)[2,:,3:9]", "x", "x", False, "2,:,3:9", "", ""),
        ("grad( x )[0]", "x", "x", True, "0", "", ""),
        ("x where > 0.5 by size", "x", "x", False, "", "> 0.5", "size"),
        ("(x + 1)[1]  by largest", "(x + 1)", "", False, "1", "", "largest"),
        ("x[[0, 2]]", "x[[0, 2]]", "", False, "", "", ""),
        ("'w where'", "'w where'", "w where", False, "", "", ""),
        ("x[1][2] where nan", "x[1]", "", False, "2", "nan", ""),
        ("x > 3", "x > 3", "", False, "", "", ""),
    ],
)
def test_what_was_typed_has_parts(
    text: str, expression: str, name: str, on_gradient: bool, key: str, where: str, by: str
) -> None:
    found = read_looked(text, graph())
    assert (found.expression, found.node, found.on_gradient) == (expression, name, on_gradient)
    assert (found.key, found.where.text if found.where else "", found.by) == (key, where, by)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y", "no node or function is named 'y'"),
        ("x[9]", "out of (range|bounds)|index 9"),
        ("x where foo", "no range of numbers"),
        ("x where 3..1", "no number in it"),
        ("x by larges", "by what.*'larges'.*largest"),
        ("x +", "expression"),
        ("where > 3", "where"),
    ],
)
def test_what_means_nothing_is_refused(text: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        read_looked(text, graph())


def test_without_an_expression_it_is_the_focus() -> None:
    found = perform(session("goto h", "step"), "tensor").subject
    assert isinstance(found, Viewed)
    assert found.looked == looked_at("h")
    np.testing.assert_array_equal(found.value, 2 * W)
    assert found.gradient is None
    assert perform(session("goto h"), "tensor").text == "h is not there yet."
    assert not has_page(perform(session("goto h"), "tensor"))


def test_a_gradient_stands_beside_its_value() -> None:
    found = document("tensor grad(x)[2, :, 3:9]", "backward")
    assert (found["node"], found["of"], found["shape"]) == ("x", "gradient", [3, 4, 5])
    assert found["picked"] == [[2, 3, 1], [0, 4, 1], [3, 5, 1]]
    assert found["gradient"]["numbers"] == np.full((1, 4, 2), 2.0).tolist()
    assert found["value"]["numbers"] == W[2:3, :, 3:9].tolist()
    assert found["value"]["statistics"]["mean"] == W[2, :, 3:9].mean()
    assert document("tensor grad(x)", "forward")["gradient"] is None


def test_numbers_in_a_range_are_found_in_the_picked_part() -> None:
    found = document("tensor x[1:] where > 27")["found"]
    assert (found["range"], found["matches"]) == ("> 27", 2)
    assert found["first"] == [
        {"index": [2, 3, 3], "value": 28.0},
        {"index": [2, 3, 4], "value": 29.0},
    ]
    assert document("tensor x[0] where > 0")["found"] == {
        "range": "> 0", "matches": 0, "seen": 20, "first": [],
    }  # fmt: skip


def test_rows_are_sorted() -> None:
    found = document("tensor x by largest")
    assert found["sorted"] == {"by": "largest", "axis": 1, "order": [3, 2, 1, 0]}
    assert document("tensor grad(x) by size", "forward")["sorted"]["order"] is None
    assert document("tensor sum(x) by size")["sorted"]["order"] is None


def test_the_document_of_a_large_array_is_small() -> None:
    big = Graph(
        [node("x", "input", value=np.zeros((50, 40, 300))), node("s", "sum", ["x"])], output="s"
    )
    found = reply_document(perform(DebugSession(big), "tensor x where 0"))
    assert len(json.dumps(found)) < 20_000
    assert found["window"] == [[0, 1, 1], [0, 3, 1], [0, 300, 1]]
    assert found["found"]["matches"] == 600_000
    assert len(found["found"]["first"]) == 100
    assert found["value"]["statistics"]["elements"] == 600_000


def test_a_document_that_was_interrupted_says_of_how_many_elements_it_is() -> None:
    big = Graph(
        [node("x", "input", value=np.zeros((500, 400))), node("s", "sum", ["x"])], output="s"
    )
    reply = perform(DebugSession(big), "tensor x where 1")
    found = reply_document(reply, lambda: True)
    statistics = found["value"]["statistics"]
    assert (statistics["elements"], statistics["seen"], statistics["zero"]) == (
        200_000,
        BLOCK,
        BLOCK,
    )
    assert (found["found"]["seen"], found["value"]["histogram"]["seen"]) == (BLOCK, BLOCK)
    whole = reply_document(reply)
    assert whole["value"]["statistics"]["seen"] == whole["found"]["seen"] == 200_000


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 40), max_size=4), st.integers(1, 200))
def test_a_first_window_is_within_its_bound(sizes: list[int], most: int) -> None:
    found = first_of(tuple(map(range, sizes)), most)
    assert math.prod(map(len, found)) <= most
    assert [len(each) > 0 for each in found] == [size > 0 for size in sizes]
    if math.prod(sizes) <= most and all(sizes):
        assert found == tuple(map(range, sizes))


def test_what_picks_nothing_is_refused() -> None:
    with pytest.raises(CommandError, match=r"\[3:\] picks nothing: x has shape \(3, 4, 5\)"):
        perform(session(), "tensor x[3:]")


# Saving -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("x", W),
        ("x[2, :, ::-1]", W[2, :, ::-1]),
        ("grad(x)", np.full_like(W, 2.0)),
        ("x > 3", W > 3),
    ],
)
def test_what_was_saved_is_loaded(expression: str, expected: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    text = perform(session("backward"), f"save-array {expression} to {path}").text
    assert text.endswith(f"to '{path}.npy'.")
    found = np.load(f"{path}.npy")
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)
    perform(session("backward"), f"save-array {expression} to {path}.npy")  # again, over the first


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("save-array x", "to which file"),
        ("save-array grad(x) to {}/a", "not there yet"),
        ("save-array x where > 0 to {}/a", "expression"),
        ("save-array x to {}/none/a", "cannot be written"),
        ("save-array x to {}/notes.npy", "is no array"),
    ],
)
def test_what_cannot_be_saved_is_refused(command: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "notes.npy").write_text("notes")
    with pytest.raises(CommandError, match=message):
        perform(session(), command.format(tmp_path))
    assert (tmp_path / "notes.npy").read_text() == "notes"
    assert len(list(tmp_path.iterdir())) == 1


def test_saving_can_be_interrupted(tmp_path: Path) -> None:
    stopped = session()
    stopped.interrupted = lambda: True
    with pytest.raises(CommandError, match="interrupted"):
        perform(stopped, f"save-array x to {tmp_path}/a")
    assert list(tmp_path.iterdir()) == []


def test_a_word_in_quotation_marks_is_no_keyword() -> None:
    assert split_off("'a to b' to c", "to") == ("'a to b'", "c")
    assert split_off("'a to b'", "to") == ("'a to b'", "")


def test_expressions_and_orders_are_completed() -> None:
    snapshot = session().snapshot()
    assert "tensor grad(" in completions("tensor gr", snapshot)
    assert completions("tensor x by si", snapshot) == ["tensor x by size"]
