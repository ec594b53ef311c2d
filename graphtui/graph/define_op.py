"""Ops of the user's own: two functions of a program become the record of an op.

What their results must be is said in `ops.user_op`. Here they are read and called, in the process
that they were written in; `remote_op` is for those of a file that runs in a worker.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np

from graphtui.errors import Place, Problem, UserCodeError
from graphtui.graph.build import function_of
from graphtui.graph.described import Described
from graphtui.graph.refusal import refuse
from graphtui.graph.tensor import Tensor
from graphtui.graph.user_error import call_error
from graphtui.graph.values import MOST_AXES
from graphtui.graph.wording import brief, quoted
from graphtui.ops import OPS
from graphtui.ops.attribute import Attribute
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import LEAVES, DType, float_dtype
from graphtui.ops.point import NoVjp, Result, block_by_rows
from graphtui.ops.user_op import (
    as_gradient,
    as_gradients,
    as_value,
    made_up,
    own_attribute,
    user_op,
)

Function = Callable[..., Any]
_Looked = TypeVar("_Looked")


def define_op(
    name: str,
    forward: Function,
    vjp: Function | Sequence[Function | None] | None = None,
    *,
    shape: Function | None = None,
) -> Callable[..., Tensor]:
    """An op of your own: a function that takes described values, as those of `graphtui` do.

        cube = define_op(
            "cube",
            forward=lambda x: x**3,
            vjp=lambda upstream, y, x: 3 * x**2 * upstream,
        )
        y = cube(x)

    It is stepped, watched and checked as any other op; `gradcheck` names the element where the vjp
    is wrong. In a file that `graphtui` opens, both functions run in the file's own process: what
    they raise, a crash and an endless loop are faults at the node. They are called more often than
    once: forward when the op is used, to find out what it gives, and the vjp with unit vectors, to
    find out what the Jacobian looks like.

    >>> from graphtui.graph.build import input
    >>> double = define_op("double", lambda x: 2 * x, lambda upstream, y, x: 2 * upstream)
    >>> double(input([1.0, 5.0]))
    <Tensor double (2,) float64>

    Args:
        name: what it is called on screen; no op of graphtui has that name.
        forward: `forward(*arrays, **attributes)` gives a new array. Its parameters without a
            default are the inputs, `*xs` being one or more; the others are attributes: numbers,
            text, True, False, None and tuples of these. The arrays are read-only.
        vjp: `vjp(upstream, y, *arrays, **attributes)` gives the gradient of each input, of that
            input's shape: one array if there is one input, else a tuple. None in it means that no
            gradient flows, so that the input receives 0. Of the attributes it gets those that it
            names. Or a tuple with such a function for each input, None for one that backward shall
            not go to at all. Without a vjp, or where it raises NotImplementedError, the gradient is
            measured by differences of forward, and marked as numeric.
        shape: `shape(*shapes, **attributes)` gives the shape of the result, which is floating then.
            Without it, forward is called once, when the op is used, with made-up numbers of the
            inputs' shapes: floats between 0.5 and 1.5, whole numbers 0.

    Raises:
        DescriptionError: the name is taken, or the functions cannot be called like this.
    """
    _check_name(name)
    if not callable(forward):
        refuse(f"define_op '{name}': forward must be a function, got {brief(repr(forward))}.")
    inputs, attrs = _parameters(name, forward)
    backward = _read_vjp(name, vjp, inputs, attrs)
    flows = tuple(each is not None for each in backward.each) or (True,) * len(inputs)
    functions = LocalFunctions(name, inputs, forward, backward, flows, shape)
    op = user_op(
        name=name,
        inputs=inputs,
        attrs=attrs,
        functions=functions,
        backward=backward.name,
        differentiable=flows,
    )
    return function_of(op)


# Reading the functions --------------------------------------------------------------------------


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.isidentifier():
        refuse(f"an op is called by one word, such as 'my_op', got {brief(repr(name))}.")
    if name in OPS or name in LEAVES:
        refuse(f"define_op: graphtui has an op called '{name}'. Choose a name such as 'my_{name}'.")


def _parameters(name: str, forward: Function) -> tuple[tuple[str, ...], Mapping[str, Attribute]]:
    """The inputs and the attributes that a forward takes, by its signature."""
    if isinstance(forward, np.ufunc):
        return ("x",) if forward.nin == 1 else tuple("abcd"[: forward.nin]), {}
    inputs: list[str] = []
    attrs: dict[str, Attribute] = {}
    for each in _signature(name, "forward", forward).parameters.values():
        if each.kind is each.VAR_POSITIONAL:
            inputs.append(f"*{each.name}")
        elif each.kind is each.VAR_KEYWORD:
            continue
        elif each.default is each.empty and each.kind is not each.KEYWORD_ONLY:
            inputs.append(each.name)
        elif each.name == "name":
            refuse(f"define_op '{name}': 'name' names a node. Call that attribute something else.")
        elif (attribute := _attribute(each)) is not None:
            attrs[each.name] = attribute
    if not inputs:
        refuse(f"define_op '{name}': forward takes no input. Give it a parameter: forward(x).")
    if any(letter.startswith("*") for letter in inputs) and len(inputs) > 1:
        refuse(f"define_op '{name}': forward takes either some inputs or *{inputs[-1].strip('*')}.")
    return tuple(inputs), attrs


def _attribute(parameter: inspect.Parameter) -> Attribute | None:
    """The attribute that a parameter is; None where its default is nothing plain, and so stays."""
    if parameter.default is parameter.empty:
        return own_attribute(required=True)
    if parameter.kind is parameter.POSITIONAL_ONLY:
        return None
    try:
        return own_attribute(parameter.default)
    except Mismatch:
        return None


def _signature(name: str, what: str, function: Function) -> inspect.Signature:
    try:
        return inspect.signature(function)
    except (ValueError, TypeError):
        message = f"Python does not say what {brief(repr(function))} takes."
        refuse(f"define_op '{name}', {what}: {message} Wrap it: lambda x: …")


class Backward(NamedTuple):
    """What there is of a vjp."""

    whole: Function | None = None
    """One function for all inputs."""
    each: tuple[Function | None, ...] = ()
    """One function per input."""
    attrs: Mapping[int, frozenset[str]] = {}
    """The attributes that each of these functions names, by the function's identity."""
    name: str = ""
    """What it is called in formulas; "" where there is none."""

    def call(self, function: Function, *args: Any, attrs: Mapping[str, Any]) -> Any:
        """The answer of one of the functions, given the attributes that it names."""
        names = self.attrs[id(function)]
        return function(*args, **{key: value for key, value in attrs.items() if key in names})


