"""Described values: what they record, what they know at once, and what they refuse."""

from __future__ import annotations

import inspect
import math
import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphtui
from graphtui.errors import DescriptionError, LimitError
from graphtui.graph.nodes import Limits
from graphtui.graph.python import build
from graphtui.graph.python.build import constant, graph, input, parameter
from graphtui.graph.python.calls import op_call
from graphtui.graph.python.tensor import RECORDING, Recording, Tensor
from graphtui.ops import OPS
from graphtui.ops.op import Mismatch, Op, Sample

SAMPLES = [(op, sample) for op in OPS.values() for sample in op.samples]
NUMPY = [(op, function) for op in OPS.values() for function in op.numpy]


def label(each: Any) -> str:
    return getattr(each, "name", getattr(each, "__name__", "sample"))


def stack_depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def x43() -> Tensor:
    return input(np.arange(12.0).reshape(4, 3))


def ops(tensor: Tensor) -> list[str]:
    return [node.op.name for node in tensor.graph().nodes.values()]


# Functions of ops ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("op", "sample"), SAMPLES, ids=label)
def test_the_function_of_an_op_knows_shape_and_dtype(op: Op, sample: Sample) -> None:
    leaves = [constant(array) for array in sample.arrays]
    function = getattr(build, op.name)
    tensor = function(leaves, **sample.attrs) if op.variadic else function(*leaves, **sample.attrs)
    value = np.asarray(op.forward(*sample.arrays, **op.complete(sample.attrs)))
    assert (tensor.shape, tensor.dtype) == (value.shape, value.dtype)
    node = tensor.graph().nodes[tensor.graph().output]
    assert (node.op, node.shape, node.dtype) == (op, value.shape, value.dtype)


@pytest.mark.parametrize("op", OPS.values(), ids=lambda op: op.name)
def test_the_function_of_an_op_looks_like_its_record(op: Op) -> None:
    function = getattr(graphtui, op.name)
    assert function is getattr(build, op.name)
    assert function.__name__ == op.name
    assert op.formula in function.__doc__
    signature = inspect.signature(function)
    expected = [*(each.lstrip("*") for each in op.inputs), *op.attrs, "name"]
    assert list(signature.parameters) == expected
    for key, attribute in op.attrs.items():
        if not attribute.required:
            assert signature.parameters[key].default == attribute.default


def test_operands_may_be_given_by_letter_and_attributes_by_position() -> None:
    x = x43()
    assert build.matmul(a=x, b=x.T).shape == (4, 4)
    assert build.sum(x, 0).shape == (3,)
    assert build.sum(x, 0, True).shape == (1, 3)
    assert build.reshape(x, (3, 4)).shape == (3, 4)
    assert build.softmax(x, -1).attrs == {"axis": -1}
    assert build.concatenate([x, x], 1).shape == (4, 6)
    assert build.stack([x, x], axis=-1).shape == (4, 3, 2)
    assert build.exp(x, name="grown").name == "grown"


@pytest.mark.parametrize(
    ("op", "args", "keywords", "words"),
    [
        ("exp", ["x", "y"], {}, r"exp takes \(x\), got 2 arguments"),
        ("matmul", ["x"], {}, r"matmul takes 2 inputs \(a, b\), got 1"),
        ("concatenate", [], {}, "at least 1 input"),
        ("sum", ["x", 0], {"axis": 1}, "'axis' is given twice"),
        ("sum", ["x", 0, True, 3], {}, r"sum takes \(x, axis, keepdims\), got 4"),
    ],
)
def test_a_call_that_does_not_fit_is_refused(
    op: str, args: list[Any], keywords: dict[str, Any], words: str
) -> None:
    with pytest.raises(Mismatch, match=words):
        op_call(OPS[op], args, keywords)


def test_a_bias_that_a_convolution_does_not_take_is_told_where_it_goes() -> None:
    x, w, b = input(np.ones((1, 1, 4, 4))), parameter(np.ones((2, 1, 3, 3))), parameter([1.0, 2.0])
    words = r"'stride' behind that is no array: .* A bias is added to the result: conv2d\(…\) \+ b"
    with pytest.raises(DescriptionError, match=words):
        build.conv2d(x, w, b)
    with pytest.raises(DescriptionError, match="'axis' behind that is no array") as refused:
        build.sum(x, b)
    assert "bias" not in str(refused.value)
    assert (build.conv2d(x, w, 1, 1) + b.reshape(2, 1, 1)).shape == (1, 2, 4, 4)
    assert build.max_pool2d(x, 2).shape == build.avg_pool2d(x, kernel_size=(2, 2)).shape


