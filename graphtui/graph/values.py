"""Leaf values: what may be written for one, and the read-only array that it becomes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import DTYPES, DType, Mismatch

WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
"""How JSON writes the numbers it has no literals for."""


def leaf_array(value: Any, op: str, dtype: str | None = None) -> Array:
    """The array of a leaf: copied, read-only, in one of `DTYPES`.

    Python numbers and lists become float64; only in a constant do whole numbers stay whole, because there
    they are labels and indices. NumPy arrays keep their dtype.

    >>> leaf_array(2, "parameter").dtype, leaf_array([0, 2], "constant").dtype
    (dtype('float64'), dtype('int64'))

    Raises:
        Mismatch: the value is ragged, or holds something other than numbers.
    """
    if dtype is not None and dtype not in DTYPES:
        raise Mismatch(f"'{dtype}' is not a dtype; there are: {', '.join(DTYPES)}.")
    try:
        array = np.array(value)
    except ValueError as error:
        raise Mismatch(
            f"the value is not an array: its rows have different lengths ({error})."
        ) from None
    if array.dtype.kind not in "fiub":
        raise Mismatch(f"a value holds numbers, got {_kind_words(array)}.")
    if dtype is None:
        dtype = _natural_dtype(array, op, given=isinstance(value, (np.ndarray, np.generic)))
    converted = array.astype(dtype)
    if array.dtype.kind in "iub" and not np.array_equal(converted, array):
        raise Mismatch(f"the value has whole numbers that {dtype} cannot hold exactly.")
    converted.setflags(write=False)
    return converted


def _natural_dtype(array: Array, op: str, *, given: bool) -> str:
    if array.dtype.name in DTYPES and (given or op == "constant" or array.dtype.kind == "f"):
        return array.dtype.name
    if array.dtype.kind in "iub" and (given or op == "constant"):
        return "int64"
    if array.dtype.kind == "f" and given:
        raise Mismatch(
            f"the dtype {array.dtype.name} is not known; there are: {', '.join(DTYPES)}."
        )
    return "float64"


def _kind_words(array: Array) -> str:
    return {"c": "complex numbers", "U": "text", "S": "bytes", "M": "dates", "m": "durations"}.get(
        array.dtype.kind, f"objects of {array.dtype}"
    )


# Random and regular starting values ---------------------------------------------------------------------


def _normal(shape: Shape, seed: int, mean: float = 0.0, std: float = 1.0) -> Array:
    return mean + std * np.random.default_rng(seed).standard_normal(shape)


def _uniform(shape: Shape, seed: int, low: float = 0.0, high: float = 1.0) -> Array:
    return low + (high - low) * np.random.default_rng(seed).random(shape)


INITS: Mapping[str, tuple[Callable[..., Array], Mapping[str, float | None]]] = {
    "normal": (_normal, {"seed": None, "mean": 0.0, "std": 1.0}),
    "uniform": (_uniform, {"seed": None, "low": 0.0, "high": 1.0}),
    "full": (lambda shape, value: np.full(shape, float(value)), {"value": None}),
    "zeros": (lambda shape: np.zeros(shape), {}),
    "ones": (lambda shape: np.ones(shape), {}),
}
"""For each `init`, how the array is made from a shape, and its settings (None: must be given)."""


def check_init(init: Any) -> Shape:
    """The shape that `init`, such as `{"normal": {"shape": [3, 4], "seed": 7}}`, stands for.

    Raises:
        Mismatch: it is not of that form.
    """
    if not isinstance(init, Mapping) or len(init) != 1:
        raise Mismatch(f"'init' holds one of {', '.join(INITS)} with its settings, got {init!r}.")
    ((kind, settings),) = init.items()
    if kind not in INITS:
        raise Mismatch(f"'{kind}' is not a way to start; there are: {', '.join(INITS)}.")
    if not isinstance(settings, Mapping):
        raise Mismatch(
            f"'{kind}' needs its settings, such as {{\"shape\": [3, 4]}}, got {settings!r}."
        )
    known = INITS[kind][1]
    for name in settings:
        if name not in ("shape", *known):
            raise Mismatch(
                f"'{kind}' has no setting '{name}'; it has: {', '.join(('shape', *known))}."
            )
    for name, default in known.items():
        if name not in settings and default is None:
            raise Mismatch(f"'{kind}' needs '{name}', so that every run is the same.")
        setting = settings.get(name, default)
        if isinstance(setting, bool) or not isinstance(setting, (int, float)):
            raise Mismatch(f"'{name}' must be a number, got {setting!r}.")
    seed = settings.get("seed", 0)
    if not isinstance(seed, int) or seed < 0:
        raise Mismatch(f"'seed' must be a whole number from 0 up, got {seed!r}.")
    return _checked_shape(settings.get("shape", ()))


def _checked_shape(shape: Any) -> Shape:
    sizes = shape if isinstance(shape, (list, tuple)) else (shape,)
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int) or size < 0:
            raise Mismatch(f"'shape' must be a list of whole numbers from 0 up, got {shape!r}.")
    if len(sizes) > 32:
        raise Mismatch(f"'shape' has {len(sizes)} axes; 32 is the most.")
    return tuple(sizes)


def init_array(init: Mapping[str, Any], dtype: DType) -> Array:
    """The array that a checked `init` stands for, read-only."""
    ((kind, settings),) = init.items()
    make, known = INITS[kind]
    shape = _checked_shape(settings.get("shape", ()))
    chosen = {name: settings.get(name, default) for name, default in known.items()}
    array = make(shape, **chosen).astype(dtype)
    array.setflags(write=False)
    return array


def nested_list(array: Array) -> Any:
    """`array` as nested lists for JSON, NaN and infinities as words.

    >>> nested_list(np.array([1.0, np.nan]))
    [1.0, 'nan']
    """
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return array.tolist()
    words = array.astype(object)
    words[np.isnan(array)] = "nan"
    words[np.isposinf(array)] = "inf"
    words[np.isneginf(array)] = "-inf"
    return words.tolist()
