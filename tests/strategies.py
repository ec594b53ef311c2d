"""Random graphs for laws: ops from the table, fitting shapes, shared inputs, groups, odd names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.graph.graph import Draft, Graph
from graphtui.ops import OPS
from graphtui.ops.op import DType, Mismatch

SHAPES = ((), (3,), (1,), (2, 3), (3, 2), (4, 1), (1, 3), (2, 2, 3), (0,), (0, 3))
KEYS = ("...", "0", "..., None", "-1:", "..., [0, 0]", "::-1")
FLOATS = ("float64", "float64", "float32", "float16")
NAMES = st.one_of(
    st.sampled_from(["x", "w0", "layer1.weight", "ß", "a/b", "1", "true", "x y", "é", "e\u0301"]),
    st.text(min_size=1, max_size=8),
)
GROUPS = st.sampled_from(["", "", "", "net", "net/gate", "net/gate/inner", "other [b]"])


@dataclass
class Growing:
    """A graph in the making: what its nodes are, as far as the next one must know."""

    drafts: list[Draft] = field(default_factory=list)
    kinds: dict[str, tuple[tuple[int, ...], DType]] = field(default_factory=dict)

    def fitting(self, fits: Callable[[tuple[int, ...], DType], bool]) -> list[str]:
        """The nodes of which `fits(shape, dtype)` holds."""
        return [name for name, kind in self.kinds.items() if fits(*kind)]


@st.composite
def graphs(
    draw: st.DrawFn,
    *,
    most_nodes: int = 12,
    finite: bool = False,
    floats: tuple[str, ...] = FLOATS,
    names: st.SearchStrategy[str] = NAMES,
) -> Graph:
    """A graph of 1 to `most_nodes` nodes; any of them may be the output.

    Args:
        most_nodes: the most nodes.
        finite: no NaN and no infinity in the leaves.
        floats: the dtypes of inputs and parameters.
        names: where the names come from.
    """
    count = draw(st.integers(1, most_nodes))
    names = names.filter(lambda name: not name.isspace())
    chosen = draw(st.lists(names, min_size=count, max_size=count, unique=True))
    growing = Growing()
    for index, name in enumerate(chosen):
        group = draw(GROUPS)
        if index == 0 or (index < 4 and draw(st.booleans())):
            draft, kind = draw(_leaves(name, group, finite, floats))
        else:
            draft, kind = draw(_computed(name, group, growing))
        growing.drafts.append(draft)
        growing.kinds[name] = kind
    order = draw(st.permutations(growing.drafts))
    return Graph(order, draw(st.sampled_from(chosen)), name=draw(st.text(max_size=8)))


@st.composite
def _leaves(
    draw: st.DrawFn, name: str, group: str, finite: bool, floats: tuple[str, ...]
) -> tuple[Draft, tuple[tuple[int, ...], DType]]:
    op = draw(st.sampled_from(["input", "parameter", "parameter", "constant"]))
    shape = draw(st.sampled_from(SHAPES))
    if draw(st.integers(0, 3)) == 0:
        dtype = draw(st.sampled_from(floats))
        init = draw(_inits(shape))
        draft = Draft(name, op, group=group, init=init, dtype=dtype)
        return draft, (shape, np.dtype(dtype))
    others = ("int64", "int32", "bool") if op == "constant" else ()
    dtype = draw(st.sampled_from((*floats, *others)))
    value = draw(hnp.arrays(dtype, shape, elements=_elements(dtype, finite)))
    return Draft(name, op, group=group, value=value), (shape, value.dtype)


def _elements(dtype: str, finite: bool) -> st.SearchStrategy[Any]:
    if dtype == "bool":
        return st.booleans()
    if dtype.startswith("int"):
        return st.integers(-9, 9)
    width = int(dtype.removeprefix("float"))
    if finite:
        return st.floats(-4, 4, width=width)
    return st.floats(width=width)


def _inits(shape: tuple[int, ...]) -> st.SearchStrategy[dict[str, Any]]:
    seed = st.integers(0, 2**32)
    size = st.just(list(shape))
    return st.one_of(
        st.fixed_dictionaries({"shape": size, "seed": seed}, optional={"std": st.just(0.5)}).map(
            lambda settings: {"normal": settings}
        ),
        st.fixed_dictionaries({"shape": size, "seed": seed}).map(lambda s: {"uniform": s}),
        st.fixed_dictionaries({"shape": size, "value": st.floats(-9, 9)}).map(
            lambda settings: {"full": settings}
        ),
        size.map(lambda sizes: {"ones": {"shape": sizes}}),
    )


@st.composite
def _computed(
    draw: st.DrawFn, name: str, group: str, growing: Growing
) -> tuple[Draft, tuple[tuple[int, ...], DType]]:
    """A node over the ones that are there; `copy` where what was drawn does not fit."""
    op = OPS[draw(st.sampled_from(sorted(OPS)))]
    first = draw(st.sampled_from(list(growing.kinds)))
    inputs = [first]
    if op.variadic:
        same = growing.fitting(lambda shape, dtype: shape == growing.kinds[first][0])
        inputs += draw(st.lists(st.sampled_from(same), max_size=2))
    while len(inputs) < len(op.inputs):
        inputs.append(draw(st.sampled_from(_partners(growing, first, op.name))))
    attrs = draw(_attrs(op.name, growing.kinds[first][0]))
    try:
        shapes = [growing.kinds[each][0] for each in inputs]
        dtypes = [growing.kinds[each][1] for each in inputs]
        kind = op.shape(*shapes, **op.complete(attrs)), op.dtype(*dtypes)
    except Mismatch:
        op, inputs, attrs, kind = OPS["copy"], [first], {}, growing.kinds[first]
        kind = kind[0], op.dtype(kind[1])
    return Draft(name, op.name, tuple(inputs), attrs, group), kind


def _partners(growing: Growing, first: str, op: str) -> list[str]:
    shape = growing.kinds[first][0]
    if op == "matmul" and shape:
        inner = growing.fitting(lambda other, _: bool(other) and other[0] == shape[-1])
        return inner or [first]
    return growing.fitting(lambda other, _: _broadcasts(shape, other))


def _broadcasts(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    pairs = zip(reversed(one), reversed(other), strict=False)
    return all(a == b or 1 in (a, b) for a, b in pairs)


def _attrs(op: str, shape: tuple[int, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Attributes that mostly fit an input of this shape."""
    rank = len(shape)
    axis = st.integers(-rank, rank - 1) if rank else st.just(0)
    some = st.lists(axis, max_size=rank, unique_by=lambda a: a % rank) if rank else st.just([])
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "axis": st.one_of(st.none(), axis, some),
        "keepdims": st.booleans(),
    }
    one = {"axis": axis}
    by_op: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        **dict.fromkeys(("sum", "mean", "max", "min", "var", "logsumexp"), drawn),
        **dict.fromkeys(("softmax", "log_softmax", "concatenate", "stack"), one),
        "clip": {"min": st.sampled_from([None, -1.0, -np.inf]), "max": st.just(2.0)},
        "reshape": {"shape": st.sampled_from([[-1], [*shape, 1], [int(np.prod(shape))]])},
        "broadcast_to": {"shape": st.just([2, *shape])},
        "getitem": {
            "key": st.sampled_from(["...", "0", "..., None", "-1:", "..., [0, 0]", "::-1"])
        },
        "leaky_relu": {"negative_slope": st.floats(0, 1)},
    }
    wanted = {
        name: strategy for name, strategy in by_op.get(op, {}).items() if name in OPS[op].attrs
    }
    required = {n: s for n, s in wanted.items() if OPS[op].attrs[n].required}
    optional = {n: s for n, s in wanted.items() if n not in required}
    return st.fixed_dictionaries(required, optional=optional)
