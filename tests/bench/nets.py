"""Nets with groups, at any size: what people fold. Every node is a scalar, so that they can be run.

The same size gives the same graph on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from graphtui.graph.graph import Draft, Graph, node


class Net:
    """A graph with groups that is being written down."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self._group: list[str] = []

    @contextmanager
    def group(self, name: str) -> Iterator[None]:
        """What is written inside lies in a group."""
        self._group.append(name)
        yield
        self._group.pop()

    def leaf(self, name: str, kind: str = "parameter") -> str:
        """The name of a new leaf."""
        return self._write(name, kind, (), len(self.drafts) % 7 / 8)

    def op(self, op: str, *inputs: str) -> str:
        """The name of a new gate."""
        return self._write(f"{op}{len(self.drafts)}", op, inputs, None)

    def linear(self, x: str, weight: str = "") -> str:
        """`x * W + b`, with parameters of its own unless a weight is given."""
        return self.op("add", self.op("multiply", x, weight or self.leaf("W")), self.leaf("b"))

    def graph(self, output: str) -> Graph:
        """All of it."""
        return Graph(self.drafts, output)

    def _write(self, name: str, op: str, inputs: tuple[str, ...], value: float | None) -> str:
        group = "/".join(self._group)
        if not inputs:
            name = f"{name}{len(self.drafts)}"
        full = f"{group}/{name}" if group else name
        self.drafts.append(node(full, op, inputs, group=group, value=value))
        return full


def transformer(size: int) -> Graph:
    """Blocks of attention, a group per head, and of a two-layer net."""
    heads = {300: 4, 3_000: 12, 30_000: 32}.get(size, 64)
    net = Net()
    x = net.leaf("x", "input")
    block = 0
    while len(net.drafts) < size:
        with net.group(f"block{block}"):
            with net.group("attention"):
                normed = net.op("tanh", x)
                outs = []
                for head in range(heads):
                    with net.group(f"head{head}"):
                        q, k, v = (net.op("multiply", normed, net.leaf(n)) for n in "QKV")
                        scores = net.op("exp", net.op("multiply", q, net.op("negative", k)))
                        outs.append(net.op("multiply", scores, v))
                joined = outs[0]
                for each in outs[1:]:
                    joined = net.op("add", joined, each)
                x = net.op("add", x, net.linear(joined))
            with net.group("mlp"):
                hidden = net.op("relu", net.linear(net.op("tanh", x)))
                x = net.op("add", x, net.linear(hidden))
        block += 1
    return net.graph(net.op("tanh", x))


def lstm(size: int) -> Graph:
    """An unrolled cell: eight weights are used at every step."""
    net = Net()
    weights = [net.leaf(name) for name in ("Wf", "Uf", "Wi", "Ui", "Wo", "Uo", "Wg", "Ug")]
    h, c = net.leaf("h", "input"), net.leaf("c", "input")
    step = 0
    while len(net.drafts) < size - 8:
        with net.group(f"step{step}"):
            x = net.leaf("x", "input")
            gates = []
            for n, op in enumerate(("sigmoid", "sigmoid", "sigmoid", "tanh")):
                with net.group("fiog"[n]):
                    a = net.op("multiply", x, weights[2 * n])
                    b = net.op("multiply", h, weights[2 * n + 1])
                    gates.append(net.op(op, net.op("add", a, b)))
            kept = net.op("multiply", gates[0], c)
            c = net.op("add", kept, net.op("multiply", gates[1], gates[3]))
            h = net.op("multiply", gates[2], net.op("tanh", c))
        step += 1
    return net.graph(h)


def resnet(size: int) -> Graph:
    """Stages of blocks, each with a way around it and every parameter a leaf."""
    net = Net()
    x = net.linear(net.leaf("x", "input"))
    stage, blocks = 0, max(size // 200, 3)
    while len(net.drafts) < size:
        with net.group(f"stage{stage}"):
            for block in range(blocks):
                with net.group(f"block{block}"):
                    y = x
                    for last in (False, True):
                        with net.group("conv2" if last else "conv1"):
                            y = net.op("tanh", net.linear(net.op("multiply", y, net.leaf("W"))))
                            y = y if last else net.op("relu", y)
                    x = net.op("relu", net.op("add", x, y))
                if len(net.drafts) >= size:
                    break
        x = net.linear(x)
        stage += 1
    return net.graph(x)


NETS: dict[str, Callable[[int], Graph]] = {
    "transformer": transformer,
    "lstm": lstm,
    "resnet": resnet,
}
