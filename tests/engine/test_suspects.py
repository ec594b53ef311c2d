"""Mistakes that show when the gate is evaluated again: each is named, and a random one is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphtui.engine.gradcheck import gradcheck
from graphtui.graph.python.build import input
from graphtui.graph.python.define_op import define_op

RNG = np.random.default_rng(3)


def told(forward: Callable[..., Any], vjp: Callable[..., Any], *values: Any) -> list[str]:
    """The clue of every contribution that is wrong, where upstream differs from place to place."""
    leaves = [input(value, name=f"x{place}") for place, value in enumerate(values)]
    graph = define_op("written", forward, vjp)(*leaves).graph()
    seed = RNG.uniform(1, 2, graph.nodes[graph.output].shape)
    return [check.clue for check in gradcheck(graph, seed=seed).culprits]


X, W, B = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 3)), RNG.normal(size=3)
TRANSPOSED = "It is what the transposed Jacobian would send: is a transpose missing?"


def test_a_transpose_is_missing() -> None:
    found = told(lambda x, W: x @ W, lambda g, y, x, W: (g @ W, x.T @ g), X, W)
    assert found == [TRANSPOSED]
    assert told(lambda x, W: W @ x, lambda g, y, x, W: (W @ g, np.outer(g, x)), B, W) == [
        TRANSPOSED
    ]


def test_the_gradient_itself_is_transposed() -> None:
    A, C = RNG.normal(size=(2, 4, 4))
    found = told(lambda a, c: a @ c, lambda g, y, a, c: (g @ c.T, (a.T @ g).T), A, C)
    assert found == ["It is the transpose of what differences say."]


@pytest.mark.parametrize(("place", "which"), [(-1, "last"), (0, "first")])
def test_a_sum_is_missing(place: int, which: str) -> None:
    found = told(lambda x, b: x + b, lambda g, y, x, b: (g, g[place]), X, B)
    assert found == [
        f"It is what the {which} row alone sends: is the sum over axis 0 missing?",
    ]
    column = RNG.normal(size=(4, 1))
    found = told(lambda x, b: x * b, lambda g, y, x, b: (g * b, (g * x)[:, [place]]), X, column)
    assert found == [
        f"It is what the {which} element along axis 1 alone sends: is the sum over axis 1 missing?"
    ]


def test_two_are_the_wrong_way_round() -> None:
    found = told(lambda a, b: a * b, lambda g, y, a, b: (g * a, g * b), RNG.normal(size=3), B)
    assert found == [
        "It is what input 2, 'x1', should be sent: are both the wrong way round?",
        "It is what input 1, 'x0', should be sent: are both the wrong way round?",
    ]


def test_what_is_wrong_in_no_known_way_has_no_clue() -> None:
    noise = RNG.normal(size=(4, 3))
    assert told(lambda x, b: x + b, lambda g, y, x, b: (noise, g.sum(0)), X, B) == [""]
    assert told(lambda x: x**3, lambda g, y, x: g * x, X) == [""]


def test_what_is_right_is_no_suspect() -> None:
    assert told(lambda x, W: x @ W, lambda g, y, x, W: (g @ W.T, x.T @ g), X, W) == []
