"""Expressions at the cursor: what NumPy says, what is absent, what is refused, what it costs."""

from __future__ import annotations

import ast
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphtui.debugger.expressions
from graphtui.debugger.expressions.expression import MOST_CHARACTERS, Expression, compile_expression
from graphtui.debugger.expressions.functions import FUNCTIONS
from graphtui.debugger.session import DebugSession
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.stops.breakpoint_steps import touching_steps
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError
from graphtui.graph.graph import Draft, Graph, node
from graphtui.ops.linear_map import sum_to_shape
from tests.strategies import graphs

ARRAYS: dict[str, Any] = {
    "a": np.float64(2.5),
    "v": np.array([1.0, -2.0, np.nan]),
    "m": np.array([[0.5, -1.0, 4.0], [np.inf, 0.0, 3.0]]),
    "h": np.array([1.5, -0.1, 300.0], np.float16),
    "s": np.array([[0.1], [7.0]], np.float32),
    "i": np.array([[3, -2, 0], [7, 1, 1]]),
    "k": np.int32(4),
    "t": np.array([[True, False, True], [False, False, True]]),
}
"""Values of every kind, in the leaves of a graph."""


def leaves() -> Graph:
    drafts = [
        Draft(name, "constant" if value.dtype.kind != "f" else "input", value=np.asarray(value))
        for name, value in ARRAYS.items()
    ]
    return Graph([*drafts, node("f", "exp", ["a"])], "f")


LEAVES = leaves()
START = DebugSession(LEAVES).snapshot()


def result(text: str, snapshot: Snapshot = START) -> Any:
    return compile_expression(text, snapshot.graph).evaluate(snapshot)


def refusal(text: str, graph: Graph = LEAVES, *, condition: bool = False) -> str:
    with pytest.raises(CommandError) as caught:
        compile_expression(text, graph, condition=condition)
    return str(caught.value)


def at(graph: Graph, step: int) -> Snapshot:
    session = DebugSession(graph)
    session.seek(step)
    return session.snapshot()


def at_end(graph: Graph) -> Snapshot:
    session = DebugSession(graph)
    session.resume()
    return session.snapshot()


# What NumPy says ---------------------------------------------------------------------------------

