"""The JSON format: a document of plain dicts and lists, read into drafts.

The tables say what a document may hold; `schema` is made from them too. What the nodes mean
together is for `check`; writing one is for `written`, its text for `json_file`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from graphtui.errors import nearest
from graphtui.graph.expression.expansion import expand
from graphtui.graph.findings import Finding
from graphtui.graph.json.tokens import Path
from graphtui.graph.nodes import NOTHING, Draft
from graphtui.graph.values import MOST_AXES, WORDS
from graphtui.graph.wording import quoted
from graphtui.ops import OPS

FORMAT_VERSION = 1
"""The version that is written, and the newest that is read."""


class Key(NamedTuple):
    """What may stand under a key of a document or of a node."""

    types: tuple[type, ...]
    """Python's types of it; empty where anything may stand and is looked at later."""
    words: str
    """What it is, for a message: "'op' must be …"."""
    note: str
    """What it means."""


TOP_KEYS: Mapping[str, Key] = {
    "$schema": Key((str,), "text", "Where the schema of this format is; for editors."),
    "graphtui": Key((int,), "a whole number", "The version of the format."),
    "name": Key((str,), "text", "A title for people."),
    "nodes": Key((list, tuple), "a list of nodes", "The nodes, in any order."),
    "output": Key(
        (str,),
        "the id of a node",
        "The node that backward starts from; the only one that nothing reads may be left out.",
    ),
}

NODE_KEYS: Mapping[str, Key] = {
    "id": Key((str,), "text", "The name of the node, its own."),
    "op": Key((str,), "the name of an op", "The op that computes it, or the kind of leaf."),
    "inputs": Key((list, tuple), "a list of ids", "The nodes that the op reads."),
    "attrs": Key((dict, Mapping), "an object", "The attributes of the op."),
    "value": Key((), "a number or nested lists of numbers", "The value of a leaf."),
    "init": Key(
        (dict, Mapping), "an object", "How the value of a leaf is made, instead of 'value'."
    ),
    "dtype": Key((str,), "the name of a dtype", "The dtype of a leaf; float64 if left out."),
    "shape": Key(
        (list, tuple), "a list of whole numbers", "The shape of a leaf that has no elements."
    ),
    "group": Key((str,), "text", "The groups it lies in, outermost first, separated by '/'."),
    "expr": Key(
        (str,), "text", "An expression over other nodes, instead of 'op'; it becomes a group."
    ),
}

_PLAIN: Mapping[str, frozenset[type]] = {
    "id": frozenset({str}),
    "op": frozenset({str}),
    "inputs": frozenset({list}),
    "attrs": frozenset({dict}),
    "value": frozenset({int, float, bool, str, list, dict}),
    "init": frozenset({dict}),
    "dtype": frozenset({str}),
    "group": frozenset({str}),
}
"""The keys of nearly every node, and the types under them of which nothing is to be said here."""

EXPRESSION_KEYS = ("id", "expr", "group")
"""What a node that is an expression may hold."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says, and what is wrong with how it says it."""

    drafts: list[Draft] = field(default_factory=list)
    output: str | None = None
    name: str = ""
    findings: list[Finding] = field(default_factory=list)


def read(document: Any) -> Reading:
    """The drafts of a document in the JSON format, and every problem of its form.

    Nothing more can be said about a document of a newer version.
    """
    if not isinstance(document, Mapping):
        found = _words(document)
        message = f'a description is an object with "nodes", found {found}.'
        return Reading(findings=[Finding(message, "type")])
    version = document.get("graphtui", FORMAT_VERSION)
    if type(version) is int and version > FORMAT_VERSION:
        message = (
            f"this file is version {version}; this program reads {FORMAT_VERSION}. "
            "Install a newer graphtui."
        )
        return Reading(findings=[Finding(message, "version", ("graphtui",))])
    reader = _Reader(document)
    reader.read()
    output, name = document.get("output"), document.get("name")
    wanted = output if isinstance(output, str) else None
    return Reading(reader.drafts, wanted, _text(name), reader.findings)


