"""What is wrong in a run as a file for pytest: red now, green when it is put right.

The file needs nothing but graphtui, NumPy and the description. Names from the description stand in
it as strings of ASCII, and what is told of them in comments of one line, so that no name can become
code. What is wrong is found by `defects`.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from graphtui.debugger.description import Description
from graphtui.debugger.edits.edits import Edit
from graphtui.debugger.kept.defects import Defect
from graphtui.errors import CommandError
from graphtui.graph.file_text import read_text
from graphtui.graph.values import nested_list

TEST_MARK = '"""What graphtui found in '
"""How every such file begins."""

MOST_NUMBERS = 10_000
"""Numbers that a test may hold."""

_WIDTH = 96

_HEAD = '''\
{mark}{name}: red until it is put right.

Written by `export --pytest` of graphtui's debugger. Keep it when it is green, and it stays so.
"""

{imports}

{constants}


def loaded():
    """The graph, from its description."""
    return {load}


def opened():
    """A session on it{changed}."""
    session = graphtui.DebugSession(loaded(), seed=SEED)
{changes}    return session


def finished():
    """Both passes, carried out."""
    return opened().run.finish()
'''

_CHANGES = """\
    assert not session.make([Edit.from_dict(each) for each in EDITS])
"""

_IMPORTS = ("import numpy as np", "", "import graphtui")

_TESTS: Mapping[str, str] = {
    "exception": """\
def test_the_run_comes_to_its_end():
{comment}
    step = finished().steps[-1]
    where = f"step {{step.number}}, {{step.phase}} of {{step.node!r}}"
    assert step.error is None, f"{{where}}: {{step.error!r}}"
""",
    "output": """\
def test_the_output_is_finite():
{comment}
    value = finished().value({node})
    assert np.isfinite(value).all(), value
""",
    "gradients": """\
def test_every_gradient_is_finite():
{comment}
    run = finished()
    gradients = {{name: run.gradient(name) for name in run.graph.nodes}}
    wrong = [name for name, g in gradients.items() if g is not None and not np.isfinite(g).all()]
    assert not wrong
""",
    "missing": """\
def test_a_gradient_arrives():
{comment}
    run = finished()
    missing = [name for name in {names} if run.gradient(name) is None]
    assert not missing
""",
    "zero": """\
def test_the_gradient_is_not_zero():
{comment}
    run = finished()
    gradients = {{name: run.gradient(name) for name in {names}}}
    zero = [name for name, g in gradients.items() if g is None or not np.any(g)]
    assert not zero
""",
    "caught": """\
def test_nothing_is_caught_by_{word}():
{comment}
    session = opened()
    session.catch({text})
    session.resume()
    assert session.stop is None, session.stop.message
""",
    "condition": """\
def test_the_condition_{number}_never_holds():
{comment}
    session = opened()
    session.break_at({text})
    session.resume()
    assert session.stop is None, session.stop.message
""",
    "gradcheck": """\
def test_the_gradient_is_the_slope():
{comment}
    report = graphtui.gradcheck(loaded(), nodes={names}, seed=SEED)
    wrong = [check for check in (*report.edges, *report.checks) if not check.passed]
    assert not wrong
""",
}
"""A test for every kind of defect."""


def pytest_text(
    defects: Sequence[Defect],
    description: Description,
    file: str,
    *,
    seed: Any = None,
    edits: Sequence[Edit] = (),
) -> str:
    """The text of the test `file`, which finds the description by its way from there.

    Args:
        defects: what is wrong; at least one.
        description: what the graph is loaded from.
        file: where the test will lie.
        seed: the gradient that backward starts with, as given.
        edits: what was changed, and is to be changed in the test as well.

    Raises:
        CommandError: what was changed is too large to be written down.
    """
    assert defects, "a test states something"
    numbers = np.asarray(seed)
    written = nested_list(numbers) if numbers.dtype.kind in "fiub" else seed
    loading = _loading(description, os.path.dirname(os.path.abspath(file)))
    imports = [
        *loading.imports,
        *(["from graphtui.debugger.edits.edits import Edit"] if edits else []),
    ]
    constants = [*loading.constants, f"SEED = {written!a}"]
    if edits:
        constants += ["EDITS = [", *(f"    {each.to_dict()!a}," for each in _small(edits)), "]"]
    head = _HEAD.format(
        mark=TEST_MARK,
        name=_plain(description.name).replace("\\", "/").replace('"', "'"),
        imports="\n".join(imports),
        constants="\n".join(constants),
        load=loading.expression,
        changed=", changed as it was" if edits else "",
        changes=_CHANGES if edits else "",
    )
    return "\n\n".join([head, *(_test(each, n) for n, each in enumerate(defects, start=1))])


def _small(edits: Sequence[Edit]) -> Sequence[Edit]:
    """The edits, unless they hold more numbers than a test should."""
    count = sum(np.size(each.new) for each in edits)
    if count > MOST_NUMBERS:
        raise CommandError(
            f"the edits hold {count:,} numbers, and a test at most {MOST_NUMBERS:,}. "
            "Write them into the description."
        )
    return edits


def is_test(path: str) -> bool:
    """Whether the file at `path` begins as such tests do.

    Raises:
        DescriptionError, LimitError: it is no text, or cannot be read.
    """
    return read_text(path).startswith(TEST_MARK)


class _Loading(NamedTuple):
    """How a test loads a graph, in lines of Python."""

    imports: Sequence[str]
    constants: Sequence[str]
    expression: str


def _loading(description: Description, folder: str) -> _Loading:
    if not description.file:
        constants = [
            f"EXPRESSION = {description.expression!a}",
            f"VALUES = {dict(description.values)!a}",
        ]
        imports = [*_IMPORTS, "from graphtui.graph.load import load_expression"]
        return _Loading(imports, constants, "load_expression(EXPRESSION, VALUES)")
    way = Path(os.path.relpath(description.file, folder)).as_posix()
    output = "" if description.output is None else f":{description.output}"
    target = f'f"{{DESCRIPTION}}" + {output!a}' if output else "DESCRIPTION"
    return _Loading(
        ["from pathlib import Path", "", *_IMPORTS],
        [f"DESCRIPTION = Path(__file__).parent / {way!a}"],
        f"graphtui.load({target})",
    )


def _test(defect: Defect, number: int) -> str:
    return _TESTS[defect.kind].format(
        comment=_comment(defect.sentence),
        names=ascii(list(defect.nodes)),
        node=ascii(defect.nodes[0]),
        text=ascii(defect.text),
        word=re.sub(r"\W+", "_", defect.text.split(" ")[0], flags=re.ASCII),
        number=number,
    )


def _comment(sentence: str) -> str:
    lines = textwrap.wrap(_plain(sentence), _WIDTH - 6)
    return "\n".join(f"    # {line}" for line in lines)


def _plain(text: str) -> str:
    r"""`text` in one line, with nothing in it that cannot be seen.

    >>> _plain("∂f \n")
    '∂f \\n'
    """
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )
