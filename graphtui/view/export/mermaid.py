"""The picture as a flowchart of Mermaid: a node for each box, a subgraph for each group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from graphtui.debugger.kept.picture_export import PICTURE_MARK
from graphtui.view.export.outline import Drawn, Kind, Line, Number, Outline
from graphtui.view.export.styles import class_name, shown_look
from graphtui.view.text.looks import Looks
from graphtui.view.text.safe_text import safe_text

MOST_LINES, MOST_TEXT = 500, 50_000
"""Wires and characters that Mermaid takes, unless a page sets `maxEdges` and `maxTextSize`."""

_SHAPES = {"leaf": '("{}")', "op": '["{}"]', "group": '[["{}"]]'}
_RISKY = re.compile(r"[^\w .,+=()∂…·×▸~?-]")
"""What is written by its number: quotation marks, and what begins markup, a comment or a link."""


def mermaid(found: Outline, looks: Looks) -> str:
    """The text of a Mermaid file."""
    boxes = [what for _, what in found.parts if isinstance(what, Drawn)]
    head = [f"%% {PICTURE_MARK}", f"%% {_written(found.title)}", "flowchart LR"]
    rows = [*head, *_parts(found), *map(_line, found.lines), *_styles(boxes, looks)]
    return "\n".join(rows) + "\n"


def _parts(found: Outline) -> Iterator[str]:
    indent, number = "  ", count()
    for kind, what in found.parts:
        if kind is Kind.CLOSE:
            indent = indent[2:]
            yield f"{indent}end"
        elif isinstance(what, Drawn):
            yield f"{indent}n{what.number}{_SHAPES[what.kind].format(_label(what))}"
        else:
            name = _written(safe_text(what.rpartition("/")[2]))
            yield f'{indent}subgraph g{next(number)}["{name}"]'
            indent += "  "


def _label(box: Drawn) -> str:
    words = [_written(box.label) or " ", *([_written(box.name)] if box.name else [])]
    return "<br/>".join([*words, *(row for each in box.numbers for row in _numbers(each))])


def _numbers(number: Number) -> Iterator[str]:
    before = f"{_written(number.name)} " if number.name else ""
    yield f"{before}value {_written(number.value)}"
    if number.gradient:
        yield f"{before}gradient {_written(number.gradient)}"


def _line(line: Line) -> str:
    said = " to ".join(_written(text) for text in (line.leaves, line.enters) if text)
    return f"  n{line.source} -->{f'|{_quoted(said)}|' if said else ''} n{line.target}"


def _styles(boxes: list[Drawn], looks: Looks) -> Iterator[str]:
    """A class for each state, and for the result of the graph."""
    of_role: dict[str, list[int]] = {}
    for box in boxes:
        of_role.setdefault(box.role, []).append(box.number)
    for role, numbers in of_role.items():
        look, page = shown_look(looks, role), shown_look(looks, "")
        width = 3 if role == "node.current" else 1
        fill, ink, name = look.ground, look.ink, class_name(role)
        stroke = ink if fill == page.ground else fill
        colours = f"fill:{fill},stroke:{stroke},color:{ink}"
        yield f"  classDef {name} {colours},stroke-width:{width}px"
        yield f"  class {','.join(f'n{number}' for number in numbers)} {name}"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _written(text: str) -> str:
    """Text in which nothing means anything to Mermaid.

    >>> _written('a "b" <c> #1; end')
    'a #34;b#34; #60;c#62; #35;1#59; end'
    """
    return _RISKY.sub(lambda found: f"#{ord(found[0])};", text)
