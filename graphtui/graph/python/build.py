"""Describe a graph in Python: leaves, and one function for every op.

    from graphtui import input, parameter, sigmoid

    w = parameter([2.0, -3.0])
    x = input([-1.0, -2.0])
    f = sigmoid(w @ x)

Every op of `OPS` is a function of this module, made from its record: `build.exp`, `build.matmul`.
Values take part in NumPy as well (`np.exp(x)`, `x @ w`, `x[1:, 0]`); what they record is `tensor`'s
business.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from graphtui.graph.graph import Graph
from graphtui.graph.nodes import Limits
from graphtui.graph.python.tensor import RECORDING, Tensor, graph_of, leaf, record_call
from graphtui.ops import OPS
from graphtui.ops.op import Op


def parameter(value: Any, name: str | None = None, dtype: Any = None) -> Tensor:
    """A trained value; it receives a gradient.

    Args:
        value: a number, nested lists of numbers, or an array, which is copied.
        name: what its node is called; None means as the variable that it is assigned to.
        dtype: None means float64 for numbers and lists, an array's own for an array.

    Raises:
        DescriptionError: the value is no array of numbers.
    """
    return leaf("parameter", value, name, dtype)


def input(value: Any, name: str | None = None, dtype: Any = None) -> Tensor:
    """Given data; it receives a gradient but is not trained. Arguments as for `parameter`."""
    return leaf("input", value, name, dtype)


def constant(value: Any, name: str | None = None, dtype: Any = None) -> Tensor:
    """A fixed value, to which no gradient flows; whole numbers in it stay whole.

    Arguments as for `parameter`.
    """
    return leaf("constant", value, name, dtype)


def graph(output: Tensor, name: str = "", *, limits: Limits | None = None) -> Graph:
    """The graph that computes `output`.

    >>> x = input(2.0)
    >>> y = x * x
    >>> graph(y)
    <Graph 'y': 2 nodes, output 'y'>

    Raises:
        DescriptionError: two values were given one name.
        LimitError: a value would be bigger than `limits` allow.
    """
    return graph_of(output, name=name, limits=limits)


def mark_output(value: Tensor | Graph) -> bool:
    """Whether a file is being loaded; if so, `value` is what the file wants to be shown.

    `graphtui.debug` asks this first, so that a program that ends with `debug(loss)` can be opened
    with `graphtui FILE.py` as well.
    """
    recording = RECORDING.get()
    if recording is None:
        return False
    recording.output = value
    return True


# Ops --------------------------------------------------------------------------------------------


def __getattr__(name: str) -> Callable[..., Tensor]:
    """The function of the op called `name`."""
    if name in OPS:
        return _function(name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *OPS})


@functools.cache
def _function(name: str) -> Callable[..., Tensor]:
    return function_of(OPS[name])


def function_of(op: Op) -> Callable[..., Tensor]:
    """The function that describes a use of `op`, with its signature and its words."""

    def function(*args: Any, **keywords: Any) -> Tensor:
        return record_call(op, args, keywords)

    function.__name__ = function.__qualname__ = op.name
    function.__doc__ = f"{op.note}\n\n    {op.formula}\n"
    function.__signature__ = _signature(op)  # type: ignore[attr-defined]
    return function


def _signature(op: Op) -> inspect.Signature:
    """The signature as the record has it: operands, then attributes, then `name`."""
    kinds = inspect.Parameter
    operands = [kinds(each.lstrip("*"), kinds.POSITIONAL_OR_KEYWORD) for each in op.inputs]
    required = [attribute.required for attribute in op.attrs.values()]
    # Behind one that may be left out, Python wants a name for one that may not.
    positions = next((i for i in range(1, len(required)) if required[i] > required[i - 1]), 99)
    attrs = [
        kinds(
            key,
            kinds.POSITIONAL_OR_KEYWORD if place < positions else kinds.KEYWORD_ONLY,
            default=kinds.empty if attribute.required else attribute.default,
        )
        for place, (key, attribute) in enumerate(op.attrs.items())
    ]
    title = kinds("name", kinds.KEYWORD_ONLY, default=None)
    return inspect.Signature([*operands, *attrs, title], return_annotation="Tensor")
