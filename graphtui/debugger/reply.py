"""What a command answers: a sentence, and what it is about for whoever draws or sends it.

How a subject looks is for `view.replies`.
"""

from __future__ import annotations

from typing import NamedTuple


class Reply(NamedTuple):
    """The answer to a command."""

    text: str
    """A sentence; several lines where the answer is a list."""
    subject: object = None
    """What the command found: an array, an `Answer`, rows of a list. None where the text is all."""

    def __str__(self) -> str:
        return self.text


def reply_of(answer: str | Reply) -> Reply:
    """The reply that a command's answer is."""
    return answer if isinstance(answer, Reply) else Reply(answer)