def test_only_ops_are_functions() -> None:
    assert "logsumexp" in dir(build)
    with pytest.raises(AttributeError, match="no attribute 'sofmax'"):
        build.__getattr__("sofmax")


# Operators and methods ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "op"),
    [
        (lambda x: x + 1, "add"),
        (lambda x: 1 + x, "add"),
        (lambda x: x - 1, "subtract"),
        (lambda x: 1 - x, "subtract"),
        (lambda x: x * 2, "multiply"),
        (lambda x: 2 * x, "multiply"),
        (lambda x: x / 2, "divide"),
        (lambda x: 2 / x, "divide"),
        (lambda x: x**2, "power"),
        (lambda x: 2**x, "power"),
        (lambda x: x @ np.ones((3, 2)), "matmul"),
        (lambda x: np.ones((2, 4)) @ x, "matmul"),
        (lambda x: np.ones((4, 3)) * x, "multiply"),
        (lambda x: np.float64(2) * x, "multiply"),
        (lambda x: np.float64(2) / x, "divide"),
        (lambda x: [1.0, 2.0, 3.0] - x, "subtract"),
        (lambda x: -x, "negative"),
        (abs, "abs"),
        (lambda x: x > 0, "greater"),
        (lambda x: x >= 0, "greater_equal"),
        (lambda x: x < 0, "less"),
        (lambda x: x <= 0, "less_equal"),
        (lambda x: x == 0, "equal"),
        (lambda x: x != 0, "not_equal"),
        (lambda x: x[1:, 0], "getitem"),
        (lambda x: x[..., None, [0, 2]], "getitem"),
        (lambda x: x[np.array([0, 1])], "getitem"),
        (lambda x: x.T, "transpose"),
        (lambda x: x.transpose(), "transpose"),
        (lambda x: x.transpose(1, 0), "transpose"),
        (lambda x: x.transpose((1, 0)), "transpose"),
        (lambda x: np.swapaxes(x, 0, 1), "transpose"),
        (lambda x: np.moveaxis(x, -1, 0), "transpose"),
        (lambda x: np.moveaxis(x, source=(0, 1), destination=(1, 0)), "transpose"),
        (lambda x: np.rollaxis(x, 1), "transpose"),
        (lambda x: x.sum(), "sum"),
        (lambda x: x.sum(axis=0, keepdims=True), "sum"),
        (lambda x: x.mean(1), "mean"),
        (lambda x: x.max(axis=1), "max"),
        (lambda x: x.min(axis=(0, 1)), "min"),
        (lambda x: x.var(ddof=1), "var"),
        (lambda x: x.reshape(3, 4), "reshape"),
        (lambda x: x.reshape((2, -1)), "reshape"),
        (lambda x: x.reshape(-1), "reshape"),
        (lambda x: x.flatten(), "reshape"),
        (lambda x: x.ravel(), "reshape"),
        (lambda x: x.dot(np.ones(3)), "matmul"),
        (lambda x: x.clip(0, 1), "clip"),
        (lambda x: x.copy(), "copy"),
    ],
)
def test_operators_and_methods_mean_what_they_mean_in_numpy(
    write: Callable[[Any], Any], op: str
) -> None:
    tensor = write(x43())
    with np.errstate(all="ignore"):
        expected = write(np.arange(12.0).reshape(4, 3))
    assert tensor.op.name == op
    assert tensor.shape == np.shape(expected)
    assert tensor.dtype == np.asarray(expected).dtype


def test_a_constant_can_be_an_index() -> None:
    picked = x43()[np.arange(2), constant([0, 2])]
    assert picked.attrs == {"key": "[0, 1], [0, 2]"}
    assert picked.inputs[0].op.name == "input"


def test_operands_keep_their_sides() -> None:
    x = input(3.0)
    for tensor, first in ((2 - x, 2.0), (x - 2, 3.0), (np.float64(2) - x, 2.0)):
        assert tensor.inputs[0].array == first


def test_what_is_known() -> None:
    x = x43()
    assert (x.ndim, x.size, len(x), x.dtype) == (2, 12, 4, np.dtype(float))
    assert x[0].T.ndim == 1
    assert +x is x
    assert hash(x) == hash(x)
    assert {x: 1}[x] == 1
    assert x in [x]
    assert repr(x.sum()) == "<Tensor sum scalar float64>"
    assert f"{x:.3f}" == "<Tensor input (4, 3) float64>"