NUMPY = {
    name: getattr(np, name) for name in FUNCTIONS if name not in ("norm", "count")
} | {"count": lambda x: np.int64(np.count_nonzero(x))}  # fmt: skip


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "@", ">", ">=", "<", "<=", "==", "!="])
    keys = st.sampled_from(["0", "-1", "1:", "::-1", "..., 0", ":, 1:", "None", "[1, 0]", "1, 2"])
    return st.one_of(
        st.tuples(inner, signs, inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(st.sampled_from(sorted(NUMPY)), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, keys).map(lambda p: f"{p[0]}[{p[1]}]"),
        inner.map(lambda text: f"(-{text})"),
        inner.map(lambda text: f"({text} ** 2.0)"),
    )


ATOMS = st.one_of(
    st.sampled_from(sorted(ARRAYS)),
    st.sampled_from(["2", "3", "0.0", "0.1", "70000.0", "1e300", "true"]),
)
TEXTS = st.recursive(ATOMS, compound, max_leaves=8)


_PYTHON = "Python's own numbers cannot be indexed, and are never infinite"


def numpy_says(text: str) -> Any:
    """What NumPy makes of the same text; None where it refuses, _PYTHON where it is not asked."""
    names = {name: np.asarray(value) for name, value in ARRAYS.items()} | {"true": True}
    try:
        with np.errstate(all="ignore"):
            return np.asarray(eval(text, {"__builtins__": {}}, {**names, **NUMPY}))
    except (ZeroDivisionError, OverflowError, SyntaxError):
        return _PYTHON
    except (TypeError, ValueError, IndexError) as error:
        return _PYTHON if "subscriptable" in str(error) else None


@given(TEXTS)
def test_the_language_is_numpys(text: str):
    expected = numpy_says(text)
    if expected is None:
        assert "expression '" in refusal(text)
        return
    if expected is not _PYTHON:
        found = np.asarray(result(text))
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == expected.dtype


@pytest.mark.parametrize("key", ["0", "1, :", ":, 1:", "-1, ::2", "..., None", "[1, 0]", "1:5, -1"])
def test_slices_are_read_as_in_numpy(key: str):
    expected = eval(f"m[{key}]", {"m": ARRAYS["m"]})
    found = result(f"m[{key}]")
    np.testing.assert_array_equal(found, expected)
    assert np.shape(found) == np.shape(expected)


def test_a_value_is_the_array_of_the_run_and_nobody_can_write_to_it():
    found = result("m[1]")
    assert np.shares_memory(found, START.value("m"))
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1.0


@pytest.mark.parametrize("axis", ["0", "1", "-1", "[0, 1]"])
@pytest.mark.parametrize("name", ["sum", "max", "mean", "any", "count", "norm", "std"])
def test_a_function_may_work_along_axes(name: str, axis: str):
    axes = ast.literal_eval(axis)
    axes = tuple(axes) if isinstance(axes, list) else axes
    reference: Any = {"norm": np.linalg.norm, "count": np.count_nonzero}.get(name)
    with np.errstate(all="ignore"):
        expected = (reference or getattr(np, name))(ARRAYS["m"], axis=axes)
    np.testing.assert_allclose(result(f"{name}(m, axis={axis})"), expected)


@pytest.mark.parametrize("text", ["m[0]", "i", "t", "s", "a", "-3", "m[:, 1:2]"])
def test_the_norm_is_the_root_of_the_sum_of_squares(text: str):
    values = np.asarray(result(text), np.float64)
    np.testing.assert_allclose(result(f"norm({text})"), math.sqrt(np.sum(values**2)), rtol=1e-6)


def test_the_norm_of_half_precision_does_not_overflow():
    assert result("norm(h)") == pytest.approx(300.0037, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10**10**10", math.inf),
        ("10**400", math.inf),
        ("-(10**400)", -math.inf),
        ("k ** 40 == 4.0 ** 40", True),
        ("k ** -1", 0.25),
        ("i[1, 0] ** 2", 49.0),
        ("1" + "0" * 300 + " > 1e299", True),
        ("2 ** 3", 8),
        ("1 / 0", math.inf),
        ("1 / 4 + 1", 1.25),
        ("step", 0),
        ("m.shape[1]", 3),
        ("shape(m)[1]", 3),
        ("shape(m[0])[0]", 3),
        ("shape('m')[0]", 2),
        ("'a' * 2", 5.0),
        ("value(a) * 2", 5.0),
        ("all(shape(m) == (2, 3))", True),
        ("count(t)", 3),
        ("sum([1, 2.5])", 3.5),
        ("[[1, 2], [3, 4]][1, 0]", 3),
        ("sum([1/4, -1])", -0.75),
        ("sum([])", 0.0),
        ("true and not false", True),
        ("not a > 2 or k == 4", True),
        ("1 < 2 and 3 > 4", False),
    ],
)
def test_numbers_on_their_own(text: str, value: Any):
    found = result(text)
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


def test_a_written_number_takes_the_dtype_of_what_it_meets():
    assert result("s[0, 0] == 0.1") is True
    assert result("h[1] == -0.1") is True
    assert result("h * 2").dtype == np.float16
    assert np.isinf(result("h * 300")[2])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("v[2] > 0", False),
        ("v[2] < 0", False),
        ("v[2] >= 0", False),
        ("v[2] == v[2]", False),
        ("v[2] != v[2]", True),
        ("not v[2] > 0", True),
        ("isnan(v[2])", True),
        ("any(isnan(v))", True),
        ("count(isnan(v)) == 1", True),
        ("isnan(max(v))", True),
        ("max(v) > 0", False),
        ("isinf(max(m)) and not isfinite(max(m))", True),
    ],
)
def test_nan_is_neither_more_nor_less_nor_equal(text: str, value: bool):
    assert result(text) is value


# What is absent ----------------------------------------------------------------------------------

