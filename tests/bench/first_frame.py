"""How long until `graphtui examples/sigmoid.py` can be used, against a hello-world Textual app.

Both run in a pseudo-terminal, by turns; the time goes from the start of the process to the end of
the first frame that shows the text. Usable means that the graph is there and stands at step 0.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pty_watch import Watched, median

ROUNDS = 15
SIGMOID = Path(__file__).parents[2] / "examples" / "sigmoid.py"

HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello world")
Hello().run()
"""

PROGRAMS = {
    "hello": ([sys.executable, "-c", HELLO], b"hello world"),
    "graphtui": ([sys.executable, "-m", "graphtui", str(SIGMOID)], b"step 0 of"),
}


def main() -> None:
    """Measure by turns and print the ratio of the medians."""
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(ROUNDS):
        for name, (argv, text) in PROGRAMS.items():
            with Watched(argv) as program:
                times[name].append(program.frame_with(text) - program.started)
    for name, each in times.items():
        print(f"{name:<10} {median(each) * 1000:6.0f} ms  (fastest {min(each) * 1000:.0f})")
    ratio = median(times["graphtui"]) / median(times["hello"])
    print(f"ratio      {ratio:6.2f}     (wanted: at most 1.5)")


if __name__ == "__main__":
    main()
