"""Python's own functions that compute one value after the other and give the last: `sum`, `reduce`.

All these values are made by one expression of the user's, and its variable is the last one's only.
Which of them that is, is for `naming`.
"""

from __future__ import annotations

import ast
import builtins
import functools
import math
from collections.abc import Callable, Mapping
from types import FrameType, ModuleType
from typing import Any

Gathering = Callable[..., Any]
"""One of these functions."""

GATHERING: tuple[Gathering, ...] = (builtins.sum, math.prod, functools.reduce)


def gathering(expression: ast.AST | None, frame: FrameType) -> Gathering | None:
    """The function of `GATHERING` that an expression calls; None for anything else.

    Args:
        expression: as it is written.
        frame: where it is evaluated, which says what its names stand for.
    """
    if not isinstance(expression, ast.Call):
        return None
    called = _object(expression.func, frame)
    return next((each for each in GATHERING if each is called), None)


def _object(node: ast.expr, frame: FrameType) -> object:
    """What a name, or a name in a module, stands for in a frame; nothing of the user's is run."""
    match node:
        case ast.Name(id=name):
            scopes: tuple[Mapping[str, Any], ...] = (
                frame.f_locals,
                frame.f_globals,
                frame.f_builtins,
            )
            return next((scope[name] for scope in scopes if name in scope), None)
        case ast.Attribute(value=ast.Name() as whole, attr=name):
            module = _object(whole, frame)
            return vars(module).get(name) if isinstance(module, ModuleType) else None
    return None
