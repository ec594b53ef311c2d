"""Where in a graph a breakpoint looks: its names held against the graph, and the steps of its plan.

The plan is known before anything runs, so a step that a breakpoint cannot be hit at costs nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence

from graphtui.debugger.expressions.expression import Expression, compile_expression
from graphtui.debugger.stops.breakpoints import PLACES, Breakpoint, Kind, Target
from graphtui.engine.plan import Phase, Plan
from graphtui.errors import CommandError, nearest
from graphtui.graph.graph import Graph
from graphtui.graph.wording import listed, quoted
from graphtui.ops.op import Leaf


def check_names(breakpoint: Breakpoint, graph: Graph) -> None:
    """Refuse a target that is not in the graph.

    Raises:
        CommandError: with the nearest name.
    """
    if breakpoint.target is None:
        return
    kind, name, _ = breakpoint.target
    ops = {node.op.name for node in graph.nodes.values() if not isinstance(node.op, Leaf)}
    if kind is Kind.OP and name not in ops:
        raise CommandError(f"no node has the op {quoted(name)}.{nearest(name, ops) or _all(ops)}")
    if kind is Kind.GROUP and name not in graph.groups:
        hint = nearest(name, graph.groups) or _all(graph.groups)
        raise CommandError(f"no group is named {quoted(name)}.{hint}")
    if kind not in (Kind.OP, Kind.GROUP) and name not in graph.nodes:
        hint = f" For the group, write group:{shlex.quote(name)}." if name in graph.groups else ""
        hint = hint or (f" For every node of that op, write op:{name}." if name in ops else "")
        raise CommandError(f"no node is named {quoted(name)}.{hint or nearest(name, graph.nodes)}")


def _all(names: Collection[str]) -> str:
    return f" There are {listed(sorted(names))}." if names else " There is none."


def condition_of(breakpoint: Breakpoint, graph: Graph) -> Expression | None:
    """The condition, ready to be evaluated; None where it has none.

    Raises:
        CommandError: it cannot be read.
    """
    text = breakpoint.condition
    return compile_expression(text, graph, condition=True) if text else None


def steps_to_look_at(
    breakpoint: Breakpoint, expression: Expression | None, graph: Graph, plan: Plan
) -> Sequence[int]:
    """The only steps at which it can be hit, ascending; known before anything runs.

    Args:
        breakpoint: the breakpoint, with names that are in the graph.
        expression: without a target, what decides the steps: a condition, or what is recorded.
        graph: the graph.
        plan: its schedule.
    """
    phase = breakpoint.phase
    forward = range(1, plan.forward_end + 1) if phase is not Phase.BACKWARD else range(0)
    backward = range(max(plan.seed_step, 1), len(plan.tasks) + 1)
    backward = backward if phase is not Phase.FORWARD and plan.seed_step else range(0)
    if breakpoint.target is None:
        assert expression is not None, "a breakpoint has a target or a condition"
        steps = touching_steps(expression, graph, plan)
    else:
        steps = _target_steps(breakpoint.target, graph, plan)
    if phase is None:
        return steps
    return [step for step in steps if step in forward or step in backward]


def breakpoint_nodes(breakpoint: Breakpoint, graph: Graph) -> tuple[str, ...]:
    """The nodes at which it looks: those of its target, else those that its expression reads.

    They are in the order of the graph. The names in it are those of `graph`.
    """
    if breakpoint.target is not None:
        return tuple(_target_nodes(breakpoint.target, graph))
    expression = free_expression(breakpoint, graph)
    names = expression.values | expression.gradients if expression else frozenset()
    return tuple(name for name in graph.nodes if name in names) if names else ()


def free_expression(breakpoint: Breakpoint, graph: Graph) -> Expression | None:
    """What decides where a breakpoint without a target looks; None if it has a target.

    Raises:
        CommandError: it cannot be read.
    """
    if breakpoint.target is not None:
        return None
    if breakpoint.log:
        return compile_expression(breakpoint.log, graph)
    return condition_of(breakpoint, graph)


def touching_steps(expression: Expression, graph: Graph, plan: Plan) -> Sequence[int]:
    """The steps after which the expression can have another result, ascending."""
    total = len(plan.tasks)
    if expression.reads_position:
        return range(1, total + 1)
    found = {plan.forward_step[name] for name in expression.values if name in plan.forward_step}
    for name in expression.gradients:
        found.update(arrival_steps(name, graph, plan))
        found |= {plan.seed_step} if name == graph.output and plan.seed_step else set()
    if expression.reads_step and plan.seed_step:
        found.update(range(plan.seed_step + 1, total + 1))
    return sorted(found)


def arrival_steps(node: str, graph: Graph, plan: Plan) -> list[int]:
    """The step of each contribution that the node will receive, in the order of arrival."""
    readers = graph.consumers[node]
    return sorted(
        plan.backward_step[edge.target]
        for edge in readers
        if edge.slot in plan.sends.get(edge.target, ())
    )


def _target_steps(target: Target, graph: Graph, plan: Plan) -> list[int]:
    kind, name, number = target
    if kind is Kind.NODE:
        return _node_steps(name, graph, plan)
    if kind is Kind.CONTRIBUTION:
        arrivals = arrival_steps(name, graph, plan)
        wanted = arrivals[int(number) - 1 : int(number)] if number else arrivals
        return list(dict.fromkeys(wanted))
    if kind not in PLACES:
        return list(dict.fromkeys(arrival_steps(name, graph, plan)))
    meant = set(_target_nodes(target, graph))
    return [
        number
        for number, task in enumerate(plan.tasks, start=1)
        if task.node in meant and task.phase is not Phase.SEED
    ]


def _target_nodes(target: Target, graph: Graph) -> list[str]:
    kind, name, _ = target
    if kind is Kind.OP:
        return [node.name for node in graph.nodes.values() if node.op.name == name]
    if kind is Kind.GROUP:
        inside = f"{name}/"
        nodes = graph.nodes.values()
        return [node.name for node in nodes if f"{node.group}/".startswith(inside)]
    return [name]


def _node_steps(name: str, graph: Graph, plan: Plan) -> list[int]:
    """Its tasks; a leaf has none, and stands for the step that completes its gradient."""
    steps = (plan.forward_step.get(name, 0), plan.backward_step.get(name, 0))
    if any(steps):
        return [step for step in steps if step]
    return arrival_steps(name, graph, plan)[-1:]
