"""When each node and edge of a graph has its turn, as arrays: for many of them at once."""

from __future__ import annotations

from itertools import chain
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from graphtui.engine.plan import Plan
from graphtui.graph.groups.tree import GroupTree
from graphtui.view.drawing.plan import Ints


class Schedule:
    """The steps of a plan by the numbers of nodes and edges."""

    def __init__(self, tree: GroupTree, plan: Plan) -> None:
        found = tree.outline
        number, nodes = found.number, len(found.nodes)
        self.plan = plan
        self.forward: Ints = np.zeros(nodes, np.int64)
        """For each node the step that gives its value; 0 for a leaf."""
        self.backward: Ints = np.zeros(nodes, np.int64)
        """For each node the step that passes its gradient on; 0 for none."""
        self.sends: npt.NDArray[np.bool_] = np.zeros(len(found.source), bool)
        """For each edge whether a contribution goes along it."""
        for steps, of in ((plan.forward_step, self.forward), (plan.backward_step, self.backward)):
            at = np.fromiter(map(number.__getitem__, steps), np.int64, len(steps))
            of[at] = np.fromiter(steps.values(), np.int64, len(steps))
        many = np.fromiter(map(len, plan.sends.values()), np.int64, len(plan.sends))
        senders = np.fromiter(map(number.__getitem__, plan.sends), np.int64, len(plan.sends))
        slots = np.fromiter(chain.from_iterable(plan.sends.values()), np.int64, many.sum())
        self.sends[np.repeat(found.starts[senders], many) + slots] = True


_KNOWN: WeakKeyDictionary[GroupTree, Schedule] = WeakKeyDictionary()
"""The last answer for each tree."""


def schedule(tree: GroupTree, plan: Plan) -> Schedule:
    """The steps as arrays; costs nothing when asked again."""
    known = _KNOWN.get(tree)
    if known is None or known.plan is not plan:
        known = _KNOWN[tree] = Schedule(tree, plan)
    return known
