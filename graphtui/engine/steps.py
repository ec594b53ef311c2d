"""What one step leaves behind: its contributions, its value, its faults."""

from __future__ import annotations

from typing import NamedTuple

from graphtui.engine.plan import Phase
from graphtui.errors import Place
from graphtui.graph.graph import Edge
from graphtui.ops.linear_map import Array, LinearMap


class Contribution(NamedTuple):
    """What one edge sent in the backward pass: `downstream = local.pullback(upstream)`."""

    edge: Edge
    upstream: Array
    """The gradient of the node that sends, shape of its value."""
    local: LinearMap
    """The differential of that node by this input."""
    downstream: Array
    """What the input receives, shape and dtype of the input's value."""


class Step(NamedTuple):
    """One task, carried out."""

    number: int
    """Its place on the timeline, from 1."""
    phase: Phase
    node: str
    value: Array | None
    """The value (forward), or the gradient the backward pass starts with (seed)."""
    contributions: tuple[Contribution, ...]
    """What was sent (backward), one for each input that can receive."""
    error: Exception | None
    """What was raised inside the op; the run ends at such a step."""


class Fault(NamedTuple):
    """Something that went wrong in the numbers: data, not a crash."""

    step: int
    """The number of the step; 0 for a leaf that was given this way."""
    phase: Phase
    node: str
    kind: str
    """"nan", "inf" or "exception"."""
    begins: bool
    """Whether it begins here: nothing of its kind went in."""
    message: str
    """What happened, in one sentence."""
    edge: Edge | None = None
    """The edge whose contribution it is, in the backward pass."""
    place: Place | None = None
    """Where the node was described."""
