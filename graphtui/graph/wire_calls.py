"""Messages that call an op's function in the process of its description, and their answers.

A call is one message there and one back: the op's number and its attributes in the header, the
arrays as bytes behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphtui.graph import wire
from graphtui.ops.linear_map import Array
from graphtui.ops.point import NoVjp
from graphtui.ops.user_op import UserOp

REQUESTS = ("forward", "vjp", "block", "result")
"""What may be asked of an op: a function of `Functions` each."""


def answer_to(request: Mapping[str, Any], arrays: Sequence[Array], ops: Sequence[UserOp]) -> bytes:
    """The answer to a request, as a message.

    Raises:
        GraphtuiError: the user's function failed.
    """
    op = ops[request["op"]]
    attrs = op.complete(request["attrs"])
    functions = op.functions
    match request["request"]:
        case "forward":
            return wire.packed({"answer": "arrays"}, [functions.forward(arrays, attrs)])
        case "result":
            dtypes = tuple(np.dtype(each) for each in request["dtypes"])
            shape, dtype = functions.result(list(map(tuple, request["shapes"])), dtypes, attrs)
            return wire.packed({"answer": "result", "shape": shape, "dtype": dtype.name})
    try:
        if request["request"] == "vjp":
            upstream, y, *xs = arrays
            found = functions.vjp(upstream, y, xs, attrs)
        else:
            rows, columns, y, *xs = arrays
            found = [functions.block(request["slot"], rows, columns, y, xs, attrs)]
    except NoVjp:
        return wire.packed({"answer": "no vjp"})
    header = {"answer": "arrays", "none": [each is None for each in found]}
    return wire.packed(header, [each for each in found if each is not None])
