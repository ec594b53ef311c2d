"""The distances from which a drawing is seen, and what a picture knows of its boxes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from graphtui.view.afar.pictures import CLOSER, FromAfar, FromNear, distances
from graphtui.view.afar.places import NEAR, Afar
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.layout import Layout
from tests.view.from_afar import layouts


@given(layouts(), st.integers(0, 60), st.integers(0, 30))
def test_distances_grow_until_all_is_seen(layout: Layout, width: int, height: int) -> None:
    found = distances(layout, width, height)
    for nearer, farther in pairwise(found):
        assert nearer.across <= farther.across <= CLOSER * nearer.across
        assert nearer.down <= farther.down <= CLOSER * nearer.down
        assert nearer != farther
    assert found[0].across <= NEAR[0] * CLOSER
    columns, rows = found[-1].size(layout)
    assert columns <= max(width, 1)
    assert rows <= max(height, 1)


@given(layouts(), st.integers(0, 11))
def test_a_picture_finds_a_box_where_it_shows_it(layout: Layout, number: int) -> None:
    key = layout.plan.boxes[number % len(layout.plan.boxes)].key
    for picture in (FromNear(layout), FromAfar(layout, Afar(*NEAR))):
        x, y, *_ = picture.body(key)
        assert picture.at(x, y) == key
        width, height = picture.size
        assert 0 <= x < width
        assert 0 <= y < height


@given(layouts(), st.integers(0, 40), st.integers(0, 40))
def test_what_a_window_shows_is_told_in_cells_of_the_drawing(
    layout: Layout, x: int, y: int
) -> None:
    window = Window(x, y, 10, 5)
    assert FromNear(layout).seen(window) == window
    assert FromAfar(layout, Afar(4.0, 3.0)).seen(window) == Window(4 * x, 3 * y, 40, 15)


@given(layouts(), st.integers(0, 400), st.integers(0, 400))
def test_a_place_of_the_drawing_is_in_the_cell_that_shows_it(
    layout: Layout, x: int, y: int
) -> None:
    for picture in (FromNear(layout), FromAfar(layout, Afar(4.0, 3.0))):
        shown = picture.seen(Window(*picture.cell(x, y), 1, 1))
        assert shown.x <= x < shown.x + shown.width
        assert shown.y <= y < shown.y + shown.height
