"""The picture from afar: every box is seen, the worst one where several share a spot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.view.afar.heat_codes import LOWEST, SIZES, Metric, Painting, legend, painting
from graphtui.view.afar.heat_values import heat
from graphtui.view.afar.overview import FOCUS, overview
from graphtui.view.afar.places import NEAR, Afar, box_at, box_towards, fitting
from graphtui.view.afar.spots import Ink, spots_of, wire_dots
from graphtui.view.drawing.boxes import Box, Window
from graphtui.view.drawing.laying_out import lay_out
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.marks import FOUND
from graphtui.view.picture.scene import scene
from graphtui.view.text.lines import Line, Span, plain
from graphtui.view.text.safe_text import cell_width
from tests.bench.families import transformer
from tests.view.from_afar import heat_of, layouts
from tests.view.shown import check_golden

INKS = st.sampled_from(Ink)


def plain_painting(layout: Layout) -> Painting:
    return Painting(Metric.GRADIENT, np.full(len(layout.plan.boxes), LOWEST, np.uint8), SIZES, None)


def whole(layout: Layout, afar: Afar) -> Window:
    return Window(0, 0, *afar.size(layout))


@given(layouts(), INKS, st.floats(1, 40), st.floats(1, 40))
def test_every_box_is_seen_in_the_cell_that_is_said_to_be_its_own(
    layout: Layout, ink: Ink, across: float, down: float
) -> None:
    afar = Afar(across, down)
    window = whole(layout, afar)
    spots = spots_of(layout, plain_painting(layout), afar, window, ink)
    columns, rows = ink.value
    cells = spots.reshape(window.height, rows, window.width, columns).max(axis=(1, 3))
    for number in range(len(layout.plan.boxes)):
        x, y, *_ = afar.box(layout, number)
        assert cells[y, x] == LOWEST


@given(layouts())
def test_from_nearest_no_two_boxes_share_a_cell(layout: Layout) -> None:
    near = Afar(*NEAR)
    cells = [near.box(layout, number) for number in range(len(layout.plan.boxes))]
    assert len(set(cells)) == len(cells)


@given(layouts(), st.data(), st.sampled_from(Metric), INKS, st.integers(1, 9), st.integers(1, 9))
def test_a_fault_is_seen_from_however_far(
    layout: Layout, data: st.DataObject, metric: Metric, ink: Ink, width: int, height: int
) -> None:
    painted = painting(heat_of(layout, data), metric)
    afar = fitting(layout, width, height)
    lines = overview(layout, painted, afar, whole(layout, afar), ink=ink)
    for number in np.flatnonzero(painted.codes == painted.tones.fault).tolist():
        x, y, *_ = afar.box(layout, number)
        assert plain([lines[y]])[x] == "!"


@given(layouts(), st.data(), st.sampled_from(Metric), INKS, st.integers(0, 30), st.integers(0, 12))
def test_lines_fill_the_window_and_are_the_same_each_time(
    layout: Layout, data: st.DataObject, metric: Metric, ink: Ink, width: int, height: int
) -> None:
    painted = painting(heat_of(layout, data), metric)
    window = Window(data.draw(st.integers(-5, 20)), data.draw(st.integers(-5, 20)), width, height)
    afar = data.draw(st.sampled_from([Afar(*NEAR), Afar(9.0, 7.0), fitting(layout, 5, 5)]))
    lines = overview(layout, painted, afar, window, ink=ink, focus=0)
    assert [cells(line) for line in lines] == [width if width else 0] * height
    assert lines == overview(layout, painted, afar, window, ink=ink, focus=0)


def cells(line: Line) -> int:
    return sum(cell_width(span.text) for span in line)


@given(layouts(), INKS, st.integers(0, 3), st.integers(0, 3))
def test_a_window_shows_a_part_of_the_whole(layout: Layout, ink: Ink, x: int, y: int) -> None:
    afar, painted = Afar(*NEAR), plain_painting(layout)
    columns, rows = afar.size(layout)
    everything = overview(layout, painted, afar, Window(0, 0, columns + x, rows + y), ink=ink)
    part = overview(layout, painted, afar, Window(x, y, columns, rows), ink=ink)
    rest = [plain([line]).ljust(columns + x)[x:] for line in everything[y:]]
    assert [plain([line]).ljust(columns) for line in part] == rest


def test_the_worst_of_those_that_share_a_spot_is_seen() -> None:
    boxes = [Box("a", "a", kind="leaf"), Box("b", "b", kind="leaf"), Box("c", "c", kind="leaf")]
    layout = lay_out(boxes, [])
    far = Afar(1000.0, 1000.0)
    codes = np.array([LOWEST + 2, LOWEST + 6, LOWEST], np.uint8)
    painted = Painting(Metric.GRADIENT, codes, SIZES, None)
    assert overview(layout, painted, far, Window(0, 0, 1, 1), ink=Ink.LETTERS)[0][0].text == "7"
    faulty = painted._replace(codes=np.array([LOWEST, SIZES.fault, LOWEST], np.uint8))
    assert overview(layout, faulty, far, Window(0, 0, 1, 1))[0][0] == ("!", "fault")
    marked = overview(layout, faulty, far, Window(0, 0, 1, 1), focus=0)
    assert marked[0] == ((FOCUS, "cursor"),)
    assert overview(layout, faulty, far, Window(0, 0, 1, 1), focus=1)[0] == ((FOCUS, "fault"),)


@given(layouts(), st.data(), INKS, st.integers(1, 9), st.integers(1, 9))
def test_what_was_found_is_marked_from_however_far_and_nothing_else_is(
    layout: Layout, data: st.DataObject, ink: Ink, width: int, height: int
) -> None:
    painted = painting(heat_of(layout, data), data.draw(st.sampled_from(Metric)))
    numbers = st.integers(0, len(layout.plan.boxes) - 1)
    found = np.array(sorted(data.draw(st.sets(numbers))), np.int64)
    afar = fitting(layout, width, height)
    window = whole(layout, afar)
    before = cell_by_cell(overview(layout, painted, afar, window, ink=ink))
    after = cell_by_cell(overview(layout, painted, afar, window, ink=ink, found=found))
    places = {afar.box(layout, number)[:2] for number in found.tolist()}
    for y, row in enumerate(after):
        for x, cell in enumerate(row):
            role = "fault" if before[y][x].role == "fault" else "match"
            assert cell == (Span(FOUND, role) if (x, y) in places else before[y][x])


def cell_by_cell(lines: list[Line]) -> list[list[Span]]:
    return [[Span(char, role) for text, role in line for char in text] for line in lines]


def test_the_focus_says_too_that_it_was_looked_for() -> None:
    layout = lay_out([Box("a", "a", kind="leaf"), Box("b", "b", kind="leaf")], [])
    far = Afar(1000.0, 1000.0)
    window, painted = Window(0, 0, 1, 1), plain_painting(layout)
    marked = overview(layout, painted, far, window, focus=0, found=np.array([0, 1]))
    assert marked[0] == ((FOCUS, "match"),)
    marked = overview(layout, painted, far, window, focus=0, found=np.array([1]))
    assert marked[0] == ((FOCUS, "cursor"),)


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("ink", Ink)
def test_the_legend_says_what_the_mark_means(metric: Metric, ink: Ink) -> None:
    painted = Painting(metric, np.zeros(1, np.uint8), SIZES, None)
    how = {"colour": ink is Ink.HALVES, "dots": ink is Ink.DOTS}
    assert f"{FOUND} found" in plain([legend(painted, 60, **how, found=True)])
    assert FOUND not in plain([legend(painted, 60, **how)])


@given(layouts())
def test_wires_are_dots_where_they_run(layout: Layout) -> None:
    afar = Afar(2.0, 4.0)  # a dot for every cell
    dots = wire_dots(layout, whole(layout, afar), afar)
    for hop in range(len(layout.hops.gap)):
        assert dots[seen(layout, int(layout.hops.start[hop]), int(layout.hops.enter[hop]))]
        for tap in range(int(layout.hops.taps[hop]), int(layout.hops.taps[hop + 1])):
            assert dots[seen(layout, int(layout.hops.end[tap]), int(layout.hops.leave[tap]))]
    if not len(layout.hops.gap):
        assert not dots.any()


def seen(layout: Layout, along: int, across: int) -> tuple[int, int]:
    """Row and column of a place along the flow and across it."""
    return (along, across) if layout.plan.flow.value == "down" else (across, along)


@given(layouts(), st.integers(0, 11))
def test_a_box_is_found_where_it_is_seen(layout: Layout, number: int) -> None:
    number %= len(layout.plan.boxes)
    near = Afar(*NEAR)
    x, y, *_ = near.box(layout, number)
    found = box_at(layout, near, x, y)
    assert found is not None
    assert near.box(layout, found) == near.box(layout, number)
    assert box_at(layout, near, x - 500, y) is None


@given(layouts(), st.integers(0, 11), st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1)]))
def test_the_next_box_lies_in_the_direction_and_every_box_that_way_is_reached(
    layout: Layout, number: int, way: tuple[int, int]
) -> None:
    near = Afar(*NEAR)
    number %= len(layout.plan.boxes)
    x = layout.x + layout.box_width / 2
    y = layout.y + layout.plan.height / 2
    ahead = (x - x[number]) * way[0] + (y - y[number]) * way[1]
    found = box_towards(layout, near, number, *way)
    assert (found is None) == (not (ahead > 0).any())
    assert found is None or ahead[found] > 0


# Goldens ----------------------------------------------------------------------------------------


def vanishing() -> Graph:
    """Twelve sigmoids one behind the other, each with a small weight of its own."""
    nodes = [node("x", "input", value=0.5)]
    before = "x"
    for layer in range(12):
        nodes.append(node(f"w{layer}", "parameter", value=0.25))
        nodes.append(node(f"m{layer}", "multiply", [before, f"w{layer}"]))
        nodes.append(node(before := f"s{layer}", "sigmoid", [f"m{layer}"]))
    return Graph(nodes)


def seen_from_afar(graph: Graph, metric: Metric, ink: Ink) -> list[Line]:
    session = DebugSession(graph)
    session.resume()
    drawn = scene(graph)
    layout = lay_out(drawn.boxes, drawn.wires)
    painted = painting(heat(layout, drawn, session.snapshot()), metric)
    afar = fitting(layout, 100, 30)
    lines = overview(layout, painted, afar, whole(layout, afar), ink=ink)
    its_legend = legend(painted, 100, colour=ink is Ink.HALVES, dots=ink is Ink.DOTS)
    return [*lines, its_legend]


@pytest.mark.parametrize("ink", [Ink.LETTERS, Ink.DOTS, Ink.HALVES])
def test_a_transformer_as_it_is_drawn(ink: Ink) -> None:
    lines = seen_from_afar(transformer(30).graph(), Metric.VALUE, ink)
    check_golden("overview", f"transformer-{ink.name.lower()}", lines)


def test_a_vanishing_chain_is_seen_at_a_glance() -> None:
    lines = seen_from_afar(vanishing(), Metric.GRADIENT, Ink.LETTERS)
    check_golden("overview", "vanishing", lines)
    letters = [char for char in plain(lines[:-1]) if char.isdigit()]
    assert {"1", "8"} <= set(letters)
