"""The one palette of all pictures.

Every area colour keeps a contrast of at least 3:1 to ``INK``, the colour of borders (WCAG 2.2, 1.4.11),
every text colour at least 4.5:1 to ``PAPER`` (1.4.3). The steps of a scale are even in CIE lightness, so they
stay in order in grey and for every kind of colour vision. The tests hold these figures.
"""

from __future__ import annotations

from ..model import Classes

PAPER = "#ffffff"
INK = "#14202b"
"""Borders of areas and what must be seen first."""
TEXT = "#1f2a33"
MUTED = "#52606b"
"""Text of second rank: axis labels, source line."""
GRID = "#d5dce1"
AXIS = "#7a8792"
"""Lines that carry meaning but are no text."""

SERIES = ("#0f6080", "#a3480f", "#4a5560", "#5b4aa3")
"""Lines of areas in a chart: the area first, then its municipality, then the district. Text colours too."""

MALE = "#8cc0d6"
FEMALE = "#e0b083"

_RAMP = (
    "#e5f5f7", "#cfebf0", "#b9e1e9", "#a3d6e2", "#8eccdb", "#7bc2d5", "#67b6ce",
    "#55abc7", "#469fc0", "#3693b7", "#2a88ae", "#207da5", "#15719b",
)  # fmt: skip
_BELOW = ("#bfdee2", "#95cbd4", "#6ab7c5", "#3fa3b5", "#008fa4", "#00788f")
_ABOVE = ("#ebd5bd", "#e5ba94", "#db9f6e", "#d0854d", "#c06c32", "#ac541d")
NEUTRAL = "#eff1ef"
_KINDS = ("#f4ebc2", "#349fb6", "#e5ba94", "#8f80cc", "#cfe3c4", "#c9783f", "#b9d4ea", "#7c9a55")
_STATUS = ("#f4ebc2", "#94cc9f", "#349fb6", "#6f5eb4")


def _spread(colours: tuple[str, ...], n: int) -> tuple[str, ...]:
    """``n`` colours of a scale at even distance, from its first to its last."""
    if n == 1:
        return (colours[len(colours) // 2],)
    last = len(colours) - 1
    return tuple(colours[(2 * i * last + n - 1) // (2 * (n - 1))] for i in range(n))


def sequential(n: int) -> tuple[str, ...]:
    """Colours of ``n`` classes from low (light) to high (dark): one hue, works in grey. Best for 3 to 7."""
    return _spread(_RAMP, n) if n > 0 else ()


def diverging(classes: Classes) -> tuple[str, ...]:
    """Colours of classes that run in two directions around their centre: petrol below, copper above.

    Equal distance from the centre (in classes) has equal strength on both sides; a class that holds the
    centre inside itself is neutral.
    """
    sides = directions(classes)
    reach = max(sides.count(-1), sides.count(1), 1)
    below, above = sides.count(-1), 0
    result = []
    for side in sides:
        if side < 0:
            result.append(_BELOW[_strength(below, reach)])
            below -= 1
        elif side > 0:
            above += 1
            result.append(_ABOVE[_strength(above, reach)])
        else:
            result.append(NEUTRAL)
    return tuple(result)


def _strength(distance: int, reach: int) -> int:
    """Place on an arm of six steps of the class that is the ``distance``-th of ``reach`` from the centre."""
    return min((distance * len(_BELOW) + reach - 1) // reach - 1, len(_BELOW) - 1)


def directions(classes: Classes) -> tuple[int, ...]:
    """−1, 0 or 1 for each class: below, around or above the centre; all 0 where there is no centre."""
    k = max(len(classes), 0)
    centre = classes.centre
    if not classes.diverging or centre is None:
        return (0,) * k
    bounds = zip(classes.limits[:-1], classes.limits[1:], strict=True)
    return tuple(-1 if high <= centre else 1 if low >= centre else 0 for low, high in bounds)


def ordered(n: int) -> tuple[str, ...]:
    """Colours of ``n`` named classes in order, such as the status: hue and lightness both step."""
    return _spread(_STATUS, n) if n <= len(_STATUS) else sequential(n)


def kinds(n: int) -> tuple[str, ...]:
    """Colours of up to ``n`` = 8 kinds without an order; neighbours in the list differ in lightness too."""
    return tuple(_KINDS[i % len(_KINDS)] for i in range(n))


LOCAL = (_ABOVE[4], _ABOVE[0], _BELOW[0], _BELOW[3], NEUTRAL)
"""High among high, high among low, low among high, low among low, nothing to be seen."""
CROWDED = (_ABOVE[4], _BELOW[3], NEUTRAL)
"""High values crowd, low values crowd, nothing to be seen."""


def two_sided(n: int) -> tuple[str, ...]:
    """Colours of ``n`` named classes from favourable to unfavourable with a neutral middle."""
    half = n // 2
    low = tuple(reversed(_spread(_BELOW[1:5], half))) if half else ()
    high = _spread(_ABOVE[1:5], half) if half else ()
    return low + ((NEUTRAL,) if n % 2 else ()) + high


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (0 black … 1 white), WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (1 … 21), WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """The text colour that reads better on ``colour``."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))
