"""The step at which a NaN, an infinity, an overflow or an exception begins, and what made it.

What came in is never where something begins. What a check answers is told in one sentence;
"" is nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from graphtui.debugger.norms import Limits, magnitude, short
from graphtui.debugger.reasons.answer import at_index, number
from graphtui.debugger.reasons.beginning import infinity, made_of, meeting
from graphtui.debugger.reasons.was_set import WasSet, gradient_set, value_set
from graphtui.engine.execute import Contribution, Run, Step
from graphtui.engine.faults import kind_words
from graphtui.engine.plan import Phase
from graphtui.graph.wording import quoted
from graphtui.ops.linear_map import Array, Diagonal
from graphtui.ops.op import Op


def nan(run: Run, step: Step, limits: Limits) -> str:
    """A NaN where nothing that was read has one."""
    return _begins(run, step, "nan", np.isnan)


def inf(run: Run, step: Step, limits: Limits) -> str:
    """An infinity where nothing that was read has one."""
    return _begins(run, step, "inf", np.isinf)


def _begins(run: Run, step: Step, kind: str, test: Callable[[Array], Array]) -> str:
    def has(array: Array | None) -> bool:
        return array is not None and array.dtype.kind == "f" and bool(test(array).any())

    op = run.graph.nodes[step.node].op.name
    if _is_bad(step.value) and has(step.value):
        if step.phase is Phase.SEED:
            there = kind_words(step.value, kind)
            return f"backward starts at {quoted(step.node)} with {there} in the seed"
        if told := _set_so(value_set(run, step.node), test):
            return told
        sources = [name for name in run.graph.nodes[step.node].inputs if has(run.value(name))]
        if not sources:
            return f"{op} at {quoted(step.node)} gives {_made(run, step.node, test)}"
        only_leaves = all(run.graph.nodes[name].is_leaf for name in sources)
        for leaf in sources if only_leaves else ():
            if _reads_first(run, step, leaf, has):
                told = _set_so(value_set(run, leaf), test)
                there = kind_words(run.value(leaf), kind)
                given = told or f"{quoted(leaf)} was given with {there} in it"
                return f"{given}; {quoted(step.node)} reads it"
    if told := _set_so(gradient_set(run, step.node) if step.contributions else None, test):
        return told
    for contribution in step.contributions:
        if _is_bad(contribution.downstream) and has(contribution.downstream):
            inputs = run.graph.nodes[step.node].inputs
            read = (contribution.upstream, *map(run.value, (step.node, *inputs)))
            if not any(map(has, read)):
                there = kind_words(contribution.downstream, kind)
                return (
                    f"the gradient that {quoted(step.node)} ({op}) sends to "
                    f"{quoted(contribution.edge.source)} becomes {there}"
                    f"{_meeting(contribution, int(test(contribution.downstream).argmax()))}"
                )
    return ""


def _set_so(given: WasSet | None, test: Callable[[Array], Array]) -> str:
    """That it was set to what is looked for, with the first such element."""
    if given is None:
        return ""
    found = np.flatnonzero(given.where & test(given.after))
    return given.words(int(found[0])) if found.size else ""


def _is_bad(array: Array | None) -> bool:
    """Whether there is a NaN or an infinity in it: the one look that every step gets."""
    return array is not None and array.dtype.kind == "f" and not np.isfinite(array).all()


def _reads_first(run: Run, step: Step, leaf: str, has: Callable[[Array | None], bool]) -> bool:
    """Whether no earlier step passed on what the leaf was given with."""
    forward_step = run.plan.forward_step
    readers = {edge.target: forward_step[edge.target] for edge in run.graph.consumers[leaf]}
    return not any(has(run.value(name)) for name, at in readers.items() if at < step.number)


def _made(run: Run, name: str, test: Callable[[Array], Array]) -> str:
    """The first number that is looked for in a value, and what it was made of."""
    value = run.value(name)
    assert value is not None, "it was found in there"
    element = int(test(value).argmax())
    what = number(value.reshape(-1)[element]) + at_index(element, value.shape)
    inputs = made_of(run, name, element)
    return f"{what}, as {inputs}" if inputs else f"{what}, and nothing that it reads has any"


def _meeting(contribution: Contribution, element: int) -> str:
    """What met there, where the upstream tells it."""
    local, upstream = contribution.local, contribution.upstream
    if np.isfinite(upstream).all():
        return f": {meeting(contribution, element)}"
    if isinstance(local, Diagonal):
        met = upstream[np.isinf(upstream) & np.equal(local.factor, 0)]
        return (
            f": an upstream of {infinity(met[0])} meets a local gradient of 0" if met.size else ""
        )
    return ""


def overflow(run: Run, step: Step, limits: Limits) -> str:
    """An infinite result of finite numbers, or one near the largest of its dtype."""
    inputs = [run.value(name) for name in run.graph.nodes[step.node].inputs]
    if step.phase is Phase.FORWARD:
        return _too_large(run, step, _computed(run, step), inputs, limits["fraction"], None)
    for each in step.contributions:
        read = [each.upstream, run.value(step.node), *inputs]
        if found := _too_large(run, step, each.downstream, read, limits["fraction"], each):
            return found
    return ""


def _computed(run: Run, step: Step) -> Array | None:
    """The value of a forward step, with 0 for what was set, which no computation has made."""
    given = value_set(run, step.node)
    return step.value if given is None else np.where(given.where, 0, given.after)


def _too_large(
    run: Run,
    step: Step,
    made: Array | None,
    read: list[Array | None],
    fraction: float,
    contribution: Contribution | None,
) -> str:
    if made is None or made.dtype.kind != "f" or not made.size:
        return ""
    largest, bound = magnitude(made), float(np.finfo(made.dtype).max)
    infinite = bool(np.isinf(made).any())
    if not largest >= fraction * bound and not infinite:
        return ""
    # Infinite is worse than large, so that it begins where only large numbers came in.
    limit = math.inf if infinite else fraction
    given = [each for each in read if each is not None and each.dtype.kind == "f" and each.size]
    if any(not magnitude(each) < limit * float(np.finfo(each.dtype).max) for each in given):
        return ""
    if infinite and _divides_by_zero(run, step, contribution):
        return ""
    op = run.graph.nodes[step.node].op.name
    what = f"{op} at {quoted(step.node)} gives"
    if contribution is not None:
        source = quoted(contribution.edge.source)
        what = f"the gradient that {quoted(step.node)} ({op}) sends to {source} reaches"
    if infinite:
        there = kind_words(made, "inf")
        return f"{what} {there} from finite numbers; the largest {made.dtype} is {short(bound)}"
    return (
        f"{what} {short(largest)}, at least {short(fraction)} of the largest {made.dtype}, "
        f"{short(bound)}"
    )


def _divides_by_zero(run: Run, step: Step, contribution: Contribution | None) -> bool:
    """Whether the infinity is that of 1/0 or log(0), which no wider dtype would avoid.

    The processor knows, and NumPy tells: so this one step is computed once more.
    """
    node = run.graph.nodes[step.node]
    assert isinstance(node.op, Op)
    value, *inputs = (_given(run, name) for name in (step.node, *node.inputs))
    told: list[str] = []
    with np.errstate(all="ignore", divide="call", call=lambda kind, _: told.append(kind)):
        if contribution is None:
            node.op.forward(*inputs, **node.attrs)
        else:
            local = node.op.local(value, *inputs, **node.attrs)
            chosen = local[contribution.edge.slot]
            assert chosen is not None, "it has sent a contribution"
            chosen.pullback(contribution.upstream)
    return bool(told)


def _given(run: Run, name: str) -> Array:
    value = run.value(name)
    assert value is not None, "forward has come here"
    return value


def exception(run: Run, step: Step, limits: Limits) -> str:
    """What the op raised."""
    if step.error is None:
        return ""
    op, kind = run.graph.nodes[step.node].op.name, type(step.error).__name__
    words = str(step.error).removesuffix(".") or "no message"
    return f"{op} at {quoted(step.node)} raised {kind}: {words}"
