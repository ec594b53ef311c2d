"""Every record of OPS is held to every law, on its own samples; then the laws are tested.

Each law is a function `check_…(op, sample)`, so that the control at the end can hand it records
that are wrong in one place and see it object.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import BroadcastableShapes, mutually_broadcastable_shapes

from graphtui.ops import FAMILIES, OPS
from graphtui.ops.key import parse_key
from graphtui.ops.linear_map import (
    STRUCTURES,
    Array,
    Diagonal,
    LinearMap,
    Shape,
    sum_to_shape,
)
from graphtui.ops.op import ATTRIBUTE_SCHEMAS, Elementwise, Mismatch, Op, Sample
from graphtui.ops.summing_maps import Reduction

EVERYTHING = slice(None)
CASES = [
    pytest.param(op, sample, id=f"{op.name}-{number}")
    for op in OPS.values()
    for number, sample in enumerate(op.samples)
]
RECORDS = [pytest.param(op, id=op.name) for op in OPS.values()]
ELEMENTWISE = [pytest.param(op, id=op.name) for op in OPS.values() if isinstance(op, Elementwise)]


# What a law needs ---------------------------------------------------------------------------------


class Case:
    """A sample carried out: read-only inputs, canonical attributes, value and local maps."""

    def __init__(self, op: Op, sample: Sample, dtype: Any = None) -> None:
        self.op = op
        self.attrs = op.complete(sample.attrs)
        self.xs = tuple(_read_only(x, dtype) for x in sample.arrays)
        self.y = self.forward(*self.xs)
        self.y.flags.writeable = False
        self.locals = op.local(self.y, *self.xs, **self.attrs)
        self.on_kink = op.kink is not None and bool(np.any(op.kink(*self.xs, **self.attrs)))

    def forward(self, *xs: Array) -> Array:
        return np.array(self.op.forward(*xs, **self.attrs))

    def slots(self) -> list[tuple[int, LinearMap]]:
        return [(slot, local) for slot, local in enumerate(self.locals) if local is not None]


def _read_only(x: Array, dtype: Any) -> Array:
    copy = x.astype(dtype if dtype and x.dtype.kind == "f" else x.dtype)
    copy.flags.writeable = False
    return copy


def _random(shape: Shape, seed: int, dtype: Any = np.float64) -> Array:
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def numeric_jacobian(case: Case, slot: int) -> Array:
    """The Jacobian matrix without the record's help: one difference quotient a column.

    By the complex step where the function takes complex numbers as an analytic one does, else by
    central differences of fourth order.
    """
    x = case.xs[slot]
    columns = []
    for number in range(x.size):
        central = _central_difference(case, slot, number)
        exact = _complex_step(case, slot, number)
        analytic = exact is not None and np.allclose(exact, central, rtol=1e-6, atol=1e-9)
        columns.append(exact if analytic else central)
    return np.array(columns).T.reshape(case.y.size, x.size)


def _central_difference(case: Case, slot: int, number: int) -> Array:
    size = 1e-3 * float(np.clip(abs(case.xs[slot].flat[number]), 1e-2, 1.0))
    one, two = (
        _shifted(case, slot, number, k * size) - _shifted(case, slot, number, -k * size)
        for k in (1, 2)
    )
    return (8 * one - two) / (12 * size)


def _complex_step(case: Case, slot: int, number: int) -> Array | None:
    try:
        return _shifted(case, slot, number, 1e-30j).imag / 1e-30
    except TypeError:  # this function knows no complex numbers
        return None


def _shifted(case: Case, slot: int, number: int, step: complex) -> Array:
    xs = list(case.xs)
    xs[slot] = xs[slot].astype(np.result_type(xs[slot], step))
    xs[slot].flat[number] += step
    return case.forward(*xs).reshape(-1)


# The laws -----------------------------------------------------------------------------------------


def check_shape_and_dtype(op: Op, sample: Sample) -> None:
    """The rules foretell what comes out, for every dtype that the dtype rule admits."""
    attrs = op.complete(sample.attrs)
    for dtype in (None, "float32", "float16", "int64", "int32", "bool"):
        for which in (slice(None), slice(0, 1)):
            xs = list(sample.arrays)
            if dtype:
                xs[which] = [x.astype(dtype if x.dtype.kind == "f" else x.dtype) for x in xs[which]]
            try:
                promised = op.dtype(*(x.dtype for x in xs))
            except Mismatch:
                assert dtype not in (None, "float32", "float16"), "floats are never refused"
                continue
            with np.errstate(all="ignore"):
                y = np.asarray(op.forward(*xs, **attrs))
            assert promised == y.dtype, f"{op.name} of {dtype}: {promised} promised, {y.dtype} came"
            assert op.shape(*(x.shape for x in xs), **attrs) == y.shape


def check_local(op: Op, sample: Sample) -> None:
    """Every entry of every local Jacobian is the slope that the forward function has."""
    case = Case(op, sample)
    assert len(case.locals) == len(case.xs) == len(op.letters(len(case.xs)))
    for slot, local in case.slots():
        assert (local.output_shape, local.input_shape) == (case.y.shape, case.xs[slot].shape)
        dense = local.window(EVERYTHING, EVERYTHING)
        assert dense.shape == local.matrix_shape
        rows = [local.pullback(unit.reshape(case.y.shape)).reshape(-1) for unit in _units(case.y)]
        np.testing.assert_allclose(np.array(rows).reshape(dense.shape), dense, rtol=1e-12, atol=0)
        if case.on_kink:
            continue
        slopes = numeric_jacobian(case, slot)
        scale = np.max(np.abs(slopes), initial=0)
        np.testing.assert_allclose(dense, slopes, rtol=1e-6, atol=1e-9 * scale + 1e-18)


def _units(y: Array) -> Array:
    return np.eye(y.size)


def check_adjoint(op: Op, sample: Sample) -> None:
    """Pullback and pushforward are one matrix and its transpose: ⟨g, J t⟩ = ⟨Jᵀ g, t⟩."""
    case = Case(op, sample)
    for slot, local in case.slots():
        upstream, tangent = _random(case.y.shape, 1), _random(case.xs[slot].shape, 2)
        downstream, moved = local.pullback(upstream), local.pushforward(tangent)
        assert downstream.shape == tangent.shape
        assert moved.shape == upstream.shape
        norm = np.linalg.norm
        scale = norm(upstream.ravel()) * (norm(tangent.ravel()) + norm(moved.ravel()))
        gap = np.vdot(upstream, moved) - np.vdot(downstream, tangent)
        assert abs(gap) <= 1e-12 * scale, f"{op.name}, input {slot}: {gap} of {scale}"


def check_structure(op: Op, sample: Sample) -> None:
    """The declared structure is what the zeros and ones of the dense Jacobian look like."""
    for _, local in Case(op, sample).slots():
        assert local.structure in STRUCTURES
        dense = local.window(EVERYTHING, EVERYTHING)
        if dense.size:
            assert _fits(local, dense), f"{op.name}: not {local.structure}:\n{dense}"


def _fits(local: LinearMap, dense: Array) -> bool:
    rows, columns = dense.shape
    ones = bool(np.isin(dense, (0, 1)).all())
    match local.structure:
        case "identity":
            return rows == columns and np.array_equal(dense, np.eye(rows))
        case "diagonal":
            return rows == columns and np.array_equal(dense, np.diag(np.diag(dense)))
        case "broadcast":
            aligned = getattr(local, "aligned", local.input_shape)
            own = np.arange(columns).reshape(aligned)
            sources = np.broadcast_to(own, local.output_shape).reshape(-1)
            elsewhere = np.not_equal.outer(sources, np.arange(columns))
            return rows > columns and not dense[elsewhere].any()
        case "selection":
            return ones and bool((dense.sum(axis=1) <= 1).all())
        case "permutation":
            return ones and all((dense.sum(axis=axis) == 1).all() for axis in (0, 1))
        case "kronecker":
            factors = local.kronecker  # type: ignore[attr-defined]
            repeats = any(isinstance(factor, int) and factor > 1 for factor in factors)
            matrices = [np.eye(f) if isinstance(f, int) else f for f in factors]
            return repeats and np.allclose(functools.reduce(np.kron, matrices), dense, rtol=1e-14)
        case "block diagonal":
            return _blocks(dense) > 1
        case "dense":
            return _blocks(dense) <= 1
        case "toeplitz":
            return _slides(local, dense)
        case _:
            return True


def _slides(local: LinearMap, dense: Array) -> bool:
    """Whether the rows of the next place of a window are those of this one, moved by its stride.

    Where there is a column, or a row, of places: doubly blocked.
    """
    down, across = local.stride  # type: ignore[attr-defined]
    blocks = dense.reshape(local.jacobian_shape)  # (n, o, row, column, n, c, y, x)
    here, below = blocks[:, :, :-1, :, :, :, :-down], blocks[:, :, 1:, :, :, :, down:]
    left, right = blocks[..., :-1, :, :, :, :-across], blocks[..., 1:, :, :, :, across:]
    items = np.arange(local.output_shape[0])
    between = np.array(np.moveaxis(blocks, 4, 1))
    between[items, items] = 0
    moved = np.array_equal(here, below) and np.array_equal(left, right)
    return moved and not between.any()


def _blocks(dense: Array) -> int:
    """How many connected components rows and columns have, empty rows and columns left out."""
    left = {int(row) for row in np.flatnonzero(dense.any(axis=1))}
    blocks = 0
    while left:
        blocks += 1
        front = {left.pop()}
        while front:
            touched = dense[sorted(front)].any(axis=0)
            front = {int(row) for row in np.flatnonzero(dense[:, touched].any(axis=1))} & left
            left -= front
    return blocks


def check_sizes(op: Op, sample: Sample) -> None:
    """Shapes, counts and bytes are those of the matrix that is never built."""
    case = Case(op, sample)
    for slot, local in case.slots():
        x, y = case.xs[slot], case.y
        dense = local.window(EVERYTHING, EVERYTHING)
        assert local.jacobian_shape == (*y.shape, *x.shape)
        assert local.matrix_shape == (y.size, x.size)
        assert local.dense_nbytes == 8 * y.size * x.size
        assert local.nonzeros == np.count_nonzero(dense)
        held = {id(part): part.nbytes for part in _held_arrays(local)}
        assert {id(part) for part in local.stored()} == set(held)
        assert local.stored_nbytes == sum(held.values())
        assert all(0 <= axis < y.ndim for axis in local.summed_axes)
        compact = local.compact()
        assert compact is None or isinstance(compact, np.ndarray)


def _held_arrays(local: LinearMap) -> list[Array]:
    values = [getattr(local, field.name) for field in fields(local)]  # type: ignore[arg-type]
    parts = [part for value in values for part in (value if isinstance(value, tuple) else (value,))]
    return [part for part in parts if isinstance(part, np.ndarray)]


def check_windows(op: Op, sample: Sample) -> None:
    """A window is that part of the matrix, also where it is made from unit vectors."""
    rng = np.random.default_rng(3)
    for _, local in Case(op, sample).slots():
        dense = local.window(EVERYTHING, EVERYTHING)
        for _ in range(6):
            rows, columns = (slice(*sorted(rng.integers(0, n + 1, 2))) for n in dense.shape)
            np.testing.assert_array_equal(local.window(rows, columns), dense[rows, columns])
        if dense.size:
            by_units = LinearMap._window(local, *map(np.arange, dense.shape))
            np.testing.assert_allclose(by_units, dense, rtol=1e-14, atol=0)
            transposed = LinearMap._window(local, np.arange(dense.shape[0]), np.arange(1))
            np.testing.assert_allclose(transposed, dense[:, :1], rtol=1e-14, atol=0)


def check_formulas(op: Op, sample: Sample) -> None:
    """What is on screen is what runs: the formulas give the value and the downstream gradients."""
    case = Case(op, sample)
    value = _evaluate(op.formula.removeprefix("y = "), case)
    np.testing.assert_allclose(value.reshape(case.y.shape), case.y, rtol=1e-9, atol=1e-12)
    assert len(op.local_formulas) == len(op.inputs)
    upstream = _random(case.y.shape, 4)
    for slot, local in enumerate(case.locals):
        text = op.local_formulas[0 if op.variadic else slot]
        assert (text is None) == (local is None) == (not op.differentiable(slot))
        if text is not None and local is not None and case.y.size:
            expected, shown = local.pullback(upstream), _downstream(text, case, slot, upstream)
            np.testing.assert_allclose(shown, expected, rtol=1e-9, atol=1e-12, err_msg=text)


def _downstream(text: str, case: Case, slot: int, upstream: Array) -> Array:
    """The downstream gradient by its formula, as the docstring of `Op.local_formulas` reads it."""
    shape = case.xs[slot].shape
    if "@" in text:  # the formula speaks of one matrix of a stack
        stack = _as_stacks(case.xs)[slot].shape
        return sum_to_shape(_evaluate(text, case, slot, upstream), stack).reshape(shape)
    product = _evaluate(text, case, slot, upstream)
    if "upstream" not in text:
        product = product * _with_summed_axes(upstream, case)
    grown = np.broadcast_to(product, np.broadcast_shapes(product.shape, shape))
    return sum_to_shape(grown, shape)


def _evaluate(text: str, case: Case, slot: int = 0, upstream: Array | None = None) -> Array:
    xs, y = case.xs, case.y
    names = {**_FORMULA_NAMES, **case.attrs, "xs": xs, "i": slot}
    if "key" in names:
        names["key"] = parse_key(names["key"])
    if "@" in text:
        left, right = xs = _as_stacks(xs)
        output = (left @ right).shape
        y, upstream = y.reshape(output), None if upstream is None else upstream.reshape(output)
        text = text.replace(".T", ".mT")
    elif upstream is not None:
        y, upstream = _with_summed_axes(y, case), _with_summed_axes(upstream, case)
    names |= dict(zip(case.op.letters(len(xs)), xs, strict=True))
    return np.asarray(eval(text, names | {"y": y, "upstream": upstream}))


def _as_stacks(xs: tuple[Array, ...]) -> tuple[Array, ...]:
    left, right = xs
    return left[None] if left.ndim == 1 else left, right[:, None] if right.ndim == 1 else right


def _with_summed_axes(array: Array, case: Case) -> Array:
    if "keepdims" not in case.attrs:
        return array
    probe = np.zeros(case.xs[0].shape)
    return array.reshape(np.sum(probe, axis=case.attrs["axis"], keepdims=True).shape)


def _softmax(x: Array) -> Array:
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def _pair(written: Any) -> tuple[int, int]:
    return (written, written) if isinstance(written, int) else written


def _windows(
    x: Array, size: Any, stride: Any, padding: Any, dilation: Any = 1, fill: float = 0.0
) -> Array:
    """What a window sees, place by place: (N, C, rows, columns, kH, kW)."""
    (height, width), (apart, aside) = _pair(size), _pair(dilation)
    (down, across), (top, left) = _pair(size if stride is None else stride), _pair(padding)
    grown = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)), constant_values=fill)
    spans = apart * (height - 1) + 1, aside * (width - 1) + 1
    seen = [
        [
            grown[:, :, i : i + spans[0] : apart, j : j + spans[1] : aside]
            for j in range(0, grown.shape[3] - spans[1] + 1, across)
        ]
        for i in range(0, grown.shape[2] - spans[0] + 1, down)
    ]
    return np.array(seen).transpose(2, 3, 0, 1, 4, 5)


def _patches(
    x: Array, weight: Array, *, stride: Any, padding: Any, dilation: Any, groups: int
) -> Array:
    """What each filter sees of its group: (N, O, rows, columns, C / groups, kH, kW)."""
    seen = _windows(x, weight.shape[2:], stride, padding, dilation)
    own, each = weight.shape[1], len(weight) // groups
    return np.stack(
        [
            seen[:, o // each * own :][:, :own].transpose(0, 2, 3, 1, 4, 5)
            for o in range(len(weight))
        ],
        axis=1,
    )


def _put_back(
    parts: Array, x: Array, *, stride: Any, padding: Any, dilation: Any = 1, groups: int = 1
) -> Array:
    """Every number added where `_windows`, or `_patches`, saw it: by numbering what is seen."""
    numbers = np.arange(1, x.size + 1).reshape(x.shape)
    if parts.ndim == 7:
        form = np.zeros((parts.shape[1], *parts.shape[4:]))
        seen = _patches(
            numbers, form, stride=stride, padding=padding, dilation=dilation, groups=groups
        )
    else:
        seen = _windows(numbers, parts.shape[4:], stride, padding)
    received = np.zeros(x.size + 1)
    np.add.at(received, seen.astype(int), parts)
    return received[1:].reshape(x.shape)


def _first(marks: Array) -> Array:
    """The first mark of each window, by rows."""
    flat = marks.reshape(*marks.shape[:4], -1)
    return (flat & (np.cumsum(flat, axis=-1) == 1)).reshape(marks.shape)


def _normalised(x: Array, axes: tuple[int, ...], eps: float) -> Array:
    spread = np.sqrt(np.var(x, axis=axes, keepdims=True) + eps)
    return (x - np.mean(x, axis=axes, keepdims=True)) / spread


def _scatter_add(zeros: Array, key: Any, values: Array) -> Array:
    np.add.at(zeros, key, values)
    return zeros


_NUMPY_NAMES = (
    *("abs", "arange", "argsort", "array", "broadcast_to", "clip", "concatenate", "cos", "cumsum"),
    *("dot", "exp", "inf", "log", "max", "maximum", "mean", "min", "minimum", "reshape", "sign"),
    *("sin", "split", "sqrt", "stack", "sum", "take", "tanh", "transpose", "var", "where"),
    "zeros_like",
)
_FORMULA_NAMES: dict[str, Any] = {
    "__builtins__": {},
    **{name: getattr(np, name) for name in _NUMPY_NAMES},
    "softmax": _softmax,
    "log_softmax": lambda x: np.log(_softmax(x)),
    "one_hot": lambda target, scores: np.eye(scores.shape[-1])[target],
    "picked": lambda scores, target: np.take_along_axis(scores, target[..., None], axis=-1),
    "scatter_add": _scatter_add,
    "drawn": lambda x, seed: np.random.default_rng(seed).random(x.shape),
    "windows": _windows,
    "patches": _patches,
    "put_back": _put_back,
    "first": _first,
    "expand": lambda weight: weight[:, None, None],
    "equal_shares": lambda size: np.full(_pair(size), 1 / np.prod(_pair(size))),
    "batch": lambda x: (0, *range(2, x.ndim)),
    "last": lambda weight: tuple(range(-weight.ndim, 0)),
    "per_channel": lambda array, x: array.reshape(-1, *[1] * (x.ndim - 2)),
    "normalised": _normalised,
}
"""NumPy's names, and some that say in a word what NumPy says in a line."""