def _read_vjp(
    name: str,
    vjp: Function | Sequence[Function | None] | None,
    inputs: tuple[str, ...],
    attrs: Mapping[str, Attribute],
) -> Backward:
    if vjp is None:
        return Backward()
    several = tuple(vjp) if isinstance(vjp, (tuple, list)) else ()
    if several and (len(several) != len(inputs) or inputs[0].startswith("*")):
        refuse(
            f"define_op '{name}': the vjp is a tuple of {len(several)} for the inputs "
            f"({', '.join(inputs)}). Give a function for each, or one for all."
        )
    functions = [each for each in several or (vjp,) if each is not None]
    for each in functions:
        if not callable(each):
            refuse(f"define_op '{name}': vjp must be a function, got {brief(repr(each))}.")
    called = {id(each): _named_attrs(name, each, inputs, attrs) for each in functions}
    title = "vjp" if several else getattr(vjp, "__name__", "")
    title = title if title.isidentifier() else "vjp"
    return Backward(None if several else vjp, several, called, title)  # type: ignore[arg-type]


def _named_attrs(
    name: str, vjp: Function, inputs: tuple[str, ...], attrs: Mapping[str, Attribute]
) -> frozenset[str]:
    """The attributes that a vjp names; refused if it cannot be called as it is going to be."""
    signature = _signature(name, "vjp", vjp)
    named = set(attrs)
    if not any(each.kind is each.VAR_KEYWORD for each in signature.parameters.values()):
        named &= set(signature.parameters)
    try:
        signature.bind(*["upstream", "y", *inputs], **dict.fromkeys(named))
    except TypeError as error:
        listed = ", ".join(["upstream", "y", *inputs])
        refuse(
            f"define_op '{name}': the vjp takes {signature}, but it is called as vjp({listed}): "
            f"{error}. Let it take what comes from the loss, the result, and every input."
        )
    return frozenset(named)


