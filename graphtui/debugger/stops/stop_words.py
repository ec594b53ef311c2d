"""Breakpoints and catches in lines of text, and the words that name some of them."""

from __future__ import annotations

from graphtui.debugger.stops.stops import Stops
from graphtui.errors import CommandError
from graphtui.graph.wording import counted, quoted


def breakpoint_line(stops: Stops, number: int, hits: int = 0) -> str:
    """One breakpoint or log as a list shows it, with how often it was hit.

    Raises:
        CommandError: there is none of that number.
    """
    breakpoint = stops.known(number)
    state = ["disabled"] if not breakpoint.enabled else ["spent"] if breakpoint.spent else []
    if hits:
        state.append(f"{counted(hits, 'hit')} so far")
    what = "log" if breakpoint.log else "breakpoint"
    return ", ".join((f"{what} {number}: {breakpoint}", *state))


def catch_line(stops: Stops, name: str) -> str:
    """Whether a catch is on, and its thresholds."""
    limits = stops.catches.get(name)
    if limits is None:
        return f"catch {name}: off"
    return ", ".join(
        (f"catch {name}: on", *(f"{each} {limit:g}" for each, limit in limits.items()))
    )


def numbers(stops: Stops, which: str, *, lost: bool = False) -> list[int]:
    """The breakpoints that `which` means: one by its number, or all that are not lost.

    Args:
        stops: what is set.
        which: a number or "all".
        lost: whether it may be the number of a lost one.

    Raises:
        CommandError: it is neither.
    """
    word = which.strip()
    if word == "all":
        return list(stops.breakpoints)
    if not word.isascii() or not word.isdigit() or len(word) > 12:
        raise CommandError(f"which breakpoint? Give its number, or 'all'; got {quoted(word)}.")
    if not lost or int(word) not in stops.lost:
        stops.known(int(word))
    return [int(word)]