def check_unmodified(op: Op, sample: Sample) -> None:
    """Nothing that an op or its maps are given is written to."""
    attrs = op.complete(sample.attrs)
    xs = [np.array(x) for x in sample.arrays]
    before = [x.tobytes() for x in xs]
    y = np.array(op.forward(*xs, **attrs))
    value = y.tobytes()
    for local, x in zip(op.local(y, *xs, **attrs), xs, strict=True):
        if local is not None:
            upstream, tangent = _random(y.shape, 5), _random(x.shape, 6)
            given = upstream.tobytes(), tangent.tobytes()
            local.pullback(upstream)
            local.pushforward(tangent)
            assert given == (upstream.tobytes(), tangent.tobytes())
    assert before == [x.tobytes() for x in xs], f"{op.name} writes to its inputs"
    assert value == y.tobytes()


def check_precision(op: Op, sample: Sample) -> None:
    """Half and single precision stay what they are, forwards, in the map, and backwards."""
    exact = Case(op, sample)
    for dtype, tolerance in ((np.float32, 1e-4), (np.float16, 0.1)):
        with np.errstate(over="ignore"):
            case = Case(op, sample, dtype)
        for slot, local in case.slots():
            assert case.y.dtype == case.xs[slot].dtype == dtype
            upstream, tangent = (
                _random(case.y.shape, 7, dtype),
                _random(local.input_shape, 8, dtype),
            )
            assert local.pullback(upstream).dtype == dtype
            assert local.pushforward(tangent).dtype == dtype
            for part in _held_arrays(local):
                assert part.dtype in (dtype, np.bool_, np.intp)
        if np.max(np.abs(exact.y), initial=0) < 1e3:
            np.testing.assert_allclose(case.y, exact.y, rtol=tolerance, atol=tolerance)


