"""The attack: which hidden or unprinted counts follow from everything that was printed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum

import numpy as np
import scipy.sparse as sp

from wohnplatz.disclosure import Level
from wohnplatz.disclosure.audit import Failure, Verdict, audit
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Facts, Needs

from .description import Description
from .solving import Fitted, Ints, Open, fit, open_part
from .system import Count, State, System


class Kind(Enum):
    """What was found out about a count; the value is the German word for it."""

    PRINTED = "offen veröffentlicht"
    BOTH = "an einer Stelle gesperrt, an anderer offen"
    EXACT = "errechenbar"
    SMALL = "als klein erkennbar"
    PRESENT = "sicher nicht null"
    HARMLESS = "errechenbar, aber nicht klein"
    UNSETTLED = "nicht entschieden"
    CONTRADICTION = "geht nicht auf"


@dataclass(frozen=True, slots=True)
class Leak:
    """A count that is not as hidden as it should be."""

    count: int
    kind: Kind
    low: int
    high: int
    hidden: bool
    """Somebody meant to hide it; otherwise it follows from others without being printed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the attack found."""

    leaks: tuple[Leak, ...]
    attacked: int
    """Counts that were hidden or follow from others and had to withstand."""
    hidden: int
    part: Open
    against: tuple[int, ...]
    """Rows that contradict the others; they were left out."""
    seconds: float
    level: Level

    @property
    def revealed(self) -> tuple[Leak, ...]:
        """Leaks that break what the publication's level of protection promises."""
        return tuple(leak for leak in self.leaks if leak.kind in broken(self.level))


def broken(level: Level) -> frozenset[Kind]:
    """What breaks the promise of a level."""
    kinds = {Kind.PRINTED, Kind.BOTH, Kind.EXACT}
    if level is not Level.NOT_COMPUTABLE:
        kinds.add(Kind.SMALL)
    if level is Level.PRESENCE_HIDDEN:
        kinds.add(Kind.PRESENT)
    return frozenset(kinds)


def attack(system: System, description: Description, *, seconds: float = 120.0) -> Outcome:
    """Attack the joined publication as somebody would who has all of its files."""
    begin = time.monotonic()
    part = open_part(system)
    fitted = fit(part, seconds / 2)
    leaks = [*_printed(system, description), *_both(system, description)]
    leaks += _derived(system, part, description)
    leaks += _searched(system, part, fitted, description, seconds - (time.monotonic() - begin))
    unknown = [c for c in system.counts if not c.known and _guarded(c.measure, description)]
    hidden = sum(_held(c) for c in unknown)
    against = (*part.against, *fitted.against)
    order = sorted(leaks, key=lambda leak: (list(Kind).index(leak.kind), not leak.hidden, leak.count))
    took = time.monotonic() - begin
    return Outcome(tuple(order), len(unknown), hidden, part, against, took, description.level)


def _held(count: Count) -> bool:
    """Somebody keeps the number to himself: hidden, or printed rounded."""
    return not count.known and count.state is not State.UNPUBLISHED


def _guarded(measure: str, description: Description) -> bool:
    return measure not in description.harmless


def _printed(system: System, description: Description) -> list[Leak]:
    """Small counts that simply stand there."""
    return [
        Leak(i, Kind.PRINTED, c.low, c.high, hidden=False)
        for i, c in enumerate(system.counts)
        if c.state is State.OPEN and c.known and not c.own and 0 < c.low < description.threshold
        and _guarded(c.measure, description)
    ]  # fmt: skip


def _both(system: System, description: Description) -> list[Leak]:
    found = []
    for number, _, _ in system.both:
        count = system.counts[number]
        if _guarded(count.measure, description) and not 0 < count.low < description.threshold:
            found.append(Leak(number, Kind.BOTH, count.low, count.high, hidden=True))
    return found


def _derived(system: System, part: Open, description: Description) -> list[Leak]:
    """Counts that follow by subtracting step by step."""
    leaks = []
    for number, count in enumerate(system.counts):
        low, high = int(part.ends[0][number]), int(part.ends[1][number])
        if not count.known and low == high and _guarded(count.measure, description):
            leak = _exact(number, low, description, hidden=_held(count))
            leaks += [leak] if leak else []
    return leaks


def _exact(number: int, value: int, description: Description, *, hidden: bool) -> Leak | None:
    """A count that is known exactly; nothing to say of one that nobody hid and that is not small."""
    if 0 < value < description.threshold:
        return Leak(number, Kind.EXACT, value, value, hidden)
    return Leak(number, Kind.HARMLESS, value, value, hidden) if hidden else None


