"""graphtui: gdb for gradients, a debugger for computational graphs that lives in the terminal.

The public names are here, and each is imported when it is first used: `import graphtui` loads
neither NumPy nor a screen. Every op of `OPS` is a name as well, so that a description can say
`from graphtui import input, parameter, sigmoid`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphtui.debugger.session import DebugSession as DebugSession
    from graphtui.debugger.snapshot import Snapshot as Snapshot
    from graphtui.engine.execute import Contribution as Contribution
    from graphtui.engine.execute import Fault as Fault
    from graphtui.engine.execute import Run as Run
    from graphtui.engine.execute import Step as Step
    from graphtui.engine.execute import run as run
    from graphtui.engine.gradcheck import gradcheck as gradcheck
    from graphtui.errors import DescriptionError as DescriptionError
    from graphtui.errors import GraphtuiError as GraphtuiError
    from graphtui.errors import LimitError as LimitError
    from graphtui.errors import UsageError as UsageError
    from graphtui.errors import UserCodeError as UserCodeError
    from graphtui.graph.graph import Edge as Edge
    from graphtui.graph.graph import Graph as Graph
    from graphtui.graph.graph import Limits as Limits
    from graphtui.graph.graph import node as node
    from graphtui.graph.json_file import save_json as save_json
    from graphtui.graph.load import load as load
    from graphtui.graph.python.build import constant as constant
    from graphtui.graph.python.build import input as input
    from graphtui.graph.python.build import parameter as parameter
    from graphtui.graph.python.define_op import define_op as define_op
    from graphtui.graph.python.tensor import Tensor as Tensor
    from graphtui.ops import OPS as OPS
    from graphtui.ops.linear_map import LinearMap as LinearMap
    from graphtui.ui.debug import debug as debug

__version__ = "0.1.0"

_HOMES = {
    "graphtui.debugger.session": ("DebugSession",),
    "graphtui.debugger.snapshot": ("Snapshot",),
    "graphtui.engine.execute": ("Contribution", "Fault", "Run", "Step", "run"),
    "graphtui.engine.gradcheck": ("gradcheck",),
    "graphtui.errors": (
        "DescriptionError",
        "GraphtuiError",
        "LimitError",
        "UsageError",
        "UserCodeError",
    ),
    "graphtui.graph.python.build": ("constant", "input", "parameter"),
    "graphtui.graph.python.define_op": ("define_op",),
    "graphtui.graph.graph": ("Edge", "Graph", "Limits", "node"),
    "graphtui.graph.json_file": ("save_json",),
    "graphtui.graph.load": ("load",),
    "graphtui.graph.python.tensor": ("Tensor",),
    "graphtui.ops": ("OPS",),
    "graphtui.ops.linear_map": ("LinearMap",),
    "graphtui.ui.debug": ("debug",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """The public object called `name`, imported now; an op's name gives its builder function."""
    from importlib import import_module

    if name.startswith("__"):
        raise AttributeError(name)
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    from graphtui.ops import OPS

    if name in OPS:
        return getattr(import_module("graphtui.graph.python.build"), name)
    from graphtui.ops.other_names import op_hint

    raise AttributeError(f"module 'graphtui' has no attribute '{name}'.{op_hint(name, OPS)}")


def __dir__() -> list[str]:
    from graphtui.ops import OPS

    return sorted({*globals(), *_HOME_OF, *OPS})
