"""A run beside that of a session, carried out to its end; the session's own is left as it is."""

from __future__ import annotations

from collections.abc import Callable

from graphtui.engine.execute import Run
from graphtui.errors import CommandError

INTERVAL = 64
"""How many steps are carried out between two questions whether to stop."""

Interrupted = Callable[[], bool]
"""Whether to stop; asked now and then."""


def never() -> bool:
    """No: who asks is not to be interrupted."""
    return False


def ask(interrupted: Interrupted, number: int) -> None:
    """Go on, unless it is time to ask and the answer is to stop.

    Raises:
        CommandError: it is to stop.
    """
    if number % INTERVAL == 0 and interrupted():
        raise CommandError("interrupted before there was an answer.")


def finished(run: Run, interrupted: Interrupted = never) -> Run:
    """`run` where it has ended, else one like it that has; what `run` knows is not computed again.

    Raises:
        CommandError: it was interrupted.
    """
    if run.ended:
        return run
    copy = Run(
        run.graph,
        values=run.given,
        gradients={name: each for name, each in run.replaced.items() if name != run.graph.output},
        seed=run.seed,
        schedule=run.plan,
        base=run,
    )
    while not copy.ended:
        ask(interrupted, len(copy.steps))
        copy.advance()
    return copy
