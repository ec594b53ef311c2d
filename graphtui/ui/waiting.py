"""What the screen says while it waits: for a command, or for the description.

When it is said, and that it goes when the answer is there, is the app's affair.
"""

from __future__ import annotations

from graphtui.view.text.safe_text import safe_text

TICK = 0.1
"""Seconds between two looks at what is being waited for."""

PATIENCE = 0.2
"""Seconds that a command may take before it is told."""

PATIENCE_AGAIN = 1.0
"""Seconds that reading a description again may take; until then the graph of before can be used."""

_MOST_TYPED = 40


def command_words(command: str, seconds: float, *, stopping: bool = False) -> str:
    """What is said about a command that is being carried out for so long; "" at first.

    >>> command_words("gradcheck all", 0.1), command_words("gradcheck all", 0.3)
    ('', 'gradcheck all … i stops it.')
    >>> command_words("gradcheck all", 3.4)
    'gradcheck all … 3 s. i stops it.'
    >>> command_words("gradcheck all", 3.4, stopping=True)
    'gradcheck all … 3 s. It is being stopped.'
    """
    if seconds < PATIENCE:
        return ""
    after = "It is being stopped." if stopping else "i stops it."
    return f"{safe_text(command, _MOST_TYPED)} … {_age(seconds)}{after}"


def loading_words(title: str, seconds: float, *, again: bool = False) -> str:
    """What is said about a description that is being read for so long.

    >>> loading_words("net.py", 0.3), loading_words("net.py", 2.0)
    ('Loading net.py … ctrl+c gives up.', 'Loading net.py … 2 s. ctrl+c gives up.')
    >>> loading_words("net.py", 0.3, again=True), loading_words("net.py", 2.0, again=True)
    ('', 'Reading net.py again … 2 s.')
    """
    if not again:
        return f"Loading {title} … {_age(seconds)}ctrl+c gives up."
    return f"Reading {title} again … {_age(seconds)}".rstrip() if seconds >= PATIENCE_AGAIN else ""


def _age(seconds: float) -> str:
    """Whole seconds, and nothing before the first."""
    return f"{int(seconds)} s. " if seconds >= 1 else ""
