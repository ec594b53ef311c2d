from __future__ import annotations

import gc
import json
import math
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.errors import DescriptionError, GraphtuiError, LimitError
from graphtui.graph.file_text import decode
from graphtui.graph.json.syntax import unexpected
from graphtui.graph.json.text import parse_json
from graphtui.graph.json.tokens import json_path, spots
from tests.graph.corpus import Case, cases

MOST_TEXT = 16 * 1024


def refused(text: str) -> DescriptionError | None:
    """The error of `text`, or None where it is read."""
    try:
        parse_json(text, "net.json")
    except DescriptionError as error:
        return error
    return None


def refusal(text: str) -> list[str]:
    with pytest.raises(DescriptionError) as caught:
        parse_json(text, "net.json")
    return caught.value.lines()


def same(one: Any, other: Any) -> bool:
    """Equal, with types and the sign of zero."""
    return json.dumps(one) == json.dumps(other)


# The corpus ------------------------------------------------------------------------------------


def outcome(case: Case) -> GraphtuiError | None:
    try:
        parse_json(decode(case.data, "net.json"), "net.json")
    except (DescriptionError, LimitError) as error:
        return error
    return None


@pytest.mark.parametrize("case", cases("syntax"), ids=str)
def test_syntax_is_read_or_refused_with_its_place(case: Case) -> None:
    error = outcome(case)
    assert (error is not None) == case.refused
    if error is not None:
        assert isinstance(error, DescriptionError)
        (problem,) = error.problems
        assert problem.place is not None
        assert problem.place.line
        assert len(str(error)) < 1_200


@pytest.mark.parametrize(
    "kind", ["schema", "graph", "value", "bomb", "smuggle", "confusable", "name"]
)
def test_whatever_a_file_holds_is_read_or_refused(kind: str) -> None:
    for case in cases(kind):
        error = outcome(case)
        if error is None:
            continue
        assert case.refused, case
        assert isinstance(error, DescriptionError), case
        assert all(problem.place for problem in error.problems), case
        assert len(str(error).encode("utf-8", "surrogatepass")) <= MOST_TEXT, case


@pytest.mark.parametrize("kind", ["bomb", "syntax"])
def test_a_low_limit_on_recursion_is_no_obstacle(kind: str) -> None:
    limit = sys.getrecursionlimit()
    chosen = cases(kind)[:120]
    sys.setrecursionlimit(120)
    try:
        for case in chosen:
            outcome(case)
        deep = parse_json("[" * 200 + "]" * 200, "net.json")
        assert sys.getrecursionlimit() == 120
    finally:
        sys.setrecursionlimit(limit)
    assert str(deep.place((0,) * 199)) == "net.json:1:200"


# Messages --------------------------------------------------------------------------------------

