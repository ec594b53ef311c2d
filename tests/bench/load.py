"""How long a large description takes: from file to graph, and from the start to the picture.

    python tests/bench/load.py [--size 100000] [--families lstm,transformer] [--screen]

The files are as exporters write them: indented, with names that say where a node lies, groups,
attributes and values of some numbers; some 19 MB for 100,000 nodes. Beside it stands what Python's
own parser takes for the same text, so that the ratio can be held against that of another machine.
With `--screen` the program is started in a pseudo-terminal, and the clock runs from the start of
the process to the end of the first frame with the picture; before that, a frame says what it loads.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from pty_watch import Watched

from graphtui.graph.json_file import load_json
from tests.bench.families import FAMILIES, Tape

MOST = 3.0
"""Seconds that 100,000 nodes may take, by the clock."""

ROUNDS = 3
VALUES = 3
"""Numbers in a leaf."""


def document(tape: Tape) -> dict[str, Any]:
    """The graph of a family in the JSON format, with vectors for scalars."""
    rng = random.Random(len(tape.labels))
    nodes: list[dict[str, Any]] = []
    names: list[str] = []
    for number, (label, inputs) in enumerate(zip(tape.labels, tape.inputs, strict=True)):
        group = f"model/layer{number // 500}/block{number // 50 % 10}"
        name = f"{group}/{'op' if inputs else 'leaf'}_{number:06}"
        read = [names[each] for each in inputs]
        while len(read) > 2:
            between = f"{name}_{len(read)}"
            nodes.append({"id": between, "op": "add", "inputs": read[:2], "group": group})
            read[:2] = [between]
        entry: dict[str, Any] = {"id": name, "op": "parameter", "group": group}
        if not read:
            entry["value"] = [rng.gauss(0, 1) for _ in range(VALUES)]
        elif len(read) == 1:
            entry |= {"op": "softmax", "inputs": read, "attrs": {"axis": -1}}
        else:
            entry |= {"op": "multiply" if label == "*" else "add", "inputs": read}
        nodes.append(entry)
        names.append(name)
    return {"graphtui": 1, "name": "exported", "nodes": nodes, "output": names[-1]}


def loaded(path: Path) -> tuple[float, float, float, int]:
    """Seconds of Python's parser, of loading by the processor and by the clock; and the nodes."""
    parsing, processor, clock, count = [], [], [], 0
    text = path.read_text("utf-8")
    for _ in range(ROUNDS):
        gc.collect()
        start = process_time()
        json.loads(text)
        parsing.append(process_time() - start)
        gc.collect()
        start, begun = process_time(), perf_counter()
        graph = load_json(path)
        processor.append(process_time() - start)
        clock.append(perf_counter() - begun)
        count = len(graph.nodes)
        del graph
    return min(parsing), min(processor), min(clock), count


def shown(path: Path) -> tuple[float, float]:
    """Seconds from the start to the frame that says what is loaded, and to that of the picture."""
    telling, picture = [], []
    for _ in range(ROUNDS):
        with Watched([sys.executable, "-m", "graphtui", str(path)]) as program:
            telling.append(program.frame_with(b"Loading") - program.started)
            picture.append(program.frame_with(b"step 0 of") - program.started)
    return min(telling), min(picture)


class Wanted(argparse.Namespace):
    """What is asked for."""

    size: int
    families: str
    screen: bool


def main() -> None:
    """Print a line for each family."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--screen", action="store_true", help="start the program, too")
    wanted = parser.parse_args(namespace=Wanted())
    print(
        f"{'family':12} {'nodes':>8} {'MB':>6}  {'json.loads':>10} {'load':>7} {'ratio':>6}"
        f" {'clock':>7}" + ("  told after  picture after" if wanted.screen else "")
    )
    for family in wanted.families.split(","):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "exported.json"
            path.write_text(json.dumps(document(FAMILIES[family](wanted.size)), indent=1), "utf-8")
            parsing, processor, clock, count = loaded(path)
            cells = [f"{family:12} {count:8,} {path.stat().st_size / 1e6:6.1f}"]
            cells += [
                f" {parsing:9.2f}s {processor:6.2f}s {processor / parsing:6.1f} {clock:6.2f}s"
            ]
            slowest = clock
            if wanted.screen:
                telling, slowest = shown(path)
                cells += [f" {telling:10.2f}s {slowest:13.2f}s"]
            over = f"  over {MOST:g} s" if slowest > MOST else ""
            print("".join(cells) + over, flush=True)


if __name__ == "__main__":
    main()