CHECKS = (
    check_shape_and_dtype,
    check_local,
    check_adjoint,
    check_structure,
    check_sizes,
    check_windows,
    check_formulas,
    check_unmodified,
    check_precision,
)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(("op", "sample"), CASES)
def test_law(op: Op, sample: Sample, check: Any) -> None:
    check(op, sample)


# The record itself --------------------------------------------------------------------------------


@pytest.mark.parametrize("op", RECORDS)
def test_the_record_is_complete(op: Op) -> None:
    assert OPS[op.name] is op
    assert op.formula.startswith("y = ")
    assert op.note.endswith(".")
    assert len(op.symbol) <= 9
    assert (op.kink is None) == (op.at_kinks == "")
    assert len(op.bounds) in (0, len(op.inputs))
    for name, attribute in op.attrs.items():
        assert attribute.kind in ATTRIBUTE_SCHEMAS
        assert attribute.note
        if not attribute.required:
            assert attribute.canonical(name, attribute.default) == attribute.default
        json.dumps(attribute.default)


@pytest.mark.parametrize("op", RECORDS)
def test_a_record_says_why_its_local_gradient_is_zero_exactly_where_it_can_be(op: Op) -> None:
    assert (op.zero_because != "") == _can_stop_a_gradient(op)
    assert not op.zero_because.endswith(".")
    assert op.zero_because[:1].islower() or not op.zero_because


