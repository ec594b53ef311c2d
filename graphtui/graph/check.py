"""The check of a description: to the end, every problem noted, every shape and dtype inferred.

Nothing is computed here and no array is made but those that were written down; what is too big is
found out from the shapes. Reading a file into drafts is for `document`, the result for `graph`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from graphtui.errors import nearest
from graphtui.graph.findings import Finding, about
from graphtui.graph.inits import check_init, init_array
from graphtui.graph.look_alikes import twin_hint
from graphtui.graph.nodes import NOTHING, Draft, Limits, Node
from graphtui.graph.order import cycles, in_order, is_in_order
from graphtui.graph.signature import signature_of
from graphtui.graph.values import MOST_AXES, BadValue, leaf_array
from graphtui.graph.wording import brief, listed, quoted, what_it_reads
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import DTYPES, LEAVES, DType, Elementwise, Mismatch, Op
from graphtui.ops.other_names import op_hint

_MOST_HINTS = 20

_NO_OP = (
    " `graphtui ops` lists them all. One that a description makes with define_op is known in "
    "Python only: open the .py file."
)


class Checked(NamedTuple):
    """What the check found."""

    nodes: Mapping[str, Node]
    """In topological order; empty where something is wrong."""
    output: str
    findings: Sequence[Finding]
    """What is wrong in the description."""
    too_big: Sequence[Finding]
    """What is right, but beyond the limits."""


class _Kind(NamedTuple):
    """What is known of a value before anything runs; equal ones are one object in a check."""

    shape: Shape
    dtype: DType


def check(
    drafts: Sequence[Draft],
    output: str | None,
    limits: Limits,
    findings: Sequence[Finding] = (),
) -> Checked:
    """The nodes that the drafts describe, or everything that is wrong with them.

    `findings` are what their reader has found; what follows from them is not said again.
    """
    walk = _Check(drafts, limits, findings)
    walk.names()
    walk.ops()
    walk.references()
    order = walk.order()
    walk.infer(order)
    chosen = walk.output(output)
    walk.total()
    wrong = walk.findings or walk.too_big
    built = {} if wrong else walk.built(order)
    return Checked(MappingProxyType(built), chosen, walk.findings, walk.too_big)


class _Check:
    """One walk over the drafts; its steps run in the order in which they stand."""

    def __init__(
        self, drafts: Sequence[Draft], limits: Limits, findings: Sequence[Finding]
    ) -> None:
        self.drafts = drafts
        self.limits = limits
        self.findings = list(findings)
        self.too_big: list[Finding] = []
        self.by_name: dict[str, Draft] = {}
        self.broken: set[str] = set()
        """Nodes about which nothing more can be said: they, or something they read, are wrong."""
        self.kinds: dict[str, _Kind] = {}
        """For each node about which nothing is wrong what its value is."""
        self.values: dict[str, Array] = {}
        self.attrs: dict[str, Mapping[str, Any]] = {}
        self.weak: set[str] = set()
        """Constants that take the dtype of what they are combined with."""
        self.in_order = False
        """Whether every node has a name of its own and stands after what it reads already."""
        self._one: dict[_Kind, _Kind] = {}
        self._uses: dict[tuple[Any, ...], Mapping[str, Any]] = {}
        """The attributes of each use of an op that was found to be right."""
        self._results: dict[tuple[int, ...], _Kind] = {}
        """What each use of an op gives, by the objects that it depends on; these are kept above."""

    def report(
        self, draft: Draft, message: str, *part: str | int, code: str, key: bool = False
    ) -> None:
        """Note that `part` of `draft` is wrong."""
        self.broken.add(draft.name)
        self.findings.append(about(draft, message, *part, code=code, key=key))

    # Each node by itself

    def names(self) -> None:
        """Every node has a name of its own, and lies in groups that have names."""
        groups = {""}
        for draft in self.drafts:
            first = self.by_name.setdefault(draft.name, draft)
            if first is not draft:
                self.broken.add(draft.name)
                message = f"the name {quoted(draft.name)} is taken. Rename one of the two."
                finding = about(draft, message, "id", code="duplicate-name")
                self.findings.append(finding._replace(first=first))
            if not draft.name or draft.name.isspace():
                found = f"a node needs a name that can be seen, found '{brief(draft.name)}'."
                self.report(draft, found, "id", code="name")
            if draft.group not in groups:
                self._group(draft, groups)
            if draft.weak:
                self.weak.add(draft.name)
            if not draft.sound:
                self.broken.add(draft.name)
        if not self.drafts and not self.findings:
            message = "there are no nodes. Describe at least one."
            self.findings.append(Finding(message, "empty", ("nodes",)))
        if len(self.by_name) == len(self.drafts):
            self.in_order = is_in_order(self.by_name, (draft.inputs for draft in self.drafts))

    def _group(self, draft: Draft, known: set[str]) -> None:
        if all(part and not part.isspace() for part in draft.group.split("/")):
            known.add(draft.group)
            return
        message = f"the group {quoted(draft.group)} has a part without a name."
        self.report(draft, f"{message} Write it as 'outer/inner'.", "group", code="group")

    def ops(self) -> None:
        """Every op exists, takes that many inputs and these attributes; leaves have values."""
        for draft in self.drafts:
            if not draft.sound:
                continue
            if draft.op in LEAVES:
                self._leaf(draft)
            elif (op := _record(draft)) is not None:
                self._op(draft, op)
            else:
                # Comparing names is slow, and nobody reads the ten-thousandth hint.
                told = len(self.findings) < _MOST_HINTS
                hint = op_hint(draft.op, (*OPS, *LEAVES)) if told else ""
                hint = hint or _NO_OP
                message = f"{quoted(draft.op)} is not an op.{hint}"
                self.report(draft, message, "op", code="unknown-op")

    def _op(self, draft: Draft, op: Op) -> None:
        signature = signature_of(draft.attrs) if draft.attrs else ()
        use = (op, len(draft.inputs), signature)
        self._none_given(draft, op)
        if use in self._uses:
            self.attrs[draft.name] = self._uses[use]
            return
        before = len(self.findings)
        self.attrs[draft.name] = self._use(draft, op)
        if signature is not None and len(self.findings) == before:
            self._uses[use] = self.attrs[draft.name]

    def _none_given(self, draft: Draft, op: Op) -> None:
        """A computed node has no value of its own."""
        if draft.value is None is draft.init and draft.dtype is None is draft.shape:
            return
        for key in ("value", "init", "dtype", "shape"):
            if getattr(draft, key) is not None:
                message = f"{op.name} computes its {key}; only {', '.join(LEAVES)} are given one."
                self.report(draft, message, key, code="value", key=True)

    def _use(self, draft: Draft, op: Op) -> Mapping[str, Any]:
        try:
            op.letters(len(draft.inputs))
        except Mismatch as error:
            self.report(draft, str(error), "inputs", code="arity")
        return MappingProxyType(self._attrs(draft, op)) if draft.attrs or op.attrs else NOTHING

    def _attrs(self, draft: Draft, op: Op) -> dict[str, Any]:
        for name in draft.attrs:
            if name not in op.attrs:
                has = f"it has: {', '.join(op.attrs)}" if op.attrs else "it has none"
                message = f"{op.name} has no attribute {quoted(name)} ({has})."
                message += self._hint(name, op.attrs)
                self.report(draft, message, "attrs", name, code="attribute", key=True)
        complete = {}
        for name, attribute in op.attrs.items():
            if name not in draft.attrs and attribute.required:
                message = f"{op.name} needs the attribute '{name}': {attribute.note}."
                self.report(draft, message, "attrs", code="attribute")
                continue
            value = draft.attrs.get(name, attribute.default)
            try:
                complete[name] = attribute.canonical(f"{op.name}: '{name}'", value)
            except Mismatch as error:
                self.report(draft, str(error), "attrs", name, code="attribute")
        return complete

    def _leaf(self, draft: Draft) -> None:
        self.attrs[draft.name] = NOTHING
        for key in ("inputs", "attrs"):
            if getattr(draft, key):
                what = "inputs" if key == "inputs" else "attributes"
                self.report(draft, f"{draft.op} takes no {what}.", key, code="value", key=True)
        if (draft.value is None) == (draft.init is None):
            found = "both" if draft.init is not None else "neither"
            message = f"{draft.op} needs either a 'value' or an 'init', found {found}."
            self.report(draft, message, code="value")
            return
        if draft.dtype is not None and draft.dtype not in DTYPES:
            message = f"{quoted(draft.dtype)} is not a dtype (there are: {', '.join(DTYPES)})."
            message += self._hint(draft.dtype, DTYPES)
            self.report(draft, message, "dtype", code="value")
            return
        self._given(draft)

    def _given(self, draft: Draft) -> None:
        part = "value" if draft.init is None else "init"
        try:
            if draft.init is not None:
                dtype = np.dtype(draft.dtype or "float64")
                shape = check_init(draft.init, dtype)
            else:
                array = leaf_array(draft.value, draft.op, draft.dtype, draft.shape)
                self.values[draft.name] = array
                dtype, shape = array.dtype, array.shape
        except BadValue as error:
            for wrong in error.parts:
                self.report(draft, wrong.message, part, *wrong.path, code="value", key=wrong.key)
            return
        if draft.init is not None and draft.shape is not None:
            message = "the shape stands in 'init'. Leave it out here."
            self.report(draft, message, "shape", code="value", key=True)
            return
        self._know(draft, self._kind(shape, dtype))

    def _kind(self, shape: Shape, dtype: DType) -> _Kind:
        kind = _Kind(shape, dtype)
        return self._one.setdefault(kind, kind)

    def _know(self, draft: Draft, kind: _Kind) -> None:
        """Note what a node's value is, unless it is beyond what an array may be."""
        name, shape, dtype = draft.name, *kind
        size = math.prod(shape) * dtype.itemsize
        if len(shape) > MOST_AXES:
            message = f"{draft.op} gives {len(shape)} axes; {MOST_AXES} is the most."
            self.report(draft, message, code="shape")
        elif size > self.limits.array_bytes:
            self.broken.add(name)
            limit = f"the limit for one array is {self.limits.array_bytes:,}"
            message = _too_big(
                f"{quoted(name)} {brief(str(shape), 80)}", size, limit, "--max-array"
            )
            self.too_big.append(about(draft, message, code="limit"))
        else:
            self.kinds[name] = kind

    # The nodes together

    def references(self) -> None:
        """Every input names a node."""
        if self.in_order:
            return
        for draft in self.drafts:
            for slot, source in enumerate(draft.inputs):
                if source not in self.by_name:
                    hint = self._near_node(source)
                    message = f"no node is named {quoted(source)}.{hint}"
                    self.report(draft, message, "inputs", slot, code="unknown-name")

    def _near_node(self, name: str) -> str:
        if len(self.findings) >= _MOST_HINTS:
            return ""
        return twin_hint(name, self.by_name) or nearest(name, self.by_name)

    def _hint(self, name: str, known: Iterable[str]) -> str:
        # Comparing names is slow, and nobody reads the ten-thousandth hint.
        return nearest(name, known) if len(self.findings) < _MOST_HINTS else ""

    def order(self) -> list[str]:
        """The topological order; cycles are reported."""
        if self.in_order:
            return list(self.by_name)
        inputs = {name: draft.inputs for name, draft in self.by_name.items()}
        order, stuck = in_order(inputs)
        for cycle in cycles(inputs, stuck):
            self._report_cycle(cycle)
        self.broken |= stuck
        return order

    def _report_cycle(self, cycle: list[str]) -> None:
        shown = [*cycle, cycle[0]] if len(cycle) <= 6 else [*cycle[:4], "…", cycle[-1], cycle[0]]
        ring = " → ".join(name if name == "…" else quoted(name) for name in shown)
        several = len(cycle) > 1
        what = f"{len(cycle):,} nodes wait for each other" if several else "a node waits for itself"
        draft = self.by_name[cycle[0]]
        slot = draft.inputs.index(cycle[-1])
        message = f"{what} in a cycle: {ring}. A graph runs one way; cut one of these edges."
        self.report(draft, message, "inputs", slot, code="cycle")

    def infer(self, order: Iterable[str]) -> None:
        """Every shape and dtype, from those of the leaves on."""
        for name in order:
            draft = self.by_name[name]
            if self.broken and (name in self.broken or not self.broken.isdisjoint(draft.inputs)):
                self.broken.add(name)
            elif (op := _record(draft)) is not None:
                self._infer(draft, op)

    def _infer(self, draft: Draft, op: Op) -> None:
        if not self.weak.isdisjoint(draft.inputs):
            self._settle_weak(draft, op)
        kinds = [self.kinds[source] for source in draft.inputs]
        attrs = self.attrs[draft.name]
        use = (id(op), id(attrs), *map(id, kinds))
        if use in self._results:
            self.kinds[draft.name] = self._results[use]
            return
        shapes, dtypes = tuple(k.shape for k in kinds), tuple(k.dtype for k in kinds)
        try:
            known = self._kind(*op.result(shapes, dtypes, attrs))
        except Mismatch as error:
            read = what_it_reads([(s, k.shape) for s, k in zip(draft.inputs, kinds, strict=True)])
            message = f"node {quoted(draft.name)}: {error}" if draft.path else str(error)
            self.report(draft, message + read, "inputs", code="shape")
            return
        self._know(draft, known)
        if draft.name in self.kinds:
            self._results[use] = known

    def _settle_weak(self, draft: Draft, op: Op) -> None:
        """Give the numbers among the inputs the dtype of the others, as in NumPy's `0.5 * x`.

        Where elements are not combined one by one, a whole number may be a label, and stays one.
        """
        firm = [self.kinds[s].dtype for s in draft.inputs if s not in self.weak]
        for source in draft.inputs if firm else ():
            written = self.by_name[source]
            whole = isinstance(written.value, int)
            if source not in self.weak or (whole and not isinstance(op, Elementwise)):
                continue
            # A whole number beyond int64 can only be meant as a float.
            common = np.result_type(*firm, 1 if whole else 1.0)
            try:
                self.values[source] = leaf_array(written.value, written.op, common.name)
                self.kinds[source] = self._kind(self.kinds[source].shape, common)
            except BadValue as error:
                self.report(written, str(error), "value", code="value")

    def output(self, wanted: str | None) -> str:
        """The output's name: the wanted one, else the only node that nothing reads."""
        if wanted is not None:
            if self.by_name and wanted not in self.by_name:
                hint = self._near_node(wanted)
                message = f"the output {quoted(wanted)} is not a node.{hint}"
                self.findings.append(Finding(message, "unknown-name", ("output",)))
            return wanted
        read = {source for draft in self.by_name.values() for source in draft.inputs}
        sinks = [name for name in self.by_name if name not in read]
        if len(sinks) != 1 and not self.findings:
            message = f"which node is the output? Nothing reads {listed(sinks)}. Name one."
            self.findings.append(Finding(message, "output"))
        return sinks[0] if sinks else ""

    def total(self) -> None:
        """Note whether all values together are beyond the limit."""
        many = Counter(map(id, self.kinds.values()))
        total = sum(math.prod(k.shape) * k.dtype.itemsize * many[id(k)] for k in self._one.values())
        if total > self.limits.total_bytes:
            limit = f"the limit is {self.limits.total_bytes:,}"
            message = _too_big("the values of this graph", total, limit, "--max-total")
            self.too_big.append(Finding(message, "limit"))

    def built(self, order: Iterable[str]) -> dict[str, Node]:
        """The checked nodes; values that are described rather than given are made here."""
        by_name, kinds, attrs, given = self.by_name, self.kinds, self.attrs, self.values.get
        nodes: dict[str, Node] = {}
        for name in order:
            draft, kind = by_name[name], kinds[name]
            init, value = draft.init, given(name)
            if init is not None:
                value, init = init_array(init, kind.dtype), MappingProxyType(dict(init))
            nodes[name] = Node(
                name,
                _record(draft) or LEAVES[draft.op],
                tuple(draft.inputs),
                attrs[name],
                draft.group,
                kind.shape,
                kind.dtype,
                value,
                init,
                draft.place,
                draft.path,
                draft.span,
            )
        return nodes


def _record(draft: Draft) -> Op | None:
    """The record of the draft's op; None for a leaf, and for what is no op."""
    return draft.record or OPS.get(draft.op)


def _too_big(what: str, size: int, limit: str, option: str) -> str:
    needs = f"{what} would need {brief(f'{size:,}', 40)} bytes, {limit}. Nothing was computed."
    return f"{needs} If it is meant: {option} {size}." if size < 2**63 else needs
