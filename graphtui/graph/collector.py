"""Python's collector of cycles, at rest while a great many objects are made that stay.

It would look at all of them again and again: loading a file of 20 MB takes a third longer with it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collector() -> Iterator[None]:
    """Nothing is collected inside; what is made there should hold no cycles.

    It counts as old at the end: else the first thing done after it would be to look at all of it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.unfreeze()  # into the oldest generation
            gc.enable()
