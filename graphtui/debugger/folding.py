"""Which groups are drawn as one box: names and sets of names, nothing of sessions or pictures.

A run of equal siblings is folded and opened by its name, as a group is.
"""

from __future__ import annotations

from graphtui.graph.graph import Graph
from graphtui.graph.groups.tree import TO

MOST_NODES = 2_000
"""Nodes that are drawn one by one at first; of more, the groups are folded."""


FRAMED_FROM, FRAMED_UP_TO = 30, 400
"""Nodes of a graph whose open groups have frames at first; else they have since one was folded."""


def too_many(graph: Graph) -> bool:
    """Whether the graph is drawn with its groups folded, unless somebody wants it otherwise."""
    return len(graph.nodes) > MOST_NODES and len(graph.group_tree.names) > 1


def framed_at_first(graph: Graph) -> bool:
    """Whether open groups have frames before anything is folded.

    In a small drawing they take the room of numbers, and a large one is there sooner without.
    """
    return FRAMED_FROM <= len(graph.nodes) <= FRAMED_UP_TO and bool(graph.groups)


def folded_around(graph: Graph, group: str, folded: frozenset[str]) -> str:
    """The outermost folded group or run around `group`, itself included, or "".

    It hides the folded ones in it.
    """
    if not folded or not group:
        return ""
    return next((each for each in graph.group_tree.around(group) if each in folded), "")


def all_groups(graph: Graph) -> frozenset[str]:
    """Every group and run: where all of them are folded, only what is in none is seen besides."""
    return frozenset(graph.group_tree.names[1:])


def boxes_seen(graph: Graph, folded: frozenset[str]) -> int:
    """How many nodes, groups and runs are in no folded one; a little more than there are boxes."""
    tree = graph.group_tree
    seen, at = 0, 0
    while at < len(tree.names):
        if tree.names[at] in folded:
            seen, at = seen + 1, tree.end[at]
        else:
            seen, at = seen + int(tree.start[at + 1] - tree.start[at]), at + 1
    return seen


def still_folded(graph: Graph, folded: frozenset[str]) -> tuple[frozenset[str], list[str]]:
    """What remains folded where the graph is another one now, and the groups that are gone.

    A run that begins with the same group is the same run, however long it has become.
    """
    if not folded:
        return folded, []
    tree = graph.group_tree
    gone = folded - tree.number.keys()
    begins = {each.partition(TO)[0] for each in gone if TO in each}
    kept = set(folded - gone)
    for run, siblings in tree.siblings.items():
        if tree.names[run].partition(TO)[0] in begins:
            kept.update(tree.names[each] for each in (run, *siblings))
    return frozenset(kept), sorted(each for each in gone if each.partition(TO)[0] not in begins)
