"""Comparisons: true or false on every element, for `where(x > 0, …)`; no gradient flows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphtui.ops.op import Elementwise, Op, Rejection, Sample, bool_dtype


def _comparison(name: str, symbol: str, forward: Callable[..., Any]) -> Elementwise:
    return Elementwise(
        name=name,
        inputs=("a", "b"),
        symbol=symbol,
        numpy=(forward,),
        forward=forward,
        derivatives=(None, None),
        formula=f"y = a {symbol} b",
        local_formulas=(None, None),
        note="A comparison steps from false to true and is flat elsewhere: no gradient flows.",
        dtype_rule=bool_dtype,
        samples=(
            Sample((1.0, 1.0)),
            Sample(([[1.0, -2.0, 0.0], [3.0, 0.5, -1.0]], [0.0, -2.0, 1.0])),
            Sample(([1, 2, 3], 2)),
            Sample((0.5, [[0.0], [1.0]])),
            Sample((np.zeros((0, 3)), [0.0, 1.0, 2.0])),
        ),
        rejections=(Rejection((np.ones((4, 3)), np.ones(4)), words="(4, 3) and (4,)"),),
    )


COMPARISONS: tuple[Op, ...] = (
    _comparison("greater", ">", np.greater),
    _comparison("greater_equal", ">=", np.greater_equal),
    _comparison("less", "<", np.less),
    _comparison("less_equal", "<=", np.less_equal),
    _comparison("equal", "==", np.equal),
    _comparison("not_equal", "!=", np.not_equal),
)
