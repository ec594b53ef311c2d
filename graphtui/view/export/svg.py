"""Lines of text with roles as an SVG picture: text in a grid of cells, and lines as real lines.

Every stretch of text stands at its column and is as long as its cells, whatever font there is; the
characters that boxes and wires are made of become strokes, which join without gaps. Nothing is
loaded from elsewhere, and foreign text is escaped. Colours are given by the caller.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from graphtui.debugger.kept.picture_export import PICTURE_MARK
from graphtui.view.drawing.glyphs import JOIN
from graphtui.view.drawing.marks import HEAVY_WIRES
from graphtui.view.export.strokes import DOUBLE, HEAVY, LIGHT, Strokes, strokes
from graphtui.view.export.styles import FONTS, class_name, shown_look
from graphtui.view.text.lines import Line
from graphtui.view.text.looks import Looks
from graphtui.view.text.safe_text import cell_width

WIDTH, HEIGHT = 9, 18
"""Pixels of a cell."""

_FONT_SIZE, _BASELINE, _MARGIN = 15, 13, 9
_RADIUS = 4.0
_THICK = {LIGHT: 1.2, HEAVY: 2.6, DOUBLE: 5.0}
"""How wide strokes are; a double one is a wide one with a narrow one of the ground on it."""
_CORE = 2.2
_DOT = 3.2


class _Kind(NamedTuple):
    """Strokes that are drawn alike."""

    role: str
    weight: int
    dashes: int = 0


class Piece(NamedTuple):
    """A stretch of text without blanks at its ends."""

    column: int
    cells: int
    text: str
    role: str


def svg(lines: Sequence[Line], looks: Looks, title: str) -> str:
    """The picture as the text of an SVG file.

    Args:
        lines: what is drawn, one row of cells each.
        looks: the look of each role; that of "" is the page.
        title: what the picture is called, for who cannot see it.
    """
    width = max((sum(cell_width(span.text) for span in line) for line in lines), default=0)
    across, along = width * WIDTH + 2 * _MARGIN, len(lines) * HEIGHT + 2 * _MARGIN
    body = [*_grounds(lines, looks), *_Strokes(lines).elements(looks), *_texts(lines)]
    roles = sorted({span.role for line in lines for span in line})
    page = looks("").ground
    return "\n".join(
        (
            f"<!-- {PICTURE_MARK} -->",
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{along}" '
            f'viewBox="{-_MARGIN} {-_MARGIN} {across} {along}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>\n{_style(roles, looks)}\n</style>",
            f'<rect x="{-_MARGIN}" y="{-_MARGIN}" width="{across}" height="{along}" '
            f'fill="{page}"/>',
            *body,
            "</svg>\n",
        )
    )


def _style(roles: Iterable[str], looks: Looks) -> str:
    rules = [
        f"text {{ font: {_FONT_SIZE}px {FONTS}; }}",
        "path { fill: none; }",
        ".one { text-anchor: middle; }",
    ]
    for role in roles:
        look = shown_look(looks, role)
        bold = " font-weight: bold;" * ("bold" in look.attributes)
        italic = " font-style: italic;" * ("italic" in look.attributes)
        name = class_name(role)
        rules += [
            f"text.{name}, circle.{name} {{ fill: {look.ink};{bold}{italic} }}",
            f"path.{name} {{ stroke: {look.ink}; }}",
        ]
    return "\n".join(rules)


def _grounds(lines: Sequence[Line], looks: Looks) -> Iterator[str]:
    """What stands behind text on another ground than the page."""
    page = looks("").ground
    for row, line in enumerate(lines):
        column = 0
        for span in line:
            cells = cell_width(span.text)
            ground = shown_look(looks, span.role).ground
            if ground != page and cells:
                yield (
                    f'<rect x="{column * WIDTH}" y="{row * HEIGHT}" width="{cells * WIDTH}" '
                    f'height="{HEIGHT}" fill="{ground}"/>'
                )
            column += cells


# Text -----------------------------------------------------------------------------------------


def _texts(lines: Sequence[Line]) -> Iterator[str]:
    for row, line in enumerate(lines):
        y = row * HEIGHT + _BASELINE
        for column, cells, text, role in pieces(line):
            name, x, length = class_name(role), column * WIDTH, cells * WIDTH
            if text.isascii() and cells > 1:
                yield (
                    f'<text class="{name}" x="{x}" y="{y}" textLength="{length}" '
                    f'lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
                )
            else:  # whatever font it comes from, it stands in the middle of its cells
                middle = _number(x + length / 2)
                yield f'<text class="{name} one" x="{middle}" y="{y}">{escape(text)}</text>'


def pieces(line: Line) -> Iterator[Piece]:
    """The text of a line: stretches of ASCII with single blanks, and all other characters alone.

    A character has its own piece with the marks on it, because who knows how wide a font makes it.

    >>> from graphtui.view.text.lines import line
    >>> [(each.column, each.text) for each in pieces(line("┌ a b  ", ("漢 1", "value")))]
    [(2, 'a b'), (7, '漢'), (10, '1')]
    """
    column = 0
    for text, role in line:
        found, start = "", column
        for char in text:
            cells = cell_width(char)
            if cells == 0:
                found += char if found.strip() else ""  # a mark on a stroke or a blank
                continue
            plain = char.isascii()
            ends = not plain or (char == " " and found.endswith(" ")) or not found.isascii()
            if found.strip() and ends:
                yield _piece(start, found, role)
            if ends or not found.strip():
                found, start = "", column
            if not _is_drawn(char, role):
                found += char
            column += cells
        if found.strip():
            yield _piece(start, found, role)


def _piece(column: int, text: str, role: str) -> Piece:
    bare = text.strip(" ")
    column += len(text) - len(text.lstrip(" "))
    return Piece(column, cell_width(bare), bare, role)


def _is_drawn(char: str, role: str) -> bool:
    """Whether a character is drawn with strokes."""
    return strokes(char) is not None or _is_crossing(char, role)


def _is_crossing(char: str, role: str) -> bool:
    return char == JOIN and role.startswith("wire")


# Strokes --------------------------------------------------------------------------------------


class _Strokes:
    """All strokes of a picture, those in a row as one."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Collect the strokes; places are in half cells, an odd one is the middle of a cell."""
        self._across: dict[_Kind, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        """For each row the halves of cells that a stroke fills, by where they start."""
        self._along: dict[_Kind, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._arcs: dict[_Kind, list[str]] = defaultdict(list)
        self._dots: list[str] = []
        for row, line in enumerate(lines):
            column = 0
            for text, role in line:
                for char in text:
                    self._take(char, role, row, column)
                    column += cell_width(char)

    def _take(self, char: str, role: str, row: int, column: int) -> None:
        found = strokes(char)
        if _is_crossing(char, role):
            weight = HEAVY if role in HEAVY_WIRES else LIGHT
            found = Strokes(weight, weight, weight, weight)
            x, y = (column + 0.5) * WIDTH, (row + 0.5) * HEIGHT
            name = class_name(role)
            self._dots.append(f'<circle class="{name}" cx="{_number(x)}" cy="{y:g}" r="{_DOT}"/>')
        if found is None:
            return
        if found.rounded:
            self._arcs[_Kind(role, LIGHT)].append(_arc(found, row, column))
            return
        up, right, down, left = found[:4]
        for weight, start in ((left, 2 * column), (right, 2 * column + 1)):
            if weight:
                self._across[_Kind(role, weight, found.dashes)][row].append(start)
        for weight, start in ((up, 2 * row), (down, 2 * row + 1)):
            if weight:
                self._along[_Kind(role, weight, found.dashes)][column].append(start)

    def elements(self, looks: Looks) -> Iterator[str]:
        """The strokes as paths, double ones on top, and the dots where wires part."""
        paths: dict[_Kind, list[str]] = defaultdict(list)
        for kind, rows in self._across.items():
            paths[kind] += _runs(rows, _THICK[kind.weight], WIDTH, HEIGHT, "M{1} {0}H{2}")
        for kind, columns in self._along.items():
            paths[kind] += _runs(columns, _THICK[kind.weight], HEIGHT, WIDTH, "M{0} {1}V{2}")
        for kind, arcs in self._arcs.items():
            paths[kind] += arcs
        for kind in sorted(paths, key=lambda kind: (kind.weight, kind)):
            name, way = class_name(kind.role), "".join(paths[kind])
            dashes = _dashes(kind)
            yield f'<path class="{name}" stroke-width="{_THICK[kind.weight]}"{dashes} d="{way}"/>'
            if kind.weight == DOUBLE:
                ground = shown_look(looks, kind.role).ground
                core = "".join(self._cores(kind))
                yield f'<path stroke="{ground}" stroke-width="{_CORE}" d="{core}"/>'
        yield from self._dots

    def _cores(self, kind: _Kind) -> Iterator[str]:
        """What parts a wide stroke into two."""
        yield from _runs(self._across.get(kind, {}), _CORE, WIDTH, HEIGHT, "M{1} {0}H{2}")
        yield from _runs(self._along.get(kind, {}), _CORE, HEIGHT, WIDTH, "M{0} {1}V{2}")


def _runs(
    lanes: Mapping[int, Sequence[int]], thick: float, size: int, across: int, form: str
) -> Iterator[str]:
    """The stretches of each lane, as ways; one that ends in the middle of a cell fills the corner.

    Args:
        lanes: for each row or column the halves of cells, ascending.
        thick: how wide the stroke is.
        size: pixels of a cell along the lane.
        across: pixels of a cell the other way.
        form: the way, from the place across, the start and the end.
    """
    for lane, halves in lanes.items():
        middle = _number((lane + 0.5) * across)
        start = before = halves[0]
        for half in [*halves[1:], -1]:
            if half == before + 1:
                before = half
                continue
            first = start * size / 2 - (thick / 2) * (start % 2)
            last = (before + 1) * size / 2 + (thick / 2) * ((before + 1) % 2)
            yield form.format(middle, _number(first), _number(last))
            start = before = half


def _arc(found: Strokes, row: int, column: int) -> str:
    """Two strokes that meet in an arc."""
    x, y = (column + 0.5) * WIDTH, (row + 0.5) * HEIGHT
    side, turn = (x + WIDTH / 2, 1) if found.right else (x - WIDTH / 2, -1)
    end, way = (y + HEIGHT / 2, 1) if found.down else (y - HEIGHT / 2, -1)
    numbers = (side, y, x + turn * _RADIUS, x, y, x, y + way * _RADIUS, end)
    return "M{} {}H{}Q{} {} {} {}V{}".format(*map(_number, numbers))


def _dashes(kind: _Kind) -> str:
    if not kind.dashes:
        return ""
    each = WIDTH / kind.dashes
    ink, gap = _number(each * 0.6), _number(each * 0.4)
    return f' stroke-dasharray="{ink} {gap}" stroke-dashoffset="{_number(-each * 0.2)}"'


def _number(x: float) -> str:
    """A coordinate to a hundredth of a pixel.

    >>> _number(4.5), _number(9.0), _number(1 / 3)
    ('4.5', '9', '0.33')
    """
    return f"{x:.2f}".rstrip("0").rstrip(".")