ABSENT = "grad(x) > 0"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("grad(x)", None),
        ("f", None),
        ("f * 0", None),
        ("grad(x) == grad(x)", None),
        ("any(isnan(grad(x)))", None),
        ("shape(grad(x))", None),
        (f"not {ABSENT}", None),
        (f"{ABSENT} and true", None),
        (f"true and {ABSENT}", None),
        (f"{ABSENT} and false", False),
        (f"false and {ABSENT}", False),
        (f"{ABSENT} or true", True),
        (f"true or {ABSENT}", True),
        (f"{ABSENT} or false", None),
        (f"false or {ABSENT}", None),
        (f"{ABSENT} or {ABSENT} and true or x == 0.5", True),
        (f"not ({ABSENT} and x > 9)", True),
        ("upstream > 0 or x == 0.5", True),
        ("upstream > 0 and x == 0.5", None),
    ],
)
def test_what_is_absent_is_neither_true_nor_false_nor_zero(chain: Graph, text: str, value: Any):
    snapshot = at(chain, 0)
    expression = compile_expression(text, chain, condition=text != "shape(grad(x))")
    assert expression.evaluate(snapshot) is value
    assert expression.holds(snapshot) is (value is True)


def test_a_gradient_is_what_has_arrived_so_far(fan_out: Graph):
    seen = []
    for step in range(9):
        snapshot = at(fan_out, step)
        found = result("grad(y)", snapshot)
        seen.append((snapshot.phase.value, None if found is None else float(found)))
    assert seen[4:] == [
        ("forward", None),
        ("seed", None),
        ("backward", None),
        ("backward", 5.0),
        ("backward", 7.0),
    ]


def quote(name: str) -> str:
    return f'"{name}"' if "'" in name else f"'{name}'"


@given(graphs(names=st.text("ab/. '1", min_size=1, max_size=4)), st.data())
def test_reading_is_what_the_snapshot_knows_and_changes_only_where_a_step_touches(
    graph: Graph, data: st.DataObject
):
    session = DebugSession(graph)
    name = data.draw(st.sampled_from(list(graph.nodes)))
    readers = {
        "value": compile_expression(f"value({quote(name)})", graph),
        "grad": compile_expression(f"grad({quote(name)})", graph),
    }
    plan = session.run.plan
    touching = {what: touching_steps(each, graph, plan) for what, each in readers.items()}
    before: dict[str, Any] = {}
    for cursor in range(len(session.run.plan.tasks) + 1):
        session.seek(cursor)
        snapshot = session.snapshot()
        known = {"value": snapshot.value(name), "grad": snapshot.gradient(name)}
        for what, expression in readers.items():
            found = expression.evaluate(snapshot)
            if known[what] is None:
                assert found is None
            else:
                np.testing.assert_array_equal(np.asarray(found), known[what])
            if cursor and cursor not in touching[what]:
                assert repr(found) == before[what]
            before[what] = repr(found)


# The step just done ------------------------------------------------------------------------------


@given(graphs(finite=True, floats=("float64",), names=st.text("abc", min_size=1, max_size=3)))
def test_upstream_local_and_downstream_are_those_of_the_step(graph: Graph):
    session = DebugSession(graph)
    readers: dict[tuple[str, int], Expression] = {}
    for cursor in range(len(session.run.plan.tasks) + 1):
        session.seek(cursor)
        snapshot = session.snapshot()
        contributions = snapshot.step.contributions if snapshot.step else ()
        if not contributions:
            assert all(result(text, snapshot) is None for text in ("upstream", "downstream(0)"))
        for contribution in contributions:
            slot = contribution.edge.slot
            local, downstream = (
                readers.setdefault((what, slot), compile_expression(f"{what}({slot})", graph))
                for what in ("local", "downstream")
            )
            upstream = result("upstream", snapshot)
            np.testing.assert_array_equal(np.asarray(upstream), contribution.upstream)
            sent = np.asarray(downstream.evaluate(snapshot))
            np.testing.assert_array_equal(sent, contribution.downstream)
            factor = np.asarray(local.evaluate(snapshot))
            with np.errstate(all="ignore"):
                if factor.shape == contribution.local.jacobian_shape:
                    product = np.tensordot(upstream, factor, np.ndim(upstream))
                elif factor.size == sent.size:
                    product = np.asarray(upstream * factor)
                else:
                    product = sum_to_shape(np.asarray(upstream * factor), sent.shape)
            if np.isfinite(product).all() and np.isfinite(factor).all():
                np.testing.assert_allclose(product.reshape(sent.shape), sent, atol=1e-9, rtol=1e-6)