# NumPy --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("op", "function"), NUMPY, ids=label)
def test_a_numpy_function_records_its_op(op: Op, function: Callable[..., Any]) -> None:
    """With the operands, attributes and meaning that it has for arrays."""
    for sample in op.samples:
        if any(array.dtype.kind != "f" for array in sample.arrays) and op.name != "where":
            continue
        attrs = {key: value for key, value in sample.attrs.items() if value is not None}
        arrays: Any = [list(sample.arrays)] if op.variadic else sample.arrays
        leaves = [input(array) for array in sample.arrays]
        tensor = function(*([leaves] if op.variadic else leaves), **attrs)
        with np.errstate(all="ignore"):
            expected = np.asarray(function(*arrays, **attrs))
        assert tensor.op is op
        assert tensor.attrs == op.complete(sample.attrs)
        assert [id(each) for each in tensor.inputs] == [id(each) for each in leaves]
        assert (tensor.shape, tensor.dtype) == (expected.shape, expected.dtype)


@pytest.mark.parametrize(
    "write",
    [
        lambda x: np.sum(x, 0),
        lambda x: np.sum(x, 0, None, None, True),
        lambda x: np.max(x, 1, None, True),
        lambda x: np.mean(x, axis=1, keepdims=True),
        lambda x: np.var(x, 0, None, None, 1),
        lambda x: np.clip(x, 0, 1),
        lambda x: np.clip(x, a_min=0, a_max=None),
        lambda x: np.clip(x, min=0, max=None),
        lambda x: np.where(x > 3, x, 0.0),
        lambda x: np.where([True, False, True], x, x * 2),
        lambda x: np.concatenate([x, np.ones((1, 3))]),
        lambda x: np.concatenate((x, x), axis=1),
        lambda x: np.stack([x, x], 2),
        lambda x: np.transpose(x, (1, 0)),
        lambda x: np.reshape(x, (2, 6)),
        lambda x: np.reshape(x, -1, order="C"),
        lambda x: np.broadcast_to(x, (2, 4, 3)),
        lambda x: np.copy(x),
        lambda x: np.dot(x[0], x[1]),
        lambda x: np.dot(x, x[1]),
        lambda x: np.dot(x, x.T),
        lambda x: np.dot(x, 2.0),
        lambda x: np.dot(2.0, x),
        lambda x: np.dot(np.ones(4), x),
        lambda x: np.matmul(x, np.ones((3, 2))),
        lambda x: np.ravel(x),
        lambda x: np.squeeze(x[:1]),
        lambda x: np.squeeze(x[:, :1], axis=1),
        lambda x: np.expand_dims(x, 1),
        lambda x: np.expand_dims(x, (0, -1)),
        lambda x: np.zeros_like(x),
        lambda x: np.ones_like(x, dtype=np.float32),
        lambda x: np.full_like(x, 2.0),
        lambda x: np.shape(x),
        lambda x: np.ndim(x),
        lambda x: np.size(x),
        lambda x: np.add(x, x, casting="same_kind"),
    ],
)
def test_numpy_calls_have_the_shapes_of_numpy(write: Callable[[Any], Any]) -> None:
    described, expected = write(x43()), write(np.arange(12.0).reshape(4, 3))
    if isinstance(described, Tensor):
        assert (described.shape, described.dtype) == (expected.shape, expected.dtype)
    else:
        assert np.array_equal(described, expected)


