"""What a described value cannot do, as it has no number yet, with words for what to do instead."""

from __future__ import annotations

from typing import Any, NoReturn

from graphtui.graph.python.refusal import refuse
from graphtui.ops.linear_map import Array

_KNOWN_LATER = "a described value has no number yet; it has one when the graph runs."


class Numberless:
    """Refuses all that Python and NumPy do with the number behind a value."""

    __slots__ = ()

    def __array__(self, *args: Any, **keywords: Any) -> Array:
        refuse(
            f"{_KNOWN_LATER} NumPy wants an array here. Use the functions that `graphtui ops` "
            "lists; to join values, np.stack or np.concatenate."
        )

    def __bool__(self) -> bool:
        refuse(
            f"{_KNOWN_LATER} It cannot decide an if, a while, an and, or Python's own max and min. "
            "Use where(condition, a, b), maximum or minimum."
        )

    def __float__(self) -> float:
        refuse(f"{_KNOWN_LATER} Leave float(…) and the functions of `math` out; use the ops.")

    def __int__(self) -> int:
        refuse(f"{_KNOWN_LATER} Leave int(…) out.")

    def __complex__(self) -> complex:
        refuse(f"{_KNOWN_LATER} Leave complex(…) out.")

    def __index__(self) -> int:
        refuse(f"{_KNOWN_LATER} It cannot count or index. Use a Python number there.")

    def __iter__(self) -> NoReturn:
        refuse(
            "a described value cannot be looped over or unpacked. Index it, x[i] for i in "
            "range(len(x)), or use an op on the whole, such as sum(x, axis=0)."
        )

    def __contains__(self, item: Any) -> bool:
        refuse(f"{_KNOWN_LATER} What it contains is not known.")

    def __setitem__(self, key: Any, value: Any) -> None:
        refuse(
            "a described value cannot be changed in place. "
            "Make a new one: where(mask, new, x), or concatenate."
        )
