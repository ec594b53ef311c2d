"""The worked examples of the lectures, number by number: values, gradients, edges and Jacobians.

The files in `canon/` use op names of their own; `TRANSLATION` says what each is here.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from graphtui import Graph, Limits, Run
from graphtui.graph.nodes import Draft, node
from graphtui.ops import OPS
from graphtui.ops.linear_map import WINDOW_LIMIT, Array, LinearMap

RTOL, ATOL = 1e-9, 1e-12
FILES = sorted(Path(__file__).with_name("canon").glob("*.json"))
WITHOUT_AN_OP = {"huber"}

Written = Mapping[str, Any]
"""One node as a canon file writes it."""


class Case(NamedTuple):
    """One output of one canon file."""

    document: dict[str, Any]
    output: str
    gradients: dict[str, Any]


# From their words to ours -----------------------------------------------------------------------


def same(op: str, **attrs: Any) -> Callable[[Written, Written], list[Draft]]:
    return lambda written, _: [node(written["id"], op, written["args"], **attrs)]


def with_constant(op: str) -> Callable[[Written, Written], list[Draft]]:
    def drafts(written: Written, _: Written) -> list[Draft]:
        name = written["id"]
        constant = node(f"{name}.c", "constant", value=written["attrs"]["c"])
        return [constant, node(name, op, [*written["args"], constant.name])]

    return drafts


def summed(op: str) -> Callable[[Written, Written], list[Draft]]:
    """A sum over everything that `op` gives, in two nodes: `NAME.terms`, then `NAME`."""

    def drafts(written: Written, _: Written) -> list[Draft]:
        terms = f"{written['id']}.terms"
        args = written["args"]
        return [node(terms, op, args), node(written["id"], "sum", [terms])]

    return drafts


def gather(written: Written, constants: Written) -> list[Draft]:
    """The element of each row that a list of labels names, as a column."""
    scores, labels = written["args"]
    rows, columns = (
        [[i] for i in each] for each in (range(len(constants[labels])), constants[labels])
    )
    return [node(written["id"], "getitem", [scores], key=f"{rows}, {columns}")]


def convolution(written: Written, _: Written) -> list[Draft]:
    """A convolution and its bias, in three nodes: `NAME.places`, `NAME.bias`, then `NAME`."""
    name, (x, weight, bias), attrs = written["id"], written["args"], written["attrs"]
    places, aligned = f"{name}.places", f"{name}.bias"
    return [
        node(places, "conv2d", [x, weight], stride=attrs["stride"], padding=attrs["pad"]),
        node(aligned, "reshape", [bias], shape=(-1, 1, 1)),
        node(name, "add", [places, aligned]),
    ]


def max_pooling(written: Written, _: Written) -> list[Draft]:
    size = written["attrs"]["size"]
    return [node(written["id"], "max_pool2d", written["args"], kernel_size=size)]


def axes(op: str) -> Callable[[Written, Written], list[Draft]]:
    return lambda written, _: [node(written["id"], op, written["args"], **written.get("attrs", {}))]


TRANSLATION: dict[str, Callable[[Written, Written], list[Draft]]] = {
    "add": same("add"),
    "sub": same("subtract"),
    "mul": same("multiply"),
    "neg": same("negative"),
    "recip": same("reciprocal"),
    "max": same("maximum"),
    "scale": with_constant("multiply"),
    "shift": with_constant("add"),
    "sumsq": summed("square"),
    "vdot": summed("multiply"),
    "gather": gather,
    "conv2d": convolution,
    "maxpool2d": max_pooling,
    "leaky_relu": same("leaky_relu", negative_slope=0.01),
    "elu": same("elu", alpha=1.0),
    "clip": same("clip", min=-1.0, max=1.0),
    **{op: same(op) for op in ("copy", "exp", "log", "sqrt", "square", "matmul")},
    **{op: same(op) for op in ("sigmoid", "tanh", "relu")},
    **{op: axes(op) for op in ("sum", "mean", "softmax")},
}


def inputs(document: Written) -> dict[str, Any]:
    """The given arrays, or those that the file's generator draws."""
    if "input_generator" not in document:
        return dict(document["inputs"])
    import_line, *draws = document["input_generator"]
    assert import_line == "rng = numpy.random.default_rng(231)"
    rng = np.random.default_rng(231)
    found = {}
    for draw in draws:
        read = re.fullmatch(r"(\w+) = (?:([\d.]+) \* )?rng\.standard_normal\((.*)\)", draw)
        assert read, draw
        name, factor, shape = read.groups()
        sizes = json.loads(shape.replace("(", "[").replace(")", "]"))
        found[name] = float(factor or 1) * rng.standard_normal(sizes)
    return found


def ancestors(document: Written, output: str) -> set[str]:
    args = {each["id"]: each["args"] for each in document["graph"]}
    found: set[str] = set()
    waiting = [output]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += args.get(name, [])
    return found


