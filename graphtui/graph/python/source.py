"""What the text of a program says about an expression: its place, and the name that it is bound to.

An expression is found by its exact span, which Python keeps for every instruction. A file is read
and parsed once for each `Sources`. Nothing is guessed: where the text is not to be had (a prompt,
an `exec`), there are no bindings, and places have no text.
"""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import NamedTuple

from graphtui.errors import Place
from graphtui.graph.python.gathering import Gathering, gathering
from graphtui.graph.python.scopes import Site

Span = tuple[int, int, int, int]
"""First line, first column, last line, column after the last, as in the AST: columns are bytes."""


class Binding(NamedTuple):
    """What becomes of the value of an expression."""

    name: str = ""
    """The variable, attribute or key that it is assigned to."""
    parts: tuple[str, ...] = ()
    """The same for each part, where it is unpacked."""
    returned: bool = False
    """Whether it is what the function returns, or a part of that."""
    part: int | None = None
    """Which part."""

    def of_part(self, part: int | None) -> str:
        """The name that the value, or one part of it, is assigned to; "" where there is none."""
        if part is None or not self.parts:
            return self.name
        return self.parts[part] if part < len(self.parts) else ""


_UNBOUND = Binding()


class Sources:
    """The texts that some sites lie in, each read once."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self._spans: dict[int, list[tuple[int | None, ...]]] = {}
        self._gathering: dict[tuple[int, int], Gathering | None] = {}

    def binding(self, site: Site) -> Binding:
        """What becomes of the value of the expression at `site`."""
        span, file = self._span(site), self._file(site)
        return file.bindings.get(file.exact(span), _UNBOUND) if span else _UNBOUND

    def returned(self, site: Site) -> dict[str, int | None]:
        """The variables that the function at `site` returns, with their parts of the whole."""
        code = site.scope.frame.f_code
        return self._file(site).returns.get((code.co_firstlineno, code.co_name), {})

    def loop_variables(self, site: Site) -> set[str]:
        """The names that loops in the file of `site` give to one value after the other."""
        return self._file(site).loop_variables

    def gathering(self, site: Site) -> Gathering | None:
        """The function that computes one value after the other at `site`, if there is one."""
        key = id(site.scope.frame.f_code), site.offset
        if key not in self._gathering:
            span, file = self._span(site), self._file(site)
            expression = file.expressions.get(file.exact(span)) if span else None
            self._gathering[key] = gathering(expression, site.scope.frame)
        return self._gathering[key]

    def operand(self, site: Site, slot: int) -> str:
        """The variable that stands for operand number `slot` at `site`; "" for anything else."""
        operand = self._operand(site, slot)
        return _target(operand) if operand is not None else ""

    def place(self, site: Site, slot: int | None = None) -> Place:
        """File, line and columns of the expression at `site`, or of one operand of it."""
        filename = site.scope.frame.f_code.co_filename
        operand = self._operand(site, slot) if slot is not None else None
        return self._place(filename, _span(operand) if operand is not None else self._span(site))

    def parameter_place(self, code: CodeType, name: str) -> Place:
        """File, line and columns of a parameter of a function, with its default."""
        file = self._named(code.co_filename)
        span = file.parameters.get((code.co_firstlineno, code.co_name), {}).get(name)
        return self._place(code.co_filename, span)

    def _place(self, filename: str, span: Span | None) -> Place:
        if span is None:
            return Place(filename)
        line, start, end_line, end = span
        return Place(
            filename,
            line,
            self._column(filename, line, start),
            end_line,
            self._column(filename, end_line, end),
            self._line(filename, line),
        )

    def text(self, filename: str) -> str:
        """The whole text of a file that a place points into; "" where it is not to be had."""
        return self._named(filename).text

    def _operand(self, site: Site, slot: int) -> ast.expr | None:
        if self.gathering(site) is not None:
            return None  # what it is given is no operand of what it computes
        span, file = self._span(site), self._file(site)
        operands = _operands(file.expressions.get(file.exact(span))) if span else ()
        return operands[slot] if slot < len(operands) else None

    def _span(self, site: Site) -> Span | None:
        code = site.scope.frame.f_code
        spans = self._spans.get(id(code))
        if spans is None:
            spans = self._spans[id(code)] = list(code.co_positions())
        line, end_line, start, end = spans[site.offset // 2]
        if line is None or end_line is None or start is None or end is None:
            return None
        return line, start, end_line, end

    def _file(self, site: Site) -> _File:
        return self._named(site.scope.frame.f_code.co_filename)

    def _named(self, filename: str) -> _File:
        file = self._files.get(filename)
        if file is None:
            text = "".join(linecache.getlines(filename))
            file = self._files[filename] = _parsed(text)
        return file

    def _line(self, filename: str, line: int) -> str:
        lines = self._named(filename).lines
        return lines[line - 1] if line <= len(lines) else ""

    def _column(self, filename: str, line: int, start: int) -> int:
        text = self._line(filename, line)
        if text.isascii():
            return start + 1
        return len(text.encode()[:start].decode(errors="replace")) + 1


# Reading a file ---------------------------------------------------------------------------------


class _File:
    """One text, parsed; nothing changes it afterwards."""

    def __init__(self, text: str) -> None:
        self.text = text
        # Not `splitlines`: it also divides at form feeds, where Python's line numbers do not.
        self.lines = text.split("\n")
        self.bindings: dict[Span, Binding] = {}
        self.expressions: dict[Span, ast.AST] = {}
        self.by_end: dict[tuple[int, int], Span] = {}
        self.returns: dict[tuple[int, str], dict[str, int | None]] = {}
        self.loop_variables: set[str] = set()
        self.parameters: dict[tuple[int, str], dict[str, Span]] = {}
        try:
            tree = ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return  # it ran, so the text has been changed since, or it is too deep for the parser
        for node in ast.walk(tree):
            self._read(node)

    def exact(self, span: Span) -> Span:
        """`span` as the AST has it.

        For a method call that is written over several lines, Python notes only where the method's
        name begins; the end is right.
        """
        return self.by_end.get(span[2:], span) if span not in self.expressions else span

    def _read(self, node: ast.AST) -> None:
        match node:
            case ast.Call() | ast.Attribute():
                self.expressions[_span(node)] = node
                self.by_end[_span(node)[2:]] = _span(node)
                if isinstance(node, ast.Call) and node.keywords:
                    self._bind_name("", node)
            case ast.BinOp() | ast.Compare():
                self.expressions[_span(node)] = node
            case ast.AugAssign():
                self.expressions[_span(node)] = node
                # The operation of `y += x` has the span of the whole statement.
                self.bindings[_span(node)] = Binding(_target(node.target))
            case ast.Assign():
                for target in node.targets:
                    self._bind(target, node.value)
            case ast.AnnAssign(value=ast.expr() as value) | ast.NamedExpr(value=value):
                self._bind(node.target, value)
            case ast.Dict():
                self._bind_name("", node)
            case ast.Lambda():
                self.bindings[_span(node.body)] = Binding(returned=True)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._read_returns(node)
                self._read_parameters(node)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                names = (n.id for n in ast.walk(node.target) if isinstance(n, ast.Name))
                self.loop_variables.update(names)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        """Note the names that a value, or the values in a display of values, are assigned to."""
        match target, value:
            case ((ast.Tuple() | ast.List()), (ast.Tuple() | ast.List())):
                if len(target.elts) == len(value.elts):
                    for each, part in zip(target.elts, value.elts, strict=True):
                        self._bind(each, part)
            case ((ast.Tuple() | ast.List()), _):
                names = tuple(map(_target, target.elts))
                self.bindings.setdefault(_span(value), Binding(parts=names))
            case _:
                self._bind_name(_target(target), value)

    def _bind_name(self, name: str, value: ast.expr) -> None:
        waiting = [(name, value)]
        while waiting:
            name, value = waiting.pop()
            match value:
                case ast.List() | ast.Tuple() | ast.Set():
                    waiting += ((name, part) for part in value.elts)
                case ast.Dict():
                    waiting += (
                        (_key(key) or name, part)
                        for key, part in zip(value.keys, value.values, strict=True)
                    )
                case ast.Call(func=ast.Name(id="dict")):
                    waiting += ((each.arg or name, each.value) for each in value.keywords)
                case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                    waiting.append((name, value.elt))
                case ast.DictComp():
                    waiting.append((name, value.value))
                case ast.IfExp():
                    waiting += ((name, value.body), (name, value.orelse))
                case _ if name:
                    self.bindings.setdefault(_span(value), Binding(name))

    def _read_returns(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        names = self.returns.setdefault(_first(function), {})
        for node in _own_statements(function):
            if isinstance(node, ast.Return) and node.value is not None:
                whole = node.value
                parts = list(whole.elts) if isinstance(whole, (ast.Tuple, ast.List)) else []
                for part, value in [(None, whole), *enumerate(parts)]:
                    if isinstance(value, ast.Name):
                        names.setdefault(value.id, part)
                    self.bindings[_span(value)] = Binding(returned=True, part=part)

    def _read_parameters(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Note where parameters are, and bind their defaults and annotations to their names."""
        given = function.args
        positional = [*given.posonlyargs, *given.args]
        without = len(positional) - len(given.defaults)
        defaults = [None] * without + list(given.defaults) + list(given.kw_defaults)
        spans = self.parameters.setdefault(_first(function), {})
        for each, default in zip([*positional, *given.kwonlyargs], defaults, strict=True):
            spans[each.arg] = _span(each)
            if default is not None:
                spans[each.arg] = (each.lineno, each.col_offset, *_span(default)[2:])
                self._bind_name(each.arg, default)
            if each.annotation is not None:
                self._bind_name(each.arg, each.annotation)


