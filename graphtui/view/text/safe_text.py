"""Text as terminal cells: what foreign text may show, how wide it is, and how it is made to fit.

A name, a label or a path from somebody else's file goes through `safe_text` once and is harmless
from then on. Which colour it gets and where it stands is decided elsewhere; markup is never
spoken here.
"""

from __future__ import annotations

import re
from typing import NewType
from unicodedata import category, east_asian_width, name, normalize

from graphtui.view.text.lines import Line, Span

SafeText = NewType("SafeText", str)

ELLIPSIS = "…"
MARKS_PER_BASE = 3

_DOTTED_CIRCLE = "◌"
"""What a combining mark without a base is put on, so that it cannot stick to the text before it."""

_NARROW = re.compile(r"[ -~¡-¬®-˿Ͱ-҂←-⇿∀-⋿─-◼⠀-⣿…]*")
"""Texts of which every character is one cell wide: most of what is ever measured."""

_CONJOINING = re.compile("[\u1161-\u11ff\ud7b0-\ud7fb]")
"""Korean vowels and final consonants: letters that join the one before them and take no cell."""

_DISPUTED = re.compile(
    "[\u115f\u1160\u3164\uffa0"  # fillers: letters that show nothing
    "\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"  # unseen; emoji width
    "\u302e\u302f\U00016ff0\U00016ff1"  # marks with a cell of their own in some terminals
    "\U0001f3fb-\U0001f3ff"  # skin tones: two cells alone, none after an emoji
    "\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\U0001d300-\U0001d37f]"  # wide since Unicode 16
)
"""Printable for Python, but invisible, or wider in one terminal than in another."""


def safe_text(text: str, width: int | None = None) -> SafeText:
    r"""`text` as one harmless terminal row, cut to `width` cells.

    Controls become their pictures. Whatever else cannot be seen or turns the reading order (C1 and
    bidi controls, zero widths, line separators, tags, odd spaces, lone surrogates, private and
    unassigned characters) becomes an escape that can be read. At most three marks stay on a
    letter. Brackets are ordinary: they are not escaped, so the result must never be parsed as
    markup. Doing it twice changes nothing.

    >>> safe_text("a\x1b[2J\nb\u202e[0]")
    'a␛[2J␊b\\u{202e}[0]'
    >>> safe_text("attention", 4)
    'att…'
    """
    harmless = text.isascii() and text.isprintable()
    shown = text if harmless else _visible(text, width)
    return SafeText(shown if width is None else _cut(shown, width))


def cell_width(text: str) -> int:
    """How many terminal cells `text` takes; controls and combining marks take none.

    >>> cell_width("x→y"), cell_width("漢字"), cell_width("e\u0301")
    (3, 4, 1)
    """
    if _NARROW.fullmatch(text):
        return len(text)
    return sum(_cells(char) for char in text)


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells: blanks after it, or cut with an ellipsis.

    >>> fit("exp", 5), fit("softmax", 5), fit("漢字", 3)
    ('exp  ', 'soft…', '漢…')
    """
    cut = _cut(text, width)
    return cut + " " * (width - cell_width(cut))


def clip_line(line: Line, width: int) -> Line:
    """`line` in at most `width` cells; a span that is cut ends in an ellipsis, in its own role."""
    if sum(cell_width(span.text) for span in line) <= width:
        return line
    kept: list[Span] = []
    room = width
    for span in line:
        # One cell is kept for the ellipsis, which even a span that would just fit may have to give.
        taken = prefix(span.text, room - 1)
        room -= cell_width(taken)
        if len(taken) < len(span.text):
            end = ELLIPSIS if room > 0 else ""
            kept.append(Span(taken + end, span.role))
            break
        kept.append(span)
    return tuple(span for span in kept if span.text)


def pad_line(line: Line, width: int, role: str = "") -> Line:
    """`line` in exactly `width` cells: blanks of `role` after it, or cut with an ellipsis."""
    clipped = clip_line(line, width)
    missing = width - sum(cell_width(span.text) for span in clipped)
    return (*clipped, Span(" " * missing, role)) if missing > 0 else clipped


def to_ascii(text: str) -> str:
    """`text` for a terminal without UTF-8, every cell still in its place.

    >>> to_ascii("╭──╮ ∂f/∂x · 2×3 ▸")
    '+--+ df/dx . 2*3 >'
    """
    if text.isascii():
        return text
    return "".join(char if char.isascii() else _ascii_char(char) for char in text)


def _visible(text: str, width: int | None) -> str:
    shown: list[str] = []
    marks = cells = 0
    based = False
    for char in text:
        if _must_escape(char):
            piece, marks = _escape(char), 0
        elif _cells(char):
            piece, marks = char, 0
        else:
            marks += 1
            if marks > MARKS_PER_BASE:
                continue
            piece = char if based else _DOTTED_CIRCLE + char
        based = True
        shown.append(piece)
        cells += cell_width(piece)
        if width is not None and cells > width:
            break
    return "".join(shown)


def _must_escape(char: str) -> bool:
    return not char.isprintable() or _DISPUTED.match(char) is not None


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"\\u{{{code:x}}}"


def _cells(char: str) -> int:
    if category(char) in _NO_CELL or _CONJOINING.match(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


_NO_CELL = frozenset(("Mn", "Mc", "Me", "Cc", "Cf", "Cs", "Zl", "Zp"))
"""Spacing marks (Mc) are among them, because the screen's own measure puts them on their letter."""


