"""Where a graph came from, well enough to find it again: a file and its bytes, or an expression.

Loading it is for `graph.load`; a session that is saved holds this record instead of the graph.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import NamedTuple

from graphtui.graph.file_text import MOST_BYTES
from graphtui.graph.load import split_target
from graphtui.graph.wording import brief

_FLAGS = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY"))
_PIECE = 2**20


class Description(NamedTuple):
    """What a graph was loaded from."""

    file: str = ""
    """The absolute path; "" for an expression."""
    output: str | None = None
    """The name behind the file, as in `net.py:loss`; None leaves it to the file."""
    sha256: str = ""
    """Of the file's bytes when it was loaded, in hexadecimal; "" where they could not be read."""
    expression: str = ""
    """What was given with `-e`."""
    values: Mapping[str, str] = MappingProxyType({})
    """The values of the expression's names, as they were given."""

    @property
    def name(self) -> str:
        """How messages call it.

        >>> Description("/home/ada/net.py", "loss").name, Description(expression="x * y").name
        ('net.py', 'x * y')
        """
        return os.path.basename(self.file) if self.file else brief(self.expression)

    @property
    def target(self) -> str:
        """The file as the command line takes it, with the name behind it."""
        return self.file if self.output is None else f"{self.file}:{self.output}"

    @property
    def is_program(self) -> bool:
        """Whether loading it runs a program."""
        return self.file.lower().endswith(".py")

    def is_below(self, folder: str) -> bool:
        """Whether its file lies in that folder, or in one in there; an expression needs none."""
        whole = os.path.abspath(folder)
        return not self.file or os.path.commonpath([whole, self.file]) == whole


def describe_file(target: str | os.PathLike[str]) -> Description:
    """The description that `FILE` or `FILE:NAME` names, as its file is now."""
    file, output = split_target(target)
    return Description(os.path.abspath(file), output, file_hash(file))


def file_hash(path: str | os.PathLike[str], most_bytes: int = MOST_BYTES) -> str:
    """The SHA-256 of a file's bytes; "" where there is no regular file that can be read.

    Of a file beyond `most_bytes`, which no description is, only the beginning counts.
    """
    with suppress(OSError, ValueError):
        # A pipe or a device that took the place of the file must not make this wait.
        descriptor = os.open(path, _FLAGS)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return ""
            found = hashlib.sha256()
            while most_bytes > 0 and (piece := os.read(descriptor, min(_PIECE, most_bytes))):
                found.update(piece)
                most_bytes -= len(piece)
            return found.hexdigest()
        finally:
            os.close(descriptor)
    return ""
