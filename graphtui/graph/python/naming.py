"""What described values are called: after variables, in groups of calls.

A value is called after the outermost variable that it became: the result of `sigmoid(s)` in
`f = sigmoid(s)` is `f`, though inside of the function it had no name, or another one. Names follow
values from where they are computed through every `return` to where they are assigned; the text
says how (`source`), and the variables of the frames confirm it. Where an expression computes one
value after the other, as `sum` does, its variable is the last one's. What has no variable is called
after its op.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from graphtui.graph.python.described import Described
from graphtui.graph.python.scopes import Scope, Site, function_title
from graphtui.graph.python.source import Sources
from graphtui.graph.wording import numbered
from graphtui.ops.op import Op


class Names:
    """Names and groups of some described values, given in the order in which they were made.

    The names of two values of one variable differ by a number: `h`, `h_2`, `h_3`.
    """

    def __init__(self, values: Sequence[Described], sources: Sources) -> None:
        self._sources = sources
        self._ids = {id(value) for value in values}
        self._variables: dict[int, dict[int, list[str]]] = {}
        self._known: dict[int, bool] = {}
        self._used: dict[tuple[int, int], set[int]] = {}
        """Values that an expression has computed and used for others, by their identities."""
        self._groups = _groups(values)
        found = [self._found(value) for value in reversed(values)]  # the last ones are used by none
        found.reverse()
        self.groups: Sequence[str] = [self._group(value.site) for value in values]
        """The group of each value."""
        self.names: Sequence[str] = _unique(values, found, self.groups)
        """The name of each value."""

    def _group(self, site: Site | None) -> str:
        return self._path(site.scope) if site else ""

    def _path(self, scope: Scope | None) -> str:
        """The innermost group around a scope."""
        while scope is not None:
            if id(scope.frame) in self._groups:
                return self._groups[id(scope.frame)]
            scope = scope.caller.scope if scope.caller else None
        return ""

    def _found(self, value: Described) -> str | None:
        """The name of `value` before it is made unique, or None where no variable tells it."""
        site = value.site
        if value.title is not None or site is None:
            return self._inside(self._group(site), value.title) if value.title else None
        if value.slot is not None:
            name = self._sources.operand(site, value.slot)
            return self._inside(self._group(site), name) if name else None
        return self._outermost(value, site)

    def _outermost(self, value: Described, site: Site) -> str | None:
        found = None
        part: int | None = None
        came_back = True
        at: Site | None = site
        while at is not None and (came_back or self._is_known(at.scope)):
            only_used = self._is_only_used(value, at, own=at is site)
            binding = self._sources.binding(at) if came_back and not only_used else None
            name = binding.of_part(part) if binding else ""
            name = name or self._variable(value, at, own=at is site)
            if name:
                found = self._inside(self._path(at.scope), name)
            if binding is not None and binding.returned:
                part = binding.part if binding.part is not None else part
            else:
                variables = self._named(at.scope, value)
                returned = self._sources.returned(at) if variables else {}
                carrier = next((name for name in variables if name in returned), None)
                came_back = carrier is not None
                part = returned[carrier] if carrier is not None else None
            at = at.scope.caller
        return found

    def _is_only_used(self, value: Described, at: Site, *, own: bool) -> bool:
        """Whether the expression at `at` goes on with `value`, so that it is not what it gives.

        Those that were made after `value` have been asked about before. In a loop, what the last
        time has given may be used as well; that `sum` adds it to what it has tells it apart.
        """
        function = self._sources.gathering(at)
        if function is None:
            return False
        used = self._used.setdefault((id(at.scope.frame), at.offset), set())
        if own:
            used.update(map(id, value.inputs[:1]))
        elif function is functools.reduce:
            used.update(map(id, value.inputs))
        return id(value) in used

    def _variable(self, value: Described, site: Site, *, own: bool) -> str:
        """The variable of a frame that holds `value` now, or held it when the call was over.

        A parameter is no name for what a caller handed in, nor is the variable of a loop.
        """
        code = site.scope.frame.f_code
        count = code.co_argcount + code.co_kwonlyargcount
        passed = () if own else code.co_varnames[:count]
        names = self._named(site.scope, value)
        loops = self._sources.loop_variables(site) if names else ()
        return next((name for name in names if name not in passed and name not in loops), "")

    def _named(self, scope: Scope, value: Described) -> Sequence[str]:
        """All variables of a frame that hold `value`."""
        return self._held(scope).get(id(value), ())

    def _held(self, scope: Scope) -> Mapping[int, list[str]]:
        """The variables of a frame that hold one of the values, by its identity."""
        held = self._variables.get(id(scope.frame))
        if held is None:
            held = self._variables[id(scope.frame)] = {}
            for name, value in list(scope.frame.f_locals.items()):
                if id(value) in self._ids and name.isidentifier():
                    held.setdefault(id(value), []).append(name)
        return held

    def _is_known(self, scope: Scope) -> bool:
        """Whether a frame, or one that it was called from, has a variable for any value at all.

        Without that, a test runner's or a notebook's many frames would be searched for every value.
        """
        inner = []
        at: Scope | None = scope
        while at is not None and id(at.frame) not in self._known:
            inner.append(at)
            at = at.caller.scope if at.caller else None
        known = at is not None and self._known[id(at.frame)]
        for each in reversed(inner):
            known = self._known[id(each.frame)] = known or bool(self._held(each))
        return known

    @staticmethod
    def _inside(group: str, name: str) -> str:
        return f"{group}/{name}" if group else name


def _unique(
    values: Sequence[Described], found: Sequence[str | None], groups: Sequence[str]
) -> list[str]:
    """The names of all values: given ones as they are, then variables, then ops, no two alike.

    Given names may be alike; the graph refuses them, because each was meant.
    """
    names: list[str] = [""] * len(values)
    free = _Free()
    stages: tuple[list[tuple[int, str]], ...] = ([], [], [])
    for i, (value, name, group) in enumerate(zip(values, found, groups, strict=True)):
        if value.title is not None:
            stages[0].append((i, name or value.title))
        elif name is not None:
            stages[1].append((i, name))
        else:
            stages[2].append((i, f"{group}/{value.op.name}" if group else value.op.name))
    for i, name in stages[0]:
        names[i] = name
        free.taken.add(name)
    for stage in stages[1:]:
        free.wanted = {name for _, name in stage}
        for i, name in stage:
            names[i] = free.name(name)
    return names


class _Free:
    """Names that nothing has yet: the wanted one, or with the next number behind it."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.wanted: set[str] = set()
        """Names that others are going to ask for, so that nobody gets them as a second choice."""
        self._names: dict[str, Iterator[str]] = {}

    def name(self, wanted: str) -> str:
        names = self._names.setdefault(wanted, numbered(wanted))
        for name in names:
            if name not in self.taken and (name == wanted or name not in self.wanted):
                break
        self.taken.add(name)
        return name