def test_control_a_missing_and_a_needless_reason_are_noticed() -> None:
    assert _can_stop_a_gradient(OPS["relu"])
    assert not _can_stop_a_gradient(OPS["add"])
    assert not _can_stop_a_gradient(OPS["concatenate"])


EXTREMES = (1.0, 0.0, 1e3, -1e3, 1e200)
"""What the samples are multiplied with to bring gates to their flat ends."""


def _can_stop_a_gradient(op: Op) -> bool:
    """Whether some element of some input has no effect, at samples or far out."""
    cases = itertools.product(op.samples, EXTREMES, (slice(None), slice(0, 1)))
    return any(_is_without_effect(local) for case in cases for local in _far_out(op, *case))


def _far_out(op: Op, sample: Sample, factor: float, which: slice) -> tuple[LinearMap | None, ...]:
    xs = list(sample.arrays)
    xs[which] = [x * factor if x.dtype.kind == "f" else x for x in xs[which]]
    with np.errstate(all="ignore"):
        return Case(op, Sample(tuple(xs), sample.attrs)).locals


def _is_without_effect(local: LinearMap | None) -> bool:
    if local is None or 0 in local.matrix_shape:
        return False
    dense = local.window(EVERYTHING, EVERYTHING)
    return not dense.any(axis=0).all()


