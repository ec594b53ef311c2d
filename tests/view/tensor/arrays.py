"""Arrays that tests of tensor views share."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.view.text.heat import HEAT_ROLES
from graphtui.view.text.lines import Line, plain
from graphtui.view.text.roles import ROLES
from graphtui.view.text.safe_text import cell_width, safe_text

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
DTYPES = st.sampled_from([np.float64, np.float32, np.int64, np.bool_])
ARRAYS = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES))
FULL = hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=5)
FULL_ARRAYS = hnp.arrays(
    np.float64,
    FULL,
    elements=st.floats(-3, 3, width=16) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -0.0]),
)
"""With at least one element, and numbers that come again."""

SOME = settings(max_examples=30, deadline=None)

PIXEL = re.compile(r"pixel\.[0-9a-f]{3}( on pixel\.[0-9a-f]{3})?")


def check_lines(lines: list[Line], width: int, height: int) -> None:
    """Every line fits, holds nothing that a terminal would obey, and has roles that exist."""
    assert len(lines) <= height
    for row in lines:
        assert sum(cell_width(span.text) for span in row) <= width, plain([row])
        for span in row:
            known = span.role in ROLES or span.role in HEAT_ROLES
            assert known or PIXEL.fullmatch(span.role), span.role
            assert safe_text(span.text) == span.text
