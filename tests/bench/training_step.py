"""The lecture's two-layer training step: recorded in full, against the same step by hand in NumPy.

    python tests/bench/training_step.py

Prints the ratio of medians and its spread over paired rounds; both sides run in one process.
"""

from __future__ import annotations

import os
import sys

STEADY = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # A heap that is never given back: otherwise the C library maps arrays of this size anew at
    # whim, and page faults, which hit either side by chance, cost more than what is measured.
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_TOP_PAD_": "100000000",
}
if any(os.environ.get(name) != value for name, value in STEADY.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **STEADY})

import random
import statistics
import time

import numpy as np

from graphtui import Graph, node
from graphtui.engine.execute import Run
from graphtui.engine.plan import plan

N, D_IN, H, D_OUT = 64, 1000, 100, 10
RATE = 1e-4
ROUNDS, STEPS = 60, 8

rng = np.random.default_rng(0)
x, y = rng.standard_normal((N, D_IN)), rng.standard_normal((N, D_OUT))
START = rng.standard_normal((D_IN, H)), rng.standard_normal((H, D_OUT))


Weights = tuple[np.ndarray, np.ndarray]


def by_hand(weights: Weights) -> tuple[float, Weights]:
    """The lecture's listing."""
    w1, w2 = weights
    h = 1 / (1 + np.exp(-x.dot(w1)))
    y_pred = h.dot(w2)
    loss = np.square(y_pred - y).sum()
    grad_y_pred = 2.0 * (y_pred - y)
    grad_w2 = h.T.dot(grad_y_pred)
    grad_h = grad_y_pred.dot(w2.T)
    grad_w1 = x.T.dot(grad_h * h * (1 - h))
    w1 -= RATE * grad_w1
    w2 -= RATE * grad_w2
    return float(loss), (w1, w2)


GRAPH = Graph(
    [
        node("x", "constant", value=x),
        node("y", "constant", value=y),
        node("w1", "parameter", value=START[0]),
        node("w2", "parameter", value=START[1]),
        node("z", "matmul", ["x", "w1"]),
        node("h", "sigmoid", ["z"]),
        node("y_pred", "matmul", ["h", "w2"]),
        node("difference", "subtract", ["y_pred", "y"]),
        node("square", "square", ["difference"]),
        node("loss", "sum", ["square"]),
    ],
    output="loss",
)


SCHEDULE = plan(GRAPH)


def recorded(weights: Weights) -> tuple[float, Weights]:
    """The same step with every value, contribution and gradient kept."""
    names = ("w1", "w2")
    run = Run(GRAPH, values=dict(zip(names, weights, strict=True)), schedule=SCHEDULE).finish()
    after = tuple(_moved(w, run.gradient(name)) for name, w in zip(names, weights, strict=True))
    return float(run.value("loss")), after


def _moved(weight: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """One step down the slope, with one new array as by hand; a run takes read-only ones as is."""
    moved = RATE * gradient
    np.subtract(weight, moved, out=moved)
    moved.setflags(write=False)
    return moved


def main() -> None:
    """Time both in random order, round by round."""
    sides = {"by hand": by_hand, "recorded": recorded}
    losses = {}
    for name, step in sides.items():
        weights = tuple(w.copy() for w in START)
        for _ in range(3):
            losses[name], weights = step(weights)
    assert np.isclose(losses["by hand"], losses["recorded"], rtol=1e-12), losses
    times: dict[str, list[float]] = {name: [] for name in sides}
    order = list(sides)
    for _ in range(ROUNDS):
        random.shuffle(order)
        for name in order:
            weights = tuple(w.copy() for w in START)
            begin = time.process_time()
            for _ in range(STEPS):
                _, weights = sides[name](weights)
            times[name].append((time.process_time() - begin) / STEPS)
    ratios = [b / a for a, b in zip(times["by hand"], times["recorded"], strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"by hand   {statistics.median(times['by hand']) * 1e6:7.0f} µs a step")
    print(f"recorded  {statistics.median(times['recorded']) * 1e6:7.0f} µs a step")
    print(f"ratio     {middle:.3f}  (quartiles {low:.3f} to {high:.3f}; the mark is 1.08)")


if __name__ == "__main__":
    main()
