"""Write a file as a whole or not at all: a crash leaves the old content or the new, no mixture."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from graphtui.errors import UsageError


def replace_file(path: str | os.PathLike[str], text: str) -> None:
    """Make `text` the content of the file at `path`, in UTF-8.

    The text goes to a new file in the same folder, which then takes the place of the old one and
    keeps its permissions. A symbolic link stays a link.

    Raises:
        UsageError: the file cannot be written; the old one is as it was.
    """
    replace_file_with(path, lambda file: file.write(text.encode("utf-8")))


def replace_file_with(path: str | os.PathLike[str], write: Callable[[BinaryIO], object]) -> None:
    """Make what `write` writes the content of the file at `path`, as `replace_file` does a text.

    Args:
        path: the file.
        write: called once with the new file, open for bytes. If it raises, the old file stays.

    Raises:
        UsageError: the file cannot be written; the old one is as it was.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        _replace(target, write)
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise UsageError(
            f"{os.fsdecode(path)}: this cannot be written ({reason}). "
            "What was there is unchanged. Name another file."
        ) from None


def _replace(target: Path, write: Callable[[BinaryIO], object]) -> None:
    mode = _mode(target)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}-")
    try:
        with open(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(target.parent)


def _mode(target: Path) -> int:
    """The permissions of the old file, or those that a new one gets."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    # The new name must survive a power cut too; some systems cannot open a folder for it.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