def prefix(text: str, width: int) -> str:
    """The longest start of `text` in at most `width` cells, marks of its last letter included."""
    if width <= 0:
        return ""
    if _NARROW.fullmatch(text, 0, width + 1):
        return text[:width]
    cells = 0
    for index, char in enumerate(text):
        cells += _cells(char)
        if cells > width:
            return text[:index]
    return text


def _cut(text: str, width: int) -> str:
    if width <= 0:
        return ""
    taken = prefix(text, width)
    return text if len(taken) == len(text) else prefix(taken, width - 1) + ELLIPSIS


def _ascii_char(char: str) -> str:
    if (known := _ASCII.get(char)) is not None:
        return known
    cells = _cells(char)
    letters = "".join(piece for piece in normalize("NFKD", char) if piece.isascii())
    return letters if len(letters) == cells else "?" * cells


def _ascii_box(char: str) -> str:
    """The stroke of a box-drawing character, read off its Unicode name."""
    words = name(char)
    if "DIAGONAL" in words:
        return "X" if "CROSS" in words else "/" if "UPPER RIGHT" in words else "\\"
    across = re.search("LEFT|RIGHT|HORIZONTAL", words)
    upright = re.search("UP|DOWN|VERTICAL", words)
    return "+" if across and upright else "-" if across else "|"


_LOOKALIKES = {
    "*": "×•∙●★✱⋆", ".": "·◌░▂", "o": "○◯◦☆□▫", "O": "◉", "@": "◎", "#": "■▪█◆▓≢", "%": "▇▒◇",
    ">": "→⇒⇢▸▹▶▷►≥", "<": "←⇐◂◃◀◁◄≤", "^": "↑▴▵▲△▀↗↖", "v": "↓⇣▾▿▼▽√↘↙", "|": "↕⋮▌▐", "-": "↔−–—▄",
    "~": "…≈∼⋯", "_": "▁", "=": "▅≡", "+": "▆✓✔†", "x": "✗✘", "!": "∞⚠≠", "/": "÷", ":": "▃",
    "'": "‘’", '"': "“”", "d": "∂", "V": "∇", "S": "∑", "P": "∏", "e": "∈", "D": "Δ",
    "a": "α", "b": "β", "g": "γ", "z": "ζ", "h": "η", "t": "θτ", "i": "ι", "k": "κ", "l": "λ",
    "m": "μ", "n": "ν", "p": "π", "r": "ρ", "s": "σς", "u": "υ", "f": "φ", "w": "ω", "y": "ψ",
}  # fmt: skip
"""What stands for a character where only ASCII is possible; timeline marks stay distinct."""

_ASCII = {
    **{chr(code): _ascii_box(chr(code)) for code in range(0x2500, 0x2580)},
    **{chr(code): ":" for code in range(0x2801, 0x2900)},
    "\u2800": " ",
    **{char: plain for plain, chars in _LOOKALIKES.items() for char in chars},
}
