"""Read a picture back: follow the glyphs from every box, and find the wires that were asked for.

The reader knows where boxes and the labels of stubs stand; the way of the wires it sees for itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

from graphtui.view.drawing.boxes import Window, Wire
from graphtui.view.drawing.layout import Layout
from graphtui.view.drawing.plan import Flow
from graphtui.view.drawing.rooms.frames import Value
from graphtui.view.drawing.texts import stub_name
from graphtui.view.text.safe_text import cell_width

Cell = tuple[int, int]

STEPS = {"UP": (0, -1), "RIGHT": (1, 0), "DOWN": (0, 1), "LEFT": (-1, 0)}
OPPOSITE = {"UP": "DOWN", "DOWN": "UP", "LEFT": "RIGHT", "RIGHT": "LEFT"}
ARROWS = {"▶": "RIGHT", "▼": "DOWN"}
FRAME = "┌┄┐┊└┘"
STUBS = {"⇢": "RIGHT", "⇣": "DOWN"}


@cache
def sides(glyph: str) -> frozenset[str]:
    """The sides of a wire glyph by its Unicode name; none for anything else."""
    if glyph == "●":
        return frozenset(STEPS)
    name = unicodedata.name(glyph, "")
    if not name.startswith("BOX DRAWINGS"):
        return frozenset()
    words = set(name.split())
    if "VERTICAL" in words:
        words |= {"UP", "DOWN"}
    if "HORIZONTAL" in words:
        words |= {"LEFT", "RIGHT"}
    return frozenset(words & set(STEPS))


def cells(rows: list[str]) -> dict[Cell, str]:
    """The character of every cell that is not blank; nothing in the second half of a wide one."""
    found: dict[Cell, str] = {}
    for y, row in enumerate(rows):
        if row.isascii() and not row.strip():
            continue
        x = 0
        for char in row:
            if char != " ":
                found[x, y] = char
            x += cell_width(char) if not char.isascii() else 1
    return found


def check_part(part: list[str], whole: dict[Cell, str], window: Window) -> None:
    """A window shows its part of the whole; where its edge cuts a text it says so.

    An ellipsis may stand for a cell at the edge only if the row goes on behind it.
    """
    assert len(part) == max(window.height, 1)
    left, right = window.x, window.x + window.width - 1
    for y, row in enumerate(part[: window.height], start=window.y):
        assert len(row) <= window.width
        for x, glyph in enumerate(row.ljust(window.width), start=left):
            expected = whole.get((x, y), " ")
            if glyph == "…" != expected:
                beyond = range(x - 20, x) if x == left else ()
                beyond = (*beyond, *(range(x + 1, x + 20) if x == right else ()))
                assert any((each, y) in whole for each in beyond), f"nothing is cut at {x}, {y}"
            else:
                assert glyph == expected, f"another cell at {x}, {y}"


def read_back(layout: Layout, grid: dict[Cell, str]) -> list[Wire]:
    """The wires that the picture shows, sorted; the arrows out of it as `Wire(key, "", 0)`.

    Where four sides meet the way leads straight on, unless the glyph is a join. Asserts that no
    two boxes share a cell, that no wire cell is left over and that no end hangs loose.
    """
    owner: dict[Cell, str] = {}
    _check_frames(layout)
    ports: dict[Cell, Wire] = {}
    for key, placed in layout.placed.items():
        for x in range(placed.x, placed.x + placed.width):
            for y in range(placed.y, placed.y + placed.height):
                assert owner.setdefault((x, y), key) == key, f"two boxes at {x, y}"
        for slot in range(placed.box.inputs):
            ports[placed.input(slot)] = Wire("", key, slot)
    leaves, starts = _stubs(layout)
    heading = "RIGHT" if layout.plan.flow is Flow.RIGHT else "DOWN"
    for key, placed in layout.placed.items():
        for output in range(placed.box.outputs):
            if heading in sides(grid.get(placed.leave(output), " ")):
                starts.append((Value(key, output), placed.leave(output)))
    found: list[Wire] = []
    walked: set[Cell] = set()
    dx, dy = STEPS[heading]
    for value, (x, y) in starts:
        key, output = value
        todo = [(x + dx, y + dy, heading)]
        seen = set(todo)
        while todo:
            x, y, way = todo.pop()
            glyph = grid.get((x, y), " ")
            if ARROWS.get(glyph) == way == heading:
                ahead = (x + dx, y + dy)
                assert ahead in ports or ahead not in owner, f"an arrow beside a port at {x, y}"
                port = ports.get(ahead, Wire("", "", 0))
                found.append(port._replace(source=key, output=output))
                continue
            if STUBS.get(glyph) == way == heading:
                assert leaves[x + dx, y + dy] == value
                continue
            assert (x, y) not in owner, f"the wire of {key} runs into '{owner[x, y]}' at {x, y}"
            ways = sides(glyph)
            assert OPPOSITE[way] in ways, f"the wire of {key} breaks off at {x, y}: {glyph!r}"
            walked.add((x, y))
            on = {way} if len(ways) == 4 and glyph != "●" else ways - {OPPOSITE[way]}
            assert on, f"the wire of {key} ends at {x, y}"
            for way in on:
                step = (x + STEPS[way][0], y + STEPS[way][1], way)
                if step not in seen:
                    seen.add(step)
                    todo.append(step)
    walls = {cell for cell in _walls(layout) if grid.get(cell, " ") in FRAME}
    lines = {cell for cell, glyph in grid.items() if sides(glyph) and cell not in owner} - walls
    assert lines == walked, f"these wire cells belong to nobody: {sorted(lines - walked)[:5]}"
    return sorted(found)


def _stubs(layout: Layout) -> tuple[dict[Cell, Value], list[tuple[Value, Cell]]]:
    """Where values leave (by the cell after the arrow), and where they enter, as starts."""
    down = layout.plan.flow is Flow.DOWN
    leaves: dict[Cell, Value] = {}
    starts: list[tuple[Value, Cell]] = []
    stubs = layout.stubs
    columns = (stubs.x.tolist(), stubs.y.tolist(), stubs.value.tolist(), stubs.enters.tolist())
    for x, y, number, enters in zip(*columns, strict=True):
        box = int(layout.plan.owner[number])
        value = Value(layout.plan.boxes[box].key, layout.plan.values(box).index(number))
        if enters:
            starts.append((value, (x + 6, y + 1) if down else (x + 11, y)))
        else:
            leaves[(x + 6, y) if down else (x, y)] = value
    return leaves, starts


def _walls(layout: Layout) -> Iterator[Cell]:
    """The cells on which frames stand."""
    for frame in layout.frames:
        right, bottom = frame.x + frame.width - 1, frame.y + frame.height - 1
        for x in range(frame.x, right + 1):
            yield from ((x, frame.y), (x, bottom))
        for y in range(frame.y, bottom + 1):
            yield from ((frame.x, y), (right, y))


def _check_frames(layout: Layout) -> None:
    """Assert that frames lie in or beside one another, and that no box stands on one."""
    walls = list(_walls(layout))
    for placed in layout.placed.values():
        assert not any(placed.covers(*cell) for cell in walls), f"{placed.box.key} is on a frame"
    for frame in layout.frames:
        assert frame.x >= 0
        assert frame.x + frame.width <= layout.width
        assert frame.y + frame.height <= layout.height


def expected(layout: Layout) -> list[Wire]:
    """The wires that were asked for, the arrows out of unused outputs included."""
    used = {wire.source for wire in layout.wires if not wire.output}
    outs = [box.key for box in layout.plan.boxes if box.output and box.key not in used]
    return sorted([*layout.wires, *(Wire(key, "", 0) for key in outs)])


def check_texts(layout: Layout, grid: dict[Cell, str], numbers: dict[str, tuple[str, str]]) -> None:
    """Assert that every label, number and stub's name stands in the picture, whole."""

    def shown(x: int, y: int, text: str) -> None:
        for char in text:
            assert grid.get((x, y), " ") == char, f"{text!r} is not whole at {x, y}"
            x += cell_width(char)

    for key, placed in layout.placed.items():
        spare = placed.width - 2 - cell_width(placed.box.label)
        row = placed.y + placed.height // 2
        shown(placed.x + 1 + spare // 2, row, placed.box.label)
        x, y = placed.output
        rows = (y + 1, y + 2) if layout.plan.flow is Flow.DOWN else (y - 1, y + 1)
        for row, text in zip(rows, numbers.get(key, ()), strict=False):
            air = cell_width(text) < placed.box.gap and text[:1] != "-"
            shown(x + 1 + air, row, text)
    stubs = layout.stubs
    columns = (stubs.x.tolist(), stubs.y.tolist(), stubs.value.tolist(), stubs.enters.tolist())
    for x, y, box, enters in zip(*columns, strict=True):
        name = stub_name(layout.plan.boxes[int(layout.plan.owner[box])].key)
        spare = 10 - cell_width(name)
        if layout.plan.flow is Flow.DOWN:
            shown(x + 1 + spare // 2, y, name)
        else:
            shown(x + spare if enters else x, y, name)
