"""The expression language: text in, terms out, each with its place; nothing is looked up or run.

    logic        a or b   a and b   not a            only where `logic` is asked for
    comparison   a > b   >=   <   <=   ==   !=      they do not chain
    sum          a + b   a - b
    product      a * b   a / b   a @ b
    sign         -a
    power        a ** b                              to the right: a ** (b ** c)
    postfix      f(a, b, axis=0)   a[1:, 0]
    atom         2.5   name   'any id'   true false none nan inf   (a)   (1, 2)   [[1, 2], [3, 4]]

A name is made of letters, digits, `_` and dots; every other id stands in quotes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from graphtui.graph.expression.terms import (
    LOGIC,
    OPERATORS,
    WORDS,
    Call,
    Expression,
    Index,
    Keyword,
    Literal,
    Name,
    Operation,
    Several,
    Term,
    Unreadable,
)
from graphtui.graph.expression.tokens import Token, token_at
from graphtui.graph.wording import brief

MOST_CHARACTERS = 100_000
MOST_DEPTH = 100
"""How deep brackets may nest."""
_MOST_DIGITS = 400

_STRENGTH = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "@": 6, "**": 8}
_NOT, _COMPARISON, _SIGN, _POWER = 3, 4, 7, 8


def parse(text: str, *, logic: bool = False) -> Expression:
    """The terms of `text`.

    >>> [type(term).__name__ for term in parse("(x + y) * 2").terms]
    ['Name', 'Name', 'Operation', 'Literal', 'Operation']

    Args:
        text: the expression.
        logic: whether `and`, `or` and `not` are signs; else they are names like any other.

    Raises:
        Unreadable: the text is no expression.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"an expression of {len(text):,} characters is too long; {MOST_CHARACTERS:,} "
        raise Unreadable(f"{message}is the most. Write it as several nodes.", 0, 1)
    parser = _Parser(text, logic=logic)
    parser.run()
    return Expression(text, tuple(parser.terms))


class _Operand(NamedTuple):
    term: int
    start: int
    """With its brackets, unlike that of the term."""
    end: int


class _Waiting(NamedTuple):
    """An operator that waits for its right side."""

    sign: str
    strength: int
    start: int
    end: int


@dataclass(slots=True)
class _Bracket:
    """A bracket that waits to be closed."""

    kind: str
    """The bracket itself, or "call"."""
    start: int
    end: int
    function: str = ""
    name_end: int = 0
    items: list[int] = field(default_factory=list)
    keywords: list[Keyword] = field(default_factory=list)
    keyword: Token | None = None
    """The name before the `=` of the argument that is being read."""
    commas: int = 0


