"""What an expression is made of: terms with their places in the text, and the signs between them.

Terms stand in one list, operands before what uses them, so that whoever reads them needs a loop
and no recursion.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

WORDS: Mapping[str, float | bool | None] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "none": None,
    "None": None,
    "null": None,
    "nan": math.nan,
    "inf": math.inf,
}
"""Names that are values; a node that is called so is written in quotes."""

OPERATORS: Mapping[str, str] = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "@": "matmul",
    "**": "power",
    ">": "greater",
    ">=": "greater_equal",
    "<": "less",
    "<=": "less_equal",
    "==": "equal",
    "!=": "not_equal",
}
"""The op that each sign between two values stands for."""

LOGIC = ("and", "or", "not")
"""Words that are signs where conditions are written; no op stands behind them."""


class Unreadable(Exception):  # noqa: N818
    """The text is no expression; `start` and `end` say which part of it is meant."""

    def __init__(self, message: str, start: int, end: int) -> None:
        self.message, self.start, self.end = message, start, end
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, or a word that is a value."""

    value: float | bool | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """A node's name, or text where an attribute wants text."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Operation:
    """A sign with one operand (only `-` and `not`) or two."""

    sign: str
    operands: tuple[int, ...]
    """Indices of terms."""
    start: int
    end: int


class Keyword(NamedTuple):
    """`axis=0` in a call."""

    name: str
    term: int
    """The index of its value."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its inputs and attributes."""

    function: str
    operands: tuple[int, ...]
    keywords: tuple[Keyword, ...]
    start: int
    end: int
    name_end: int


@dataclass(frozen=True, slots=True)
class Index:
    """`a[key]`: the key is kept as text, in NumPy's notation."""

    operand: int
    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Several:
    """A list or a tuple."""

    items: tuple[int, ...]
    start: int
    end: int


Term: TypeAlias = Literal | Name | Operation | Call | Index | Several


@dataclass(frozen=True, slots=True)
class Expression:
    """What was written, as terms: operands before what uses them, the whole one last."""

    text: str
    terms: tuple[Term, ...]