def graph_of(document: Written, output: str) -> Graph:
    """The part of the example that the output depends on, in our words."""
    needed = ancestors(document, output)
    given, constants = inputs(document), document.get("constants", [])
    computed = [each for each in document["graph"] if each["id"] in needed]
    labels = {each["args"][1] for each in computed if each["op"] == "gather"}
    drafts = [
        node(name, "constant" if name in constants else "parameter", value=np.asarray(value, float))
        for name, value in given.items()
        if name in needed - labels
    ]
    for each in computed:
        drafts += TRANSLATION[each["op"]](each, given)
    return Graph(drafts, output, limits=Limits(array_bytes=2**31, total_bytes=2**33))


def cases() -> Iterable[Case]:
    for file in FILES:
        document = json.loads(file.read_text(encoding="utf-8"))
        every = document.get("gradients_by_output") or {document["output"]: document["gradients"]}
        ops = {each["id"]: each["op"] for each in document["graph"]}
        for output, gradients in every.items():
            if not WITHOUT_AN_OP & {ops.get(name) for name in ancestors(document, output)}:
                yield Case(document, output, gradients)


CASES = list(cases())


def having(key: str) -> pytest.MarkDecorator:
    """For every case whose file has `key`."""
    chosen = [case for case in CASES if key in case.document]
    titles = [f"{case.document['id']}-{case.output}" for case in chosen]
    return pytest.mark.parametrize("case", chosen, ids=titles)


# Numbers ----------------------------------------------------------------------------------------


def agrees(found: Array | None, expected: Any) -> None:
    """Assert that an array is the expected one, or fits the summary of a large one."""
    assert found is not None
    if not isinstance(expected, Mapping):
        np.testing.assert_allclose(found, expected, rtol=RTOL, atol=ATOL)
        assert found.shape == np.shape(expected)
        return
    assert list(found.shape) == expected["shape"]
    # Where a sigmoid is 1 to the last digit, its slope y * (1 - y) is 0, and theirs 1e-20.
    assert np.count_nonzero(found) <= expected["nonzero"]
    spread = ATOL + RTOL * float(np.abs(found).sum())
    np.testing.assert_allclose(found.sum(), expected["sum"], rtol=RTOL, atol=spread)
    for statistic, name in ((np.linalg.norm, "l2"), (np.min, "min"), (np.max, "max")):
        np.testing.assert_allclose(statistic(found), expected[name], rtol=RTOL, atol=ATOL)
    for index, value in expected["entries"]:
        np.testing.assert_allclose(found[tuple(index)], value, rtol=RTOL, atol=ATOL)


def way(run: Run, target: str, source: str) -> list[LinearMap]:
    """The maps of the shortest way from `target` back to `source`."""
    waiting: deque[tuple[str, list[LinearMap]]] = deque([(target, [])])
    while waiting:
        name, maps = waiting.popleft()
        if name == source:
            return maps
        waiting.extend((c.edge.source, [*maps, c.local]) for c in run.contributions(name))
    raise AssertionError(f"no gradient goes from {target} to {source}")


def dense(maps: Iterable[LinearMap]) -> Array:
    """The Jacobian of a chain of maps, through windows."""
    windows = [m.window(slice(None), slice(None)) for m in maps]
    return functools.reduce(np.matmul, windows)


@having("forward")
def test_every_value_and_every_gradient(case: Case) -> None:
    run = Run(graph_of(case.document, case.output)).finish()
    assert not run.faults
    reached = ancestors(case.document, case.output)
    for name, expected in case.document["forward"].items():
        if name in reached:
            agrees(run.value(name), expected)
    for name, expected in case.gradients.items():
        agrees(run.gradient(name), expected)
    for name in set(case.document.get("constants", [])) & set(run.graph.nodes):
        assert run.gradient(name) is None


@having("edges")
def test_every_edge(case: Case) -> None:
    """Upstream, local and downstream of every edge; files of scalar graphs list them."""
    run = Run(graph_of(case.document, case.output)).finish()
    found = {
        (c.edge.target, c.edge.slot): (c.edge.source, c)
        for name in run.graph.nodes
        for c in run.contributions(name)
    }
    slots: dict[str, int] = {}
    for edge in case.document["edges"]:
        slot = slots.get(edge["from"], 0)
        slots[edge["from"]] = slot + 1
        source, contribution = found.pop((edge["from"], slot))
        assert source == edge["to"]
        agrees(contribution.upstream, edge["upstream"])
        agrees(contribution.downstream, edge["downstream"])
        agrees(contribution.local.window(slice(None), slice(None)), [[edge["local"]]])
    assert not found, "every contribution stands in the file"