def _searched(
    system: System, part: Open, fitted: Fitted, description: Description, seconds: float
) -> list[Leak]:
    """Counts that follow only from several rows at once: by the audit."""
    guarded = np.array([_guarded(system.counts[c].measure, description) for c in part.counts], dtype=np.bool_)
    asked = np.flatnonzero(guarded & fitted.solved)
    leaks = [
        Leak(int(part.counts[u]), Kind.UNSETTLED, 0, UNBOUNDED, _hid(system, part, int(u)))
        for u in np.flatnonzero(guarded & ~fitted.solved)
    ]
    if not len(asked):
        return leaks
    atoms, facts = _problem(part, fitted)
    value = fitted.values[asked]
    report = audit(atoms, facts, _another_value(part, asked, value), time_limit=max(seconds, 1.0))
    failed = {f.need: f for f in report.failures}
    for need, failure in failed.items():
        leaks += _failed(system, part, int(asked[need]), failure, description)
    still = [i for i in range(len(asked)) if i not in failed and value[i] < description.threshold]
    left = np.array(still, dtype=np.int64)
    small = _enclosed(part, asked[left], value[left], (atoms, facts), description.threshold)
    leaks += [Leak(int(part.counts[u]), Kind.SMALL, lo, hi, _hid(system, part, u)) for u, lo, hi in small]
    if description.level is Level.PRESENCE_HIDDEN:
        settled = {*failed, *(i for i, u in enumerate(asked.tolist()) if u in {s[0] for s in small})}
        rest = np.array([i for i in range(len(asked)) if i not in settled], dtype=np.int64)
        for u, low, high in _present(part, asked[rest], value[rest], (atoms, facts)):
            leaks.append(Leak(int(part.counts[u]), Kind.PRESENT, low, high, _hid(system, part, u)))
    return leaks


def _hid(system: System, part: Open, u: int) -> bool:
    return _held(system.counts[part.counts[u]])


def _problem(part: Open, fitted: Fitted) -> tuple[Atoms, Facts]:
    """The unknown counts with the table found for them in place of the true one, which nobody here has."""
    sums = part.matrix @ fitted.values
    kept = np.flatnonzero(~np.isin(part.rows, fitted.against) & (sums >= part.low) & (sums <= part.high))
    atoms = Atoms(fitted.values, part.lower, part.upper, str)
    return atoms, Facts(sp.csr_array(part.matrix[kept]), part.low[kept], part.high[kept], str)


def _another_value(part: Open, asked: Ints, value: Ints) -> Needs:
    """Each count could be another one: one less or one more, where its bounds leave room for that."""
    less, more = part.lower[asked] < value, part.upper[asked] > value
    return Needs(_rows(part, asked), value - less, value + more, less & more, str)


def _rows(part: Open, asked: Ints) -> sp.csr_array:
    return sp.csr_array(sp.eye_array(len(part.counts), dtype=np.int64, format="csr")[asked])


def _failed(system: System, part: Open, u: int, failure: Failure, description: Description) -> list[Leak]:
    number, hidden = int(part.counts[u]), _hid(system, part, u)
    if failure.verdict is Verdict.UNSETTLED or failure.low != failure.high:
        return [Leak(number, Kind.UNSETTLED, failure.low, failure.high, hidden)]
    leak = _exact(number, failure.low, description, hidden=hidden)
    return [leak] if leak else []


def _enclosed(
    part: Open, asked: Ints, value: Ints, problem: tuple[Atoms, Facts], threshold: int
) -> list[tuple[int, int, int]]:
    """Counts that are at least 1 and cannot reach the smallest printed number: (count, low, high)."""
    if not len(asked):
        return []
    reach = np.minimum(threshold, part.upper[asked])
    needs = Needs(_rows(part, asked), value, reach, np.zeros(len(asked), dtype=np.bool_), str)
    report = audit(*problem, needs, time_limit=60)
    failed = {f.need: f for f in report.failures}
    found = []
    for i, u in enumerate(asked.tolist()):
        failure = failed.get(i)
        low, high = int(part.lower[u]), int(part.upper[u])
        if failure is not None and failure.verdict is not Verdict.UNSETTLED:
            low, high = max(low, failure.low), min(high, failure.high)
        if low >= 1 and high < threshold:
            found.append((u, low, high))
    return found


def _present(
    part: Open, asked: Ints, value: Ints, problem: tuple[Atoms, Facts]
) -> list[tuple[int, int, int]]:
    """Counts that cannot be 0: (count, low, high)."""
    sure = part.lower[asked] > 0
    found = [(int(u), int(part.lower[u]), int(part.upper[u])) for u in asked[sure]]
    asked, value = asked[~sure], value[~sure]
    if len(asked):
        needs = Needs(_rows(part, asked), np.zeros_like(value), value, np.zeros(len(asked), np.bool_), str)
        for failure in audit(*problem, needs, time_limit=60).failures:
            if failure.verdict is not Verdict.UNSETTLED and failure.low > 0:
                found.append((int(asked[failure.need]), failure.low, failure.high))
    return found
