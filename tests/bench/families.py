"""Graphs to lay out: five kinds of net, and the shapes that break a layout, at any size.

Nodes come in tape order: a wire always leads to a later node. A generator with the same size gives
the same graph on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from graphtui.graph.graph import Graph, node
from graphtui.view.drawing.boxes import Box, Wire


class Tape:
    """A graph that is being written down, node after node."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self.inputs: list[tuple[int, ...]] = []
        self._keys: list[str] = []

    def node(self, label: str, *inputs: int) -> int:
        """The number of a new node."""
        self.labels.append(label)
        self.inputs.append(inputs)
        return len(self.labels) - 1

    def linear(self, x: int, weight: int | None = None) -> int:
        """`x @ W + b`, with parameters of its own unless a weight is given."""
        product = self.node("@", x, self.node("W") if weight is None else weight)
        return self.node("+", product, self.node("b"))

    def key(self, number: int) -> str:
        """What a node is called: the same object at every call, as the names in a graph are."""
        self._keys += [f"n{n:06}" for n in range(len(self._keys), number + 1)]
        return self._keys[number]

    def boxes(self, gap: int = 6) -> list[Box]:
        """The nodes as boxes; the last one has the arrow out."""
        last = len(self.labels) - 1
        return [
            Box(self.key(n), label, len(ins), "op" if ins else "leaf", gap, n == last)
            for n, (label, ins) in enumerate(zip(self.labels, self.inputs, strict=True))
        ]

    def wires(self) -> list[Wire]:
        """The edges as wires."""
        return [
            Wire(self.key(source), self.key(target), slot)
            for target, ins in enumerate(self.inputs)
            for slot, source in enumerate(ins)
        ]

    def graph(self) -> Graph:
        """A graph of that shape that can be run; three operands and more are taken two by two."""
        nodes, names = [], list[str]()
        for number, ins in enumerate(self.inputs):
            name, operands = self.key(number), [names[each] for each in ins]
            if not ins:
                nodes.append(node(name, "parameter", value=number / 1000))
            elif len(ins) == 1:
                nodes.append(node(name, "tanh", operands))
            else:
                for extra in range(len(ins) - 2):
                    nodes.append(node(f"{name}_{extra}", "maximum", operands[:2]))
                    operands[:2] = [f"{name}_{extra}"]
                nodes.append(node(name, "maximum", operands))
            names.append(name)
        return Graph(nodes, output=names[-1])


def transformer(size: int) -> Tape:
    """Blocks of attention, a sub-graph per head, and of a two-layer net; op by op."""
    heads = {30: 1, 300: 4, 3_000: 12, 30_000: 32}.get(size, 64)
    tape = Tape()
    x = tape.node("x")
    while len(tape.labels) < size:
        normed = tape.node("norm", x, tape.node("γ"))
        outs = []
        for _ in range(heads):
            q, k, v = (tape.node("@", normed, tape.node("W")) for _ in range(3))
            scores = tape.node("@", q, tape.node("T", k))
            outs.append(tape.node("@", tape.node("softmax", tape.node("/√d", scores)), v))
            if len(tape.labels) + 16 >= size:
                break
        joined = tape.node("cat", *outs) if len(outs) > 1 else outs[0]
        x = tape.node("+", x, tape.linear(joined))
        normed = tape.node("norm", x, tape.node("γ"))
        x = tape.node("+", x, tape.linear(tape.node("relu", tape.linear(normed))))
    return tape


def mlp_scalar(size: int) -> Tape:
    """Every weight, product and sum of a dense net is a node."""
    width = {30: 2, 300: 5, 3_000: 16, 30_000: 60}.get(size, 120)
    tape = Tape()
    layer = [tape.node(f"x{n}") for n in range(width)]
    while len(tape.labels) < size:
        outs = []
        for _ in range(width):
            total = tape.node("b")
            for x in layer:
                total = tape.node("+", total, tape.node("*", tape.node("w"), x))
            outs.append(tape.node("tanh", total))
            if len(tape.labels) >= size:
                break
        layer = outs
    total = layer[0]
    for x in layer[1:]:
        total = tape.node("+", total, x)
    return tape


def lstm(size: int) -> Tape:
    """An unrolled cell: eight weights are used at every step."""
    tape = Tape()
    weights = [tape.node(name) for name in ("Wf", "Uf", "Wi", "Ui", "Wo", "Uo", "Wg", "Ug")]
    h, c = tape.node("h0"), tape.node("c0")
    while len(tape.labels) < size - 8:
        x = tape.node("x")
        gates = []
        for n, label in enumerate(("σ", "σ", "σ", "tanh")):
            a, b = tape.node("@", x, weights[2 * n]), tape.node("@", h, weights[2 * n + 1])
            gates.append(tape.node(label, tape.node("+", a, b)))
        kept = tape.node("*", gates[0], c)
        c = tape.node("+", kept, tape.node("*", gates[1], gates[3]))
        h = tape.node("*", gates[2], tape.node("tanh", c))
    return tape


def resnet(size: int) -> Tape:
    """A chain of blocks, each with a way around it and every parameter a leaf."""
    tape = Tape()
    x = tape.node("x")
    while len(tape.labels) < size:
        y = x
        for last in (False, True):
            y = tape.node("conv", y, tape.node("W"))
            y = tape.node("norm", y, tape.node("γ"), tape.node("β"))
            y = y if last else tape.node("relu", y)
        x = tape.node("relu", tape.node("+", x, y))
    return tape


def random_layers(size: int) -> Tape:
    """Gates with one or two operands, most of them from the layer before."""
    rng = random.Random(size)
    tape = Tape()
    across = max(3, round(size**0.5 / 1.5))
    for number in range(size):
        layer = number // across
        sources = []
        for _ in range(0 if layer == 0 else rng.choice((1, 2, 2))):
            back = rng.choice((1, 1, 1, 1, 2, 3))
            sources.append(max(0, layer - back) * across + rng.randrange(across))
        tape.node("op" if sources else "x", *sources)
    return tape


FAMILIES: dict[str, Callable[[int], Tape]] = {
    "transformer": transformer,
    "random": random_layers,
    "mlp_scalar": mlp_scalar,
    "lstm": lstm,
    "resnet": resnet,
}

SIZES = (30, 300, 3_000, 30_000, 100_000)


def chain(size: int) -> Tape:
    """One gate after the other."""
    tape = Tape()
    x = tape.node("x")
    for _ in range(size - 1):
        x = tape.node("exp", x)
    return tape


def wide(size: int) -> Tape:
    """A third of all nodes in one column, and a concatenation of them all."""
    tape = Tape()
    leaves = [tape.node("x") for _ in range(size // 3)]
    middle = [tape.node("exp", leaf) for leaf in leaves]
    rng = random.Random(size)
    rng.shuffle(middle)
    tape.node("cat", *(tape.node("ln", each) for each in middle))
    return tape


def skips(size: int) -> Tape:
    """Ways down and up again, each level joined to its other half: skips as long as the graph."""
    tape = Tape()
    x = tape.node("x")
    down = []
    for _ in range(size // 2):
        x = tape.node("exp", x)
        down.append(x)
    for each in reversed(down):
        x = tape.node("+", x, each)
    return tape


EXTREMES: dict[str, Callable[[int], Tape]] = {"chain": chain, "wide": wide, "skips": skips}
