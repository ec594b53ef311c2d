"""Named hostile descriptions: what a stranger's file may hold, and whether it has to be refused.

Every case is small and made by code. The classes: encoding, syntax, schema, graph, value, bomb,
smuggle, confusable, name. `file_cases` makes the things that a path may lead to.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CANARY = "graphtui-canary"
"""The file that would appear in the working folder if a smuggled command ran."""

Made = tuple[str, "str | bytes | dict[str, object]", bool]


@dataclass(frozen=True)
class Case:
    """One description."""

    name: str
    kind: str
    data: bytes
    refused: bool
    """True: it must be refused with a DescriptionError or a LimitError. False: it must load."""

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True)
class FileCase:
    """One thing that a path leads to."""

    name: str
    path: str
    refused: bool


def cases(*kinds: str) -> list[Case]:
    """All cases of these classes, or all there are."""
    made = []
    for kind in kinds or _CLASSES:
        for name, data, refused in _CLASSES[kind]():
            text = json.dumps(data) if isinstance(data, dict) else data
            made.append(Case(name, kind, text.encode() if isinstance(text, str) else text, refused))
    assert len({str(case) for case in made}) == len(made), "a case is named once"
    return made


def document(*nodes: dict[str, object], **top: object) -> dict[str, object]:
    """A description with these nodes."""
    return {"graphtui": 1, "nodes": list(nodes), **top}


def leaf(name: str = "x", value: object = 2.0, **keys: object) -> dict[str, object]:
    """A parameter."""
    return {"id": name, "op": "parameter", "value": value, **keys}


def node(name: str, op: str, *inputs: object, **keys: object) -> dict[str, object]:
    """A node that computes."""
    return {"id": name, "op": op, "inputs": list(inputs), **keys}


def good() -> dict[str, object]:
    """A small description in which nothing is wrong."""
    return document(
        leaf("w", [[0.5, -1.0], [2.0, 0.25]]),
        leaf("b", [0.1, -0.2]),
        {"id": "x", "op": "input", "value": [[1.0, 2.0]]},
        node("h", "matmul", "x", "w", group="layer1"),
        node("z", "add", "h", "b", group="layer1"),
        node("a", "relu", "z"),
        node("s", "sum", "a"),
        name="a small net",
        output="s",
    )


def _with(**changes: object) -> dict[str, object]:
    return {**good(), **changes}


def _value(value: object, **keys: object) -> dict[str, object]:
    """A description whose one parameter has this value."""
    return document(leaf("x", value, **keys), node("s", "sum", "x"), output="s")


def _written(value: str) -> str:
    """The same, with the value as it is written in the file."""
    return json.dumps(_value("@")).replace('"@"', value)


def _encoding() -> Iterator[Made]:
    text = json.dumps(good())
    accented = json.dumps(_with(name="réseau · 神経"), ensure_ascii=False)
    yield "plain", text, False
    yield "bom", b"\xef\xbb\xbf" + text.encode(), False
    yield "non-ascii", accented, False
    yield "crlf", json.dumps(good(), indent=1).replace("\n", "\r\n"), False
    yield "cr", json.dumps(good(), indent=1).replace("\n", "\r"), False
    yield "trailing newlines", text + "\n\n\n", False
    yield "escaped", json.dumps(_with(name="réseau \U0001f600")), False
    yield "two boms", b"\xef\xbb\xbf\xef\xbb\xbf" + text.encode(), True
    yield "only a bom", b"\xef\xbb\xbf", True
    yield "empty", b"", True
    for name, blank in (
        ("space", " "),
        ("newlines", "\n\n\n"),
        ("mixed", " \t\r\n "),
        ("bom", "\ufeff "),
    ):
        yield f"blank, {name}", blank, True
    for codec in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        yield codec, text.encode(codec), True
        yield f"{codec} with mark", ("\ufeff" + text).encode(codec), True
        yield f"{codec}, one character", "1".encode(codec), True
    for codec in ("latin-1", "cp1252", "mac-roman", "cp437"):
        yield codec, json.dumps(_with(name="réseau"), ensure_ascii=False).encode(codec), True
    for codec in ("shift-jis", "gb18030", "euc-jp"):
        yield codec, json.dumps(_with(name="神経"), ensure_ascii=False).encode(codec), True
    before, after = json.dumps(_with(name="@")).encode().split(b"@")
    for name, raw in _BAD_UTF8.items():
        yield f"bytes, {name}", before + raw + after, True
    yield "cut in a character", before + "é".encode()[:1], True
    yield "nul at the start", b"\0" + text.encode(), True
    yield "nul in the middle", before + b"\0" + after, True
    yield "nul at the end", text.encode() + b"\0", True
    yield "all nul", bytes(64), True
    for name, raw in _accidents(text.encode()).items():
        yield name, raw, True


_BAD_UTF8 = {
    "stray continuation": b"\x80",
    "stray continuation bf": b"\xbf",
    "lead without continuation": b"\xc3",
    "overlong slash, 2": b"\xc0\xaf",
    "overlong slash, 3": b"\xe0\x80\xaf",
    "overlong slash, 4": b"\xf0\x80\x80\xaf",
    "overlong nul": b"\xc0\x80",
    "surrogate, high": b"\xed\xa0\x80",
    "surrogate, low": b"\xed\xb0\x80",
    "surrogate pair": b"\xed\xa0\xbd\xed\xb8\x80",
    "beyond unicode": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "six bytes": b"\xfc\x84\x80\x80\x80\x80",
    "fe": b"\xfe",
    "ff": b"\xff",
}


def _accidents(text: bytes) -> dict[str, bytes]:
    zipped, array, arrays = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr(zipfile.ZipInfo("net.json"), text)
    np.save(array, np.arange(3.0))
    np.savez(arrays, x=np.arange(3.0))
    return {
        "gzip": gzip.compress(text, mtime=0),
        "bzip2": bz2.compress(text),
        "xz": lzma.compress(text),
        "zstd": b"\x28\xb5\x2f\xfd\x04\x00" + text,
        "zip": zipped.getvalue(),
        "npy": array.getvalue(),
        "npz": arrays.getvalue(),
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
        "gif": b"GIF89a\x01\0\x01\0",
        "elf": b"\x7fELF\x02\x01\x01" + bytes(9),
        "exe": b"MZ\x90\0\x03\0\0\0",
        "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(8),
        "safetensors": (64).to_bytes(8, "little") + b'{"w": {"dtype": "F32"}}',
        "onnx": b"\x08\x07\x12\x07pytorch\x1a\x032.0",
        **{f"pickle {n}": pickle.dumps({"nodes": []}, protocol=n) for n in range(6)},
        "html": b"<!DOCTYPE html>\n<html><body>Not found</body></html>",
        "html, lower case": b"\n <html lang=en><head>",
        "html with mark": b"\xef\xbb\xbf<!doctype HTML>",
        "xml": b'<?xml version="1.0"?><graph/>',
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "lfs pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n",
        "merge conflict": b"{\n<<<<<<< HEAD\n"
        + b'"name": "a",\n=======\n"name": "b",\n>>>>>>> other\n"nodes": []}',
        "yaml": b"---\ngraphtui: 1\nnodes:\n  - id: x\n",
        "yaml without a start": b"graphtui: 1\nnodes: []\n",
        "yaml list": b"- id: x\n  op: input\n",
        "toml": b'[graph]\nname = "x"\n',
        "python": b'"""A net."""\nimport graphtui\n\nx = graphtui.input(2.0)\n',
        "python import": b"from graphtui import parameter\nw = parameter(2.0)\n",
        "python literal": b"{'graphtui': 1, 'nodes': []}",
        "javascript": b"export default {nodes: []}",
        "json5": b"// a net\n{nodes: [],}",
        "json lines": b'{"id": "x"}\n{"id": "y"}\n',
        "csv": b"id,op,inputs\nx,input,\n",
        "dot": b"digraph { a -> b }",
        "shell": b"#!/bin/sh\necho hello\n",
        "base64": base64.b64encode(text),
        "words": b"this is not a description",
    }


def _syntax() -> Iterator[Made]:
    text = json.dumps(good())
    for name, whole in _SOUND.items():
        yield name, whole.replace("@", text.strip("{}")), False
    for name, part in _BROKEN.items():
        yield name, json.dumps(_with(name="@")).replace('"@"', part), True
    for name, whole in _BROKEN_WHOLE.items():
        yield name, whole.replace("@", text), True
    for length in range(1, len(text), 7):
        yield f"cut after {length}", text[:length], True
    for offset, letter in enumerate(text):
        if letter in '{}[]:,"' and (letter in "{}[]" or offset % 3 == 0):
            yield f"without the {letter} at {offset}", text[:offset] + text[offset + 1 :], True
            yield (
                f"with a second {letter} at {offset}",
                text[:offset] + letter + text[offset:],
                True,
            )


_SOUND = {
    "spaces around": "  \n\t\r {@}  \n",
    "space inside": '{ "name" : "x" ,\t"nodes"\n:\r\n[ { "id":"x","op" :"parameter", "value": 1 } ,'
    '{"id":"s","op":"exp","inputs":[ "x" ] } ] }',
    "escapes": '{"\\u006eame":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9",'
    '"nodes":[{"id":"x","op":"parameter","value":1},{"id":"s","op":"exp","inputs":["\\u0078"]}]}',
    "number forms": '{"nodes":[{"id":"x","op":"parameter","value":[0,-0,1.5,1e3,1E-3,1e+3,-0.0]},'
    '{"id":"s","op":"sum","inputs":["x"]}]}',
}

_BROKEN = {
    "comment, slashes": '"x", // a name\n "output": "s"',
    "comment, stars": '"x" /* a name */',
    "comment, hash": '"x" # a name\n',
    "single quotes": "'x'",
    "backticks": "`x`",
    "printer's quotes": "“x”",
    "no quotes": "x",
    "no closing quote": '"x',
    "line break in a string": '"x\ny"',
    "tab in a string": '"x\ty"',
    "escape character in a string": '"x\x1b[2Jy"',
    "escape unknown": '"\\x41"',
    "escape of a quote": "\"\\'\"",
    "escape cut": '"\\u12"',
    "escape not hexadecimal": '"\\uzzzz"',
    "escape in braces": '"\\u{1F600}"',
    "windows path": '"C:\\data"',
    "backslash at the line end": '"x\\\ny"',
    "value missing": "",
    "two values": '"x" "y"',
    "two commas": '"x",',
    "two colons": ': "x"',
    "equals": '= "x"',
    "semicolon": '"x";',
    "python True": "True",
    "python None": "None",
    "python tuple": '("x", "y")',
    "python bytes": 'b"x"',
    "python raw string": 'r"x"',
    "python f-string": 'f"x"',
    "python triple quotes": '"""x"""',
    "upper case": "NULL",
    "undefined": "undefined",
    "nan": "nan",
    "inf": "inf",
    "minus inf": "-inf",
    "plus sign": "+1",
    "two signs": "--1",
    "sign alone": "-",
    "point first": ".5",
    "point last": "5.",
    "point alone": ".",
    "zero first": "007",
    "hexadecimal": "0x1F",
    "octal": "0o17",
    "binary": "0b11",
    "underscore": "1_000",
    "exponent cut": "1e",
    "exponent sign cut": "1e+",
    "exponent with point": "1e1.5",
    "imaginary": "2j",
    "suffix": "1.0f",
    "two points": "1.2.3",
    "thousands": "1'000",
    "other digits": "١٢",
    "fullwidth digits": "１２",
    "minus sign": "−1",
    "call": "f(1)",
    "list closed by a brace": "[1, 2}",
    "object closed by a bracket": '{"a": 1]',
    "list never closed": "[1, 2",
    "object never closed": '{"a": 1',
    "trailing comma in a list": "[1, 2,]",
    "trailing comma in an object": '{"a": 1,}',
    "comma alone in a list": "[,]",
    "comma first": "[,1]",
    "comma twice": "[1,,2]",
    "comma missing in a list": "[1 2]",
    "comma missing in an object": '{"a": 1 "b": 2}',
    "colon in a list": '["a": 1]',
    "colon missing": '{"a" 1}',
    "value missing in an object": '{"a"}',
    "value missing after the colon": '{"a":}',
    "key without quotes": "{a: 1}",
    "key in single quotes": "{'a': 1}",
    "key a number": "{1: 1}",
    "key null": "{null: 1}",
    "key a list": "{[]: 1}",
    "set": '{"a", "b"}',
    "spread": "[...x]",
    "ellipsis": "[1, ..., 9]",
    "no-break space": '\u00a0"x"',
    "zero width space": '\u200b"x"',
    "byte order mark inside": '\ufeff"x"',
    "line separator": '\u2028"x"',
    "vertical tab": '\x0b"x"',
    "form feed": '\x0c"x"',
    "ellipsis character": "[1, …]",
}  # fmt: skip

_BROKEN_WHOLE = {
    "no brackets": '"nodes": []',
    "only a bracket": "{",
    "only a closing bracket": "}",
    "only a quote": '"',
    "only a backslash": "\\",
    "only a comma": ",",
    "only a colon": ":",
    "only a minus": "-",
    "two documents": "@ @",
    "two documents, comma": "@, @",
    "two documents, line": "@\n@",
    "text after": "@ and more",
    "comma after": "@,",
    "semicolon after": "@;",
    "bracket after": "@}",
    "comment before": "// a net\n@",
    "hash before": "# a net\n@",
    "comment after": "@ // a net",
    "assignment": "graph = @",
    "javascript": "var graph = @;",
    "call around": "load(@)",
    "guard against inclusion": ")]}',\n@",
    "fence": "```json\n@\n```",
    "control-z": "@\x1a",
    "escape before": "\x1b[0m@",
    "quoted": "'@'",
}


def _schema() -> Iterator[Made]:
    for name, text in (
        ("list", "[]"), ("text", '"x"'), ("number", "1"), ("null", "null"), ("true", "true"),
        ("empty object", "{}"), ("nodes alone, empty", '{"nodes": []}'),
    ):  # fmt: skip
        yield f"top, {name}", text, True
    yield "good", good(), False
    yield "without a version", {key: good()[key] for key in ("nodes", "output")}, False
    yield "without an output", {key: good()[key] for key in ("graphtui", "nodes")}, False
    for key, values in _WRONG_TOP.items():
        for number, value in enumerate(values):
            yield f"{key} wrong, {number}", _with(**{key: value}), True
    for key in ("node", "Nodes", "ouput", "versions", "__proto__", "", "nodes ", "edges", "cells"):
        yield f"unknown key '{key}'", _with(**{key: []}), True
    for key, values in _WRONG_NODE.items():
        for number, value in enumerate(values):
            wrong = {**node("y", "exp", "x"), key: value}
            yield (
                f"node {key} wrong, {number}",
                document(leaf(), wrong, node("s", "sum", "y")),
                True,
            )
    for key in (
        "opp",
        "Op",
        "input",
        "attr",
        "Id",
        "name",
        "type",
        "values",
        "__class__",
        "",
        "id ",
    ):
        yield f"unknown node key '{key}'", document(leaf(), {**node("y", "exp", "x"), key: 1}), True
    for missing in ("id", "op", "inputs"):
        short = {key: value for key, value in node("y", "exp", "x").items() if key != missing}
        yield f"node without {missing}", document(leaf(), short), True
    yield (
        "parameter without a value",
        document({"id": "x", "op": "parameter"}, node("y", "exp", "x")),
        True,
    )
    yield "op and expr", document(leaf(), node("y", "exp", "x", expr="x + 1")), True
    yield "value on an op", document(leaf(), node("y", "exp", "x", value=1.0)), True
    yield (
        "inputs on a leaf",
        document(leaf(), leaf("y", inputs=["x"]), node("s", "add", "x", "y")),
        True,
    )
    many: list[dict[str, object]] = [{"id": f"n{n}", "opp": "add"} for n in range(2_500)]
    yield "2,500 problems", document(*many), True
    yield "notebook", {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, True
    yield "package.json", {"name": "x", "version": "1.0.0", "dependencies": {}}, True
    yield "geojson", {"type": "FeatureCollection", "features": []}, True
    for name, text in _DUPLICATES.items():
        yield f"key twice, {name}", text, True


_WRONG_TOP: dict[str, list[object]] = {
    "graphtui": [0, 2, -1, "1", None, [], True, 1.5],
    "nodes": [{}, "x", 1, None, [1], ["x"], [None], [[]]],
    "output": [1, None, [], {}, "nothing", "", True],
    "name": [1, None, [], {}],
}

_WRONG_NODE: dict[str, list[object]] = {
    "id": [1, None, [], {}, True, "", 1.5],
    "op": [1, None, [], {}, True, "", "nothing"],
    "inputs": ["x", None, {}, 1, [1], [None], [["x"]], [{"id": "x"}], [True]],
    "attrs": [[], "x", 1, None],
    "group": [1, None, [], {}],
}

_DUPLICATES = {
    "top": '{"nodes": [], "nodes": []}',
    "in a node": '{"nodes": [{"id": "x", "op": "input", "op": "parameter", "value": 1}]}',
    "escaped": '{"nodes": [{"id": "x", "\\u006fp": "input", "op": "parameter", "value": 1}]}',
    "in attrs": '{"nodes": [{"id": "x", "op": "sum", "attrs": {"axis": 0, "axis": 1}}]}',
    "same value": '{"name": "x", "nodes": [], "name": "x"}',
    "three times": '{"nodes": 1, "nodes": 2, "nodes": 3}',
    "empty key": '{"": 1, "": 2, "nodes": []}',
}


def _graph() -> Iterator[Made]:
    x, two = leaf(), leaf("v", [1.0, 2.0])
    sound: dict[str, list[dict[str, object]]] = {
        "backwards": [node("s", "sum", "y"), node("y", "exp", "v"), two],
        "same input twice": [x, node("y", "add", "x", "x")],
        "fan-out": [x, *(node(f"y{n}", "exp", "x") for n in range(99)), *_sums(99)],
        "chain": _chain(400),
        "ladder": _ladder(40),
        "expression": [x, {"id": "f", "expr": "1 / (1 + exp(-x))"}],
        "expression of a name alone": [x, {"id": "f", "expr": "x + 0"}],
        "expression reads expression": [
            x,
            {"id": "g", "expr": "x * x"},
            {"id": "f", "expr": "g + 1"},
        ],
        "labels": [
            leaf("z", [[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]),
            {"id": "t", "op": "constant", "value": [0, 2]},
            node("loss", "cross_entropy", "z", "t"),
        ],
        "reshape": [two, node("y", "reshape", "v", attrs={"shape": [2, 1]}), node("s", "sum", "y")],
        "broadcast": [x, two, node("y", "multiply", "x", "v"), node("s", "sum", "y")],
    }
    for name, nodes in sound.items():
        yield name, document(*nodes), False
    for name, nodes in _unsound_graphs(x, two).items():
        yield name, document(*nodes), True
    for op in _NO_OPS:
        yield f"op '{op}'", document(x, node("y", op, "x")), True
    for op, most in (("exp", 1), ("add", 2), ("matmul", 2), ("relu", 1), ("sum", 1)):
        for count in {0, most + 1, most - 1, 9} - {most}:
            inputs = ["x"] * count
            yield f"{op} of {count}", document(x, node("y", op, *inputs)), True
    for length in (1, 2, 3, 6, 7, 2_000):
        ring = [node(f"n{n}", "exp", f"n{(n + 1) % length}") for n in range(length)]
        yield f"cycle of {length}", document(*ring), True
        yield f"cycle of {length} beside a graph", document(*_chain(3), *ring, output="c3"), True


def _unsound_graphs(
    x: dict[str, object], two: dict[str, object]
) -> dict[str, list[dict[str, object]]]:
    three = leaf("u", [1.0, 2.0, 3.0])
    return {
        "no nodes": [],
        "id twice": [x, x, node("y", "exp", "x")],
        "id twice, another op": [x, node("x", "exp", "x")],
        "dangling": [x, node("y", "add", "x", "z")],
        "dangling, near": [leaf("weight"), node("y", "exp", "wieght")],
        "dangling, case": [x, node("y", "exp", "X")],
        "dangling, space": [x, node("y", "exp", "x ")],
        "dangling, empty": [x, node("y", "exp", "")],
        "two ends": [x, node("y", "exp", "x"), node("z", "log", "x")],
        "figure of eight": [
            x, node("a", "add", "b", "c"), node("b", "exp", "a"), node("c", "exp", "a"),
        ],
        "add of two shapes": [two, three, node("y", "add", "v", "u")],
        "matmul of two shapes": [
            leaf("a", [[1.0, 2.0]]), leaf("b", [[1.0, 2.0]]), node("y", "matmul", "a", "b"),
        ],
        "matmul of numbers": [x, node("y", "matmul", "x", "x")],
        "reshape, other size": [two, node("y", "reshape", "v", attrs={"shape": [3]})],
        "reshape, two unknown": [two, node("y", "reshape", "v", attrs={"shape": [-1, -1]})],
        "reshape without a shape": [two, node("y", "reshape", "v")],
        "axis too large": [two, node("y", "sum", "v", attrs={"axis": 1})],
        "axis too small": [two, node("y", "sum", "v", attrs={"axis": -2})],
        "axis twice": [leaf("m", [[1.0]]), node("y", "sum", "m", attrs={"axis": [0, 0]})],
        "axis a word": [two, node("y", "sum", "v", attrs={"axis": "rows"})],
        "axis a fraction": [two, node("y", "sum", "v", attrs={"axis": 0.5})],
        "axis a truth": [two, node("y", "sum", "v", attrs={"axis": True})],
        "attribute unknown": [two, node("y", "sum", "v", attrs={"axes": 0})],
        "attribute of a dunder": [two, node("y", "sum", "v", attrs={"__class__": 0})],
        "labels of another count": [
            leaf("z", [[1.0, 2.0]]), {"id": "t", "op": "constant", "value": [0, 1, 1]},
            node("y", "cross_entropy", "z", "t"),
        ],
        "expression of an unknown name": [x, {"id": "f", "expr": "x + z"}],
        "expression of an unknown function": [x, {"id": "f", "expr": "expp(x)"}],
        "expression of itself": [x, {"id": "f", "expr": "f + x"}],
        "expressions of each other": [{"id": "f", "expr": "g + 1"}, {"id": "g", "expr": "f + 1"}],
        **{f"expression '{e}'": [x, {"id": "f", "expr": e}] for e in _NO_EXPRESSIONS},
    }  # fmt: skip


_NO_OPS = (
    "sigmod", "tahn", "Exp", "EXP", "exp ", " exp", "exp\n", "np.exp", "numpy.exp", "exp()", "e",
    "Parameter", "leaf", "variable", "\u0435xp", "\uff45xp", "ex\u200bp", "0", "x" * 500,
)  # fmt: skip

_NO_EXPRESSIONS = (
    "", " ", "x +", "(x", "x)", "x x", "exp(", "exp()", "exp(x, x)", "x = 1", "x; x", "1 +* x", "@",
    "'x", "x.", "x..y", "if", "x ! 2", "\\", "#", "x # y +", "x ? 1 : 2", "{x}", "`x`", "$x",
    "x &&& x",
)  # fmt: skip


def _chain(length: int) -> list[dict[str, object]]:
    steps = (node(f"c{n}", "negative", f"c{n - 1}") for n in range(1, length + 1))
    return [leaf("c0"), *steps]


def _sums(count: int) -> list[dict[str, object]]:
    """Nodes that add y0, y1, … up, one after the other."""
    names = ["y0", *(f"s{n}" for n in range(1, count))]
    return [node(names[n], "add", names[n - 1], f"y{n}") for n in range(1, count)]


def _ladder(rungs: int, op: str = "add", **attrs: object) -> list[dict[str, object]]:
    """A graph with 2**rungs paths."""
    keys = {"attrs": attrs} if attrs else {}
    steps = (node(f"c{n}", op, f"c{n - 1}", f"c{n - 1}", **keys) for n in range(1, rungs + 1))
    return [leaf("c0", [1.0]), *steps]


def _value_class() -> Iterator[Made]:
    for text in _NUMBERS:
        yield f"number {text}", _written(text), False
        yield f"list of {text}", _written(f"[1.5, {text}]"), False
    for name, text in _NO_NUMBERS.items():
        yield f"number, {name}", _written(text), True
        yield f"in a list, {name}", _written(f"[[1.5, {text}]]"), True
    for name, value in _NO_ARRAYS.items():
        yield name, _value(value), True
    for word in ("nan", "inf", "-inf"):
        yield f"word {word}", _value([1.0, word]), False
    for count in (1, 2, 8, 30):
        yield f"{count} axes", _value(_nested(count)), False
    for count in (33, 65, 100, 150):
        yield f"{count} axes", _value(_nested(count)), True
    yield "float32", _value([1.0, 2.0], dtype="float32"), False
    yield "float16", _value([1.0, 2.0], dtype="float16"), False
    yield "too large for float16", _value([1e6], dtype="float16"), True
    yield "too large for float32", _value([1e300], dtype="float32"), True
    for dtype in _NO_DTYPES:
        yield f"dtype '{dtype}'", _value([1.0], dtype=dtype), True
    others: list[object] = [1, None, [], {}, True, ["float64"]]
    for number, other in enumerate(others):
        yield f"dtype wrong, {number}", _value([1.0], dtype=other), True
    for name, init in _NO_INITS.items():
        start: dict[str, object] = {"id": "x", "op": "parameter", "init": init}
        yield f"init, {name}", document(start, node("s", "sum", "x")), True
    sound = {"normal": {"shape": [3, 4], "std": 0.1, "seed": 7}}
    start = {"id": "x", "op": "parameter", "init": sound}
    yield "init", document(start, node("s", "sum", "x")), False
    yield "init and value", document({**start, "value": 1.0}, node("s", "sum", "x")), True


_NO_DTYPES = (
    "object", "O", "str", "U10", "S", "V8", "complex128", "float128", "datetime64", ">f8",
    "Float64", "double", "", "f8,f8", "__class__", "os.system",
)  # fmt: skip

_NUMBERS = (
    "0", "-0", "-0.0", "0e0", "1", "-1", "1.5", "1e308", "1.7976931348623157e308", "5e-324",
    "1e-300", "2.2250738585072014e-308", "9007199254740992", "-9007199254740992",
    "9007199254740994",
    "0." + "3" * 300, "1" + "0" * 22, "1E5", "1e+5", "1e-5", "0.1", "123456789012345",
)  # fmt: skip

_NO_NUMBERS = {
    "NaN": "NaN",
    "Infinity": "Infinity",
    "minus Infinity": "-Infinity",
    "1e309": "1e309",
    "1e400": "1e400",
    "-1e400": "-1e400",
    "1e999999999999": "1e999999999999",
    "just too large": "1.7976931348623159e308",
    "2**53 + 1": "9007199254740993",
    "-2**53 - 1": "-9007199254740993",
    "2**63 - 1": "9223372036854775807",
    "2**64 - 1": "18446744073709551615",
    "10**30": "1" + "0" * 30,
    "350 digits": "1" * 350,
    "401 digits": "1" * 401,
    "5,000 digits": "1" * 5_000,
    "5,000 zeros": "1" + "0" * 5_000,
    "500 places": "0." + "3" * 500,
    "text": '"1.5"',
    "text, empty": '""',
    "text, hexadecimal": '"0x10"',
    "text, other case": '"NaN"',
    "text, digits of another script": '"\u0661"',
    "null": "null",
    "true": "true",
    "object": '{"re": 1, "im": 2}',
    "object, empty": "{}",
    "date": '"2024-01-01"',
    "half a character": '"\\ud800"',
}

_NO_ARRAYS: dict[str, object] = {
    "ragged": [[1.0, 2.0], [3.0]],
    "ragged, later": [[1.0, 2.0], [3.0, 4.0], [5.0]],
    "ragged, deep": [[[1.0], [2.0]], [[3.0], [4.0, 5.0]]],
    "ragged, empty row": [[1.0], []],
    "number among lists": [[1.0], 2.0],
    "list among numbers": [1.0, [2.0]],
    "text among numbers": [1.0, "2.0", 3.0],
    "null among numbers": [1.0, None],
    "null row": [[1.0], None],
    "truth among numbers": [1.0, True],
    "truths": [True, False],
    "object among numbers": [1.0, {}],
    "objects": [{"a": 1}, {"a": 2}],
    "texts": ["a", "b"],
    "text for a list": "[1.0, 2.0]",
    "text of many": "1.0 2.0 3.0",
    "null": None,
    "truth": True,
    "object": {"shape": [2], "data": [1.0, 2.0]},
    "base64 array": {"__ndarray__": "AAAAAAAA8D8=", "dtype": "float64"},
}

_NO_INITS: dict[str, object] = {
    "null": None, "empty": {}, "text": "normal", "list": ["normal"], "number": 1,
    "unknown kind": {"gaussian": {"shape": [2]}},
    "two kinds": {"normal": {"shape": [2], "seed": 1}, "ones": {"shape": [2]}},
    "without settings": {"normal": {}}, "settings a list": {"normal": [2]},
    "settings null": {"normal": None},
    "shape a number": {"ones": {"shape": 2}}, "shape text": {"ones": {"shape": "2"}},
    "shape negative": {"ones": {"shape": [-1]}}, "shape a fraction": {"ones": {"shape": [2.5]}},
    "shape of a truth": {"ones": {"shape": [True]}}, "shape of null": {"ones": {"shape": [None]}},
    "shape of lists": {"ones": {"shape": [[2]]}}, "shape deep": {"ones": {"shape": [1] * 65}},
    "seed text": {"normal": {"shape": [2], "seed": "7"}},
    "seed negative": {"normal": {"shape": [2], "seed": -1}},
    "seed a fraction": {"normal": {"shape": [2], "seed": 0.5}},
    "std text": {"normal": {"shape": [2], "std": "0.1", "seed": 1}},
    "setting unknown": {"normal": {"shape": [2], "sdt": 0.1, "seed": 1}},
    "load": {"load": {"file": "weights.npy"}}, "eval": {"eval": "np.ones(2)"},
}  # fmt: skip


def _nested(count: int) -> object:
    value: object = 1.0
    for _ in range(count):
        value = [value]
    return value


def _bomb() -> Iterator[Made]:
    def huge(*shape: int, **keys: object) -> dict[str, object]:
        return {"id": "x", "op": "parameter", "init": {"ones": {"shape": list(shape)}}, **keys}

    for shape in (
        (10**15,),
        (10**6, 10**6),
        (2**31, 2**31),
        (2**32, 2**32),
        (2**53,),
        (10**9,),
        (2**20,) * 30,
    ):
        yield (
            f"init of {len(shape)} axes, {shape[0]:,}",
            document(huge(*shape), node("s", "sum", "x")),
            True,
        )
    column, row = huge(10**6, 1), {**huge(1, 10**6), "id": "y"}
    for op in ("add", "multiply", "matmul", "maximum"):
        yield (
            f"outer {op}",
            document(column, row, node("o", op, "x", "y"), node("s", "sum", "o")),
            True,
        )
    wide = [node(f"o{n}", "add", "x", "y") for n in range(3)]
    yield "outer, 3 times", document(column, row, *wide, node("s", "sum", "o0"), output="s"), True
    for size in (10**12, 2**53):
        grown = node("o", "broadcast_to", "c0", attrs={"shape": [size]})
        yield f"broadcast to {size:,}", document(leaf("c0"), grown, node("s", "sum", "o")), True
    doubling = [node(f"c{n}", "concatenate", f"c{n - 1}", f"c{n - 1}") for n in range(1, 60)]
    yield "doubling", document(leaf("c0", [1.0]), *doubling, node("s", "sum", "c59")), True
    yield "doubling the value", document(*_ladder(1_100), node("s", "sum", "c1100")), False
    yield "many paths", document(*_ladder(999), node("s", "sum", "c999")), False
    yield "long chain", document(*_chain(5_000)), False
    yield "many leaves", document(*(leaf(f"x{n}") for n in range(2_000)), output="x0"), False
    for depth in (200, 201, 1_000, 10_000, 1_000_000):
        yield f"{depth:,} lists", "[" * depth + "]" * depth, True
        yield f"{depth:,} lists, open", "[" * depth, True
    for depth in (64, 197, 198, 1_000, 100_000):
        yield f"value in {depth:,} lists", _written("[" * depth + "1" + "]" * depth), True
        attrs = '{"a":' * depth + "1" + "}" * depth
        text = json.dumps(document(leaf(), node("s", "sum", "x", attrs="@")))
        yield f"attributes in {depth:,} objects", text.replace('"@"', attrs), True
    yield "brackets in a text", _with(name="[{" * 5_000), False
    yield "brackets and quotes in a text", _with(name='"[\\"{' * 2_000), False
    yield "closing brackets", "]" * 100_000, True
    yield "alternating brackets", "[{" * 50_000, True
    yield "quotes", '"' * 100_001, True
    yield "backslashes", '"' + "\\" * 100_001, True
    yield "commas", "[" + "," * 100_000 + "]", True
    yield "not numbers", _written("[" + "NaN," * 50_000 + "NaN]"), True
    yield "one key 10,000 times", "{" + '"nodes":1,' * 10_000 + '"nodes":[]}', True
    yield "10,000 keys", json.dumps({f"k{n}": n for n in range(10_000)}), True
    yield "long key", json.dumps({"k" * 100_000: 1}), True
    yield "long op", document(leaf(), node("y", "x" * 100_000, "x")), True
    yield "long reference", document(leaf(), node("y", "exp", "x" * 100_000)), True
    yield "10,000 inputs", document(leaf(), node("y", "exp", *["x"] * 10_000)), True
    yield (
        "10,000 dangling inputs",
        document(leaf(), node("y", "add", *map(str, range(10_000)))),
        True,
    )
    yield "hash collisions", json.dumps({str(n * (2**61 - 1)): n for n in range(5_000)}), True
    for name, text in (
        ("brackets", "(" * 10_000 + "x" + ")" * 10_000), ("open brackets", "(" * 10_000),
        ("calls", "exp(" * 5_000 + "x" + ")" * 5_000 + ")"), ("operators", "x" + "+" * 10_000),
        ("a long name", "y" * 100_000), ("a long number", "x + " + "9" * 5_000),
    ):  # fmt: skip
        yield f"expression of {name}", document(leaf(), {"id": "f", "expr": text}), True


def _smuggle() -> Iterator[Made]:
    x = leaf()
    for code in _CODE:
        yield f"op {code}", document(x, node("y", code, "x")), True
        yield f"expression {code}", document(x, {"id": "f", "expr": code}), True
        yield f"value {code}", _value(code), True
        yield f"value in a list {code}", _value([1.0, code]), True
        yield (
            f"init {code}",
            document({"id": "x", "op": "parameter", "init": code}, node("s", "sum", "x")),
            True,
        )
        yield (
            f"attribute {code}",
            document(leaf("x", [1.0]), node("s", "sum", "x", attrs={"axis": code})),
            True,
        )
        yield f"key {code}", _with(**{code: 1}), True
        yield f"name {code}", _with(name=code), False
        yield f"id {code}", document(leaf(code), node("s", "exp", code)), False
    for key, value in _SMUGGLED_KEYS.items():
        yield f"top key {key}", _with(**{key: value}), True
        yield f"node key {key}", document({**x, key: value}, node("y", "exp", "x")), True
        yield f"value of {key}", _value({key: value}), True
        yield f"node of {key}", document(x, {key: value}), True
    for protocol in range(6):
        raw = pickle.dumps(_Touch(), protocol=protocol)
        yield f"pickle {protocol}", raw, True
        yield f"pickle {protocol} as a value", _value(base64.b64encode(raw).decode()), True
    yield "polyglot, zip behind json", json.dumps(good()).encode() + b"PK\x03\x04" + bytes(30), True
    yield "polyglot, json behind python", b"import os\n" + json.dumps(good()).encode(), True


class _Touch:
    """Would leave the canary if it were unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {CANARY}",)


