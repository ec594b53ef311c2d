"""The picture of a Jacobian: exact where there is room, and never more work than pixels."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphtui.debugger.session import DebugSession
from graphtui.graph.graph import Graph
from graphtui.ops import OPS
from graphtui.ops.linear_map import Array, Diagonal, Identity, LinearMap, Shape
from graphtui.ops.matmul_maps import matmul_sides
from graphtui.ops.moving_maps import Permutation, Placement, Selection
from graphtui.ops.summing_maps import DiagonalMinusOuter, Reduction
from graphtui.view.jacobian.entries import FEW, MANY, Asked, entries
from graphtui.view.jacobian.picture import (
    HERE,
    Extent,
    asked_for,
    extent,
    matrix_pixels,
    picture,
    picture_legend,
    picture_lines,
)
from graphtui.view.text.lines import plain
from tests.strategies import graphs
from tests.view.shown import check_golden


def dense(local: LinearMap) -> Array:
    return local.window(slice(None), slice(None))


def everything(local: LinearMap) -> Asked:
    rows, columns = map(np.arange, local.matrix_shape)
    return Asked(rows, columns, rows, 2 * len(columns))


def check_exact(local: LinearMap) -> None:
    """Where every entry has a pixel, the picture is the matrix, and entries stand where they do."""
    matrix = dense(local)
    pixels = matrix_pixels(local, Extent(*local.matrix_shape))
    assert pixels is not None
    np.testing.assert_allclose(pixels, matrix, rtol=1e-12, atol=0)
    found = entries(local, everything(local))
    assert found is not None
    np.testing.assert_allclose(found.values, matrix[found.rows, found.columns], rtol=1e-12)


@given(graphs(), st.data())
@settings(max_examples=80, deadline=None)
def test_every_map_of_a_run_is_drawn_as_it_is(graph: Graph, data: st.DataObject) -> None:
    session = DebugSession(graph)
    session.resume()
    everything = [c for step in session.run.steps for c in step.contributions]
    if everything:
        local = data.draw(st.sampled_from(everything)).local
        if np.isfinite(dense(local)).all():
            check_exact(local)


@pytest.mark.parametrize("name", OPS)
def test_every_op_is_drawn_as_it_is(name: str) -> None:
    op = OPS[name]
    for sample in op.samples:
        attrs = op.complete(sample.attrs)
        with np.errstate(all="ignore"):
            y = np.asarray(op.forward(*sample.arrays, **attrs))
            found = op.local(y, *sample.arrays, **attrs)
        for local in found:
            if local is not None and np.isfinite(dense(local)).all():
                check_exact(local)


BIG = 100 * 4096


class Watched(Diagonal):
    """A diagonal map that counts what is asked of it."""

    def _window(self, rows: Any, columns: Any) -> Any:
        raise AssertionError("the picture asks for no window")


def maps(shape: Shape = (100, 4096)) -> dict[str, LinearMap]:
    """Maps whose matrices would take from gigabytes to exabytes."""
    draw = np.random.default_rng(0)
    left, right = matmul_sides(
        draw.normal(size=(512, 1000)), draw.normal(size=(1000, 300)), (512, 300)
    )
    return {
        "diagonal": Watched(draw.random(shape) > 0.5, shape, shape),
        "broadcast": Diagonal(2.0, shape, (4096,)),
        "identity": Identity((BIG,), shape),
        "permutation": Permutation((1, 0), (4096, 100), shape),
        "selection": Selection((slice(10, 90, 2), slice(None, None, -4)), (40, 1024), shape),
        "placement": Placement((slice(3, 9), slice(None)), shape, (6, 4096)),
        "left": left,
        "right": right,
        "sum": Reduction(1.0, (0,), (4096,), shape),
        **layers(),
        "softmax": DiagonalMinusOuter(
            np.full(shape, 0.1), np.full(shape, 0.1), np.ones(shape), 1, shape, shape
        ),
    }


def layers() -> dict[str, LinearMap]:
    """Maps of the layers of a convolutional network on 64 pictures."""
    x = np.sin(np.arange(64.0 * 3 * 32 * 32)).reshape(64, 3, 32, 32)
    weight, ones = np.cos(np.arange(750.0)).reshape(10, 3, 5, 5), np.ones(3)
    given: dict[str, tuple[tuple[Array, ...], dict[str, Any]]] = {
        "conv2d": ((x, weight), {"padding": 2}),
        "max_pool2d": ((x,), {"kernel_size": 3, "stride": 2}),
        "avg_pool2d": ((x,), {"kernel_size": 2}),
        "batch_norm": ((x, ones, ones), {}),
        "layer_norm": ((x, x[0, 0], x[0, 1]), {}),
    }
    found = {}
    for name, (xs, attrs) in given.items():
        complete = OPS[name].complete(attrs)
        y = OPS[name].forward(*xs, **complete)
        for slot, local in enumerate(OPS[name].local(y, *xs, **complete)):
            assert local is not None
            found[f"{name} {slot}"] = local
    return found


@pytest.mark.parametrize("name", maps())
def test_a_huge_matrix_opens_at_once(name: str) -> None:
    local = maps()[name]
    size = extent(local, 80, 30)
    start = time.process_time()
    lines = picture(local, size, 0, 0, colour=False).lines
    assert time.process_time() - start < 0.5
    assert len(lines) == size.lines
    assert any(character in plain(lines) for character in "▀▄█")


def test_only_as_many_entries_are_asked_for_as_there_are_pixels() -> None:
    for name, local in maps().items():
        asked = asked_for(local, Extent(40, 40))
        assert max(map(len, asked[:3])) <= 40 * MANY
        found = entries(local, asked)
        assert found is not None, name
        assert len(found.rows) <= 40 * MANY + 40 * FEW * 80, name


def test_the_diagonal_of_a_huge_relu_is_a_diagonal() -> None:
    local = maps()["diagonal"]
    pixels = matrix_pixels(local, Extent(40, 40))
    assert pixels is not None
    np.testing.assert_array_equal(pixels != 0, np.eye(40, dtype=bool))


def test_a_long_matrix_is_not_a_line() -> None:
    local = Diagonal(1.0, (10_000, 3), (3,))
    assert extent(local, 60, 20) == Extent(40, 3)
    assert extent(Reduction(1.0, (0,), (), (5000,)), 60, 20) == Extent(1, 60)
    assert extent(Diagonal(1.0, (), ()), 60, 20) == Extent(1, 1)
    assert extent(Diagonal(1.0, (0,), (0,)), 60, 20) == Extent(0, 0)
    assert picture_lines(Diagonal(1.0, (0,), (0,)), Extent(0, 0)) == []


def test_the_mark_stands_where_the_window_begins() -> None:
    local = Diagonal(np.ones(100), (100,), (100,))
    size = extent(local, 20, 10)
    lines = plain(picture(local, size, 50, 50).lines).split("\n")
    assert [line.find(HERE) for line in lines if HERE in line] == [10]
    assert lines[5].index(HERE) == 10


def test_the_legend_says_what_colours_and_marks_mean() -> None:
    local = Diagonal(np.linspace(-8.0, 8.0, 100), (100,), (100,))
    drawn = picture(local, extent(local, 20, 10), 0, 0)
    coloured = plain([picture_legend(drawn, 120, True, False)])
    assert "+4 · quarters of 8 · by what is seen · ╋ where the numbers begin" in coloured
    without = picture_legend(drawn, 120, False, False)
    assert plain([without]) == "ink where entries are not zero · ╋ where the numbers begin"
    whole = picture(local, Extent(100, 100), 0, 0)
    assert "seen" not in plain([picture_legend(whole, 120, True, False)])
    assert HERE not in plain([picture_legend(whole, 120, True, False)])


@pytest.mark.parametrize(
    "name", ["diagonal", "left", "right", "permutation", "placement", "softmax"]
)
def test_goldens(name: str) -> None:
    local = {
        "diagonal": Diagonal(np.ones(50), (50,), (50,)),
        **dict(
            zip(
                ("left", "right"),
                matmul_sides(np.ones((6, 8)), np.ones((8, 5)), (6, 5)),
                strict=True,
            )
        ),
        "permutation": Permutation((1, 0), (6, 8), (8, 6)),
        "placement": Placement((slice(3, 9),), (12, 4), (6, 4)),
        **layers(),
        "softmax": DiagonalMinusOuter(
            0.2, np.full((6, 5), 0.2), np.ones((6, 5)), 1, (6, 5), (6, 5)
        ),
    }[name]
    lines = picture(local, extent(local, 60, 20), 0, 0, colour=False).lines
    check_golden("jacobian", f"picture_{name}", lines)
    ascii_lines = picture_lines(local, extent(local, 60, 20), ascii_only=True)
    assert plain(ascii_lines).isascii()
