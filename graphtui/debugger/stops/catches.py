"""What may go wrong in the numbers, and at which step it begins: one record for each kind.

A step that only passes on what came in is never where something begins, so a catch stops at the
first cause and not at everything behind it. Each check looks at one step of a run, and answers with
the values and the threshold, or with nothing. The checks themselves stand in
`catch_faults` and `catch_gradients`; the faults that a run reports are the engine's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from graphtui.debugger.norms import EXPLODING, VANISHING, Limits
from graphtui.debugger.stops import catch_faults, catch_gradients
from graphtui.engine.execute import Run, Step
from graphtui.errors import CommandError, nearest
from graphtui.graph.wording import quoted

Check = Callable[[Run, Step, Limits], str]
"""What begins at a step, in one sentence; nothing where nothing does."""


@dataclass(frozen=True, slots=True)
class Catch:
    """One kind of trouble."""

    name: str
    check: Check
    help: str
    limits: Limits = field(default_factory=lambda: MappingProxyType({}))
    """The thresholds and their defaults; a number without a name sets the first."""
    backward_only: bool = False
    """Whether it is about gradients, so that it need not look at forward steps."""

    @property
    def usage(self) -> str:
        """What may stand behind `catch`, such as `vanishing [off | RATIO | ratio N norm N]`."""
        names = list(self.limits)
        words = ["off", *([names[0].upper()] if names else [])]
        words += [" ".join(f"{name} N" for name in names)] if len(names) > 1 else []
        return f"{self.name} [{' | '.join(words)}]"


class CatchOrder(NamedTuple):
    """What `catch …` asks for."""

    name: str
    limits: Limits | None
    """The thresholds; None turns it off."""


def parse_catch(text: str) -> CatchOrder:
    """What `catch TEXT` asks for.

    >>> parse_catch("vanishing 1e-4")
    CatchOrder(name='vanishing', limits={'ratio': 0.0001, 'norm': 1e-06})

    Raises:
        CommandError: what was expected, and the nearest name.
    """
    words = text.split()
    if not words:
        raise CommandError(f"catch what? There are {', '.join(CATCHES)}.")
    name, *rest = words
    if name not in CATCHES:
        hint = nearest(name, CATCHES) or f" There are {', '.join(CATCHES)}."
        raise CommandError(f"{quoted(name)} cannot be caught.{hint}")
    catch = CATCHES[name]
    if rest in (["on"], ["off"]):
        return CatchOrder(name, dict(catch.limits) if rest == ["on"] else None)
    if len(rest) == 1 and catch.limits:
        rest = [next(iter(catch.limits)), *rest]
    given = dict(zip(rest[::2], rest[1::2], strict=False))
    for word in rest[::2]:
        if word not in catch.limits:
            hint = nearest(word, [*catch.limits, "on", "off"])
            message = f"{quoted(word)} is no threshold of '{name}'. It is used like this:"
            raise CommandError(f"{message} catch {catch.usage}{hint and '.'}{hint}")
    if len(rest) % 2 or len(given) != len(rest) // 2:
        raise CommandError(f"'{name}' is used like this: catch {catch.usage}")
    limits = {word: _number(word, number) for word, number in given.items()}
    return CatchOrder(name, {**catch.limits, **limits})


def _number(name: str, word: str) -> float:
    plain = re.fullmatch(r"(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", word, re.ASCII | re.IGNORECASE)
    if not plain or not math.isfinite(float(word)):
        raise CommandError(f"the {name} is a number from 0 up, such as 1e-3, got {quoted(word)}.")
    return float(word)


def checked_limits(name: str, limits: Any) -> Limits:
    """The thresholds of a catch as a session has them, those that are missing by default.

    Raises:
        CommandError: there is no such catch or threshold, or it is no number from 0 up.
    """
    if name not in CATCHES:
        raise CommandError(f"{quoted(name)} cannot be caught.{nearest(name, CATCHES)}")
    if not isinstance(limits, Mapping):
        raise CommandError(f"the thresholds of '{name}' are an object, not {quoted(str(limits))}.")
    known = CATCHES[name].limits
    for key, value in limits.items():
        if key not in known:
            raise CommandError(f"'{name}' has no threshold {quoted(str(key))}.")
        if type(value) not in (int, float) or not 0 <= value < math.inf:
            raise CommandError(f"the {key} is a number from 0 up, not {quoted(str(value))}.")
    return {**known, **limits}


CATCHES: Mapping[str, Catch] = {
    catch.name: catch
    for catch in (
        Catch("nan", catch_faults.nan, "a NaN appears that did not come in"),
        Catch("inf", catch_faults.inf, "an infinity appears that did not come in"),
        Catch(
            "zero-gradient", catch_gradients.zero,
            "a complete gradient is 0 everywhere, while what was to be passed on was not",
            {"size": 0.0}, backward_only=True,
        ),
        Catch(
            "vanishing", catch_gradients.vanishing,
            "what is passed on has less than `ratio` of the norm of what arrived, or a complete "
            "gradient falls below `norm`",
            VANISHING, backward_only=True,
        ),
        Catch(
            "exploding", catch_gradients.exploding,
            "what is passed on has more than `ratio` times the norm of what arrived, or a complete "
            "gradient rises above `norm`",
            EXPLODING, backward_only=True,
        ),
        Catch(
            "overflow", catch_faults.overflow,
            "finite numbers give an infinite one, or reach that fraction of their dtype's largest",
            {"fraction": 0.5},
        ),
        Catch("exception", catch_faults.exception, "an op raises"),
    )
}  # fmt: skip
"""Every kind of trouble that can be caught, by name."""