SYNTAX = {
    '{"a": [1, 2,]}': ("1:12", "nothing follows this comma. Remove it.", ","),
    '{"a": 1,}': ("1:8", "nothing follows this comma. Remove it.", ","),
    '{"a": 1 // one\n}': ("1:9", "JSON has no comments. Remove this one.", "//"),
    "{'a': 1}": (
        "1:2",
        'JSON writes strings in double quotes: "…". Replace the single ones.',
        "'a'",
    ),
    '{"a": 1\n "b": 2}': ("1:8", "a comma is missing here, before '\"b\"'. Add it.", ""),
    "{a: 1}": ("1:2", 'JSON writes keys in double quotes: "a". Add them.', "a"),
    '{"a" 1}': ("1:5", "':' is missing after \"a\". Add it here.", " "),
    '{"a" = 1}': ("1:6", "JSON writes ':' between a key and its value. Write \"a\": …", "="),
    '{"a": }': ("1:7", "a value is missing between ':' and '}'. Add it.", "}"),
    "[1,,2]": ("1:4", "a value is missing between ',' and ','. Add it.", ","),
    '{"a": True}': ("1:7", "JSON writes true, not True. Replace it.", "True"),
    '{"a": None}': ("1:7", "JSON writes null, not None. Replace it.", "None"),
    '{"op": add}': (
        "1:8",
        "'add' is not a JSON value. Text stands in double quotes: \"add\".",
        "add",
    ),
    '{"a": -nan}': ("1:7", '-nan is not a JSON number. Write "nan" in quotation marks.', "-nan"),
    '{"a": inf}': ("1:7", 'inf is not a JSON number. Write "inf" in quotation marks.', "inf"),
    '{"a": .5}': ("1:7", ".5 is not a number in JSON. Write a digit before the point.", ".5"),
    '{"a": 007}': ("1:7", "007 is not a number in JSON. Leave the zeros in front out.", "007"),
    '{\n "nodes": [\n  {"id": "x"}': (
        "2:11",
        "this '[' is never closed. It is the innermost of 2 open ones. Add ']', "
        "or fetch the file again if its end is missing.",
        "[",
    ),
    '{"a":\n [1, 2}': (
        "2:7",
        "'}' cannot close the '[' of line 2, column 2. Write ']' first.",
        "}",
    ),
    '{"a": 1}\n{"b": 2}': (
        "2:1",
        "a second document begins here, and a file holds one. Split the file.",
        "{",
    ),
    '{"a": 1}}': ("1:9", "this '}' closes nothing. Remove it.", "}"),
    '"a": 1': (
        "1:4",
        "the document has no brackets. Put { before its first key and } at its end.",
        ":",
    ),
    '{"a": "C:\\data"}': (
        "1:10",
        "'\\d' is not an escape that JSON knows. Write \\\\ for a backslash.",
        "\\d",
    ),
    '{"a": "x\n"}': (
        "1:7",
        'this string does not end on its line. Add ", or write \\n for a new line.',
        '"x',
    ),
    '{"a":\u00a01}': (
        "1:6",
        "U+00A0 (no-break space) is not white space in JSON. Write a space.",
        "\u00a0",
    ),
    "import numpy as np\n": (
        "1:1",
        "this is Python, not JSON. Give the file a name that ends in .py; "
        "standard input is always JSON.",
        "i",
    ),
    "graphtui: 1\nnodes: []\n": ("1:1", "this is YAML, not JSON. Convert it to JSON.", "g"),
}


@pytest.mark.parametrize("text", SYNTAX)
def test_what_is_said_about_a_mistake(text: str) -> None:
    where, message, marked = SYNTAX[text]
    headline, quoted, carets = refusal(text)
    assert headline == f"net.json:{where}: {message}"
    line, column = map(int, where.split(":"))
    assert quoted == f"{line:>5} │ {text.splitlines()[line - 1]}"
    assert carets == " " * 6 + "│ " + " " * (column - 1) + "^" * max(len(marked), 1)


VALUES = {
    "[1,\n NaN]": [
        'net.json:2:2: $[1]: NaN is not a JSON number. Write "nan" in quotation marks if it is '
        "meant, else a finite number.",
        "    2 │  NaN]",
        "      │  ^^^",
    ],
    '{"value": 1e400}': [
        "net.json:1:11: $.value: 1e400 is too large for a 64-bit float, which ends at 1.8e308. "
        "Write a smaller number.",
        '    1 │ {"value": 1e400}',
        "      │           ^^^^^",
    ],
    '{"value": 9007199254740993}': [
        "net.json:1:11: $.value: 9007199254740993 would be rounded, for a 64-bit float holds every "
        "whole number only up to 9007199254740992. Write 9007199254740992.0 if that is meant.",
        '    1 │ {"value": 9007199254740993}',
        "      │           ^^^^^^^^^^^^^^^^",
    ],
    '{"a b": {"c": 1,\n "\\u0063": 2}}': [
        'net.json:2:2: $["a b"].c: this key is written twice in one object; first at line 1, '
        "column 10. Keep one of the two.",
        '    2 │  "\\u0063": 2}}',
        "      │  ^^^^^^^^",
    ],
    '["\\ud83d!"]': [
        "net.json:1:2: $[0]: \\ud83d is half of a surrogate pair, and the other half is missing. "
        "Write both, or neither.",
        '    1 │ ["\\ud83d!"]',
        "      │  ^^^^^^^^^",
    ],
}


@pytest.mark.parametrize("text", VALUES)
def test_what_is_said_about_a_value(text: str) -> None:
    assert refusal(text) == VALUES[text]


