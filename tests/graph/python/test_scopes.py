"""Which frames are the user's."""

from __future__ import annotations

import os

import numpy as np
import pytest

import graphtui
from graphtui.graph.python.scopes import is_ours

PACKAGE = os.path.dirname(graphtui.__file__)


@pytest.mark.parametrize(
    "place", ["ops/op.py", "graph/python/tensor.py", "ui/app.py", "cli/run.py"]
)
def test_all_of_the_package_is_ours(place: str) -> None:
    assert is_ours(os.path.join(PACKAGE, place))


def test_lessons_and_what_lies_beside_the_package_are_the_users() -> None:
    assert not is_ours(os.path.join(PACKAGE, "examples", "sigmoid.py"))
    assert not is_ours(PACKAGE + "_of_mine.py")
    assert not is_ours(os.path.join(os.path.dirname(PACKAGE), "net.py"))
    assert is_ours(np.__file__)