# Calling them -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class LocalFunctions:
    """The user's functions, called right here."""

    name: str
    inputs: tuple[str, ...]
    function: Function
    backward: Backward
    flows: tuple[bool, ...]
    rule: Function | None

    def result(
        self, shapes: Sequence[Shape], dtypes: Sequence[DType], attrs: Mapping[str, Any]
    ) -> Result:
        """Shape and dtype of what forward gives for inputs of these."""
        if self.rule is not None:
            shape = self._called("shape", self.rule, partial(self.rule, *shapes, **attrs))
            return self._as_shape(shape), float_dtype(*dtypes)
        xs = [made_up(*each) for each in zip(shapes, dtypes, strict=True)]
        try:
            value = self.forward(xs, attrs)
        except UserCodeError as error:
            raise UserCodeError(
                f"{str(error).removesuffix('.')}, when it was tried on made-up numbers. "
                "Mend it, or tell define_op the shape=.",
                error.problems,
            ) from None
        return value.shape, value.dtype

    def _as_shape(self, answer: Any) -> Shape:
        sizes = answer if isinstance(answer, (tuple, list)) else (answer,)
        whole = all(isinstance(n, (int, np.integer)) and n >= 0 for n in sizes)
        if not whole or len(sizes) > MOST_AXES:
            raise self._wrong("shape", self.rule, f"gave {brief(repr(answer))}, which is no shape")
        return tuple(int(n) for n in sizes)

    def forward(self, xs: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        """What the forward gives, as an array of its own."""
        call = partial(self.function, *map(_read_only, xs), **attrs)
        answer = self._called("forward", self.function, call)
        if isinstance(answer, Described):
            raise self._wrong("forward", self.function, _DESCRIBED)
        try:
            return as_value(answer)
        except Mismatch as mismatch:
            raise self._wrong("forward", self.function, str(mismatch)) from None

    def vjp(
        self, upstream: Array, y: Array, xs: Sequence[Array], attrs: Mapping[str, Any]
    ) -> Sequence[Array | None]:
        """What the vjp gives, one array per input, None where no gradient flows."""
        arrays = [_read_only(each) for each in (upstream, y, *xs)]
        whole, letters = self.backward.whole, self._letters(len(xs))
        if whole is not None:
            answer = self._called_back(whole, arrays, attrs)
            return self._looked_at(whole, lambda: as_gradients(answer, letters, xs))
        found: list[Array | None] = []
        for function, letter, x in zip(self.backward.each, letters, xs, strict=True):
            if function is None or x.dtype.kind != "f":
                found.append(None)
                continue
            answer = self._called_back(function, arrays, attrs)
            found.append(self._looked_at(function, partial(as_gradient, answer, letter, x)))
        return found

    def block(
        self,
        slot: int,
        rows: Array,
        columns: Array,
        y: Array,
        xs: Sequence[Array],
        attrs: Mapping[str, Any],
    ) -> Array:
        """Rows and columns of the Jacobian matrix by input `slot`, a vjp a row."""
        return block_by_rows(lambda unit: self.vjp(unit, y, xs, attrs), slot, rows, columns, y)

    def defined(self, what: str) -> Place | None:
        """The line where one of the functions begins, as far as it tells."""
        function = self.function
        if what == "vjp":
            function = self.backward.whole or next(filter(None, self.backward.each), function)
        return _definition(function)

    def _called_back(self, function: Function, arrays: Sequence[Array], attrs: Any) -> Any:
        call = partial(self.backward.call, function, *arrays, attrs=attrs)
        return self._called("vjp", function, call)

    def _called(self, what: str, function: Function | None, call: Callable[[], Any]) -> Any:
        """What a call of the user's gives; whatever it raises becomes an error with its place."""
        # A NaN is found in the numbers, so nothing is warned of. Who asks NumPy is told, though.
        quiet = {kind: "ignore" for kind, how in np.geterr().items() if how == "warn"}
        try:
            with np.errstate(**quiet):  # type: ignore[arg-type]
                return call()
        except NotImplementedError as error:
            if what == "vjp":
                raise NoVjp from None
            raise self._stopped(error, what, function) from None
        except (Exception, SystemExit) as error:
            raise self._stopped(error, what, function) from None

    def _stopped(self, error: BaseException, what: str, function: Any) -> UserCodeError:
        place = _definition(function)
        return call_error(error, f"the {what} of {quoted(self.name)}", place.file if place else "")

    def _looked_at(self, function: Function, look: Callable[[], _Looked]) -> _Looked:
        try:
            return look()
        except Mismatch as mismatch:
            raise self._wrong("vjp", function, str(mismatch)) from None

    def _wrong(self, what: str, function: Any, message: str) -> UserCodeError:
        """The error that says what one of the functions gave instead of what it should."""
        place = _definition(function)
        where = f", {place}," if place else ""
        text = f"the {what} of {quoted(self.name)}{where} {message}."
        return UserCodeError(text, [Problem(text, place, code="user-code")])

    def _letters(self, count: int) -> Sequence[str]:
        stem = self.inputs[0].lstrip("*").rstrip("s")
        several = self.inputs[0].startswith("*")
        return [f"{stem}{i}" for i in range(count)] if several else self.inputs


_DESCRIBED = (
    "gave a described value. It computes with NumPy arrays: use NumPy's functions in it, and make "
    "every described value that it reads an input"
)


def _read_only(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view


def _definition(function: Any) -> Place | None:
    code = getattr(function, "__code__", None)
    return Place(code.co_filename, code.co_firstlineno) if code is not None else None