@pytest.mark.parametrize("op", ELEMENTWISE)
def test_samples_cover_the_ranks_and_both_ways_of_broadcasting(op: Op) -> None:
    shapes = [tuple(x.shape for x in sample.arrays) for sample in op.samples]
    outputs = [op.shape(*some) for some in shapes]
    assert any(output == () for output in outputs)
    assert any(0 in output for output in outputs)
    if len(op.inputs) > 1:
        for slot in range(len(op.inputs)):
            assert any(
                output != some[slot] for output, some in zip(outputs, shapes, strict=True)
            ), f"input {slot} is never repeated"


def test_every_op_is_in_one_family_and_numpy_functions_mean_one_op() -> None:
    assert [op for family in FAMILIES.values() for op in family] == list(OPS.values())
    functions = [function for op in OPS.values() for function in set(op.numpy)]
    assert len(functions) == len(set(functions))


REJECTIONS = [
    pytest.param(op, rejection, id=f"{op.name}-{number}")
    for op in OPS.values()
    for number, rejection in enumerate(op.rejections)
]


@pytest.mark.parametrize(("op", "rejection"), REJECTIONS)
def test_a_rejection_says_why(op: Op, rejection: Any) -> None:
    arrays = [np.asarray(value) for value in rejection.inputs]

    def describe() -> None:
        attrs = op.complete(rejection.attrs)
        op.dtype(*(x.dtype for x in arrays))
        op.shape(*(x.shape for x in arrays), **attrs)

    with pytest.raises(Mismatch, match=re.escape(rejection.words)):
        describe()