def test_the_words_of_a_lecture(chain: Graph):
    snapshot = at(chain, 5)  # backward at exp
    assert result("downstream == upstream * local", snapshot) is True
    assert result("local == value(f)", snapshot) is True
    assert result("upstream", at(chain, 4)) is None


def test_an_edge_is_chosen_by_the_name_or_number_of_the_input(mlp: Graph):
    session = DebugSession(mlp)
    session.run_until("z1", "backward")
    snapshot = session.snapshot()
    assert result("norm(downstream(W1)) == norm(grad(W1))", snapshot) is True
    assert result("shape(downstream(1))", snapshot).tolist() == [5, 6]
    assert result("shape(local(W1))", snapshot).tolist() == [4, 6, 5, 6]
    assert result("downstream(W2)", snapshot) is None
    with pytest.raises(CommandError) as caught:
        result("norm(downstream) > 3", snapshot)
    assert str(caught.value).splitlines() == [
        "expression 'norm(downstream) > 3': 'z1' sends to 'x', 'W1'. Say which: downstream('x').",
        "    norm(downstream) > 3",
        "         ^^^^^^^^^^",
    ]


def test_an_input_that_is_read_twice_is_chosen_by_its_number():
    graph = Graph([node("x", "input", value=3.0), node("f", "multiply", ["x", "x"])])
    snapshot = at_end(graph)
    assert result("downstream(0) + downstream(1)", snapshot) == 6.0
    with pytest.raises(CommandError, match=r"'f' reads 'x' 2 times. Say which input, counted"):
        result("downstream(x)", snapshot)


def test_one_expression_serves_steps_of_other_shapes(mlp: Graph):
    session = DebugSession(mlp)
    norm = compile_expression("norm(upstream) > 0", mlp, condition=True)
    shape = compile_expression("shape(upstream)", mlp)
    shapes = set()
    for cursor in range(len(session.run.plan.tasks) + 1):
        session.seek(cursor)
        snapshot = session.snapshot()
        backward = snapshot.phase is Phase.BACKWARD
        assert norm.holds(snapshot) is backward
        if backward:
            shapes.add(tuple(shape.evaluate(snapshot).tolist()))
    assert shapes == {(), (4, 3), (4, 6), (6, 3)}


def test_a_mismatch_at_one_step_is_told_there_and_not_before(mlp: Graph):
    expression = compile_expression("sum(upstream * b1)", mlp)
    session = DebugSession(mlp)
    session.run_until("a1", "backward")
    assert np.isfinite(expression.evaluate(session.snapshot()))
    session.run_until("scores", "backward")
    with pytest.raises(CommandError, match=r"needs shapes that broadcast, got \(4, 3\) and \(6,\)"):
        expression.evaluate(session.snapshot())


def test_a_condition_must_be_a_single_truth_at_every_step(mlp: Graph):
    expression = compile_expression("upstream > 0", mlp, condition=True)
    session = DebugSession(mlp)
    session.run_until("loss", "backward")
    assert expression.holds(session.snapshot()) is True
    session.run_until("h1", "backward")
    with pytest.raises(CommandError, match=r"Write any\(upstream > 0\) or all\(upstream > 0\)"):
        expression.holds(session.snapshot())


def test_a_jacobian_that_is_too_big_is_not_built():
    wide = Graph([
        node("x", "input", value=np.linspace(-1, 1, 2_000)),
        node("r", "relu", ["x"]),
        node("p", "softmax", ["r"], axis=0),
        node("f", "max", ["p"]),
    ])  # fmt: skip
    session = DebugSession(wide)
    session.run_until("p", "backward")
    with pytest.raises(CommandError, match="this Jacobian has 2,000 × 2,000 entries; 1,048,576 is"):
        result("max(local)", session.snapshot())
    session.run_until("r", "backward")
    assert result("count(local)", session.snapshot()) == 1_000


