"""What the records of ops say, as text: the list of `graphtui ops` and the page of one op.

Formulas and notes are the record's own; structures are those of the record's samples.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphtui.ops.op import Op
from graphtui.view.text.lines import Line, line

NOTHING = "none"
"""What stands where no gradient flows."""


def op_list(ops: Iterable[Op]) -> list[Line]:
    """Every op with its formula, its local gradients, their structures and its note."""
    found: list[Line] = []
    for op in ops:
        formulas = [text or NOTHING for text in op.local_formulas]
        found += [
            line((op.name, "heading"), f": {op.formula}"),
            line("    local     ", (" · ".join(formulas), "local")),
            line("    Jacobian  ", (" · ".join(structures(op)), "local")),
            line((f"    {op.note}", "dim")),
            line(),
        ]
    return found[:-1]


def op_page(op: Op) -> list[Line]:
    """Everything that one op's record says."""
    page = [line((op.name, "title"), f": {op.formula}"), line(), line(op.note), line()]
    for letter, text, kinds in zip(op.inputs, op.local_formulas, structures(op), strict=True):
        if text is None:
            page.append(line(f"to {letter}: no gradient flows here"))
            continue
        label = "downstream" if "upstream" in text else "local"
        page.append(line(f"to {letter}: {label} ", (text, "local"), f"; Jacobian {kinds}"))
    for name, attribute in op.attrs.items():
        default = "required" if attribute.required else f"default {attribute.default}"
        page.append(line(f"attribute {name} ({attribute.kind}, {default}): {attribute.note}"))
    if op.at_kinks:
        page.append(line(f"at kinks and ties: {op.at_kinks}"))
    return page


def structures(op: Op) -> list[str]:
    """For each input, the structures that its Jacobian has on the record's samples.

    >>> from graphtui.ops import OPS
    >>> structures(OPS["relu"]), structures(OPS["where"])
    (['diagonal'], ['none', 'diagonal or broadcast', 'diagonal or broadcast'])
    """
    found: list[dict[str, None]] = [{} for _ in op.inputs]
    for sample in op.samples:
        attrs = op.complete(sample.attrs)
        maps = op.local(op.forward(*sample.arrays, **attrs), *sample.arrays, **attrs)
        for slot, local in enumerate(maps):
            kinds = found[0 if op.variadic else slot]  # a variadic op treats all its inputs alike
            kinds[NOTHING if local is None else local.structure] = None
    return [" or ".join(kinds) for kinds in found]
