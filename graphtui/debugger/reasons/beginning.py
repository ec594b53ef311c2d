"""How a NaN or an infinity comes about, in words: of what in forward, by what meeting in backward.

A stop and a biography tell it alike. Where it begins is for `trace`.
"""

from __future__ import annotations

import math

from graphtui.debugger.reasons.answer import at_index, joined, number
from graphtui.debugger.reasons.terms import broken, column
from graphtui.debugger.reasons.was_set import is_text
from graphtui.engine.execute import Contribution, Run
from graphtui.graph.wording import counted


def made_of(run: Run, name: str, element: int) -> str:
    """What an element of a value was made of, as in `'x' is 0`.

    It is "" where no input is a single number, or has an element for each of the value.

    Args:
        run: what was done.
        name: a computed node that has its value.
        element: which element, by its row-major number.
    """
    node = run.graph.nodes[name]
    inputs = []
    for source in dict.fromkeys(node.inputs):
        value = run.value(source)
        if value is not None and (value.size == 1 or value.shape == node.shape):
            place = element if value.shape == node.shape else 0
            inputs.append(is_text(run, source, place))
    return joined(inputs) if inputs else ""


def meeting(sent: Contribution, element: int) -> str:
    """Which upstream met which local gradient, so that what was sent is not finite.

    Args:
        sent: a contribution with a finite upstream.
        element: which element of what was sent, by its row-major number.
    """
    result = number(sent.downstream.reshape(-1)[element])
    place = at_index(element, sent.downstream.shape)
    term = broken(sent, element)
    if term is None:
        count = column(sent, element).outputs.size
        return f"the sum of {counted(count, 'term')}{place} comes to {result}"
    if math.isinf(term.local) and term.upstream == 0:
        zero_times = f"0 × {number(term.local)}"
        return (
            f"an upstream of 0 meets a local gradient of {infinity(term.local)}{place}, "
            f"and {zero_times} is {result}"
        )
    meets = f"an upstream of {number(term.upstream)} meets a local gradient of"
    if not math.isfinite(term.local):
        return f"{meets} {infinity(term.local)}{place}"
    return (
        f"{meets} {number(term.local)}{place}, and their product is more than "
        f"{sent.downstream.dtype} can hold"
    )


def infinity(x: float) -> str:
    """What is not finite, in words.

    >>> infinity(math.inf), infinity(-math.inf), infinity(math.nan)
    ('infinity', 'minus infinity', 'nan')
    """
    if math.isnan(x):
        return "nan"
    return "infinity" if x > 0 else "minus infinity"
