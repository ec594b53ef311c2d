"""What a breakpoint is: where on the timeline it looks, when it counts, and how it is written.

It is data, known by names. `breakpoint_text` makes one of the words of a command,
`breakpoint_steps` finds its places in a graph, and `hits` where it is hit on a run.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from graphtui.engine.plan import Phase
from graphtui.errors import CommandError, nearest
from graphtui.graph.wording import listed, quoted


class Kind(StrEnum):
    """What the name of a target is the name of, and what is watched there."""

    NODE = "node"
    OP = "op"
    GROUP = "group"
    CONTRIBUTION = "contribution"
    """The gradient of a node receives a contribution."""
    SIGN = "sign"
    """An element of a gradient changes its sign as a contribution arrives."""
    RATIO = "ratio"
    """A node receives less than this ratio of what its sender received, by the norms."""


PLACES = (Kind.NODE, Kind.OP, Kind.GROUP)
"""Targets that are places in the graph; the others watch the gradient of a node."""


class Target(NamedTuple):
    """Where a breakpoint looks."""

    kind: Kind
    name: str
    number: float = 0
    """Which contribution, 0 for each; or the ratio."""

    def __str__(self) -> str:
        """As it is typed."""
        name = shlex.quote(self.name)
        if self.kind is Kind.NODE:
            return f"node:{name}" if is_keyword(self.name) else name
        if self.kind in PLACES:
            return f"{self.kind}:{name}"
        name = f"'{name}'" if name in _KEYWORDS else name
        return " ".join((self.kind, name, *([f"{self.number:.17g}"] if self.number else [])))


class Breakpoint(NamedTuple):
    """Where to stop, or to record an expression and go on."""

    target: Target | None = None
    """None means wherever the condition can become true, or the expression can change."""
    condition: str = ""
    """An expression that must be true; "" is always. Without a target, it must *become* true."""
    phase: Phase | None = None
    """The only pass in which it counts: forward or backward; None means both."""
    hits: int = 0
    """Stop at this hit only, counted from the start of the timeline; 0 means any."""
    after: int = 0
    """Ignore that many hits first."""
    once: bool = False
    """Whether it is spent when it has stopped."""
    armed_by: int = 0
    """The number of the breakpoint that must have stopped, or recorded, at an earlier step."""
    log: str = ""
    """The expression to record; "" stops."""
    enabled: bool = True
    spent: bool = False
    """Whether it was to stop once and has."""

    def __str__(self) -> str:
        """As it is typed after `break`, or after `log`."""
        words = [str(self.target)] if self.target else []
        words += [self.phase] if self.phase else []
        words += [f"hits {self.hits}"] if self.hits else []
        words += [f"after {self.after}"] if self.after else []
        words += ["once"] if self.once else []
        words += [f"armed-by {self.armed_by}"] if self.armed_by else []
        before = [self.log, *(["at"] if words else [])] if self.log else []
        behind = [f"if {self.condition}"] if self.condition else []
        return " ".join((*before, *words, *behind))

    @property
    def active(self) -> bool:
        """Whether it can stop."""
        return self.enabled and not self.spent

    def to_dict(self) -> dict[str, Any]:
        """It in plain dicts, numbers and text; what is as by default is left out."""
        found = {
            name: value
            for name, value in self._asdict().items()
            if value != getattr(_DEFAULT, name)
        }
        if self.target:
            found["target"] = {"kind": self.target.kind.value, "name": self.target.name}
            found["target"] |= {"number": self.target.number} if self.target.number else {}
        if self.phase:
            found["phase"] = self.phase.value
        return found

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Breakpoint:
        """The breakpoint that `to_dict` wrote; its names are not looked up.

        Raises:
            CommandError: something in it is not of its kind.
        """
        given = _read(document, cls._fields, "a breakpoint")
        if "target" in given:
            given["target"] = _target(given["target"])
        if "phase" in given and given["phase"] not in (Phase.FORWARD, Phase.BACKWARD):
            raise CommandError(
                f"a breakpoint's phase is 'forward' or 'backward', not {_shown(given['phase'])}."
            )
        given |= {"phase": Phase(given["phase"])} if "phase" in given else {}
        for name, value in given.items():
            wanted = type(getattr(_DEFAULT, name))
            if name not in ("target", "phase") and (
                type(value) is not wanted or (wanted is int and value < 0)
            ):
                what = {str: "text", bool: "true or false", int: "a whole number from 0 up"}[wanted]
                raise CommandError(f"a breakpoint's '{name}' is {what}, not {_shown(value)}.")
        return _sensible(cls(**given))


_DEFAULT = Breakpoint()

OPTIONS = ("forward", "backward", "hits", "after", "once", "armed-by")
"""The words that may stand between a target and its condition."""

_KEYWORDS = (*OPTIONS, "if", "at", Kind.CONTRIBUTION, Kind.SIGN, Kind.RATIO)


def is_keyword(name: str) -> bool:
    """Whether a node of that name is written with `node:` before it.

    >>> is_keyword("once"), is_keyword("op:x"), is_keyword("h1")
    (True, True, False)
    """
    return name in _KEYWORDS or name.startswith(tuple(f"{kind}:" for kind in PLACES))


def _sensible(breakpoint: Breakpoint) -> Breakpoint:
    """It, unless what it says contradicts itself."""
    if breakpoint.target is None and not breakpoint.condition and not breakpoint.log:
        raise CommandError("a breakpoint needs a 'target', a 'condition' or a 'log'.")
    if breakpoint.hits and breakpoint.after:
        raise CommandError("a breakpoint has 'hits' or 'after', not both.")
    if breakpoint.log and breakpoint.once:
        raise CommandError("a breakpoint with a 'log' goes on, so it cannot have 'once'.")
    return breakpoint


def _target(document: Any) -> Target:
    given = _read(document, ("kind", "name", "number"), "a breakpoint's target")
    kind, name, number = given.get("kind"), given.get("name"), given.get("number", 0)
    if kind not in list(Kind):
        raise CommandError(f"a breakpoint's target is one of {listed(Kind)}, not {_shown(kind)}.")
    if not isinstance(name, str):
        raise CommandError(f"the name of a breakpoint's target is text, not {_shown(name)}.")
    whole = kind == Kind.CONTRIBUTION
    if type(number) not in ((int,) if whole else (int, float)) or not 0 <= number < math.inf:
        raise CommandError(f"the number of a breakpoint's target cannot be {_shown(number)}.")
    if number and kind not in (Kind.CONTRIBUTION, Kind.RATIO):
        raise CommandError(f"a breakpoint's target of the kind {quoted(kind)} has no number.")
    if kind == Kind.RATIO and not number:
        raise CommandError("a breakpoint on a ratio needs its 'number'.")
    return Target(Kind(kind), name, number)


def _read(document: Any, known: Collection[str], what: str) -> dict[str, Any]:
    if not isinstance(document, Mapping):
        raise CommandError(f"{what} is written as an object, not {_shown(document)}.")
    for key in document:
        if key not in known:
            raise CommandError(f"{what} has no {_shown(key)}.{nearest(str(key), known)}")
    return dict(document)


def _shown(value: Any) -> str:
    return quoted(str(value))
