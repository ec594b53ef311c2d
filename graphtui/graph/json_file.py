"""Load and save a description as JSON; reading it never runs code and opens no other file.

What a document means is for `document` and `check`; how text becomes one is for `json.text`.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from typing import Any, BinaryIO

from graphtui.graph.collector import no_collector
from graphtui.graph.document import read
from graphtui.graph.file_text import MOST_BYTES, read_stream, read_text
from graphtui.graph.graph import Graph, Limits
from graphtui.graph.json.text import parse_json
from graphtui.graph.replace_file import replace_file


def load_json(
    path: str | os.PathLike[str],
    *,
    output: str | None = None,
    limits: Limits | None = None,
    most_bytes: int = MOST_BYTES,
) -> Graph:
    """The graph that the JSON file at `path` describes; it is read once.

    Args:
        path: the file.
        output: the node that backward starts from, instead of the one that the file names.
        limits: how big the graph may be.
        most_bytes: how big the file may be.

    Raises:
        DescriptionError: the file cannot be read or is no description; the error lists every
            problem with file, line, column and JSON path.
        LimitError: the file or the graph is beyond the limits.
    """
    text = read_text(path, most_bytes=most_bytes)
    return loads(text, os.fsdecode(path), output=output, limits=limits)


def load_json_stream(
    stream: BinaryIO,
    name: str = "<stdin>",
    *,
    output: str | None = None,
    limits: Limits | None = None,
    most_bytes: int = MOST_BYTES,
) -> Graph:
    """The graph that the JSON text from `stream` describes, under the rules of `load_json`."""
    text = read_stream(stream, name, most_bytes=most_bytes)
    return loads(text, name, output=output, limits=limits)


def loads(
    text: str, file: str = "<text>", *, output: str | None = None, limits: Limits | None = None
) -> Graph:
    """The graph that a JSON text describes; `file` is its name in messages.

    >>> loads('{"nodes": [{"id": "x", "op": "input", "value": 2}]}').output
    'x'

    Raises:
        DescriptionError, LimitError: as for `load_json`.
    """
    with no_collector():
        source = parse_json(text, file)
        reading = read(source.value)
        return Graph(
            reading.drafts,
            output or reading.output,
            name=reading.name,
            limits=limits,
            locate=replace(source, value=None).places,  # of the document nothing is kept
            texts={file: text},
            findings=reading.findings,
        )


def dumps(graph: Graph) -> str:
    """The graph as JSON text, one node a line, ending with a newline.

    What has no picture of its own (control characters, marks that turn the direction of writing) is
    written as an escape, so that the file shows what it holds.
    """
    document = graph.to_dict()
    nodes = document.pop("nodes")
    lines = [f"  {_compact(key)}: {_compact(value)}" for key, value in document.items()]
    listed = ",\n".join(f"    {_compact(each)}" for each in nodes)
    lines.insert(-1, f'  "nodes": [\n{listed}\n  ]')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def save_json(graph: Graph, path: str | os.PathLike[str]) -> None:
    """Write the graph to `path`: the old file stays as it is until the new one is whole.

    Raises:
        UsageError: it cannot be written there.
    """
    replace_file(path, dumps(graph))


_BEYOND_ASCII = re.compile(r"[^\x00-\x7e]")


def _compact(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _BEYOND_ASCII.sub(_visible, text)


def _visible(found: re.Match[str]) -> str:
    letter = found[0]
    return letter if letter.isprintable() else json.dumps(letter)[1:-1]