# Groups -----------------------------------------------------------------------------------------


def _groups(values: Iterable[Described]) -> dict[int, str]:
    """For each call that is a group, by the identity of its frame, the group's path.

    A call is a group if something is computed in it. The calls that everything is described in are
    none: there is nothing outside to tell them from.
    """
    sites = [value.site for value in values if value.site is not None]
    chains = _Chains()
    common = chains.common(sites)
    computing = [value.site for value in values if isinstance(value.op, Op) and value.site]
    paths: dict[int, str] = {}
    free = _Free()
    for site in computing:
        outer = ""
        for scope in chains.of(site.scope)[common:]:
            key = id(scope.frame)
            if key not in paths:
                name = function_title(scope.frame.f_code)
                paths[key] = free.name(f"{outer}/{name}" if outer else name)
            outer = paths[key]
    return paths


class _Chains:
    """The calls of named functions that scopes lie in, outermost first."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Scope, ...]] = {}

    def of(self, scope: Scope) -> tuple[Scope, ...]:
        """The calls around `scope`, and `scope` itself."""
        waiting = []
        at: Scope | None = scope
        while at is not None and id(at.frame) not in self._known:
            waiting.append(at)
            at = at.caller.scope if at.caller else None
        chain = self._known[id(at.frame)] if at else ()
        for each in reversed(waiting):
            # What graphtui itself has called, and no user's code, is the description as a whole.
            opens = each.is_function and each.caller is not None
            chain = (*chain, each) if opens else chain
            self._known[id(each.frame)] = chain
        return chain

    def common(self, sites: Sequence[Site]) -> int:
        """How many calls all sites have in common."""
        shared: list[int] | None = None
        for site in sites:
            calls: list[Any] = [id(scope.frame) for scope in self.of(site.scope)]
            if shared is None:
                shared = calls
            pairs = zip(shared, calls, strict=False)
            shared = [a for a, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)]
            if not shared:
                break
        return len(shared or ())
