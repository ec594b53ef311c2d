"""The formulas of records as text: words for their letters, and no more than a use needs.

Which words stand for the letters, names or numbers, is for whoever shows a formula.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from graphtui.ops.op import Op

# A name by itself: no attribute (`x.T` is x, T is none), no function, no keyword's left side.
_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?![\w(])(?!=(?!=))")
_CHOICE = re.compile(r"(\S+) if (\w+) is None else (\w+)")
_CODE = re.compile(r":=| (?:and|or|if|else|for|in) |\[:")


def filled(text: str, words: Mapping[str, str]) -> str:
    """`text` with words for its letters; a negative number gets parentheses where it needs them.

    >>> filled("a**2 - b", {"a": "-3", "b": "-1"})
    '(-3)**2 - (-1)'
    """

    def word(found: re.Match[str]) -> str:
        new = words.get(found.group(), found.group())
        before = text[: found.start()].rstrip()[-1:]
        powered = text[found.end() :].startswith("**")
        signed = new.startswith("-") and (powered or before in {"+", "-", "*", "/", "@"})
        return f"({new})" if signed else new

    return _WORD.sub(word, text)


def right_side(op: Op, attrs: Mapping[str, Any]) -> str:
    """What `y` is, for these attributes."""
    return simple(op.formula.partition(" = ")[2], op, attrs)


def simple(text: str, op: Op, attrs: Mapping[str, Any]) -> str:
    """`text` without what an attribute leaves as it is: its default, or a choice it decides."""
    for name, attribute in op.attrs.items():
        # Any other default is the op's own: softmax's axis -1 is not what NumPy's sum would take.
        if attrs[name] == attribute.default and attribute.default in (None, 0, 1):
            text = text.replace(f", {name}={name}", "")

    def choice(found: re.Match[str]) -> str:
        opening = found.group(1)[: len(found.group(1)) - len(found.group(1).lstrip("("))]
        unset = attrs.get(found.group(2), "") is None
        return found.group(1) if unset else opening + found.group(3)

    return _CHOICE.sub(choice, text)


def is_code(formula: str) -> bool:
    """Whether a formula says how to program it rather than what it is.

    >>> is_code("transpose(upstream, axes and argsort(axes))"), is_code("upstream @ b.T")
    (True, False)
    """
    return bool(_CODE.search(formula))


def infix(op: Op) -> str:
    """The sign between the two letters of a formula that is nothing more; else "".

    >>> from graphtui.ops import OPS
    >>> infix(OPS["multiply"]), infix(OPS["matmul"]), infix(OPS["exp"])
    ('*', '@', '')
    """
    if len(op.inputs) != 2:
        return ""
    a, b = map(re.escape, op.inputs)
    found = re.fullmatch(rf"y = {a} ?(\W{{1,2}}?) ?{b}", op.formula)
    return found[1] if found else ""