@pytest.mark.parametrize(
    ("write", "op"),
    [
        (lambda x: np.dot(x[0], x[1]), "dot"),
        (lambda x: np.dot(x, x[1]), "matmul"),
        (lambda x: np.dot(x, 2.0), "multiply"),
        (lambda x: np.ravel(x), "reshape"),
    ],
)
def test_some_functions_have_several_meanings(write: Callable[[Any], Any], op: str) -> None:
    assert write(x43()).op.name == op


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda x: np.exp(x, out=np.ones((4, 3))), r"np\.exp .* no 'out'.*write y = np\.exp"),
        (lambda x: np.add(np.ones((4, 3)), x, out=np.ones((4, 3))), "has no 'out'"),
        (lambda x: np.ones((4, 3)).__iadd__(x), "has no 'out'"),
        (lambda x: np.exp(x, where=np.ones(3, bool)), r"has no 'where'. Use np\.where"),
        (lambda x: np.sum(x, dtype=np.float32), "has no 'dtype'. Give the leaves another"),
        (lambda x: np.sum(x, initial=1.0), "has no 'initial'. Leave it out"),
        (lambda x: np.reshape(x, 12, order="F"), "has no 'order'"),
        (lambda x: np.ravel(x, "F"), "goes by rows"),
        (lambda x: np.squeeze(x, axis=0), "not of size 1"),
        (lambda x: np.expand_dims(x, 7), "out of range"),
        (lambda x: np.sinh(x), r"np\.sinh does not take described values\. Did you mean 'sin'"),
        (lambda x: np.linalg.norm(x), r"np\.linalg\.norm does not take .* sqrt\(sum\(square"),
        (lambda x: np.einsum("ij->i", x), "np.einsum does not.* matmul, transpose and sum"),
        (lambda x: np.hstack([x, x]), "Did you mean 'concatenate' with axis=1"),
        (lambda x: np.swapaxes(x, 0, 2), "np.swapaxes: axis2: axis 2 is out of bounds"),
        (lambda x: np.moveaxis(x, 0, 5), "np.moveaxis: destination: axis 5 is out of bounds"),
        (lambda x: np.fft.fft(x), "`graphtui ops` lists"),
        (lambda x: np.add.reduce(x), r"np\.add\.reduce does not take .*\. Did you mean 'sum'"),
        (lambda x: np.multiply.outer(x, x), r"np\.multiply\.outer does not"),
        (lambda x: np.exp.at(x, 0), r"np\.exp\.at does not"),
        (lambda x: np.stack([x, x], axis=5), "axis 5 is out of range"),
    ],
)  # fmt: skip
def test_what_an_op_cannot_heed_is_refused_by_name(write: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(DescriptionError, match=words):
        write(x43())


# Leaves and dtypes --------------------------------------------------------------------------------


def test_leaves() -> None:
    assert parameter(2).dtype == np.float64
    assert constant(2).dtype == np.int64
    assert input([1, 2]).dtype == np.float64
    assert parameter(np.float32(2)).dtype == np.float32
    assert parameter([1.0], dtype="float16").dtype == np.float16
    assert parameter([1.0], dtype=np.float32).dtype == np.float32
    assert [leaf(1.0).op.name for leaf in (parameter, input, constant)] == [
        "parameter", "input", "constant"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda: parameter([[1.0], [2.0, 3.0]]), "node 'parameter': at .1.: this row has 2"),
        (lambda: parameter("2"), "text, not a number"),
        (lambda: parameter(1.0, dtype="flot32"), "'flot32' is not a dtype.*mean 'float32'"),
        (lambda: parameter(1.0, dtype=complex), "'complex128' is not a dtype"),
        (lambda: parameter(np.ones(2) * 1j), "complex numbers"),
        (lambda: parameter(input(1.0)), "is described already, as <Tensor input scalar"),
        (lambda: x43() + "a", "add, input 2: 'a' is text"),
        (lambda: x43() + None, "null stands where a number"),
        (lambda: [1.0, [2.0]] * x43(), "Make the rows alike"),
        (lambda: x43() + 10**400, "cannot"),
    ],
)
def test_a_value_that_is_no_array_of_numbers_is_refused(
    write: Callable[[], Any], words: str
) -> None:
    with pytest.raises(DescriptionError, match=words):
        write()


def test_the_array_of_a_leaf_is_a_copy() -> None:
    array = np.ones(3)
    leaf, used = parameter(array), input(1.0) * array
    array[0] = 5.0
    assert leaf.array is not None
    assert leaf.array[0] == used.inputs[1].array[0] == 1.0  # type: ignore[index]
    assert not leaf.array.flags.writeable


@given(
    dtype=st.sampled_from(["float64", "float32", "float16", "int64", "int32", "bool"]),
    number=st.one_of(st.integers(0, 100), st.floats(-4, 4, width=16)),
    swap=st.booleans(),
)
def test_a_python_number_takes_the_dtype_of_the_value(
    dtype: str, number: float, swap: bool
) -> None:
    array = np.ones(2, dtype)
    x = constant(array)
    described, expected = (number * x, number * array) if swap else (x + number, array + number)
    assert described.dtype == expected.dtype


