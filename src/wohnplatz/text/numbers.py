"""Numbers as German readers expect them."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

NBSP = "\u00a0"
"""No-break space: stands between a number and its unit."""
MINUS = "\u2212"
"""The minus sign; a hyphen would be read as the sign for nothing."""

_CONTEXT = Context(prec=400)
_TO_GERMAN = str.maketrans({",": ".", ".": ",", "-": MINUS})


def number(value: float, decimals: int = 0, *, signed: bool = False) -> str:
    """``value`` with ``decimals`` places, thousands point and decimal comma, rounded half up.

    What rounds to zero carries no sign. ``signed`` puts a plus before positive numbers, for changes.
    Raises ``ValueError`` for NaN and infinity: what is no number has a state and must not be printed as one.

    >>> number(1234.5, 1)
    '1.234,5'
    >>> number(0.125, 2)
    '0,13'
    """
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number that can be shown")
    return _written(float(value), decimals, signed)


def count(value: float) -> str:
    """What a figure rests on: whole where it is whole, as square kilometres seldom are with one place.

    >>> count(4653), count(1.54)
    ('4.653', '1,5')
    """
    return number(value, 0 if value == int(value) else 1)


@lru_cache(maxsize=1 << 15)  # the same figure stands in pictures, in tables and in what describes them
def _written(value: float, decimals: int, signed: bool) -> str:
    # Decimal of the shortest form: 0.125 and 2.675 round as people expect who see these digits.
    exact = Decimal(repr(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_CONTEXT)
    if rounded.is_zero():
        rounded = abs(rounded)
    sign = "+" if signed and rounded > 0 else ""
    return sign + f"{rounded:,f}".translate(_TO_GERMAN)


def with_unit(text: str, unit: str) -> str:
    """``text`` and its unit with a no-break space between them; just ``text`` where there is no unit."""
    return f"{text}{NBSP}{unit}" if unit else text
