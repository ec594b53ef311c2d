"""A saved session goes on: on its description as it is now, which may have changed since."""

from __future__ import annotations

import os

from graphtui.debugger.chapters.changing import Changing
from graphtui.debugger.chapters.lasting import Lasting
from graphtui.debugger.kept.carry_over import briefly, restore
from graphtui.debugger.kept.session_file import SavedSession, read_session
from graphtui.engine.execute import Run
from graphtui.errors import CommandError
from graphtui.graph.load import load, load_expression


def reopen(session: Lasting, saved: SavedSession) -> str:
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


def run_of_session(file: str) -> Run:
    """The run of a saved session, with its edits; nothing of it is carried out yet.

    Raises:
        CommandError: it is of a program that lies elsewhere, which it must not choose to run.
        GraphtuiError: it was refused, or its description.
    """
    saved = read_session(file)
    description = saved.description
    if description.is_program and not saved.is_beside:
        raise CommandError(
            f"{file}: this is of the program '{description.file}', which lies elsewhere and would "
            "be run. Name the program instead."
        )
    if description.file:
        graph = load(description.target)
    else:
        graph = load_expression(description.expression, description.values)
    session = Changing(graph, seed=saved.seed)
    if lost := session.make(saved.state.edits):
        raise CommandError(f"{file}: {lost[0]}")
    return session.run