@pytest.mark.parametrize("op", RECORDS)
def test_a_wrong_number_of_inputs_is_refused(op: Op) -> None:
    wrong = [0] if op.variadic else [0, len(op.inputs) + 1]
    for count in wrong:
        with pytest.raises(Mismatch, match=rf"^{op.name} takes .* got {count}\.$"):
            op.letters(count)


@pytest.mark.parametrize("op", RECORDS)
def test_unknown_missing_and_ill_typed_attributes_are_refused(op: Op) -> None:
    with pytest.raises(Mismatch, match=f"^{op.name} has no attribute 'colour'"):
        op.complete({"colour": 1})
    required = {name: op.samples[0].attrs[name] for name in op.attrs if op.attrs[name].required}
    for name, attribute in op.attrs.items():
        if attribute.required:
            with pytest.raises(Mismatch, match=f"^{op.name} needs the attribute '{name}'"):
                op.complete({})
        for wrong in ({"a": 1}, 1 + 2j, [["x"]]):
            with pytest.raises(Mismatch, match=f"^{op.name}: '{name}'"):
                op.complete({**required, name: wrong})


def test_a_mistyped_attribute_is_told_its_neighbour() -> None:
    with pytest.raises(Mismatch, match=r"Did you mean 'negative_slope'\?"):
        OPS["leaky_relu"].complete({"negative_slop": 0.1})


def test_attributes_come_in_canonical_form() -> None:
    assert OPS["sum"].complete({"axis": [np.int64(0), 1]}) == {"axis": (0, 1), "keepdims": False}
    assert OPS["clip"].complete({"max": 1}) == {"min": None, "max": 1.0}
    assert OPS["reshape"].complete({"shape": 4}) == {"shape": (4,)}
    assert OPS["getitem"].complete({"key": (slice(1, None), 0)}) == {"key": "1:, 0"}
    assert OPS["getitem"].complete({"key": " 1 : ,0,"}) == {"key": "1:, 0"}


def test_attributes_beyond_the_possible_are_refused() -> None:
    with pytest.raises(Mismatch, match="too large for float64"):
        OPS["elu"].complete({"alpha": 10**400})
    with pytest.raises(Mismatch, match="at most 64 axes"):
        OPS["reshape"].complete({"shape": [1] * 65})


# Random shapes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", ELEMENTWISE)
def test_any_shapes_that_broadcast(op: Op) -> None:
    shapes = mutually_broadcastable_shapes(
        num_shapes=len(op.inputs), min_side=0, max_dims=3, max_side=3
    )

    @settings(max_examples=12, derandomize=True, deadline=None, database=None)
    @given(shapes, st.integers(0, 2**20))
    def holds(drawn: BroadcastableShapes, seed: int) -> None:
        sample = Sample(_within_bounds(op, drawn.input_shapes, seed))
        for check in (check_shape_and_dtype, check_local, check_adjoint, check_structure):
            check(op, sample)

    holds()


def _within_bounds(op: Op, shapes: tuple[Shape, ...], seed: int) -> tuple[Array, ...]:
    rng = np.random.default_rng(seed)
    bounds = op.bounds or ((-3.0, 3.0),) * len(shapes)
    return tuple(rng.uniform(*b, shape) for b, shape in zip(bounds, shapes, strict=True))


