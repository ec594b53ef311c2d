"""The functions of a user's op, called right here, in the process that they were written in.

What their results must be is said in `ops.user_op`; whatever they raise becomes an error with the
user's own line. For a file that runs in a worker, `remote_op` stands in for this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np

from graphtui.errors import Place, Problem, UserCodeError
from graphtui.graph.python.described import Described
from graphtui.graph.python.user_error import call_error
from graphtui.graph.values import MOST_AXES
from graphtui.graph.wording import brief, quoted
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import DType, float_dtype
from graphtui.ops.point import NoVjp, Result, block_by_rows
from graphtui.ops.user_op import as_gradient, as_gradients, as_value, made_up

Function = Callable[..., Any]
_Looked = TypeVar("_Looked")


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


@dataclass(frozen=True, slots=True, eq=False)
class LocalFunctions:
    """The user's functions, called right here."""

    name: str
    inputs: tuple[str, ...]
    function: Function
    backward: Backward
    rule: Function | None
    """From the shapes of the inputs to that of the result; None means that forward is tried."""

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
