"""Every op by name, frozen: the one list that loading, running, testing and help read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from graphtui.ops.elementwise import ELEMENTWISE
from graphtui.ops.linear import LINEAR
from graphtui.ops.op import Op

OPS: Mapping[str, Op] = MappingProxyType({op.name: op for op in (*ELEMENTWISE, *LINEAR)})
"""Every record by name."""