@settings(max_examples=40, derandomize=True, deadline=None, database=None)
@given(
    mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=3),
    st.integers(0, 2**20),
)
def test_any_shapes_that_multiply_as_matrices(drawn: BroadcastableShapes, seed: int) -> None:
    sample = Sample(_within_bounds(OPS["matmul"], drawn.input_shapes, seed))
    for check in CHECKS:
        check(OPS["matmul"], sample)


# Size ---------------------------------------------------------------------------------------------


def test_a_wide_relu_has_a_mask_and_no_matrix() -> None:
    x = _random((100, 4096), 9)
    (local,) = OPS["relu"].local(np.maximum(x, 0), x)
    assert local is not None
    assert local.matrix_shape == (409_600, 409_600)
    assert local.stored_nbytes == 409_600
    assert local.dense_nbytes == 8 * 409_600**2
    near = local.window(slice(200_000, 200_040), slice(200_000, 200_040))
    np.testing.assert_array_equal(near, np.diag((x.flat[200_000:200_040] > 0).astype(float)))


def test_a_window_on_a_large_product_reads_only_what_it_shows() -> None:
    a, b = _random((300, 300), 10), _random((300, 300), 11)
    left, right = OPS["matmul"].local(a @ b, a, b)
    assert left is not None
    assert right is not None
    assert left.matrix_shape == (90_000, 90_000)
    near = slice(45_000, 45_300)  # all of output row 150
    np.testing.assert_array_equal(left.window(near, near), b.T)
    np.testing.assert_array_equal(right.window(slice(0, 90_000, 300), slice(0, 90_000, 300)), a)


# The control: a record that is wrong in one place is refused -------------------------------------


def _scaled_locals(op: Op, by: float) -> Any:
    """`op.local` whose maps are all wrong by a factor."""

    class Wrong(type(op)):  # type: ignore[misc]
        def local(self, y: Array, *xs: Array, **attrs: Any) -> tuple[LinearMap | None, ...]:
            return tuple(
                None if local is None else _ScaledMap(local, by)
                for local in super().local(y, *xs, **attrs)
            )

    return Wrong(**{field.name: getattr(op, field.name) for field in fields(op)})


class _ScaledMap(LinearMap):
    def __init__(self, right: LinearMap, by: float) -> None:
        self.right, self.by = right, by
        self.output_shape, self.input_shape = right.output_shape, right.input_shape

    @property
    def structure(self) -> str:
        return self.right.structure

    @property
    def nonzeros(self) -> int:
        return self.right.nonzeros

    def pullback(self, upstream: Array) -> Array:
        return self.right.pullback(upstream) * self.by

    def pushforward(self, tangent: Array) -> Array:
        return self.right.pushforward(tangent) * self.by


DIFFERENTIABLE = [
    pytest.param(op, id=op.name) for op in OPS.values() if any(map(op.differentiable, range(1)))
]


def _first_sample(op: Op) -> Sample:
    """The first sample with several elements that is off the kinks."""
    return next(
        sample
        for sample in op.samples
        if sample.arrays[0].size > 1 and not Case(op, sample).on_kink
    )


@pytest.mark.parametrize("op", DIFFERENTIABLE)
def test_control_a_gradient_wrong_by_a_thousandth(op: Op) -> None:
    check_local(_scaled_locals(op, 1.0), _first_sample(op))
    with pytest.raises(AssertionError):
        check_local(_scaled_locals(op, 1.001), _first_sample(op))
    with pytest.raises(AssertionError):
        check_formulas(_scaled_locals(op, 1.001), _first_sample(op))


class _OneSided(Diagonal):
    """Right going back, wrong going forward."""

    def pushforward(self, tangent: Array) -> Array:
        return super().pushforward(tangent) * 1.001


class _Claims(Diagonal):
    structure = "identity"


class _Miscounts(Diagonal):
    nonzeros = 2
    stored_nbytes = 1


class _ShiftedWindow(Diagonal):
    def _window(self, rows: Array, columns: Array) -> Array:
        return super()._window(rows + 1, columns)


def _with_map(kind: Any) -> Op:
    """`square` with maps of another kind."""
    op = OPS["square"]

    class Wrong(type(op)):  # type: ignore[misc]
        def local(self, y: Array, *xs: Array, **attrs: Any) -> tuple[LinearMap | None, ...]:
            return tuple(kind(2 * x, y.shape, x.shape) for x in xs)

    return Wrong(**{field.name: getattr(op, field.name) for field in fields(op)})


_SQUARE, _MULTIPLY, _MATMUL = OPS["square"], OPS["multiply"], OPS["matmul"]
_VECTOR = Sample(([1.0, -2.0, 3.0],))
_PAIR = Sample(([1.0, -2.0, 3.0], [0.5, 1.5, 2.0]))
_MATRICES = Sample((np.arange(1.0, 7.0).reshape(2, 3), np.arange(1.0, 7.0).reshape(3, 2)))


