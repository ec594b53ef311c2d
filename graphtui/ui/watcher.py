"""Whether files hold something else than what was loaded from them, seen by looking now and then.

Looking costs a `stat` for each file; a file is read only when that has changed. A change counts
when it has settled: two looks in a row saw the same, so that a file that is being written is left
alone. When to look is for the app.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from graphtui.debugger.description import file_hash

INTERVAL = 0.3
"""Seconds from look to look."""

Signature = tuple[int, ...] | None
"""What `stat` says of a file that changes when its content does; None where there is none."""


class Watcher:
    """Looks at some files.

    Args:
        hashes: the files, each with the SHA-256 of what is known of it, "" where it is not there.
    """

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = dict(hashes)
        self._seen: dict[str, Signature] = {}
        self._read: dict[str, Signature] = {}
        """What `stat` said when the content was looked at last."""
        self._changed = False

    def watch(self, files: Iterable[str]) -> None:
        """Look at these files from now on; what they hold now is known."""
        self._hashes = {
            file: self._hashes[file] if file in self._hashes else file_hash(file)
            for file in dict.fromkeys(files)
        }

    def know(self) -> None:
        """Take what the files hold now as known: they are about to be loaded."""
        self._hashes = {file: file_hash(file) for file in self._hashes}
        self._changed = False

    def look(self) -> bool:
        """Whether a file has changed, and none still changes; what it holds is then known."""
        settled = True
        for file, known in self._hashes.items():
            signature = _signature(file)
            if file in self._read and signature == self._read[file]:
                continue
            if file not in self._seen or signature != self._seen[file]:
                self._seen[file] = signature
                settled = False
                continue
            self._read[file] = signature
            found = file_hash(file)
            self._changed |= found != known
            self._hashes[file] = found
        if not settled or not self._changed:
            return False
        self._changed = False
        return True


def _signature(file: str) -> Signature:
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
