"""What is found by brackets and commas is what a walk over all tokens finds."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.graph.json import structure
from graphtui.graph.json.structure import Structure
from graphtui.graph.json.tokens import spots
from tests.graph.json.test_text import JSON_VALUES, LAYOUTS


@given(JSON_VALUES, st.sampled_from(LAYOUTS), st.integers(1, 40))
def test_every_value_is_found_wherever_the_text_is_cut(
    value: Any, layout: dict[str, Any], chunk: int
) -> None:
    text = json.dumps(value, **layout)
    with mock.patch.object(structure, "_CHUNK", chunk):
        found = Structure(text)
    every = {tuple(path): spot for path, spot in spots(text)}
    for path, spot in every.items():
        if path:
            within = found.members(every[path[:-1]].start).spot(path[-1])
            assert within is not None
            assert within[:4] == spot[:4]


@pytest.mark.parametrize("text", ["[]", "{}", "[ ]", '{"a": 1}', "[[], 2]"])
def test_what_is_not_there_is_not_found(text: str) -> None:
    members = Structure(text).members(0)
    for step in ("b", 2, -1):
        assert members.spot(step) is None


def test_marks_in_strings_are_none() -> None:
    text = r'["a,]\"[", "\\", {"}, \"": [1, 2]}, "é😀,"]'
    members = Structure(text).members(0)
    spans = [members.spot(number) for number in range(5)]
    assert [each and text[each.start : each.end] for each in spans] == [
        r'"a,]\"["',
        r'"\\"',
        r'{"}, \"": [1, 2]}',
        '"é😀,"',
        None,
    ]