class _Parser:
    """Operator precedence over two stacks: what waits, and the operands it waits for."""

    def __init__(self, text: str, *, logic: bool = False) -> None:
        self.text = text
        self.logic = LOGIC if logic else ()
        self.at = 0
        self.terms: list[Term] = []
        self.operands: list[_Operand] = []
        self.waiting: list[_Waiting | _Bracket] = []
        self.depth = 0

    def run(self) -> None:
        """Read the whole text."""
        wants_operand = True
        while True:
            token = self._next()
            if token.kind == "end":
                break
            take = self._operand if wants_operand else self._after_operand
            wants_operand = take(token)
        if wants_operand:
            self._wants_operand(token)
        self._reduce(0)
        if self.waiting:
            opened = self.waiting[-1]
            what = self.text[opened.start : opened.end]
            raise Unreadable(f"this {what!r} is never closed.", opened.start, opened.end)

    # Tokens

    def _next(self) -> Token:
        token = token_at(self.text, self.at, logic=bool(self.logic))
        self.at = token.end
        return token

    # Where a value must stand

    def _operand(self, token: Token) -> bool:
        """Take `token` where a value must stand; whether one must stand next."""
        match token.kind, token.text:
            case "number", _:
                self._number(token)
                return False
            case "quoted", _:
                self._push(Name(token.text[1:-1], token.start, token.end))
                return False
            case "name", "not" if self.logic:
                return self._not(token)
            case "name", word if word not in self.logic:
                return self._name(token)
            case "sign", "-":
                self.waiting.append(_Waiting("-", _SIGN, token.start, token.end))
                return True
            case "sign", "+":
                return True
            case "sign", "(" | "[":
                self._open(_Bracket(token.text, token.start, token.end))
                return True
            case "sign", ")" | "]":
                return self._close_after_comma(token)
        return self._wants_operand(token)

    def _wants_operand(self, token: Token) -> NoReturn:
        if token.kind == "end":
            where = "here, at its end," if self.terms or self.waiting else "here"
            message = f"the expression needs a value {where} such as a number or a node's name."
            raise Unreadable(message, max(token.start - 1, 0), max(token.start, 1))
        message = f"a value must stand here, such as a number or a node's name, not {token.text!r}."
        raise Unreadable(message, token.start, token.end)

    def _not(self, token: Token) -> bool:
        before = self.waiting[-1] if self.waiting else None
        if isinstance(before, _Waiting) and before.strength > _NOT:
            message = f"write brackets around what follows {before.sign!r}, as in a == (not b)."
            raise Unreadable(message, token.start, token.end)
        self.waiting.append(_Waiting("not", _NOT, token.start, token.end))
        return True

    def _number(self, token: Token) -> None:
        if len(token.text) > _MOST_DIGITS:
            message = f"a number of {len(token.text):,} characters is too long."
            raise Unreadable(f"{message} {_MOST_DIGITS} is the most.", token.start, token.end)
        value = int(token.text) if token.text.isdigit() else float(token.text)
        if math.isinf(float(token.text)):
            message = (
                f"{brief(token.text, 40)} is too large for a number. Write inf if it is meant."
            )
            raise Unreadable(message, token.start, token.end)
        after = self.text[token.end : token.end + 1]
        if after.isidentifier():
            message = (
                f"{brief(token.text, 40)} and {after!r} stand together. To multiply, write '*'."
            )
            raise Unreadable(message, token.start, token.end + 1)
        self._push(Literal(value, token.start, token.end))

    def _name(self, token: Token) -> bool:
        following = token_at(self.text, self.at, logic=bool(self.logic))
        if following.text == "(":
            self.at = following.end
            bracket = _Bracket("call", token.start, following.end, token.text, token.end)
            self._open(bracket)
            return True
        inside = self.waiting[-1] if self.waiting else None
        if following.text == "=" and isinstance(inside, _Bracket) and inside.kind == "call":
            if inside.keyword is not None:
                self._after_operand(following)
            self.at = following.end
            inside.keyword = token
            return True
        if token.text in WORDS:
            self._push(Literal(WORDS[token.text], token.start, token.end))
        else:
            self._push(Name(token.text, token.start, token.end))
        return False

    def _open(self, bracket: _Bracket) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            message = f"brackets nest more than {MOST_DEPTH} deep. Write it as several nodes."
            raise Unreadable(message, bracket.start, bracket.end)
        self.waiting.append(bracket)

    def _close_after_comma(self, token: Token) -> bool:
        """Close a bracket that holds nothing yet, or ends in a comma."""
        inside = self.waiting[-1] if self.waiting else None
        if not isinstance(inside, _Bracket) or inside.keyword is not None:
            self._wants_operand(token)
        self._close(token, inside)
        return False

    # Where a value may end

    def _after_operand(self, token: Token) -> bool:
        """Take `token` where a value has just ended; whether another one must stand next."""
        sign = token.text if token.kind == "sign" else ""
        if sign in OPERATORS or (token.text in self.logic and token.text in _STRENGTH):
            self._sign(token)
            return True
        if sign == "[":
            self._index(token)
            return False
        if sign in (",", ")", "]"):
            return self._end_of_item(token)
        message = (
            f"an operator such as '+' must stand before {brief(token.text, 40)!r}, or the end."
        )
        if sign == "(":
            message = "to multiply, write '*' before this bracket."
        elif sign == "=":
            message = (
                "a single '=' gives an attribute its value, as in sum(x, axis=0). To compare, "
            )
            message += "write '=='."
        raise Unreadable(message, token.start, token.end)

    def _sign(self, token: Token) -> None:
        strength = _STRENGTH.get(token.text, _COMPARISON)
        before = self.waiting[-1] if self.waiting else None
        # 'a < b < c' means something else in Python than from left to right: better to ask.
        self._reduce(strength + (strength in (_POWER, _COMPARISON)))
        before = self.waiting[-1] if self.waiting else None
        if isinstance(before, _Waiting) and strength == before.strength == _COMPARISON:
            joined = "and" if self.logic else "*"
            message = f"comparisons do not chain. Write (a < b) {joined} (b < c)."
            raise Unreadable(message, token.start, token.end)
        self.waiting.append(_Waiting(token.text, strength, token.start, token.end))

    def _index(self, token: Token) -> None:
        depth, end = 0, token.start
        for end in range(token.start, len(self.text)):
            depth += {"[": 1, "]": -1}.get(self.text[end], 0)
            if not depth:
                break
        else:
            raise Unreadable("this '[' is never closed.", token.start, token.end)
        operand = self.operands.pop()
        key = self.text[token.end : end].strip()
        if not key:
            message = "a key must stand between these brackets, as in x[0] or x[1:, 0]."
            raise Unreadable(message, token.start, end + 1)
        self.at = end + 1
        self._push(Index(operand.term, key, operand.start, end + 1))

    def _end_of_item(self, token: Token) -> bool:
        self._reduce(0)
        inside = self.waiting[-1] if self.waiting else None
        if not isinstance(inside, _Bracket):
            message = f"there is no bracket open that this {token.text!r} could belong to."
            raise Unreadable(message, token.start, token.end)
        operand = self.operands.pop()
        if inside.keyword is not None:
            name = inside.keyword
            if any(name.text == other.name for other in inside.keywords):
                message = f"the attribute '{brief(name.text)}' is given twice."
                raise Unreadable(message, name.start, name.end)
            keyword = Keyword(name.text, operand.term, name.start, operand.end)
            inside.keywords.append(keyword)
            inside.keyword = None
        elif inside.keywords:
            message = "inputs stand before attributes, as in sum(x, axis=0)."
            raise Unreadable(message, operand.start, operand.end)
        else:
            inside.items.append(operand.term)
        if token.text == ",":
            inside.commas += 1
            return True
        self._close(token, inside, operand)
        return False

    def _close(self, token: Token, inside: _Bracket, last: _Operand | None = None) -> None:
        wanted = "]" if inside.kind == "[" else ")"
        if token.text != wanted:
            message = f"{wanted!r} should close this bracket, found {token.text!r}."
            raise Unreadable(message, token.start, token.end)
        self.waiting.pop()
        self.depth -= 1
        start, end = inside.start, token.end
        if inside.kind == "call":
            items, keywords = tuple(inside.items), tuple(inside.keywords)
            self._push(Call(inside.function, items, keywords, start, end, inside.name_end))
        elif inside.kind == "(" and last is not None and not inside.commas:
            self.operands.append(_Operand(last.term, start, end))
        else:
            self._push(Several(tuple(inside.items), start, end))

    # Terms

    def _push(self, term: Term) -> None:
        self.operands.append(_Operand(len(self.terms), term.start, term.end))
        self.terms.append(term)

    def _reduce(self, strength: int) -> None:
        """Give every operator that binds at least so strongly the operands it waited for."""
        while self.waiting:
            top = self.waiting[-1]
            if isinstance(top, _Bracket) or top.strength < strength:
                return
            self.waiting.pop()
            right = self.operands.pop()
            if top.strength == _SIGN:
                self._negate(top, right)
            elif top.strength == _NOT:
                self._push(Operation("not", (right.term,), top.start, right.end))
            else:
                left = self.operands.pop()
                pair = (left.term, right.term)
                self._push(Operation(top.sign, pair, left.start, right.end))

    def _negate(self, sign: _Waiting, operand: _Operand) -> None:
        number = self.terms[operand.term]
        if isinstance(number, Literal) and type(number.value) in (int, float):
            assert number.value is not None, "a number"
            self.terms[operand.term] = Literal(_negative(number.value), sign.start, operand.end)
            self.operands.append(_Operand(operand.term, sign.start, operand.end))
        else:
            self._push(Operation("-", (operand.term,), sign.start, operand.end))


def _negative(value: float) -> float:
    # There is no whole -0, but there is a float -0.0.
    return -0.0 if value == 0 and isinstance(value, int) else -value