_TOUCH = f"open('{CANARY}', 'w')"
_CODE = (
    f"__import__('os').system('touch {CANARY}')",
    _TOUCH,
    f"eval({_TOUCH!r})",
    f"exec({_TOUCH!r})",
    f"(lambda: {_TOUCH})()",
    f"[{_TOUCH} for _ in (1,)]",
    f"({_TOUCH}, x)[1]",
    f"x if {_TOUCH} else x",
    f"f'{{{_TOUCH}}}'",
    f"(y := {_TOUCH})",
    "().__class__.__base__.__subclasses__()",
    "x.__class__",
    "x.__init__.__globals__",
    "exp.__globals__",
    "os.system",
    "builtins.eval",
    "__builtins__",
    "__import__",
    "getattr(x, 'shape')",
    "numpy.load('weights.npy')",
    "np.load",
    "subprocess.Popen",
    "breakpoint()",
    "quit()",
    "${HOME}",
    "$(touch graphtui-canary)",
    "`touch graphtui-canary`",
    "{{7*7}}",
    "{0.__class__}",
    "%(name)s%n",
    "!!python/object/apply:os.system [touch graphtui-canary]",
    "file:///etc/passwd",
    "../../etc/passwd",
    "http://localhost:9/",
)

_SMUGGLED_KEYS: dict[str, object] = {
    "$ref": "other.json",
    "$include": "other.json",
    "@type": "java.lang.Runtime",
    "py/object": "os.system",
    "py/reduce": [{"py/function": "os.system"}, {"py/tuple": [f"touch {CANARY}"]}],
    "__class__": "os.system",
    "__reduce__": ["os.system", [f"touch {CANARY}"]],
    "__proto__": {"op": "exp"},
    "constructor": {"prototype": {}},
    "import": "os",
    "code": _TOUCH,
    "exec": _TOUCH,
    "module": "os",
    "file": "/etc/passwd",
    "url": "http://localhost:9/",
    "pickle": "gASVAAAAAA==",
}


