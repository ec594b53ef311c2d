"""The step at which a gradient becomes 0, vanishes or explodes, with the values and the threshold.

A node's gradient is judged when it is complete, what an edge passes on at once; and where it came
in like this, it does not begin. What a check answers is told in one sentence; "" is nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from graphtui.debugger.norms import Limits, magnitude, norm, short
from graphtui.debugger.reasons.was_set import gradient_set
from graphtui.engine.execute import Contribution, Run, Step
from graphtui.engine.plan import Phase
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array


def _completed(run: Run, step: Step) -> Iterator[tuple[str, Array, list[Contribution]]]:
    """Each node whose gradient this step completed, with the gradient and all it is made of."""
    for name in dict.fromkeys(each.edge.source for each in step.contributions):
        arrived, expected = run.arrivals[name], run.plan.expects[name]
        if len(arrived) == expected and arrived[-1][0] == step.number:
            gradient = run.gradient(name)
            assert gradient is not None, "it is complete"
            if gradient.size:
                yield name, gradient, [each for _, each in arrived]


def zero(run: Run, step: Step, limits: Limits) -> str:
    """A complete gradient that is 0 everywhere, while what its readers received was not."""
    size = limits["size"]
    seed = step.value if step.phase is Phase.SEED else None
    if seed is not None and seed.size and magnitude(seed) <= size:
        return f"backward starts at {quoted(step.node)} with a seed of 0"
    for name, gradient, arrived in _completed(run, step):
        if not (largest := magnitude(gradient)) <= size:
            continue
        alive = [each for each in arrived if magnitude(each.upstream) > size]
        if not alive:
            continue
        found = f"the gradient of {quoted(name)} is {_zero_text(largest, size)}"
        if (given := gradient_set(run, name)) is not None:
            return f"{found}, as it {given.told(int(given.where.argmax()))}"
        if len(arrived) > 1 and any(magnitude(each.downstream) > size for each in arrived):
            return f"{found}: its {len(arrived)} contributions cancel"
        sender = _sender(run, alive[-1])
        return f"{found}, though {sender} received {short(norm(alive[-1].upstream))} in norm"
    return ""


def _zero_text(largest: float, size: float) -> str:
    if not largest:
        return "0 everywhere"
    return f"at most {short(largest)} anywhere, not above {short(size)}"


def vanishing(run: Run, step: Step, limits: Limits) -> str:
    """An edge that passes on less than `ratio`, or a gradient that falls below `norm`."""
    for each in step.contributions:
        upstream = norm(each.upstream)
        if not 0 < upstream < math.inf or not each.downstream.size:
            continue
        if (ratio := norm(each.downstream) / upstream) < limits["ratio"]:
            return _ratio_text(run, each, ratio, "<", limits["ratio"])
    least = limits["norm"]
    for name, gradient, arrived in _completed(run, step):
        if norm(gradient) < least and any(norm(each.upstream) >= least for each in arrived):
            return _norm_text(run, name, gradient, "<", least)
    return ""


def exploding(run: Run, step: Step, limits: Limits) -> str:
    """An edge that passes on more than `ratio` times, or a gradient that rises above `norm`."""
    for each in step.contributions:
        upstream = norm(each.upstream)
        if (
            0 < upstream < math.inf
            and (ratio := norm(each.downstream) / upstream) > limits["ratio"]
        ):
            return _ratio_text(run, each, ratio, ">", limits["ratio"])
    most = limits["norm"]
    for name, gradient, arrived in _completed(run, step):
        if norm(gradient) > most and all(norm(each.upstream) <= most for each in arrived):
            return _norm_text(run, name, gradient, ">", most)
    return ""


def _ratio_text(run: Run, each: Contribution, ratio: float, sign: str, limit: float) -> str:
    return (
        f"|downstream| / |upstream| = {short(ratio)} {sign} {short(limit)} from "
        f"{_sender(run, each)} to {quoted(each.edge.source)}"
    )


def _norm_text(run: Run, name: str, gradient: Array, sign: str, limit: float) -> str:
    by_hand = ", as it was set" if gradient_set(run, name) is not None else ""
    return f"|gradient| of {quoted(name)} = {short(norm(gradient))} {sign} {short(limit)}{by_hand}"


def _sender(run: Run, contribution: Contribution) -> str:
    name = contribution.edge.target
    return f"{quoted(name)} ({run.graph.nodes[name].op.name})"