def test_what_is_said_about_depth_and_length() -> None:
    assert refusal("[" * 1_000_000)[0] == (
        "net.json:1:201: brackets are nested 1,000,000 deep, and at most 200 are read. "
        "Take some away; no array has so many axes."
    )
    assert refusal("[" + "1" * 5_000 + "]")[0] == (
        "net.json:1:2: $[0]: this number has 5,000 characters, and at most 400 are read. "
        "Round it; 17 digits say all that a 64-bit float holds."
    )


def test_all_problems_are_told_in_the_order_of_the_text() -> None:
    text = '{"a": NaN, "a": {"b": 1e999, "b": 0}, "c": "\\udc00", "c": 9007199254740993}'
    with pytest.raises(DescriptionError) as caught:
        parse_json(text, "net.json")
    problems = caught.value.problems
    columns = [problem.place.column for problem in problems if problem.place]
    assert columns == sorted(columns)
    assert [problem.code for problem in problems] == [
        "number", "duplicate", "number", "duplicate", "text", "duplicate", "number",
    ]  # fmt: skip


def test_many_problems_are_counted_and_few_are_shown() -> None:
    lines = refusal("[" + "NaN," * 19_999 + "NaN]")
    assert lines[-1] == "and 19,980 more"
    assert len("\n".join(lines)) < MOST_TEXT


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_nothing_is_not_json(text: str) -> None:
    assert refusal(text)[0].endswith(": a value is missing. Write a JSON object: { … }.")


def test_half_a_character_in_the_text_itself_is_refused() -> None:
    (headline, *_) = refusal('["\ud800"]')
    assert headline == "net.json:1:3: U+D800 is half of a character. Leave it out."


# Values ----------------------------------------------------------------------------------------

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)
STARTS = '{["-0123456789tfn'
LAYOUTS: list[dict[str, Any]] = [
    {},
    {"indent": 1},
    {"separators": (",", ":")},
    {"ensure_ascii": False, "indent": "\t"},
]


@given(JSON_VALUES, st.sampled_from(LAYOUTS))
def test_what_was_written_is_read(value: Any, layout: dict[str, Any]) -> None:
    assert same(parse_json(json.dumps(value, **layout), "net.json").value, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9007199254740992", 2**53),
        ("9007199254740994", 2**53 + 2),
        ("18446744073709551616", 2**64),
        ("-18446744073709551616", -(2**64)),
        ("1" + "0" * 22, 10**22),
        ("5e-324", 5e-324),
        ("1.7976931348623157e308", sys.float_info.max),
        ("0." + "3" * 398, 1 / 3),
    ],
)
def test_numbers_are_kept(text: str, value: float) -> None:
    found = parse_json(text, "net.json").value
    assert found == value
    assert type(found) is type(value)


def test_the_sign_of_zero_is_kept() -> None:
    whole, fraction = parse_json("[-0, -0.0]", "net.json").value
    assert math.copysign(1, whole) == -1
    assert math.copysign(1, fraction) == -1


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse_json('["\\ud83d\\ude00"]', "net.json").value == ["😀"]
    assert parse_json('["\\\\ud83d"]', "net.json").value == ["\\ud83d"]


# Places ----------------------------------------------------------------------------------------


