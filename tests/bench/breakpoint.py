"""Going on over 100,000 steps with one conditional breakpoint on a scalar, against none.

    python tests/bench/breakpoint.py

The condition is never true, so that the way ends at the end. All run in one process, by turns.
"""

from __future__ import annotations

import gc
import statistics
import time

from graphtui import Graph, node
from graphtui.debugger.session import DebugSession

NODES = 50_000
ROUNDS = 5

BREAKPOINTS = {
    "one node": "n7 if n7 > 3",
    "every sine": "op:sin if x > 3",
    "every step back": "if norm(upstream) > 1e6",
    "every step": "if step > 1e6 and n7 > 3",
}


def chain() -> Graph:
    """A chain of scalars, of which both passes together have 100,001 steps."""
    nodes = [node("x", "input", value=0.5)]
    for i in range(NODES):
        nodes.append(node(f"n{i}", "sin" if i % 2 else "tanh", [f"n{i - 1}" if i else "x"]))
    return Graph(nodes)


def seconds(graph: Graph, breakpoint: str) -> float:
    """How long it takes from the start to the end."""
    session = DebugSession(graph)
    if breakpoint:
        session.break_at(breakpoint)
    gc.collect()
    begin = time.process_time()
    session.resume()
    taken = time.process_time() - begin
    assert session.cursor == len(session.run.plan.tasks), "nothing stopped it"
    return taken


def main() -> None:
    """Time every breakpoint by turns with none, and print the ratios of medians."""
    graph = chain()
    times: dict[str, list[float]] = {name: [] for name in ("without", *BREAKPOINTS)}
    for _ in range(ROUNDS):
        for name, each in times.items():
            each.append(seconds(graph, BREAKPOINTS.get(name, "")))
    without = statistics.median(times.pop("without"))
    print(f"{'without':<16} {without:5.2f} s over {2 * NODES + 1:,} steps")
    for name, each in times.items():
        ratio = statistics.median(each) / without
        print(f"{name:<16} {BREAKPOINTS[name]:<28} ratio {ratio:.2f}   (the mark is 2)")


if __name__ == "__main__":
    main()
