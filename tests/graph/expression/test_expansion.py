"""Expressions: how they are read, the nodes that they become, and where each mistake is."""

from __future__ import annotations

import ast
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphtui.errors import DescriptionError, LimitError
from graphtui.graph.expression.expansion import expand
from graphtui.graph.expression.parser import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    parse,
)
from graphtui.graph.expression.terms import (
    OPERATORS,
    Call,
    Expression,
    Index,
    Literal,
    Name,
    Operation,
    Several,
    Unreadable,
)
from graphtui.graph.graph import Limits, Node
from graphtui.graph.load import load_expression
from graphtui.ops import OPS


def meant(expression: Expression) -> str:
    """The expression with all its brackets."""
    written: list[str] = []
    for term in expression.terms:
        match term:
            case Literal(value):
                written.append(str(value))
            case Name(name):
                written.append(name)
            case Operation(sign, (one,)):
                written.append(f"({sign}{written[one]})")
            case Operation(sign, (one, two)):
                written.append(f"({written[one]} {sign} {written[two]})")
            case Index(operand, key):
                written.append(f"{written[operand]}[{key}]")
            case Several(items):
                written.append("[" + ", ".join(written[i] for i in items) + "]")
            case Call(function, operands, keywords):
                inside = [written[i] for i in operands]
                inside += [f"{k.name}={written[k.term]}" for k in keywords]
                written.append(f"{function}({', '.join(inside)})")
    return written[-1]


# Reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a + b - c", "((a + b) - c)"),
        ("a - (b - c)", "(a - (b - c))"),
        ("a + b * c / d @ e", "(a + (((b * c) / d) @ e))"),
        ("-a ** 2", "(-(a ** 2))"),
        ("a ** b ** c", "(a ** (b ** c))"),
        ("2 ** -a * b", "((2 ** (-a)) * b)"),
        ("-2 ** 2", "(-(2 ** 2))"),
        ("(-2) ** 2", "(-2 ** 2)"),
        ("--a", "(-(-a))"),
        ("+a", "a"),
        ("- 2", "-2"),
        ("-a * b", "((-a) * b)"),
        ("a + b > c * 2", "((a + b) > (c * 2))"),
        ("(a > b) == c", "((a > b) == c)"),
        ("a[1:, 0][2] + 1", "(a[1:, 0][2] + 1)"),
        ("-a[0]", "(-a[0])"),
        ("a[[0, 2]]", "a[[0, 2]]"),
        ("sum(a * b, axis=(0, 1), keepdims=true)", "sum((a * b), axis=[0, 1], keepdims=True)"),
        ("f(g(h(x)), y,)", "f(g(h(x)), y)"),
        ("layer1.weight @ x", "(layer1.weight @ x)"),
        ("'dot/a' * \"b c\"", "(dot/a * b c)"),
        ("1.5e-3 + .5 + 2. + 1E2", "(((0.0015 + 0.5) + 2.0) + 100.0)"),
        ("[[1, 2], [3, -4]]", "[[1, 2], [3, -4]]"),
        ("(a,)", "[a]"),
        ("()", "[]"),
        ("none", "None"),
        ("größe * 2", "(größe * 2)"),
    ],
)
def test_what_an_expression_means(text: str, meaning: str):
    assert meant(parse(text)) == meaning


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("", 0, 1, "needs a value here"),
        ("a +", 2, 3, "needs a value here, at its end"),
        ("a * (b", 4, 5, "this '(' is never closed"),
        ("exp(a", 0, 4, "this 'exp(' is never closed"),
        ("a)", 1, 2, "no bracket open that this ')' could belong to"),
        ("[a)", 2, 3, "']' should close this bracket, found ')'"),
        ("a b", 2, 3, "an operator such as '+' must stand before 'b'"),
        ("2a", 0, 2, "2 and 'a' stand together. To multiply, write '*'"),
        ("(a) (b)", 4, 5, "to multiply, write '*' before this bracket"),
        ("a = 3", 2, 3, "To compare, write '=='"),
        ("a < b < c", 6, 7, "comparisons do not chain"),
        ("a ^ b", 2, 3, "Write '**'"),
        ("a − b", 2, 3, "Write '-'"),
        ("a & b", 2, 3, "'&' is not part of an expression"),
        ("'a", 0, 1, "this quotation mark is never closed"),
        ("a[", 1, 2, "this '[' is never closed"),
        ("a[]", 1, 3, "a key must stand between these brackets"),
        ("sum(a, axis=0, axis=1)", 15, 19, "'axis' is given twice"),
        ("sum(axis=0, a)", 12, 13, "inputs stand before attributes"),
        ("sum(a, axis=)", 12, 13, "a value must stand here"),
        ("1e999", 0, 5, "too large for a number"),
        ("9" * 400, 0, 400, "too large for a number"),
        ("9" * 500, 0, 500, "a number of 500 characters is too long"),
        ("a..b", 1, 2, "'.' is not part"),
        ("a; b", 1, 2, "';' is not part"),
        ("`a`", 0, 1, "'`' is not part"),
    ],
)
def test_what_is_no_expression_is_pointed_at(text: str, start: int, end: int, words: str):
    with pytest.raises(Unreadable) as caught:
        parse(text)
    assert words in caught.value.message
    assert (caught.value.start, caught.value.end) == (start, end)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a or b and c", "(a or (b and c))"),
        ("a and b or c and d", "((a and b) or (c and d))"),
        ("not a and not b", "((nota) and (notb))"),
        ("not a > b", "(not(a > b))"),
        ("not not a", "(not(nota))"),
        ("not (a or b) and c", "((not(a or b)) and c)"),
        ("f(not a, axis=0)", "f((nota), axis=0)"),
        ("a + b > c and -a ** 2 < c", "(((a + b) > c) and ((-(a ** 2)) < c))"),
    ],
)
def test_words_are_signs_where_logic_is_asked_for(text: str, meaning: str):
    assert meant(parse(text, logic=True)) == meaning


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("and a", 0, 3, "a value must stand here"),
        ("a and", 4, 5, "needs a value here, at its end"),
        ("a or or b", 5, 7, "not 'or'"),
        ("a == not b", 5, 8, "write brackets around what follows '=='"),
        ("-not b", 1, 4, "write brackets around what follows '-'"),
        ("a not b", 2, 5, "an operator such as '+' must stand before 'not'"),
        ("a < b < c", 6, 7, "Write (a < b) and (b < c)"),
        ("a | b", 2, 3, "Write 'or'"),
    ],
)
def test_what_is_no_logic_is_pointed_at(text: str, start: int, end: int, words: str):
    with pytest.raises(Unreadable) as caught:
        parse(text, logic=True)
    assert words in caught.value.message
    assert (caught.value.start, caught.value.end) == (start, end)


