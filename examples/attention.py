"""Attention: every word looks at those before it.

Four words with six numbers each, two heads, and a residual connection around them. Watch x: it
receives its gradient unchanged from the addition, and beside it one contribution from each query,
key and value. The mask adds -1e9 to what lies in the future, so those weights are 0, and so are
their gradients: press y at the scores. Each head is a group in a frame: z folds it.
"""

import numpy as np

from graphtui import constant, input, parameter, softmax

rng = np.random.default_rng(3)
WORDS, WIDTH, HEAD = 4, 6, 3


def weights(rows, columns):
    return rng.normal(0, rows**-0.5, (rows, columns))


x = input(rng.normal(0, 1, (WORDS, WIDTH)))
future = constant(np.triu(np.full((WORDS, WORDS), -1e9), k=1))


def head(Wq, Wk, Wv):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    scores = q @ k.T / HEAD**0.5 + future
    return softmax(scores, axis=-1) @ v


Wq1, Wk1, Wv1 = (parameter(weights(WIDTH, HEAD), name=f"W{n}1") for n in "qkv")
Wq2, Wk2, Wv2 = (parameter(weights(WIDTH, HEAD), name=f"W{n}2") for n in "qkv")
Wo = parameter(weights(WIDTH, WIDTH))

heads = np.concatenate([head(Wq1, Wk1, Wv1), head(Wq2, Wk2, Wv2)], axis=-1)
y = x + heads @ Wo
target = constant(weights(WORDS, WIDTH))
loss = np.mean((y - target) ** 2)