def _confusable() -> Iterator[Made]:
    for name, (one, other) in _LOOK_ALIKES.items():
        pair = [leaf(one, 2.0), leaf(other, 3.0), node("y", "add", one, other)]
        yield f"both, {name}", document(*pair), False
        yield f"dangling, {name}", document(leaf(one), node("y", "exp", other)), True
        yield f"output, {name}", document(leaf("q"), node(one, "exp", "q"), output=other), True
    for name, key in (
        ("cyrillic", "\u0456d"),
        ("fullwidth", "\uff49d"),
        ("zero width", "i\u200bd"),
    ):
        wrong = {key: "x", "op": "parameter", "value": 1.0}
        yield f"key, {name}", document(wrong, node("y", "exp", "x")), True


_LOOK_ALIKES = {
    "cyrillic": ("a", "\u0430"),
    "greek": ("o", "\u03bf"),
    "composed": ("\u00e9", "e\u0301"),
    "kelvin": ("K", "\u212a"),
    "ohm": ("\u03a9", "\u2126"),
    "angstrom": ("\u00c5", "\u212b"),
    "fullwidth": ("w", "\uff57"),
    "ligature": ("fi", "\ufb01"),
    "subscript": ("w1", "w\u2081"),
    "bold": ("x", "\U0001d431"),
    "zero width space": ("w", "w\u200b"),
    "zero width joiner": ("w", "w\u200d"),
    "word joiner": ("w", "w\u2060"),
    "soft hyphen": ("w", "w\u00ad"),
    "byte order mark": ("w", "\ufeffw"),
    "space after": ("w", "w "),
    "space before": ("w", " w"),
    "no-break space": ("w 1", "w\u00a01"),
    "tab": ("w 1", "w\t1"),
    "line break": ("w", "w\n"),
    "variation selector": ("w", "w\ufe0f"),
    "direction mark": ("w", "w\u200e"),
    "direction override": ("w12", "\u202e21w"),
    "case": ("w", "W"),
    "zero and o": ("w0", "wO"),
    "one and l": ("w1", "wl"),
    "rn and m": ("rn", "m"),
    "hyphens": ("w-1", "w\u20101"),
    "dotless": ("i", "\u0131"),
    "long s": ("s", "\u017f"),
    "hangul": ("\uac00", unicodedata.normalize("NFD", "\uac00")),
}


