"""A view that has things found out on another thread, and makes use of them on the screen's.

What was asked about something that is no longer shown is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from graphtui.ui.engine_thread import Job, Token
from graphtui.ui.line_view import WheeledView
from graphtui.ui.messages import PanelClosed, Said, Work


class WorkingView(WheeledView):
    """A panel that fills the screen, with something that takes time behind it."""

    class Learned(Message):
        """Another thread has found something out.

        Args:
            number: that of the question.
            take: makes use of the answer.
        """

        def __init__(self, number: int, take: Callable[[], None]) -> None:
            super().__init__()
            self.number = number
            self.take = take

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self._number = 0

    def begin_anew(self) -> int:
        """From now on, what was asked before is of no use; the number of what is asked now."""
        self._number += 1
        return self._number

    @property
    def asked(self) -> int:
        """The number of what is asked now."""
        return self._number

    def work(self, job: Job) -> None:
        """Have something done on the other thread, instead of what is being done there."""
        self.post_message(Work(job, afresh=True))

    def found(self, number: int, take: Callable[[], None]) -> None:
        """Have the screen's thread make use of something; called on any thread."""
        self.post_message(self.Learned(number, take))

    def on_working_view_learned(self, message: WorkingView.Learned) -> None:
        """Make use of what was found out, unless something else is shown by now."""
        if message.number == self._number:
            message.take()

    def say(self, words: str, role: str = "") -> None:
        """Say something where answers stand."""
        if words:
            self.post_message(Said(words, role))

    def interrupt(self) -> None:
        """Stop what takes long."""
        self.work(_nothing)

    def close(self) -> None:
        """Close the panel, and stop what is being found out for it."""
        self.begin_anew()
        self.interrupt()
        self.post_message(PanelClosed())


def _nothing(token: Token) -> None:
    """What is being done is of no use any more, and nothing else is to be done."""
