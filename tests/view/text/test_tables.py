"""Tables fit, and no column takes more than its share where there is not room for all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphtui.debugger.chapters.informing import INFO
from graphtui.debugger.commands import perform
from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph, node
from graphtui.view.answers.replies import reply_lines
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import cell_width
from graphtui.view.text.tables import LEAST_SHARE, shares, table


def line_text(row: Line) -> str:
    return "".join(span.text for span in row)


WIDTHS = st.lists(st.integers(0, 60), min_size=1, max_size=8)


@given(WIDTHS, st.integers(0, 200))
def test_only_the_widest_give_way_and_all_to_one_width(wanted: list[int], room: int) -> None:
    found = shares(wanted, room)
    cut = {got for want, got in zip(wanted, found, strict=True) if got < want}
    assert len(cut) <= 1
    for level in cut:
        assert level >= LEAST_SHARE
        assert max(found) == level
        assert level == LEAST_SHARE or sum(found) + len(found) > room
    assert sum(found) <= room or max(found) <= LEAST_SHARE
    if sum(wanted) <= room:
        assert found == wanted


@given(st.lists(st.tuples(st.text("ab漢 ", max_size=50), st.text("1.", max_size=9)), min_size=1))
def test_every_line_fits(cells: list[tuple[str, str]]) -> None:
    for width in (1, 10, 24, 60):
        rows = table([tuple(map(Span, row)) for row in cells], width)
        assert all(cell_width(line_text(row)) <= width for row in rows)


def test_a_long_name_leaves_the_numbers_in_sight() -> None:
    name = "encoder/" + "very_" * 60 + "long"
    session = DebugSession(
        Graph([node(name, "input", value=[3.0, 4.0]), node("f", "sum", [name], axis=0)])
    )
    session.finish_backward()
    for what in INFO:
        for width in (60, 80, 120):
            reply = perform(session, f"info {what}")
            assert all(cell_width(line_text(row)) <= width for row in reply_lines(reply, width))
    for width in (80, 120):
        heading, row, _ = map(line_text, reply_lines(perform(session, "info nodes"), width)[-3:])
        assert heading.split() == ["node", "op", "shape", "dtype", "state", "norm", "gradient"]
        assert row.split()[-2:] == ["5", "1.414"]
