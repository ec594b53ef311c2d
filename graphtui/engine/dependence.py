"""What depends on what in a run in which values or gradients were given instead of computed."""

from __future__ import annotations

from graphtui.engine.execute import Run


def dependent(run: Run, name: str) -> list[str]:
    """The nodes that depend on `name`, in topological order; one whose value is given does not."""
    nodes = run.graph.nodes
    reached = {name}
    for each in nodes.values():
        if each.name not in run.given and not reached.isdisjoint(each.inputs):
            reached.add(each.name)
    return [each for each in nodes if each in reached and each != name]


def given_behind(run: Run) -> set[str]:
    """The nodes whose gradient comes through one that was given, or through a given value."""
    found = set(run.replaced)
    for name, node in reversed(list(run.graph.nodes.items())):
        if name in found or name in run.given:
            found.update(node.inputs)
    return found