def _name() -> Iterator[Made]:
    for name, text in _STRANGE.items():
        yield f"id, {name}", document(leaf(text), node("y", "exp", text)), False
        yield f"title, {name}", _with(name=text), False
        yield f"op, {name}", document(leaf(), node("y", f"exp{text}", "x")), True
        yield f"reference, {name}", document(leaf(), node("y", "exp", f"x{text}")), True
        yield f"key, {name}", _with(**{f"name{text}": 1}), True
    for name, text in (("high", "\\ud83d"), ("low", "\\ude00"), ("swapped", "\\ude00\\ud83d")):
        good_text = json.dumps(_with(name="@"))
        yield f"half a character, {name}", good_text.replace("@", text), True
        key = good_text.replace('"name"', f'"{text}"')
        yield f"half a character in a key, {name}", key, True


_STRANGE = {
    **{f"U+{code:04X}": f"a{chr(code)}b" for code in (*range(32), 127, *range(128, 160))},
    **{
        f"U+{code:04X}": f"a{chr(code)}b"
        for code in (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028)
    },
    "clipboard": "\x1b]52;c;aGVsbG8=\x07",
    "clipboard, st": "\x1b]52;c;aGVsbG8=\x1b\\",
    "title of the terminal": "\x1b]0;title\x07",
    "clear": "\x1b[2J\x1b[H",
    "device control": "\x1bP$q\x1b\\",
    "eight-bit control": "\x9b2J",
    "markup": "[red]x[/red]",
    "markup, closing": "[/foo]",
    "markup, action": "[@click=app.quit]x[/]",
    "markup, link": "[link=http://localhost:9/]x[/link]",
    "markup, bracket": "[",
    "style": "#id .class { color: red }",
    "format": "{0} {} {x!r:>99}",
    "percent": "%s %d %n",
    "html": "<script>alert(1)</script>",
    "entity": "&lt;&#0;",
    "quotes": "\"'`",
    "backslash": "a\\nb",
    "dunder": "__class__",
    "keyword": "lambda",
    "number": "1e5",
    "minus": "-x",
    "dots": "..",
    "long": "x" * 5_000,
    "combining flood": "x" + "\u0301" * 500,
    "wide": "神経" * 40,
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 9,
    "flags": "\U0001f1e9\U0001f1ea" * 9,
    "right to left": "שלום",
    "private use": "\ue000\U000f0000",
    "noncharacter": "\ufffe\uffff",
}

