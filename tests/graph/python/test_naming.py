"""Names, groups and places, in every way in which people write programs."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from graphtui.errors import DescriptionError
from graphtui.graph.graph import Graph
from graphtui.graph.python.run_file import run_file

HEADER = """\
import numpy as np
from graphtui import constant, input, parameter, sigmoid, relu, matmul
"""

Describe = Callable[[str], Graph]


@pytest.fixture
def describe(tmp_path: Path) -> Describe:
    """The graph of a program, which is written to a file and run."""

    def described(program: str) -> Graph:
        file = tmp_path / "net.py"
        file.write_text(HEADER + textwrap.dedent(program), encoding="utf-8")
        return run_file(str(file))

    return described


def names(graph: Graph) -> list[str]:
    return list(graph.nodes)


def grouped(graph: Graph) -> dict[str, str]:
    return {node.name: node.group for node in graph.nodes.values()}


def written(graph: Graph, name: str) -> str:
    """The text that the place of a node points at."""
    place = graph.place(name)
    assert place is not None
    assert place.line == place.end_line
    return place.text[place.column - 1 : place.end_column - 1]


# Variables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("w = parameter(2.0)\nf = w * w", ["w", "f"]),
        ("w = parameter(2.0, name='weight')\nf = w * w", ["weight", "f"]),
        ("w: object = parameter(2.0)\nf = w * w", ["w", "f"]),
        ("a = b = parameter(2.0)\nf = a * b", ["a", "f"]),
        ("w, x = parameter(2.0), input(3.0)\nf = w * x", ["w", "x", "f"]),
        ("[w, (x, b)] = [parameter(2.0), (input(3.0), input(1.0))]\nf = w * x + b",
         ["w", "x", "b", "multiply", "f"]),
        ("if (w := parameter(2.0)) is not None:\n    f = w * w", ["w", "f"]),
        ("w = parameter(2.0) if True else None\nf = w * w", ["w", "f"]),
        ("f = parameter(2.0)\nf *= 3", ["f", "constant", "f_2"]),
        ("f = parameter(2.0)\nf += f", ["f", "f_2"]),
        ("p = {}\np['W1'] = parameter(2.0)\nf = p['W1'] * p['W1']", ["W1", "f"]),
        ("p = {'W1': parameter(2.0), 'b': parameter(1.0)}\nf = p['W1'] * p['b']", ["W1", "b", "f"]),
        ("p = dict(W1=parameter(2.0), b=parameter(1.0))\nf = p['W1'] * p['b']", ["W1", "b", "f"]),
        ("ws = [parameter(2.0), parameter(3.0)]\nf = ws[0] * ws[1]", ["ws", "ws_2", "f"]),
        ("ws = [parameter(i) for i in range(3)]\nf = ws[0] * ws[1] * ws[2]",
         ["ws", "ws_2", "ws_3", "multiply", "f"]),
        ("ws = {i: parameter(i) for i in range(2)}\nf = ws[0] * ws[1]", ["ws", "ws_2", "f"]),
        ("class Net:\n    pass\nnet = Net()\nnet.W1 = parameter(2.0)\nf = net.W1 * net.W1",
         ["W1", "f"]),
        ("class Net:\n    W = parameter(2.0)\nf = Net.W * Net.W", ["W", "f"]),
        ("_w = parameter(2.0)\n_f = _w * _w", ["_w", "_f"]),
        ("w = parameter(2.0); f = w * w", ["w", "f"]),
        ("f = parameter(2.0) * parameter(3.0)", ["parameter", "parameter_2", "f"]),
        ("f = (parameter([1.0, 2.0])\n     .sum()\n     .reshape(1))", ["parameter", "sum", "f"]),
    ],
)  # fmt: skip
def test_leaves_and_results_are_called_after_their_variables(
    describe: Describe, program: str, expected: list[str]
) -> None:
    assert names(describe(program)) == expected


def test_a_variable_that_is_assigned_again_and_again_gets_numbers(describe: Describe) -> None:
    graph = describe("""
        h = input([[1.0]])
        W = parameter([[2.0]])
        for _ in range(3):
            h = relu(h @ W)
    """)
    assert names(graph) == ["h", "W", "matmul", "h_2", "matmul_2", "h_3", "matmul_3", "h_4"]


@pytest.mark.parametrize(
    ("expression", "inner"),
    [
        ("sum(xs)", ["constant", "add", "add_2"]),
        ("sum(x for x in xs)", ["constant", "add", "add_2"]),
        ("sum(xs[1:], xs[0])", ["add"]),
        ("math.prod(xs)", ["constant", "multiply", "multiply_2"]),
        ("functools.reduce(operator.mul, xs)", ["multiply"]),
        ("functools.reduce(lambda a, b: b * a, xs)", ["multiply"]),
        ("functools.reduce(lambda a, x: relu(x @ a), xs)", ["matmul", "relu", "matmul_2"]),
    ],
)
def test_a_variable_is_the_last_value_that_its_expression_gives(
    describe: Describe, expression: str, inner: list[str]
) -> None:
    graph = describe(f"""
        import functools, math, operator
        xs = [parameter([[1.0]]) for _ in range(3)]
        L = {expression}
    """)
    assert names(graph) == ["xs", "xs_2", "xs_3", *inner, "L"]
    assert graph.output == "L"
    assert all(written(graph, each) == expression for each in inner if each == "constant")


def test_a_sum_in_a_loop_is_called_after_its_variable_each_time(describe: Describe) -> None:
    graph = describe("""
        h = input(1.0)
        ws = [parameter(1.0), parameter(2.0)]
        for _ in range(2):
            h = sum(w * h for w in ws)
        for _ in range(2):
            h = sum([h, h])
    """)
    sums = [node.name for node in graph.nodes.values() if node.op.name == "add"]
    assert sums == ["add", "h_2", "add_2", "h_3", "add_3", "h_4", "add_4", "h_5"]


def test_a_function_that_is_only_called_sum_is_another_one(describe: Describe) -> None:
    graph = describe("""
        def sum(values):
            total = values[0]
            for value in values[1:]:
                total = total + value
            return total
        xs = [parameter(1.0) for _ in range(3)]
        L = sum(xs)
    """)
    assert names(graph) == ["xs", "xs_2", "xs_3", "sum/total", "L"]


def test_numbers_do_not_collide_with_variables(describe: Describe) -> None:
    graph = describe("""
        h = input(1.0)
        h = h + h
        h_2 = h * h
        add = h_2 + (h + h_2)
    """)
    assert names(graph) == ["h", "h_3", "h_2", "add_2", "add"]


def test_a_value_that_nothing_names_is_called_after_its_op(describe: Describe) -> None:
    graph = describe("""
        x = input(1.0)
        f = np.exp(-x) + np.exp(-x)
    """)
    assert names(graph) == ["x", "negative", "exp", "negative_2", "exp_2", "f"]


def test_the_variable_of_a_loop_is_no_name(describe: Describe) -> None:
    graph = describe("""
        def start():
            W = parameter(1.0)
            return W
        ws = [start(), start()]
        total = input(0.0)
        for w in ws:
            total = total + w
    """)
    assert names(graph) == ["ws", "ws_2", "total", "total_2", "total_3"]


def test_a_variable_that_is_another_name_for_a_value_does_not_rename_it(describe: Describe) -> None:
    graph = describe("""
        x = input(1.0)
        y = x * x
        alias = y
        f = alias + x
    """)
    assert names(graph) == ["x", "y", "f"]


def test_numbers_and_arrays_among_values_are_called_after_their_variables(
    describe: Describe,
) -> None:
    graph = describe("""
        class config:
            rate = 0.5
        data = {"target": np.ones(2)}
        X = np.ones((2, 2))
        strength = 0.1
        w = parameter([1.0, 2.0])
        f = np.sum(X @ w * strength - data["target"]) * config.rate + 1
    """)
    constants = [node.name for node in graph.nodes.values() if node.op.name == "constant"]
    assert constants == ["X", "strength", "target", "rate", "constant"]
    assert [written(graph, name) for name in constants] == [
        "X", "strength", 'data["target"]', "config.rate", "1"
    ]  # fmt: skip


def test_an_array_that_is_used_twice_is_one_node(describe: Describe) -> None:
    graph = describe("""
        X = np.ones((2, 2))
        w = parameter([1.0, 2.0])
        f = np.sum(X @ w + X @ w)
    """)
    assert names(graph) == ["w", "X", "matmul", "matmul_2", "add", "f"]


def test_an_array_that_was_written_into_is_another_node(describe: Describe) -> None:
    graph = describe("""
        X = np.ones((2, 2))
        w = parameter([1.0, 2.0])
        a = X @ w
        X[0, 0] = 5.0
        f = np.sum(a + X @ w)
    """)
    assert graph.nodes["X"].value[0, 0] == 1.0
    assert graph.nodes["X_2"].value[0, 0] == 5.0


def test_a_name_that_is_given_twice_is_refused_with_both_places(describe: Describe) -> None:
    with pytest.raises(DescriptionError, match=r"'W' is taken.*first one stands at .*net.py:3:5"):
        describe("a = parameter(1.0, name='W')\nb = parameter(2.0, name='W')\nf = a * b")


# Functions ----------------------------------------------------------------------------------------


def test_a_function_that_is_called_is_a_group(describe: Describe) -> None:
    graph = describe("""
        def sigma(x):
            e = np.exp(-x)
            return 1 / (1 + e)

        s = input(1.0)
        f = sigma(s)
    """)
    assert grouped(graph) == {
        "s": "",
        "sigma/negative": "sigma",
        "sigma/e": "sigma",
        "sigma/constant": "sigma",
        "sigma/add": "sigma",
        "sigma/constant_2": "sigma",
        "f": "sigma",
    }


def test_each_call_is_a_group_of_its_own_and_groups_nest(describe: Describe) -> None:
    graph = describe("""
        def gate(x):
            return x * x

        def layer(x):
            a = gate(x)
            return gate(a) + 1

        x = input(2.0)
        h1 = layer(x)
        h2 = layer(h1)
    """)
    assert grouped(graph) == {
        "x": "",
        "layer/a": "layer/gate",
        "layer/gate_2/multiply": "layer/gate_2",
        "layer/constant": "layer",
        "h1": "layer",
        "layer_2/a": "layer_2/gate",
        "layer_2/gate_2/multiply": "layer_2/gate_2",
        "layer_2/constant": "layer_2",
        "h2": "layer_2",
    }
    assert graph.groups == (
        "layer", "layer/gate", "layer/gate_2", "layer_2", "layer_2/gate", "layer_2/gate_2"
    )  # fmt: skip


def test_a_result_keeps_its_outer_name_while_the_variable_moves_on(describe: Describe) -> None:
    graph = describe("""
        def layer(x):
            y = x * x
            return y

        h = input(2.0)
        for _ in range(2):
            h = layer(h)
        out = h + h
    """)
    assert grouped(graph) == {"h": "", "h_2": "layer", "h_3": "layer_2", "out": ""}


@pytest.mark.parametrize(
    "body",
    [
        "a = x * x\n    b = a * x\n    return a, b",
        "return x * x, x * x * x",
        "a = [x * x, x * x * x]\n    return a",
        "pair = both2(x)\n    return pair",
        "return both2(x)",
    ],
)
def test_parts_of_what_a_function_returns_are_called_after_what_they_are_unpacked_to(
    describe: Describe, body: str
) -> None:
    program = (
        "def both2(x):\n    return x * x, x * x * x\n"
        f"def both(x):\n    {body}\n"
        "x = input(2.0)\nleft, right = both(x)\nf = left + right\n"
    )
    found = names(describe(program))
    assert "left" in found
    assert "right" in found


def test_parts_of_what_a_function_returns_follow_a_variable_in_a_loop(describe: Describe) -> None:
    graph = describe("""
        def cell(h, c):
            new = h * c
            return new + h, new
        h, c = input(1.0), input(2.0)
        for _ in range(2):
            h, c = cell(h, c)
        f = h + c
    """)
    assert grouped(graph) == {
        "h": "", "c": "", "c_2": "cell", "h_2": "cell", "c_3": "cell_2", "h_3": "cell_2", "f": ""
    }  # fmt: skip


def test_a_parameter_of_a_function_does_not_name_what_its_caller_handed_in(
    describe: Describe,
) -> None:
    graph = describe("""
        def square(x):
            return x * x
        a = input(2.0)
        f = square(a + a) + 1
    """)
    assert names(graph) == ["a", "add", "square/multiply", "constant", "f"]


def test_a_parameter_that_is_assigned_to_names_what_was_made_there(describe: Describe) -> None:
    graph = describe("""
        def square(x):
            x = x + 1
            return x * x
        a = input(2.0)
        f = square(a) * 2
    """)
    assert "square/x" in names(graph)


def test_a_function_that_only_makes_leaves_is_no_group(describe: Describe) -> None:
    graph = describe("""
        def start(n):
            return {"W": parameter(np.ones((n, n))), "b": parameter(np.ones(n))}
        p, q = start(2), start(2)
        f = p["W"] @ p["b"] + q["W"] @ q["b"]
    """)
    assert names(graph) == ["W", "b", "W_2", "b_2", "matmul", "matmul_2", "f"]
    assert graph.groups == ()


def test_a_leaf_made_where_something_is_computed_lies_in_the_group(describe: Describe) -> None:
    graph = describe("""
        def dense(x, n):
            W = parameter(np.ones((n, 2)), name="weights")
            return W @ x
        x = input([1.0, 2.0])
        h = dense(x, 2)
        y = dense(h, 1)
    """)
    assert grouped(graph) == {
        "x": "", "dense/weights": "dense", "h": "dense",
        "dense_2/weights": "dense_2", "y": "dense_2",
    }  # fmt: skip


def test_a_class_with_layers(describe: Describe) -> None:
    graph = describe("""
        class Layer:
            def __init__(self, n):
                self.W = parameter(np.ones((n, n)))
            def __call__(self, x):
                return relu(self.W @ x)

        class Net:
            def __init__(self):
                self.layers = [Layer(2), Layer(2)]
            def forward(self, x):
                for layer in self.layers:
                    x = layer(x)
                return x

        x = input([1.0, 2.0])
        f = Net().forward(x) + 0
    """)
    assert grouped(graph) == {
        "x": "", "W": "", "W_2": "",
        "forward/Layer/matmul": "forward/Layer", "forward/x": "forward/Layer",
        "forward/Layer_2/matmul": "forward/Layer_2", "forward/x_2": "forward/Layer_2",
        "constant": "", "f": "",
    }  # fmt: skip


def test_lambdas_and_comprehensions_are_no_groups(describe: Describe) -> None:
    graph = describe("""
        square = lambda x: x * x
        x = input(2.0)
        y = square(x)
        parts = [square(y) for _ in range(2)]
        f = parts[0] + parts[1]
    """)
    assert grouped(graph) == {"x": "", "y": "", "parts": "", "parts_2": "", "f": ""}


def test_a_recursive_function_nests(describe: Describe) -> None:
    graph = describe("""
        def power(x, n):
            return x if n == 1 else x * power(x, n - 1)
        x = input(2.0)
        f = power(x, 3) + 0
    """)
    assert graph.nodes["power/power/multiply"].group == "power/power"


def test_the_function_in_which_everything_is_described_is_no_group(describe: Describe) -> None:
    graph = describe("""
        def main():
            def gate(a):
                return a * a
            w = parameter(2.0)
            return gate(w) + 1
        loss = main()
    """)
    assert grouped(graph) == {"w": "", "gate/multiply": "gate", "constant": "", "loss": ""}


def test_a_generator_and_a_decorated_function(describe: Describe) -> None:
    graph = describe("""
        import functools
        def plain(function):
            @functools.wraps(function)
            def wrapped(*args):
                return function(*args)
            return wrapped
        @plain
        def gate(x):
            y = x * x
            return y
        def steps(x):
            for _ in range(2):
                x = gate(x)
                yield x
        x = input(2.0)
        *_, last = steps(x)
        f = last + x
    """)
    assert grouped(graph)["f"] == ""
    assert {g for g in graph.groups if g.endswith("gate")} == {
        "steps/wrapped/gate", "steps/wrapped_2/gate"
    }  # fmt: skip


def test_another_file_of_the_user(describe: Describe, tmp_path: Path) -> None:
    (tmp_path / "net_parts.py").write_text(
        "from graphtui import parameter\n"
        "W = parameter(3.0)\n"
        "def scale(x):\n"
        "    y = W * x\n"
        "    return y + 1\n"
    )
    graph = describe("""
        from net_parts import scale
        x = input(2.0)
        f = scale(x)
    """)
    assert grouped(graph) == {
        "W": "", "x": "", "scale/y": "scale", "scale/constant": "scale", "f": "scale"
    }  # fmt: skip
    place = graph.place("scale/y")
    assert place is not None
    assert place.file == str(tmp_path / "net_parts.py")
    assert graph.texts[place.file].startswith("from graphtui")


def test_a_program_without_a_text_is_named_by_its_variables(describe: Describe) -> None:
    graph = describe("""
        exec("w = parameter(2.0)\\ndef gate(x):\\n    y = x * x\\n    return y\\nf = gate(w)")
    """)
    assert grouped(graph) == {"w": "", "f": "gate"}


# Places -------------------------------------------------------------------------------------------


def test_places_are_exact(describe: Describe) -> None:
    graph = describe("""
        x = input([[1.0, 2.0], [3.0, 4.0]])
        é = x[1:, 0] + x.sum(axis=0)[0]; f = np.sum(2 * é) if True else None
        def gate(a): return -a  # a comment
        g = gate(abs(f)) ** 2 > 3
    """)
    assert {name: written(graph, name) for name in names(graph)} == {
        "x": "input([[1.0, 2.0], [3.0, 4.0]])",
        "getitem": "x[1:, 0]",
        "sum": "x.sum(axis=0)",
        "getitem_2": "x.sum(axis=0)[0]",
        "é": "x[1:, 0] + x.sum(axis=0)[0]",
        "constant": "2",
        "multiply": "2 * é",
        "f": "np.sum(2 * é)",
        "abs": "abs(f)",
        "gate/negative": "-a",
        "constant_2": "2",
        "power": "gate(abs(f)) ** 2",
        "constant_3": "3",
        "g": "gate(abs(f)) ** 2 > 3",
    }


def test_an_expression_over_several_lines(describe: Describe) -> None:
    graph = describe("""
        x = input([1.0,
                   2.0])
        f = (x
             .sum()
             * 2)
    """)
    places = {name: graph.place(name) for name in names(graph)}
    assert [(p.line, p.column, p.end_line, p.end_column) for p in places.values() if p] == [
        (4, 5, 5, 17), (7, 7, 7, 12), (8, 8, 8, 9), (6, 6, 8, 9)
    ]  # fmt: skip


def test_a_mismatch_is_refused_at_the_very_expression(describe: Describe, tmp_path: Path) -> None:
    with pytest.raises(DescriptionError) as caught:
        describe("""
            X = input(np.ones((4, 3)))
            W1 = parameter(np.ones((4, 2)))
            h1 = X @ W1
        """)
    assert caught.value.lines() == [
        f"{tmp_path / 'net.py'}:6:6: node 'h1': matmul needs (m, k) @ (k, n), got (4, 3) @ (4, 2): "
        "inner sizes 3 and 4 differ. It reads 'X' (4, 3), 'W1' (4, 2).",
        "    6 │ h1 = X @ W1",
        "      │      ^^^^^^",
    ]
