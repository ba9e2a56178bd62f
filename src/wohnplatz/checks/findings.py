"""From hits in arrays to findings: the strongest of each rule in full, the rest as a count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.model import Finding
from wohnplatz.text import number, plural

SHOWN_PER_CODE = 20


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Places where one rule found something, not yet in words.

    ``strength`` (n) orders them: the greatest are shown. ``describe(i)`` writes the i-th finding and is only
    asked for those that are shown.
    """

    strength: npt.NDArray[np.float64]
    describe: Callable[[int], Finding]


def collected(hits: Sequence[Hits]) -> tuple[Finding, ...]:
    """The strongest ``SHOWN_PER_CODE`` hits of one rule in the order of the file, and a count of the rest."""
    strength = np.concatenate([np.empty(0), *(h.strength for h in hits)])
    if not len(strength):
        return ()
    owner = np.repeat(np.arange(len(hits)), [len(h.strength) for h in hits])
    place = np.concatenate([np.arange(len(h.strength)) for h in hits])
    first = np.argsort(-strength, kind="stable")[:SHOWN_PER_CODE]
    found = [hits[owner[i]].describe(int(place[i])) for i in first]
    shown = sorted(found, key=lambda f: (f.sheet, f.row or 0))
    rest = len(strength) - len(first)
    return (*shown, _rest(found[-1], rest)) if rest else tuple(shown)


def _rest(last: Finding, count: int) -> Finding:
    text = plural(count, "weiterer Befund dieser Art wird", "weitere Befunde dieser Art werden")
    return Finding(
        last.code, last.severity,
        f"{text} nicht einzeln gezeigt; gezeigt sind die stärksten. Der schwächste davon: {last.message}",
        last.advice, last.why, last.sheet,
    )  # fmt: skip


def shown(value: float) -> str:
    """A number as people read it: whole numbers without places, others with two.

    >>> shown(1234.0), shown(8.125)
    ('1.234', '8,13')
    """
    return number(value, 0 if float(value).is_integer() else 2)
