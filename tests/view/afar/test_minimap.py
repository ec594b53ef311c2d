"""The map: the whole drawing in few cells, where it stands, and what is laid over what."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graphtui.view.afar.heat_codes import LOWEST, SIZES, Metric, Painting
from graphtui.view.afar.minimap import MOST_ACROSS, MOST_DOWN, corner, framed, laid_over, minimap
from graphtui.view.drawing.boxes import Window
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import FOUND
from graphtui.view.text.lines import Line, Span, plain
from graphtui.view.text.safe_text import cell_width
from tests.view.from_afar import layouts

CHARACTERS = st.sampled_from("a─漢 e\u0301▀")


def painted(layout: Layout) -> Painting:
    codes = np.full(len(layout.plan.boxes), LOWEST, np.uint8)
    return Painting(Metric.GRADIENT, codes, SIZES, None)


def cells(line: Line) -> int:
    return sum(cell_width(span.text) for span in line)


@given(
    layouts(), st.integers(0, 200), st.integers(0, 60), st.integers(-9, 99), st.integers(-9, 99),
    st.integers(1, 99), st.integers(1, 99),
)  # fmt: skip
def test_it_is_a_small_frame_with_a_mark_in_it(
    layout: Layout, width: int, height: int, x: int, y: int, across: int, down: int
) -> None:
    its = minimap(layout, painted(layout), width, height)
    if its is None:
        assert width < 8 or height < 4
        return
    columns, rows = its.size
    assert columns <= min(MOST_ACROSS, width // 4) + 2
    assert rows <= min(MOST_DOWN, height // 4) + 2
    lines = framed(its, Window(x, y, across, down))
    assert [cells(line) for line in lines] == [columns] * rows
    assert any(span.role == "cursor" for line in lines for span in line)


@given(layouts(), st.data())
def test_what_was_found_is_marked_on_it(layout: Layout, data: st.DataObject) -> None:
    found = np.array([data.draw(st.integers(0, len(layout.plan.boxes) - 1))])
    its = minimap(layout, painted(layout), 80, 24, found=found)
    assert its is not None
    assert plain(its.lines).count(FOUND) == 1
    x, y = its.afar.box(layout, int(found[0]))[:2]
    assert plain([its.lines[y]])[x] == FOUND


@given(layouts(), st.integers(0, 40), st.integers(0, 20))
def test_a_cell_of_it_stands_for_the_place_that_is_marked_there(
    layout: Layout, column: int, row: int
) -> None:
    its = minimap(layout, painted(layout), 80, 24)
    assert its is not None
    place = its.place(column, row)
    columns, rows = its.size
    assert (place is not None) == (column < columns and row < rows)
    if place is not None and 0 < column < columns - 1 and 0 < row < rows - 1:
        lines = framed(its, Window(int(place[0]), int(place[1]), 1, 1))
        assert plain([lines[row]])[column] == "▪"


def test_the_mark_is_where_the_window_is() -> None:
    lines = tuple((Span("........"),) for _ in range(4))
    from graphtui.view.afar.minimap import Minimap
    from graphtui.view.afar.places import Afar

    its = Minimap(lines, Afar(10.0, 5.0))
    assert plain(framed(its, Window(20, 5, 40, 10))).split("\n") == [
        "┌────────┐",
        "│........│",
        "│..┌──┐..│",
        "│..└──┘..│",
        "│........│",
        "└────────┘",
    ]
    assert plain(framed(its, Window(0, 19, 5, 1))).split("\n")[4] == "│▪.......│"
    assert (
        plain(framed(its, Window(0, 0, 25, 1))).split("\n")[1]
        == "│[-]......│".replace("-", ".")[:1] + "[.].....│"
    )


@given(
    st.tuples(st.integers(3, 26), st.integers(3, 10)),
    st.tuples(st.integers(26, 200), st.integers(10, 60)),
    st.integers(-5, 200), st.integers(-5, 60), st.integers(1, 20), st.integers(1, 8),
)  # fmt: skip
def test_it_stands_in_a_corner_beside_what_is_looked_at(
    size: tuple[int, int], view: tuple[int, int], x: int, y: int, wide: int, high: int
) -> None:
    left, top = corner(size, view, Window(x, y, wide, high))
    assert left in (0, view[0] - size[0])
    assert top in (0, view[1] - size[1])
    small = 2 * size[0] + wide <= view[0] or 2 * size[1] + high <= view[1]
    over = (
        left < x + wide and x < left + size[0] and top < y + high and y < top + size[1]
    )  # fmt: skip
    assert not (small and over)


@given(
    st.lists(st.lists(st.text(CHARACTERS, max_size=6), max_size=4), max_size=5),
    st.integers(0, 20),
    st.integers(0, 4),
)
def test_what_is_laid_over_stands_in_its_cells_and_the_rest_stays(
    texts: list[list[str]], x: int, y: int
) -> None:
    lines = [tuple(Span(text, "value") for text in row) for row in texts]
    patch = [(Span("<map>", "frame"),)] * 2
    found = laid_over(lines, patch, x, y)
    assert len(found) == max(len(lines), y + 2)
    for row, line in enumerate(found):
        before = lines[row] if row < len(lines) else ()
        if not y <= row < y + 2:
            assert line == before
            continue
        at = sum(cells((span,)) for span in line[: line.index(Span("<map>", "frame"))])
        assert at == x
        assert cells(line) == max(cells(before), x + 5)