def test_without_logic_its_words_are_names():
    assert meant(parse("not(and) + or")) == "(not(and) + or)"


NAMES = st.sampled_from(["a", "b2", "layer1.w"])
NUMBERS = st.one_of(st.integers(0, 99), st.floats(0, 1e9)).map(repr)


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arithmetic = st.sampled_from(["+", "-", "*", "/", "@", "**"])
    return st.one_of(
        st.tuples(inner, arithmetic, inner).map(lambda t: f"{t[0]} {t[1]} {t[2]}"),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"exp({text})"),
    )


@given(st.recursive(st.one_of(NAMES, NUMBERS), compound, max_leaves=12))
def test_precedence_is_that_of_python(text: str):
    def with_brackets(node: object) -> str:
        match node:
            case ast.Expression(body):
                return with_brackets(body)
            case ast.BinOp(left, op, right):
                sign = {
                    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@",
                    ast.Pow: "**",
                }[type(op)]  # fmt: skip
                return f"({with_brackets(left)} {sign} {with_brackets(right)})"
            case ast.UnaryOp(ast.USub(), operand):
                inside = with_brackets(operand)
                return repr(-float(inside)) if _is_number(inside) else f"(-{inside})"
            case ast.Call(function, [argument]):
                return f"{with_brackets(function)}({with_brackets(argument)})"
            case ast.Attribute(value, name):
                return f"{with_brackets(value)}.{name}"
            case ast.Constant(value):
                return repr(float(value))
            case ast.Name(name):
                return name
        raise AssertionError(node)

    def floats(expression: Expression) -> Expression:
        return Expression(
            expression.text,
            tuple(
                Literal(float(t.value), t.start, t.end) if isinstance(t, Literal) else t
                for t in expression.terms
            ),
        )

    assert meant(floats(parse(text))) == with_brackets(ast.parse(text, mode="eval"))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@given(st.text(st.sampled_from("ab1.+-*/@<=>!()[], 'e\"\n"), max_size=30))
def test_any_text_is_read_or_refused_in_its_place(text: str):
    terms, refused = (), None
    try:
        terms = parse(text).terms
    except Unreadable as error:
        refused = error
    if refused is not None:
        assert refused.message.endswith((".", "?"))
        assert 0 <= refused.start < refused.end
    for index, term in enumerate(terms):
        below = getattr(term, "operands", getattr(term, "items", ()))
        assert all(operand < index for operand in below)
        assert text[term.start : term.end].strip() == text[term.start : term.end] != ""


