"""Names that look like one another without being the same: they are kept apart, and it is said.

Nothing is ever normalised: 'é' written in one character and in two are two names.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import islice

from graphtui.graph.wording import quoted

_TWINS: Mapping[int, int] = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕЅМНОРСТХІЈονΑΒΕΖΗΙΚΜΝΟΡΤΥΧ‐‑–—−․∕⁄",
    "aeopcyxijshdqwABESMHOPCTXIJovABEZHIKMNOPTYX-----.//",
)
"""Letters of other scripts that no font tells from a Latin one (Unicode TR 39, the common ones)."""

_BLANK = {chr(code) for code in (0x115F, 0x1160, 0x3164, 0xFFA0, 0x034F, *range(0xFE00, 0xFE10))}
"""Letters and marks that are drawn as nothing."""

_PLAIN = bytes(range(ord("!"), 0x7F))
"""The characters that look like themselves only."""

_MOST_WARNINGS = 20
_MOST_CODES = 8
_MOST_COMPARED = 2_000


def look_alikes(names: Iterable[str]) -> tuple[str, ...]:
    """A warning for each pair of names that look the same, with the characters that differ.

    >>> look_alikes(["a", "b", "а"])
    ("'а' (U+0430) and 'a' look alike, and are two nodes.",)
    """
    known = dict.fromkeys(names)
    if not "".join(known).encode(errors="replace").translate(None, _PLAIN):
        return ()
    seen: dict[str, str] = {}
    warnings = []
    for name in (name for name in known if _is_suspicious(name)):
        looks = _skeleton(name)
        twin = looks if looks in known and looks != name else seen.setdefault(looks, name)
        if twin != name:
            warnings.append(f"{_shown(name)} and {_shown(twin)} look alike, and are two nodes.")
    more = len(warnings) - _MOST_WARNINGS
    cut = warnings[:_MOST_WARNINGS]
    return (*cut, f"{more:,} more names look like another one.") if more > 0 else tuple(cut)


def twin_hint(name: str, known: Iterable[str]) -> str:
    """What to say where `name` is none of the known names, but looks like one of them.

    >>> twin_hint("а", ["a"])
    " It looks like 'a', but is 'а' (U+0430)."
    """
    looks = _skeleton(name)
    compared = islice(known, _MOST_COMPARED)
    twin = next((other for other in compared if other != name and _skeleton(other) == looks), None)
    return "" if twin is None else f" It looks like {_shown(twin)}, but is {_shown(name)}."


def _is_suspicious(name: str) -> bool:
    return not name.isascii() or not name.isprintable() or " " in name


def _skeleton(name: str) -> str:
    if not _is_suspicious(name):
        return name
    plain = unicodedata.normalize("NFC", name[:1_000]).translate(_TWINS)
    visible = (c for c in plain if unicodedata.category(c) not in ("Cf", "Cc") and c not in _BLANK)
    return " ".join("".join(visible).split())


def _shown(name: str) -> str:
    strange = [c for c in dict.fromkeys(name) if not c.isascii() or not c.isprintable() or c == " "]
    codes = ", ".join(f"U+{ord(c):04X}" for c in strange[:_MOST_CODES])
    return f"{quoted(name)} ({codes})" if codes else quoted(name)
