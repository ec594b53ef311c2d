"""What the pullback of each kind of map computes: formula, shapes, and where the transpose is.

What holds for every kind, and what arrays are called, is for `contraction`; layers that slide or
normalise are for `layer_pullbacks`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import singledispatch
from typing import NamedTuple

import numpy as np

from graphtui.ops.linear_map import Diagonal, Identity, LinearMap, Shape
from graphtui.ops.matmul_maps import MatmulLeft, MatmulRight, MatmulSide
from graphtui.ops.moving_maps import Permutation, Placement, Selection
from graphtui.ops.probed_map import ProbedMap
from graphtui.ops.summing_maps import DiagonalMinusOuter, Reduction
from graphtui.view.text.numbers import number, shape_text


class Names(NamedTuple):
    """What the arrays of an edge are called; already safe."""

    output: str
    source: str
    other: str = "the other"
    """The other operand of a product."""
    turned: str = ""
    """What that is the transpose of; "" where it is none."""


class Contraction(NamedTuple):
    """A pullback in words."""

    formula: str
    """Such as `dX = dY · Wᵀ`."""
    shapes: str
    """Such as `(64,10)·(10,100) → (64,100)`."""
    why: str
    """Where the transpose of the Jacobian is in it."""


def tight(shape: Shape) -> str:
    """A shape without blanks.

    >>> tight((64, 10)), tight((3,)), tight(())
    ('(64,10)', '(3,)', 'scalar')
    """
    return shape_text(shape).replace(" ", "")


def axes_text(axes: Sequence[int]) -> str:
    """`axis 0`, or `axes 0, 2`."""
    return f"{'axis' if len(axes) == 1 else 'axes'} {', '.join(map(str, axes))}"


@singledispatch
def said(local: LinearMap, names: Names) -> Contraction:
    """The pullback of a map in words; of a kind that says nothing about itself, the definition."""
    return Contraction(
        f"d{names.source} = Jᵀ · d{names.output}",
        tight(local.output_shape),
        "Each element of the input receives from every output that it has an entry for: that is a "
        "column of J, so a row of Jᵀ.",
    )


@said.register
def _(local: ProbedMap, names: Names) -> Contraction:
    found = said.dispatch(LinearMap)(local, names)
    how = "measured by differences" if local.numeric else "by the op's own vjp"
    return Contraction(f"{found.formula}, {how}", *found[1:])


@said.register
def _(local: Identity, names: Names) -> Contraction:
    shaped = "" if local.output_shape == local.input_shape else ", in the input's shape"
    return Contraction(
        f"d{names.source} = d{names.output}{shaped}",
        tight(local.output_shape),
        "The unit matrix is its own transpose.",
    )


@said.register
def _(local: Diagonal, names: Names) -> Contraction:
    y, x, *_ = names
    why = "Element by element: a diagonal matrix is its own transpose."
    if local.summed_axes:
        why = "Element by element: each output has one entry, in its own input's column."
    formula = f"d{x} = d{y} ∘ ∂{y}/∂{x}"
    if not isinstance(local.factor, np.ndarray):
        formula = f"d{x} = {_times(local.factor)}d{y}"
    elif local.factor.dtype == bool:
        formula = f"d{x} = d{y} where ∂{y}/∂{x} is 1, else 0"
        why += " It is a gate: what was closed forward is closed backward."
    return Contraction(formula, tight(local.output_shape), why)


def _times(factor: float) -> str:
    """A factor before what it multiplies; nothing for 1."""
    return "" if factor == 1.0 else "-" if factor == -1.0 else f"{number(factor)} · "


@said.register
def _(local: MatmulLeft, names: Names) -> Contraction:
    y, x, w, turned = names
    formula = f"d{x} = d{y} · {w}ᵀ"
    why = (
        f"{y}[i, j] = Σₖ {x}[i, k] {w}[k, j]. So {x}[i, k] counts in every {y}[i, j], {w}[k, j] "
        f"times: d{x}[i, k] = Σⱼ d{y}[i, j] {w}[k, j]. A sum over the columns of {w} is a product "
        f"with {w}ᵀ."
    )
    if turned:
        formula += f" = d{y} · {turned}"
        why += f" {w} is {turned}ᵀ, and what is transposed twice is as it was."
    shapes = product(local.output_matrix, _turned(local.other.shape))
    return Contraction(formula, shapes, why + _stacked(local, names))


@said.register
def _(local: MatmulRight, names: Names) -> Contraction:
    y, w, x, turned = names
    formula = f"d{w} = {x}ᵀ · d{y}"
    why = (
        f"{y}[i, j] = Σₖ {x}[i, k] {w}[k, j]. So {w}[k, j] counts in every {y}[i, j], {x}[i, k] "
        f"times: d{w}[k, j] = Σᵢ {x}[i, k] d{y}[i, j]. A sum over the rows of {x} is a product "
        f"with {x}ᵀ."
    )
    if turned:
        formula += f" = {turned} · d{y}"
        why += f" {x} is {turned}ᵀ, and what is transposed twice is as it was."
    shapes = product(_turned(local.other.shape), local.output_matrix)
    return Contraction(formula, shapes, why + _stacked(local, names))


def _stacked(local: MatmulSide, names: Names) -> str:
    """What else is to be said where the operands are not two matrices."""
    words = ""
    if len(local.input_shape) == 1:
        kind = "row" if isinstance(local, MatmulLeft) else "column"
        words += f" The vector {names.source} counts as a matrix of one {kind}."
    if math.prod(local.output_matrix[:-2]) > 1:
        words += " So for each matrix of the batch: the transpose is of its last two axes."
    return words


def _turned(shape: Shape) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2])


def product(first: Shape, second: Shape) -> str:
    """The shapes of two operands."""
    return f"{tight(first)}·{tight(second)}"


@said.register
def _(local: Permutation, names: Names) -> Contraction:
    y, x, *_ = names
    if local.axes == (1, 0):
        formula, why = f"d{x} = d{y}ᵀ", f"{y}[i, j] = {x}[j, i], so d{x}[j, i] = d{y}[i, j]: "
    else:
        formula, why = f"d{x} = d{y}, its axes moved back", ""
    why += "the transpose of a permutation undoes it."
    return Contraction(formula, tight(local.output_shape), why[0].upper() + why[1:])


@said.register
def _(local: Selection, names: Names) -> Contraction:
    return Contraction(
        f"d{names.source} = 0, but d{names.output} where it was picked",
        tight(local.output_shape),
        "The transpose of picking is putting back; what was picked twice receives twice.",
    )


@said.register
def _(local: Placement, names: Names) -> Contraction:
    return Contraction(
        f"d{names.source} = the part of d{names.output} where it was put",
        tight(local.output_shape),
        "The transpose of putting is picking.",
    )


@said.register
def _(local: Reduction, names: Names) -> Contraction:
    y, x, *_ = names
    over = f" repeated over {axes_text(local.axes)}" if local.axes else ""
    if not isinstance(local.weights, np.ndarray):
        formula = f"d{x} = {_times(local.weights)}d{y}{over and f',{over}'}"
        why = "every element of the sum receives the same."
        if local.weights != 1.0:
            times = f"{number(local.weights)} times"
            why = f"every element counted {times}, so it receives {times} as much."
    elif local.weights.dtype == bool or local.structure == "selection":
        formula = f"d{x} = d{y}{over}, where it was picked, else 0"
        why = "every element is offered the same, and only those that counted take it."
    else:
        formula = f"d{x} = {f'(d{y}{over})' if over else f'd{y}'} ∘ ∂{y}/∂{x}"
        why = "every element receives the same, times the weight it was summed with."
    why = f"The transpose of summing is repeating: {why}"
    return Contraction(formula, tight(local.output_shape), why)


@said.register
def _(local: DiagonalMinusOuter, names: Names) -> Contraction:
    y, x, *_ = names
    why = "J = diag(d) - l rᵀ, so Jᵀ = diag(d) - r lᵀ: along that axis one dot product for all."
    if local.left is local.right:
        why += f" Here l and r are both {y}: this J is its own transpose."
    return Contraction(
        f"d{x} = d ∘ d{y} - r Σ(l ∘ d{y}) over axis {local.axis}", tight(local.output_shape), why
    )
