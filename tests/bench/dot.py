"""How many wires cross in dot's drawing of the same graph: the oracle, not a dependency.

Every wire is reduced to where it is at each rank; then pairs that change sides between two ranks
are counted, as for our own drawings. In dot's each wire is a line of its own; operands arrive in
their order if dot is given ports for them.
"""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections import defaultdict

import numpy as np

from graphtui.view.drawing.crossings import inversions
from tests.bench.families import Tape

SECONDS = 100.0
"""How long dot may take."""


def dot_crossings(tape: Tape, *, ports: bool = True) -> int | None:
    """The crossings; None where dot is not installed or takes too long."""
    if shutil.which("dot") is None:
        return None
    lines = ["digraph {", "node [shape=record fixedsize=true width=0.9 height=0.3];"]
    for number, sources in enumerate(tape.inputs):
        fields = "|".join(f"<{slot}>" for slot in range(len(sources)))
        label = f'[label="{fields}"]' if ports and len(sources) > 1 else '[label=""]'
        lines.append(f"{number} {label};")
        for slot, source in enumerate(sources):
            port = f":{slot}:n" if ports and len(sources) > 1 else ""
            lines.append(f"{source} -> {number}{port};")
    try:
        found = subprocess.run(
            ["dot", "-Tplain"],
            input="\n".join([*lines, "}"]),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        ).stdout
    except subprocess.TimeoutExpired:
        return None
    return _counted(found)


def _counted(plain: str) -> int:
    """The crossings in dot's plain output."""
    x: dict[str, float] = {}
    y: dict[str, float] = {}
    gaps: dict[int, list[tuple[float, float]]] = defaultdict(list)
    rows = [line.split() for line in plain.splitlines()]
    for row in rows:
        if row[0] == "node":
            x[row[1]], y[row[1]] = float(row[2]), float(row[3])
    levels = sorted(set(y.values()), reverse=True)
    rank = {level: number for number, level in enumerate(levels)}
    for row in rows:
        if row[0] != "edge":
            continue
        source, target, many = row[1], row[2], int(row[3])
        points = np.array(row[4 : 4 + 2 * many], float).reshape(-1, 2)
        first, last = rank[y[source]], rank[y[target]]
        curve = _curve(points)
        inner = np.array(levels[first + 1 : last])
        at = np.interp(-inner, -curve[:, 1], curve[:, 0])
        ways = [x[source], *at.tolist(), float(points[-1, 0])]
        for gap, pair in enumerate(itertools.pairwise(ways), first):
            gaps[gap].append(pair)
    return sum(map(_falling, gaps.values()))


def _curve(points: np.ndarray) -> np.ndarray:
    """Points along the pieces of a Bézier curve, from the top down."""
    t = np.linspace(0, 1, 17)[:, None]
    pieces = [
        (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t**2 * (1 - t) * c + t**3 * d
        for a, b, c, d in (points[at : at + 4] for at in range(0, len(points) - 1, 3))
    ]
    return np.concatenate(pieces)


def _falling(pairs: list[tuple[float, float]]) -> int:
    """How many pairs of ways change sides; those that meet at an end do not."""
    ends = np.round(np.array(pairs), 3)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    height = np.unique(ends[order, 1], return_inverse=True)[1]
    return inversions(height, np.zeros(len(height), np.int64))
