"""For every description with a planted bug, the words that are the bug and what puts it right.

The fixed twin is the same file with these words exchanged, so what a command says of the one and
does not say of the other is about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent


class Fix(NamedTuple):
    """One exchange of words; the bug stands in the file once."""

    bug: str
    fixed: str


FIXES: Mapping[str, Fix] = {
    "wrong_vjp": Fix("2 * x**2 * upstream", "3 * x**2 * upstream"),
    "missing_plus_equals": Fix("dx[:] = upstream", "dx[:] += upstream"),
    "unsummed_broadcast": Fix("(upstream, upstream)", "(upstream, upstream.sum(axis=0))"),
    "missing_transpose": Fix("upstream @ W,", "upstream @ W.T,"),
    "wrong_sign": Fix("(upstream, upstream)", "(upstream, -upstream)"),
    "missing_one_over_n": Fix("upstream * np.ones_like(x)", "upstream * np.ones_like(x) / x.size"),
    "saturated_sigmoid": Fix("parameter(100.0)", "parameter(0.1)"),
    "dead_relu": Fix("[-5.0, -5.0]", "[-0.2, 0.1]"),
    "where_trap": Fix("log(x)", "log(where(x > 0, x, 1.0))"),
    "float16_overflow": Fix('"float16"', '"float32"'),
    "log_of_zero": Fix("log(p)", "log(p + 0.1)"),
    "detached": Fix("stop_gradient(h)", "h * 1.0"),
    "cancelling": Fix("b = -3 * x", "b = -2 * x"),
    "vanishing_chain": Fix("h = sigmoid(h)", "h = h + 0.1 * sigmoid(h)"),
    "exploding_chain": Fix("h = 10.0 * h", "h = 1.1 * h"),
    "masked": Fix("maximum(x, 3.0)", "maximum(x, 0.0)"),
    "off_the_path": Fix("loss = data * 1.0", "loss = data + penalty"),
    "underflow": Fix("1e-20, 1e-30", "0.2, 0.1"),
}
"""Every description in this folder, by the name of its file."""


def text_of(name: str, *, fixed: bool = False) -> str:
    """What stands in a description, or in its fixed twin."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return text.replace(*FIXES[name]) if fixed else text