def _overwriting(a: Array, b: Array) -> Array:
    return np.multiply(a, b, out=a)


CONTROLS: dict[str, tuple[Any, Op, Sample]] = {
    "derivative wrong by 0.1 %": (
        check_local,
        replace(_MULTIPLY, derivatives=(lambda y, a, b: b, lambda y, a, b: 1.001 * a)),
        _PAIR,
    ),
    "derivatives exchanged": (
        check_local,
        replace(_MULTIPLY, derivatives=_MULTIPLY.derivatives[::-1]),  # type: ignore[attr-defined]
        _PAIR,
    ),
    "sides exchanged": (
        check_local,
        replace(
            _MATMUL,
            local_rule=lambda y, a, b: _MATMUL.local(y, b, a),
        ),
        _MATRICES,
    ),
    "forward wrong by 0.1 %": (
        check_local,
        replace(_SQUARE, forward=lambda x: 1.001 * np.square(x)),
        _VECTOR,
    ),
    "formula wrong by 0.1 %": (
        check_formulas,
        replace(_SQUARE, formula="y = 1.001 * x**2"),
        _VECTOR,
    ),
    "local formula wrong": (check_formulas, replace(_SQUARE, local_formulas=("x",)), _VECTOR),
    "local formula not transposed": (
        check_formulas,
        replace(_MATMUL, local_formulas=("upstream @ b", "a.T @ upstream")),
        Sample((np.eye(2), np.array([[1.0, 2.0], [3.0, 4.0]]))),
    ),
    "gradient denied": (check_formulas, replace(_SQUARE, local_formulas=(None,)), _VECTOR),
    "shape": (
        check_shape_and_dtype,
        replace(_MATMUL, shape_rule=lambda a, b: (a[0], b[0])),
        _MATRICES,
    ),
    "dtype": (
        check_shape_and_dtype,
        replace(_SQUARE, dtype_rule=lambda x: np.dtype(np.float64)),
        _VECTOR,
    ),
    "precision of the value": (
        check_precision,
        replace(_SQUARE, forward=lambda x: np.square(np.asarray(x, np.float64))),
        _VECTOR,
    ),
    "precision of the gradient": (
        check_precision,
        replace(_SQUARE, derivatives=(lambda y, x: np.float64(2) * x,)),
        _VECTOR,
    ),
    "input overwritten": (check_unmodified, replace(_MULTIPLY, forward=_overwriting), _PAIR),
    "structure": (check_structure, _with_map(_Claims), _VECTOR),
    "forward and back disagree": (check_adjoint, _with_map(_OneSided), _VECTOR),
    "counts": (check_sizes, _with_map(_Miscounts), _VECTOR),
    "window": (check_windows, _with_map(_ShiftedWindow), Sample(([1.0, 2.0],))),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_control_the_laws_object(name: str) -> None:
    check, op, sample = CONTROLS[name]
    with pytest.raises((AssertionError, IndexError, ValueError)):
        check(op, sample)


def test_control_the_unharmed_records_pass() -> None:
    for op, sample in ((_SQUARE, _VECTOR), (_MULTIPLY, _PAIR), (_MATMUL, _MATRICES)):
        for check in CHECKS:
            check(op, sample)
    for check in CHECKS:
        check(_with_map(Diagonal), _VECTOR)


STRUCTURE_CLAIMS = {
    "identity": np.diag([1.0, 2.0]),
    "diagonal": np.array([[1.0, 0.0], [0.5, 1.0]]),
    "selection": np.array([[1.0, 1.0], [0.0, 1.0]]),
    "permutation": np.array([[1.0, 0.0], [1.0, 0.0]]),
    "block diagonal": np.array([[1.0, 1.0], [0.0, 1.0]]),
    "dense": np.diag([1.0, 2.0]),
}


@pytest.mark.parametrize("claim", STRUCTURE_CLAIMS)
def test_control_a_structure_is_not_believed(claim: str) -> None:
    class Claims(Diagonal):
        structure = claim

    assert not _fits(Claims(1.0, (2,), (2,)), STRUCTURE_CLAIMS[claim])


def test_control_kronecker_and_broadcast_are_not_believed() -> None:
    summing = Reduction(1.0, (1,), (2,), (2, 3))
    assert _fits(summing, summing.window(EVERYTHING, EVERYTHING))
    assert not _fits(summing, np.ones((2, 6)))
    repeated = Diagonal(1.0, (2, 2), (2,))
    assert _fits(repeated, repeated.window(EVERYTHING, EVERYTHING))
    assert not _fits(repeated, np.ones((4, 2)))
