import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from graphtui.view.text.lines import Span, line, plain
from graphtui.view.text.safe_text import (
    cell_width,
    clip_line,
    fit,
    pad_line,
    safe_text,
    to_ascii,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))
NASTY_TEXT = st.text(
    st.sampled_from(
        "ab[]{}\\漢字한각️‍‮⁦\ufeff\u2028\u0301\u0327\u0903\x00\x07\x1b\x9b\x7f\n\t\ud800\ue000👍🏽🇩ﾠ…"
    )
)
TEXTS = ANY_TEXT | NASTY_TEXT
WIDTHS = st.integers(0, 30)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("x[i] @ W [/nope] [@click=app.quit]", "x[i] @ W [/nope] [@click=app.quit]"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\nb\tc\rd\x00", "a␊b␉c␍d␀"),
        ("\x7f", "␡"),
        ("\x9b2J", r"\u{9b}2J"),
        ("user\u202egnp.exe", r"user\u{202e}gnp.exe"),
        ("a\u2028b\u2029c\x85d", r"a\u{2028}b\u{2029}c\u{85}d"),
        ("\ufeffw\u200b1\u00ad\u2060", r"\u{feff}w\u{200b}1\u{ad}\u{2060}"),
        ("w\U000e0041\U000e007f", r"w\u{e0041}\u{e007f}"),
        ("\ud800", r"\u{d800}"),
        ("\ue000\uffff\u0378", r"\u{e000}\u{ffff}\u{378}"),
        ("a\u00a0b", r"a\u{a0}b"),
        ("❤\ufe0f", r"❤\u{fe0f}"),
        ("σ(w·x) ∂L/∂x 漢字 한 é", "σ(w·x) ∂L/∂x 漢字 한 é"),
        ("Z" + "\u0301" * 9 + "algo", "Z" + "\u0301" * 3 + "algo"),
        ("\u0301loss", "◌\u0301loss"),
        ("", ""),
    ],
)
def test_foreign_text_is_shown_harmlessly(raw: str, shown: str) -> None:
    assert safe_text(raw) == shown


@given(TEXTS)
def test_nothing_in_safe_text_acts_on_a_terminal(text: str) -> None:
    for char in safe_text(text):
        assert char.isprintable()
        assert unicodedata.category(char)[0] != "C"
        assert not 0xFE00 <= ord(char) <= 0xFE0F


@given(TEXTS, st.none() | WIDTHS)
def test_cleaning_twice_is_cleaning_once(text: str, width: int | None) -> None:
    once = safe_text(text, width)
    assert safe_text(once, width) == once


@given(TEXTS, st.none() | WIDTHS)
def test_cleaning_a_part_before_the_whole_changes_nothing(text: str, width: int | None) -> None:
    assert safe_text(safe_text(text), width) == safe_text(text, width)


@given(TEXTS)
def test_no_letter_carries_more_than_three_marks(text: str) -> None:
    pieces = re.sub("[^\n]", lambda m: "m" if not cell_width(m[0]) else "b", safe_text(text))
    assert "mmmm" not in pieces
    assert not pieces.startswith("m")


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_ascii_passes_unchanged(text: str) -> None:
    assert safe_text(text) == text


@given(TEXTS, WIDTHS)
def test_cut_text_keeps_its_width(text: str, width: int) -> None:
    cut = safe_text(text, width)
    assert cell_width(cut) <= width
    whole = safe_text(text)
    if cell_width(whole) <= width and width > 0:
        assert cut == whole
    elif width > 0:
        assert cut.endswith("…")
        assert whole.startswith(cut[:-1])
        # Only a wide character that would not have fitted leaves a cell unused.
        assert cell_width(cut) >= width - 1


def test_a_million_characters_cost_what_is_shown() -> None:
    assert safe_text("\x1b漢" * 1_000_000, 6) == "␛漢␛…"
    assert safe_text("w" * 1_000_000, 3) == "ww…"
    assert safe_text("a" + "\u0301" * 100_000 + "b", 2) == "a\u0301\u0301\u0301b"


def test_our_measure_is_the_screens_measure_for_every_character() -> None:
    codes = [*range(0x20000), *range(0x20000, 0xE0000, 61), *range(0xE0000, 0x110000, 7)]
    shown = {char: str(safe_text("x" + char)) for char in map(chr, codes)}
    wrong = [
        f"U+{ord(char):04X}" for char, text in shown.items() if cell_width(text) != cell_len(text)
    ]
    assert wrong == []


@given(TEXTS)
def test_width_of_safe_text_is_the_screens(text: str) -> None:
    assert cell_width(safe_text(text)) == cell_len(safe_text(text))


@given(TEXTS, WIDTHS)
def test_fit_takes_exactly_its_cells(text: str, width: int) -> None:
    assert cell_width(fit(text, width)) == width
    assert cell_width(fit(safe_text(text), width)) == width


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("exp", 5, "exp  "), ("exp", 3, "exp"), ("exp", 2, "e…"), ("exp", 1, "…"), ("exp", 0, ""),
     ("漢字", 4, "漢字"), ("漢字", 3, "漢…"), ("漢字", 2, "… "), ("漢字", 1, "…"),
     ("e\u0301xp", 2, "e\u0301…"), ("", 2, "  "), ("exp", -1, "")],
)  # fmt: skip
def test_fit(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown


LINES = st.lists(st.builds(Span, TEXTS.map(safe_text), st.sampled_from(["", "value"]))).map(tuple)


@given(LINES, WIDTHS)
def test_lines_are_cut_as_their_text_is(row: tuple[Span, ...], width: int) -> None:
    whole = "".join(span.text for span in row)
    clipped = "".join(span.text for span in clip_line(row, width))
    if cell_width(whole) <= width:
        assert clip_line(row, width) == row
    else:
        assert cell_width(clipped) <= width
        assert clipped.endswith("…") or width == 0
        assert whole.startswith(clipped[:-1])


@given(LINES, WIDTHS)
def test_padded_lines_take_exactly_their_cells(row: tuple[Span, ...], width: int) -> None:
    assert sum(cell_width(span.text) for span in pad_line(row, width)) == width


def test_the_cut_span_keeps_its_role() -> None:
    row = line("value ", ("0.3679", "value"), " more")
    assert clip_line(row, 9) == line("value ", ("0.…", "value"))
    assert clip_line(row, 6) == line("value…")
    assert clip_line(row, 0) == ()
    assert pad_line(line(("a", "value")), 3, "panel") == line(("a", "value"), ("  ", "panel"))
    assert plain([pad_line(row, 12)]) == "value 0.367…"


@given(TEXTS)
def test_ascii_keeps_every_cell_in_place(text: str) -> None:
    for source in (text, safe_text(text)):
        assert to_ascii(source).isascii()
        assert cell_width(to_ascii(source)) == cell_width(source)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("╭─┬─╮│╰▶●◀├┼┤┃━║╔╱╲╳╴╵", "+-+-+|+>*<+++|-|+/\\X-|"),
        ("▸▸▸┃◂◂◂◌◌◌", ">>>|<<<..."),
        ("∂f/∂x · 2 × −3 → …", "df/dx . 2 * -3 > ~"),
        ("σ(Wᵀx₁) é", "s(WTx1) e"),
        ("漢e\u0301", "??e"),
        ("∇1.5e-3 ≈0", "V1.5e-3 ~0"),
    ],
)
def test_pictures_in_ascii(text: str, shown: str) -> None:
    assert to_ascii(text) == shown