def walk(value: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while pending:
        path, here = pending.pop()
        yield path, here
        if isinstance(here, dict):
            pending += [((*path, key), inner) for key, inner in here.items()]
        elif isinstance(here, list):
            pending += [((*path, index), inner) for index, inner in enumerate(here)]


@given(JSON_VALUES, st.sampled_from(LAYOUTS))
def test_every_value_stands_where_it_is_said_to(value: Any, layout: dict[str, Any]) -> None:
    text = json.dumps(value, **layout)
    found = {tuple(path): spot for path, spot in spots(text)}
    expected = dict(walk(value))
    assert found.keys() == expected.keys()
    for path, spot in found.items():
        assert same(json.loads(text[spot.start : spot.end]), expected[path])
        if path and isinstance(path[-1], str):
            assert json.loads(text[spot.key_start : spot.key_end]) == path[-1]
        else:
            assert spot.key_start == -1


@given(JSON_VALUES, st.sampled_from(LAYOUTS))
def test_places_and_place_agree(value: Any, layout: dict[str, Any]) -> None:
    text = json.dumps(value, **layout)
    document = parse_json(text, "net.json")
    wanted = [(path, key) for path, _ in walk(value) for key in (False, True)]
    places = document.places(wanted)
    lines = text.split("\n")
    for (path, key), place in zip(wanted, places, strict=True):
        assert place == document.place(path, key)
        assert place.text == lines[place.line - 1].rstrip("\r")
        first = place.text[place.column - 1]
        assert first == '"' if key and path and isinstance(path[-1], str) else first in STARTS


def test_a_place_has_line_column_and_end() -> None:
    text = '{\r\n  "nodes": [\r\n    {"id": "x",\r\n     "op": "input"}\r\n  ]\r\n}'
    document = parse_json(text, "net.json")
    place = document.place(("nodes", 0, "op"))
    assert (place.line, place.column, place.end_line, place.end_column) == (4, 12, 4, 19)
    assert place.text == '     "op": "input"}'
    assert str(document.place(("nodes", 0, "op"), key=True)) == "net.json:4:6"
    whole = document.place(("nodes", 0))
    assert (whole.line, whole.column, whole.end_line, whole.end_column) == (3, 5, 4, 20)
    assert whole.text == '    {"id": "x",'


@pytest.mark.parametrize(
    ("path", "ancestor"),
    [
        (("nodes", 0, "inputs", 1), ("nodes", 0)),
        (("nodes", 7), ("nodes",)),
        (("seed",), ()),
        (("nodes", "x", "y"), ("nodes",)),
        (("nodes", 0, "id", 0), ("nodes", 0, "id")),
    ],
)
def test_what_is_missing_is_looked_for_around(
    path: tuple[str | int, ...], ancestor: tuple[str | int, ...]
) -> None:
    document = parse_json('{"nodes": [{"id": "x"}]}', "net.json")
    assert document.place(path) == document.place(ancestor)
    assert document.place(path, key=True) == document.place(ancestor)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ((), "$"),
        (("nodes", 3, "inputs", 1), "$.nodes[3].inputs[1]"),
        (("a b",), '$["a b"]'),
        (("", "1a", "_x9"), '$[""]["1a"]._x9'),
        (("é", 'a"b', "\x1b"), '$["\\u00e9"]["a\\"b"]["\\u001b"]'),
    ],
)
def test_a_path_is_written(path: tuple[str | int, ...], written: str) -> None:
    assert json_path(path) == written


def test_a_monstrous_path_is_cut() -> None:
    assert len(json_path(("k" * 10_000,) * 199)) == 161


# The two parsers -------------------------------------------------------------------------------

FRAGMENTS = [
    "{", "}", "[", "]", ":", ",", '"a"', '"b"', "1", "-2.5e3", "true", "null", " ", "\n", "NaN",
    "-Infinity", '"\\u00e9"', '"\\', '"', "x", "01", "1.", "\t", "\x0b", '"\x01"',
]  # fmt: skip


def accepts(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


@settings(max_examples=400)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_the_grammar_agrees_with_pythons_parser(text: str) -> None:
    assert (unexpected(text) is None) == accepts(json.loads, text)


@settings(max_examples=300)
@given(JSON_VALUES, st.data())
def test_a_changed_text_is_read_or_refused_by_both(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 3))
    new = data.draw(st.sampled_from(["", *FRAGMENTS]))
    changed = text[:at] + new + text[at + cut :]
    assert (unexpected(changed) is None) == accepts(json.loads, changed)
    error = refused(changed)
    assert error is not None or accepts(json.loads, changed)
    assert error is None or all(problem.place for problem in error.problems)


# What is left behind ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["[1]", "[1,]", "[NaN]", "[" * 150 + "]" * 150])
def test_the_interpreter_is_left_as_it_was(text: str) -> None:
    limit = sys.getrecursionlimit()
    for switch in (gc.disable, gc.enable):
        switch()
        before = gc.isenabled()
        refused(text)
        assert gc.isenabled() == before
        assert sys.getrecursionlimit() == limit


def test_a_document_beyond_memory_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(json.JSONDecoder, "decode", fail)
    with pytest.raises(LimitError, match=r"^net\.json: the document does not fit in memory\."):
        parse_json("[1]", "net.json")
