"""What the headless debugger sends: a greeting, answers, events, each one JSON object.

Which commands come, and when a line is sent, is for `cli.headless`. Numbers are as in `documents`,
but the arrays of a step are summed up where they are large.
"""

from __future__ import annotations

from typing import Any

from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.reply import Reply
from graphtui.debugger.snapshot import Snapshot, Stop
from graphtui.view.answers.documents import bounded_numbers, step_document
from graphtui.view.answers.replies import reply_document

FORMAT = 1
"""Rises when a program that reads these documents would have to change."""


def greeting_document(snapshot: Snapshot, *, version: str, file: str) -> dict[str, Any]:
    """The first line: who speaks, and what is being debugged."""
    return {
        "graphtui": version,
        "format": FORMAT,
        "file": file,
        "output": snapshot.graph.output,
        "nodes": len(snapshot.graph.nodes),
        "steps": snapshot.total,
        "backward": snapshot.run.plan.seed_step > 0,
        "warnings": list(map(str, snapshot.graph.warnings)),
    }


def answer_document(
    reply: Reply, snapshot: Snapshot, *, moved: bool, interrupted: Interrupted = never
) -> dict[str, Any]:
    """What a command answers, and where the session stands then.

    Args:
        reply: the answer.
        snapshot: the session after it.
        moved: whether the command has moved the cursor; then the step is the data, if the reply
            brings none.
        interrupted: asked now and then whether to stop, by what takes long.
    """
    data = reply_document(reply, interrupted)
    if data is None and moved and snapshot.step is not None:
        data = step_document(snapshot.run, snapshot.step, bounded_numbers)
    return {"ok": True, "message": reply.text, **place_document(snapshot), "data": data}


def event_document(event: str, snapshot: Snapshot, **more: Any) -> dict[str, Any]:
    """Something that happened on the way, and where."""
    return {"event": event, "message": snapshot.message, **place_document(snapshot), **more}


def place_document(snapshot: Snapshot) -> dict[str, Any]:
    """Where the session stands."""
    step = snapshot.step
    return {
        "step": snapshot.cursor,
        "total": snapshot.total,
        "phase": snapshot.phase.value,
        "node": None if step is None else step.node,
        "focus": snapshot.focus,
        "state": _state(snapshot),
        "stop": None if snapshot.stop is None else _stop(snapshot.stop),
    }


def _state(snapshot: Snapshot) -> str:
    if snapshot.step is None:
        return "start"
    if snapshot.step.error is not None:
        return "failed"
    return "end" if snapshot.cursor == snapshot.total else "stopped"


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "reasons": [
            {
                "breakpoint": reason.breakpoint or None,
                "catch": reason.catch or None,
                "message": reason.message,
            }
            for reason in stop.reasons
        ]
    }