class _Reader:
    """One walk over a document; each node becomes a draft, if only to lend its name."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.drafts: list[Draft] = []
        self.findings: list[Finding] = []
        self._document = document

    @cached_property
    def ids(self) -> dict[str, None]:
        """The names that an expression may read: all that are written, and those it makes."""
        nodes = [entry for entry in self._document["nodes"] if isinstance(entry, Mapping)]
        return dict.fromkeys(n["id"] for n in nodes if isinstance(n.get("id"), str))

    def read(self) -> None:
        """Read all of it."""
        document = self._document
        self._keys(document, TOP_KEYS, ())
        version = document.get("graphtui", FORMAT_VERSION)
        if type(version) is int and version != FORMAT_VERSION:
            message = f"there is no version {version} of the format; write {FORMAT_VERSION}."
            self._find(message, "version", "graphtui")
        entries = document.get("nodes")
        if "nodes" not in document and not self._misspelt(document, TOP_KEYS, "nodes"):
            message = 'the list of nodes is missing. Write "nodes": [ … ].'
            self._find(message, "missing-key")
        if not isinstance(entries, (list, tuple)):
            return
        for index, entry in enumerate(entries):
            if _is_plain(entry):
                self.drafts.append(_plain_draft(entry, ("nodes", index)))
            else:
                self._entry(("nodes", index), entry)

    def _find(self, message: str, code: str, *path: str | int, key: bool = False) -> None:
        self.findings.append(Finding(message, code, path, key))

    def _entry(self, path: Path, entry: Any) -> None:
        if not isinstance(entry, Mapping):
            example = '{"id": "f", "op": "exp", "inputs": ["x"]}'
            message = f"a node is an object such as {example}, found {_words(entry)}."
            self._find(message, "type", *path)
            return
        before = len(self.findings)
        self._keys(entry, NODE_KEYS, path)
        kind = "expr" if "expr" in entry else "op"
        for key in ("id", kind):
            if key not in entry and not self._misspelt(entry, NODE_KEYS, key):
                hint = " or an 'expr'" if key == "op" else ""
                self._find(f"a node needs an '{key}'{hint}.", "missing-key", *path)
        if kind == "expr":
            self._only_expression(entry, path)
        sound = len(self.findings) == before
        if kind == "expr" and sound:
            self._expression(entry, path)
        elif isinstance(entry.get("id"), str):
            self.drafts.append(self._draft(entry, path, before))

    def _draft(self, entry: Mapping[str, Any], path: Path, before: int) -> Draft:
        inputs = self._inputs(entry.get("inputs", ()), path)
        shape = self._shape(entry, path)
        if entry.get("value", 0) is None:
            message = "null stands where a number is expected."
            self._find(message, "value", *path, "value")
        op = _text(entry.get("op"))
        sound = len(self.findings) == before
        return Draft(
            name=entry["id"],
            op=op,
            inputs=inputs,
            attrs=_attrs(op, entry.get("attrs", {})) if sound else {},
            group=_text(entry.get("group")),
            value=entry.get("value"),
            init=entry.get("init"),
            dtype=entry.get("dtype"),
            path=path,
            shape=shape,
            sound=sound,
        )

    def _inputs(self, written: Any, path: Path) -> tuple[str, ...]:
        if not isinstance(written, (list, tuple)):
            return ()
        for slot, source in enumerate(written):
            if not isinstance(source, str):
                found = _words(source)
                message = f"an input is the id of a node in quotation marks, found {found}."
                self._find(message, "type", *path, "inputs", slot)
        return tuple(source for source in written if isinstance(source, str))

    def _shape(self, entry: Mapping[str, Any], path: Path) -> tuple[int, ...] | None:
        written = entry.get("shape")
        if not isinstance(written, (list, tuple)):
            return None
        if len(written) > MOST_AXES:
            message = f"'shape' has {len(written):,} axes; {MOST_AXES} is the most."
            self._find(message, "value", *path, "shape")
        for axis, size in enumerate(written):
            if type(size) is not int or not 0 <= size < 2**63:
                message = f"a size is a whole number from 0 up, found {_words(size)}."
                self._find(message, "value", *path, "shape", axis)
        return tuple(written)

    # Keys

    def _keys(self, entry: Mapping[str, Any], known: Mapping[str, Key], path: Path) -> None:
        """Every key is known, and what stands under it is of its type."""
        for name, value in entry.items():
            if name not in known:
                has = ", ".join(known)
                what = "a node" if path else "a description"
                hint = nearest(str(name), known) if len(self.findings) < 20 else ""
                message = f"{what} has no key {quoted(str(name))} (it may have: {has}).{hint}"
                self._find(message, "unknown-key", *path, str(name), key=True)
                continue
            types = known[name].types
            if types and (not isinstance(value, types) or isinstance(value, bool)):
                advice = f' Write ["{value}"].' if name == "inputs" and _is_id(value) else ""
                message = f"'{name}' must be {known[name].words}, found {_words(value)}.{advice}"
                self._find(message, "type", *path, name)

    def _misspelt(self, entry: Mapping[str, Any], known: Mapping[str, Key], wanted: str) -> bool:
        """Whether `wanted` is what an unknown key, which was reported, was meant to be."""
        strange = [str(name) for name in entry if name not in known]
        return any(f"'{wanted}'" in nearest(name, known) for name in strange[:20])

    # Expressions

    def _only_expression(self, entry: Mapping[str, Any], path: Path) -> None:
        for key in entry:
            if key in NODE_KEYS and key not in EXPRESSION_KEYS:
                message = f"'{key}' does not go with 'expr'. Leave one of them out."
                self._find(message, "unknown-key", *path, key, key=True)

    def _expression(self, entry: Mapping[str, Any], path: Path) -> None:
        """The nodes of an expression, in a group that is named after it if there are several."""
        name, outer, here = entry["id"], entry.get("group", ""), (*path, "expr")
        expansion = expand(entry["expr"], name, self.ids, prefix=f"{name}/")
        for trouble in expansion.troubles:
            span = (trouble.start, trouble.end)
            self.findings.append(Finding(trouble.message, trouble.code, here, span=span))
        if expansion.troubles:
            self.drafts.append(Draft(name, "", path=path, sound=False))
            return
        group = name if not outer or name.startswith(f"{outer}/") else f"{outer}/{name}"
        if len(expansion.drafts) == 1:
            group = outer
        for draft in expansion.drafts:
            self.ids.setdefault(draft.name)
            self.drafts.append(draft._replace(group=group, path=here))


def _is_plain(entry: Any) -> bool:
    """Whether a node is written as most are, so that there is nothing to say about its form."""
    if type(entry) is not dict or "id" not in entry or "op" not in entry:
        return False
    for key, value in entry.items():
        if key not in _PLAIN or type(value) not in _PLAIN[key]:
            return False
    inputs = entry.get("inputs")
    return not inputs or set(map(type, inputs)) == {str}


def _plain_draft(entry: Mapping[str, Any], path: Path) -> Draft:
    op, written = entry["op"], entry.get
    return Draft(
        entry["id"],
        op,
        tuple(written("inputs", ())),
        _attrs(op, entry["attrs"]) if "attrs" in entry else NOTHING,
        written("group", ""),
        written("value"),
        written("init"),
        written("dtype"),
        None,
        path,
    )


def _attrs(op: str, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The attributes, "nan" and "inf" being numbers where the op wants a number."""
    if str not in map(type, attrs.values()):
        return attrs
    kinds = {name: a.kind for name, a in OPS[op].attrs.items()} if op in OPS else {}
    return {
        name: WORDS[value]
        if kinds.get(name) in ("float", "bound") and isinstance(value, str) and value in WORDS
        else value
        for name, value in attrs.items()
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) < 40 and '"' not in value


def _words(value: Any) -> str:
    """What was found, in JSON's words.

    >>> _words([1, 2]), _words(True), _words("x"), _words(2.5)
    ('a list', 'true', "the text 'x'", 'the number 2.5')
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    if isinstance(value, (int, float)):
        return f"the number {value!r:.40}"
    return "an object" if isinstance(value, Mapping) else "a list"
