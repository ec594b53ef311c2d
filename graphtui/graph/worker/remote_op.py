"""Ops of a description that runs in a worker: their functions are called there, by message.

Whatever happens to the program in such a call (an exception, a crash, a loop without an end) is an
error here, so that it becomes a fault at the op's node. After a crash nothing can be asked any
more, and the error says since when.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from graphtui.errors import LOAD_AGAIN, LimitError, Place, Problem, UserCodeError
from graphtui.graph.wording import quoted
from graphtui.graph.worker import wire
from graphtui.graph.worker.process import PATIENCE, Cancelled, Silence, WorkerProcess
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import DType
from graphtui.ops.point import PROBE_SECONDS, NoVjp, Result
from graphtui.ops.user_op import UserOp


def remote_ops(
    documents: Sequence[Mapping[str, Any]], process: WorkerProcess, timeout: float
) -> list[UserOp]:
    """The ops that a message describes, called in `process`, each call within `timeout` seconds."""
    return [
        wire.op_from(each, RemoteFunctions(process, number, each["name"], each["places"], timeout))
        for number, each in enumerate(documents)
    ]


class RemoteFunctions:
    """The user's functions of one op, called in the process of its description."""

    def __init__(
        self,
        process: WorkerProcess,
        number: int,
        name: str,
        places: Mapping[str, tuple[str, int]],
        timeout: float,
    ) -> None:
        self._process = process
        self._number = number
        self._name = name
        self._places = places
        self._timeout = timeout

    def result(
        self, shapes: Sequence[Shape], dtypes: Sequence[DType], attrs: Mapping[str, Any]
    ) -> Result:
        """Shape and dtype of what forward gives for inputs of these."""
        asked = {"shapes": list(shapes), "dtypes": [dtype.name for dtype in dtypes]}
        header, _ = self._ask("result", attrs, (), **asked)
        return tuple(header["shape"]), np.dtype(header["dtype"])

    def forward(self, xs: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        """What the forward gives."""
        _, (value,) = self._ask("forward", attrs, xs)
        return value

    def vjp(
        self, upstream: Array, y: Array, xs: Sequence[Array], attrs: Mapping[str, Any]
    ) -> Sequence[Array | None]:
        """What the vjp gives, one array per input, None where no gradient flows."""
        header, arrays = self._ask("vjp", attrs, (upstream, y, *xs))
        given: Iterator[Array] = iter(arrays)
        return [None if none else next(given) for none in header["none"]]

    def block(
        self,
        slot: int,
        rows: Array,
        columns: Array,
        y: Array,
        xs: Sequence[Array],
        attrs: Mapping[str, Any],
    ) -> Array:
        """Rows and columns of the Jacobian matrix by input `slot`, a vjp a row, in one message."""
        _, (found,) = self._ask("block", attrs, (rows, columns, y, *xs), slot=slot)
        return found

    def defined(self, what: str) -> Place | None:
        """The line where one of the functions begins, as far as it tells."""
        return Place(*self._places[what]) if what in self._places else None

    # One call

    def _ask(
        self, request: str, attrs: Mapping[str, Any], arrays: Sequence[Array], **more: Any
    ) -> tuple[dict[str, Any], list[Array]]:
        timeout = self._timeout + (PROBE_SECONDS if request == "block" else 0.0)
        header = {"request": request, "op": self._number, "attrs": dict(attrs), "timeout": timeout}
        message = wire.packed({**header, **more}, arrays)
        what = "forward" if request in ("forward", "result") else "vjp"
        try:
            answer = self._process.ask(message, time.monotonic() + timeout + PATIENCE)
        except Cancelled:
            raise self._over() from None
        except Silence as silence:
            raise (
                self._too_slow(what, silence) if silence.slow else self._crashed(what, silence)
            ) from None
        except wire.BadMessage as error:
            raise UserCodeError(
                f"the answer of the {what} of {quoted(self._name)} is damaged: {error}. "
                f"Does the program write to descriptors that it did not open? {LOAD_AGAIN}"
            ) from None
        told, found = wire.unpacked(answer)
        match told["answer"]:
            case "error":
                raise wire.error_from(told)
            case "no vjp":
                raise NoVjp
            case "bug":
                raise RuntimeError(f"in the {what} of {quoted(self._name)}:\n{told['traceback']}")
        return told, found

    # What went wrong

    def _too_slow(self, what: str, silence: Silence) -> LimitError:
        place = silence.place or self.defined(what)
        message = (
            f"the {what} of {quoted(self._name)} was still at work after {self._timeout:g} s"
            f"{_at(place)}, so its program was ended. "
            f"If it needs longer: --timeout {self._timeout * 6:g}. {LOAD_AGAIN}"
        )
        return LimitError(message, [Problem(message, place, code="time-out")])

    def _crashed(self, what: str, silence: Silence) -> UserCodeError:
        place = silence.place or self.defined(what)
        message = f"{silence.words} in the {what} of {quoted(self._name)}{_at(place)}. {LOAD_AGAIN}"
        return UserCodeError(message, [Problem(message, place, code="user-code")])

    def _over(self) -> UserCodeError:
        why = self._process.over or "it was closed"
        return UserCodeError(
            f"{quoted(self._name)} cannot be called any more: {why.rstrip(',')}. {LOAD_AGAIN}"
        )


def _at(place: Place | None) -> str:
    return f" at {place.file}:{place.line}" if place else ""
