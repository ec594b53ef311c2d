"""What the tests of breakpoints, catches and logs share."""

from __future__ import annotations

from typing import Any

from graphtui.debugger.session import AT_END, DebugSession
from graphtui.engine.execute import Contribution, Run
from graphtui.graph.graph import Graph, node


def stops_of(session: DebugSession) -> list[int]:
    """The steps at which going on from here stops, without the end."""
    found = []
    while session.resume() != AT_END:
        if session.stop is not None:
            assert session.stop.step == session.cursor
            found.append(session.cursor)
    return found


def stops_at(graph: Graph, *breakpoints: str) -> list[int]:
    session = DebugSession(graph)
    for text in breakpoints:
        session.break_at(text)
    return stops_of(session)


def where(graph: Graph, step: int) -> tuple[str, str]:
    phase, name = DebugSession(graph).run.plan.tasks[step - 1]
    return str(phase), name


def shared_weight() -> Graph:
    """w is used three times: L = 2w - 5w + 4w, so its gradient goes 4, -1, 1."""
    return Graph(
        [
            node("w", "parameter", value=3.0),
            *(node(f"k{k}", "constant", value=float(k)) for k in (2, 5, 4)),
            *(node(f"m{k}", "multiply", [f"k{k}", "w"]) for k in (2, 5, 4)),
            node("d", "subtract", ["m2", "m5"]),
            node("L", "add", ["d", "m4"]),
        ]
    )


def used_often(count: int) -> Graph:
    """x is used `count` times and once more, so that as many contributions arrive there."""
    nodes = [node("x", "input", value=0.5)]
    for k in range(count):
        nodes.append(node(f"y{k}", "multiply", [f"y{k - 1}" if k else "x", "x"]))
    return Graph(nodes)


class Counted(list[tuple[int, Contribution]]):
    """What one node of a run has received; it counts how often one contribution is looked up."""

    def __init__(self, run: Run, name: str) -> None:
        super().__init__(run.arrivals[name])
        self.looks = 0
        run.arrivals[name] = self

    def __getitem__(self, place: Any) -> Any:
        self.looks += place != -1
        return super().__getitem__(place)
