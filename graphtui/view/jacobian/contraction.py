"""What a pullback really computes, with shapes, and where its transpose comes from.

The Jacobian's transpose times upstream is never computed as such: each kind of map has a short way,
which is said here in the names of the nodes. How the matrix looks is for `picture`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import NamedTuple

from graphtui.ops.linear_map import Diagonal, Identity, LinearMap, Shape
from graphtui.ops.matmul_maps import MatmulLeft, MatmulRight, MatmulSide
from graphtui.ops.moving_maps import Permutation, Placement, Selection
from graphtui.ops.probed_map import ProbedMap
from graphtui.ops.summing_maps import DiagonalMinusOuter, Reduction
from graphtui.view.text.numbers import shape_text


class Names(NamedTuple):
    """What the arrays of an edge are called; already safe."""

    output: str
    source: str
    other: str = "the other"
    """The other operand of a product."""


class Contraction(NamedTuple):
    """A pullback in words."""

    formula: str
    """Such as `dX = dY · Wᵀ`."""
    shapes: str
    """Such as `(64,10)·(10,100) → (64,100)`."""
    why: str
    """Where the transpose of the Jacobian is in it."""


def contraction(local: LinearMap, names: Names) -> Contraction:
    """What the map's pullback computes.

    >>> from graphtui.ops.matmul_maps import matmul_sides
    >>> import numpy as np
    >>> left, right = matmul_sides(np.ones((64, 100)), np.ones((100, 10)), (64, 10))
    >>> contraction(left, Names("Y", "X", "W"))[:2]
    ('dX = dY · Wᵀ', '(64,10)·(10,100) → (64,100)')
    >>> contraction(right, Names("Y", "W", "X"))[:2]
    ('dW = Xᵀ · dY', '(100,64)·(64,10) → (100,10)')
    """
    formula, shapes, why = _said(local, names)
    axes = local.summed_axes
    if axes and not isinstance(local, Reduction):
        formula += f", summed over {_axes(axes)}"
        why += " What was repeated is summed: the transpose of repeating is summing."
    return Contraction(formula, f"{shapes} → {tight(local.input_shape)}", why)


def tight(shape: Shape) -> str:
    """A shape without blanks.

    >>> tight((64, 10)), tight((3,)), tight(())
    ('(64,10)', '(3,)', 'scalar')
    """
    return shape_text(shape).replace(" ", "")


def _axes(axes: Sequence[int]) -> str:
    return f"{'axis' if len(axes) == 1 else 'axes'} {', '.join(map(str, axes))}"


@singledispatch
def _said(local: LinearMap, names: Names) -> Contraction:
    """A kind that says nothing about itself: the definition."""
    return Contraction(
        f"d{names.source} = Jᵀ · d{names.output}",
        tight(local.output_shape),
        "Each element of the input receives from every output that it has an entry for: that is a "
        "column of J, so a row of Jᵀ.",
    )


@_said.register
def _(local: ProbedMap, names: Names) -> Contraction:
    found = _said.dispatch(LinearMap)(local, names)
    how = "measured by differences" if local.numeric else "by the op's own vjp"
    return Contraction(f"{found.formula}, {how}", *found[1:])


@_said.register
def _(local: Identity, names: Names) -> Contraction:
    shaped = "" if local.output_shape == local.input_shape else ", in the input's shape"
    return Contraction(
        f"d{names.source} = d{names.output}{shaped}",
        tight(local.output_shape),
        "The unit matrix is its own transpose.",
    )


@_said.register
def _(local: Diagonal, names: Names) -> Contraction:
    return Contraction(
        f"d{names.source} = d{names.output} ∘ ∂{names.output}/∂{names.source}",
        tight(local.output_shape),
        "Element by element: each output has one entry, in its own input's column."
        if local.summed_axes
        else "Element by element: a diagonal matrix is its own transpose.",
    )


@_said.register
def _(local: MatmulLeft, names: Names) -> Contraction:
    y, x, w = names
    return Contraction(
        f"d{x} = d{y} · {w}ᵀ",
        _product(local.output_matrix, _turned(local.other.shape)),
        f"{y}[i, j] = Σₖ {x}[i, k] {w}[k, j]. So {x}[i, k] counts in every {y}[i, j], {w}[k, j] "
        f"times: d{x}[i, k] = Σⱼ d{y}[i, j] {w}[k, j]. A sum over the columns of {w} is a product "
        f"with {w}ᵀ.",
    )


@_said.register
def _(local: MatmulRight, names: Names) -> Contraction:
    y, w, x = names
    return Contraction(
        f"d{w} = {x}ᵀ · d{y}",
        _product(_turned(local.other.shape), local.output_matrix),
        f"{y}[i, j] = Σₖ {x}[i, k] {w}[k, j]. So {w}[k, j] counts in every {y}[i, j], {x}[i, k] "
        f"times: d{w}[k, j] = Σᵢ {x}[i, k] d{y}[i, j]. A sum over the rows of {x} is a product "
        f"with {x}ᵀ.",
    )


def _turned(shape: Shape) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2])


def _product(first: Shape, second: Shape) -> str:
    return f"{tight(first)}·{tight(second)}"


@_said.register
def _(local: Permutation, names: Names) -> Contraction:
    return Contraction(
        f"d{names.source} = d{names.output}, its axes moved back",
        tight(local.output_shape),
        "The transpose of a permutation undoes it.",
    )


@_said.register
def _(local: Selection, names: Names) -> Contraction:
    return Contraction(
        f"d{names.source} = 0, but d{names.output} where it was picked",
        tight(local.output_shape),
        "The transpose of picking is putting back; what was picked twice receives twice.",
    )


@_said.register
def _(local: Placement, names: Names) -> Contraction:
    return Contraction(
        f"d{names.source} = the part of d{names.output} where it was put",
        tight(local.output_shape),
        "The transpose of putting is picking.",
    )


@_said.register
def _(local: Reduction, names: Names) -> Contraction:
    plain = isinstance(local.weights, float) and local.weights == 1.0
    times = "" if plain else f" ∘ ∂{names.output}/∂{names.source}"
    over = f", repeated over {_axes(local.axes)}" if local.axes else ""
    return Contraction(
        f"d{names.source} = d{names.output}{over}{times}",
        tight(local.output_shape),
        "The transpose of summing is repeating: every element of the sum receives the same.",
    )


@_said.register
def _(local: DiagonalMinusOuter, names: Names) -> Contraction:
    return Contraction(
        f"d{names.source} = d ∘ d{names.output} - r Σ(l ∘ d{names.output}) over axis {local.axis}",
        tight(local.output_shape),
        "J = diag(d) - l rᵀ, so Jᵀ = diag(d) - r lᵀ: along that axis one dot product for all.",
    )


def other_name(local: LinearMap, inputs: Sequence[str], slot: int) -> str:
    """Which of a node's inputs is the other operand; "" where the map has none."""
    if not isinstance(local, MatmulSide) or len(inputs) != 2:
        return ""
    return inputs[1 - slot]
