"""Lines that are cut out when they are asked for are those of `split`."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.graph import places
from graphtui.graph.places import Lines


@given(st.text(st.sampled_from("ab\n\r é😀"), max_size=40), st.integers(1, 9))
def test_the_lines_are_those_of_split(text: str, piece: int) -> None:
    with mock.patch.object(places, "_PIECE", piece):
        lines = Lines(text)
    split = text.split("\n")
    assert list(lines) == split
    assert len(lines) == len(split)
    assert lines[-1] == split[-1]
    assert lines[1:3] == split[1:3]
    with pytest.raises(IndexError):
        lines[len(split)]
