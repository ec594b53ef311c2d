"""The list and the pages of ops hold what the records say."""

from __future__ import annotations

import pytest

from graphtui.ops import OPS
from graphtui.ops.linear_map import STRUCTURES
from graphtui.ops.op import Op
from graphtui.view.answers.op_pages import NOTHING, op_list, op_page, structures
from graphtui.view.text.lines import plain


@pytest.fixture(params=OPS)
def op(request: pytest.FixtureRequest) -> Op:
    return OPS[str(request.param)]


def test_the_list_has_every_op_with_formulas_structures_and_note() -> None:
    blocks = plain(op_list(OPS.values())).split("\n\n")
    assert len(blocks) == len(OPS)
    for block, op in zip(blocks, OPS.values(), strict=True):
        head, local, jacobian, note = block.splitlines()
        assert head == f"{op.name}: {op.formula}"
        assert local.strip() == "local     " + " · ".join(f or NOTHING for f in op.local_formulas)
        assert jacobian.strip() == "Jacobian  " + " · ".join(structures(op))
        assert note.strip() == op.note


def test_the_page_has_everything_that_the_record_says(op: Op) -> None:
    page = plain(op_page(op))
    for words in (op.formula, op.note, op.at_kinks, *filter(None, op.local_formulas)):
        assert words in page
    for name, attribute in op.attrs.items():
        assert f"attribute {name} (" in page
        assert attribute.note in page


def test_an_input_has_structures_exactly_where_a_gradient_flows(op: Op) -> None:
    for kinds, formula in zip(structures(op), op.local_formulas, strict=True):
        named = set(kinds.split(" or "))
        assert named == {NOTHING} if formula is None else named <= set(STRUCTURES)


def test_structures_that_a_lecture_names() -> None:
    assert structures(OPS["relu"]) == ["diagonal"]
    assert "block diagonal" in structures(OPS["softmax"])[0]
    assert "kronecker" in structures(OPS["matmul"])[0]
    assert "permutation" in structures(OPS["transpose"])[0]
