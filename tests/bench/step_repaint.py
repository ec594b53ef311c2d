"""From a key to the painted frame: a step on a graph of 100 nodes, against a one-line update.

Both run in a pseudo-terminal of 120 × 36, at once, and get their keys by turns.
"""

from __future__ import annotations

import sys

from pty_watch import Watched, median, percentile

STEPS = 150

HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    count = 0
    def compose(self):
        yield Static("step 0 of 0", id="line")
    def on_key(self, event):
        self.count += 1
        self.query_one("#line").update(f"step {self.count} of 0")
Hello().run()
"""

GRAPH = """
from graphtui.graph.graph import Graph, node
from graphtui.ui.start import open_screen
def load():
    # Ten columns of ten gates, each reading two of the column before.
    nodes = [node(f"x{i}", "input", value=0.1 * i) for i in range(10)]
    before = [each.name for each in nodes]
    for column in range(8):
        names = [f"n{column}_{i}" for i in range(10)]
        nodes += [node(name, "maximum" if i % 2 else "add", [before[i], before[(i + 1) % 10]])
                  for i, name in enumerate(names)]
        before = names
    nodes.append(node("loss", "stack", before))
    nodes.append(node("mean", "mean", ["loss"]))
    return Graph(nodes)
open_screen(load, "100 nodes")
"""


def main() -> None:
    """Send keys by turns and print both distributions."""
    programs = {}
    for name, code in (("hello", HELLO), ("graphtui", GRAPH)):
        programs[name] = Watched([sys.executable, "-c", code])
        programs[name].frame_with(b"step 0 of")
    times: dict[str, list[float]] = {name: [] for name in programs}
    with programs["hello"], programs["graphtui"]:
        for program in programs.values():
            program.settle(0.3)
        for step in range(1, STEPS + 1):
            for name, program in programs.items():
                sent = program.send(b"n")
                times[name].append(program.frame_with(b"step %d of" % step) - sent)
                program.settle()
    for name, each in times.items():
        middle, late = median(each) * 1000, percentile(each, 95) * 1000
        print(f"{name:<10} median {middle:5.1f} ms   95th percentile {late:5.1f} ms")
    ratio = percentile(times["graphtui"], 95) / percentile(times["hello"], 95)
    print(f"ratio at the 95th percentile {ratio:.1f}; wanted: graphtui within 50 ms")


if __name__ == "__main__":
    main()
