"""The shipped examples: where they are, in which order a first course takes them."""

from __future__ import annotations

import ast
from pathlib import Path

_COURSE = (
    "sigmoid",
    "add_multiply",
    "gates",
    "staged",
    "fan_out",
    "sigmoid_folded",
    "relu_jacobian",
)


def example_files() -> dict[str, Path]:
    """The shipped examples by name, in the order of a first course."""
    here = Path(__file__).parent.parent
    folders = (here / "examples", here.parent / "examples")  # in the wheel; in a checkout
    folder = next((f for f in folders if (f / "sigmoid.py").is_file()), folders[0])
    found = {path.stem: path for path in sorted(folder.glob("*.py"))}
    first = [name for name in _COURSE if name in found]
    return {name: found[name] for name in (*first, *(n for n in found if n not in _COURSE))}


def title(path: Path) -> str:
    """The first line of an example's docstring."""
    documentation = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return documentation.partition("\n")[0]
