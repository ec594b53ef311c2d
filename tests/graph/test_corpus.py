"""Hostile descriptions are refused in words, odd but sound ones load, and none makes code run."""

from __future__ import annotations

import ast
import copy
import io
import json
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphtui
from graphtui.errors import DescriptionError, GraphtuiError, LimitError
from graphtui.graph.json_file import load_json, load_json_stream, loads
from tests.graph import corpus

KINDS = sorted({case.kind for case in corpus.cases()})
PACKAGE = Path(graphtui.__file__).parent


def refusal(data: bytes) -> GraphtuiError | None:
    """Why `data` is refused, or None."""
    try:
        load_json_stream(io.BytesIO(data), "net.json")
    except (DescriptionError, LimitError) as error:
        return error
    return None


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_to_be_refused_is_and_nothing_else(kind: str):
    wrong = []
    for case in corpus.cases(kind):
        error = refusal(case.data)
        if (error is not None) != case.refused:
            wrong.append(f"{case}: {error or 'loaded'}"[:200])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_is_short_and_says_where_and_what(kind: str):
    for case in corpus.cases(kind):
        error = refusal(case.data)
        if error is None:
            continue
        text = str(error)
        assert text.startswith("net.json"), case
        assert len(text) < 2**14, case
        first = text.partition("\n")[0]
        assert ": " in first, case
        problems = error.problems
        assert problems, case
        assert all(problem.message.rstrip().endswith((".", "?", "…")) for problem in problems)
        said = " ".join(problem.message for problem in problems[:20])
        for word in ("Traceback", "NoneType", "<class", "dict", "Error:", "object at 0x"):
            assert word not in said or word in repr(case.data), case


def test_the_warnings_of_look_alikes_are_given():
    loaded = 0
    for case in corpus.cases("confusable"):
        if not case.refused:
            graph = load_json_stream(io.BytesIO(case.data), "net.json")
            loaded += bool(graph.warnings)
    assert loaded > 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_loads_is_saved_and_loaded_again(kind: str):
    for case in corpus.cases(kind):
        if not case.refused:
            graph = load_json_stream(io.BytesIO(case.data), "net.json")
            assert type(graph).from_dict(graph.to_dict()) == graph, case


def test_what_a_path_leads_to_is_refused_or_read(tmp_path: Path):
    wrong = []
    for case in corpus.file_cases(tmp_path):
        try:
            load_json(case.path)
            refused = False
        except (DescriptionError, LimitError):
            refused = True
        if refused != case.refused:
            wrong.append(case.name)
    assert wrong == []


# No code runs ------------------------------------------------------------------------------------

WATCHED = ("exec", "compile", "import", "open", "socket", "subprocess", "os.", "pickle", "ctypes")
_seen: list[str] | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is not None and event.startswith(WATCHED):
        _seen.append(f"{event}{str(arguments)[:100]}")


sys.addaudithook(_hook)  # it cannot be taken away again, so it listens only when it is asked to


@contextmanager
def watched() -> Iterator[list[str]]:
    """What happens inside that would reach out of the program."""
    global _seen
    _seen = found = []
    try:
        yield found
    finally:
        _seen = None


def test_the_watch_sees_what_it_has_to_see(tmp_path: Path):
    with watched() as found:
        exec("1")
        (tmp_path / "x").write_text("x")
    assert any(event.startswith("exec") for event in found)
    assert any(event.startswith("open") for event in found)


def test_no_description_makes_code_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    every = corpus.cases()
    refusal(json.dumps(corpus.good()).encode())  # what is imported late is imported now
    refusal(b'{"nodes": [{"id": "x", "op": "imput"}, {"id": "y", "expr": "ex(y"}]')
    with watched() as found:
        for case in every:
            refusal(case.data)
    assert found == []
    assert list(tmp_path.iterdir()) == []


FORBIDDEN = {"eval", "exec", "compile", "__import__", "pickle", "marshal", "shelve", "dill"}
USERS_OWN_PYTHON = {"run_file.py"}
"""Where a description in Python is run."""


def test_the_package_evaluates_nothing():
    found = []
    for file in PACKAGE.rglob("*.py"):
        for each in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = []
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
                names = [each.func.id]
            elif isinstance(each, (ast.Import, ast.ImportFrom)):
                names = [alias.name.split(".")[0] for alias in each.names]
                names += [(getattr(each, "module", "") or "").split(".")[0]]
            elif isinstance(each, ast.Attribute) and each.attr in ("allow_pickle", "__import__"):
                names = ["pickle"]
            bad = FORBIDDEN.intersection(names)
            if bad and file.name not in USERS_OWN_PYTHON:
                found.append(f"{file.relative_to(PACKAGE)}:{each.lineno}: {bad}")
    assert found == []


# Mutations ---------------------------------------------------------------------------------------

SOUND = [case.data for case in corpus.cases() if not case.refused and len(case.data) < 4_000]
HOSTILE = [
    None, True, False, 0, -1, 10**18, 10**300, 2**63, 1e308, -0.0, "", "x", "nan", "f", "\u202e",
    "a\x1b[31m", [], [[]], [None], {}, {"a": 1}, [1, [2]], "x" * 3_000, "1 +", "x[99]", "-" * 500,
    [10**9] * 3, [-1], [0], ["x", "x"], {"shape": [10**12]}, {"axis": 10**30}, {"axis": [0, 0]},
]  # fmt: skip
KEYS = ["id", "op", "inputs", "attrs", "value", "init", "dtype", "shape", "group", "expr", "output"]
OPS = ["add", "sum", "getitem", "reshape", "stack", "matmul", "input", "constant", "broadcast_to"]


def damaged(value: Any, random_: random.Random) -> Any:
    """`value` with one place in it changed, deleted, doubled or exchanged."""
    places: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        each = waiting.pop()
        for key in each if isinstance(each, dict) else range(len(each)):
            places.append((each, key))
            if isinstance(each[key], (dict, list)):
                waiting.append(each[key])
    if not places:
        return [random_.choice(HOSTILE)]
    holder, key = random_.choice(places)
    other, place = random_.choice(places)
    new = random_.choice([*HOSTILE, *OPS, other[place], other[place]])
    match random_.randrange(4):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[random_.choice(KEYS)] = copy.deepcopy(new)
        case _:
            holder[key] = copy.deepcopy(new)  # else a value could come to hold itself
    return value


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_damaged_description_loads_or_is_refused_in_words(random_: random.Random):
    document = json.loads(random_.choice(SOUND))
    for _ in range(random_.randint(1, 4)):
        document = damaged(document, random_)
    text = json.dumps(document)
    error = refusal(text.encode())
    if error is None:
        graph = loads(text)
        assert type(graph).from_dict(graph.to_dict()) == graph
    else:
        assert str(error).startswith("net.json")
        assert len(str(error)) < 2**14


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_text_with_damaged_bytes_loads_or_is_refused_in_words(random_: random.Random):
    data = bytearray(random_.choice(SOUND))
    for _ in range(random_.randint(1, 5)):
        at = random_.randrange(len(data))
        match random_.randrange(4):
            case 0:
                data[at] = random_.randrange(256)
            case 1:
                del data[at : at + random_.randrange(9)]
            case 2:
                data[at:at] = data[at : at + random_.randrange(40)]
            case _:
                data[at:at] = random_.choice([b'"', b"{", b"]", b",", b"9", b"\\", b"\xff", b"e"])
        if not data:
            break
    error = refusal(bytes(data))
    assert error is None or str(error).startswith("net.json")
