"""The command that a click on a place stands for: set a breakpoint there, or take it away.

What was typed is not lost to a click: a breakpoint with a condition, a count or a log is switched
off and on.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphtui.debugger.stops.breakpoints import Breakpoint, Target


def toggling(breakpoints: Mapping[int, Breakpoint], target: Target) -> str:
    """What to perform when that node, op or group is clicked.

    >>> from graphtui.debugger.stops.breakpoints import Kind
    >>> here = Target(Kind.NODE, "h")
    >>> toggling({}, here), toggling({3: Breakpoint(target=here)}, here)
    ('break h', 'delete 3')
    >>> toggling({3: Breakpoint(target=here, condition="h > 1")}, here)
    'disable 3'
    """
    there = {number: each for number, each in breakpoints.items() if each.target == target}
    for number, each in there.items():
        if Breakpoint(target=target, enabled=each.enabled) == each:
            return f"delete {number}"
    for number, each in there.items():
        return f"{'disable' if each.active else 'enable'} {number}"
    return f"break {target}"