@functools.lru_cache(maxsize=8)
def _parsed(text: str) -> _File:
    """A text that is asked for again, as at every `debug()` of a session, is not parsed again."""
    return _File(text)


def _first(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[int, str]:
    """The key of a function: a code object counts its lines from the first decorator."""
    lines = [function.lineno, *(each.lineno for each in function.decorator_list)]
    return min(lines), function.name


def _own_statements(function: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function but what is in functions and classes within it."""
    waiting: list[ast.AST] = [*ast.iter_child_nodes(function)]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.stmt) and not isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ):
            waiting += ast.iter_child_nodes(node)


def _span(node: ast.expr | ast.stmt | ast.arg) -> Span:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _target(node: ast.AST) -> str:
    """The name that best stands for a variable, an attribute or an item."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case ast.Subscript():
            return _key(node.slice) or _target(node.value)
        case ast.Starred():
            return ""
    return ""


def _key(node: ast.AST | None) -> str:
    """A key that is written as text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def _operands(node: ast.AST | None) -> Sequence[ast.expr]:
    """The operands of an operation or a call, in their order."""
    match node:
        case ast.BinOp():
            return (node.left, node.right)
        case ast.Compare():
            return (node.left, *node.comparators)
        case ast.AugAssign():
            return (node.target, node.value)
        case ast.Call(args=[ast.List() | ast.Tuple() as several, *_]):
            return several.elts
        case ast.Call():
            return node.args
    return ()
