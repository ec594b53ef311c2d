"""An SVG has every character at its column, every line whole, and nothing foreign as markup."""

from __future__ import annotations

import re
from functools import partial
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.ui.colours import DARK, LIGHT, look
from graphtui.view.export.strokes import strokes
from graphtui.view.export.svg import HEIGHT, WIDTH, pieces, svg
from graphtui.view.text.lines import Line, Span, line
from graphtui.view.text.safe_text import cell_width, safe_text

LOOKS = partial(look, LIGHT)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*lines: Line, title: str = "net") -> ElementTree.Element:
    return ElementTree.fromstring(svg(lines, LOOKS, title))


def words(root: ElementTree.Element) -> dict[tuple[float, int], str]:
    """Every text by the middle of its cells and its row."""
    found = {}
    for each in root.iter(f"{SVG}text"):
        x, length = float(each.attrib["x"]), float(each.get("textLength", 0))
        row = int(each.attrib["y"]) // HEIGHT
        found[(x + length / 2) / WIDTH, row] = each.text or ""
    return found


def paths(root: ElementTree.Element, name: str) -> list[str]:
    found = [each for each in root.iter(f"{SVG}path") if each.get("class") == name]
    return [way for each in found for way in re.findall(r"M[^M]*", each.attrib["d"])]


def _safe(text: str) -> str:
    """Safe text without marks on blanks and strokes, where there is nothing to see."""
    return re.sub("(?<=[ ─│┌╔])\u0301+", "", safe_text(text))


@given(
    st.lists(
        st.tuples(
            st.text("ab1 ─│┌╔·漢é\u0301<&\"'", max_size=12).map(_safe),
            st.sampled_from(["", "value", "wire.done"]),
        ),
        max_size=5,
    )
)
def test_every_character_stands_in_the_cells_that_it_has_on_the_screen(
    spans: list[tuple[str, str]],
) -> None:
    row = line(*spans)
    found = [""] * sum(cell_width(text) for text, _ in spans)
    for column, width, text, _ in pieces(row):
        assert cell_width(text) == width
        found[column : column + width] = cells(text)
    wanted = [cell for text, _ in spans for cell in cells(text)]
    assert found == ["" if strokes(cell[:1] or " ") else cell for cell in wanted]


def cells(text: str) -> list[str]:
    """What stands in each cell: a character with its marks, nothing behind a wide one."""
    found: list[str] = []
    base = 0
    for char in text:
        if width := cell_width(char):
            base = len(found)
            found += [char.strip(), *[""] * (width - 1)]
        else:
            found[base] += char
    return found


def test_text_is_as_long_as_its_cells() -> None:
    root = drawn(line("ab  cd", (" 0.5", "value")), line("漢", "x"))
    assert words(root) == {(1, 0): "ab", (5, 0): "cd", (8.5, 0): "0.5", (1, 1): "漢", (2.5, 1): "x"}
    long = next(root.iter(f"{SVG}text"))
    assert (long.attrib["textLength"], long.attrib["lengthAdjust"]) == (
        str(2 * WIDTH),
        "spacingAndGlyphs",
    )


def test_lines_join_over_cells() -> None:
    """Two boxes in a row, and a wire: one stretch for each side, without a gap at any cell."""
    root = drawn(
        line("┌──┐"),
        line("│  ├", ("───", "wire.done")),
        line("└──┘"),
    )
    ways = paths(root, "g-text")
    assert len([way for way in ways if "V" in way]) == 2
    assert len([way for way in ways if "H" in way]) == 3, "two sides and the port"
    ends = [tuple(map(float, re.findall(r"[\d.]+", way))) for way in ways if "H" in way]
    port = next(each for each in ends if each[1] == 1.5 * HEIGHT)
    (wire,) = paths(root, "g-wire-done")
    start = float(re.findall(r"[\d.]+", wire)[0])
    assert port[2] == start == 4 * WIDTH


def test_a_double_line_is_parted_by_its_ground() -> None:
    root = drawn(line("╔═╗"))
    wide, narrow = list(root.iter(f"{SVG}path"))
    assert (wide.get("class"), narrow.get("stroke")) == ("g-text", LOOKS("").ground)
    assert float(wide.attrib["stroke-width"]) > float(narrow.attrib["stroke-width"])


def test_a_crossing_of_a_wire_is_a_dot_on_lines() -> None:
    root = drawn(line(("●", "wire.done"), " ●"))
    assert len(list(root.iter(f"{SVG}circle"))) == 1
    assert len(paths(root, "g-wire-done")) == 2
    assert list(words(root).values()) == ["●"], "elsewhere it is text"


def test_what_has_a_ground_of_its_own_stands_on_it() -> None:
    root = drawn(line("ab", (" ! ", "fault"), ("c", "selected")))
    page, fault, chosen = list(root.iter(f"{SVG}rect"))
    assert page.get("fill") == LOOKS("").ground
    assert fault.get("fill") == LOOKS("fault").ground
    assert (fault.attrib["x"], fault.attrib["width"]) == (str(2 * WIDTH), str(3 * WIDTH))
    assert chosen.get("fill") == LOOKS("selected").ink, "in reverse"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_colours_are_those_of_the_theme(theme: str) -> None:
    text = svg([line(("1.0", "value"), " ", ("2.0", "gradient"))], partial(look, theme), "t")
    for role in ("value", "gradient"):
        assert f".g-{role} {{ fill: {look(theme, role).ink};" in text
    assert look(theme, "").ground in text


def test_foreign_text_is_no_markup_and_nothing_is_loaded() -> None:
    evil = "</text><script>alert(1)</script> & <image href='http://a.b/c'/>"
    text = svg([line((safe_text(evil), "value"))], LOOKS, f"]]> {evil}")
    root = ElementTree.fromstring(text)
    kinds = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert kinds <= {"svg", "title", "style", "rect", "text", "path"}
    assert "".join(words(root).values()) == evil
    addresses = re.findall(r"https?://[^\"' )<&]+", text.replace("http://a.b/c", ""))
    assert addresses == ["http://www.w3.org/2000/svg"], "the name of the language"
    assert "url(" not in text


def test_an_empty_picture_is_a_picture() -> None:
    assert drawn().tag == f"{SVG}svg"
    assert drawn((), (Span(""),)).tag == f"{SVG}svg"
