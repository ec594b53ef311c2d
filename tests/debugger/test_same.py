"""What differs: bits, shapes and dtypes do, one NaN from another does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graphtui.debugger.same import differing, same

ARRAYS = st.sampled_from(["float64", "float16", "int64", "bool"]).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=2, max_side=3))
)


@given(ARRAYS, st.data())
def test_exactly_the_changed_elements_differ(old: np.ndarray, data: st.DataObject) -> None:
    new = data.draw(hnp.arrays(old.dtype, old.shape))
    expected = [repr(a) != repr(b) for a, b in zip(old.reshape(-1), new.reshape(-1), strict=True)]
    assert differing(old, new).reshape(-1).tolist() == expected
    assert same(old, new) is not any(expected)
    assert same(old, old.copy())
    assert same(old[()], new[()]) is same(old, new)


def test_one_nan_is_like_any_other() -> None:
    payload = np.array([0x7FF8000000000001], np.uint64).view(np.float64)
    assert not differing(payload, np.array([np.nan])).any()
    assert same(payload[0], -np.float64(np.nan))
    assert not same(np.array(0.0), np.array(-0.0))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, False),
        (True, 1),
        (True, np.array(True)),
        (None, np.array(0.0)),
        ("a", "b"),
        ("a", np.array("a")),
        (np.zeros(1), np.zeros(())),
        (np.zeros(2), np.zeros((2, 1))),
        (np.zeros(2, np.float32), np.zeros(2)),
        (np.zeros(2, np.int64), np.zeros(2)),
    ],
)
def test_things_of_another_kind_are_not_the_same(old: object, new: object) -> None:
    assert not same(old, new)
    assert not same(new, old)
