"""What `find` looks for: words about a node, all of which must hold, and a match for each of them.

    find TERM…      TERM: TEXT   name:TEXT   op:OP   group:GROUP   shape:3x*   dtype:DTYPE
                          is:STATE

Where one goes among the matches is for the session; how a match is marked is for whoever draws.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import partial
from math import isfinite
from operator import attrgetter
from typing import NamedTuple, TypeVar

import numpy as np

from graphtui.debugger.quoted_words import unquoted, words
from graphtui.debugger.snapshot import NodeState, Snapshot
from graphtui.errors import CommandError, nearest
from graphtui.graph.graph import Graph, Node
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import DTYPES

Test = Callable[[Node], bool]
Property = TypeVar("Property")

ANY_SIZE, ANY_SIZES = "*", "..."

_SHAPE = re.compile(r"(?:\d{1,18}|\*|\.{3})(?:[x,](?:\d{1,18}|\*|\.{3}))*")


class Term(NamedTuple):
    """One thing that must hold of a node."""

    key: str
    """One of `KEYS`; "" for a word that may be a part of the name or the op."""
    text: str

    def __str__(self) -> str:
        mark = '"' if "'" in self.text else "'"
        plain = not re.search(r"[\s'\"]", self.text) and (self.key or ":" not in self.text)
        text = self.text if plain else f"{mark}{self.text}{mark}"
        return f"{self.key}:{text}" if self.key else text


@dataclass(frozen=True, slots=True)
class Query:
    """Terms, all of which must hold."""

    terms: tuple[Term, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    @property
    def changes(self) -> bool:
        """Whether what matches is another thing at another step."""
        return any(term.key == "is" for term in self.terms)

    def matches(self, snapshot: Snapshot) -> tuple[str, ...]:
        """The nodes of which all terms hold, in topological order; each node is looked at once."""
        found: Iterable[Node] = snapshot.graph.nodes.values()
        # What must look at numbers comes last, and sees only what the others have left.
        for term in sorted(self.terms, key=lambda term: term.key == "is"):
            test = _test(term, snapshot)
            found = [node for node in found if test(node)]
        return tuple(node.name for node in found)


class Found(NamedTuple):
    """The matches of a query, and the one that is looked at."""

    query: str
    nodes: tuple[str, ...]
    """All of them, in topological order."""
    at: int
    """The number of the one that is looked at, from 1."""


# From words to a query ------------------------------------------------------------------------


def parse_query(text: str) -> Query:
    """The query that `find TEXT` asks for.

    >>> str(parse_query("op:matmul shape:(3,*) 'my layer'"))
    "op:matmul shape:3x* 'my layer'"

    Raises:
        CommandError: what was expected, and the nearest word.
    """
    terms = tuple(_term(word.raw) for word in words(text))
    if not terms:
        keys = ", ".join(KEYS)
        raise CommandError(f"find what? Give a part of a name, an op, or a property: {keys}.")
    return Query(terms)


def _term(word: str) -> Term:
    if word in "'\"":
        raise CommandError(f"find: a quotation mark ({word}) is not closed.")
    key, colon, rest = word.partition(":")
    if not colon or {"'", '"'} & set(key):
        key, rest = "", word
    elif key not in KEYS:
        hint = nearest(key, KEYS) or f" There are {', '.join(KEYS)}; quote a name: '{word}'."
        raise CommandError(f"find: {quoted(key)} is no property of a node.{hint}")
    text = unquoted(rest)
    if not text:
        such = KEYS[key] if key else "relu"
        raise CommandError(f"find: nothing stands in '{word}'. It is used like this: {such}.")
    return Term(key, _CHECKED[key](text) if key in _CHECKED else text)


def _shape(text: str) -> str:
    """A pattern of a shape with `x` between the sizes, however it was written."""
    plain = text.strip("()").rstrip(",")
    if plain in ("", "scalar"):
        return "scalar"
    if not _SHAPE.fullmatch(plain) or plain.count(ANY_SIZES) > 1:
        raise CommandError(
            f"find: shape {quoted(text)}: sizes are whole numbers, * for any one and once ... for "
            f"any more, with x between: {KEYS['shape']}."
        )
    return plain.replace(",", "x")


def _dtype(text: str) -> str:
    if not any(map(_fully(text), DTYPES)):
        hint = nearest(text, DTYPES) or f" There are {', '.join(DTYPES)}."
        raise CommandError(f"find: {quoted(text)} is no dtype.{hint}")
    return text


def _state(text: str) -> str:
    if text not in STATES:
        hint = nearest(text, STATES) or f" There are {', '.join(STATES)}."
        raise CommandError(f"find: {quoted(text)} is no state of a node.{hint}")
    return text


KEYS: Mapping[str, str] = {
    "name": "name:w*",
    "op": "op:matmul",
    "group": "group:fc1",
    "shape": "shape:3x*, shape:...x10 or shape:scalar",
    "dtype": "dtype:float16",
    "is": "is:nan",
}
"""What a term may be about, each with an example."""

_CHECKED: Mapping[str, Callable[[str], str]] = {"shape": _shape, "dtype": _dtype, "is": _state}
"""The properties of which not every text makes sense."""


# From a term to a test ------------------------------------------------------------------------


def _test(term: Term, snapshot: Snapshot) -> Test:
    match term.key:
        case "is":
            return STATES[term.text](snapshot)
        case "shape":
            return _of_each(attrgetter("shape"), partial(_has_shape, _sizes(term.text)))
        case "dtype":
            is_called = _fully(term.text)
            return _of_each(attrgetter("dtype"), lambda dtype: is_called(dtype.name))
        case "op":
            return _of_each(attrgetter("op.name"), _fully(term.text))
        case "group":
            return _of_each(attrgetter("group"), _in_group(term.text))
        case "name":
            return _name_test(term.text)
    named, is_op = _name_test(term.text), _of_each(attrgetter("op.name"), _fully(term.text))
    return lambda node: named(node) or is_op(node)


def _name_test(text: str) -> Test:
    """Whether a name holds the text, or is all of it where there are wild cards."""
    if set("*?") & set(text):
        whole = _fully(text)
        return lambda node: whole(node.name)
    small = text.lower()
    return lambda node: small in node.name.lower()


def _of_each(of: Callable[[Node], Property], test: Callable[[Property], bool]) -> Test:
    """The test of a property that many nodes share: each value is looked at once."""
    known: dict[Property, bool] = {}

    def holds(node: Node) -> bool:
        value = of(node)
        if value not in known:
            known[value] = test(value)
        return known[value]

    return holds


def _fully(text: str) -> Callable[[str], bool]:
    pattern = _pattern(text)
    return lambda whole: pattern.fullmatch(whole) is not None


def _pattern(text: str) -> re.Pattern[str]:
    """What matches all of a word, `*` being anything in it and `?` one character."""
    # Not a plain `.*` for each `*`: many of them would be tried against each other for very long.
    return re.compile(translate(text.replace("[", "[[]")), re.IGNORECASE)


def _in_group(text: str) -> Callable[[str], bool]:
    """Whether a group, or one around it, is called so; its outer ones may be left out."""
    parts, whole = text.count("/") + 1, _fully(text)

    def holds(group: str) -> bool:
        names = group.split("/")
        ends = range(parts, len(names) + 1)
        return any(whole("/".join(names[end - parts : end])) for end in ends)

    return holds


def _sizes(text: str) -> tuple[int | str, ...]:
    if text == "scalar":
        return ()
    return tuple(each if each in (ANY_SIZE, ANY_SIZES) else int(each) for each in text.split("x"))


def _has_shape(wanted: tuple[int | str, ...], shape: Shape) -> bool:
    """Whether a shape is of a pattern.

    >>> [_has_shape((3, "*"), shape) for shape in ((3, 4), (3,), (3, 4, 5))]
    [True, False, False]
    >>> [_has_shape(("...", 5), shape) for shape in ((5,), (3, 4, 5), ())]
    [True, True, False]
    """
    if ANY_SIZES not in wanted:
        return len(wanted) == len(shape) and _are(wanted, shape)
    first = wanted.index(ANY_SIZES)
    last = len(wanted) - first - 1
    fits = len(shape) >= first + last
    return fits and _are(wanted[:first], shape) and _are(wanted[first + 1 :], shape[-last:])


def _are(wanted: Sequence[int | str], sizes: Sequence[int]) -> bool:
    """Whether the first sizes are what is wanted."""
    return all(a in (ANY_SIZE, b) for a, b in zip(wanted, sizes, strict=False))


# What is known at the cursor ------------------------------------------------------------------


def _with_nan(snapshot: Snapshot) -> Test:
    """Whether there is a NaN in the value or the gradient."""
    # Nothing but a NaN, or infinities of both signs, makes one: those steps have faults.
    return partial(_holds, np.isnan, snapshot, _near_faults(snapshot))


def _with_infinity(snapshot: Snapshot) -> Test:
    """Whether there is an infinity in the value or the gradient."""
    # Finite contributions may be infinite together, and that sum is no step of its own.
    sums = {name for name, many in snapshot.run.plan.expects.items() if many > 1}
    return partial(_holds, np.isinf, snapshot, _near_faults(snapshot) | sums)


def _near_faults(snapshot: Snapshot) -> set[str]:
    """The only nodes, besides those whose gradient is a sum, of which a number is not finite."""
    found = {*snapshot.run.given, *snapshot.run.replaced}
    for fault in snapshot.run.faults:
        found.add(fault.node)
        if fault.edge is not None:
            found.add(fault.edge.source)
    return found


def _holds(
    test: Callable[[Array], Array], snapshot: Snapshot, possible: Container[str], node: Node
) -> bool:
    if node.name not in possible or node.dtype.kind != "f":
        return False
    arrays = (snapshot.value(node.name), snapshot.gradient(node.name))
    return any(array is not None and _any(test, array) for array in arrays)


def _any(test: Callable[[Array], Array], array: Array) -> bool:
    # An element is read in a tenth of the time in which an array is asked.
    if array.size == 1 and isfinite(array.item()):
        return False
    return bool(test(array).any())


def _with_fault(snapshot: Snapshot) -> Test:
    return _among({fault.node for fault in snapshot.run.faults if fault.step <= snapshot.cursor})


def _with_zero_gradient(snapshot: Snapshot) -> Test:
    run, cursor, output = snapshot.run, snapshot.cursor, snapshot.graph.output
    found = {output} if _is_zero(snapshot.gradient(output)) else set()
    for name, arrived in run.arrivals.items():
        if name == output or arrived[0][0] > cursor:
            continue
        # What has all arrived need not be counted.
        gradient = run.gradient(name, None if arrived[-1][0] <= cursor else cursor)
        if _is_zero(gradient):
            found.add(name)
    return _among(found)


def _is_zero(gradient: Array | None) -> bool:
    if gradient is None:
        return False
    return not (gradient.item() if gradient.size == 1 else gradient.any())


def _with_state(state: NodeState, snapshot: Snapshot) -> Test:
    """Whether a node is in that state: `snapshot.state` for all nodes at once, from the plan."""
    plan, cursor = snapshot.run.plan, snapshot.cursor
    now = {snapshot.step.node} if snapshot.step else set()
    if state is NodeState.CURRENT:
        return _among(now)
    sent = {task.node for task in plan.tasks[plan.seed_step : cursor]} if plan.seed_step else set()
    if state is NodeState.SENT:
        return _among(sent - now)
    known, elsewhere = plan.forward_step, sent | now
    if state is NodeState.GIVEN:
        return lambda node: node.name not in known and node.name not in elsewhere
    done = {task.node for task in plan.tasks[: min(cursor, plan.forward_end)]}
    return _among((done if state is NodeState.DONE else known.keys() - done) - elsewhere)


def _among(names: Container[str]) -> Test:
    return lambda node: node.name in names


STATES: Mapping[str, Callable[[Snapshot], Test]] = {
    "nan": _with_nan,
    "inf": _with_infinity,
    "fault": _with_fault,
    "zero-gradient": _with_zero_gradient,
    **{state.value: partial(_with_state, state) for state in NodeState},
}
"""What a node can be found to be at the cursor."""


# Where there is nothing -------------------------------------------------------------------------


def nothing_found(query: Query, graph: Graph) -> str:
    """That no node is of the query, and the nearest word that there is for one of its terms."""
    hints = (_nearest_there(term, graph) for term in query.terms)
    return f"no node matches {quoted(str(query))}.{next(filter(None, hints), '')}"


def _nearest_there(term: Term, graph: Graph) -> str:
    nodes = graph.nodes.values()
    if set("*?") & set(term.text):
        return ""
    match term.key:
        case "op":
            known = [node.op.name for node in nodes]
        case "group":
            known = [*graph.groups, *(group.rpartition("/")[2] for group in graph.groups)]
        case "" | "name":
            known = [*{node.op.name: None for node in nodes}, *graph.nodes]
        case _:
            return ""
    known = list(dict.fromkeys(known))
    return "" if term.text in known else nearest(term.text, known)
