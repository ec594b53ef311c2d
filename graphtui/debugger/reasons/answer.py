"""What an answer to "why?" is made of, and the words that all answers share.

How an answer is found is for `why` and the modules named after what it explains.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graphtui.graph.graph import Edge, Graph
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array, Shape


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason, where it lies, and how much of the gradient it explains."""

    kind: str
    """One word for programs, such as "gate", "cancels", "underflow", "unreached"."""
    node: str
    """The node to look at."""
    words: str
    """The reason, as a clause with the actual values."""
    edge: Edge | None = None
    """The edge at which it happens, where it happens at one."""
    count: int = 0
    """How many elements it concerns at the source of its edge; 0 where that is not counted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a gradient is what it is."""

    kind: str
    """"missing", "empty", "nan", "inf", "zero", "huge", "tiny" or "ordinary"."""
    sentence: str
    """The whole answer in plain words."""
    jump: str | None
    """The node to look at next; None where there is nowhere to go."""
    causes: tuple[Cause, ...]
    """The reasons, the first being the one that the sentence begins with."""


# Words ------------------------------------------------------------------------------------------


def number(x: object) -> str:
    """A number in a sentence: up to four digits, whole numbers in full.

    >>> [number(x) for x in (0.25, -3.0, 12345.0, 1.5e-7, float("-inf"), True)]
    ['0.25', '-3', '12345', '1.5e-07', '-inf', 'true']
    """
    if isinstance(x, bool | np.bool_):
        return "true" if x else "false"
    value = float(x)  # type: ignore[arg-type]
    whole = abs(value) < 1e9 and value == int(value)
    return str(int(value)) if whole else f"{value:.4g}"


def gate(graph: Graph, name: str) -> str:
    """A node with its op, as in `'h' (relu)`."""
    return f"{quoted(name)} ({graph.nodes[name].op.name})"


def index_text(element: int, shape: Shape) -> str:
    """The place of an element, by its row-major number, as in `[0, 2]`.

    >>> index_text(5, (2, 3)), index_text(0, ())
    ('[1, 2]', '')
    """
    place = np.unravel_index(element, shape) if shape else ()
    return f"[{', '.join(str(int(i)) for i in place)}]" if shape else ""


def at_index(element: int, shape: Shape) -> str:
    """Words for a place in an array, or nothing where there is only one.

    >>> at_index(1, (3,)), at_index(0, ())
    (' at [1]', '')
    """
    return f" at {index_text(element, shape)}" if shape else ""


def are(name: str, count: int, shape: Shape, what: str) -> str:
    """How many elements of a gradient are `what`.

    >>> are("x", 1, (), "0"), are("x", 4, (2, 2), "0"), are("x", 1, (4,), "nan")
    ("The gradient of 'x' is 0", "All 4 elements of the gradient of 'x' are 0", \
"1 of the 4 elements of the gradient of 'x' is nan")
    """
    size = int(np.prod(shape))
    if size == 1:
        return f"The gradient of {quoted(name)} is {what}"
    whole = "Both" if size == 2 else f"All {size:,}"
    many = whole if count == size else f"{count:,} of the {size:,}"
    verb = "is" if count == 1 else "are"
    return f"{many} elements of the gradient of {quoted(name)} {verb} {what}"


def failure(error: BaseException) -> str:
    """What an exception says, as a clause.

    >>> failure(ValueError("too long.")), failure(KeyError())
    ('too long', 'KeyError')
    """
    return str(error).removesuffix(".") or type(error).__name__


def joined(parts: Iterable[str], word: str = "and") -> str:
    """The parts with commas, the last after `word`.

    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = parts
    return f"{', '.join(most)} {word} {last}" if most else last


def sentence_case(words: str) -> str:
    """`words` with a capital letter in front and a full stop behind.

    >>> sentence_case("the sum is 0")
    'The sum is 0.'
    """
    return f"{words[:1].upper()}{words[1:]}."


def first(found: Array) -> int:
    """The row-major number of the first true element; there is one."""
    return int(np.argmax(found.reshape(-1)))
