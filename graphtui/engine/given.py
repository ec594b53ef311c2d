"""What a run is given from outside: checked against the graph, read-only, in the dtypes it needs.

Where a run is based on an earlier one, an array with the same bits as the one there is that one, so
that `reuse` sees that nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graphtui.engine.plan import Plan
from graphtui.engine.reuse import Results, kept
from graphtui.errors import UsageError, nearest
from graphtui.graph.graph import Graph, Node
from graphtui.graph.values import leaf_array
from graphtui.graph.wording import has_shape, quoted
from graphtui.ops.linear_map import Array
from graphtui.ops.op import Leaf, Mismatch


def seed_array(graph: Graph, seed: Any, before: Results | None) -> Array | None:
    """The gradient to start backward with; None where there is none and the output is no scalar."""
    output = graph.nodes[graph.output]
    if seed is not None:
        array = _fitting(graph, graph.output, seed, "the seed")
    elif not output.shape:
        array = np.asarray(1, output.dtype)
        array.setflags(write=False)
    else:
        return None
    return array if before is None else kept(array, before.seed)


def given_values(
    graph: Graph, values: Mapping[str, Any], before: Results | None
) -> dict[str, Array]:
    """The given values of leaves and computed nodes."""
    found = {}
    for name, value in values.items():
        _known(graph, name)
        array = _fitting(graph, name, value, name)
        found[name] = array if before is None else kept(array, before.values.get(name))
    return found


def leaf_values(
    graph: Graph, given: Mapping[str, Array], before: Results | None
) -> dict[str, Array]:
    """The value of every leaf: the given one, else its own."""
    found = {
        name: given.get(name, node.value)
        for name, node in graph.nodes.items()
        if node.value is not None
    }
    if before is None:
        return found
    return {name: kept(value, before.values.get(name)) for name, value in found.items()}


def given_gradients(
    graph: Graph, plan: Plan, gradients: Mapping[str, Any], before: Results | None
) -> dict[str, Array]:
    """The given gradients, but for that of the output, which is the seed."""
    found = {}
    for name, gradient in gradients.items():
        _known(graph, name)
        if name not in plan.backward_step:
            raise UsageError(f"the gradient of '{name}' cannot be given: {_why_not(graph, name)}")
        if name != graph.output:
            array = _fitting(graph, name, gradient, f"the gradient of '{name}'")
            found[name] = array if before is None else kept(array, before.complete_gradient(name))
    return found


def made(graph: Graph, value: Callable[[str], Array | None], name: str) -> Array | None:
    """What would be the value of a node if none were given: a leaf's own, or what its op gives.

    Args:
        graph: where the node is.
        value: from the name of a node to its value.
        name: a node whose inputs have values.

    Returns:
        The value, computed anew; None where the op raises, which a given value helps over.
    """
    node = graph.nodes[name]
    if isinstance(node.op, Leaf):
        return node.value
    try:
        with np.errstate(all="ignore"):
            return np.asarray(node.op.forward(*map(value, node.inputs), **node.attrs))
    except Exception:
        return None


def _why_not(graph: Graph, name: str) -> str:
    if graph.nodes[name].is_leaf:
        return "it is a leaf and passes nothing on. Give its value, or the gradient of a node."
    return "no gradient passes through it."


def _known(graph: Graph, name: str) -> None:
    if name not in graph.nodes:
        raise UsageError(f"no node is named '{name}'.{nearest(name, graph.nodes)}")


def _fitting(graph: Graph, name: str, value: Any, called: str) -> Array:
    node = graph.nodes[name]
    if isinstance(value, np.ndarray) and not value.flags.writeable and value.dtype == node.dtype:
        array: Array = value
    else:
        array = _converted(value, node, called)
    if array.shape != node.shape:
        has = f"has shape {array.shape}" if array.shape else "is one number"
        raise UsageError(f"{called} {has}, {quoted(name)} {has_shape(node.shape)}")
    return array


def _converted(value: Any, node: Node, called: str) -> Array:
    try:
        return leaf_array(value, "input", node.dtype.name)
    except Mismatch as error:
        raise UsageError(f"{called}: {error}") from None
