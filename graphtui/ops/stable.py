"""Well-known functions in forms that neither overflow nor cancel where the textbook's would."""

from __future__ import annotations

import numpy as np

from graphtui.ops.linear_map import Array


def sigmoid(x: Array) -> Array:
    """`1 / (1 + exp(-x))`, accurate also for very negative `x`, where it is about `exp(x)`."""
    decayed = np.exp(-np.abs(x))  # never above 1
    # The numerator is 1 where x >= 0, else `decayed`; choosing would be slower, by a guess a time.
    return np.asarray(np.maximum(decayed, x >= 0) / (1 + decayed), dtype=np.asarray(x).dtype)


def softplus(x: Array) -> Array:
    """`log(1 + exp(x))`, which is about `x` for large `x`."""
    return np.asarray(np.logaddexp(x, 0))


def softmax(x: Array, axis: int | tuple[int, ...]) -> Array:
    """`exp(x) / sum(exp(x))` along `axis`; subtracting the maximum changes nothing but overflow."""
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return np.asarray(powers / np.sum(powers, axis=axis, keepdims=True))


def log_softmax(x: Array, axis: int) -> Array:
    """`log(softmax(x))` along `axis`, without a logarithm of an underflowed zero."""
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return np.asarray(shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True)))


def logsumexp(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    """`log(sum(exp(x)))` along `axis`."""
    largest = np.max(x, axis=axis, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, np.zeros_like(largest))  # inf - inf is nan
    total = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    return np.asarray(total if keepdims else np.squeeze(total, axis=axis))
