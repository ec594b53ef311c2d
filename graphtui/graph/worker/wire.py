"""Messages between graphtui and the process that runs a description: JSON, and bytes of arrays.

A message is a mark, two lengths, a header in JSON, and the arrays one behind the other as the
header lists them. Nothing in it is ever run. Whoever reads one believes no length unchecked.
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from graphtui.errors import (
    DescriptionError,
    GraphtuiError,
    LimitError,
    Place,
    Problem,
    UsageError,
    UserCodeError,
)
from graphtui.graph.graph import Graph
from graphtui.graph.nodes import Draft, Limits
from graphtui.ops.linear_map import Array
from graphtui.ops.op import DTYPES, Op

if TYPE_CHECKING:
    from graphtui.ops.point import Functions
    from graphtui.ops.user_op import UserOp

_MARK = b"gtui"
_FRAME = struct.Struct("<4sIQ")
MOST_HEADER = 2**29
"""Bytes of the longest header that is read: a graph of millions of nodes."""


class BadMessage(Exception):  # noqa: N818
    """What arrived is not a message."""


# Frames -----------------------------------------------------------------------------------------


def packed(header: Mapping[str, Any], arrays: Sequence[Array] = ()) -> bytes:
    """One message as bytes."""
    listed = [{"dtype": each.dtype.name, "shape": each.shape} for each in arrays]
    text = json.dumps({**header, "arrays": listed}).encode()
    text += b" " * (-(_FRAME.size + len(text)) % 16)  # so that the first array is aligned
    body = b"".join(each.tobytes() for each in arrays)
    return _FRAME.pack(_MARK, len(text), len(body)) + text + body


def message_length(data: bytes | bytearray, most_body: int) -> int | None:
    """How long the message is that `data` begins with; None while that cannot be told yet.

    Raises:
        BadMessage: it is no message, or longer than allowed.
    """
    if len(data) < _FRAME.size:
        return None
    mark, text, body = _FRAME.unpack_from(data)
    if mark != _MARK:
        raise BadMessage("it does not begin as a message does")
    if text > MOST_HEADER or body > most_body:
        raise BadMessage(f"it has {text + body:,} bytes")
    return _FRAME.size + int(text) + int(body)


def unpacked(data: bytes | bytearray) -> tuple[dict[str, Any], list[Array]]:
    """The header and the arrays of one whole message.

    Raises:
        BadMessage: it is damaged.
    """
    _, text, _ = _FRAME.unpack_from(data)
    view = memoryview(data)
    try:
        header = json.loads(bytes(view[_FRAME.size : _FRAME.size + text]))
        listed = [(str(each["dtype"]), tuple(each["shape"])) for each in header.pop("arrays")]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadMessage(f"its header cannot be read ({error})") from None
    arrays, at = [], _FRAME.size + text
    for dtype, shape in listed:
        if dtype not in DTYPES or not all(isinstance(n, int) and n >= 0 for n in shape):
            raise BadMessage("an array in it is of no known kind")
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if at + size > len(data):
            raise BadMessage("an array in it is cut off")
        array = np.frombuffer(view[at : at + size], dtype=dtype).reshape(shape)
        arrays.append(array if array.flags.aligned else array.copy())
        at += size
    return header, arrays


def send(descriptor: int, message: bytes) -> None:
    """Write a whole message, which may take several calls."""
    view = memoryview(message)
    while view:
        view = view[os.write(descriptor, view) :]


def receive(descriptor: int, most_body: int = 0) -> tuple[dict[str, Any], list[Array]] | None:
    """The next message, or None where the other side has closed.

    Raises:
        BadMessage: it is damaged or cut off.
    """
    data = bytearray()
    wanted = _FRAME.size
    while len(data) < wanted:
        piece = os.read(descriptor, min(wanted - len(data), 2**20))
        if not piece and not data:
            return None
        if not piece:
            raise BadMessage("it is cut off")
        data += piece
        wanted = message_length(data, most_body) or wanted
    return unpacked(data)


# Graphs -----------------------------------------------------------------------------------------


def graph_message(graph: Graph) -> bytes:
    """A graph as a message: its nodes as data, the values of its leaves as bytes."""
    arrays: list[Array] = []
    files: dict[str, int] = {}
    nodes = []
    places = {each.name: graph.place(each.name) for each in graph.nodes.values()}
    from graphtui.graph.python.drafting import drafts_of  # the worker's side only

    ops = own_ops(graph)
    numbers: dict[Op, int] = {op: number for number, op in enumerate(ops)}
    for draft in drafts_of(graph.nodes.values()):
        node: dict[str, Any] = {"name": draft.name, "op": draft.op}
        if draft.record is not None:
            node["own"] = numbers[draft.record]
        if draft.inputs:
            node["inputs"] = draft.inputs
        if draft.attrs:
            node["attrs"] = dict(draft.attrs)
        if draft.group:
            node["group"] = draft.group
        if draft.init is not None:
            node["init"] = {kind: dict(settings) for kind, settings in draft.init.items()}
        if draft.dtype is not None:
            node["dtype"] = draft.dtype
        if draft.value is not None:
            node["value"] = len(arrays)
            arrays.append(draft.value)
        place = places[draft.name]
        if place is not None:
            node["place"] = _place_numbers(place, files)
        nodes.append(node)
    header = {
        "answer": "graph",
        "name": graph.name,
        "output": graph.output,
        "nodes": nodes,
        "ops": [_op_document(op) for op in ops],
        "files": list(files),
        "texts": dict(graph.texts),
    }
    return packed(header, arrays)


def graph_from(
    header: Mapping[str, Any], arrays: Sequence[Array], limits: Limits, ops: Sequence[UserOp] = ()
) -> Graph:
    """The graph that a message holds, checked again.

    Args:
        header: of the message.
        arrays: of the message.
        limits: how big it may be.
        ops: those that the description defines, in the order of the message.

    Raises:
        DescriptionError, LimitError: as for `Graph`.
    """
    texts: Mapping[str, str] = header["texts"]
    lines = {file: text.split("\n") for file, text in texts.items()}
    drafts = []
    for node in header["nodes"]:
        value = node.get("value")
        drafts.append(
            Draft(
                node["name"],
                node["op"],
                tuple(node.get("inputs", ())),
                node.get("attrs", {}),
                node.get("group", ""),
                None if value is None else arrays[value],
                node.get("init"),
                node.get("dtype"),
                _place_from(node.get("place"), header["files"], lines),
                record=ops[node["own"]] if "own" in node else None,
            )
        )
    return Graph(drafts, header["output"], name=header["name"], limits=limits, texts=texts)


def _place_numbers(place: Place, files: dict[str, int]) -> list[int]:
    file = files.setdefault(place.file, len(files))
    return [file, place.line, place.column, place.end_line, place.end_column]


def _place_from(
    numbers: Sequence[int] | None, files: Sequence[str], lines: Mapping[str, Sequence[str]]
) -> Place | None:
    if numbers is None:
        return None
    file, line, *columns = numbers
    known = lines.get(files[file], ())
    text = known[line - 1].rstrip("\r") if 0 < line <= len(known) else ""
    column, end_line, end_column = columns
    return Place(files[file], line, column, end_line, end_column, text)


# Ops of the description's own -------------------------------------------------------------------


def own_ops(graph: Graph) -> list[UserOp]:
    """The ops of a graph that its description defines, in the order in which they appear."""
    from graphtui.ops.user_op import UserOp

    return list({n.op: None for n in graph.nodes.values() if isinstance(n.op, UserOp)})


def _op_document(op: UserOp) -> dict[str, Any]:
    places = {what: op.functions.defined(what) for what in ("forward", "vjp")}
    return {
        "name": op.name,
        "inputs": op.inputs,
        "attrs": {name: [each.default, each.required] for name, each in op.attrs.items()},
        "backward": op.backward,
        "differentiable": [formula is not None for formula in op.local_formulas],
        "results": {key: [shape, dtype.name] for key, (shape, dtype) in op.results.items()},
        "places": {what: [place.file, place.line] for what, place in places.items() if place},
    }


def op_from(document: Mapping[str, Any], functions: Functions) -> UserOp:
    """The op that a message describes, with these functions."""
    from graphtui.ops.user_op import own_attribute, user_op  # where one is defined

    return user_op(
        name=document["name"],
        inputs=tuple(document["inputs"]),
        attrs={
            name: own_attribute(default, required=required)
            for name, (default, required) in document["attrs"].items()
        },
        functions=functions,
        backward=document["backward"],
        differentiable=document["differentiable"],
        results={
            key: (tuple(shape), np.dtype(dtype))
            for key, (shape, dtype) in document["results"].items()
        },
    )


# Errors -----------------------------------------------------------------------------------------

_ERRORS: Mapping[str, Callable[[str, Sequence[Problem]], GraphtuiError]] = {
    "DescriptionError": lambda message, problems: DescriptionError(problems),
    "UserCodeError": UserCodeError,
    "LimitError": LimitError,
    "UsageError": UsageError,
}


def error_message(error: GraphtuiError) -> bytes:
    """An error as a message."""
    kind = next(each.__name__ for each in type(error).__mro__ if each.__name__ in _ERRORS)
    problems = [
        {
            "message": each.message,
            "path": each.path,
            "code": each.code,
            "place": None if each.place is None else list(each.place),
        }
        for each in error.problems
    ]
    header = {"answer": "error", "kind": kind, "message": str(error), "problems": problems}
    return packed(header)


def error_from(header: Mapping[str, Any]) -> GraphtuiError:
    """The error that a message holds."""
    problems = [
        Problem(
            each["message"],
            None if each["place"] is None else Place(*each["place"]),
            each["path"],
            each["code"],
        )
        for each in header["problems"]
    ]
    return _ERRORS[header["kind"]](header["message"], problems)
