"""Finds what adds up to what by trying it on the printed numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TOTAL_WORD = re.compile(r"\b(?:ins\s?gesamt|gesamt\w*|zusammen|summe|total|alle)\b", re.IGNORECASE)
PURE_TOTAL = re.compile(
    r"(?:ins\s?gesamt|gesamt|zusammen|(?:gesamt)?summe|total|alle(?: altersgruppen)?|zus\.|insg\."
    r"|beide geschlechter)",
    re.IGNORECASE,
)
MOST_CONTEXTS = 200
"""Sums are tried where most is printed; more places would tell no more."""
SAID_SHARE = 0.5
"""Of the places where all of a sum is printed, so many must agree where a word says it is a total."""
CHANCE = 0.2
"""Of sums that only numbers speak for, no more may be met by chance."""
LEAST_SUM = 10
"""Sums of fewer persons agree by chance."""


@dataclass(frozen=True, slots=True)
class Block:
    """A member and the run of members that it is the sum of (positions)."""

    whole: int
    parts: tuple[int, ...]
    checked: int
    """In how many contexts all of it was printed and agreed."""


def blocks(values: Floats, names: Sequence[str]) -> list[Block]:
    """Members of a list that are the sum of the ones right before or after them, level by level.

    ``values``: shape (members, contexts), NaN where hidden or absent. A total that stands before its parts
    may have several runs of parts after it (sexes, then ages).
    """
    values = values[:, np.argsort(np.isnan(values).sum(axis=0), kind="stable")[:MOST_CONTEXTS]]
    left, found = list(range(len(values))), list[Block]()
    while True:
        level = _level(values, names, left)
        if not level:
            return found
        found += level
        below = {part for block in level for part in block.parts}
        left = [i for i in left if i not in below]


def _level(values: Floats, names: Sequence[str], left: list[int]) -> list[Block]:
    """The shortest sums among what is left; members of one are not used for another."""
    found: list[Block] = []
    used: set[int] = set()
    for place, whole in enumerate(left):
        if whole in used:
            continue
        before = (left[i] for i in range(place - 1, -1, -1) if left[i] not in used)
        after = (left[i] for i in range(place + 1, len(left)))
        block = _run(values, names, whole, before) or _run(values, names, whole, after)
        while block is not None:
            found.append(block)
            used |= set(block.parts)
            rest = left[left.index(block.parts[-1]) + 1 :]
            after = (i for i in rest if i not in used)
            block = _run(values, names, whole, after) if block.parts[-1] > whole else None
    wholes = {b.whole for b in found}
    return [b for b in found if not wholes & set(b.parts)]


def _run(values: Floats, names: Sequence[str], whole: int, others: Iterator[int]) -> Block | None:
    """The shortest run of at least two members that adds up to the whole wherever all of it is printed."""
    total = np.zeros(values.shape[1])
    said, taken = bool(TOTAL_WORD.search(names[whole])), list[int]()
    for member in others:
        taken.append(member)
        total = total + values[member]
        over = total > values[whole] + 0.5
        # Counts only grow: once every sum that can be compared is too large, or none can, no more helps.
        if (over | np.isnan(total) | np.isnan(values[whole])).all():
            return None
        if len(taken) < 2:
            continue
        known = ~np.isnan(total) & ~np.isnan(values[whole])
        agree = known & (np.abs(total - values[whole]) < 0.5)
        # One total that is wrong does not unsay the word that it is one.
        if not known.any() or not agree.sum() >= (SAID_SHARE if said else 0.9) * known.sum():
            continue
        told = values[whole][agree]
        # A word that says "total" needs one place to prove it; numbers alone need two different ones.
        enough = len(set(told.tolist())) >= (1 if said else 2)
        if told.sum() >= LEAST_SUM and enough and (said or by_chance(told, len(values)) < CHANCE):
            return Block(whole, tuple(sorted(taken)), int(agree.sum()))
    return None


def by_chance(told: Floats, tries: int) -> float:
    """How many of ``tries`` sums would agree with the totals ``told`` by chance, roughly.

    A total of n persons is met by one sum in n. Of three and more the largest may follow from the others
    (women and men, and both), and proves nothing.
    """
    counted = np.sort(told)[: len(told) - 1] if len(told) > 2 else told
    return tries / float(np.prod(np.maximum(counted, 1.0)))


def by_prefix(keys: Sequence[str]) -> dict[str, list[str]]:
    """Keys that begin with a shorter key belong to it: ``05378004`` to ``05378``."""
    known = sorted({k for k in keys if k.isdigit() and len(k) >= 2}, key=lambda k: (len(k), k))
    lengths = sorted({len(k) for k in known})
    if len(lengths) < 2 or lengths[-1] - lengths[0] < 2:
        return {}
    result: dict[str, list[str]] = {}
    parents = set(known)
    for key in known:
        shorter = (key[:length] for length in reversed(lengths) if length < len(key))
        parent = next((p for p in shorter if p in parents), "")
        if parent:
            result.setdefault(parent, []).append(key)
    return {p: c for p, c in result.items() if len(c) > 1}


def by_column(fine: Sequence[str], coarse: Sequence[str]) -> dict[str, list[str]]:
    """Categories of a coarser column with the finer ones beside them; empty where that is no tree."""
    parent: dict[str, str] = {}
    for child, above in dict.fromkeys(zip(fine, coarse, strict=True)):
        if child and above and parent.setdefault(child, above) != above:
            return {}
    result: dict[str, list[str]] = {}
    for child, above in parent.items():
        if child != above:
            result.setdefault(above, []).append(child)
    return result if len(result) < len(parent) else {}


def contexts(
    values: Mapping[tuple[str, tuple[tuple[str, str], ...]], float], dimension: str, members: Sequence[str]
) -> Floats:
    """Values of a dimension's members (rows) in other contexts (columns), those where most is printed; NaN
    where nothing is.
    """
    row = {member: i for i, member in enumerate(members)}
    entries = []
    for (measure, place), value in values.items():
        own = next((c for d, c in place if d == dimension), "")
        if own in row:
            context = (measure, tuple(item for item in place if item[0] != dimension))
            entries.append((row[own], context, value))
    often = Counter(context for _, context, _ in entries).most_common(MOST_CONTEXTS)
    column = {context: j for j, (context, _) in enumerate(often)}
    result = np.full((len(members), len(column)), np.nan)
    for i, context, value in entries:
        if context in column:
            result[i, column[context]] = value
    return result