# What is refused ---------------------------------------------------------------------------------

AS_IN_NUMPY = "Write it as in NumPy: `0`, `1:, 0`, `..., None`, `[0, 2]`."
REFUSALS = f"""
no node or function is named 'ten'.
    norm(v) > ten
              ^^^
no node or function is named 'nrom'. Did you mean 'norm'?
    nrom + 1
    ^^^^
no function is named 'nrom'. Did you mean 'norm'?
    1 + nrom(v)
        ^^^^
no node is named 'mm'.
    grad(mm)
         ^^
grad needs the name of a node, as in grad(x).
    grad(m[0])
         ^^^^
value needs the name of a node, as in value(x).
    value(2)
          ^
norm takes 1 array, got 2.
    norm(v, m)
    ^^^^^^^^^^
grad takes 1 node, got 0.
    1 + grad()
        ^^^^^^
'norm' is a function: write norm(x).
    m > norm
        ^^^^
'm' is a node, not a function. Write '*' to multiply.
    m(3)
    ^
norm has no attribute 'ord'; it has only 'axis'.
    norm(v, ord=1)
            ^^^^^
abs has no attribute 'axis'; it has none.
    abs(v, axis=0)
           ^^^^^^
argmax needs 'axis' to be a whole number.
    argmax(m, axis=[0, 1])
              ^^^^^^^^^^^
max needs 'axis' to be a whole number or a list of them.
    max(m, axis=a)
           ^^^^^^
max: axis 2 is out of range for shape (2, 3), which has 2 axes.
    max(m, axis=2)
    ^^^^^^^^^^^^^^
matmul needs (m, k) @ (k, n), got (2, 3) @ (2, 3): inner sizes 3 and 2 differ.
    norm(m @ m)
         ^^^^^
index 2 is out of range for axis 0 with size 2.
    m[2, 0] > 1
    ^^^^^^^
the key `v > 0` cannot be read: `v > 0` was not expected. {AS_IN_NUMPY}
    sum(m[v > 0])
         ^^^^^^^
'-' has no meaning for truths. Add 0 to make numbers of truths.
    -(v > 0)
    ^^^^^^^^
'-' has no meaning for truths and truths. Add 0 to make numbers of truths.
    t - t
    ^^^^^
99999999999 does not fit into int32.
    k + 99999999999
    ^^^^^^^^^^^^^^^
max of no numbers: the shape is (0, 3).
    max(m[2:])
    ^^^^^^^^^^
a condition is a single truth, and this has shape (2, 3). Write any(m > 0) or all(m > 0).
    m > 0 and a > 0
    ^^^^^
a condition is a single truth, and this has shape (3,). Write any(v) or all(v).
    not v
        ^
nothing equals nan. Write isnan(x).
    a == nan
         ^^^
a number must stand here, not none; what has not come yet has no value.
    grad(m) == none
               ^^^^
phase can only be compared, as in phase == backward.
    phase
    ^^^^^
phase can only be compared, as in phase == backward.
    phase > backward
    ^^^^^
a phase is one of 'forward', 'seed', 'backward'. Did you mean 'backward'?
    phase == backwards
             ^^^^^^^^^
a list holds numbers only here.
    [1, a]
        ^
the rows of this list have unequal lengths.
    [[1, 2], [3]]
    ^^^^^^^^^^^^^
comparisons do not chain. Write (a < b) and (b < c).
    0 < a < 3
          ^
'&' is not part of an expression. Write 'and'.
    a > 0 & a < 3
          ^
write brackets around what follows '==', as in a == (not b).
    a == not k
         ^^^
a value must stand here, such as a number or a node's name, not 'and'.
    and a
    ^^^
a single '=' gives an attribute its value, as in sum(x, axis=0). To compare, write '=='.
    a = 3
      ^
this 'norm(' is never closed.
    norm(v
    ^^^^^
""".strip().split("\n")


