"""Expressions as nodes: `1 / (1 + exp(-a))` becomes what a Python description of it would record.

Each operation is a node called after its op, each number a constant that takes the dtype of what it
meets. The language itself is described in `parser`; `bindings` gives the names of `-e`
their values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from graphtui.errors import nearest
from graphtui.graph.expression.parser import parse
from graphtui.graph.expression.terms import (
    OPERATORS,
    Call,
    Expression,
    Index,
    Literal,
    Name,
    Operation,
    Several,
    Term,
    Unreadable,
)
from graphtui.graph.look_alikes import twin_hint
from graphtui.graph.nodes import Draft
from graphtui.graph.wording import brief, numbered, quoted
from graphtui.ops import OPS
from graphtui.ops.op import LEAVES
from graphtui.ops.other_names import op_hint

_MOST_TROUBLES = 20


class Trouble(NamedTuple):
    """What is wrong in an expression, and with which part of its text."""

    message: str
    start: int
    end: int
    code: str = "expression"


@dataclass(frozen=True, slots=True)
class Expansion:
    """The nodes that an expression stands for."""

    drafts: tuple[Draft, ...]
    """In the order of the text; the last one bears the expression's name. Each has its `span`."""
    troubles: tuple[Trouble, ...]


def expand(
    text: str, name: str, known: Collection[str], *, prefix: str = "", taken: Collection[str] = ()
) -> Expansion:
    """The nodes of the expression `text`, the last one called `name`.

    >>> [draft.name for draft in expand("1 + exp(-a) * exp(a)", "f", ["a"]).drafts]
    ['negative', 'exp', 'exp_2', 'multiply', 'constant', 'f']

    Args:
        text: the expression.
        name: what its result is called.
        known: the nodes that it may read.
        prefix: what the names of the nodes inside begin with.
        taken: names that they must not have.
    """
    try:
        expression = parse(text)
    except Unreadable as error:
        return Expansion((), (Trouble(error.message, error.start, error.end, "syntax"),))
    writer = _Writer(expression, name, known, prefix, {*taken, name})
    writer.write()
    return Expansion(tuple(writer.drafts), tuple(writer.troubles))


class _Value(NamedTuple):
    """A node's value."""

    node: str


@dataclass(frozen=True, slots=True)
class _Written:
    """A value that stands in the text: a number, a word, lists of these."""

    value: Any


@dataclass(frozen=True, slots=True)
class _Text:
    """A name that no node has; it may still be text for an attribute."""

    text: str


@dataclass(frozen=True, slots=True)
class _Values:
    """A list in which node values stand."""

    items: tuple[_Value | _Written, ...]


_Meaning: TypeAlias = _Value | _Written | _Text | _Values | None
"""What a term means; None where it is wrong and that has been said."""


