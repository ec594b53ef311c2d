"""A graph as a document in the JSON format: plain dicts, lists, numbers and text.

What stands at its default anyway is left out; `document.read` brings the same graph back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from graphtui.graph.document import FORMAT_VERSION
from graphtui.graph.inits import init_document
from graphtui.graph.nodes import Node
from graphtui.graph.values import natural_dtype, nested_list, number_word
from graphtui.ops.op import Op


def written(name: str, nodes: Iterable[Node], output: str) -> dict[str, Any]:
    """The document of a graph that has these nodes."""
    document: dict[str, Any] = {"graphtui": FORMAT_VERSION}
    if name:
        document["name"] = name
    document["nodes"] = [_node(each) for each in nodes]
    document["output"] = output
    return document


def _node(node: Node) -> dict[str, Any]:
    document: dict[str, Any] = {"id": node.name, "op": node.op.name}
    if isinstance(node.op, Op):
        document["inputs"] = list(node.inputs)
        if attrs := _written_attrs(node.op, node.attrs):
            document["attrs"] = attrs
    else:
        document |= _leaf(node)
    if node.group:
        document["group"] = node.group
    return document


def _written_attrs(op: Op, attrs: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes in JSON's terms, without those that stand at their default anyway."""
    document: dict[str, Any] = {}
    for name, value in attrs.items():
        attribute = op.attrs[name]
        if not attribute.required and value == attribute.canonical(name, attribute.default):
            continue
        if isinstance(value, tuple):
            document[name] = list(value)
        else:
            document[name] = number_word(value) if isinstance(value, float) else value
    return document


def _leaf(leaf: Node) -> dict[str, Any]:
    document: dict[str, Any] = {}
    natural = np.dtype(np.float64)
    if leaf.init is not None:
        document["init"] = init_document(leaf.init)
    else:
        assert leaf.value is not None, "a leaf without an init has a value"
        document["value"] = nested_list(leaf.value)
        if leaf.value.size:
            natural = natural_dtype(leaf.dtype, leaf.op.name)
        elif leaf.shape != (0,):
            document["shape"] = list(leaf.shape)
    if leaf.dtype != natural:
        document["dtype"] = leaf.dtype.name
    return document
