"""Python descriptions: the three styles, the choice of the output, what can be wrong in a file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from graphtui.errors import DescriptionError, LimitError, UserCodeError
from graphtui.graph.graph import Graph
from graphtui.graph.nodes import Limits
from graphtui.graph.python.run_file import run_file

HEADER = (
    "import numpy as np\nfrom graphtui import Graph, constant, input, node, parameter, sigmoid\n"
)

Load = Callable[..., Graph]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """The graph of a program, run in this process from its own folder as `net.py`."""
    monkeypatch.chdir(tmp_path)

    def loaded(program: str, name: str | None = None, **options: object) -> Graph:
        text = HEADER + textwrap.dedent(program)
        Path("net.py").write_bytes(text.encode())
        return run_file("net.py", name, **options)  # type: ignore[arg-type]

    return loaded


def refusal(error: pytest.ExceptionInfo[DescriptionError]) -> str:
    return "\n".join(error.value.lines())


# Styles -------------------------------------------------------------------------------------------


def test_the_builder_style(load: Load) -> None:
    graph = load("""
        w = parameter([2.0, -3.0])
        x = input([-1.0, -2.0])
        f = sigmoid(w @ x)
    """)
    assert list(graph.nodes) == ["w", "x", "matmul", "f"]
    assert graph.output == "f"
    assert graph.texts["net.py"] == Path("net.py").read_text()


def test_a_graph_object(load: Load) -> None:
    graph = load("""
        graph = Graph([node("x", "input", value=2.0), node("f", "exp", ["x"])], name="growth")
    """)
    assert (graph.output, graph.name) == ("f", "growth")


def test_a_function_with_its_leaves_as_parameters(load: Load) -> None:
    program = """
        def loss(w=parameter([2.0, -3.0]), x=[-1.0, -2.0], b=-3.0, times: int = 2, kind="s", *,
                 k: constant(2.0)):
            s = w @ x + b * k
            for _ in range(times):
                s = sigmoid(s)
            return s
    """
    graph = load(program, "loss")
    kinds = {node.name: node.op.name for node in graph.nodes.values() if node.is_leaf}
    assert kinds == {"w": "parameter", "k": "constant", "x": "input", "b": "input"}
    assert [node.name for node in graph.nodes.values() if not node.is_leaf] == [
        "matmul", "multiply", "s", "s_2", "s_3"
    ]  # fmt: skip
    assert graph.groups == ()
    places = {name: graph.place(name) for name in kinds}
    texts = {name: p.text[p.column - 1 : p.end_column - 1] for name, p in places.items() if p}
    assert texts == {
        "w": "parameter([2.0, -3.0])",
        "x": "x=[-1.0, -2.0]",
        "b": "b=-3.0",
        "k": "constant(2.0)",
    }
    assert load(program) == graph


def test_a_function_whose_parameters_have_no_values_is_refused_with_each(load: Load) -> None:
    with pytest.raises(DescriptionError) as caught:
        load("def loss(w, x=2.0, y: float = [[1.0], [2.0, 3.0]], *, z): return w", "loss")
    assert [problem.headline()[:50] for problem in caught.value.problems] == [
        "net.py:3:10: parameter 'w' of 'loss' has no value.",
        "net.py:3:20: at [1]: this row has 2 elements, the ",
        "net.py:3:55: parameter 'z' of 'loss' has no value.",
    ]


def test_a_function_that_builds(load: Load) -> None:
    graph = load("def build():\n    w = parameter(2.0)\n    return w * w\n", "build")
    assert list(graph.nodes) == ["w", "multiply"]


def test_a_function_that_returns_a_graph(load: Load) -> None:
    program = "def build():\n    return Graph([node('x', 'input', value=2.0)])\n"
    assert load(program, "build").output == "x"


# Which output -------------------------------------------------------------------------------------


def test_everything_that_is_described_is_in_the_graph(load: Load) -> None:
    program = """
        w = parameter(2.0)
        forgotten = parameter(1.0)
        loss = w * w
        shown = loss + 1
    """
    assert list(load(program).nodes) == ["w", "forgotten", "loss", "constant", "shown"]
    assert load(program).output == "loss"
    assert list(load(program, "loss").nodes) == ["w", "loss"]


@pytest.mark.parametrize(
    ("program", "output"),
    [
        ("loss = w * w\noutput = w + w\n", "loss"),
        ("output = w * w\nother = w + w\n", "output"),
        ("other = w * w\n", "other"),
        ("a = w * w\nb = a + w\n", "b"),
        ("def loss(x): return x * x\nresult = loss(w)\n", "result"),
        ("from graphtui import graph\nb = w * w\n", "b"),
        ("loss = w * w\ngraph = Graph([node('x', 'input', value=2.0)])\n", "x"),
        ("", "w"),
    ],
)
def test_the_output_that_nobody_named(load: Load, program: str, output: str) -> None:
    assert load("w = parameter(2.0)\n" + program).output == output


@pytest.mark.parametrize(
    ("name", "output"), [("a", "a"), ("h", "h_2"), ("h_2", "h_2"), ("square/multiply", None)]
)
def test_the_output_that_was_named(load: Load, name: str, output: str | None) -> None:
    graph = load(
        """
        def square(x):
            return x * x
        h = input(2.0)
        a = square(h) + 1
        h = square(a)
        b = square(h) + square(a)
        """,
        name,
    )
    assert graph.output == (output or name)


def test_a_node_of_a_graph_object_can_be_the_output(load: Load) -> None:
    program = "net = Graph([node('x', 'input', value=2.0), node('f', 'exp', ['x'])])"
    assert load(program, "x").output == "x"
    assert load(program, "net").output == "f"


@pytest.mark.parametrize(
    ("program", "name", "words"),
    [
        ("w = parameter([1.0, 2.0, 3.0])\na = w.sum()\nb = w * w", None,
         r"which value is the output\? Found a: scalar, b: \(3,\), w: \(3,\)\. Name one"),
        ("x = 3", None, r"no graph is described here. Begin with parameter"),
        ("def f(): pass", None, r"a function is one \('f'\): net.py:NAME"),
        ("loss = parameter(2.0)", "los", "nothing is called 'los' here. Did you mean 'loss'"),
        ("a = parameter(2.0)", "zzz", "nothing is called 'zzz' here. Found a: scalar"),
        ("a = 2.0", "a", "'a' is the plain number 2.0. That is no described value. Begin with"),
        ("a = np.ones(3)", "a", r"'a' is a plain array of shape \(3,\)"),
        ("a = []", "a", "'a' is a list"),
        ("def f(x=2.0): return 3.0", "f", "'f' returned the plain number 3.0"),
        ("def f(x=2.0): x * x", "f", "'f' returned None"),
    ],
)  # fmt: skip
def test_what_is_no_output_is_refused(
    load: Load, program: str, name: str | None, words: str
) -> None:
    with pytest.raises(DescriptionError, match=words) as caught:
        load(program, name)
    assert caught.value.exit_code == 1


# As `python FILE` would ---------------------------------------------------------------------------


def test_it_runs_as_python_would_run_it(load: Load, tmp_path: Path) -> None:
    (tmp_path / "neighbour.py").write_text("SLOPE = 3.0\n")
    before = sys.argv, list(sys.path), sys.modules["__main__"]
    graph = load(
        """
        import os, sys
        from neighbour import SLOPE
        assert __name__ == "__main__" and sys.modules["__main__"].__dict__ is globals()
        assert sys.argv == ["net.py", "--width", "2"]
        assert sys.path[0] == os.path.dirname(os.path.realpath(__file__)) == os.getcwd()
        assert os.path.isabs(__file__) and __doc__ is None and __spec__ is None
        x: "no module" = input(SLOPE)
        assert __annotations__ == {"x": "no module"}
        if __name__ == "__main__":
            loss = x * x
            sys.exit(0)
        """,
        args=["--width", "2"],
    )
    assert graph.nodes["x"].value == 3.0
    assert (sys.argv, sys.path, sys.modules["__main__"]) == before
    sys.modules.pop("neighbour")


def test_the_same_file_runs_under_plain_python(load: Load) -> None:
    program = "w = parameter(2.0)\nloss = w * w\nprint(sorted(loss.graph().nodes), loss.name)"
    load(program)
    run = subprocess.run([sys.executable, "net.py"], capture_output=True, text=True, check=True)
    assert run.stdout == "['loss', 'w'] loss\n"


def test_our_own_future_imports_do_not_leak(load: Load) -> None:
    graph = load("def f(x: input(2.0)): return x * x", "f")
    assert graph.nodes["x"].op.name == "input"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_form_feeds(load: Load, newline: str) -> None:
    text = HEADER + "x = input(1.0)\n\x0c\nf = x * x  # \u2028 here\n"
    Path("net.py").write_bytes(text.replace("\n", newline).encode())
    graph = run_file("net.py")
    place = graph.place("f")
    assert place is not None
    assert (place.line, place.text) == (5, "f = x * x  # \u2028 here")


def test_a_recursion_limit_of_the_program_does_not_stay(load: Load) -> None:
    limit = sys.getrecursionlimit()
    load("import sys\nsys.setrecursionlimit(150)\nw = parameter(1.0)\nf = w * w")
    assert sys.getrecursionlimit() == limit


# The program fails --------------------------------------------------------------------------------


def failure(load: Load, program: str, name: str | None = None) -> list[str]:
    with pytest.raises(UserCodeError) as caught:
        load(program, name)
    assert caught.value.exit_code == 3
    return str(caught.value).splitlines()


def test_an_exception_is_told_with_the_users_frames_last_line_first(load: Load) -> None:
    assert failure(
        load,
        """
        def build(n):
            scale = 1 / n
            return scale
        class Net:
            def forward(self): return build(0)
        Net().forward()
        """,
    ) == [
        "net.py:5:13: the program stopped with ZeroDivisionError: division by zero",
        "    5 │     scale = 1 / n",
        "      │             ^^^^^",
        "      called from net.py:8, in 'Net.forward'",
        "      called from net.py:9",
    ]


def test_frames_of_libraries_and_our_own_are_left_out(load: Load) -> None:
    lines = failure(load, "w = parameter(1.0)\nnp.linalg.inv(np.zeros((2, 2)))")
    assert lines[0].startswith("net.py:4:1: the program stopped with LinAlgError: Singular")
    assert len(lines) == 3


def test_a_function_of_leaves_that_fails(load: Load) -> None:
    lines = failure(load, "def loss(x=2.0):\n    return x.backward()", "loss")
    assert lines[0].startswith("net.py:4:12: the program stopped with AttributeError")


def test_the_exception_before(load: Load) -> None:
    lines = failure(
        load, "try:\n    {}['rate']\nexcept KeyError as e:\n    raise ValueError('no') from e"
    )
    assert lines[0].endswith("the program stopped with ValueError: no")
    assert lines[-1] == "      after KeyError: 'rate' at net.py:4"


def test_a_stack_without_an_end(load: Load) -> None:
    lines = failure(load, "def f(n): return f(n + 1)\nf(0)")
    assert "RecursionError" in lines[0]
    assert re.fullmatch(r"      and \d+ more calls", lines[-1])


@pytest.mark.parametrize(
    ("program", "headline"),
    [
        ("w = parameter(2.0\nf = w", "net.py:3:14: Python cannot read this: '(' was never closed."),
        (
            "if True:\nf = 1",
            "net.py:4:1: Python cannot read this: expected an indented block after",
        ),
        ("return 3", "net.py:3:1: Python cannot read this: 'return' outside function."),
        ("import torchh", "net.py:3:1: the program stopped with ModuleNotFoundError: No module na"),
        ("raise SystemError", "net.py:3:1: the program stopped with SystemError"),
        (
            "class E(Exception):\n    def __str__(self): 1 / 0\nraise E",
            "net.py:5:1: the program st",
        ),
        ("f = " + "(" * 300 + "1" + ")" * 300, "net.py:3:205: Python cannot read this: too many n"),
        ("import sys\nsys.exit(0)", "net.py: the program ended itself with sys.exit(0) before it "),
        ("import sys\nsys.exit('no data')", "net.py: the program ended itself with sys.exit('no d"),
        (
            "import sys\nw = parameter(1.0)\nsys.exit(3)",
            "net.py: the program ended itself with sys",
        ),
    ],
)
def test_how_a_program_can_fail(load: Load, program: str, headline: str) -> None:
    assert failure(load, program)[0].startswith(headline)


def test_a_mistake_in_a_module_of_the_user(load: Load, tmp_path: Path) -> None:
    (tmp_path / "broken_part.py").write_text("x = = 3\n")
    lines = failure(load, "import broken_part")
    assert (
        lines[0] == f"{tmp_path / 'broken_part.py'}:1:5: Python cannot read this: invalid syntax."
    )


def test_a_mistake_in_the_description_keeps_its_own_kind(load: Load) -> None:
    with pytest.raises(DescriptionError, match=r"net\.py:3:1: node 'matmul'"):
        load("parameter([1.0, 2.0]) @ input([1.0])")


def test_a_graph_beyond_the_limits(load: Load) -> None:
    with pytest.raises(LimitError, match="'w' .*--max-array 80000"):
        load("w = parameter(np.ones(10_000))", limits=Limits(array_bytes=1_000))


@pytest.mark.parametrize(
    ("name", "words"),
    [("missing.py", "no such file"), (".", "folder"), ("empty.py", "empty"), ("latin.py", "UTF-8")],
)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.py").write_bytes(b"")
    Path("latin.py").write_bytes("é = 1".encode("latin-1"))
    with pytest.raises(DescriptionError, match=words):
        run_file(name)


def test_a_link_puts_the_folder_of_the_file_on_the_path(load: Load, tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    (folder / "net2.py").write_text(HEADER + "import sys\nx = input(2.0, name=sys.path[0])")
    os.symlink(folder / "net2.py", tmp_path / "link.py")
    assert run_file(str(tmp_path / "link.py")).output == str(folder)


def test_values_are_what_was_written(load: Load) -> None:
    graph = load("""
        data = np.arange(6.0).reshape(2, 3)
        X = input(data)
        data[:] = 0
        L = X.sum()
    """)
    value = graph.nodes["X"].value
    assert value is not None
    assert np.array_equal(value, np.arange(6.0).reshape(2, 3))
