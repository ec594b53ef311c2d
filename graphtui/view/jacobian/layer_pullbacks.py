"""What the pullbacks of layers compute, in words: windows that slide, and normalisation.

Who imports `said` from here has the words of every kind.
"""

from __future__ import annotations

from graphtui.ops.normalising_maps import Normalisation
from graphtui.ops.sliding_maps import Averaged, ConvolvedFilters, ConvolvedPictures, Picked
from graphtui.view.jacobian.pullbacks import Contraction, Names, axes_text, product, said, tight
from graphtui.view.text.numbers import number

__all__ = ["said"]


@said.register
def _(local: ConvolvedPictures, names: Names) -> Contraction:
    y, x, w, _ = names
    return Contraction(
        f"d{x} = {w}ᵀ · d{y}, put back where it was seen",
        product(local.weight.shape, local.output_shape),
        f"With the patches of {x} as columns, convolution is a product: {y} = {w} · patches. So a "
        f"patch receives {w}ᵀ · d{y}, and gives it back to the pixels that it was cut from, which "
        "add up where windows overlap: with stride 1, a convolution with the filters turned round.",
    )


@said.register
def _(local: ConvolvedFilters, names: Names) -> Contraction:
    y, w, x, _ = names
    return Contraction(
        f"d{w} = Σ d{y} · patches({x})ᵀ over the pictures",
        product(local.output_shape, local.x.shape),
        f"With the patches of {x} as columns, convolution is a product: {y} = {w} · patches. So "
        f"d{w} = d{y} · patchesᵀ: a filter receives every patch that it saw, each as many times as "
        "its upstream says. It is used in every place, and what is used often is summed.",
    )


@said.register
def _(local: Averaged, names: Names) -> Contraction:
    y, x, *_ = names
    part = number(1 / local.sliding.taps)
    return Contraction(
        f"d{x} = {part} · d{y}, repeated over each window",
        tight(local.output_shape),
        f"The transpose of summing is repeating: every element of a window counted {part} times, "
        f"so it receives {part} times as much, from each window that it lay in.",
    )


@said.register
def _(local: Picked, names: Names) -> Contraction:
    y, x, *_ = names
    return Contraction(
        f"d{x} = 0, but d{y} where it was picked",
        tight(local.output_shape),
        "The transpose of picking is putting back: the largest of a window receives, the others "
        "nothing; what was picked twice receives twice.",
    )


@said.register
def _(local: Normalisation, names: Names) -> Contraction:
    y, x, *_ = names
    return Contraction(
        f"d{x} = (g - mean(g) - n mean(g ∘ n)) / std, g = d{y} ∘ weight",
        tight(local.output_shape),
        f"n is {x} normalised over {axes_text(local.axes)}. J = weight / std ∘ (1 - (1 + n nᵀ) / "
        f"{local.count}): what is in brackets is its own transpose. It takes out of the gradient "
        "what moves all by the same, and what scales all.",
    )
