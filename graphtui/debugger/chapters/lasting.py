"""The chapters of a session of which something outlives it; what that is, is for `carry_over`."""

from __future__ import annotations

from graphtui.debugger.chapters.changing import Changing
from graphtui.debugger.chapters.focusing import Focusing
from graphtui.debugger.chapters.looking import Looking


class Lasting(Looking, Focusing, Changing):
    """What is changed, what is looked for, and what is shown because of the focus."""
