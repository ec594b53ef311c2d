"""Edits: from words to numbers, to a file and back; and the refusals."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.debugger.edits.edit_text import What, parse_edit
from graphtui.debugger.edits.edits import Edit
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.graph import Graph, node
from tests.debugger.changed import edit, edited, ended, same_bits


@pytest.fixture
def net() -> Graph:
    """Every kind of target: a matrix, labels, a mask, odd names, attributes of several kinds."""
    return Graph(
        [
            node("W", "parameter", value=[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
            node("odd/name", "input", value=2.0),
            node("half", "parameter", value=np.array([1.0, 2.0], np.float16)),
            node("y", "constant", value=[0, 1]),
            node("mask", "constant", value=[True, False, True]),
            node("c.lip", "clip", ["W"], min=-1.0),
            node("picked", "getitem", ["c.lip"], key=":, :2"),
            node("scaled", "multiply", ["picked", "odd/name"]),
            node("masked", "where", ["mask", "c.lip", "odd/name"]),
            node("data", "cross_entropy", ["scaled", "y"]),
            node("rest", "sum", ["masked"]),
            node("halves", "sum", ["half"]),
            node("part", "add", ["data", "rest"]),
            node("L", "add", ["part", "halves"]),
        ]
    )


# What becomes of it ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("W = 0", "W", [[0, 0, 0], [0, 0, 0]]),
        ("W[0] = 9", "W[0]", [[9, 9, 9], [4, 5, 6]]),
        ("W[1:, 0] = nan", "W[1:, 0]", [[1, 2, 3], [math.nan, 5, 6]]),
        ("W[..., [0, 2]] *= 10", "W[..., [0, 2]]", [[10, 2, 30], [40, 5, 60]]),
        ("W[None, 0] = 7", "W[None, 0]", [[7, 7, 7], [4, 5, 6]]),
        ("W = W * 0.5", "W", [[0.5, 1, 1.5], [2, 2.5, 3]]),
        ("W -= [1, 2, 3]", "W", [[0, 0, 0], [3, 3, 3]]),
        ("W *= W > 3", "W", [[0, 0, 0], [4, 5, 6]]),
        ("W /= 0", "W", [[math.inf] * 3] * 2),
        ("W[0, 0] += inf", "W[0, 0]", [[math.inf, 2, 3], [4, 5, 6]]),
        ("W = W > 3", "W", [[0, 0, 0], [1, 1, 1]]),
        ("value(W)[0] = 0", "W[0]", [[0, 0, 0], [4, 5, 6]]),
        ("'W' = -0.0", "W", [[-0.0] * 3] * 2),
        ("y = [1, 0]", "y", [1, 0]),
        ("y[1] -= 1", "y[1]", [0, 0]),
        ("mask = false", "mask", [False, False, False]),
        ("mask = mask == false", "mask", [False, True, False]),
        ("'odd/name' = norm(W[0, :1])", "'odd/name'", 1.0),
        ('"odd/name"=-3', "'odd/name'", -3.0),
        ("half = 1e6", "half", [math.inf, math.inf]),
        ("half[0] *= 100000", "half[0]", [math.inf, 2.0]),
        ("picked = 0", "picked", [[0, 0], [0, 0]]),
        ("scaled[:, 1] += grad(rest)", "scaled[:, 1]", [[2, 5], [8, 11]]),
    ],
)
def test_a_value_becomes_what_was_typed(
    net: Graph, text: str, target: str, expected: object
) -> None:
    made = edit(text, ended(net))
    assert (made.what, made.target) == (What.VALUE, target)
    dtype = net.nodes[made.node].dtype
    found = edited(text, net).value(made.node)
    assert same_bits(found, np.array(expected, dtype))
    assert not found.flags.writeable
    assert made.new.dtype == dtype


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("grad(scaled) = 0", "grad(scaled)", [[0, 0], [0, 0]]),
        ("grad(scaled)[0] = [1, 2]", "grad(scaled)[0]", None),
        ("grad(data) *= 10", "grad(data)", 10.0),
        ("grad(L) = 0.5", "grad(L)", 0.5),
        ("grad(c.lip) = W", "grad(c.lip)", [[1, 2, 3], [4, 5, 6]]),
        ("upstream = nan", "grad(c.lip)", [[math.nan] * 3] * 2),
        ("upstream[0, 0] -= upstream[0, 0]", "grad(c.lip)[0, 0]", None),
    ],
)
def test_a_gradient_becomes_what_was_typed(
    net: Graph, text: str, target: str, expected: object
) -> None:
    snapshot = ended(net)
    made = edit(text, snapshot)
    assert (made.what, made.target) == (What.GRADIENT, target)
    found = edited(text, net).gradient(made.node)
    if expected is not None:
        assert same_bits(found, np.array(expected, np.float64))
    else:
        changed = found != snapshot.gradient(made.node)
        assert changed[0, 0]
        assert not changed[1].any()


@pytest.mark.parametrize(
    ("text", "node", "attr", "expected"),
    [
        ("c.lip.min = 2", "c.lip", "min", 2.0),
        ("c.lip.min = none", "c.lip", "min", None),
        ("c.lip.max = -inf", "c.lip", "max", -math.inf),
        ("'c.lip'.min *= 3", "c.lip", "min", -3.0),
        ("c.lip.min += 0.5", "c.lip", "min", -0.5),
        ("rest.axis = [0, 1]", "rest", "axis", (0, 1)),
        ("rest.axis = (-1, 0)", "rest", "axis", (-1, 0)),
        ("rest.axis=None", "rest", "axis", None),
        ("picked.key = :, 1:", "picked", "key", ":, 1:"),
        ("picked.key = '..., [0, 2]'", "picked", "key", "..., [0, 2]"),
    ],
)
def test_an_attribute_becomes_what_was_typed(
    net: Graph, text: str, node: str, attr: str, expected: object
) -> None:
    made = edit(text, ended(net))
    assert (made.what, made.node, made.attr) == (What.ATTRIBUTE, node, attr)
    assert edited(text, net).graph.nodes[node].attrs[attr] == expected


def test_a_name_with_a_dot_is_a_node_before_it_is_an_attribute() -> None:
    graph = Graph(
        [
            node("h", "input", value=[1.0]),
            node("s", "sum", ["h"]),
            node("s.axis", "input", value=3.0),
            node("f", "multiply", ["s", "s.axis"]),
        ]
    )
    assert parse_edit("s.axis = 0", graph).what is What.VALUE
    assert parse_edit("'s'.axis = 0", graph).what is What.ATTRIBUTE
    assert edited("s.axis = 0", graph).value("f") == 0.0


# Refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "set what? Write TARGET = EXPR"),
        ("W", "set 'W': there is no '=' in it."),
        ("W[0 = 3", "set 'W[0 = 3': there is no '=' in it."),
        ("W == 3", "set 'W == 3': a comparison changes nothing; a value is set by ="),
        ("W **= 2", "'**=' is not known. Write W = … in full."),
        ("= 3", "what is to be changed stands before the '='."),
        ("W =", "the new value stands behind the '='."),
        ("V = 3", "no node or function is named 'V'.\n    V = 3\n    ^"),
        ("scald = 3", "no node or function is named 'scald'. Did you mean 'scaled'?"),
        ("odd/name = 3", "The node is written with its quotation marks: 'odd/name'."),
        ("W = V", "expression 'V': no node or function is named 'V'."),
        ("W = ", "the new value stands behind the '='."),
        (
            "W + 1 = 2",
            "only a value, grad(x), upstream, elements of these, or an attribute is set.",
        ),
        ("norm(W) = 1", "only a value"),
        ("shape(W) = 1", "only a value"),
        ("3 = W", "only a value"),
        ("step = 1", "only a value"),
        ("phase = 1", "phase can only be compared"),
        ("local = 1", "local is computed from the rest. Change upstream, or a value."),
        ("downstream = 1", "downstream is computed from the rest."),
        ("W[0][0] = 1", "write one pair of brackets, as in x[1:, 0]."),
        ("W[2] = 1", "index 2 is out of range for axis 0 with size 2.\n    W[2] = 1\n    ^^^^"),
        ("W[0, 0, 0] = 1", "too many indices"),
        ("W[a] = 1", "the key `a` cannot be read"),
        ("W[] = 1", "a key must stand between these brackets"),
        ("W = [1, 2]", "the new value has shape (2,), W has (2, 3)."),
        *((f"W {s}= [1, 2]", "the new value has shape (2,), W has (2, 3).") for s in "+-*/"),
        ("W -= [[[1]]]", "the new value has shape (1, 1, 1), W has (2, 3)."),
        ("W[0] *= [[1, 2, 3]]", "the new value has shape (1, 3), W[0] has (3,)."),
        ("'odd/name' += [1]", "has shape (1,), 'odd/name' is a scalar. Write one number."),
        ("grad(scaled) *= [1, 2, 3]", "has shape (3,), grad(scaled) has (2, 2)."),
        ("y += [1, 2, 3]", "the new value has shape (3,), y has (2,)."),
        ("y += 9223372036854775807", "y is int64, and += goes beyond -9,223,372,036,854,775,808"),
        ("y -= 0.5", "y is int64, so it is set to whole numbers, not to float64."),
        ("mask -= mask", "only numbers are joined by -=, and mask is true or false."),
        ("mask += 1", "only numbers are joined by +=, and mask is true or false."),
        ("W[0] = W", "the new value has shape (2, 3), W[0] has (3,)."),
        (
            "'odd/name' = [1]",
            "the new value has shape (1,), 'odd/name' is a scalar. Write one number.",
        ),
        ("y = 0.5", "y is int64, so it is set to whole numbers, not to float64."),
        ("y /= 1", "y is int64, so it is set to whole numbers, not to float64."),
        ("y = true", "y is int64, so it is set to whole numbers, not to bool."),
        ("mask = 1", "mask is bool, so it is set to true or false, not to int64."),
        ("grad(W) = 0", "'W' is a leaf: nothing is computed from its gradient."),
        ("grad(V) = 0", "no node is named 'V'."),
        ("grad() = 0", "grad takes 1 node, got 0."),
        ("c.lip.mn = 0", "clip has no attribute 'mn' (it has: min, max)."),
        ("c.lip.mni = 0", "Did you mean 'min'?\n    c.lip.mni = 0\n          ^^^"),
        ("W.axis = 0", "parameter has no attribute 'axis'."),
        ("c.lip.min = W", "an attribute is a number, true, false, none, 'text' or a list."),
        ("c.lip.min = tru", "Did you mean 'true'?"),
        ("c.lip.min = 1 + 1", "an attribute is a number"),
        ("c.lip.min = 'low'", "set c.lip.min: clip: 'min' must be a number, got 'low'."),
        ("c.lip.max += 1", "only numbers are joined by +=, and one side is None."),
        ("rest.keepdims *= 2", "only numbers are joined by *=, and one side is False."),
        ("rest.axis = 7", "set rest.axis: sum: axis 7 is out of range for shape (2, 3)"),
        ("picked.key = 5", "set picked.key: index 5 is out of range for axis 0 with size 2."),
        ("W = __import__('os')", "no function is named '__import__'"),
        ("W = 10 ** 10 ** 10 @ W", "matmul"),
        ("W = " + "(" * 200, "brackets nest more than 100 deep"),
        ("W = 1" + " + 1" * 5_000, "an edit of 20,005 characters is too long"),
    ],
)
def test_what_cannot_be_set_is_told(net: Graph, text: str, words: str) -> None:
    with pytest.raises(CommandError) as refusal:
        edited(text, net)
    assert words in str(refusal.value)


def test_what_has_not_come_cannot_be_set(fan_out: Graph) -> None:
    def told(text: str, cursor: int) -> str:
        with pytest.raises(CommandError) as refusal:
            edit(text, Snapshot(run, cursor, "x"))
        return str(refusal.value)

    run = Run(fan_out).finish()
    assert run.plan.backward_step == {"c": 6, "b": 7, "a": 8, "y": 9}
    assert told("a = 1", 1) == "'a' has no value yet. Go there first: seek 2"
    assert told("x = a", 1).startswith("'a' has no value yet at step 1: something that it reads")
    assert told("grad(c) = 1", 4).endswith("has not come yet. Go there first: seek 5")
    assert told("grad(y) = 1", 5).endswith("has not come yet. Go there first: seek 8")
    whole = "the gradient of 'y' is not whole: 1 of 2 contributions have come. "
    assert told("grad(y) = 1", 7) == f"{whole}Go there first: seek 8"
    assert edit("grad(y) = 1", Snapshot(run, 8, "x")).new == 1.0
    assert "the cursor is not behind one" in told("upstream = 1", 0)
    assert "the cursor is not behind one" in told("upstream = 1", 5)


def test_there_is_no_gradient_where_none_passes() -> None:
    graph = Graph(
        [
            node("x", "input", value=[1.0, 2.0]),
            node("k", "constant", value=2.0),
            node("b", "exp", ["k"]),
            node("f", "multiply", ["x", "b"]),
        ]
    )
    with pytest.raises(CommandError, match="there is no backward pass"):
        edit("grad(f) = 1", ended(graph))
    run = Run(graph, seed=[1.0, 1.0]).finish()
    with pytest.raises(CommandError, match="no gradient passes through 'b', so there is none"):
        edit("grad(b) = 1", Snapshot(run, len(run.steps), "x"))


# In a file ---------------------------------------------------------------------------------------


@given(
    hnp.arrays(
        st.sampled_from(["float64", "float32", "float16", "int64", "int32", "bool"]),
        st.sampled_from([(), (3,), (2, 2), (0,), (0, 3), (2, 0)]),
    ),
    st.sampled_from([What.VALUE, What.GRADIENT]),
    st.text(min_size=1, max_size=6),
    st.sampled_from(["", "0", "..., None"]),
)
def test_an_edit_is_the_same_after_it_was_written(
    new: np.ndarray, what: What, name: str, key: str
) -> None:
    new = (
        np.where(np.isnan(new), np.array(np.nan, new.dtype), new) if new.dtype.kind == "f" else new
    )
    written = json.loads(json.dumps(Edit(what, name, new, key).to_dict(), allow_nan=False))
    read = Edit.from_dict(written)
    assert (read.what, read.node, read.key, read.attr) == (what, name, key, "")
    assert same_bits(read.new, new)


@pytest.mark.parametrize(
    "new", [0, -1, 0.5, math.inf, None, True, "1:, 0", (0, 1), (), ((1,), "x")]
)
def test_an_edited_attribute_is_the_same_after_it_was_written(new: object) -> None:
    written = json.loads(json.dumps(Edit(What.ATTRIBUTE, "h", new, attr="a").to_dict()))
    read = Edit.from_dict(written)
    assert (read.what, read.node, read.attr) == (What.ATTRIBUTE, "h", "a")
    assert json.dumps(read.new) == json.dumps(new)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"set": "values"}, "an edit sets one of 'value', 'gradient', 'attribute', not 'values'."),
        ({"set": 3}, "the 'set' of an edit is text, not '3'."),
        ({"node": None}, "the 'node' of an edit is text, not 'None'."),
        ({"too": 1}, "an edit has no 'too'. Did you mean 'to'?"),
        ({"to": [1, [2]]}, "the 'to' of an edit: "),
        ({"to": "one"}, "'one' is text, not a number."),
        ({"to": None}, "the 'to' of an edit: "),
        ({"dtype": "float8"}, "'float8' is not a dtype"),
        ({"dtype": 8}, "the 'to' of an edit: "),
        ({"to": [], "shape": "x"}, "the 'to' of an edit: "),
        ({"set": "attribute", "to": "[1"}, "the 'to' of an edited attribute is JSON text"),
        ({"set": "attribute", "to": 3}, "the 'to' of an edited attribute is JSON text, not '3'."),
        ({"set": "attribute", "to": "[" * 100_000}, "the 'to' of an edited attribute is JSON"),
    ],
)
def test_what_is_no_edit_is_refused(change: dict[str, object], words: str) -> None:
    document = {"set": "value", "node": "x", "to": 1.0, "dtype": "float64"}
    assert Edit.from_dict(document).new == 1.0
    with pytest.raises(CommandError) as refusal:
        Edit.from_dict({**document, **change})
    assert words in str(refusal.value)


@given(st.text(alphabet="xW.[]()=+-*/'\" 0:,grad@<>!", max_size=16))
def test_any_text_is_an_order_or_is_refused(text: str) -> None:
    graph = Graph([node("x", "input", value=1.0), node("W", "exp", ["x"])])
    try:
        run = edited(text, graph)
    except CommandError:
        return  # any other error fails the test
    assert run.ended
    assert [step.node for step in run.steps] == ["W", "W", "W"]
