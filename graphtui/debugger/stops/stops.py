"""The breakpoints and catches of a session, and the steps of its run at which they stop.

Whether a step is a stop depends on the run and on what is set, never on how one came there: hits
are counted from the start of the timeline. So going back finds the same stops as going on, and a
breakpoint that was set late knows its past. The one thing that remembers is `once`: when it has
stopped, it is spent.

What was kept and names nothing in this graph is lost, not forgotten: it is kept with its number
until its name is back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from graphtui.debugger.expressions.expression import reason
from graphtui.debugger.norms import Limits
from graphtui.debugger.snapshot import Reason, Stop
from graphtui.debugger.stops.breakpoint_steps import check_names
from graphtui.debugger.stops.breakpoints import Breakpoint
from graphtui.debugger.stops.catches import CATCHES, Catch, CatchOrder, checked_limits
from graphtui.debugger.stops.hits import Hits, Watching
from graphtui.debugger.stops.log_table import LogRow
from graphtui.engine.execute import Run
from graphtui.errors import CommandError, nearest
from graphtui.graph.wording import listed

MOST_KEPT = 1_000
"""Breakpoints that are read from a session; each looks at a part of the timeline."""


def _never() -> bool:
    return False


class Lost(NamedTuple):
    """A breakpoint that means nothing in this graph."""

    breakpoint: Breakpoint
    words: str
    """Why."""


class Stops:
    """What is to stop a session, and where that is on `run`."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.breakpoints: Mapping[int, Breakpoint] = {}
        """By number, ascending; numbers are never used again."""
        self.lost: Mapping[int, Lost] = {}
        """Those that were kept and mean nothing in this graph, by number."""
        self.catches: Mapping[str, Limits] = {}
        """The thresholds of each catch that is on."""
        self._last = 0
        self._watching: dict[int, Watching] = {}
        self._caught: dict[str, Hits] = {}

    # Setting -----------------------------------------------------------------------------------

    def add(self, breakpoint: Breakpoint) -> int:
        """The number that the breakpoint gets.

        Raises:
            CommandError: it names something that is not there, or can never be hit.
        """
        number = self._last + 1
        self._set(number, breakpoint)
        self._last = number
        return number

    def change(self, number: int, breakpoint: Breakpoint) -> None:
        """Put another breakpoint in the place of one.

        Raises:
            CommandError: as for `add`, or there is none of that number.
        """
        self.known(number)
        self._set(number, breakpoint)

    def remove(self, number: int) -> None:
        """Take a breakpoint away.

        Raises:
            CommandError: there is none of that number, or another one waits for it.
        """
        if number in self.lost:
            self.lost = {n: each for n, each in self.lost.items() if n != number}
            return
        self.known(number)
        waiting = [n for n, each in self.breakpoints.items() if each.armed_by == number]
        if waiting:
            raise CommandError(
                f"breakpoint {waiting[0]} is armed by {number}. Remove or edit {waiting[0]} first."
            )
        self.breakpoints = {n: each for n, each in self.breakpoints.items() if n != number}
        del self._watching[number]

    def remove_all(self) -> None:
        """Take every breakpoint away."""
        self.breakpoints, self.lost = {}, {}
        self._watching.clear()

    def known(self, number: int) -> Breakpoint:
        """The breakpoint of that number.

        Raises:
            CommandError: there is none.
        """
        if number in self.lost:
            breakpoint, words = self.lost[number]
            raise CommandError(f"breakpoint {number} ({breakpoint}) is lost: {words}")
        if number not in self.breakpoints:
            there = ", ".join(map(str, self.breakpoints))
            has = f"There are {there}." if there else "There is none yet."
            raise CommandError(f"no breakpoint has the number {number}. {has}")
        return self.breakpoints[number]

    def set_catch(self, order: CatchOrder) -> None:
        """Turn a catch on, with its thresholds, or off."""
        name, limits = order
        self.catches = {n: each for n, each in self.catches.items() if n != name}
        self._caught.pop(name, None)
        if limits is not None:
            self.catches = {**self.catches, name: limits}
            self._caught[name] = self._catching(CATCHES[name], limits)

    def _set(self, number: int, breakpoint: Breakpoint) -> None:
        check_names(breakpoint, self.run.graph)
        if breakpoint.armed_by and not 0 < breakpoint.armed_by < number:
            armer = breakpoint.armed_by
            message = f"breakpoint {number} can only be armed by an earlier one, not {armer}."
            raise CommandError(message)
        if breakpoint.armed_by:
            self.known(breakpoint.armed_by)
        before = self.breakpoints.get(number)
        if before is None or _facts(before) != _facts(breakpoint):
            self._watching[number] = Watching(breakpoint, self.run)
        found = {**self.breakpoints, number: breakpoint}
        self.breakpoints = dict(sorted(found.items()))

    def _catching(self, catch: Catch, limits: Limits) -> Hits:
        run, total = self.run, len(self.run.plan.tasks)
        first = run.plan.seed_step or total + 1
        steps = range(first if catch.backward_only else 1, total + 1)
        return Hits(steps, lambda step: bool(catch.check(run, run.steps[step - 1], limits)))

    # Stopping ----------------------------------------------------------------------------------

    def next_step(self, after: int) -> int | None:
        """The first step behind `after` that may be a stop, or that a log waits for."""
        hits = [self._watching[n].hits for n, each in self.breakpoints.items() if each.active]
        found = [each.next_step(after) for each in (*hits, *self._caught.values())]
        return min((step for step in found if step is not None), default=None)

    def at(self, step: int, interrupted: Callable[[], bool] = _never) -> Stop | None:
        """Why to stop right behind `step`; None where nothing stops there.

        Args:
            step: a step that the run has carried out; 0 is the start, where nothing stops.
            interrupted: asked between looks at earlier steps, of which there may be many.
        """
        self._look(step, interrupted)
        reasons = self._reasons(step, dict(self._stopping()))
        return Stop(step, reasons) if reasons else None

    def still(self, stop: Stop | None, interrupted: Callable[[], bool] = _never) -> Stop | None:
        """What is left of the reasons of a stop, by what is set now; None where none is.

        What stops once, and was spent on it, is a reason as long as it is set as it is.
        """
        if stop is None:
            return None
        numbers = [number for number, _, _ in stop.reasons if number in self.breakpoints]
        there = {number: self.breakpoints[number] for number in numbers}
        asked = {n: each for n, each in there.items() if each.enabled and not each.log}
        for number in asked:
            self._look_for(number, stop.step, interrupted)
        known = {(number, name) for number, name, _ in stop.reasons}
        for name, hits in self._caught.items():
            if (0, name) in known:
                hits.look(stop.step, interrupted)
        found = self._reasons(stop.step, asked)
        left = tuple(each for each in found if (each.breakpoint, each.catch) in known)
        return Stop(stop.step, left) if left else None

    def _reasons(self, step: int, asked: Mapping[int, Breakpoint]) -> tuple[Reason, ...]:
        """Why those breakpoints, and what is caught, stop there; they have looked that far."""
        reasons = []
        for number, breakpoint in asked.items():
            since = self._armed_since(number)
            hit = 0 if since is None else self._watching[number].hits.number(step, since)
            if hit and (hit == breakpoint.hits if breakpoint.hits else hit > breakpoint.after):
                reasons.append(Reason(number, "", self._message(number, step, hit)))
        for name, hits in self._caught.items():
            if hits.number(step, 0):
                found = CATCHES[name].check(self.run, self.run.steps[step - 1], self.catches[name])
                reasons.append(Reason(0, name, f"caught {name}: {found}"))
        return tuple(reasons)

    def before(self, step: int, interrupted: Callable[[], bool] = _never) -> int:
        """The last step before `step` at which something stops; 0 if there is none."""
        self._look(step - 1, interrupted)
        found = [self._last_stop(number, each, step) for number, each in self._stopping()]
        for hits in self._caught.values():
            earlier = bisect_left(hits.found, step)
            found.append(hits.found[earlier - 1] if earlier else 0)
        return max(found, default=0)

    def spend(self, stop: Stop) -> None:
        """Remember that the breakpoints that were to stop once have."""
        for number, _, _ in stop.reasons:
            if number and self.breakpoints[number].once:
                self.change(number, self.breakpoints[number]._replace(spent=True))

    def hit_count(self, number: int, by: int, interrupted: Callable[[], bool] = _never) -> int:
        """How often a breakpoint was hit, while it was armed, up to the step `by`."""
        self._look_for(number, by, interrupted)
        since = self._armed_since(number)
        return 0 if since is None else self._watching[number].hits.count(since, by)

    def log_rows(self) -> Iterator[LogRow]:
        """What every log has recorded on the steps that the run has carried out, by step."""
        rows = []
        for number, breakpoint in self.breakpoints.items():
            if breakpoint.log and breakpoint.enabled:
                rows += self._log_rows(number, breakpoint)
        yield from sorted(rows, key=lambda row: (row.step, row.breakpoint))

    def _log_rows(self, number: int, breakpoint: Breakpoint) -> list[LogRow]:
        self._look_for(number, len(self.run.steps), _never)
        since, watching = self._armed_since(number), self._watching[number]
        if since is None:
            return []
        steps = [step for step in watching.hits.found if step > since]
        first = breakpoint.hits - 1 if breakpoint.hits else breakpoint.after
        steps = steps[first : breakpoint.hits or None]
        return [
            LogRow(
                step,
                self.run.steps[step - 1].phase,
                self.run.steps[step - 1].node,
                number,
                breakpoint.log,
                watching.logged[step],
            )
            for step in steps
        ]

    def _stopping(self) -> Iterator[tuple[int, Breakpoint]]:
        return ((n, each) for n, each in self.breakpoints.items() if each.active and not each.log)

    def _look(self, by: int, interrupted: Callable[[], bool]) -> None:
        for number, breakpoint in self.breakpoints.items():
            if breakpoint.active:
                self._look_for(number, by, interrupted)
        for hits in self._caught.values():
            hits.look(by, interrupted)

    def _look_for(self, number: int, by: int, interrupted: Callable[[], bool]) -> None:
        while number:
            self._watching[number].hits.look(by, interrupted)
            number = self.breakpoints[number].armed_by

    def _armed_since(self, number: int) -> int | None:
        """The step behind which it counts; None as long as what arms it has not been hit."""
        chain = []
        while number := self.breakpoints[number].armed_by:
            chain.append(number)
        since = 0
        for each in reversed(chain):
            breakpoint = self.breakpoints[each]
            wanted = breakpoint.hits or breakpoint.after + 1
            since = self._watching[each].hits.nth(wanted, since) if breakpoint.enabled else 0
            if not since:
                return None
        return since

    def _last_stop(self, number: int, breakpoint: Breakpoint, before: int) -> int:
        since, hits = self._armed_since(number), self._watching[number].hits
        if since is None:
            return 0
        if breakpoint.hits:
            step = hits.nth(breakpoint.hits, since)
            return step if step < before else 0
        count = hits.count(since, before - 1)
        return hits.nth(count, since) if count > breakpoint.after else 0

    def _message(self, number: int, step: int, hit: int) -> str:
        breakpoint = self.breakpoints[number]
        counted = f", hit {hit}" if breakpoint.hits or breakpoint.after else ""
        reason = self._watching[number].reason(step)
        return f"breakpoint {number} ({breakpoint}){counted}{reason and f': {reason}'}"

    # Keeping -----------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """All that is set, and what is lost, in plain dicts, numbers and text."""
        all_of_them = {**self.breakpoints, **{n: each.breakpoint for n, each in self.lost.items()}}
        return {
            "breakpoints": [
                {"number": number, **all_of_them[number].to_dict()}
                for number in sorted(all_of_them)
            ],
            "catches": {name: dict(limits) for name, limits in self.catches.items()},
        }

    @classmethod
    def from_dict(cls, document: Any, run: Run) -> Stops:
        """What `to_dict` wrote, on another run, perhaps of another graph.

        Raises:
            CommandError: something in it is not of its kind, or there is too much.
        """
        if not isinstance(document, Mapping):
            raise CommandError(f"stops are written as an object, not {listed([str(document)])}.")
        for key in document:
            if key not in ("breakpoints", "catches"):
                hint = nearest(str(key), ["breakpoints", "catches"])
                raise CommandError(f"stops have no {listed([str(key)])}.{hint}")
        breakpoints, catches = document.get("breakpoints", []), document.get("catches", {})
        if not isinstance(breakpoints, list) or not isinstance(catches, Mapping):
            raise CommandError("'breakpoints' is a list, and 'catches' an object.")
        if len(breakpoints) > MOST_KEPT:
            found = f"{len(breakpoints):,} breakpoints"
            raise CommandError(f"there are {found}, and at most {MOST_KEPT:,} are read.")
        stops = cls(run)
        for each in breakpoints:
            stops._restore(each)
        for name, limits in catches.items():
            stops.set_catch(CatchOrder(name, checked_limits(name, limits)))
        return stops

    def on(self, run: Run) -> Stops:
        """The same breakpoints and catches, with the same numbers, on another run."""
        others = Stops(run)
        there = {**self.breakpoints, **{n: each.breakpoint for n, each in self.lost.items()}}
        for number in sorted(there):
            others._set_or_lose(number, there[number])
        others._last = self._last
        for name, limits in self.catches.items():
            others.set_catch(CatchOrder(name, limits))
        return others

    def _restore(self, document: Any) -> None:
        rest = dict(document) if isinstance(document, Mapping) else {}
        number = rest.pop("number", None)
        if type(number) is not int or number <= self._last:
            raise CommandError("breakpoints have ascending 'number's, from 1.")
        breakpoint = Breakpoint.from_dict(rest)
        armer = breakpoint.armed_by
        if armer not in (0, *self.breakpoints, *self.lost):
            raise CommandError(f"breakpoint {number} is armed by an earlier one, not by {armer}.")
        self._last = number
        self._set_or_lose(number, breakpoint)

    def _set_or_lose(self, number: int, breakpoint: Breakpoint) -> None:
        """Set a breakpoint that means something in this graph; keep any other one as lost."""
        armer = breakpoint.armed_by
        try:
            if armer in self.lost:
                raise CommandError(f"breakpoint {armer}, which arms it, is lost.")
            self._set(number, breakpoint)
        except CommandError as error:
            words = reason(error, breakpoint.condition or breakpoint.log)
            self.lost = {**self.lost, number: Lost(breakpoint, words)}


def _facts(breakpoint: Breakpoint) -> tuple[object, ...]:
    """What decides where it is hit, apart from counting."""
    return breakpoint.target, breakpoint.condition, breakpoint.phase, breakpoint.log
