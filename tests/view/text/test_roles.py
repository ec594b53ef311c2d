"""Roles: what views emit is listed, and what is listed says what it means."""

from __future__ import annotations

import re
from pathlib import Path

from graphtui.view.drawing import marks
from graphtui.view.text import roles
from graphtui.view.text.roles import ROLES

VIEW = Path(roles.__file__).parents[1]


def test_every_role_says_what_it_means() -> None:
    assert all(meaning and not meaning.endswith(".") for meaning in ROLES.values())


def test_no_role_is_listed_that_nothing_uses() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in VIEW.rglob("*.py") if path.name != "roles.py"
    )
    used = set(re.findall(r'"([a-z.]*)"', code))
    assert set(ROLES) <= used


def test_roles_with_a_shape_of_their_own_exist() -> None:
    heavy = marks.HEAVY_WIRES | marks.HEAVY_BOXES | marks.SIGNS.keys()
    assert heavy <= ROLES.keys()
