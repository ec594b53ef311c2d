"""A saved session goes on: on its description as it is now, which may have changed since."""

from __future__ import annotations

import os

from graphtui.debugger.carry_over import briefly, restore
from graphtui.debugger.changing import Changing
from graphtui.debugger.session_file import SavedSession


def reopen(session: Changing, saved: SavedSession) -> str:
    """Bring a new session to where `saved` stood, and give the words that tell of it.

    Args:
        session: on the graph of the description that `saved` is of, new; its `description` says
            what the file holds now.
        saved: what was read.
    """
    told = restore(session, saved.state)
    session.kept_in = saved.file
    total = len(session.run.plan.tasks)
    words = [f"Opened '{os.path.basename(saved.file)}' at step {session.cursor} of {total}."]
    before, now = saved.description, session.description
    if now is not None and now.sha256 != before.sha256:
        words.append(f"'{now.name}' has changed since: {briefly(told) or 'all names are there.'}")
    elif told:
        words.append(briefly(told))
    return " ".join(words)