@pytest.mark.parametrize("at", range(0, len(REFUSALS), 3))
def test_a_refusal_shows_the_place(at: int):
    message, text, caret = REFUSALS[at : at + 3]
    assert refusal(text[4:]).splitlines() == [f"expression '{text[4:]}': {message}", text, caret]


def test_a_refusal_without_text():
    assert refusal("") == (
        "expression '': the expression needs a value here such as a number or a node's name.\n"
        "    \n    ^"
    )


def test_a_refusal_in_a_long_text_shows_its_neighbourhood():
    headline, line, caret = refusal("a + " * 40 + "ten" + " + a" * 40).splitlines()
    assert headline.endswith("': no node or function is named 'ten'.")
    assert line[caret.index("^") : caret.rindex("^") + 1] == "ten"
    assert len(headline) < 130
    assert len(line) < 130


def test_a_refusal_of_several_lines_is_quoted_in_one():
    assert refusal("a +\n\tten").splitlines() == [
        "expression 'a +  ten': no node or function is named 'ten'.",
        "    a +  ten",
        "         ^^^",
    ]


def test_a_name_with_a_slash_is_hinted_at():
    graph = Graph([node("net/w", "input", value=1.0), node("f", "exp", ["net/w"])])
    wanted = "no node or function is named 'net'. The node is written with its quotation marks: "
    assert f"{wanted}'net/w'." in refusal("net/w > 2", graph)
    assert "'net/w'" in refusal("grad(net/w) > 2", graph)
    assert result("'net/w' + \"net/w\"", at(graph, 0)) == 2.0


def test_a_word_of_the_language_goes_before_a_node_and_quotation_marks_before_the_word():
    names = ["step", "upstream", "phase", "and", "norm", "true", "x.shape", "x"]
    drafts = [node(name, "input", value=7.0) for name in names]
    graph = Graph([*drafts, node("f", "stack", names, axis=0), node("l", "sum", ["f"])], "l")
    snapshot = at(graph, 0)
    assert result("step", snapshot) == 0
    assert result("upstream", snapshot) is None
    assert result("true", snapshot) is True
    assert result("value(step)", snapshot) == 7.0
    assert result("x.shape", snapshot) == 7.0
    for name in names:
        assert result(f"'{name}'", snapshot) == 7.0
    assert result("norm(norm)", snapshot) == 7.0


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "eval('1')",
        "open('x')",
        "print(1)",
        "().__class__",
        "a.__class__",
        "m.__class__.__mro__",
        "m.tofile('x')",
        "m.dtype",
        "lambda: 1",
        "[x for x in m]",
        "m if a else v",
        "a := 3",
        "m.shape.__class__",
        "np.load('x')",
        "'a'.shape",
        "f'{a}'",
        "norm.__call__(m)",
        "value('__builtins__')",
    ],
)
def test_nothing_of_python_can_be_reached(text: str):
    assert refusal(text).startswith("expression '")


def test_no_module_of_the_language_runs_text():
    (folder,) = graphtui.debugger.expressions.__path__
    files = list(Path(folder).glob("*.py"))
    assert len(files) >= 7
    for file in files:
        called = {
            each.func.id
            for each in ast.walk(ast.parse(file.read_text()))
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
        }
        assert not called & {"eval", "exec", "compile", "__import__", "getattr"}


TOKENS = """
    a v m h i t k f x 0 1 2.5 1e400 10 'a' "m" + - * / ** @ < > <= == != ( ) [ ] , : ... = axis
    and or not true nan inf none norm( max( any( count( argmax( grad( value( shape( local(
    upstream downstream local step phase backward m.shape [0 ] [1,2] isnan( log( sqrt(
"""


@given(st.lists(st.sampled_from(TOKENS.split()), max_size=14).map(" ".join))
def test_any_text_is_evaluated_or_refused_in_words(text: str):
    for step in (0, 1, 3):
        try:
            expression = compile_expression(text, LEAVES)
            found = expression.evaluate(at(LEAVES, step))
        except CommandError as error:
            refused = str(error)
        else:
            refused = ""
        if refused:
            assert refused.count("\n") == 2
        else:
            assert found is None or isinstance(found, bool | np.ndarray)
            assert expression.explain(at(LEAVES, step))


# What it costs -----------------------------------------------------------------------------------


def big(*shapes: tuple[int, ...]) -> Graph:
    """Leaves `w0`, `w1`, … of these shapes, which take no time to make."""
    drafts = [
        Draft(f"w{i}", "input", value=np.broadcast_to(np.float32(1), shape))
        for i, shape in enumerate(shapes)
    ]
    return Graph([*drafts, node("f", "max", ["w0"])], "f")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "max(w0 * w1)",
            r"this would make (4096, 4096), which is 16,777,216 numbers; 4,194,304 is",
        ),
        ("w0 @ w1 > 3", r"this would make (4096, 4096), which is 16,777,216 numbers"),
        ("w0 == w1", r"this would make (4096, 4096)"),
        (f"sum(w1[[{'0,' * 1100}0]])", r"this would make (1101, 4096), which is 4,509,696 numbers"),
        (
            "w2 @ w2 @ w2",
            "this takes 1,074,071,376 numbers to go through; 1,073,741,824 is the most",
        ),
    ],
)
def test_what_would_take_too_much_is_refused_before_it_is_computed(text: str, words: str):
    message = refusal(text, big((4096, 1), (1, 4096), (812, 812)))
    assert words in message


def test_reading_what_is_big_is_no_trouble():
    graph = big((3000, 2000), (2000,))
    assert result("count(w0 * 2 > w1)", at(graph, 0)) == 6_000_000


def test_results_in_between_count_together():
    graph = big((3000, 2000))
    nested = "w0" + "".join(f" + (w0 * {n}" for n in range(60)) + ")" * 60
    assert "bytes in between; 1,073,741,824 is the most" in refusal(nested, graph)


def test_many_small_operations_on_what_is_big_are_refused():
    assert "numbers to go through" in refusal("w0" + " + w0" * 400, big((3000, 2000)))


def test_a_long_text_is_refused():
    assert refusal("a" * 100_000) == (
        "an expression of 100,000 characters is too long; 10,000 is the most."
    )


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4000 + "a" + ")" * 4000,
        "norm(" * 1500 + "a" + ")" * 1500,
        "[" * 101 + "]" * 101,
        "[" * 70 + "1" + "]" * 70,
        "m" + "[None]" * 70,
    ],
    ids=["brackets", "calls", "lists", "axes of a list", "axes of a key"],
)
def test_deep_nesting_is_refused(text: str):
    assert refusal(text).startswith("expression '")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a" + " + a" * 2_400, 2.5 * 2_401),
        ("-" * 9_000 + "a", 2.5),
        ("not " * 2_000 + "true", True),
        ("a > 2" + " and a > 2" * 900, True),
        ("a < 2" + " or a < 2" * 900, False),
        ("1" + " ** 1" * 1_500, 1.0),
    ],
    ids=["sum", "sign", "not", "and", "or", "power"],
)
def test_a_long_expression_needs_no_recursion(text: str, value: Any):
    assert len(text) <= MOST_CHARACTERS
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(160)
    try:
        expression = compile_expression(text, LEAVES)
        assert expression.evaluate(START) == value
        assert len(expression.explain(START)) < 500
    finally:
        sys.setrecursionlimit(before)


def test_what_is_decided_is_not_computed(mlp: Graph):
    session = DebugSession(mlp)
    session.run_until("z1", "backward")
    snapshot = session.snapshot()
    calls: list[str] = []

    class Counting(Snapshot):
        def gradient(self, name: str) -> Any:
            calls.append(name)
            return super().gradient(name)

    counting = Counting(snapshot.run, snapshot.cursor, snapshot.focus)
    assert result("step > 999 and norm(grad(W1)) > 0", counting) is False
    assert result("(step > 0 or grad(W1)[0, 0] > 0) and step < 999", counting) is True
    assert calls == []
    assert result("(step > 999 or norm(grad(W1)) > 0) and norm(grad(W2)) > 0", counting) is True
    assert calls == ["W1", "W2"]


# When to look, and what to say -------------------------------------------------------------------


