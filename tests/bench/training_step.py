"""The lecture's two-layer training step: recorded in full, against the same step by hand in NumPy.

    python tests/bench/training_step.py

Prints the ratio of medians and its spread over paired rounds; both sides run in one process, in turn.
"""

from __future__ import annotations

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import random
import statistics
import time

import numpy as np

from graphtui import Graph, node
from graphtui.engine.execute import Run

N, D_IN, H, D_OUT = 64, 1000, 100, 10
RATE = 1e-4
ROUNDS, STEPS = 60, 8

rng = np.random.default_rng(0)
x, y = rng.standard_normal((N, D_IN)), rng.standard_normal((N, D_OUT))
START = rng.standard_normal((D_IN, H)), rng.standard_normal((H, D_OUT))


def by_hand(w1: np.ndarray, w2: np.ndarray) -> float:
    """The lecture's listing; changes the weights in place."""
    h = 1 / (1 + np.exp(-x.dot(w1)))
    y_pred = h.dot(w2)
    loss = np.square(y_pred - y).sum()
    grad_y_pred = 2.0 * (y_pred - y)
    grad_w2 = h.T.dot(grad_y_pred)
    grad_h = grad_y_pred.dot(w2.T)
    grad_w1 = x.T.dot(grad_h * h * (1 - h))
    w1 -= RATE * grad_w1
    w2 -= RATE * grad_w2
    return float(loss)


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


def recorded(w1: np.ndarray, w2: np.ndarray) -> float:
    """The same step with every value, contribution and gradient kept; changes the weights in place."""
    run = Run(GRAPH, values={"w1": w1, "w2": w2}).finish()
    w1 -= RATE * run.gradient("w1")
    w2 -= RATE * run.gradient("w2")
    return float(run.value("loss"))


def main() -> None:
    """Time both in random order, round by round."""
    sides = {"by hand": by_hand, "recorded": recorded}
    losses = {name: step(*(w.copy() for w in START)) for name, step in sides.items()}
    assert np.isclose(losses["by hand"], losses["recorded"], rtol=1e-12), losses
    times: dict[str, list[float]] = {name: [] for name in sides}
    order = list(sides)
    for _ in range(ROUNDS):
        random.shuffle(order)
        for name in order:
            weights = [w.copy() for w in START]
            begin = time.process_time()
            for _ in range(STEPS):
                sides[name](*weights)
            times[name].append((time.process_time() - begin) / STEPS)
    ratios = [b / a for a, b in zip(times["by hand"], times["recorded"], strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"by hand   {statistics.median(times['by hand']) * 1e6:7.0f} µs a step")
    print(f"recorded  {statistics.median(times['recorded']) * 1e6:7.0f} µs a step")
    print(f"ratio     {middle:.3f}  (quartiles {low:.3f} to {high:.3f}; the mark is 1.08)")


if __name__ == "__main__":
    main()
