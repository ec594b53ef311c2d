"""Lines of text with roles as a page: text that can be selected, searched and copied.

Nothing is loaded from elsewhere, and foreign text is escaped. Colours are given by the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from graphtui.debugger.kept.picture_export import PICTURE_MARK
from graphtui.view.export.strokes import strokes
from graphtui.view.export.styles import FONTS, class_name, shown_look
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.looks import Looks
from graphtui.view.text.safe_text import cell_width

_PAGE = """\
<!doctype html>
<!-- {mark} -->
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<pre>
{text}
</pre>
</body>
</html>
"""
"""A line of this height is less than the strokes of the fonts, so that lines join."""


def html(lines: Sequence[Line], looks: Looks, title: str) -> str:
    """The picture as the text of an HTML file.

    Args:
        lines: what is drawn, one row of cells each.
        looks: the look of each role; that of "" is the page.
        title: what the page is called.
    """
    roles = sorted({span.role for line in lines for span in line if span.role})
    text = "\n".join("".join(map(_span, line)) for line in lines)
    return _PAGE.format(
        mark=PICTURE_MARK, title=escape(title), style="\n".join(_style(roles, looks)), text=text
    )


def _style(roles: Iterable[str], looks: Looks) -> Iterator[str]:
    page = looks("")
    yield f"body {{ background: {page.ground}; color: {page.ink}; }}"
    # The line is lower than the strokes of these fonts, so that they join.
    yield f"pre {{ font: 15px/17px {FONTS}; font-variant-ligatures: none; }}"
    yield "i { display: inline-block; font-style: inherit; text-align: center; width: 1ch; }"
    yield "i.wide { width: 2ch; }"
    for role in roles:
        look = shown_look(looks, role)
        bold = " font-weight: bold;" * ("bold" in look.attributes)
        italic = " font-style: italic;" * ("italic" in look.attributes)
        ground = f" background: {look.ground};" * (look.ground != page.ground)
        yield f".{class_name(role)} {{ color: {look.ink};{ground}{bold}{italic} }}"


def _span(span: Span) -> str:
    text = span.text if span.text.isascii() else "".join(map(_cell, _letters(span.text)))
    inside = escape(text, quote=False) if span.text.isascii() else text
    return f'<span class="{class_name(span.role)}">{inside}</span>' if span.role else inside


def _letters(text: str) -> Iterator[str]:
    """The characters, each with the marks on it."""
    letter = ""
    for char in text:
        if letter and cell_width(char):
            yield letter
            letter = ""
        letter += char
    if letter:
        yield letter


def _cell(letter: str) -> str:
    """A character with its marks; one that a font may lack has its cells kept free for it."""
    inside = escape(letter, quote=False)
    if letter.isascii() or strokes(letter[0]) is not None:
        return inside
    wide = ' class="wide"' * (cell_width(letter) > 1)
    return f"<i{wide}>{inside}</i>"
