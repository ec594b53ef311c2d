"""The check of a description: to the end, every problem noted, every shape and dtype inferred.

Nothing is computed here and no array is made but those that were written down; what is too big is
found out from the shapes. Reading a file into drafts is for `document`, the result for `graph`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from graphtui.errors import nearest
from graphtui.graph.findings import Finding, about
from graphtui.graph.inits import check_init, init_array
from graphtui.graph.look_alikes import twin_hint
from graphtui.graph.nodes import Draft, Limits, Node
from graphtui.graph.order import cycles, in_order
from graphtui.graph.values import MOST_AXES, BadValue, leaf_array
from graphtui.graph.wording import brief, listed, quoted, what_it_reads
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array, Shape
from graphtui.ops.op import DTYPES, LEAVES, DType, Elementwise, Mismatch, Op

_MOST_HINTS = 20

_NO_OP = (
    " `graphtui ops` lists them all. One that a description makes with define_op is known in "
    "Python only: open the .py file."
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found."""

    nodes: Mapping[str, Node]
    """In topological order; empty where something is wrong."""
    output: str
    findings: Sequence[Finding]
    """What is wrong in the description."""
    too_big: Sequence[Finding]
    """What is right, but beyond the limits."""


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
    built = {} if wrong else {name: walk.built(name) for name in order}
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
        self.shapes: dict[str, Shape] = {}
        self.dtypes: dict[str, DType] = {}
        self.values: dict[str, Array] = {}
        self.attrs: dict[str, Mapping[str, Any]] = {}
        self._rules: dict[tuple[Any, ...], tuple[Shape, DType]] = {}

    def report(
        self, draft: Draft, message: str, *part: str | int, code: str, key: bool = False
    ) -> None:
        """Note that `part` of `draft` is wrong."""
        self.broken.add(draft.name)
        self.findings.append(about(draft, message, *part, code=code, key=key))

    # Each node by itself

    def names(self) -> None:
        """Every node has a name of its own, and lies in groups that have names."""
        for draft in self.drafts:
            first = self.by_name.setdefault(draft.name, draft)
            if first is not draft:
                self.broken.add(draft.name)
                message = f"the name {quoted(draft.name)} is taken. Rename one of the two."
                finding = about(draft, message, "id", code="duplicate-name")
                self.findings.append(finding._replace(first=first))
            if not draft.name:
                self.report(draft, "a node needs a name, found ''.", "id", code="name")
            if draft.group and not all(draft.group.split("/")):
                message = f"the group {quoted(draft.group)} has a part without a name."
                self.report(draft, f"{message} Write it as 'outer/inner'.", "group", code="group")
            if not draft.sound:
                self.broken.add(draft.name)
        if not self.drafts and not self.findings:
            message = "there are no nodes. Describe at least one."
            self.findings.append(Finding(message, "empty", ("nodes",)))

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
                hint = self._hint(draft.op, (*OPS, *LEAVES)) or _NO_OP
                message = f"{quoted(draft.op)} is not an op.{hint}"
                self.report(draft, message, "op", code="unknown-op")

    def _op(self, draft: Draft, op: Op) -> None:
        for key in ("value", "init", "dtype", "shape"):
            if getattr(draft, key) is not None:
                message = f"{op.name} computes its {key}; only {', '.join(LEAVES)} are given one."
                self.report(draft, message, key, code="value", key=True)
        try:
            op.letters(len(draft.inputs))
        except Mismatch as error:
            self.report(draft, str(error), "inputs", code="arity")
        self.attrs[draft.name] = self._attrs(draft, op)

    def _attrs(self, draft: Draft, op: Op) -> Mapping[str, Any]:
        if not draft.attrs and not op.attrs:
            return {}
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
        self.attrs[draft.name] = {}
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
        self._know(draft, shape, dtype)

    def _know(self, draft: Draft, shape: Shape, dtype: DType) -> None:
        """Note the shape of a node's value, unless it is beyond what an array may be."""
        name = draft.name
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
            self.shapes[name], self.dtypes[name] = shape, dtype

    # The nodes together

    def references(self) -> None:
        """Every input names a node."""
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
            if name in self.broken or not self.broken.isdisjoint(draft.inputs):
                self.broken.add(name)
            elif (op := _record(draft)) is not None:
                self._infer(draft, op)

    def _infer(self, draft: Draft, op: Op) -> None:
        if any(self.by_name[source].weak for source in draft.inputs):
            self._settle_weak(draft, op)
        shapes = tuple([self.shapes[source] for source in draft.inputs])
        dtypes = tuple([self.dtypes[source] for source in draft.inputs])
        attrs = self.attrs[draft.name]
        rule = (op, shapes, dtypes)
        known = None if attrs else self._rules.get(rule)
        if known is None:
            try:
                known = op.result(shapes, dtypes, attrs)
            except Mismatch as error:
                read = what_it_reads([(source, self.shapes[source]) for source in draft.inputs])
                message = f"node {quoted(draft.name)}: {error}" if draft.path else str(error)
                self.report(draft, message + read, "inputs", code="shape")
                return
            if not attrs:
                self._rules[rule] = known
        self._know(draft, *known)

    def _settle_weak(self, draft: Draft, op: Op) -> None:
        """Give the numbers among the inputs the dtype of the others, as in NumPy's `0.5 * x`.

        Where elements are not combined one by one, a whole number may be a label, and stays one.
        """
        firm = [self.dtypes[s] for s in draft.inputs if not self.by_name[s].weak]
        for source in draft.inputs if firm else ():
            written = self.by_name[source]
            whole = isinstance(written.value, int)
            if not written.weak or (whole and not isinstance(op, Elementwise)):
                continue
            # A whole number beyond int64 can only be meant as a float.
            common = np.result_type(*firm, 1 if whole else 1.0)
            try:
                self.values[source] = leaf_array(written.value, written.op, common.name)
                self.dtypes[source] = common
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
        total = sum(math.prod(s) * self.dtypes[n].itemsize for n, s in self.shapes.items())
        if total > self.limits.total_bytes:
            limit = f"the limit is {self.limits.total_bytes:,}"
            message = _too_big("the values of this graph", total, limit, "--max-total")
            self.too_big.append(Finding(message, "limit"))

    def built(self, name: str) -> Node:
        """The checked node; a value that is described rather than given is made here."""
        draft = self.by_name[name]
        value = self.values.get(name)
        if draft.init is not None:
            value = init_array(draft.init, self.dtypes[name])
        attrs = self.attrs[name]
        return Node(
            name=name,
            op=_record(draft) or LEAVES[draft.op],
            inputs=tuple(draft.inputs),
            attrs=MappingProxyType(dict(attrs)) if attrs else _NONE,
            group=draft.group,
            shape=self.shapes[name],
            dtype=self.dtypes[name],
            value=value,
            init=None if draft.init is None else MappingProxyType(dict(draft.init)),
            source=draft.place,
            path=draft.path,
            span=draft.span,
        )


def _record(draft: Draft) -> Op | None:
    """The record of the draft's op; None for a leaf, and for what is no op."""
    return draft.record or OPS.get(draft.op)


def _too_big(what: str, size: int, limit: str, option: str) -> str:
    needs = f"{what} would need {brief(f'{size:,}', 40)} bytes, {limit}. Nothing was computed."
    return f"{needs} If it is meant: {option} {size}." if size < 2**63 else needs


_NONE: Mapping[str, Any] = MappingProxyType({})
