"""Every op by name, frozen: the one list that loading, running, testing and help read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from graphtui.ops.activations import ACTIVATIONS
from graphtui.ops.arithmetic import ARITHMETIC
from graphtui.ops.comparisons import COMPARISONS
from graphtui.ops.convolution import CONVOLUTION
from graphtui.ops.linear import LINEAR
from graphtui.ops.loss import LOSS
from graphtui.ops.normalisation import NORMALISATION
from graphtui.ops.op import Op
from graphtui.ops.reduce import REDUCE
from graphtui.ops.routing import ROUTING
from graphtui.ops.shape import SHAPE

FAMILIES: Mapping[str, tuple[Op, ...]] = MappingProxyType(
    {
        "arithmetic": ARITHMETIC,
        "routing": ROUTING,
        "activations": ACTIVATIONS,
        "linear": LINEAR,
        "convolutions": CONVOLUTION,
        "normalisations": NORMALISATION,
        "reductions": REDUCE,
        "shapes": SHAPE,
        "losses": LOSS,
        "comparisons": COMPARISONS,
    }
)
"""The records in the order in which a person would look for them."""

OPS: Mapping[str, Op] = MappingProxyType(
    {op.name: op for family in FAMILIES.values() for op in family}
)
"""Every record by name."""
