"""Small readers of DOT and Mermaid, strict about what our files consist of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple


class Read(NamedTuple):
    """What a file says."""

    boxes: dict[str, str]
    """For each node its label, lines parted by line ends."""
    groups: dict[str, tuple[str, ...]]
    """For each node the names of the groups around it, outermost first."""
    wires: list[tuple[str, str, str]]
    """Source, target, and what is said at the target."""
    styles: dict[str, str]
    """For each node what is said of its look."""


class _Label(HTMLParser):
    """The text of an HTML-like label; only what Graphviz knows is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert (tag, [name for name, _ in attrs]) in (("font", ["color"]), ("b", []))
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert (tag, attrs) == ("br", [])
        self.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


_DOT_TOKEN = re.compile(
    r"""\s+|//[^\n]*\n|(?P<string>"(?:[^"\\]|\\.)*")|(?P<arrow>->)|(?P<sign>[\[\]{}=,;])"""
    r"""|(?P<word>[A-Za-z_]\w*|-?\d+(?:\.\d+)?)|(?P<html><(?:[^<>]|<[^<>]*>)*>)"""
)


def _dot_tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        found = _DOT_TOKEN.match(text, at)
        assert found, f"no token at {text[at : at + 40]!r}"
        if found.lastgroup:
            yield found[0]
        at = found.end()


def read_dot(text: str) -> Read:
    """A DOT file: the statements of the language's grammar, as far as we use them."""
    tokens = list(_dot_tokens(text))
    assert (tokens[0], tokens[2], tokens[-1]) == ("digraph", "{", "}")
    found = Read({}, {}, [], {})
    around: list[str] = []
    at = 3
    while at < len(tokens) - 1:
        word = tokens[at]
        if word == "}":
            around.pop()
            at += 1
            continue
        if word == "subgraph":
            assert tokens[at + 1].startswith("cluster")
            assert tokens[at + 2] == "{"
            around.append("")
            at += 3
            continue
        end = tokens.index(";", at)
        statement = tokens[at:end]
        at = end + 1
        if statement[1] == "=":
            if word == "label":
                around[-1] = _unquoted(statement[2])
            continue
        given = _attributes(statement[statement.index("[") :]) if "[" in statement else {}
        if statement[1:2] == ["->"]:
            assert {word, statement[2]} <= set(found.boxes)
            found.wires.append((word, statement[2], _unquoted(given.get("headlabel", '""'))))
        elif word not in ("graph", "node", "edge"):
            label = _Label()
            label.feed(given["label"][1:-1])
            label.close()
            assert word not in found.boxes
            found.boxes[word] = label.text
            found.groups[word] = tuple(around)
            found.styles[word] = " ".join(f"{name}={each}" for name, each in given.items())
    assert not around
    return found


def _attributes(tokens: list[str]) -> dict[str, str]:
    assert (tokens[0], tokens[-1]) == ("[", "]")
    found = {}
    for at in range(1, len(tokens) - 1, 4):
        assert tokens[at + 1] == "="
        assert tokens[at + 3] in (",", "]")
        found[tokens[at]] = tokens[at + 2]
    return found


def _unquoted(text: str) -> str:
    assert text[0] == text[-1] == '"'
    plain = re.sub(r"\\(.)", r"\1", text[1:-1])
    assert not re.search(r"&(?!amp;)", plain)
    return plain.replace("&amp;", "&")


_NODE = re.compile(r'(n\d+)(?:\["([^"]*)"\]|\("([^"]*)"\)|\[\["([^"]*)"\]\])')
_WIRE = re.compile(r'(n\d+) -->(?:\|"([^"|]*)"\|)? (n\d+)')
_GROUP = re.compile(r'subgraph g\d+\["([^"]*)"\]')
_CLASS = re.compile(r"class (n\d+(?:,n\d+)*) ([\w-]+)")
_DEFINED = re.compile(r"classDef ([\w-]+) ((?:[\w-]+:[#\w]+,?)+)")


def read_mermaid(text: str) -> Read:
    """A Mermaid flowchart: one statement a line."""
    lines = [line.strip() for line in text.splitlines() if not line.startswith("%%")]
    assert lines[0] == "flowchart LR"
    found = Read({}, {}, [], {})
    around: list[str] = []
    defined = {}
    for line in lines[1:]:
        if line == "end":
            around.pop()
        elif group := _GROUP.fullmatch(line):
            around.append(_decoded(group[1]))
        elif box := _NODE.fullmatch(line):
            label = next(each for each in box.groups()[1:] if each is not None)
            assert box[1] not in found.boxes
            found.boxes[box[1]] = "\n".join(map(_decoded, label.split("<br/>")))
            found.groups[box[1]] = tuple(around)
        elif wire := _WIRE.fullmatch(line):
            assert {wire[1], wire[3]} <= set(found.boxes)
            found.wires.append((wire[1], wire[3], _decoded(wire[2] or "")))
        elif style := _DEFINED.fullmatch(line):
            defined[style[1]] = style[2]
        else:
            members = _CLASS.fullmatch(line)
            assert members, line
            for name in members[1].split(","):
                found.styles[name] = defined[members[2]]
    assert not around
    return found


def _decoded(text: str) -> str:
    """Text with its entity codes read; what could mean something must be written as one."""
    assert not re.search(r"[\"`<>{}\[\]|;%&\\]", re.sub(r"#\d+;", "", text)), text
    assert "#" not in re.sub(r"#\d+;", "", text)
    return re.sub(r"#(\d+);", lambda code: chr(int(code[1])), text)