def test_depth_and_length_have_an_end():
    assert parse("(" * MOST_DEPTH + "a" + ")" * MOST_DEPTH).terms
    with pytest.raises(Unreadable, match="nest more than 100 deep"):
        parse("(" * 101 + "a" + ")" * 101)
    with pytest.raises(Unreadable, match="100,001 characters is too long"):
        parse("a" * (MOST_CHARACTERS + 1))


def test_long_expressions_need_no_recursion():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(120)
    try:
        for text in ("a" + " + a" * 10_000, "-" * 10_000 + "a", "a" + " ** a" * 10_000):
            assert len(expand(text, "f", ["a"]).drafts) == 10_000
        assert load_expression("a" + " + a" * 5_000, {"a": "1"}).output == "f"
    finally:
        sys.setrecursionlimit(before)


# The nodes ---------------------------------------------------------------------------------------


def named(text: str, **bindings: str) -> dict[str, Node]:
    return dict(load_expression(text, bindings).nodes)


def test_the_expression_of_the_manual():
    graph = load_expression("(x + y) * z", {"x": "-2", "y": "5", "z": "-4"})
    assert list(graph.nodes) == ["x", "y", "z", "add", "f"]
    assert graph.output == "f"
    assert graph.nodes["f"].inputs == ("add", "z")
    assert graph.nodes["x"].value == -2
    assert all(graph.nodes[name].op.name == "input" for name in "xyz")


def test_each_operator_is_an_op():
    assert set(OPERATORS.values()) <= OPS.keys()
    for sign, op in OPERATORS.items():
        if sign != "@":
            assert named(f"x {sign} y", x="1", y="2")["f"].op.name == op


def test_calls_have_positional_inputs_and_named_attributes():
    nodes = named("sum(x * 2, axis=0, keepdims=true)", x="[[1, 2], [3, 4]]")
    assert nodes["f"].attrs == {"axis": 0, "keepdims": True}
    assert nodes["f"].shape == (1, 2)
    assert named("sum(x, axis=(0, 1))", x="[[1, 2]]")["f"].attrs["axis"] == (0, 1)
    assert named("reshape(x, shape=[2, -1])", x="[1, 2, 3, 4]")["f"].shape == (2, 2)
    assert named("clip(x, min=-inf, max=none)", x="1")["f"].attrs == {"min": -np.inf, "max": None}


def test_an_index_is_a_key():
    nodes = named("x[1:, 0] + x[-1, 0]", x="[[1, 2], [3, 4], [5, 6]]")
    assert nodes["getitem"].attrs["key"] == "1:, 0"
    assert nodes["f"].shape == (2,)


def test_a_list_of_values_is_for_the_ops_that_join():
    assert named("stack([x, y, 1])", x="1", y="2")["f"].shape == (3,)
    assert named("concatenate(x, x, axis=0)", x="[1, 2]")["f"].shape == (4,)


def test_whole_numbers_in_lists_are_labels():
    nodes = named("cross_entropy(z, [0, 1])", z="[[1, 2], [3, 4]]")
    assert nodes["constant"].dtype == np.int64
    assert nodes["constant"].value.tolist() == [0, 1]


def test_names_count_up_and_leave_others_alone():
    nodes = named("exp(x) + exp(exp(exp_2))", x="1", exp_2="2")
    assert list(nodes) == ["x", "exp_2", "exp", "exp_3", "exp_4", "f"]


def test_the_result_is_called_f_unless_that_is_taken():
    graph = load_expression("f * f_2", {"f": "1", "f_2": "2"})
    assert graph.output == "f_3"


@pytest.mark.parametrize(("text", "op"), [("x", "copy"), ("x * 2", "multiply")])
def test_the_result_is_always_a_node_of_its_own(text: str, op: str):
    assert named(text, x="1")["f"].op.name == op


def test_a_number_alone_is_a_constant():
    (only,) = named("-2.5").values()
    assert (only.name, only.op.name, only.value) == ("f", "constant", -2.5)


