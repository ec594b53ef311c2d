"""Laws of the tracks: vertical runs of one gap between two columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphtui.view.drawing.careful.tracks import Net, Run, assign


@st.composite
def gaps(draw: st.DrawFn) -> list[Net]:
    """Nets with different left rows and different right rows."""
    count = draw(st.integers(1, 10))
    lefts = draw(st.lists(st.integers(0, 24), min_size=count, max_size=count, unique=True))
    rights = draw(st.lists(st.integers(0, 24), min_size=count, max_size=20, unique=True))
    shares = [[right] for right in rights[:count]]
    for right in rights[count:]:
        shares[draw(st.integers(0, count - 1))].append(right)
    return [Net(left, tuple(share)) for left, share in zip(lefts, shares, strict=True)]


Piece = tuple[int, int, int, int]
"""x1, y1, x2, y2; tracks have the columns 0, 1, …, the walls -1 and 99."""


def pieces(net: Net, run: Run) -> tuple[list[Piece], list[Piece]]:
    """The horizontal and the vertical pieces of a net."""
    if run.track < 0:
        return [(-1, net.left, 99, net.left)], []
    across, along = [], []
    x, y = -1, net.left
    if run.bend:
        track, row = run.bend
        across.append((x, y, track, y))
        along.append((track, min(y, row), track, max(y, row)))
        x, y = track, row
    across.append((x, y, run.track, y))
    along.append((run.track, min(y, *net.rights), run.track, max(y, *net.rights)))
    across += [(run.track, right, 99, right) for right in net.rights]
    return across, along


@given(gaps())
def test_pieces_of_different_values_never_overlap(nets: list[Net]) -> None:
    drawn = [pieces(net, run) for net, run in zip(nets, assign(nets), strict=True)]
    for i, (across, along) in enumerate(drawn):
        for other_across, other_along in drawn[:i]:
            for x1, y, x2, _ in across:
                for a1, b, a2, _ in other_across:
                    assert y != b or x2 < a1 or a2 < x1
            for x, y1, _, y2 in along:
                for a, b1, _, b2 in other_along:
                    assert x != a or y2 < b1 or b2 < y1


@given(gaps())
def test_a_corner_never_lies_on_another_value(nets: list[Net]) -> None:
    drawn = [pieces(net, run) for net, run in zip(nets, assign(nets), strict=True)]
    for i, (_, along) in enumerate(drawn):
        for j, (across, _) in enumerate(drawn):
            if i == j:
                continue
            for x, y1, _, y2 in along:
                for a1, b, a2, _ in across:
                    if a1 <= x <= a2 and y1 <= b <= y2:
                        assert y1 < b < y2, "a run ends on a wire of another value"
                        assert a1 < x < a2, "a wire of another value ends on a run"


@given(gaps())
def test_only_straight_nets_have_no_track_and_bends_come_before(nets: list[Net]) -> None:
    for net, run in zip(nets, assign(nets), strict=True):
        assert (run.track < 0) == (net.rights == (net.left,))
        if run.bend:
            assert run.bend[0] < run.track
            assert run.bend[1] >= 0


@given(st.lists(st.integers(1, 3), min_size=1, max_size=8))
def test_runs_that_do_not_overlap_share_one_track(lengths: list[int]) -> None:
    nets, row = [], 0
    for length in lengths:
        nets.append(Net(row, (row + length,)))
        row += length + 1
    assert {run.track for run in assign(nets)} == {0}


def test_parallel_ways_down_do_not_cross() -> None:
    assert [run.track for run in assign([Net(0, (4,)), Net(1, (5,)), Net(2, (6,))])] == [2, 1, 0]


def test_two_values_that_change_places_bend_once() -> None:
    runs = assign([Net(1, (3,)), Net(3, (1,))])
    assert sum(run.bend is not None for run in runs) == 1
