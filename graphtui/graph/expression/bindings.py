"""The expression of the command line, `-e EXPR name=value …`: its names become inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphtui.errors import DescriptionError, Problem, nearest
from graphtui.graph.expression.expansion import Trouble, expand
from graphtui.graph.expression.parser import parse
from graphtui.graph.expression.terms import Literal, Name, Several, Unreadable
from graphtui.graph.nodes import Draft
from graphtui.graph.places import place_of
from graphtui.graph.wording import brief, numbered, quoted


def expression_drafts(text: str, bindings: Mapping[str, str]) -> tuple[list[Draft], str]:
    """The nodes of `-e EXPR name=value …`, and the name of the result.

    Each bound name is an input; its value is a number or nested lists, as `2`, `[[1, 2], [3, 4]]`.
    The result is called `f`, or `f_2` where `f` is bound.

    Raises:
        DescriptionError: the expression or a value cannot be read, a name in it has no value, or a
            value is never used; every problem with its place.
    """
    problems: list[Problem] = []
    values = {name: _value(written, name, problems) for name, written in bindings.items()}
    try:
        used: dict[str, Name] = {}
        for term in parse(text).terms:
            if isinstance(term, Name):
                used.setdefault(term.name, term)
    except Unreadable as error:
        problems.append(_problem(Trouble(error.message, error.start, error.end, "syntax"), text))
        raise DescriptionError(problems) from None
    problems += _unbound(text, used, bindings)
    name = next(name for name in numbered("f") if name not in bindings)
    expansion = expand(text, name, {*bindings, *used}, taken=bindings)
    problems += [_problem(trouble, text) for trouble in expansion.troubles]
    if problems:
        raise DescriptionError(problems)
    leaves = [
        Draft(name, "input", value=value, span=(used[name].start, used[name].end))
        for name, value in values.items()
    ]
    return [_placed(draft, text) for draft in (*leaves, *expansion.drafts)], name


def _value(written: str, name: str, problems: list[Problem]) -> Any:
    """The number or nested lists that were written; 0.0 where that is no value, which is noted."""
    advice = f"Write {name}=2 or {name}=[[1, 2], [3, 4]]."
    try:
        meanings: list[Any] = []
        for term in parse(written).terms:
            match term:
                case Literal(value) if type(value) in (int, float):
                    meanings.append(value)
                case Several(items):
                    meanings.append([meanings[i] for i in items])
                case _:
                    raise Unreadable("this is not a number.", term.start, term.end)
    except Unreadable as error:
        before = len(name) + 1
        span = (before + error.start, before + error.end)
        problems.append(_problem(Trouble(f"{error.message} {advice}", *span), f"{name}={written}"))
        return 0.0
    return meanings[-1]


def _unbound(text: str, used: Mapping[str, Name], bindings: Mapping[str, str]) -> Iterable[Problem]:
    missing = [name for name in used if name not in bindings]
    unused = [name for name in bindings if name not in used]
    for name in missing:
        hint = nearest(name, unused) or f" Add {brief(name)}=NUMBER."
        term = used[name]
        message = f"{quoted(name)} has no value.{hint}"
        yield _problem(Trouble(message, term.start, term.end, "unknown-name"), text)
    for name in unused:
        message = f"the value of {quoted(name)} is not used in the expression."
        if not any(nearest(other, [name]) for other in missing):
            whole = f"{name}={bindings[name]}"
            yield _problem(Trouble(message, 0, len(name), "unused"), whole)


def _placed(draft: Draft, text: str) -> Draft:
    start, end = draft.span or (0, len(text))
    return draft._replace(place=place_of(start, end, text, "-e"), span=None)


def _problem(trouble: Trouble, text: str) -> Problem:
    place = place_of(trouble.start, trouble.end, text, "-e")
    return Problem(trouble.message, place, code=trouble.code)
