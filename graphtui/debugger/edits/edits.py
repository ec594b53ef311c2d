"""An edit as data: what a value, a gradient or an attribute became.

It holds numbers, not the expression they came from, so that it can be made again: on another run,
on a graph that was loaded anew, from a file. How one is typed is for `edit_text`, what that comes
to at the cursor for `edit_values`, and what follows from it for `branches`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphtui.debugger.edits.edit_text import What
from graphtui.debugger.expressions.parts import STEP_WORDS
from graphtui.errors import CommandError, nearest
from graphtui.graph.expression.terms import LOGIC, WORDS
from graphtui.graph.values import leaf_array, nested_list
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import DType

_PLAIN = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_TAKEN = frozenset((*WORDS, *LOGIC, *STEP_WORDS, "step", "phase"))
"""Names that mean something else where they are not quoted."""

_KEYS = ("set", "node", "attr", "key", "to", "dtype", "shape")


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One change: what of which node became what."""

    what: What
    node: str
    new: Any
    """A read-only array in the node's dtype that broadcasts to what is changed; or the value of an
    attribute."""
    key: str = ""
    """Which elements of the value or gradient, in NumPy's notation; "" is all."""
    attr: str = ""

    @property
    def target(self) -> str:
        """What is changed, as the expression language writes it.

        >>> Edit(What.GRADIENT, "a/b", None, "0, 1:").target
        "grad('a/b')[0, 1:]"
        """
        plain = _PLAIN.fullmatch(self.node) and self.node not in _TAKEN
        quote = '"' if "'" in self.node else "'"
        name = self.node if plain else f"{quote}{self.node}{quote}"
        if self.what is What.ATTRIBUTE:
            return f"{name}.{self.attr}"
        whole = f"grad({name})" if self.what is What.GRADIENT else name
        return f"{whole}[{self.key}]" if self.key else whole

    def to_dict(self) -> dict[str, Any]:
        """The edit in plain dicts, lists, numbers and text, from which it can be read exactly."""
        document: dict[str, Any] = {"set": self.what.value, "node": self.node}
        if self.what is What.ATTRIBUTE:
            # An infinity is a number here, and text that says so is text: JSON's own words differ.
            return document | {"attr": self.attr, "to": json.dumps(self.new)}
        if self.key:
            document["key"] = self.key
        document |= {"to": nested_list(self.new), "dtype": self.new.dtype.name}
        return document if self.new.size else document | {"shape": list(self.new.shape)}

    @classmethod
    def from_dict(cls, document: Any) -> Edit:
        """The edit that `to_dict` wrote.

        Raises:
            CommandError: something in it is not of its kind.
        """
        if not isinstance(document, Mapping):
            raise CommandError(f"an edit is written as an object, not {quoted(str(document))}.")
        for key in document:
            if key not in _KEYS:
                hint = nearest(str(key), _KEYS)
                raise CommandError(f"an edit has no {quoted(str(key))}.{hint}")
        texts = {key: document.get(key, "") for key in ("set", "node", "attr", "key")}
        for key, text in texts.items():
            if not isinstance(text, str):
                raise CommandError(f"the '{key}' of an edit is text, not {quoted(str(text))}.")
        if texts["set"] not in list(What):
            known = ", ".join(f"'{what}'" for what in What)
            raise CommandError(f"an edit sets one of {known}, not {quoted(texts['set'])}.")
        what = What(texts["set"])
        new = _attribute_of(document) if what is What.ATTRIBUTE else _array_of(document)
        return cls(what, texts["node"], new, texts["key"], texts["attr"])


def _attribute_of(document: Mapping[str, Any]) -> Any:
    try:
        return json.loads(document["to"])
    except (KeyError, TypeError, ValueError, RecursionError):
        found = quoted(str(document.get("to")))
        raise CommandError(f"the 'to' of an edited attribute is JSON text, not {found}.") from None


def _array_of(document: Mapping[str, Any]) -> Array:
    try:
        shape = document.get("shape")
        return leaf_array(document.get("to"), "constant", document.get("dtype"), shape)
    except (Mismatch, TypeError) as error:
        raise CommandError(f"the 'to' of an edit: {error}") from None


# Fitting -----------------------------------------------------------------------------------------


def fitted(array: Array, dtype: DType, shape: Shape, called: str) -> Array:
    """`array` in that dtype, as it is if it has it; it must broadcast to `shape`.

    A number that is beyond a shorter float becomes infinite, as it would in a computation.

    Raises:
        CommandError: the shapes do not fit, or its numbers have no meaning in that dtype.
    """
    check_shape(array.shape, shape, called)
    if array.dtype == dtype:
        return _frozen(array)
    wrong = _why_not(array, dtype)
    if wrong:
        raise CommandError(f"{called} is {dtype}, {wrong}")
    with np.errstate(all="ignore"):
        return _frozen(array.astype(dtype))


def check_shape(shape: Shape, to: Shape, called: str) -> None:
    """Refuse what does not broadcast to the shape of what is changed.

    Raises:
        CommandError: with both shapes.
    """
    if _broadcasts(shape, to):
        return
    has = f"has {to}. Write one number, or numbers that broadcast to it."
    if not to:
        has = "is a scalar. Write one number."
    raise CommandError(f"the new value has shape {shape}, {called} {has}")


def _why_not(array: Array, dtype: DType) -> str:
    if dtype.kind == "b":
        return f"so it is set to true or false, not to {array.dtype}."
    if dtype.kind == "i":
        if array.dtype.kind != "i":
            return f"so it is set to whole numbers, not to {array.dtype}."
        limits = np.iinfo(dtype)
        if array.size and (array.min() < limits.min or array.max() > limits.max):
            return f"which holds {limits.min:,} to {limits.max:,}."
    return ""


def _broadcasts(shape: Shape, to: Shape) -> bool:
    try:
        return np.broadcast_shapes(shape, to) == to
    except ValueError:
        return False


def _frozen(array: Array) -> Array:
    array = np.array(array) if array.flags.writeable else array
    array.setflags(write=False)
    return array
