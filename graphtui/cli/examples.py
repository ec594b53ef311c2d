"""The shipped examples: where they are, in which order a first course takes them."""

from __future__ import annotations

import ast
from pathlib import Path

from graphtui.cli.printing import say
from graphtui.errors import UsageError, nearest

_COURSE = (
    "sigmoid",
    "add_multiply",
    "gates",
    "staged",
    "fan_out",
    "sigmoid_folded",
    "relu_jacobian",
    "matmul",
    "linear_layer",
    "l2_of_wx",
    "two_layer_svm",
    "softmax_cross_entropy",
    "three_layer",
    "convnet",
    "batch_norm",
    "rnn",
    "attention",
)
"""The order of the lecture; a file that is not named here comes after these."""


MOST_WITH_TITLES = 13
"""Lessons of which the short help says what they are about."""


def example_files() -> dict[str, Path]:
    """The shipped examples by name, in the order of a first course."""
    here = Path(__file__).parent.parent
    folders = (here / "examples", here.parent / "examples")  # in the wheel; in a checkout
    folder = next((f for f in folders if (f / "sigmoid.py").is_file()), folders[0])
    found = {path.stem: path for path in sorted(folder.glob("*.py"))}
    first = [name for name in _COURSE if name in found]
    rest = [name for name in found if name not in _COURSE]
    return {name: found[name] for name in (*first, *rest)}


def json_files() -> dict[str, Path]:
    """The examples that are there as JSON too, by their file names."""
    twins = (path.with_suffix(".json") for path in example_files().values())
    return {path.name: path for path in twins if path.is_file()}


def find_example(name: str) -> Path:
    """The example called `name`, or with that number in the list.

    Raises:
        UsageError: there is none; the message gives the nearest.
    """
    files = example_files()
    in_json = json_files()
    if name.isascii() and name.isdigit():
        if not 1 <= int(name[:9]) <= len(files):
            raise UsageError(f"the examples are numbered 1 to {len(files)}, got '{name}'.")
        return list(files.values())[int(name) - 1]
    found = files.get(name.removesuffix(".py")) or in_json.get(name)
    if found is None:
        hint = nearest(name, [*files, *in_json]) or " `graphtui examples` lists them."
        raise UsageError(f"'{name}' is not an example.{hint}")
    return found


def title(path: Path) -> str:
    """The first line of an example's docstring."""
    documentation = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return documentation.partition("\n")[0]


def list_examples() -> None:
    """Print the shipped examples, numbered."""
    for number, (name, path) in enumerate(example_files().items(), start=1):
        say(_row(number, name, path))
    if in_json := json_files():
        say(f"     as JSON too: {', '.join(in_json)}")


def list_first_examples() -> None:
    """Print what a small screen has room for: the first lessons, and the names of the others."""
    files = list(example_files().items())
    for number, (name, path) in enumerate(files[:MOST_WITH_TITLES], start=1):
        say(_row(number, name, path))
    if rest := [name for name, _ in files[MOST_WITH_TITLES:]]:
        say(f"     {MOST_WITH_TITLES + 1} to {len(files)}: {', '.join(rest)}")


def _row(number: int, name: str, path: Path) -> str:
    return f"{number:>3}  {name:<22} {title(path)}"