FORWARD = ["forward m", "forward s", "forward f"]
BACKWARD = ["backward f", "backward s", "backward m"]


@pytest.mark.parametrize(
    ("text", "touched"),
    [
        ("value(s) > 3", ["forward s"]),
        ("s > f", ["forward s", "forward f"]),
        ("grad(s) > 3", ["backward f"]),
        ("grad(f) > 3", ["seed f"]),
        ("x > 3", []),
        ("1 > 2", []),
        ("grad(x) > 3 and s > 0", ["forward s", "backward m"]),
        ("upstream > 3", BACKWARD),
        ("s > 0 and step == 2", [*FORWARD, "seed f", *BACKWARD]),
    ],
)  # fmt: skip
def test_the_steps_that_touch_an_expression(chain: Graph, text: str, touched: list[str]):
    session = DebugSession(chain)
    session.resume()
    expression = compile_expression(text, chain)
    plan = session.run.plan
    tasks = (plan.tasks[step - 1] for step in touching_steps(expression, chain, plan))
    assert [f"{task.phase.value} {task.node}" for task in tasks] == touched


def test_what_an_expression_reads(chain: Graph):
    expression = compile_expression("norm(grad(x)) > m * value(s) + shape(f)[0:]", chain)
    assert expression.values == {"m", "s"}
    assert expression.gradients == {"x"}
    assert not expression.reads_step
    assert not expression.reads_position
    assert compile_expression("local(x) > 0", chain).reads_step
    assert compile_expression("phase == seed", chain).reads_position
    assert expression.text in repr(expression)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("norm(v[:2]) > 1", "norm(v[:2]) = 2.23607 > 1"),
        ("a > 2 and k == 4", "a = 2.5 > 2 and k = 4 == 4"),
        ("a > 9 or k == 4 and a < 3", "k = 4 == 4 and a = 2.5 < 3"),
        ("a > 9 and k == 4", "a = 2.5 > 9 is false"),
        ("a > 9 or k == 3", "a = 2.5 > 9 is false and k = 4 == 3 is false"),
        ("a>k/2", "a = 2.5 > k/2 = 2"),
        ("any(isnan(v))", "any(isnan(v)) = true"),
        ("not a > 3", "not (a = 2.5 > 3 is false)"),
        ("not isnan(a)", "not isnan(a) = true"),
        ("m", "m = [0.5, -1, 4, inf, 0, 3]"),
        ("all(m == (1, 2, 3)) or true", "true = true"),
        ("phase == forward", "phase == forward = true"),
        ("grad(a) > 1", "grad(a) > 1 = not yet"),
        ("a > 2 and grad(a) > 1", "grad(a) > 1 = not yet"),
        ("a * 1e9 > 1", "a * 1e9 = 2.5e+09 > 1"),
        ("a > 1 and " * 9 + "true", "a = 2.5 > 1 and " * 6 + "…"),
    ],
)
def test_the_values_behind_a_result_in_words(text: str, words: str):
    assert compile_expression(text, LEAVES).explain(START) == words


def test_a_big_array_is_not_written_out():
    snapshot = at(big((30, 20)), 0)
    explain = compile_expression("w0 > w0 * 2", snapshot.graph).explain
    assert explain(snapshot) == ("w0 = an array (30, 20) > w0 * 2 = an array (30, 20) is false")
    assert compile_expression("w0 * 2", snapshot.graph).explain(snapshot) == (
        "w0 * 2 = an array (30, 20)"
    )


def test_a_condition_is_refused_when_it_is_typed():
    assert refusal("m > 0", condition=True).splitlines()[0] == (
        "expression 'm > 0': a condition is a single truth, and this has shape (2, 3). "
        "Write any(m > 0) or all(m > 0)."
    )
    assert compile_expression("count(t)", LEAVES, condition=True).holds(START) is True
    assert compile_expression("s[:1] > 0", LEAVES, condition=True).holds(START) is True
    with pytest.raises(CommandError, match=r"a single truth, and this has shape \(2, 3\)"):
        compile_expression("m > 0", LEAVES).holds(START)
