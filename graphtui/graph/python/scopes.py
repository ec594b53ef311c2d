"""Where in the user's program an expression is evaluated: frame, callers and instruction.

Only what is lost as soon as the program goes on is noted here, and cheaply; what it means (file and
columns, variable names, groups) is worked out afterwards, by `source` and `naming`.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable
from types import CodeType, FrameType
from typing import NamedTuple

import numpy as np

_OPTIMIZED = 0x1
"""`inspect.CO_OPTIMIZED`: set for functions, not for modules and class bodies."""


class Scope:
    """One call of one of the user's functions, or the run of a module, with its callers.

    It keeps the frame alive, because two calls are the same call if they have the same frame, and
    because the frame's variables tell the names of values when the call is over.
    """

    __slots__ = ("caller", "frame")

    def __init__(self, frame: FrameType, caller: Site | None) -> None:
        self.frame = frame
        self.caller = caller
        """From where it was called; None for a module, and where no caller is the user's."""

    @property
    def is_function(self) -> bool:
        """Whether it is a call of a named function, rather than a lambda or a comprehension."""
        code = self.frame.f_code
        return bool(code.co_flags & _OPTIMIZED) and not code.co_name.startswith("<")


class Site(NamedTuple):
    """One evaluation of one expression."""

    scope: Scope
    offset: int
    """The byte offset of the instruction in the code of the scope's frame."""


def calling_site(near: Iterable[Site | None] = ()) -> Site | None:
    """The user's expression that is being evaluated, or None where no caller is the user's.

    Args:
        near: sites of the operands: their scopes save the walk to the outermost frame.
    """
    frame = _user_frame(sys._getframe(1))
    if frame is None:
        return None
    for site in near:
        if site is not None and site.scope.frame is frame:
            return Site(site.scope, frame.f_lasti)
    return Site(_scope(frame, _known(near)), frame.f_lasti)


def _known(near: Iterable[Site | None]) -> list[Scope]:
    """The scopes of some sites, and of their callers, which a call comes from or returns to."""
    scopes = [site.scope for site in near if site is not None]
    return [*scopes, *(scope.caller.scope for scope in scopes if scope.caller)]


def _scope(frame: FrameType, known: list[Scope]) -> Scope:
    calls: list[FrameType] = []
    at: FrameType | None = frame
    scope = None
    while at is not None and scope is None:
        scope = next((each for each in known if each.frame is at), None)
        if scope is None:
            calls.append(at)
            # What runs a module is not the user's: an import, a test runner.
            at = None if at.f_code.co_name == "<module>" else _caller(at)
    for each in reversed(calls):
        scope = Scope(each, Site(scope, scope.frame.f_lasti) if scope else None)
    assert scope is not None
    return scope


def _user_frame(frame: FrameType | None) -> FrameType | None:
    while frame is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def _caller(frame: FrameType) -> FrameType | None:
    """The user's call that `frame` comes from; what graphtui itself calls comes from none."""
    caller = frame.f_back
    while caller is not None and is_ours(caller.f_code.co_filename):
        if caller.f_code.co_filename.startswith(_PACKAGE):
            return None
        caller = caller.f_back
    return caller


_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_LESSONS = os.path.join(_PACKAGE, "examples", "")
_OURS = (
    os.path.join(_PACKAGE, ""),
    os.path.join(os.path.dirname(os.path.abspath(np.__file__)), ""),
    "<frozen importlib",
    "<frozen runpy",
)


@functools.lru_cache(maxsize=1024)
def is_ours(filename: str) -> bool:
    """Whether frames of this file only serve: graphtui's, NumPy's or the importer's."""
    return filename.startswith(_OURS) and not filename.startswith(_LESSONS)


def function_title(code: CodeType) -> str:
    """What the group of a function's nodes is called.

    Methods that Python calls by itself are called as their class is.
    """
    name = code.co_name
    if name.startswith("__") and name.endswith("__"):
        owner = code.co_qualname.rpartition(".")[0].rpartition(".")[2]
        return owner if owner and not owner.startswith("<") else name
    return name