@having("jacobian_shapes")
def test_every_jacobian_shape(case: Case) -> None:
    run = Run(graph_of(case.document, case.output)).finish()
    reached = ancestors(case.document, case.output)
    checked = 0
    for row in case.document["jacobian_shapes"]:
        target, source = row["edge"].split("<-")
        if target not in reached:
            continue
        maps = way(run, target, source)
        rows, columns = maps[0].matrix_shape[0], maps[-1].matrix_shape[1]
        assert [rows, columns] == row["jacobian"]
        assert list(maps[0].output_shape) == row["out_shape"]
        assert list(maps[-1].input_shape) == row["in_shape"]
        assert 8 * rows * columns == row["dense_float64_bytes"]
        if len(maps) == 1:
            assert maps[0].jacobian_shape == (*row["out_shape"], *row["in_shape"])
            assert maps[0].dense_nbytes == row["dense_float64_bytes"]
        if all(math.prod(m.matrix_shape) <= min(WINDOW_LIMIT, 10_000) for m in maps):
            upstream = run.gradient(target)
            assert upstream is not None
            sent = dense(maps).T @ upstream.reshape(-1)
            for m in maps:
                upstream = m.pullback(upstream)
            agrees(sent.reshape(upstream.shape), upstream)
        checked += 1
    assert checked


@having("jacobians")
def test_every_jacobian_that_is_written_out(case: Case) -> None:
    run = Run(graph_of(case.document, case.output)).finish()
    for title, expected in case.document["jacobians"].items():
        target, source = title.split(" ")[0].split("<-")
        agrees(dense(way(run, target, source)), np.atleast_2d(expected))


@having("lecture_rounding")
def test_every_number_that_a_lecture_prints_is_the_rounding_of_ours(case: Case) -> None:
    run = Run(graph_of(case.document, case.output)).finish()
    printed = case.document["lecture_rounding"]
    for pass_, ours in (("forward", run.value), ("gradients", run.gradient)):
        for name, texts in printed.get(pass_, {}).items():
            if name not in run.graph.nodes:  # it belongs to another output
                continue
            flat = np.ravel(texts)
            array = ours(name)
            assert array is not None
            for text, number in zip(flat, array.reshape(-1), strict=True):
                digits = len(str(text).partition(".")[2])
                assert abs(float(text) - number) <= 0.5 * 10**-digits * (1 + 1e-9)


def test_the_wide_relu_stores_a_mask_and_no_matrix() -> None:
    (document,) = (c.document for c in CASES if c.document["id"] == "c14_relu_4096")
    run = Run(graph_of(document, "L")).finish()
    local = run.contributions("z")[0].local
    assert local.structure == "diagonal"
    assert local.dense_nbytes == 1_342_177_280_000
    assert local.stored_nbytes <= 409_600
    assert local.nonzeros == 204_801


def test_the_training_of_the_two_layer_network_follows_the_lecture() -> None:
    (document,) = (c.document for c in CASES if c.document["id"] == "c20_twolayer_train")
    graph = graph_of(document, "loss")
    weights = {name: graph.nodes[name].value for name in ("w1", "w2")}
    for _, loss in sorted(document["loss_at_step"].items()):
        run = Run(graph, values=weights).finish()
        np.testing.assert_allclose(run.value("loss"), loss, rtol=1e-8)
        for name in weights:
            weights[name] = weights[name] - 1e-4 * run.gradient(name)  # type: ignore[operator]


def test_batch_norm_is_what_the_lecture_writes_out() -> None:
    (document,) = (c.document for c in CASES if c.document["id"] == "c35_batchnorm")
    given = document["inputs"]
    x, gamma, beta = (node(name, "parameter", value=given[name]) for name in ("x", "gamma", "beta"))
    out = node("out", "batch_norm", ["x", "gamma", "beta"], eps=1e-5)
    run = Run(Graph([x, gamma, beta, out], "out"), seed=given["G"]).finish()
    agrees(run.value("out"), document["forward"]["out"])
    for name in ("x", "gamma", "beta"):
        agrees(run.gradient(name), document["gradients"][name])


def test_the_layer_of_the_lecture_has_760_parameters() -> None:
    (document,) = (c.document for c in CASES if c.document["id"] == "c31_conv_760")
    graph = graph_of(document, document["output"])
    assert sum(graph.nodes[name].value.size for name in "wb") == 760  # type: ignore[union-attr]
    run = Run(graph).finish()
    by_x, by_w = (c.local for c in run.contributions("out.places"))
    assert (by_x.structure, by_w.structure) == ("toeplitz", "block diagonal")
    assert by_x.matrix_shape == (10 * 32 * 32, 3 * 32 * 32)
    assert by_x.stored_nbytes == 8 * 750


@pytest.mark.parametrize(("stride", "size"), [(1, 5), (2, 3), (3, 2)])
def test_a_filter_of_3_on_5_with_padding_1(stride: int, size: int) -> None:
    """The lecture says that stride 3 does not fit; as in PyTorch the rest is left over."""
    shape = OPS["conv2d"].shape(
        (1, 1, 1, 5), (1, 1, 1, 3), stride=stride, padding=(0, 1), dilation=1, groups=1
    )
    assert shape == (1, 1, 1, size)


def test_every_file_is_used() -> None:
    assert {case.document["id"] for case in CASES} == {file.stem for file in FILES}
    assert len(FILES) == 24
