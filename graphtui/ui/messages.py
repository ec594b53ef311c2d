"""What panels tell the app: a wish of the user, in the words of the command table."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from textual.message import Message

from graphtui.ui.engine_thread import Job
from graphtui.ui.session_jobs import Needs

if TYPE_CHECKING:
    from graphtui.view.panels.list_orders import Order


class Perform(Message):
    """Carry out a command, such as `goto h`."""

    def __init__(self, command: str) -> None:
        super().__init__()
        self.command = command

    @classmethod
    def of(cls, name: str, *arguments: str) -> Perform:
        """The command `name` with arguments that may hold anything, such as a node's name."""
        return cls(" ".join((name, *map(shlex.quote, arguments))))


class Press(Message):
    """Do what a key does, because its entry was clicked."""

    def __init__(self, key: str, *, in_context: bool = False) -> None:
        super().__init__()
        self.key = key
        self.in_context = in_context
        """Whether the key is one of what is in front, and not of a command."""


class ListWanted(Message):
    """Another list is to be shown; "" closes the panel of lists."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what


class Ordered(Message):
    """Something is to be done with a row of a list."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self.order = order


class Moved(Message):
    """Another part of a panel's content is seen."""


class Arrived(Message):
    """The engine thread has something to show."""

    def __init__(self, result: object) -> None:
        super().__init__()
        self.result = result


class Work(Message):
    """Something that takes long is to be done on the thread for numbers; it delivers by itself.

    Args:
        job: what is to be done.
        afresh: whether what is being done there is of no use any more.
    """

    def __init__(self, job: Job, *, afresh: bool) -> None:
        super().__init__()
        self.job = job
        self.afresh = afresh


class Said(Message):
    """A panel has something to say, where answers stand."""

    def __init__(self, words: str, role: str = "") -> None:
        super().__init__()
        self.words = words
        self.role = role


class Hovered(Message):
    """The mouse is over something, or over nothing any more, which has no words."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


class Typing(Message):
    """A command is to be typed, and this is how it begins."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class PanelClosed(Message):
    """The panel that fills the screen is no longer wanted."""


class Seeing(Message):
    """The picture is seen in another way, and needs something for that."""

    def __init__(self, needs: Needs) -> None:
        super().__init__()
        self.needs = needs
