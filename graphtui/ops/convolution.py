"""Ops with a window that slides over pictures (N, C, H, W): convolution and pooling.

Names, attributes and shapes are those of PyTorch's functions. A bias is an `add`, of shape
(O, 1, 1): `conv2d(x, weight) + bias`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graphtui.ops.linear_map import Array, LinearMap, Shape
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import Attribute, Op, Rejection, Sample, Structured, as_float, common_dtype
from graphtui.ops.sliding import Pair, Window, slid_shape, window
from graphtui.ops.sliding_maps import (
    Averaged,
    ConvolvedFilters,
    ConvolvedPictures,
    Picked,
    averaged,
    convolved,
)

# Convolution ------------------------------------------------------------------------------------


def _filter_window(weight: Shape, stride: Any, padding: Any, dilation: Any) -> Window:
    return window((weight[2], weight[3]), stride, padding, dilation)


def _conv2d_shape(
    x: Shape,
    weight: Shape,
    *,
    stride: int | Pair,
    padding: int | Pair,
    dilation: int | Pair,
    groups: int,
) -> Shape:
    if len(x) != 4 or len(weight) != 4:
        raise Mismatch(
            f"conv2d needs x (N, C, H, W) and weight (O, C / groups, kH, kW), got {x} and {weight}."
        )
    if groups < 1 or x[1] % groups or weight[0] % groups:
        raise Mismatch(
            f"conv2d: {x[1]} channels and {weight[0]} filters do not part into {groups} groups."
        )
    if x[1] != weight[1] * groups:
        of_group = f" in each of {groups} groups" if groups > 1 else ""
        raise Mismatch(
            f"conv2d: filters {weight} look at {weight[1]} channels, but x {x} has "
            f"{x[1] // groups}{of_group}."
        )
    places = slid_shape("conv2d", x, _filter_window(weight, stride, padding, dilation))
    return (x[0], weight[0], *places)


def _conv2d(
    x: Array, weight: Array, stride: Any, padding: Any, dilation: Any, groups: int
) -> Array:
    x, weight = np.asarray(x), np.asarray(weight)
    sliding = _filter_window(weight.shape, stride, padding, dilation)
    return convolved(x, weight, sliding, groups)


def _conv2d_maps(
    y: Array, x: Array, weight: Array, *, stride: Any, padding: Any, dilation: Any, groups: int
) -> tuple[LinearMap, ...]:
    sliding = _filter_window(weight.shape, stride, padding, dilation)
    return (
        ConvolvedPictures(weight, sliding, groups, y.shape, x.shape),
        ConvolvedFilters(x, sliding, groups, y.shape, weight.shape),
    )


def _waves(*shape: int) -> Array:
    """Numbers that look like nothing in particular, none of them 0 or alike."""
    return np.asarray(np.sin(1.0 + 1.7 * np.arange(math.prod(shape)) ** 1.1).reshape(shape))


_STRIDE = Attribute("pair", 1, note="by how much the window moves, or (down, across)")
_PADDING = Attribute("pair", 0, note="rows and columns of zeros around each picture")
_SEEN = "patches(x, weight, stride=stride, padding=padding, dilation=dilation, groups=groups)"

CONV2D = Structured(
    name="conv2d",
    inputs=("x", "weight"),
    symbol="conv",
    attrs={
        "stride": _STRIDE,
        "padding": _PADDING,
        "dilation": Attribute("pair", 1, note="how far the taps of a filter are apart"),
        "groups": Attribute("int", 1, note="channels part into so many groups, filters too"),
    },
    forward=_conv2d,
    shape_rule=_conv2d_shape,
    local_rule=_conv2d_maps,
    formula=f"y = sum(expand(weight) * {_SEEN}, axis=(4, 5, 6))",
    local_formulas=(
        "put_back(upstream[..., None, None, None] * expand(weight), x, "
        "stride=stride, padding=padding, dilation=dilation, groups=groups)",
        f"sum(upstream[..., None, None, None] * {_SEEN}, axis=(0, 2, 3))",
    ),
    note="Convolution, one filter used in every place: its gradient is the sum of all the patches "
    "that it saw, each times its upstream, and a patch gets back the filters that saw it.",
    zero_because="everything that it is multiplied with is 0, or no window reaches it",
    dtype_rule=common_dtype,
    samples=(
        Sample((_waves(2, 3, 4, 4), _waves(2, 3, 2, 2))),
        Sample((_waves(1, 1, 1, 5), [[[[1.0, 0.0, -1.0]]]]), {"padding": (0, 1)}),
        Sample((_waves(1, 1, 1, 5), [[[[1.0, 0.0, -1.0]]]]), {"padding": [0, 1], "stride": (1, 2)}),
        Sample((_waves(2, 2, 5, 6), _waves(3, 2, 3, 2)), {"stride": (2, 3), "padding": (1, 2)}),
        Sample((_waves(1, 2, 6, 5), _waves(1, 2, 2, 3)), {"dilation": 2, "padding": 1}),
        Sample((_waves(2, 4, 3, 3), _waves(6, 2, 2, 2)), {"groups": 2, "stride": 2, "padding": 1}),
        Sample((_waves(1, 3, 3, 3), _waves(3, 1, 2, 2)), {"groups": 3, "dilation": (1, 2)}),
        Sample((_waves(2, 2, 3, 3), _waves(3, 2, 3, 3))),
        Sample((_waves(1, 2, 2, 3), _waves(2, 2, 2, 3))),
        Sample((_waves(1, 2, 2, 2), _waves(2, 2, 1, 1)), {"padding": 1}),
        Sample(([[[[2.0]]]], [[[[3.0]]]])),
        Sample((np.zeros((0, 1, 3, 3)), _waves(2, 1, 2, 2))),
    ),
    rejections=(
        Rejection((np.ones((3, 8, 8)), np.ones((4, 3, 3, 3))), "got (3, 8, 8) and (4, 3, 3, 3)"),
        Rejection(
            (np.ones((1, 3, 8, 8)), np.ones((4, 1, 3, 3))),
            "look at 1 channels, but x (1, 3, 8, 8) has 3",
        ),
        Rejection(
            (np.ones((1, 4, 8, 8)), np.ones((4, 4, 3, 3))), "has 2 in each of 2", {"groups": 2}
        ),
        Rejection((np.ones((1, 3, 8, 8)), np.ones((4, 3, 3, 3))), "into 2 groups", {"groups": 2}),
        Rejection((np.ones((1, 3, 8, 8)), np.ones((4, 3, 3, 3))), "into 0 groups", {"groups": 0}),
        Rejection(
            (np.ones((1, 1, 4, 4)), np.ones((1, 1, 5, 3))),
            "spans 5 × 3 does not fit pictures of 4 × 4, padding included",
        ),
        Rejection(
            (np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3))), "spans 5 × 7", {"dilation": (2, 3)}
        ),
        Rejection((np.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2))), "stride 0 × 0", {"stride": 0}),
        Rejection(
            (np.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2))), "padding -1 × 0", {"padding": (-1, 0)}
        ),
        Rejection(
            (np.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2))),
            "a whole number, or one for each of two axes, got (1, 2, 3)",
            {"stride": (1, 2, 3)},
        ),
    ),
)


# Pooling ----------------------------------------------------------------------------------------

_POOLING = {
    "kernel_size": Attribute("pair", required=True, note="the window, or (rows, columns) of it"),
    "stride": Attribute("optional pair", note="by how much it moves; null means by its own size"),
    "padding": Attribute("pair", 0, note="rows and columns around each picture that win nothing"),
}


def _pooled_shape(
    op: str, x: Shape, kernel_size: int | Pair, stride: int | Pair | None, padding: int | Pair
) -> Shape:
    if len(x) != 4:
        raise Mismatch(f"{op} needs pictures (N, C, H, W), got {x}.")
    sliding = window(kernel_size, stride, padding)
    places = slid_shape(op, x, sliding)
    for axis in sliding:
        if 2 * axis.padding > axis.taps:
            raise Mismatch(
                f"{op}: padding {axis.padding} is more than half of a window of {axis.taps}: "
                "some windows would see nothing else."
            )
    return (*x[:2], *places)


def _max_pool2d(x: Array, kernel_size: Any, stride: Any, padding: Any) -> Array:
    x = np.asarray(x)
    seen = window(kernel_size, stride, padding).tapped(x, _least(x))
    largest = np.array(next(seen))
    for each in seen:
        np.maximum(largest, each, out=largest)
    return largest


def _least(x: Array) -> Any:
    """What any number of this kind wins against, or ties with."""
    if x.dtype.kind in "iu":
        return np.iinfo(x.dtype).min
    return False if x.dtype.kind == "b" else -np.inf


def _max_pool2d_map(
    y: Array, x: Array, *, kernel_size: Any, stride: Any, padding: Any
) -> tuple[LinearMap]:
    """The first winner of a window takes all, by rows."""
    sliding = window(kernel_size, stride, padding)
    count, channels, height, width = x.shape
    numbers = np.arange(height * width).reshape(1, 1, height, width)
    sources = np.zeros(y.shape, np.intp)
    nan = np.isnan(y)
    some = nan.any()
    taps = zip(sliding.tapped(x, _least(x)), sliding.tapped(numbers, -1), strict=True)
    for seen, number in reversed(list(taps)):  # the first is written last
        wins = (seen == y) & (number >= 0)  # -1 is padding
        np.copyto(sources, number, where=wins | (np.isnan(seen) & nan) if some else wins)
    first = np.arange(count * channels).reshape(count, channels, 1, 1)
    sources += first * (height * width)
    apart = all(axis.stride >= axis.taps for axis in sliding)
    return (Picked(sources, apart, y.shape, x.shape),)


def _tied(x: Array, kernel_size: Any, stride: Any, padding: Any) -> Array:
    """Where several elements are the greatest of their window."""
    x = np.asarray(x)
    sliding = window(kernel_size, stride, padding)
    y = _max_pool2d(x, kernel_size, stride, padding)
    counts = np.zeros(y.shape, np.intp)
    inside = np.ones((1, 1, *x.shape[2:]), bool)
    for seen, real in zip(sliding.tapped(x, _least(x)), sliding.tapped(inside, False), strict=True):
        counts += (seen == y) & real
    return np.asarray(counts > 1)


_ODD = _waves(1, 2, 5, 4)
_WINDOWS = (
    Sample((_waves(2, 2, 4, 4),), {"kernel_size": 2}),
    Sample((_ODD,), {"kernel_size": (3, 2), "stride": 1}),
    Sample((_ODD,), {"kernel_size": 3, "stride": (2, 1), "padding": 1}),
    Sample((_ODD,), {"kernel_size": 1, "stride": 3}),
    Sample((_ODD,), {"kernel_size": (5, 4)}),
    Sample((_waves(1, 1, 2, 2),), {"kernel_size": 2}),
    Sample((_waves(1, 1, 1, 1),), {"kernel_size": 1}),
    Sample((np.zeros((0, 2, 4, 4)),), {"kernel_size": 2}),
)
_NO_WINDOWS = (
    Rejection((np.ones((4, 4)),), "needs pictures (N, C, H, W), got (4, 4)", {"kernel_size": 2}),
    Rejection((np.ones((1, 1, 4, 4)),), "needs the attribute 'kernel_size'"),
    Rejection((np.ones((1, 1, 4, 4)),), "window 0 × 0", {"kernel_size": 0}),
    Rejection((np.ones((1, 1, 4, 4)),), "spans 2 × 5 does not fit", {"kernel_size": (2, 5)}),
    Rejection(
        (np.ones((1, 1, 4, 4)),), "padding 2 is more than half", {"kernel_size": 3, "padding": 2}
    ),
    Rejection(
        (np.ones((1, 1, 4, 4)),), "for each of two axes, got 'x'", {"kernel_size": 2, "stride": "x"}
    ),
)

MAX_POOL2D = Structured(
    name="max_pool2d",
    inputs=("x",),
    symbol="max pool",
    attrs=_POOLING,
    forward=_max_pool2d,
    shape_rule=lambda x, **attrs: _pooled_shape("max_pool2d", x, **attrs),
    local_rule=_max_pool2d_map,
    formula="y = max(windows(x, kernel_size, stride=stride, padding=padding, fill=-inf), "
    "axis=(4, 5))",
    local_formulas=(
        "put_back(upstream[..., None, None] * first(y[..., None, None] == "
        "windows(x, kernel_size, stride=stride, padding=padding, fill=-inf)), "
        "x, stride=stride, padding=padding)",
    ),
    note="Max pooling, a router in every window: all of upstream goes to the element that won.",
    zero_because="another element of its window won",
    dtype_rule=common_dtype,
    samples=(
        *_WINDOWS,
        Sample(([[[[1.0, 3.0, 3.0], [3.0, 0.0, 1.0]]]],), {"kernel_size": 2, "stride": 1}),
        Sample((np.zeros((1, 1, 3, 3)),), {"kernel_size": 2, "stride": 1, "padding": 1}),
    ),
    rejections=_NO_WINDOWS,
    kink=_tied,
    at_kinks="all of it to the first of those that tie, by rows",
)

AVG_POOL2D = Structured(
    name="avg_pool2d",
    inputs=("x",),
    symbol="avg pool",
    attrs={**_POOLING, "padding": _PADDING},
    forward=lambda x, kernel_size, stride, padding: averaged(
        as_float(x), window(kernel_size, stride, padding)
    ),
    shape_rule=lambda x, **attrs: _pooled_shape("avg_pool2d", x, **attrs),
    local_rule=lambda y, x, *, kernel_size, stride, padding: (
        Averaged(window(kernel_size, stride, padding), y.shape, x.shape),
    ),
    formula="y = mean(windows(x, kernel_size, stride=stride, padding=padding), axis=(4, 5))",
    local_formulas=(
        "put_back(upstream[..., None, None] * equal_shares(kernel_size), "
        "x, stride=stride, padding=padding)",
    ),
    note="Average pooling: every element of a window gets the same share of its upstream.",
    zero_because="no window reaches it",
    samples=_WINDOWS,
    rejections=_NO_WINDOWS,
)

CONVOLUTION: tuple[Op, ...] = (CONV2D, MAX_POOL2D, AVG_POOL2D)
