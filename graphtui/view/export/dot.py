"""The picture in the language of Graphviz: a node for each box, a cluster for each group."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import count

from graphtui.debugger.kept.picture_export import PICTURE_MARK
from graphtui.view.export.outline import Drawn, Kind, Line, Number, Outline
from graphtui.view.export.styles import shown_look
from graphtui.view.text.looks import Looks
from graphtui.view.text.safe_text import safe_text

_BORDERS = {"leaf": "rounded", "op": "solid", "group": "dashed"}


def dot(found: Outline, looks: Looks) -> str:
    """The text of a DOT file."""
    page, line = shown_look(looks, ""), looks("wire.done").ink
    head = [
        f"// {PICTURE_MARK}",
        f"digraph {_quoted(found.title)} {{",
        f"  graph [rankdir=LR, ordering=in, label={_quoted(found.title)}, labelloc=t, "
        f'bgcolor="{page.ground}", fontcolor="{page.ink}", fontname="monospace"];',
        f'  node [shape=box, fontcolor="{page.ink}", fontname="monospace"];',
        f'  edge [color="{line}", fontcolor="{looks("dim").ink}", fontname="monospace", '
        "fontsize=10];",
    ]
    return "\n".join([*head, *_parts(found, looks), *map(_line, found.lines), "}\n"])


def _parts(found: Outline, looks: Looks) -> Iterator[str]:
    indent, number = "  ", count()
    for kind, what in found.parts:
        if kind is Kind.CLOSE:
            indent = indent[2:]
            yield f"{indent}}}"
        elif isinstance(what, Drawn):
            yield f"{indent}{_box(what, looks)}"
        else:
            name = _quoted(safe_text(what.rpartition("/")[2]))
            yield f"{indent}subgraph cluster_{next(number)} {{"
            indent += "  "
            ink = looks("group.open").ink
            yield f'{indent}label={name}; style=dashed; color="{ink}"; fontcolor="{ink}";'


def _box(box: Drawn, looks: Looks) -> str:
    look, page = shown_look(looks, box.role), shown_look(looks, "")
    style = [_BORDERS[box.kind]]
    more = ""
    if look.ground != page.ground:
        style.append("filled")
        more += f', fillcolor="{look.ground}", fontcolor="{look.ink}"'
    if box.role == "node.current":
        more += ", penwidth=3"
    if box.output:
        more += ", peripheries=2"
    colour = look.ink if look.ground == page.ground else look.ground
    filled = look.ground != page.ground
    words = [escape(box.label) or " ", *([f"<B>{escape(box.name)}</B>"] if box.name else [])]
    words += [row for each in box.numbers for row in _numbers(each, looks, filled)]
    label = "<BR/>".join(words)
    return f'n{box.number} [label=<{label}>, style="{",".join(style)}", color="{colour}"{more}];'


def _numbers(number: Number, looks: Looks, filled: bool) -> Iterator[str]:
    """The value and the gradient, in their colours; on a ground of its own in that of the rest."""
    before = f"{escape(number.name)} " if number.name else ""
    for role, text in (("value", number.value), ("gradient", number.gradient)):
        if text:
            words = before + escape(text)
            yield words if filled else f'<FONT COLOR="{looks(role).ink}">{words}</FONT>'


def _line(line: Line) -> str:
    ends = {"taillabel": line.leaves, "headlabel": line.enters}
    said = ", ".join(f"{end}={_quoted(text)}" for end, text in ends.items() if text)
    return f"  n{line.source} -> n{line.target}{f' [{said}]' if said else ''};"


def _quoted(text: str) -> str:
    r"""A string: a backslash begins an escape there, and an ampersand an entity.

    >>> print(_quoted('a "b" \\ & c'))
    "a \"b\" \\ &amp; c"
    """
    plain = text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
