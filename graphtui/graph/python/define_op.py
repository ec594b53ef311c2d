"""Ops of the user's own: two functions of a program become the record of an op.

Here they are read. `local_op` calls them, `remote_op` those of a file that runs in a worker; what
their results must be is said in `ops.user_op`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from graphtui.graph.python.build import function_of
from graphtui.graph.python.local_op import Backward, Function, LocalFunctions
from graphtui.graph.python.refusal import refuse
from graphtui.graph.python.tensor import Tensor
from graphtui.graph.wording import brief
from graphtui.ops import OPS
from graphtui.ops.attribute import Attribute
from graphtui.ops.mismatch import Mismatch
from graphtui.ops.op import LEAVES
from graphtui.ops.user_op import own_attribute, user_op


def define_op(
    name: str,
    forward: Function,
    vjp: Function | Sequence[Function | None] | None = None,
    *,
    shape: Function | None = None,
) -> Callable[..., Tensor]:
    """An op of your own: a function that takes described values, as those of `graphtui` do.

        cube = define_op(
            "cube",
            forward=lambda x: x**3,
            vjp=lambda upstream, y, x: 3 * x**2 * upstream,
        )
        y = cube(x)

    It is stepped, watched and checked as any other op; `gradcheck` names the element where the vjp
    is wrong. In a file that `graphtui` opens, both functions run in the file's own process: what
    they raise, a crash and an endless loop are faults at the node. They are called more often than
    once: forward when the op is used, to find out what it gives, and the vjp with unit vectors, to
    find out what the Jacobian looks like.

    >>> from graphtui.graph.python.build import input
    >>> double = define_op("double", lambda x: 2 * x, lambda upstream, y, x: 2 * upstream)
    >>> double(input([1.0, 5.0]))
    <Tensor double (2,) float64>

    Args:
        name: what it is called on screen; no op of graphtui has that name.
        forward: `forward(*arrays, **attributes)` gives a new array. Its parameters without a
            default are the inputs, `*xs` being one or more; the others are attributes: numbers,
            text, True, False, None and tuples of these. The arrays are read-only.
        vjp: `vjp(upstream, y, *arrays, **attributes)` gives the gradient of each input, of that
            input's shape: one array if there is one input, else a tuple. None in it means that no
            gradient flows, so that the input receives 0. Of the attributes it gets those that it
            names. Or a tuple with such a function for each input, None for one that backward shall
            not go to at all. Without a vjp, or where it raises NotImplementedError, the gradient is
            measured by differences of forward, and marked as numeric.
        shape: `shape(*shapes, **attributes)` gives the shape of the result, which is floating then.
            Without it, forward is called once, when the op is used, with made-up numbers of the
            inputs' shapes: floats between 0.5 and 1.5, whole numbers 0.

    Raises:
        DescriptionError: the name is taken, or the functions cannot be called like this.
    """
    _check_name(name)
    if not callable(forward):
        refuse(f"define_op '{name}': forward must be a function, got {brief(repr(forward))}.")
    inputs, attrs = _parameters(name, forward)
    backward = _read_vjp(name, vjp, inputs, attrs)
    flows = tuple(each is not None for each in backward.each) or (True,) * len(inputs)
    functions = LocalFunctions(name, inputs, forward, backward, shape)
    op = user_op(
        name=name,
        inputs=inputs,
        attrs=attrs,
        functions=functions,
        backward=backward.name,
        differentiable=flows,
    )
    return function_of(op)


# Reading the functions --------------------------------------------------------------------------


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name.isidentifier():
        refuse(f"an op is called by one word, such as 'my_op', got {brief(repr(name))}.")
    if name in OPS or name in LEAVES:
        refuse(f"define_op: graphtui has an op called '{name}'. Choose a name such as 'my_{name}'.")


def _parameters(name: str, forward: Function) -> tuple[tuple[str, ...], Mapping[str, Attribute]]:
    """The inputs and the attributes that a forward takes, by its signature."""
    if isinstance(forward, np.ufunc):
        return ("x",) if forward.nin == 1 else tuple("abcd"[: forward.nin]), {}
    inputs: list[str] = []
    attrs: dict[str, Attribute] = {}
    for each in _signature(name, "forward", forward).parameters.values():
        if each.kind is each.VAR_POSITIONAL:
            inputs.append(f"*{each.name}")
        elif each.kind is each.VAR_KEYWORD:
            continue
        elif each.default is each.empty and each.kind is not each.KEYWORD_ONLY:
            inputs.append(each.name)
        elif each.name == "name":
            refuse(f"define_op '{name}': 'name' names a node. Call that attribute something else.")
        elif (attribute := _attribute(each)) is not None:
            attrs[each.name] = attribute
    if not inputs:
        refuse(f"define_op '{name}': forward takes no input. Give it a parameter: forward(x).")
    if any(letter.startswith("*") for letter in inputs) and len(inputs) > 1:
        refuse(f"define_op '{name}': forward takes either some inputs or *{inputs[-1].strip('*')}.")
    return tuple(inputs), attrs


def _attribute(parameter: inspect.Parameter) -> Attribute | None:
    """The attribute that a parameter is; None where its default is nothing plain, and so stays."""
    if parameter.default is parameter.empty:
        return own_attribute(required=True)
    if parameter.kind is parameter.POSITIONAL_ONLY:
        return None
    try:
        return own_attribute(parameter.default)
    except Mismatch:
        return None


def _signature(name: str, what: str, function: Function) -> inspect.Signature:
    try:
        return inspect.signature(function)
    except (ValueError, TypeError):
        message = f"Python does not say what {brief(repr(function))} takes."
        refuse(f"define_op '{name}', {what}: {message} Wrap it: lambda x: …")


def _read_vjp(
    name: str,
    vjp: Function | Sequence[Function | None] | None,
    inputs: tuple[str, ...],
    attrs: Mapping[str, Attribute],
) -> Backward:
    if vjp is None:
        return Backward()
    several = tuple(vjp) if isinstance(vjp, (tuple, list)) else ()
    if several and (len(several) != len(inputs) or inputs[0].startswith("*")):
        refuse(
            f"define_op '{name}': the vjp is a tuple of {len(several)} for the inputs "
            f"({', '.join(inputs)}). Give a function for each, or one for all."
        )
    functions = [each for each in several or (vjp,) if each is not None]
    for each in functions:
        if not callable(each):
            refuse(f"define_op '{name}': vjp must be a function, got {brief(repr(each))}.")
    called = {id(each): _named_attrs(name, each, inputs, attrs) for each in functions}
    title = "vjp" if several else getattr(vjp, "__name__", "")
    title = title if title.isidentifier() else "vjp"
    return Backward(None if several else vjp, several, called, title)  # type: ignore[arg-type]


def _named_attrs(
    name: str, vjp: Function, inputs: tuple[str, ...], attrs: Mapping[str, Attribute]
) -> frozenset[str]:
    """The attributes that a vjp names; refused if it cannot be called as it is going to be."""
    signature = _signature(name, "vjp", vjp)
    named = set(attrs)
    if not any(each.kind is each.VAR_KEYWORD for each in signature.parameters.values()):
        named &= set(signature.parameters)
    try:
        signature.bind(*["upstream", "y", *inputs], **dict.fromkeys(named))
    except TypeError as error:
        listed = ", ".join(["upstream", "y", *inputs])
        refuse(
            f"define_op '{name}': the vjp takes {signature}, but it is called as vjp({listed}): "
            f"{error}. Let it take what comes from the loss, the result, and every input."
        )
    return frozenset(named)
