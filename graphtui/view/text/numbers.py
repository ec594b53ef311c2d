"""Numbers, and what an array comes to, in few cells, rounded but never to a lie.

What is shown is within one unit of its last digit, has the right sign, is a zero only for an
exact zero and is infinite only for an infinity; trailing zeros mean "rounded to here". The
elements of an array are for `previews`; which number stands where, and in which role, is decided
by the panels and the canvas.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from math import copysign, inf, isnan, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from graphtui.view.text.safe_text import ELLIPSIS

Number = float | np.generic
"""A Python or NumPy scalar: integer, floating point or boolean."""

Array = npt.NDArray[Any]

_Real = float | Decimal
"""What is formatted; `Decimal` where a float would overflow."""

_WHOLE_BELOW = 1e16
"""Above this a float's last digits are those of its binary form, not of anybody's number."""


def number(x: Number, width: int = 7, digits: int = 4) -> str:
    """`x` in at most `width` cells, with up to `digits` significant digits.

    Integers show all their digits where these fit. Zeros at the end are kept only when the number
    was rounded: 0.3 is "0.3", 0.1 + 0.2 is "0.3000". When not even one digit fits, "≈0", a
    sign with an ellipsis or an ellipsis alone stands for the number.

    >>> [number(x) for x in (0.36787944, -0.53444665, 4.0, 12345678.0, 1.5e-5)]
    ['0.3679', '-0.5344', '4', '1.235e7', '1.5e-5']
    >>> [number(1e-300, width) for width in (7, 5, 1)]
    ['1e-300', '≈0', '…']
    """
    if (special := _special(x, width)) is not None:
        return special
    value = _real(x)
    if _size(value) < _WHOLE_BELOW and value == int(value) and len(str(int(value))) <= width:
        return str(int(value))
    text = _fixed(value, width, digits)
    if _significant(text) < digits:
        scientific = _scientific(value, width, digits)
        text = max(text, scientific, key=_significant)
    if not text:
        return _without_digits(value, width)
    short = _without_trailing_zeros(text)
    return short if short != text and _reads_back(short, x) else text


def wire_number(x: Number, width: int = 7) -> str:
    """`x` as a lecture writes it on a wire: two decimals, an exponent for the very small and large.

    >>> [wire_number(x) for x in (4.0, -0.2, 0.36787944, 0.05, 0.00078, 12345.0, 1.2e10)]
    ['4.00', '-0.20', '0.37', '0.050', '7.8e-4', '12345', '1.2e10']
    """
    if (special := _special(x, width)) is not None:
        return special
    value = _real(x)
    if isinstance(value, Decimal) or _size(value) >= 1000:
        return number(x, width, 5 if _size(value) < 100_000 else 2)
    if _size(value) < 0.01:
        return _scientific(value, width, 2) or number(x, width, 2)
    text = f"{value:.2f}" if _size(value) >= 0.1 else f"{value:.3f}"
    return text if len(text) <= width else number(x, width, 3)


def exact(x: Number) -> str:
    """The shortest text from which `x` is read back bit for bit, in its own precision.

    >>> exact(0.1 + 0.2), exact(np.float32(0.1)), exact(-0.0), exact(4)
    ('0.30000000000000004', '0.1', '-0.0', '4')
    """
    if isinstance(x, np.float16 | np.float32):
        # NumPy writes 1001 in half precision as 1.001e+03; its digits are right, so Python may.
        return repr(float(np.format_float_scientific(x)))
    return str(x.item() if isinstance(x, np.generic) else x)


def shape_text(shape: tuple[int, ...]) -> str:
    """`shape` as NumPy writes it; the shape of a scalar in a word.

    >>> shape_text(()), shape_text((3,)), shape_text((4, 3))
    ('scalar', '(3,)', '(4, 3)')
    """
    return str(tuple(map(int, shape))) if shape else "scalar"


def size_text(nbytes: int) -> str:
    """`nbytes` in the largest binary unit of which there is at least one.

    >>> [size_text(n) for n in (128, 32768, 4096 * 4096 * 8, 409600 * 409600 * 8)]
    ['128 B', '32.0 KiB', '128 MiB', '1.2 TiB']
    """
    if nbytes < 1024:
        return f"{nbytes} B"
    for power, unit in enumerate(("KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"), 1):
        size = nbytes / 1024**power
        # 1023.7 would be rounded to 1024, which is one of the next unit.
        if round(size) < 1024 or unit == "YiB":
            break
    return f"{size:.1f} {unit}" if round(size, 1) < 100 else f"{size:,.0f} {unit}"


def count_text(count: int) -> str:
    """`count` with its thousands set apart.

    >>> count_text(409600)
    '409,600'
    """
    return f"{count:,}"


def amount(count: int) -> str:
    """About how many, in five cells at most up to a trillion.

    >>> [amount(count) for count in (10, 999, 1010, 78_500, 999_999, 1_000_000)]
    ['10', '999', '1.0k', '78.5k', '1.0M', '1.0M']
    """
    if count < 1000:
        return str(count)
    power = 1
    while power < 4 and count / 1000**power >= 999.5:
        power += 1
    size = count / 1000**power
    unit = " kMGT"[power]
    return f"{size:.1f}{unit}" if size < 99.95 else f"{size:,.0f}{unit}"


def summary(array: Array, width: int = 7) -> str:
    """What `array` comes to in at most `width` cells, for a wire or a row of a list.

    One element: its number. Otherwise: floats their root mean square ("~0.71"), integers their
    range, booleans how many are true; "nan×3" or "inf×2" as soon as one is not finite, NaN first.
    Takes one temporary of the array's size at most for float64, a few for other types.

    >>> summary(np.array([3.0, 4.0])), summary(np.array([1.0, np.nan])), summary(np.arange(10))
    ('~3.54', 'nan×1', '0..9')
    """
    if array.size == 0:
        return _first_fitting(("empty", "∅"), width)
    if array.size == 1:
        return wire_number(array.reshape(-1)[0], width)
    if array.dtype.kind == "b":
        true = int(np.count_nonzero(array))
        return _first_fitting((f"{true}/{array.size} true", f"{true}/{array.size}", "bool"), width)
    if array.dtype.kind in "iu":
        return _first_fitting((f"{array.min()}..{array.max()}", "int", "i"), width)
    if (amiss := _not_finite(array)) is not None:
        kind, count = amiss
        return _first_fitting((f"{kind}×{count}", kind, "!"), width)
    return "~" + wire_number(_rms(array), width - 1) if width > 1 else ELLIPSIS[:width]


def _special(x: Number, width: int) -> str | None:
    """The text of what has no significant digits to choose: booleans, NaN, infinities, zeros."""
    if width < 1:
        return ""
    if isinstance(x, bool | np.bool_):
        return _first_fitting((str(bool(x)), str(bool(x))[0]), width)
    if isinstance(x, int | np.integer):
        # Python refuses to write out an integer of thousands of digits.
        short_enough = int(x).bit_length() <= 4 * min(width, 1000)
        return str(int(x)) if short_enough and len(str(int(x))) <= width else None
    if isnan(x):
        return _first_fitting(("nan", "!"), width)
    if x == 0:
        return _first_fitting(("-0", "0") if copysign(1, x) < 0 else ("0",), width)
    if x in (inf, -inf):
        return _first_fitting(("inf", "∞") if x == inf else ("-inf", "-∞", "!"), width)
    return None


def _real(x: Number) -> _Real:
    if isinstance(x, int | np.integer):
        return Decimal(int(x))
    value = float(x)
    if isinstance(x, np.longdouble) and value != x:
        return Decimal(np.format_float_scientific(x))
    return value


def _size(value: _Real) -> _Real:
    return -value if value < 0 else value


def _fixed(value: _Real, width: int, digits: int) -> str:
    """`value` without an exponent, in the cells there are, or "" where that is not to be read."""
    exponent = int(f"{value:.{digits - 1}e}".partition("e")[2])
    if not -5 < exponent < 16:
        return ""
    most = max(digits - 1 - exponent, 0)
    texts = [f"{value:.{places}f}" for places in range(most, -1, -1)]
    if exponent < 0:
        # The zero before the point is given up before the last decimal is: ".4" rather than "0".
        texts[-1:-1] = [text.replace("0.", ".", 1) for text in texts[:-1]]
    text = next((text for text in texts if len(text) <= width), "")
    return text if _significant(text) else ""


def _scientific(value: _Real, width: int, digits: int) -> str:
    """`value` with an exponent, as short as it goes ("1.2e-5"), or "" where not one digit fits."""
    for places in range(digits - 1, -1, -1):
        mantissa, _, exponent = f"{value:.{places}e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
        if len(text) <= width:
            return text
    return ""


def _significant(text: str) -> int:
    return len(text.partition("e")[0].lstrip("-0.").replace(".", ""))


def _without_trailing_zeros(text: str) -> str:
    mantissa, e, exponent = text.partition("e")
    return mantissa.rstrip("0").rstrip(".") + e + exponent if "." in mantissa else text


def _reads_back(text: str, x: Number) -> bool:
    if isinstance(x, np.floating):
        with np.errstate(over="ignore"):
            return bool(type(x)(text) == x)
    return Decimal(text) == int(x) if isinstance(x, int | np.integer) else float(text) == x


def _without_digits(value: _Real, width: int) -> str:
    small = _size(value) < 1
    if value < 0:
        return _first_fitting(("≈-0", "-…") if small else ("-…",), width)
    return _first_fitting(("≈0",) if small else (), width)


def _first_fitting(texts: Iterable[str], width: int) -> str:
    if width < 1:
        return ""
    return next((text for text in texts if len(text) <= width), ELLIPSIS)


def _not_finite(array: Array) -> tuple[str, int] | None:
    """What in `array` is no number to calculate with, and how often; NaN comes first."""
    count = array.size - int(np.count_nonzero(np.isfinite(array)))
    if count == 0:
        return None
    if nans := int(np.count_nonzero(np.isnan(array))):
        return "nan", nans
    signs = {array.max() == inf: "inf", array.min() == -inf: "-inf"}
    return signs[True] if len(signs) == 2 else "±inf", count


def _rms(array: Array) -> np.floating[Any]:
    """The root mean square of finite elements; neither overflows nor underflows to a zero."""
    wide = array.astype(np.promote_types(array.dtype, np.float64), copy=False)
    peak: np.floating[Any] = max(wide.max(), -wide.min())
    if peak == 0:
        return peak
    scaled = wide / peak
    # Not a dot product: BLAS may wake its threads for it, which takes longer than all the rest.
    # Rounding may bring the mean above 1, and the largest float times that is infinite.
    mean_square = min(float(np.mean(np.square(scaled, out=scaled))), 1.0)
    root: np.floating[Any] = peak * sqrt(mean_square)
    return root or np.nextafter(root, peak)


def element_text(index: tuple[int, ...]) -> str:
    """An index as it is typed; nothing for a scalar.

    >>> element_text((1, 0)), element_text(())
    ('[1, 0]', '')
    """
    return str(list(index)) if index else ""
