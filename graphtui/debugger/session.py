"""The debugger without a screen: a cursor on a run that can be moved both ways.

Every command of the table in `commands` is a method here, and answers with a sentence or a `Reply`.
The methods are written in chapters: each of the classes that this one is made of is one.
"""

from __future__ import annotations

from graphtui.debugger.chapters.asking import Asking
from graphtui.debugger.chapters.checking import Checking
from graphtui.debugger.chapters.folding import Folding
from graphtui.debugger.chapters.informing import Informing
from graphtui.debugger.chapters.moving import AT_END, AT_START, describe_step
from graphtui.debugger.chapters.viewing import Viewing
from graphtui.debugger.compare.comparing import Comparing
from graphtui.debugger.kept.keeping import Keeping

__all__ = ["AT_END", "AT_START", "DebugSession", "describe_step"]


class DebugSession(Informing, Folding, Viewing, Asking, Checking, Comparing, Keeping):
    """A cursor on a run of `graph`, to be moved, stopped, asked and changed.

    Args:
        graph: what to debug.
        seed: the gradient to start backward with; a scalar output has 1.

    Raises:
        UsageError: the seed does not fit the output.
    """