_CLASSES = {
    "encoding": _encoding,
    "syntax": _syntax,
    "schema": _schema,
    "graph": _graph,
    "value": _value_class,
    "bomb": _bomb,
    "smuggle": _smuggle,
    "confusable": _confusable,
    "name": _name,
}


def file_cases(folder: Path) -> list[FileCase]:
    """Things in `folder`, and beside it, that a path may lead to."""
    text = json.dumps(good())
    (folder / "net.json").write_text(text)
    (folder / "empty.json").write_bytes(b"")
    (folder / "blank.json").write_bytes(b" \n")
    (folder / "inside").mkdir()
    with open(folder / "huge.json", "wb") as sparse:
        sparse.truncate(8 * 2**30)
    os.mkfifo(folder / "pipe.json")
    os.mknod(folder / "socket.json", stat.S_IFSOCK | 0o600)
    (folder / "link.json").symlink_to("net.json")
    (folder / "chain.json").symlink_to("link.json")
    (folder / "dangling.json").symlink_to("nowhere.json")
    (folder / "loop.json").symlink_to("pool.json")
    (folder / "pool.json").symlink_to("loop.json")
    (folder / "to folder.json").symlink_to("inside")
    (folder / "to device.json").symlink_to("/dev/zero")
    locked = folder / "locked.json"
    locked.write_text(text)
    locked.chmod(0)
    odd = folder / "[red]\x1b[2J\u202e.json"
    odd.write_text(text)
    refused = ["empty.json", "blank.json", "inside", "huge.json", "pipe.json", "socket.json"]
    refused += ["dangling.json", "loop.json", "to folder.json", "to device.json", "nte.json"]
    refused += ["net.json/inside", "no folder/net.json", "x" * 300, "net.json\0", "net.json/"]
    made = [FileCase(name[:40], f"{folder}/{name}", True) for name in refused]
    made += [
        FileCase(name, name, True) for name in ("/dev/null", "/dev/zero", "/proc/self/mem", "")
    ]
    made += [
        FileCase(name, f"{folder}/{name}", False)
        for name in ("net.json", "link.json", "chain.json")
    ]
    made.append(FileCase("odd name", str(odd), False))
    # Nothing is locked for a superuser.
    made.append(FileCase("locked.json", str(locked), os.geteuid() != 0))
    return made
