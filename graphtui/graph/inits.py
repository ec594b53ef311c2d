"""Starting values that are described rather than given: a kind, a shape and a seed.

The description is checked, and its size known, before any array is made; every run gives the same
array.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from graphtui.errors import nearest
from graphtui.graph.values import MOST_AXES, WORDS, BadValue, Part, leaf_array, number_word
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import DType


def _normal(shape: Shape, seed: int, mean: float, std: float) -> Array:
    return mean + std * np.random.default_rng(seed).standard_normal(shape)


def _uniform(shape: Shape, seed: int, low: float, high: float) -> Array:
    return low + (high - low) * np.random.default_rng(seed).random(shape)


INITS: Mapping[str, tuple[Callable[..., Array], Mapping[str, float | None]]] = {
    "normal": (_normal, {"seed": None, "mean": 0.0, "std": 1.0}),
    "uniform": (_uniform, {"seed": None, "low": 0.0, "high": 1.0}),
    "full": (lambda shape, value: np.full(shape, float(value)), {"value": None}),
    "zeros": (lambda shape: np.zeros(shape), {}),
    "ones": (lambda shape: np.ones(shape), {}),
}
"""For each `init`, how the array is made from a shape, and its settings (None: must be given)."""


def check_init(init: Any, dtype: DType) -> Shape:
    """The shape that `init`, such as `{"normal": {"shape": [3, 4], "seed": 7}}`, stands for.

    Raises:
        BadValue: it is not of that form, or its numbers do not fit into `dtype`.
    """
    if not isinstance(init, Mapping) or len(init) != 1:
        raise BadValue([Part((), f"'init' holds one of {_KINDS}, with its settings.")])
    ((kind, settings),) = init.items()
    if kind not in INITS:
        message = f"{quoted(str(kind))} is not an init (there are: {_KINDS})."
        raise BadValue([Part((kind,), message + nearest(str(kind), INITS), key=True)])
    if not isinstance(settings, Mapping):
        raise BadValue([Part((kind,), f"'{kind}' needs its settings, as in {_EXAMPLE}.")])
    parts = list(_wrong_settings(kind, settings))
    if kind in ("normal", "uniform") and dtype.kind != "f":
        parts.append(Part((kind,), f"'{kind}' makes fractions, which {dtype.name} does not hold."))
    if parts:
        raise BadValue(parts)
    if kind == "full":
        _check_fits(settings["value"], dtype)
    return _shape(settings)


def init_array(init: Mapping[str, Any], dtype: DType) -> Array:
    """The array that a checked `init` stands for, read-only."""
    ((kind, settings),) = init.items()
    make, known = INITS[kind]
    chosen = {name: _number(settings.get(name, default)) for name, default in known.items()}
    with np.errstate(all="ignore"):
        array = make(_shape(settings), **chosen).astype(dtype)
    array.setflags(write=False)
    return array


def init_document(init: Mapping[str, Any]) -> dict[str, Any]:
    """A checked `init` in JSON's terms."""
    ((kind, settings),) = init.items()
    return {kind: {name: _plain(value) for name, value in settings.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return list(value)
    return number_word(value) if isinstance(value, float) else value


_KINDS = ", ".join(INITS)
_EXAMPLE = '{"shape": [3, 4], "seed": 7}'


def _wrong_settings(kind: str, settings: Mapping[str, Any]) -> Iterator[Part]:
    known = INITS[kind][1]
    for name in settings:
        if name not in ("shape", *known):
            has = ", ".join(("shape", *known))
            hint = nearest(str(name), ("shape", *known))
            message = f"'{kind}' has no setting {quoted(str(name))} (it has: {has}).{hint}"
            yield Part((kind, name), message, key=True)
    for name, default in known.items():
        value = settings.get(name, default)
        if value is None and name not in settings:
            yield Part((kind,), f"'{kind}' needs '{name}', so that every run is the same.")
        elif name == "seed" and not (_is_whole(value) and 0 <= value < 2**64):
            message = f"'seed' must be a whole number from 0 up, got {reprlib.repr(value)}."
            yield Part((kind, name), message)
        elif not _is_number(value):
            yield Part((kind, name), f"'{name}' must be a number, got {reprlib.repr(value)}.")
    if problem := _wrong_shape(settings.get("shape", ())):
        yield Part((kind, "shape"), problem)


def _wrong_shape(shape: Any) -> str:
    sizes = shape if isinstance(shape, (list, tuple)) else ()
    if sizes is not shape or not all(_is_whole(size) and size >= 0 for size in sizes):
        found = reprlib.repr(shape)
        return f"'shape' must be a list of whole numbers from 0 up, got {found}."
    if len(sizes) > MOST_AXES:
        return f"'shape' has {len(sizes):,} axes; {MOST_AXES} is the most."
    return ""


def _shape(settings: Mapping[str, Any]) -> Shape:
    return tuple(settings.get("shape", ()))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value in WORDS
    if _is_whole(value):
        return bool(abs(value) < 2**1023)
    return isinstance(value, float)


def _number(value: Any) -> Any:
    return WORDS[value] if isinstance(value, str) else value


def _check_fits(value: Any, dtype: DType) -> None:
    try:
        leaf_array(value, "parameter", dtype.name)
    except BadValue as error:
        raise BadValue([Part(("full", "value"), part.message) for part in error.parts]) from None
