"""What ops are called elsewhere leads to what they are called here, wherever an op is named."""

from __future__ import annotations

import re

import pytest

import graphtui
from graphtui.errors import DescriptionError
from graphtui.graph.graph import Graph, node
from graphtui.graph.load import load_expression
from graphtui.ops import OPS
from graphtui.ops.other_names import _INSTEAD, _SAME, op_hint


def test_every_name_leads_to_an_op_and_is_none_itself() -> None:
    assert set(_SAME.values()) <= set(OPS)
    assert not (set(_SAME) | set(_INSTEAD)) & set(OPS)
    assert not set(_SAME) & set(_INSTEAD)


@pytest.mark.parametrize("name", _INSTEAD)
def test_what_to_write_instead_names_ops(name: str) -> None:
    words = set(re.findall(r"[a-z_0-9]+(?=\()|[a-z]+_[a-z0-9_]+|conv2d", _INSTEAD[name]))
    assert words <= set(OPS), name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mul", " Did you mean 'multiply'?"),
        ("bmm", " Did you mean 'matmul'?"),
        ("torch.nn.LeakyReLU", " Did you mean 'leaky_relu'?"),
        ("relu6", " Did you mean 'clip' with min=0 and max=6?"),
        ("dense", " Use matmul and add."),
        ("reduce_sum", " Did you mean 'sum'?"),
        ("np.linalg.norm", " Use sqrt(sum(square(x)))."),
        ("sofmax", " Did you mean 'softmax'?"),
        ("zzz", ""),
        ("m" * 100_000, ""),
    ],
)
def test_the_hint(name: str, words: str) -> None:
    assert op_hint(name, OPS) == words


@pytest.mark.parametrize("name", ["sub", "neg", "pow", "mm", "softmax_cross_entropy"])
def test_a_description_is_told(name: str) -> None:
    with pytest.raises(DescriptionError, match="is not an op. Did you mean '") as refusal:
        Graph([node("x", "input", value=1.0), node("f", name, ["x"])])
    assert f"'{_SAME[name]}'?" in str(refusal.value)


@pytest.mark.parametrize("text", ["mul(x, 2)", "np.mm(x, x)", "Sub(x, 1)"])
def test_an_expression_is_told(text: str) -> None:
    with pytest.raises(DescriptionError, match="is not an op. Did you mean '"):
        load_expression(text, {"x": "3"})


def test_the_package_tells_where_an_op_is_asked_for_by_another_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'mul'. Did you mean 'multiply'?"):
        _ = graphtui.mul