def test_places_are_those_in_the_text():
    graph = load_expression("exp(x) +\n 2 * x", {"x": "1"})
    places = {name: graph.place(name) for name in graph.nodes}
    assert {name: str(place) for name, place in places.items()} == {
        "x": "-e:1:5",
        "exp": "-e:1:1",
        "constant": "-e:2:2",
        "multiply": "-e:2:2",
        "f": "-e:1:1",
    }
    assert places["multiply"].text == " 2 * x"
    assert places["multiply"].end_column == 7
    assert places["f"].end_line == 2


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2", 2.0),
        ("-2.5e3", -2500.0),
        ("[1, 2]", [1.0, 2.0]),
        ("[[1,2],[3,4]]", [[1.0, 2.0], [3.0, 4.0]]),
        ("(1, nan)", [1.0, np.nan]),
        ("-inf", -np.inf),
        ("[]", []),
    ],
)
def test_values_are_numbers_and_lists(written: str, value: object):
    x = named("exp(x)", x=written)["x"]
    assert x.dtype == np.float64
    np.testing.assert_array_equal(x.value, value)


# Mistakes ----------------------------------------------------------------------------------------


def refusal(text: str, **bindings: str) -> list[str]:
    """The headlines of the refusal."""
    with pytest.raises(DescriptionError) as caught:
        load_expression(text, bindings)
    return [problem.headline() for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("tahn(x)", "-e:1:1: 'tahn' is not an op. Did you mean 'tanh'?"),
        ("np.exp(x)", "-e:1:1: 'np.exp' is not an op. Write 'exp'."),
        ("foo(x)", "-e:1:1: 'foo' is not an op. `graphtui ops` lists them all."),
        ("parameter(x)", "-e:1:1: 'parameter' is not a function here."),
        ("x + [x, 1]", "-e:1:5: a list here holds numbers only. Join nodes with stack(a, b)."),
        ("stack([[x]])", "-e:1:7: lists that hold nodes cannot lie in one another."),
        ("sum(x, axis=x)", "-e:1:8: the attribute 'axis' needs a plain value, not a node."),
        ("x + none", "-e:1:5: a number must stand here, not none."),
        ("x ^ 2", "-e:1:3: '^' is not part of an expression. Write '**'."),
        ("add(x)", "-e:1:1: node 'f': add takes 2 inputs (a, b), got 1."),
        ("sum(x, axes=0)", "-e:1:1: node 'f': sum has no attribute 'axes'"),
        ("sum(x, axis=1)", "-e:1:1: node 'f': sum: axis 1 is out of range"),
        ("x + [1, 2, 3]", "-e:1:1: node 'f': add needs shapes that broadcast"),
        ("x + [1, [2]]", "-e:1:5: node 'constant': a list of 1 stands in a row of numbers."),
        ("x[7]", "-e:1:1: node 'f': "),
        ("x[a]", "-e:1:1: node 'f': getitem: 'key'"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, headline: str):
    (found,) = refusal(text, x="[1, 2]")
    assert found.startswith(headline)


def test_every_name_without_a_value_is_listed():
    assert refusal("a * b + a * c") == [
        "-e:1:1: 'a' has no value. Add a=NUMBER.",
        "-e:1:5: 'b' has no value. Add b=NUMBER.",
        "-e:1:13: 'c' has no value. Add c=NUMBER.",
    ]


def test_a_value_without_a_name_is_a_mistake():
    assert refusal("x * 2", x="1", y="2") == [
        "-e:1:1: the value of 'y' is not used in the expression."
    ]


def test_a_misspelt_name_is_told_once():
    assert refusal("weight * 2", wieght="1") == [
        "-e:1:1: 'weight' has no value. Did you mean 'wieght'?"
    ]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "needs a value"),
        ("abc", "-e:1:3: this is not a number. Write x=2 or x=[[1, 2], [3, 4]]."),
        ("[1, true]", "this is not a number"),
        ("1 + 1", "this is not a number"),
        ("[1, [2]]", "a list of 1 stands in a row of numbers"),
        ("[1, 2", "this '[' is never closed"),
        ("1e999", "too large for a number"),
        ("none", "this is not a number"),
    ],
)
def test_a_wrong_value_is_told(written: str, words: str):
    assert words in refusal("x * 2", x=written)[0]


def test_the_quotation_shows_the_part():
    with pytest.raises(DescriptionError) as caught:
        load_expression("1 / (1 + ex(-x))", {"x": "2"})
    assert caught.value.lines() == [
        "-e:1:10: 'ex' is not an op. Did you mean 'exp'?",
        "    1 │ 1 / (1 + ex(-x))",
        "      │          ^^",
    ]


def test_an_expression_keeps_to_the_limits():
    with pytest.raises(LimitError, match="--max-array"):
        load_expression("exp(x)", {"x": "[1, 2]"}, limits=Limits(array_bytes=8))


def test_an_id_that_looks_like_a_quotient_is_hinted_at():
    expansion = expand("dot/a + 1", "f", ["dot/a"])
    assert "The node 'dot/a' is written with its quotation marks." in expansion.troubles[0].message
