"""What an order comes to at the cursor: the edit, in numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graphtui.debugger.edits.edit_text import Order, What
from graphtui.debugger.edits.edits import Edit, check_shape, fitted
from graphtui.debugger.expressions.expression import Expression
from graphtui.debugger.expressions.reading import folded
from graphtui.debugger.snapshot import Snapshot
from graphtui.engine.plan import Phase
from graphtui.errors import CommandError
from graphtui.graph.wording import counted, quoted
from graphtui.ops.key import keyed_shape, parse_key
from graphtui.ops.linear_map import Array
from graphtui.ops.mismatch import Mismatch

_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


def edit_at(order: Order, snapshot: Snapshot) -> Edit:
    """What is ordered, at the cursor.

    Raises:
        CommandError: what is to be changed, or something that the expression reads, is not there
            yet; or what the expression comes to does not fit.
    """
    if order.what is What.ATTRIBUTE:
        new = _attribute(order, snapshot)
        return Edit(order.what, order.node, new, attr=order.attr)
    assert order.right is not None, "only an attribute is a literal"
    node = snapshot.graph.nodes[order.node or _sender(snapshot)]
    edit = Edit(order.what, node.name, None, order.key)
    old = old_of(edit, snapshot)
    new = _evaluated(order.right, snapshot)
    if order.sign:
        new = _joined(order.sign, old, new, edit.target)
    return Edit(order.what, node.name, fitted(new, node.dtype, old.shape, edit.target), order.key)


def _joined(sign: str, old: Array, new: Array, called: str) -> Array:
    """Old and new joined by the sign, which never has another shape than the old one.

    Whole numbers do not go round: one that leaves their range is refused like any that is too long.
    """
    check_shape(new.shape, old.shape, called)
    if old.dtype.kind == "b":
        raise CommandError(f"only numbers are joined by {sign}=, and {called} is true or false.")
    with np.errstate(all="ignore"):
        found = np.asarray(_SIGNS[sign](old, new))
    if found.dtype.kind == "i":
        exact = np.asarray(_SIGNS[sign](old.astype(object), new.astype(object)))
        if not np.array_equal(exact, found):
            limits = np.iinfo(found.dtype)
            beyond = f"{limits.min:,} to {limits.max:,}"
            raise CommandError(f"{called} is {old.dtype}, and {sign}= goes beyond {beyond}.")
    return found


def old_of(edit: Edit, snapshot: Snapshot) -> Array:
    """What the edit changes, as it is at the cursor; the elements that it picks.

    Raises:
        CommandError: it is not there yet, or never, or the key picks nothing.
    """
    gradient = edit.what is What.GRADIENT
    whole = _gradient(edit.node, snapshot) if gradient else _value(edit.node, snapshot)
    if not edit.key:
        return whole
    try:
        keyed_shape(parse_key(edit.key), whole.shape)
    except Mismatch as error:
        raise CommandError(f"set '{edit.target}': {error}") from None
    return np.asarray(whole[parse_key(edit.key)])


def _attribute(order: Order, snapshot: Snapshot) -> Any:
    if not order.sign:
        return order.literal
    old = snapshot.graph.nodes[order.node].attrs[order.attr]
    for each in (old, order.literal):
        if isinstance(each, bool) or not isinstance(each, int | float):
            message = f"only numbers are joined by {order.sign}=, and one side is {each!r}."
            raise CommandError(f"set '{order.text}': {message}")
    return folded(order.sign, (old, order.literal)).value


def _evaluated(expression: Expression, snapshot: Snapshot) -> Array:
    result = expression.evaluate(snapshot)
    if result is None:
        raise CommandError(
            f"'{expression.text}' has no value yet at step {snapshot.cursor}: something that it "
            f"reads has not come."
        )
    return np.asarray(result)


def _sender(snapshot: Snapshot) -> str:
    """The node of the backward step just done."""
    step = snapshot.step
    if step is None or step.phase is not Phase.BACKWARD:
        raise CommandError(
            "upstream is what the backward step just done has passed on, and the cursor is not "
            "behind one. Go on to one, or set grad(x)."
        )
    return step.node


def _value(name: str, snapshot: Snapshot) -> Array:
    value = snapshot.value(name)
    if value is None:
        step = snapshot.run.plan.forward_step[name]
        raise CommandError(f"{quoted(name)} has no value yet. Go there first: seek {step}")
    return value


def _gradient(name: str, snapshot: Snapshot) -> Array:
    run, graph = snapshot.run, snapshot.graph
    if not run.plan.seed_step:
        raise CommandError("there is no backward pass, so there are no gradients to set.")
    if name not in run.plan.backward_step:
        raise CommandError(f"no gradient passes through {quoted(name)}, so there is none to set.")
    gradient = snapshot.gradient(name)
    if gradient is not None and snapshot.complete(name):
        return gradient
    step = run.plan.seed_step if name == graph.output else run.plan.backward_step[name] - 1
    arrived, expected = snapshot.arrived(name), snapshot.expected(name)
    how_far = "has not come yet"
    if arrived:
        how_far = f"is not whole: {arrived} of {counted(expected, 'contribution')} have come"
    raise CommandError(f"the gradient of {quoted(name)} {how_far}. Go there first: seek {step}")
