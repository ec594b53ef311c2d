"""Messages that call an op's function in the process of its description, and their answers.

A call is one message there and one back: the op's number and its attributes in the header, the
arrays as bytes behind it. There is a request for each of `Functions`: "result", "forward", "vjp"
and "block".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphtui.graph.python.user_error import call_error
from graphtui.graph.wording import quoted
from graphtui.graph.worker import wire
from graphtui.ops.linear_map import Array
from graphtui.ops.point import NoVjp
from graphtui.ops.user_op import UserOp


def answer_to(request: Mapping[str, Any], arrays: Sequence[Array], ops: Sequence[UserOp]) -> bytes:
    """The answer to a request, as a message.

    Raises:
        GraphtuiError: the user's function failed.
    """
    op = ops[request["op"]]
    try:
        return _answer(op, request, arrays)
    except NoVjp:
        return wire.packed({"answer": "no vjp"})
    except KeyboardInterrupt as error:  # nobody but the program itself can have raised it here
        place = op.functions.defined("forward")
        file = place.file if place else ""
        raise call_error(error, f"a function of {quoted(op.name)}", file) from None


def _answer(op: UserOp, request: Mapping[str, Any], arrays: Sequence[Array]) -> bytes:
    functions, attrs = op.functions, op.complete(request["attrs"])
    match request["request"]:
        case "result":
            dtypes = [np.dtype(each) for each in request["dtypes"]]
            shape, dtype = functions.result(list(map(tuple, request["shapes"])), dtypes, attrs)
            return wire.packed({"answer": "result", "shape": shape, "dtype": dtype.name})
        case "forward":
            return wire.packed({"answer": "arrays"}, [functions.forward(arrays, attrs)])
        case "block":
            rows, columns, y, *xs = arrays
            found = functions.block(request["slot"], rows, columns, y, xs, attrs)
            return wire.packed({"answer": "arrays"}, [found])
    upstream, y, *xs = arrays
    gradients = functions.vjp(upstream, y, xs, attrs)
    header = {"answer": "arrays", "none": [each is None for each in gradients]}
    return wire.packed(header, [each for each in gradients if each is not None])
