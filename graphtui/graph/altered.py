"""The nodes of a graph with attributes of one of them changed: only what follows is looked at.

A shape is inferred anew where something that is read has another one; every other record stays the
very object that it was. The first check, of everything, is in `check`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from graphtui.graph.findings import Finding, about
from graphtui.graph.nodes import Draft, Limits, Node
from graphtui.graph.values import MOST_AXES
from graphtui.graph.wording import brief, quoted, what_it_reads
from graphtui.ops.op import Leaf, Mismatch


def altered(
    nodes: Mapping[str, Node], name: str, attrs: Mapping[str, Any]
) -> tuple[Mapping[str, Node], Sequence[Finding]]:
    """The nodes, that of `name` with these attributes; and what no longer fits."""
    found = dict(nodes)
    findings: list[Finding] = []
    changed: set[str] = set()
    broken: set[str] = set()
    for each, node in nodes.items():
        if not broken.isdisjoint(node.inputs):
            broken.add(each)
        elif each == name or not changed.isdisjoint(node.inputs):
            try:
                found[each] = _inferred(found, node, attrs if each == name else {})
            except Mismatch as error:
                broken.add(each)
                findings.append(_finding(found, node, str(error), each == name))
            if (found[each].shape, found[each].dtype) != (node.shape, node.dtype):
                changed.add(each)
    return MappingProxyType(found), findings


def _inferred(nodes: Mapping[str, Node], node: Node, attrs: Mapping[str, Any]) -> Node:
    if isinstance(node.op, Leaf):
        raise Mismatch(f"{node.op.name} takes no attributes.")
    complete = node.op.complete({**node.attrs, **attrs})
    read = [nodes[source] for source in node.inputs]
    shapes, dtypes = tuple(each.shape for each in read), tuple(each.dtype for each in read)
    shape, dtype = node.op.result(shapes, dtypes, complete)
    if len(shape) > MOST_AXES:
        raise Mismatch(f"{node.op.name} gives {len(shape)} axes; {MOST_AXES} is the most.")
    if (shape, dtype, complete) == (node.shape, node.dtype, node.attrs):
        return node
    return node._replace(shape=shape, dtype=dtype, attrs=MappingProxyType(complete))


def _finding(nodes: Mapping[str, Node], node: Node, message: str, here: bool) -> Finding:
    draft = Draft(node.name, node.op.name, place=node.source, path=node.path, span=node.span)
    if here:
        return about(draft, message, "attrs", code="attribute")
    read = what_it_reads([(source, nodes[source].shape) for source in node.inputs])
    return about(draft, message + read, "inputs", code="shape")


def too_big(nodes: Mapping[str, Node], limits: Limits) -> Iterator[Finding]:
    """What would need more memory than it may."""
    for node in nodes.values():
        if node.nbytes > limits.array_bytes:
            most = f"the limit for one array is {limits.array_bytes:,}"
            yield Finding(f"{quoted(node.name)} {_size(node)}, {most}.", "limit")
    total = sum(node.nbytes for node in nodes.values())
    if total > limits.total_bytes:
        most = f"the limit is {limits.total_bytes:,}"
        yield Finding(f"the values of this graph would need {total:,} bytes, {most}.", "limit")


def _size(node: Node) -> str:
    shape = brief(str(node.shape), 80)
    return (
        f"{shape} would need {brief(f'{math.prod(node.shape) * node.dtype.itemsize:,}', 40)} bytes"
    )