@dataclass(slots=True)
class _Writer:
    """One walk over the terms, in which each finds the meanings of its operands ready."""

    expression: Expression
    name: str
    known: Collection[str]
    prefix: str
    taken: set[str]
    drafts: list[Draft] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    meanings: list[_Meaning] = field(default_factory=list)
    names: dict[str, Iterator[str]] = field(default_factory=dict)
    """For each op, what its nodes may still be called."""

    def write(self) -> None:
        """Write the drafts of all terms."""
        for term in self.expression.terms:
            self.meanings.append(self._meaning(term))
        term, meaning = self.expression.terms[-1], self.meanings[-1]
        result = self._input(meaning, term, result=True)
        if result is not None and isinstance(term, Name):
            self._node("copy", (result,), {}, term, result=True)

    def _trouble(self, message: str, start: int, end: int, code: str = "expression") -> None:
        self.troubles.append(Trouble(message, start, end, code))

    def _meaning(self, term: Term) -> _Meaning:
        match term:
            case Literal(value):
                return _Written(value)
            case Name(name):
                return _Value(name) if name in self.known else _Text(name)
            case Operation(sign, operands):
                op = OPERATORS[sign] if len(operands) > 1 else "negative"
                return self._apply(op, operands, {}, term)
            case Index(operand, key):
                return self._apply("getitem", (operand,), {"key": key}, term)
            case Several(items):
                return self._several(items, term)
            case Call():
                return self._call(term)

    def _several(self, items: tuple[int, ...], term: Several) -> _Meaning:
        meanings = [self.meanings[i] for i in items]
        if all(isinstance(item, _Written) for item in meanings):
            return _Written([item.value for item in meanings if isinstance(item, _Written)])
        found: list[_Value | _Written] = []
        for index, meaning in zip(items, meanings, strict=True):
            if isinstance(meaning, _Values):
                message = "lists that hold nodes cannot lie in one another. Use stack."
                self._trouble(message, term.start, term.end)
                return None
            if isinstance(meaning, _Text):
                self._unknown(meaning, self.expression.terms[index])
            if not isinstance(meaning, (_Value, _Written)):
                return None
            found.append(meaning)
        return _Values(tuple(found))

    def _call(self, term: Call) -> _Meaning:
        if term.function not in OPS:
            self._trouble(self._no_function(term.function), term.start, term.name_end, "unknown-op")
            for index in term.operands:
                self._input(self.meanings[index], self.expression.terms[index], probe=True)
            return None
        attrs = {}
        for keyword in term.keywords:
            meaning = self.meanings[keyword.term]
            if isinstance(meaning, _Text):
                attrs[keyword.name] = meaning.text
            elif isinstance(meaning, _Written):
                attrs[keyword.name] = meaning.value
            else:
                message = f"the attribute '{brief(keyword.name)}' needs a plain value, not a node."
                self._trouble(message, keyword.start, keyword.end)
                return None
        return self._apply(term.function, term.operands, attrs, term)

    def _no_function(self, name: str) -> str:
        last = name.rpartition(".")[2]
        if name in LEAVES:
            return f"'{name}' is not a function here. Write its number, or name a node."
        hint = f" Write '{last}'." if last in OPS else op_hint(name, OPS)
        return f"{quoted(name)} is not an op.{hint or ' `graphtui ops` lists them all.'}"

    def _apply(
        self, op: str, operands: tuple[int, ...], attrs: dict[str, Any], term: Term
    ) -> _Meaning:
        meanings = [(self.meanings[i], self.expression.terms[i]) for i in operands]
        first, written = meanings[0] if meanings else (None, term)
        if OPS[op].variadic and len(meanings) == 1 and isinstance(first, _Values):
            meanings = [(item, written) for item in first.items]
        inputs = [self._input(meaning, each) for meaning, each in meanings]
        if None in inputs:
            return None
        result = term is self.expression.terms[-1]
        names = tuple(name for name in inputs if name is not None)
        return _Value(self._node(op, names, attrs, term, result=result))

    def _input(
        self, meaning: _Meaning, term: Term, *, result: bool = False, probe: bool = False
    ) -> str | None:
        """The node that holds this value; numbers get one now. None if there cannot be one."""
        match meaning:
            case _Value(node):
                return node
            case _Written(value):
                return "" if probe else self._constant(value, term, result=result)
            case _Text():
                self._unknown(meaning, term)
            case _Values():
                message = "a list here holds numbers only. Join nodes with stack(a, b)."
                self._trouble(message, term.start, term.end)
        return None

    def _constant(self, value: Any, term: Term, *, result: bool) -> str | None:
        if value is None:
            self._trouble("a number must stand here, not none.", term.start, term.end)
            return None
        name = self.name if result else self._fresh("constant")
        weak = type(value) in (int, float)
        span = (term.start, term.end)
        self.drafts.append(Draft(name, "constant", value=value, weak=weak, span=span))
        return name

    def _node(
        self, op: str, inputs: tuple[str, ...], attrs: dict[str, Any], term: Term, *, result: bool
    ) -> str:
        name = self.name if result else self._fresh(op)
        self.drafts.append(Draft(name, op, inputs, attrs, span=(term.start, term.end)))
        return name

    def _fresh(self, stem: str) -> str:
        names = self.names.setdefault(stem, numbered(f"{self.prefix}{stem}"))
        return next(name for name in names if name not in self.taken and name not in self.known)

    def _unknown(self, meaning: _Text, term: Term) -> None:
        hint = ""
        if len(self.troubles) < _MOST_TROUBLES:
            hint = twin_hint(meaning.text, self.known) or self._quoted_id(term)
            hint = hint or nearest(meaning.text, self.known)
        message = f"no node is named {quoted(meaning.text)}.{hint}"
        self._trouble(message, term.start, term.end, "unknown-name")

    def _quoted_id(self, term: Term) -> str:
        """A hint where `dot/a` was meant as an id, not as a quotient."""
        name = self.expression.text[term.start :].split(None, 1)[0].strip("()+*,")
        found = name in self.known
        return f" The node '{brief(name)}' is written with its quotation marks." if found else ""
