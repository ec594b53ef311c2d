"""The watched expressions of a session: what each comes to at the cursor, and how it came there.

A watch is a text about names, so it outlives the run and the graph: where its name is gone it says
so, and means something again when the name is back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from graphtui.debugger.expressions.expression import compile_expression, reason
from graphtui.debugger.same import same
from graphtui.debugger.snapshot import Snapshot
from graphtui.debugger.watches.watch_history import History, Result, result_at
from graphtui.engine.execute import Run
from graphtui.errors import CommandError, nearest
from graphtui.graph.wording import listed, quoted
from graphtui.ops.linear_map import Array

MOST_WATCHES = 100


class WatchState(StrEnum):
    """Whether a watch has a result."""

    THERE = "there"
    """It has."""
    ABSENT = "absent"
    """Something that it reads has not come, or never does."""
    FAILED = "failed"
    """At this step it has no answer."""
    LOST = "lost"
    """It means nothing in this graph: a name is gone, or shapes no longer fit."""


class WatchRow(NamedTuple):
    """One watch at the cursor."""

    number: int
    text: str
    state: WatchState
    result: Array | bool | None
    """None unless its state is "there"."""
    words: str
    """Why there is no result; "" where there is one."""
    changed: bool
    """Whether it differs from what it was one step before, bit for bit, NaN being equal to NaN."""
    changes: int
    """How often it changed from the start of the timeline up to the cursor."""
    last_change: int
    """The step at which it last did; 0 if it never has."""
    history: tuple[float, ...]
    """The number at the start, if there is one, and at every change: of an array, its norm. Of very
    many, some stand for the others, the smallest and the largest among them."""
    whole: bool
    """Whether all steps up to the cursor were looked at; else `changes` and `history` may lack the
    later ones, while everything else is right."""


def _never() -> bool:
    return False


class Watches:
    """What is watched on `run`."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.texts: Mapping[int, str] = {}
        """The expressions by number, ascending; numbers are never used again."""
        self._last = 0
        self._known: WeakKeyDictionary[Run, dict[str, _Watch]] = WeakKeyDictionary()

    def add(self, text: str) -> int:
        """The number that the watch of an expression gets.

        Raises:
            CommandError: it cannot be read, a name means nothing, or there are too many.
        """
        text = text.strip()
        if not text:
            raise CommandError("watch what? Give an expression, such as norm(grad(x)).")
        compile_expression(text, self.run.graph)
        return self._added(text)

    def remove(self, number: int) -> None:
        """Take a watch away.

        Raises:
            CommandError: there is none of that number.
        """
        text = self.known(number)
        self.texts = {n: each for n, each in self.texts.items() if n != number}
        for known in self._known.values():
            known.pop(text, None)

    def remove_all(self) -> None:
        """Take every watch away."""
        self.texts = {}
        self._known.clear()

    def known(self, number: int) -> str:
        """The expression of the watch of that number.

        Raises:
            CommandError: there is none.
        """
        if number not in self.texts:
            there = ", ".join(map(str, self.texts))
            has = f"There are {there}." if there else "There is none yet."
            raise CommandError(f"no watch has the number {number}. {has}")
        return self.texts[number]

    def on(self, run: Run) -> Watches:
        """The same watches, with the same numbers, on another run, perhaps of another graph.

        What was found out about a run is kept as long as the run is.
        """
        others = Watches(run)
        others.texts, others._last, others._known = self.texts, self._last, self._known
        return others

    def rows(
        self, snapshot: Snapshot, interrupted: Callable[[], bool] = _never
    ) -> tuple[WatchRow, ...]:
        """Every watch at the cursor.

        Each step that can change a watch is looked at once for a run; what costs time is the first
        look at many of them.

        Args:
            snapshot: of the run that is watched.
            interrupted: asked before each look; where it says yes, the histories end there.
        """
        assert snapshot.run is self.run, "`on` gives the watches of another run"
        known = self._known.setdefault(self.run, {})
        found = []
        for number, text in self.texts.items():
            if text not in known:
                known[text] = _Watch(text, self.run)
            found.append(known[text].row(number, snapshot, interrupted))
        return tuple(found)

    def _added(self, text: str) -> int:
        if len(self.texts) == MOST_WATCHES:
            raise CommandError(f"there are {MOST_WATCHES} watches, which is the most.")
        self._last += 1
        self.texts = {**self.texts, self._last: text}
        return self._last

    # Keeping -----------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """The expressions, in order, as plain text."""
        return {"watches": list(self.texts.values())}

    @classmethod
    def from_dict(cls, document: Any, run: Run) -> Watches:
        """What `to_dict` wrote, on another run, numbered from 1.

        What means nothing in its graph is kept, and says so.

        Raises:
            CommandError: it is no list of texts, or a longer one than there may be watches.
        """
        if not isinstance(document, Mapping):
            raise CommandError(f"watches are written as an object, not {listed([str(document)])}.")
        for key in document:
            if key != "watches":
                hint = nearest(str(key), ["watches"])
                raise CommandError(f"watches have no {listed([str(key)])}.{hint}")
        texts = document.get("watches", [])
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise CommandError("'watches' is a list of expressions, each a text.")
        watches = cls(run)
        for text in texts:
            watches._added(text)
        return watches


class _Watch:
    """One expression on one run."""

    def __init__(self, text: str, run: Run) -> None:
        self._text = text
        self._history: History | None = None
        self._lost = ""
        try:
            self._history = History(compile_expression(text, run.graph), run)
        except CommandError as error:
            self._lost = reason(error, text)

    def row(self, number: int, snapshot: Snapshot, interrupted: Callable[[], bool]) -> WatchRow:
        """What there is to say of it at the cursor."""
        history, text, cursor = self._history, self._text, snapshot.cursor
        if history is None:
            lost = WatchState.LOST
            return WatchRow(number, text, lost, None, self._lost, False, 0, 0, (), True)
        whole = history.look(snapshot.run, cursor, interrupted)
        if whole:
            result = history.result(snapshot)
            changed = 0 < history.last_change(cursor) == cursor
        else:
            result = result_at(history.expression, snapshot)
            changed = history.can_change(cursor) and not same(result, _before(history, snapshot))
        state, there, words = self._said(history, snapshot, result)
        changes, last_change = history.changes(cursor), history.last_change(cursor)
        last_change = cursor if changed else last_change
        series = history.series(cursor)
        return WatchRow(
            number, text, state, there, words, changed, changes, last_change, series, whole
        )

    def _said(
        self, history: History, snapshot: Snapshot, result: Result
    ) -> tuple[WatchState, Array | bool | None, str]:
        if isinstance(result, str):
            return WatchState.FAILED, None, result
        if result is not None:
            return WatchState.THERE, result, ""
        expression, graph = history.expression, snapshot.graph
        never = [
            name
            for name in sorted(expression.gradients)
            if not snapshot.expected(name)
            and not (name == graph.output and snapshot.run.plan.seed_step)
        ]
        if never:
            return WatchState.ABSENT, None, f"no gradient reaches {quoted(never[0])}"
        return WatchState.ABSENT, None, "not at this step" if expression.reads_step else "not yet"


def _before(history: History, snapshot: Snapshot) -> Result:
    """What it was one step before the cursor."""
    return result_at(history.expression, Snapshot(snapshot.run, snapshot.cursor - 1, ""))