@pytest.mark.parametrize("number", [np.float64(2.0), np.ones(2), [1.0, 2.0]])
def test_an_array_keeps_its_own_dtype(number: Any) -> None:
    assert (parameter([1.0, 2.0], dtype="float32") * number).dtype == np.float64


def test_labels_stay_whole() -> None:
    scores = parameter(np.zeros((2, 3)))
    for labels in ([0, 2], np.array([0, 2]), constant([0, 2])):
        loss = build.cross_entropy(scores, labels)
        assert loss.inputs[1].dtype == np.int64
    assert build.cross_entropy(scores[0], 2).inputs[1].dtype == np.int64


def test_a_whole_number_beyond_int64_is_a_float_among_floats() -> None:
    assert (input(1.0) * 10**20).inputs[1].array == 1e20


# What has no number yet ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (bool, r"no number yet; .* cannot decide an if.*where\(condition, a, b\)"),
        (lambda x: 1 if x > 0 else 2, "cannot decide an if"),
        (lambda x: max(x, 2.0), "Python's own max and min"),
        (lambda x: x in [1.0], "cannot decide"),
        (lambda x: 0 < x < 1, "cannot decide"),
        (float, "no number yet"),
        (math.exp, "functions of `math`"),
        (int, "no number yet"),
        (complex, "no number yet"),
        (range, "cannot count or index"),
        (lambda x: [1, 2][x], "cannot count or index"),
        (list, r"cannot be looped over.*range\(len\(x\)\)"),
        (lambda x: [*x], "cannot be looped over"),
        (lambda x: sum(x), "cannot be looped over"),
        (np.asarray, r"NumPy wants an array.*np\.stack"),
        (lambda x: np.array([x, x]), "NumPy wants an array"),
        (lambda x: np.float64(x), "NumPy wants an array"),
        (lambda x: x.__setitem__(0, 1.0), "cannot be changed in place"),
        (lambda x: 1.0 in x, "What it contains is not known"),
        (len, "a scalar has no length"),
        (lambda x: input([1.0, 2.0])[x > 0], "an index is known when the graph is described"),
        (lambda x: input([1.0, 2.0])[[True, False]], "mask"),
        (lambda x: input([1.0, 2.0])["a"], "a key is made of"),
    ],
)
def test_what_needs_the_number_is_refused(use: Callable[[Any], Any], words: str) -> None:
    x = input(2.0)
    with pytest.raises(DescriptionError, match=words) as caught:
        use(x)
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert problem.place.file == __file__


# Graphs -------------------------------------------------------------------------------------------


def test_a_graph_is_what_its_output_needs() -> None:
    w = parameter(2.0)
    unused = parameter(3.0)
    loss = w * w
    assert list(graph(loss, "square").nodes) == ["w", "loss"]
    assert graph(loss, "square").name == "square"
    assert loss.graph() == graph(loss)
    assert unused.graph().output == "unused"


def test_values_are_named_by_the_variables_of_the_function_that_asks() -> None:
    def inner(x: Tensor) -> Tensor:
        y = x * x
        return y + 1

    a = input(2.0)
    b = inner(a)
    assert list(b.graph().nodes) == ["a", "inner/y", "inner/constant", "b"]
    assert (a.name, b.name) == ("a", "b")


def test_everything_is_recorded_while_a_file_is_loaded() -> None:
    token = RECORDING.set(recording := Recording())
    try:
        w = parameter(2.0)
        b = parameter(1.0)
        loss = w * 3
        assert build.mark_output(loss)
    finally:
        RECORDING.reset(token)
    assert [id(value) for value in recording.values] == [
        id(value) for value in (w, b, loss.inputs[1], loss)
    ]
    assert recording.output is loss
    assert not build.mark_output(w)


def test_limits_are_those_of_the_graph() -> None:
    x = input(np.ones((1000, 1))) + np.ones(1000)
    with pytest.raises(LimitError, match=re.escape("'x' (1000, 1000) would need 8,000,000 bytes")):
        graph(x, limits=Limits(array_bytes=1_000_000))


def test_a_very_long_chain_needs_no_deep_stack() -> None:
    x = h = input(0.5)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(120 + stack_depth())
    try:
        for _ in range(50_000):
            h = h * x
        described = h.graph()
    finally:
        sys.setrecursionlimit(limit)
    assert len(described.nodes) == 50_001
    assert described.output == "h_50000"
