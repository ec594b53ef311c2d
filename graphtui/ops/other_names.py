"""What the ops are called elsewhere, and what to write for those that are not here: one table.

It serves every place where somebody names an op: descriptions, expressions, NumPy's functions in
Python, the command line. Misspelt names are for `errors.nearest`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphtui.errors import nearest

_SAME: Mapping[str, str] = {
    # arithmetic
    "plus": "add", "sub": "subtract", "minus": "subtract", "mul": "multiply", "times": "multiply",
    "hadamard": "multiply", "div": "divide", "truediv": "divide", "true_divide": "divide",
    "realdiv": "divide", "neg": "negative", "pow": "power", "float_power": "power", "sqr": "square",
    "inv": "reciprocal", "recip": "reciprocal", "ln": "log",
    "fabs": "abs", "absolute": "abs",
    # routing
    "clamp": "clip", "clip_by_value": "clip", "hardtanh": "clip", "relu6": "clip",
    "select": "where", "cond": "where", "ifelse": "where", "identity": "copy", "clone": "copy",
    "detach": "stop_gradient", "no_grad": "stop_gradient", "fmax": "maximum", "fmin": "minimum",
    # activations
    "logistic": "sigmoid", "expit": "sigmoid", "rectifier": "relu", "lrelu": "leaky_relu",
    "leakyrelu": "leaky_relu", "logsoftmax": "log_softmax",
    # linear
    "mm": "matmul", "bmm": "matmul", "mv": "matmul", "gemm": "matmul", "inner": "dot",
    "vdot": "dot", "convolution": "conv2d", "conv": "conv2d", "maxpool": "max_pool2d",
    "max_pool": "max_pool2d", "maxpool2d": "max_pool2d", "avgpool": "avg_pool2d",
    "avg_pool": "avg_pool2d", "averagepool": "avg_pool2d", "avgpool2d": "avg_pool2d",
    "batchnorm": "batch_norm", "batch_normalization": "batch_norm", "layernorm": "layer_norm",
    "layer_normalization": "layer_norm",
    # reductions
    "reduce_sum": "sum", "reducesum": "sum", "add.reduce": "sum", "reduce_mean": "mean",
    "reducemean": "mean", "average": "mean", "avg": "mean", "reduce_max": "max", "amax": "max",
    "reducemax": "max", "maximum.reduce": "max", "reduce_min": "min", "amin": "min",
    "reducemin": "min", "minimum.reduce": "min", "variance": "var", "reduce_variance": "var",
    "logaddexp": "logsumexp", "reduce_logsumexp": "logsumexp",
    # shapes
    "permute": "transpose", "swapaxes": "transpose", "moveaxis": "transpose", "t": "transpose",
    "view": "reshape", "flatten": "reshape", "ravel": "reshape", "squeeze": "reshape",
    "unsqueeze": "reshape", "expand_dims": "reshape", "expand": "broadcast_to",
    "broadcast": "broadcast_to", "concat": "concatenate", "cat": "concatenate",
    "hstack": "concatenate", "vstack": "concatenate", "slice": "getitem", "gather": "getitem",
    "index": "getitem", "index_select": "getitem", "take": "getitem",
    # losses and comparisons
    "mse": "mse_loss", "l2_loss": "mse_loss", "mean_squared_error": "mse_loss",
    "softmax_cross_entropy": "cross_entropy", "softmax_cross_entropy_with_logits": "cross_entropy",
    "sparse_softmax_cross_entropy_with_logits": "cross_entropy",
    "cross_entropy_loss": "cross_entropy", "crossentropyloss": "cross_entropy",
    "crossentropy": "cross_entropy", "svm_loss": "hinge_loss", "multi_margin_loss": "hinge_loss",
    "gt": "greater", "ge": "greater_equal", "gte": "greater_equal", "lt": "less",
    "le": "less_equal", "lte": "less_equal", "eq": "equal", "ne": "not_equal", "neq": "not_equal",
}  # fmt: skip
"""Names of an op in other frameworks; those of two words also with the words run together."""

_INSTEAD: Mapping[str, str] = {
    "linear": "matmul and add",
    "dense": "matmul and add",
    "addmm": "matmul and add",
    "fully_connected": "matmul and add",
    "fc": "matmul and add",
    "affine": "matmul and add",
    "sum_of_squares": "sum(square(x))",
    "linalg.norm": "sqrt(sum(square(x)))",
    "norm": "sqrt(sum(square(x)))",
    "rsqrt": "1 / sqrt(x)",
    "std": "sqrt(var(x))",
    "tan": "sin(x) / cos(x)",
    "exp2": "exp(x * log(2))",
    "log2": "log(x) / log(2)",
    "log10": "log(x) / log(10)",
    "log1p": "log(1 + x)",
    "expm1": "exp(x) - 1",
    "sign": "where(x > 0, 1, -1)",
    "heaviside": "greater",
    "nll_loss": "log_softmax and mean, or cross_entropy of the scores",
    "nll": "log_softmax and mean, or cross_entropy of the scores",
    "bce": "softplus: mean(softplus(s) - y * s) of scores s",
    "bce_loss": "softplus: mean(softplus(s) - y * s) of scores s",
    "binary_cross_entropy": "softplus: mean(softplus(s) - y * s) of scores s",
    "l1_loss": "mean(abs(a - b))",
    "mae": "mean(abs(a - b))",
    "silu": "x * sigmoid(x)",
    "swish": "x * sigmoid(x)",
    "gelu": "x * sigmoid(1.702 * x), which is near it",
    "mish": "x * tanh(softplus(x))",
    "log_sigmoid": "-softplus(-x)",
    "logsigmoid": "-softplus(-x)",
    "hardsigmoid": "clip(x / 6 + 0.5, min=0, max=1)",
    "einsum": "matmul, transpose and sum",
    "tensordot": "reshape and matmul",
    "outer": "reshape and multiply",
    "kron": "reshape and multiply",
    "conv1d": "conv2d with a height of 1",
    "argmax": "max",
    "argmin": "min",
    "prod": "multiply",
    "cumsum": "matmul with a triangle of ones",
    "split": "indexing, x[:3]",
    "chunk": "indexing, x[:3]",
    "tile": "broadcast_to and reshape",
    "repeat": "broadcast_to and reshape",
    "flip": "indexing, x[::-1]",
    "pad": "concatenate",
    "rmsnorm": "x / sqrt(mean(square(x)) + 1e-5)",
    "rms_norm": "x / sqrt(mean(square(x)) + 1e-5)",
}
"""What to write for ops that are not here."""

_HOW: Mapping[str, str] = {
    "relu6": " with min=0 and max=6",
    "hardtanh": " with min=-1 and max=1",
    "hstack": " with axis=1",
    "vstack": " with axis=0",
    "swapaxes": " with 'axes'",
    "moveaxis": " with 'axes'",
}


def op_hint(name: str, known: Iterable[str]) -> str:
    """' Did you mean 'multiply'?' for a name that an op has elsewhere, or near to a known one.

    >>> op_hint("mul", ["multiply"]), op_hint("rsqrt", ["sqrt"]), op_hint("tahn", ["tanh"])
    (" Did you mean 'multiply'?", ' Use 1 / sqrt(x).', " Did you mean 'tanh'?")
    """
    short = name[:80]
    for prefix in ("np.", "numpy.", "torch.", "tf.", "jnp.", "jax.", "nn.", "functional.", "F."):
        short = short.removeprefix(prefix)
    for each in (short, short.lower(), short.lower().replace("_", "")):
        if each in _SAME:
            return f" Did you mean '{_SAME[each]}'{_HOW.get(each, '')}?"
        if each in _INSTEAD:
            return f" Use {_INSTEAD[each]}."
    return nearest(name, known)
