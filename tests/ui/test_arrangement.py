"""Where the panels stand, at every size: they never overlap, and the frame is whole."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from graphtui.ui.arrangement import (
    LEAST_HEIGHT,
    LEAST_WIDTH,
    Panel,
    Rectangle,
    Wanted,
    arrange,
)
from graphtui.ui.borders import Thumb, Thumbs, borders, with_thumbs
from graphtui.view.text.lines import plain

WISHES = [
    Wanted(
        page=page,
        lens=lens,
        lists=lists,
        lanes=lanes,
        swapped=swapped,
        answer_rows=rows,
        prompt=prompt,
        watches=watches,
    )
    for page, (lens, lists), lanes, swapped, rows, prompt, watches in product(
        (False, True),
        ((False, False), (True, False), (False, True)),
        (False, True),
        (False, True),
        (1, 3),
        (False, True),
        (0, 1, 50),
    )
]


def overlap(a: Rectangle, b: Rectangle) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


@pytest.mark.parametrize("wanted", WISHES)
def test_panels_lie_inside_and_apart_at_every_size(wanted: Wanted) -> None:
    for width, height in product((60, 61, 79, 80, 99, 100, 101, 120, 160, 300), range(18, 70, 3)):
        regions = dict(arrange(width, height, wanted))
        whole = regions.pop(Panel.FRAME)
        assert whole == (0, 0, width, height)
        for place in regions.values():
            assert place.width > 0
            assert place.height > 0
            assert place.x >= 0
            assert place.right <= width
            assert place.y >= 0
            assert place.bottom <= height
        assert not any(overlap(a, b) for a, b in combinations(regions.values(), 2))


def test_two_thousand_sizes_have_a_frame_of_exactly_their_size() -> None:
    for width, height in product(range(0, 201, 4), range(0, 61, 2)):
        rows = borders(arrange(width, height, Wanted()))
        if width < LEAST_WIDTH or height < LEAST_HEIGHT:
            assert rows == ([f"needs 60x18, has {width}x{height}"[:width]] if height else [])
        else:
            assert [len(row) for row in rows] == [width] * height


def test_watches_stand_above_the_source_or_in_its_place() -> None:
    regions = arrange(120, 36, Wanted(watches=2))
    assert regions[Panel.WATCHES].height == 2
    above, below = regions[Panel.INSPECTOR].bottom, regions[Panel.SOURCE].y
    assert (above + 1, below - 1) == (regions[Panel.WATCHES].y, regions[Panel.WATCHES].bottom)
    small = arrange(80, 18, Wanted(watches=2, swapped=True))
    assert Panel.SOURCE not in small
    assert small[Panel.INSPECTOR].height >= 9
    assert Panel.WATCHES not in arrange(120, 36, Wanted(watches=2, lens=True))


def test_the_frame_of_two_columns() -> None:
    drawn = borders(arrange(100, 18, Wanted()))
    x = drawn[0].index("┬")
    assert drawn[0] == "┌" + "─" * (x - 1) + "┬" + "─" * (98 - x) + "┐"
    assert [row[x] for row in drawn].count("├") == 1  # the source, on the right
    assert [row[x] for row in drawn].count("┤") == 1  # the timeline, on the left
    assert drawn[-1][x] == "┴"


def drawn_with(thumbs: Thumbs) -> list[str]:
    regions = arrange(80, 24, Wanted())
    return plain(with_thumbs(borders(regions), regions, thumbs)).split("\n")


def test_a_thumb_is_heavy_and_keeps_its_place() -> None:
    place = arrange(80, 24, Wanted())[Panel.GRAPH]
    start = drawn_with({(Panel.GRAPH, "x"): Thumb(0, 10, 20)})
    assert start[place.bottom].count("━") == place.width // 2
    assert start[place.bottom][1] == "━"
    end = drawn_with({(Panel.GRAPH, "y"): Thumb(10, 10, 20)})
    assert end[place.bottom - 1][place.right] == "┃"
    assert end[place.y][place.right] == "│"
    assert drawn_with(
        {(Panel.GRAPH, "x"): Thumb(0, 20, 20), (Panel.LENS, "y"): Thumb(0, 1, 9)}
    ) == (drawn_with({}))
