"""Ops that a description defines: how they are read, called and drawn into the graph."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import graphtui
from graphtui.debugger.session import DebugSession
from graphtui.errors import DescriptionError, UserCodeError
from graphtui.graph.graph import Graph
from graphtui.graph.json_file import dumps
from graphtui.graph.python.build import constant, input, parameter
from graphtui.graph.python.define_op import define_op
from graphtui.graph.python.tensor import Tensor
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Op

HERE = os.path.basename(__file__)


def cube() -> Callable[..., Tensor]:
    return define_op("cube", lambda x: x**3, lambda upstream, y, x: 3 * x**2 * upstream)


def run(output: Tensor) -> graphtui.Run:
    return graphtui.run(np.sum(output).graph())  # type: ignore[attr-defined]


def fault(output: Tensor) -> str:
    """What the only fault of a run says."""
    (found,) = run(output).faults
    assert (found.kind, found.begins) == ("exception", True)
    return found.message


# In the graph -------------------------------------------------------------------------------------


def test_it_is_a_node_as_any_other() -> None:
    known = set(OPS)
    x = input([1.0, 2.0, -3.0])
    y = cube()(x)
    found = run(y)
    node = found.graph.nodes["y"]
    assert (node.op.name, node.shape, node.dtype) == ("cube", (3,), np.float64)
    assert isinstance(node.op, Op)
    assert node.op.formula == "y = cube(x)"
    assert "efined in this description" in node.op.note
    assert found.value("y").tolist() == [1.0, 8.0, -27.0]  # type: ignore[union-attr]
    assert found.gradient("x").tolist() == [3.0, 12.0, 27.0]  # type: ignore[union-attr]
    local = found.contributions("y")[0].local
    assert local.structure == "diagonal"
    assert not local.numeric
    assert graphtui.gradcheck(found.graph).passed
    assert set(OPS) == known


def test_several_inputs_and_attributes() -> None:
    def forward(x: Array, W: Array, *, scale: float = 1.0, mode: str) -> Array:
        assert mode == "plain"
        return np.asarray(scale * (x @ W))

    def backward(upstream: Array, y: Array, x: Array, W: Array, scale: float) -> Any:
        return scale * upstream @ W.T, scale * x.T @ upstream

    affine = define_op("affine", forward, backward)
    x, W = input(np.ones((2, 3))), parameter(np.arange(12.0).reshape(3, 4))
    y = affine(x, W, scale=0.5, mode="plain", name="result")
    graph = np.sum(y).graph()  # type: ignore[attr-defined]
    assert dict(graph.nodes["result"].attrs) == {"scale": 0.5, "mode": "plain"}
    assert graph.nodes["result"].shape == (2, 4)
    assert graphtui.gradcheck(graph).passed
    other = affine(W=W, x=x, mode="plain")
    assert other.shape == (2, 4)
    assert other.attrs == {"scale": 1.0, "mode": "plain"}


def test_numbers_and_arrays_among_the_operands_are_constants() -> None:
    double = define_op("scaled", lambda x, k: x * k, lambda upstream, y, x, k: (upstream * k, None))
    x = input([1.0, 2.0])
    y = double(x, 3.0)
    z = double(y, np.array([1.0, -1.0]))
    found = run(z)
    assert found.gradient("x").tolist() == [3.0, -3.0]  # type: ignore[union-attr]


def test_labels_are_whole_numbers_and_receive_nothing() -> None:
    picked = define_op(
        "picked",
        lambda x, labels: x[np.arange(len(labels)), labels],
        lambda upstream, y, x, labels: (np.eye(x.shape[1])[labels] * upstream[:, None], None),
    )
    x, labels = input(np.arange(6.0).reshape(2, 3)), constant([2, 0])
    y = picked(x, labels)
    graph = np.sum(y).graph()  # type: ignore[attr-defined]
    found = graphtui.run(graph)
    assert found.value("y").tolist() == [2.0, 3.0]  # type: ignore[union-attr]
    assert found.gradient("x").tolist() == [[0, 0, 1], [1, 0, 0]]  # type: ignore[union-attr]
    assert graphtui.gradcheck(graph).passed


def test_any_number_of_inputs() -> None:
    total = define_op("total", lambda *xs: sum(xs), lambda upstream, y, *xs: [upstream] * len(xs))
    a, b, c = (input(value) for value in (1.0, 2.0, 3.0))
    y = total(a, b, c)
    assert y.graph().nodes["y"].op.formula == "y = total(*xs)"  # type: ignore[union-attr]
    assert graphtui.gradcheck(y.graph()).passed
    assert DebugSession(y.graph()).step_back() is not None


def test_a_vjp_for_each_input_and_none_where_backward_shall_not_go() -> None:
    gate = define_op("gate", lambda x, g: x * g, (lambda upstream, y, x, g: upstream * g, None))
    x, g = input([1.0, 2.0]), parameter([3.0, 4.0])
    y = gate(x, g)
    found = run(y)
    assert found.gradient("g") is None
    assert [each.edge.source for each in found.contributions("y")] == ["x"]
    assert found.graph.nodes["y"].op.local_formulas == (  # type: ignore[union-attr]
        "vjp(upstream, y, x, g)",
        None,
    )


def test_a_function_of_numpy_will_do() -> None:
    tangent = define_op("tangent", np.tan, lambda upstream, y, x: upstream * (1 + y**2))
    hypotenuse = define_op("hypotenuse", np.hypot)
    a, b = input(0.5), input(2.0)
    y = hypotenuse(tangent(a), b)
    assert graphtui.gradcheck(y.graph()).passed


def test_without_a_vjp_it_is_measured_and_says_so() -> None:
    softplus = define_op("my_softplus", lambda x: np.log1p(np.exp(x)))
    x = input([0.5, -1.0])
    y = softplus(x)
    found = run(y)
    local = found.contributions("y")[0].local
    assert local.numeric
    assert local.structure == "diagonal"
    np.testing.assert_allclose(found.gradient("x"), 1 / (1 + np.exp([-0.5, 1.0])), rtol=1e-9)
    assert "measured numerically" in found.graph.nodes["y"].op.note


def test_a_vjp_that_is_not_implemented_is_measured() -> None:
    def backward(upstream: Array, y: Array, x: Array) -> Array:
        raise NotImplementedError

    op = define_op("someday", lambda x: x**2, backward)
    x = input([1.0, 3.0])
    y = op(x)
    found = run(y)
    assert not found.faults
    assert found.contributions("y")[0].local.numeric
    np.testing.assert_allclose(found.gradient("x"), [2.0, 6.0], rtol=1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_half_and_single_precision_stay_what_they_are(dtype: str) -> None:
    x = input(np.array([1.0, 2.0], dtype))
    y = cube()(x)
    assert y.dtype == dtype
    found = run(y)
    assert found.gradient("x").dtype == dtype  # type: ignore[union-attr]
    assert graphtui.gradcheck(found.graph).passed


def test_the_shape_may_be_given_by_a_rule() -> None:
    def never(x: Array) -> Array:
        raise AssertionError("forward is not needed to know the shape")

    op = define_op("lazy", never, shape=lambda shape: (*shape, 2))
    x = input(np.ones(3, np.float32))
    y = op(x)
    assert (y.shape, y.dtype) == ((3, 2), np.float32)
    assert "forward is not needed" in fault(y)
    scalar = define_op("lazy", never, shape=lambda shape: ())
    assert scalar(x).shape == ()


def test_it_is_tried_out_once_for_each_shape() -> None:
    calls: list[tuple[int, ...]] = []

    def forward(x: Array) -> Array:
        calls.append(x.shape)
        return x + 1

    op = define_op("counted", forward, lambda upstream, y, x: upstream)
    x = input([1.0, 2.0])
    y = op(op(op(x)))
    assert calls == [(2,)]
    graph = y.graph()
    assert calls == [(2,)], "the graph is checked with what is known"
    graphtui.run(graph, seed=[1.0, 1.0])
    assert len(calls) == 4


def test_the_op_has_the_signature_and_the_words_of_any_other() -> None:
    op = define_op("swirl", lambda x, *, turns=1: x, lambda upstream, y, x: upstream)
    assert str(inspect.signature(op)) == "(x, turns=1, *, name=None) -> 'Tensor'"
    assert op.__name__ == "swirl"
    assert "y = swirl(x, turns=turns)" in (op.__doc__ or "")


# JSON ---------------------------------------------------------------------------------------------


def test_its_name_is_written_and_reading_it_says_where_it_is_known() -> None:
    x = input(2.0)
    y = cube()(x)
    document = y.graph().to_dict()
    assert document["nodes"][1] == {"id": "y", "op": "cube", "inputs": ["x"]}
    assert '"op": "cube"' in dumps(y.graph())
    assert y.graph() == y.graph()
    with pytest.raises(
        DescriptionError, match="'cube' is not an op.* define_op is known in Python"
    ):
        Graph.from_dict(document)


# Mistakes in a description ------------------------------------------------------------------------

IDENTITY = lambda upstream, y, x: upstream  # noqa: E731


@pytest.mark.parametrize(
    ("define", "words"),
    [
        (lambda: define_op("relu", abs), "an op called 'relu'. Choose a name such as 'my_relu'"),
        (lambda: define_op("input", abs), "has an op called 'input'"),
        (lambda: define_op("my op", abs), "called by one word, such as 'my_op', got 'my op'"),
        (lambda: define_op("", abs), "called by one word"),
        (lambda: define_op(3, abs), "called by one word, such as 'my_op', got 3"),  # type: ignore[arg-type]
        (lambda: define_op("f", 3), "'f': forward must be a function, got 3"),  # type: ignore[arg-type]
        (lambda: define_op("f", lambda: 1.0), "'f': forward takes no input"),
        (lambda: define_op("f", lambda a, *xs: a), "takes either some inputs or *xs"),
        (lambda: define_op("f", lambda x, *, name="a": x), "'name' names a node"),
        (lambda: define_op("f", min), "Python does not say what <built-in function min> takes"),
        (lambda: define_op("f", lambda x: x, 3), "vjp must be a function, got 3"),  # type: ignore[arg-type]
        (lambda: define_op("f", lambda x: x, (3,)), "vjp must be a function, got 3"),  # type: ignore[arg-type]
        (lambda: define_op("f", lambda x: x, lambda g: g), "as vjp(upstream, y, x): too many"),
        (lambda: define_op("f", lambda a, b: a, IDENTITY), "called as vjp(upstream, y, a, b)"),
        (lambda: define_op("f", lambda x: x, (IDENTITY, None)), "tuple of 2 for the inputs (x)"),
        (lambda: define_op("f", lambda *xs: xs[0], (IDENTITY,)), "for the inputs (*xs)"),
        (lambda: define_op("f", lambda x: x, lambda u, y, x, j: u), "missing a required"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_op(define: Callable[[], object], words: str) -> None:
    with pytest.raises(DescriptionError) as caught:
        define()
    message = str(caught.value)
    assert words in message
    place = caught.value.problems[0].place
    assert place is not None
    assert os.path.basename(place.file) == HERE
    assert "define_op" in place.text


def raising(x: Array) -> Array:
    return np.asarray(1 / int(x.sum() * 0))


@pytest.mark.parametrize(
    ("forward", "words"),
    [
        (lambda x: None, "gave None. Does it return its result?, when it was tried on made-up"),
        (lambda x: "abc", "gave a str, which is no array of real numbers"),
        (lambda x: x + 1j, "gave an array of complex128"),
        (lambda x: input(2.0), "gave a described value. It computes with NumPy arrays"),
        (raising, "with ZeroDivisionError: division by zero"),
        (lambda x: x @ np.ones(7), "ValueError: matmul"),
    ],
)
def test_a_forward_that_does_not_work_is_refused_where_it_is_used(
    forward: Callable[..., Any], words: str
) -> None:
    op = define_op("broken", forward, IDENTITY)
    x = input([1.0, 2.0])
    with pytest.raises(DescriptionError) as caught:
        y = op(x)  # noqa: F841
    message = str(caught.value)
    assert words in message
    assert "node 'y': the forward of 'broken'" in message
    assert HERE in message.split("forward of 'broken'")[1]
    assert "It reads 'x' (2,)." in message
    place = caught.value.problems[0].place
    assert place is not None
    assert "y = op(x)" in place.text


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda op, x: op(), "own takes 1 input (x), got 0"),
        (lambda op, x: op(x, 2, 3), "own takes (x, k), got 3 arguments"),
        (lambda op, x: op(x, j=1), "own has no attribute 'j' (it has: k)"),
        (lambda op, x: op(x, k=np.ones(2)), "'k' must be a number, text, .* An array is an input"),
        (lambda op, x: op("text"), "own, input 1"),
    ],
)
def test_a_call_that_does_not_fit(call: Callable[..., object], words: str) -> None:
    op = define_op("own", lambda x, *, k=1: x, IDENTITY)
    with pytest.raises(DescriptionError) as caught:
        call(op, input(2.0))
    assert words.partition(".*")[0] in str(caught.value)
    assert words.rpartition(".*")[2] in str(caught.value)


@pytest.mark.parametrize("answer", ["text", -1, (2.5,), (1,) * 40, None])
def test_a_shape_rule_gives_a_shape(answer: Any) -> None:
    op = define_op("shaped", lambda x: x, shape=lambda shape: answer)
    with pytest.raises(DescriptionError, match="the shape of 'shaped', .*, gave .*no shape"):
        op(input(2.0))


# Faults in a run ----------------------------------------------------------------------------------


def later(x: Array) -> bool:
    """Whether this is no made-up number."""
    return bool((x > 2).any())


@pytest.mark.parametrize(
    ("forward", "words"),
    [
        (lambda x: x if not later(x) else x / 0 if x.dtype == int else 1 // 0, "ZeroDivisionError"),
        (lambda x: x if not later(x) else x[:1], "gave shape (1,), but (2,) when the graph was"),
        (lambda x: x if not later(x) else None, "gave None. Does it return its result?"),
        (lambda x: exit(3) if later(x) else x, "with SystemExit: 3"),
        (lambda x: np.copyto(x, 0) if later(x) else x, "read-only"),
    ],
)
def test_a_forward_that_fails_is_a_fault_at_its_node(
    forward: Callable[..., Any], words: str
) -> None:
    op = define_op("broken", forward, IDENTITY)
    x = input([5.0, 6.0])
    y = op(x)
    graph = np.sum(y).graph()  # type: ignore[attr-defined]
    found = graphtui.run(graph)
    (broken,) = found.faults
    assert (broken.node, broken.phase, broken.kind) == ("y", "forward", "exception")
    assert words in broken.message
    assert broken.place is not None
    assert "y = op(x)" in broken.place.text
    session = DebugSession(graph)
    session.resume()
    session.step_back()
    assert session.cursor == 0


def helper(x: Array) -> Array:
    raise ValueError("not\nlike this")


@pytest.mark.parametrize(
    ("vjp", "words"),
    [
        (lambda upstream, y, x, b: helper(x), "with ValueError: not like this (called from "),
        (lambda upstream, y, x, b: (upstream, upstream), "repeated along axis 0, so sum over that"),
        (lambda upstream, y, x, b: (upstream.T, upstream.sum(0)), "the shape of its transpose"),
        (lambda upstream, y, x, b: upstream, "gave one array for 2 inputs (x, b)"),
        (lambda upstream, y, x, b: None, "gave None. Does it return its result?"),
    ],
)
def test_a_vjp_that_fails_is_a_fault_at_its_node(vjp: Callable[..., Any], words: str) -> None:
    op = define_op("bias", lambda x, b: x + b, vjp)
    x, b = input(np.ones((4, 3))), parameter(np.ones(3))
    y = op(x, b)
    message = fault(y)
    assert message.startswith("bias at 'y' stopped: the vjp of 'bias'")
    assert words in message
    assert HERE in message
    assert "\n" not in message


def test_the_error_of_a_step_knows_the_users_line() -> None:
    op = define_op("bias", lambda x: x, lambda upstream, y, x: helper(x))
    x = input(1.0)
    error = run(op(x)).steps[-1].error
    assert isinstance(error, UserCodeError)
    place = error.problems[0].place
    assert place is not None
    assert "raise ValueError" in place.text


def test_what_a_function_returns_and_keeps_is_not_frozen() -> None:
    kept = np.ones(2)
    op = define_op("kept", lambda x: kept, lambda upstream, y, x: kept)
    x = input([1.0, 2.0])
    run(op(x))
    kept[:] = 7.0
    assert kept.flags.writeable


# Wrong backwards, found by the check --------------------------------------------------------------

RNG = np.random.default_rng(4)
X, W, B = RNG.standard_normal((4, 3)), RNG.standard_normal((3, 3)), RNG.standard_normal(3)


def affine(x: Array, W: Array, b: Array) -> Array:
    return np.asarray(x @ W + b)


def mean_square(x: Array) -> Array:
    return np.asarray((x**2).mean())


SLIPS = {
    "wrong factor": (mean_square, lambda upstream, y, x: 3 * x * upstream / x.size, "x"),
    "missing 1/N": (mean_square, lambda upstream, y, x: 2 * x * upstream, "x"),
    "wrong sign": (mean_square, lambda upstream, y, x: -2 * x * upstream / x.size, "x"),
    "forgotten upstream": (mean_square, lambda upstream, y, x: 2 * x / x.size, "x"),
    "missing transpose": (
        affine,
        lambda upstream, y, x, W, b: (upstream @ W, x.T @ upstream, upstream.sum(axis=0)),
        "x",
    ),
    "one row for the sum": (
        affine,
        lambda upstream, y, x, W, b: (upstream @ W.T, x.T @ upstream, upstream[0]),
        "b",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_wrong_backward_is_named_at_its_node_with_the_element(slip: str) -> None:
    forward, vjp, wrong = SLIPS[slip]
    op = define_op("planted", forward, vjp)
    x = input(X)
    arguments = [x] if forward is mean_square else [x, parameter(W), parameter(B, name="b")]
    y = op(*arguments)
    loss = np.sum(np.square(y)) * 0.7  # type: ignore[operator, call-overload]
    report = graphtui.gradcheck(loss.graph())
    assert not report.passed
    assert {(check.node, check.edge.source) for check in report.culprits} == {("y", wrong)}
    (check,) = report.culprits
    assert check.op == "planted"
    numeric, analytic = check.numeric, check.analytic
    assert len(check.index) == len(loss.graph().nodes[wrong].shape)
    assert abs(numeric - analytic) > 1e-4


def test_a_right_backward_passes() -> None:
    op = define_op(
        "planted",
        affine,
        lambda upstream, y, x, W, b: (upstream @ W.T, x.T @ upstream, upstream.sum(axis=0)),
    )
    y = op(input(X, name="x"), parameter(W, name="W"), parameter(B, name="b"))
    assert graphtui.gradcheck(np.sum(np.square(y)).graph()).passed  # type: ignore[call-overload]


# On screen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("vjp", [None, IDENTITY, lambda upstream, y, x: helper(x)])
@pytest.mark.parametrize("value", [2.0, [1.0, -2.0], np.ones((40, 50))])
def test_every_view_shows_it(vjp: Any, value: Any) -> None:
    from graphtui.view.answers.report import run_table, trace_lines
    from graphtui.view.inspector.inspector import inspector
    from graphtui.view.text.lines import plain
    from tests.view.shown import jacobian_lens

    op = define_op("own", lambda x, *, k=2: k * x / k, vjp)
    x = input(value)
    y = op(x, k=3)
    session = DebugSession(np.sum(y).graph())  # type: ignore[attr-defined]
    shown = ""
    for _ in range(6):
        shown += plain(inspector(session.snapshot(), 60, 40))
        session.step()
    assert "own(x" in shown
    assert plain(run_table(session.run))
    assert "own" in plain(trace_lines(session.run))
    for contribution in session.run.contributions("y"):
        assert plain(jacobian_lens(contribution, 60, 20))


def test_the_line_of_the_definition_is_the_users(tmp_path: Path) -> None:
    op = define_op("own", lambda x: x, lambda upstream, y, x: (1, 2, 3))
    message = fault(op(input([1.0])))
    line = next(
        number
        for number, text in enumerate(Path(__file__).read_text().splitlines(), start=1)
        if "(1, 2, 3))" in text and "define_op" in text
    )
    assert f"{HERE}:{line}," in message
