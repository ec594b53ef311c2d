"""A saved session on the command line: what it is of takes its place, and it is gone on with there.

Opening a session of a Python program runs that program, as opening the program does. One that lies
elsewhere than the session must be named as well, so that no file from somebody else can choose what
is run.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from graphtui.cli.arguments import Settings
from graphtui.errors import UsageError

if TYPE_CHECKING:
    from graphtui.debugger.kept.session_file import SavedSession

ENDING = ".graphtui"


class Opening(NamedTuple):
    """What is to be opened."""

    settings: Settings
    """With a description where a session was named."""
    saved: SavedSession | None
    """Where to go on; None where no session was named."""


def opening(settings: Settings) -> Opening:
    """What the settings name: `SESSION.graphtui`, `SESSION.graphtui DESCRIPTION`, or anything else.

    Raises:
        DescriptionError: the session was refused.
        UsageError: its description is not there, or would have to be named.
    """
    words = settings.words
    if settings.expression is not None or not words or not words[0].lower().endswith(ENDING):
        return Opening(settings, None)
    if len(words) > 2:
        raise UsageError(f"name a session and its description at most, got {len(words)} files.")
    from graphtui.debugger.kept.session_file import read_session

    size = {} if settings.max_file is None else {"most_bytes": settings.max_file}
    saved = read_session(words[0], **size)
    saved = _moved(saved, words[1]) if len(words) == 2 else _checked(saved)
    description = saved.description
    if description.file:
        settings = settings._replace(words=(_as_typed(description.target),))
    else:
        values = (f"{name}={value}" for name, value in description.values.items())
        settings = settings._replace(expression=description.expression, words=tuple(values))
    if settings.seed is None and saved.seed is not None:
        settings = settings._replace(seed=json.dumps(saved.seed))
    return Opening(settings, saved)


def _moved(saved: SavedSession, target: str) -> SavedSession:
    """The session with its description where the user says it is."""
    from graphtui.debugger.description import describe_file
    from graphtui.debugger.kept.session_file import at_description

    if not saved.description.file:
        raise UsageError(f"{saved.file}: this session is of an expression: name it alone.")
    return at_description(saved, describe_file(target))


def _checked(saved: SavedSession) -> SavedSession:
    """The session, if its description is there and may be opened."""
    file = saved.description.file
    if file and not os.path.lexists(file):
        raise UsageError(
            f"{saved.file}: its description '{file}' is not there. "
            f"If it is elsewhere: graphtui {saved.file} FILE"
        )
    if saved.description.is_program and not saved.is_beside:
        raise UsageError(
            f"{saved.file}: this is of the program '{file}', which lies elsewhere and would be "
            f"run. If you want that, name it: graphtui {saved.file} {_as_typed(file)}"
        )
    return saved


def _as_typed(path: str) -> str:
    """The path from here, where that is shorter."""
    return min(path, os.path.relpath(path), key=len)
