"""Samples that elementwise records share: every rank, one element, none, repeated either way."""

from __future__ import annotations

import numpy as np

from graphtui.ops.op import Rejection, Sample

MATRIX = [[1.0, -2.0, 3.0], [4.0, 0.5, -6.0]]
ROW = [0.1, 0.2, -0.3]
COLUMN = [[2.0], [-0.5]]
CUBE = np.linspace(-2.0, 2.1, 12).reshape(2, 2, 3)

PAIRS = (
    Sample((-2.0, 5.0)),
    Sample((MATRIX, ROW)),
    Sample((COLUMN, ROW)),
    Sample((2.5, ROW)),
    Sample((CUBE, COLUMN)),
    Sample(([[3.0]], [-4.0])),
    Sample((np.zeros((0, 3)), ROW)),
)
SINGLES = (
    Sample((0.7,)),
    Sample((MATRIX,)),
    Sample((CUBE,)),
    Sample(([-1.5],)),
    Sample((np.zeros(0),)),
)
POSITIVE = (
    Sample((0.7,)),
    Sample(([[0.5, 1.0, 20.0], [3.0, 0.01, 7.0]],)),
    Sample(([2.0],)),
    Sample((np.ones((0, 3)),)),
)
UNBROADCASTABLE = (Rejection((np.ones((4, 3)), np.ones(4)), "broadcast, got (4, 3) and (4,)"),)
