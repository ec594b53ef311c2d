"""The JSON Schema of the format, made from the tables that loading itself reads.

A schema sees one node at a time: names that do not resolve, cycles and shapes are for `check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphtui.graph.document import EXPRESSION_KEYS, FORMAT_VERSION, NODE_KEYS, TOP_KEYS
from graphtui.graph.inits import INITS
from graphtui.graph.values import MOST_AXES, WORDS
from graphtui.ops import OPS
from graphtui.ops.op import ATTRIBUTE_SCHEMAS, DTYPES, LEAVES, Op

Schema = dict[str, Any]

_NUMBER: Schema = {"anyOf": [{"type": "number"}, {"enum": list(WORDS)}]}
_SIZES: Schema = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0},
    "maxItems": MOST_AXES,
}
_GIVEN = ("value", "init", "dtype", "shape")
"""What only a leaf may hold."""


def json_schema() -> Schema:
    """The schema, draft 2020-12: every node key, every op with its inputs and attributes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "graphtui graph",
        "description": "A computational graph, for the graphtui debugger.",
        "type": "object",
        "properties": {key: _top(key) for key in TOP_KEYS},
        "required": ["nodes"],
        "additionalProperties": False,
        "$defs": {
            "node": _node(),
            "numbers": _nested(_NUMBER, "numbers"),
            "truths": _nested({"type": "boolean"}, "truths"),
            "init": _init(),
        },
    }


def _top(key: str) -> Schema:
    schemas: Mapping[str, Schema] = {
        "graphtui": {"const": FORMAT_VERSION},
        "nodes": {"type": "array", "items": {"$ref": "#/$defs/node"}, "minItems": 1},
        "output": {"type": "string", "minLength": 1},
    }
    return {"description": TOP_KEYS[key].note, **schemas.get(key, {"type": "string"})}


def _node() -> Schema:
    others = [key for key in NODE_KEYS if key not in EXPRESSION_KEYS]
    return {
        "type": "object",
        "properties": {key: _key(key) for key in NODE_KEYS},
        "required": ["id"],
        "additionalProperties": False,
        "if": {"required": ["expr"]},
        "then": {"properties": dict.fromkeys(others, False)},
        "else": {"required": ["op"]},
        "allOf": [
            *(_case(op.name, _op(op)) for op in OPS.values()),
            *(_case(name, _leaf(name)) for name in LEAVES),
        ],
    }


def _key(key: str) -> Schema:
    schemas: Mapping[str, Schema] = {
        "id": {"type": "string", "minLength": 1},
        "op": {"enum": [*LEAVES, *OPS]},
        "inputs": {"type": "array", "items": {"type": "string"}},
        "attrs": {"type": "object"},
        "value": {},
        "init": {"$ref": "#/$defs/init"},
        "dtype": {"enum": list(DTYPES)},
        "shape": _SIZES,
        "group": {"type": "string", "pattern": "^([^/]+(/[^/]+)*)?$"},
        "expr": {"type": "string", "minLength": 1},
    }
    return {"description": NODE_KEYS[key].note, **schemas[key]}


def _case(op: str, then: Schema) -> Schema:
    """`then` for the nodes whose op is `op`."""
    return {"if": {"properties": {"op": {"const": op}}, "required": ["op"]}, "then": then}


def _op(op: Op) -> Schema:
    count: Schema = {"minItems": 1 if op.variadic else len(op.inputs)}
    if not op.variadic:
        count["maxItems"] = len(op.inputs)
    required = [name for name, attribute in op.attrs.items() if attribute.required]
    attrs: Schema = {
        "properties": {name: _attribute(op, name) for name in op.attrs},
        "additionalProperties": False,
        "required": required,
    }
    return {
        "description": op.note,
        "properties": {"inputs": count, "attrs": attrs, **dict.fromkeys(_GIVEN, False)},
        "required": ["inputs", "attrs"] if required else ["inputs"],
    }


def _attribute(op: Op, name: str) -> Schema:
    attribute = op.attrs[name]
    schema = ATTRIBUTE_SCHEMAS[attribute.kind]
    if attribute.kind in ("float", "bound"):
        schema = {"anyOf": [schema, {"enum": list(WORDS)}]}
    described = {"description": attribute.note} if attribute.note else {}
    default = {} if attribute.required else {"default": _plain(attribute.default)}
    return {**described, **schema, **default}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _leaf(name: str) -> Schema:
    numbers = {"properties": {"value": {"$ref": "#/$defs/numbers"}}}
    truths = {"properties": {"value": {"$ref": "#/$defs/truths"}}}
    either = {"anyOf": [numbers, truths]}
    is_truth = {"properties": {"dtype": {"const": "bool"}}, "required": ["dtype"]}
    leaf: Schema = {
        "description": LEAVES[name].note,
        "properties": {"inputs": {"maxItems": 0}, "attrs": {"maxProperties": 0}},
        "oneOf": [{"required": ["value"]}, {"required": ["init"]}],
    }
    if name == "constant":
        return leaf | either
    return leaf | {"if": is_truth, "then": either, "else": numbers}


def _nested(element: Schema, name: str) -> Schema:
    """`element`, or lists of lists of it."""
    items = {"$ref": f"#/$defs/{name}"}
    return {"anyOf": [element, {"type": "array", "items": items}]}


def _init() -> Schema:
    return {
        "type": "object",
        "properties": {kind: _settings(kind) for kind in INITS},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _settings(kind: str) -> Schema:
    known = INITS[kind][1]
    seed = {"type": "integer", "minimum": 0}
    return {
        "type": "object",
        "properties": {
            "shape": _SIZES,
            **{name: seed if name == "seed" else _NUMBER for name in known},
        },
        "required": [name for name, default in known.items() if default is None],
        "additionalProperties": False,
    }
