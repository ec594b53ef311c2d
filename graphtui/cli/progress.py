"""A line on stderr for what takes longer than a second; it goes when the work is done."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""Seconds in which nothing is said."""

PAUSE = 0.25
"""Seconds between two looks at the work."""

_WIDTH = 79


@contextmanager
def progress(says: Callable[[], str]) -> Iterator[None]:
    """Shows what `says` answers, on a terminal only, while the block is slow.

    It is asked on another thread, so it must only look.
    """
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=_tell, args=(says, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _tell(says: Callable[[], str], done: threading.Event) -> None:
    from graphtui.view.text.safe_text import fit, safe_text, to_ascii

    begun = time.monotonic()
    shown = False
    pause = PATIENCE
    while not done.wait(pause):
        words = f"{says()} ({time.monotonic() - begun:.0f} s; ctrl+c ends it)"
        # In ASCII and without control sequences: any terminal can show it, and take it back.
        sys.stderr.write("\r" + to_ascii(fit(safe_text(words), _WIDTH)))
        sys.stderr.flush()
        shown, pause = True, PAUSE
    if shown:
        sys.stderr.write("\r" + " " * _WIDTH + "\r")
        sys.stderr.flush()
