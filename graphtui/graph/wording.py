"""Words that messages about descriptions share: names and counts, cut so that lines stay lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count

from graphtui.ops.linear_map import Shape


def brief(text: str, most: int = 60) -> str:
    """`text` with its middle cut out where it has more than `most` characters.

    >>> brief("a" * 100, 9)
    'aaaaaa…aa'
    """
    if len(text) <= most:
        return text
    tail = most // 4
    return f"{text[: most - tail - 1]}…{text[-tail:]}"


def quoted(name: str) -> str:
    """`name` as messages show it.

    >>> quoted("h1")
    "'h1'"
    """
    return f"'{brief(name)}'"


def listed(names: Iterable[str], most: int = 8) -> str:
    """The names, quoted, at most `most` of them, and how many more there are.

    >>> listed(["a", "b", "c"], 2)
    "'a', 'b' and 1 more"
    """
    quotes = [quoted(name) for name in names]
    more = len(quotes) - most
    return ", ".join(quotes[:most]) + (f" and {more:,} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """The number with its noun.

    >>> counted(1, "input"), counted(2000, "input")
    ('1 input', '2,000 inputs')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def numbered(name: str) -> Iterator[str]:
    """The name, then the name with 2, 3, … behind it: what values are called that share a name.

    >>> names = numbered("h")
    >>> next(names), next(names), next(names)
    ('h', 'h_2', 'h_3')
    """
    return chain([name], (f"{name}_{number}" for number in count(2)))


def shape_words(shape: Shape) -> str:
    """A shape as messages and lists show it: that of a single number in a word.

    >>> shape_words(()), shape_words((4, 3))
    ('scalar', '(4, 3)')
    """
    return str(shape) if shape else "scalar"


def has_shape(shape: Shape) -> str:
    """The end of a sentence on a shape that something else does not fit, and what would fit.

    >>> has_shape(()), has_shape((4, 3))
    ('is a scalar. Give one number.', 'has (4, 3). Give numbers of that shape.')
    """
    return f"has {shape}. Give numbers of that shape." if shape else "is a scalar. Give one number."


def what_it_reads(operands: Sequence[tuple[str, Shape]]) -> str:
    """The names and shapes of an op's operands; only the first where there are many.

    >>> what_it_reads([("W", (4, 3)), ("x", (3,))])
    " It reads 'W' (4, 3), 'x' (3,)."
    """
    read = [f"{quoted(name)} {brief(str(shape), 80)}" for name, shape in operands[:8]]
    more = ["…"] if len(operands) > 8 else []
    return f" It reads {', '.join(read + more)}." if read else ""
