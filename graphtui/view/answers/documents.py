"""A run as JSON documents: what `run --json` and `trace --json` promise to programs.

Numbers round-trip exactly; NaN and infinities are the words "nan", "inf" and "-inf".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphtui.engine.execute import Contribution, Run, Step
from graphtui.engine.plan import Phase
from graphtui.errors import GraphtuiError, Problem
from graphtui.graph.values import nested_list
from graphtui.ops.linear_map import Array

MOST_ELEMENTS = 1000
"""Arrays up to this size are sent whole where documents are bounded."""

Numbers = Callable[[Array | None], Any]
"""How an array is written."""


def all_numbers(array: Array | None) -> Any:
    """`array` as nested lists, however large; None where there is none."""
    return None if array is None else nested_list(array)


def bounded_numbers(array: Array | None) -> Any:
    """`array` as nested lists; a large one as its size, shape and range.

    >>> bounded_numbers(np.array([1.0, np.inf]))
    [1.0, 'inf']
    >>> bounded_numbers(np.arange(2000.0).reshape(2, 1000))
    {'elided': 2000, 'shape': [2, 1000], 'min': 0.0, 'max': 1999.0, 'not_finite': 0}
    """
    if array is None or array.size <= MOST_ELEMENTS:
        return None if array is None else nested_list(array)
    finite = array[np.isfinite(array)]
    return {
        "elided": array.size,
        "shape": list(array.shape),
        "min": finite.min().item() if finite.size else None,
        "max": finite.max().item() if finite.size else None,
        "not_finite": array.size - finite.size,
    }


def run_document(run: Run) -> dict[str, Any]:
    """One object: the output's name, and every node's op, shape, dtype, value and gradient."""
    return {
        "output": run.graph.output,
        "nodes": {
            name: {
                "op": node.op.name,
                "shape": list(node.shape),
                "dtype": node.dtype.name,
                "value": all_numbers(run.value(name)),
                "gradient": all_numbers(run.gradient(name)),
            }
            for name, node in run.graph.nodes.items()
        },
    }


def step_document(run: Run, step: Step, numbers: Numbers = all_numbers) -> dict[str, Any]:
    """One step: its value, or the contributions that it sent."""
    document: dict[str, Any] = {
        "step": step.number,
        "phase": step.phase.value,
        "node": step.node,
        "op": run.graph.nodes[step.node].op.name,
    }
    if step.error is not None:
        document["error"] = str(step.error) or type(step.error).__name__
    elif step.phase is Phase.BACKWARD:
        document["contributions"] = [
            contribution_document(each, numbers) for each in step.contributions
        ]
    else:
        document["value"] = numbers(step.value)
    return document


def contribution_document(
    contribution: Contribution, numbers: Numbers = all_numbers
) -> dict[str, Any]:
    """What one edge sent, with its local map."""
    local = contribution.local
    return {
        "input": contribution.edge.source,
        "slot": contribution.edge.slot,
        "upstream": numbers(contribution.upstream),
        "local": {
            "structure": local.structure,
            "jacobian_shape": list(local.jacobian_shape),
            "matrix_shape": list(local.matrix_shape),
            "compact": numbers(local.compact()),
        },
        "downstream": numbers(contribution.downstream),
    }


def error_documents(error: GraphtuiError, file: str) -> list[dict[str, Any]]:
    """Every problem that an error lists, or the error itself as the only one."""
    problems: Sequence[Problem] = getattr(error, "problems", ())
    return [problem_document(problem, file) for problem in problems or [Problem(str(error))]]


def problem_document(problem: Problem, file: str) -> dict[str, Any]:
    """One problem of a description; line and column count from 1, 0 where unknown."""
    place = problem.place
    return {
        "code": problem.code,
        "file": place.file if place else file,
        "line": place.line if place else 0,
        "column": place.column if place else 0,
        "path": problem.path,
        "message": problem.message,
    }
