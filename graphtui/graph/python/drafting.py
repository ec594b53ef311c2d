"""From recorded values, or a graph, to the drafts of a graph: names, groups, places and texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from graphtui.errors import Place
from graphtui.graph.nodes import Draft, Node
from graphtui.graph.python.described import Described
from graphtui.graph.python.naming import Names
from graphtui.graph.python.source import Sources
from graphtui.ops import OPS
from graphtui.ops.op import Leaf, Op


def drafted(
    output: Described, also: Sequence[Described] = ()
) -> tuple[list[Draft], str, Mapping[str, str]]:
    """The drafts of all that some values are computed from, in the order in which it was described.

    Returns:
        The drafts, the name of `output`, and the texts of the files that the places point into.
    """
    values = _reached([output, *also])
    same = _shared_arrays(values)
    values = [value for value in values if same.get(id(value), value) is value]
    sources = Sources()
    found = Names(values, sources)
    name_of = {id(value): name for value, name in zip(values, found.names, strict=True)}
    drafts = [
        _draft(
            value,
            name,
            group,
            tuple([name_of[id(same.get(id(each), each))] for each in value.inputs]),
            value.place or (sources.place(value.site, value.slot) if value.site else None),
        )
        for value, name, group in zip(values, found.names, found.groups, strict=True)
    ]
    files = {draft.place.file: None for draft in drafts if draft.place}
    texts = {file: text for file in files if (text := sources.text(file))}
    return drafts, name_of[id(same.get(id(output), output))], texts


def drafts_of(nodes: Iterable[Node]) -> list[Draft]:
    """The drafts that make these nodes again."""
    return [
        Draft(
            node.name,
            node.op.name,
            node.inputs,
            node.attrs,
            node.group,
            None if node.init is not None else node.value,
            node.init,
            node.dtype.name if node.is_leaf else None,
            node.source,
            record=_own_record(node.op),
        )
        for node in nodes
    ]


def _reached(outputs: Sequence[Described]) -> list[Described]:
    """Everything that `outputs` are computed from, and themselves, in order."""
    found: dict[int, Described] = {}
    waiting = list(outputs)
    while waiting:
        value = waiting.pop()
        if id(value) not in found:
            found[id(value)] = value
            waiting += value.inputs
    return sorted(found.values(), key=lambda value: value.number)


def _shared_arrays(values: Sequence[Described]) -> dict[int, Described]:
    """For each array that was used before, unchanged, the value that it was then.

    `X` in `X @ a + X @ b` is one node. If the program has written into it in between, it is two.
    """
    first: dict[int, list[Described]] = {}
    same: dict[int, Described] = {}
    for value in values:
        if value.origin is None or value.array is None:
            continue
        earlier = first.setdefault(id(value.origin), [])
        for each in earlier:
            if each.array is not None and np.array_equal(each.array, value.array, equal_nan=True):
                same[id(value)] = each
                break
        else:
            earlier.append(value)
    return same


def _draft(
    value: Described, name: str, group: str, inputs: tuple[str, ...], place: Place | None
) -> Draft:
    leaf = value.array is not None
    return Draft(
        name,
        value.op.name,
        inputs,
        value.attrs,
        group,
        value.array,
        dtype=value.dtype.name if leaf else None,
        place=place,
        record=_own_record(value.op),
    )


def _own_record(op: Op | Leaf) -> Op | None:
    """The record of an op that a description defines by itself; None for those that all know."""
    return op if isinstance(op, Op) and op.name not in OPS else None
