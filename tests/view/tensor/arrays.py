"""Arrays that tests of tensor views share."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

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
