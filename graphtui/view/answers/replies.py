"""The answers of commands, as lines for a page and as documents for programs.

Each kind of subject that a reply can be about has one row here; how it looks stands in a module of
its own, where it is more than a few lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphtui.debugger.chapters.watching import Watched
from graphtui.debugger.checks.check_report import HereCheck, WholeCheck
from graphtui.debugger.checks.nudge import Nudge
from graphtui.debugger.compare.beside import Compared
from graphtui.debugger.explained.explained import Explained
from graphtui.debugger.finding import Found
from graphtui.debugger.finished import Interrupted, never
from graphtui.debugger.lensed import Lensed
from graphtui.debugger.listing import Listing
from graphtui.debugger.printed import Printed
from graphtui.debugger.profile_columns import Profiled
from graphtui.debugger.reasons.answer import Answer
from graphtui.debugger.reasons.biography import Biography
from graphtui.debugger.reply import Reply
from graphtui.debugger.saved import SavedTable
from graphtui.debugger.step_diff import StepDiff
from graphtui.debugger.viewed import Viewed
from graphtui.graph.graph import Edge
from graphtui.view.answers.check_lines import (
    check_document,
    check_lines,
    whole_document,
    whole_lines,
)
from graphtui.view.answers.compare_lines import compare_document, compare_lines
from graphtui.view.answers.diff_lines import diff_lines
from graphtui.view.answers.documents import bounded_numbers
from graphtui.view.answers.listing_lines import listing_document, listing_lines
from graphtui.view.answers.nudge_lines import nudge_document, nudge_lines
from graphtui.view.answers.printed_lines import is_long, printed_document, printed_lines
from graphtui.view.answers.saved_lines import saved_lines
from graphtui.view.answers.watch_lines import watch_lines
from graphtui.view.text.lines import Line, Span
from graphtui.view.text.safe_text import safe_text

MOST_MATCHES = 1_000
"""Nodes that were found, as they are sent to programs; the number of the others is told."""


class Look(NamedTuple):
    """How one kind of subject is shown."""

    document: Callable[[Any, Interrupted], Any]
    """It in plain dicts, lists, numbers and text; what takes long asks whether to stop."""
    lines: Callable[[Any, int], list[Line]] | None = None
    """It in lines of at most so many cells; None where the sentence says all."""
    is_long: Callable[[Any], bool] = lambda subject: True
    """Whether this one needs those lines."""


def has_page(reply: Reply) -> bool:
    """Whether there is more to show than one sentence."""
    look = LOOKS.get(type(reply.subject))
    if look is None or look.lines is None:
        return "\n" in reply.text
    return look.is_long(reply.subject)


def reply_lines(reply: Reply, width: int) -> list[Line]:
    """A page with what the reply is about, in lines of at most `width` cells."""
    look = LOOKS.get(type(reply.subject))
    if look is not None and look.lines is not None:
        return look.lines(reply.subject, width)
    return [(Span(safe_text(text)),) for text in reply.text.split("\n")]


def reply_document(reply: Reply, interrupted: Interrupted = never) -> Any:
    """What the reply is about, for programs; None where its sentence says all.

    Args:
        reply: the answer.
        interrupted: asked now and then whether to stop; the document says what it is of then.
    """
    look = LOOKS.get(type(reply.subject))
    if look is None:
        return None
    return look.document(reply.subject, interrupted)


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "kind": answer.kind,
        "jump": answer.jump,
        "causes": [
            {
                "kind": cause.kind,
                "node": cause.node,
                "words": cause.words,
                "edge": _edge(cause.edge),
                "count": cause.count,
            }
            for cause in answer.causes
        ],
    }


def _biography(biography: Biography) -> list[dict[str, Any]]:
    return [{**event._asdict(), "edge": _edge(event.edge)} for event in biography.events]


def _explained(words: Explained) -> dict[str, Any]:
    return {**words._asdict(), "also": list(words.also)}


def _found(found: Found) -> dict[str, Any]:
    more = len(found.nodes) - MOST_MATCHES
    return {**found._asdict(), "nodes": list(found.nodes[:MOST_MATCHES]), "more": max(more, 0)}


def _watched(watched: Watched) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            **printed_document(Printed(row.text, row.result)),
            "state": row.state.value,
            "words": row.words,
            "changed": row.changed,
            "changes": row.changes,
            "last_change": row.last_change,
        }
        for row in watched.rows
    ]


def _watched_lines(watched: Watched, width: int) -> list[Line]:
    return watch_lines(watched.rows, width)


def _step_diff(diff: StepDiff) -> list[dict[str, Any]]:
    return [
        {
            "node": change.node,
            "what": change.what.value,
            "old": bounded_numbers(change.old),
            "new": bounded_numbers(change.new),
            "arrived": change.arrived,
            "expected": change.expected,
        }
        for change in diff.changes
    ]


def _step_diff_lines(diff: StepDiff, width: int) -> list[Line]:
    return diff_lines(diff.changes, width)


def _saved(table: SavedTable) -> dict[str, Any]:
    rows = [
        {**row._asdict(), "shape": list(row.shape), "dtype": row.dtype.name} for row in table.rows
    ]
    return {**table._asdict(), "rows": rows}


def _compared(compared: Compared) -> dict[str, Any]:
    return {"names": list(compared.names), **compare_document(compared.comparison)}


def _compared_lines(compared: Compared, width: int) -> list[Line]:
    return compare_lines(compared.comparison, width, names=compared.names)


def _viewed(found: Viewed, interrupted: Interrupted) -> dict[str, Any]:
    from graphtui.view.answers.tensor_document import (
        viewed_document,  # the screen has a panel for it
    )

    return viewed_document(found, interrupted)


def _profiled(wanted: Profiled, interrupted: Interrupted) -> dict[str, Any]:
    from graphtui.debugger.profile import profile  # likewise
    from graphtui.view.answers.profile_lines import chart, chart_document

    snapshot = wanted.snapshot
    found = profile(
        snapshot, folded=snapshot.folded, learning_rate=wanted.rate, interrupted=interrupted
    )
    return chart_document(chart(found, wanted.column, wanted.order))


def _lensed(found: Lensed) -> dict[str, Any]:
    from graphtui.view.answers.jacobian_document import lensed_document  # likewise

    return lensed_document(found)


def _edge(edge: Edge | None) -> dict[str, Any] | None:
    return None if edge is None else dict(edge._asdict())


def _at_once(document: Callable[[Any], Any]) -> Callable[[Any, Interrupted], Any]:
    """It made as a document that takes no time to speak of."""
    return lambda subject, interrupted: document(subject)


LOOKS: Mapping[type, Look] = {
    Answer: Look(_at_once(_answer)),
    Biography: Look(_at_once(_biography)),
    Compared: Look(_at_once(_compared), _compared_lines, lambda found: not found.comparison.same),
    HereCheck: Look(_at_once(check_document), check_lines),
    WholeCheck: Look(_at_once(whole_document), whole_lines),
    Explained: Look(_at_once(_explained)),
    Found: Look(_at_once(_found)),
    Listing: Look(_at_once(listing_document), listing_lines),
    StepDiff: Look(_at_once(_step_diff), _step_diff_lines),
    Nudge: Look(_at_once(nudge_document), nudge_lines),
    SavedTable: Look(_at_once(_saved), saved_lines),
    Watched: Look(_at_once(_watched), _watched_lines),
    Printed: Look(_at_once(printed_document), printed_lines, is_long),
    Viewed: Look(_viewed),
    Profiled: Look(_profiled),
    Lensed: Look(_at_once(_lensed)),
}
"""Every kind of subject, by its type."""
