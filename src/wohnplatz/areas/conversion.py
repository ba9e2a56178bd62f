"""Convert counts from one division to another: totals stay, states stay, estimates carry their band.

The band of a split follows the beta-binomial distribution: of n people of a kind, each of whom lives in the
part with probability w, n·w are expected there, with variance n·w·(1 − w)·(1 + (n − 1)·ρ). ρ says how much
people of a kind live together inside an area (Williams, D. A. (1975), Biometrics 31, 949–952).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from wohnplatz.model import CellState, Finding, WohnplatzError
from wohnplatz.text import number

from .crosswalk import Basis, Crosswalk, crosswalk_of, weakest
from .crosswalk_making import CrosswalkResult
from .crosswalk_messages import say

CORRELATION = 0.02
"""ρ: with it the band held 95 % of 3,399 true parts of merged neighbours in Berlin's register of 2016
(eleven groups by age and sex; see docs/methoden/umsteigeschluessel.md)."""
_TWO_SIDED_95 = 1.959963984540054
_FIRST_WITHOUT = int(CellState.NOT_APPLICABLE)

Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """Counts on the areas of the target division; shape (m,) or (m, k) as the input had."""

    keys: tuple[str, ...]
    """Keys of the m target areas."""
    value: Floats
    """NaN where the state has no number."""
    error: Floats
    """Half width of the 95 % band; NaN where the value is exact or there is none."""
    state: States
    findings: tuple[Finding, ...] = ()


def convert(
    crosswalk: Crosswalk,
    values: npt.ArrayLike,
    states: npt.ArrayLike | None = None,
    *,
    correlation: float = CORRELATION,
) -> Converted:
    """Counts of the source areas on the target areas.

    ``values`` and ``states`` are (n,) or (n, k): n areas in the order of ``crosswalk.sources``, k variables.
    Values are counts (or balances), never rates: a rate is computed from converted sums. The state of a
    target is the most severe of its parts, at least ESTIMATED where one of its weights is below 1; a part
    without number leaves no number. What is not finite where a number should stand becomes UNKNOWN, with a
    finding. ValueError where the shapes do not fit.

    >>> from .crosswalk import identity
    >>> convert(identity(["01"], "a", "b"), [12]).value.tolist()
    [12.0]
    """
    given = np.asarray(values, dtype=np.float64)
    numbers = given.reshape(len(given), -1)
    known = np.zeros(numbers.shape, dtype=np.uint8)
    if states is not None:
        known = np.array(states, dtype=np.uint8).reshape(len(given), -1)
    if numbers.shape[0] != len(crosswalk.sources) or numbers.shape != known.shape:
        raise ValueError(f"{given.shape} values and {known.shape} states for {len(crosswalk.sources)} areas")
    findings = _check(crosswalk, numbers, known)
    known[(known < _FIRST_WITHOUT) & ~np.isfinite(numbers)] = CellState.UNKNOWN
    counts = np.where(known < _FIRST_WITHOUT, numbers, 0.0)
    value, variance, state = _summed(crosswalk, counts, known, correlation)
    exact = np.zeros(len(crosswalk.targets), dtype=bool)
    exact[:] = ~np.isin(crosswalk.targets, crosswalk.estimated)
    none = state >= _FIRST_WITHOUT
    error = np.where(none | exact[:, None], np.nan, _TWO_SIDED_95 * np.sqrt(variance))
    value = np.where(none, np.nan, value)
    shape = (len(crosswalk.targets), *given.shape[1:])
    return Converted(
        crosswalk.targets, value.reshape(shape), error.reshape(shape), state.reshape(shape), findings
    )


def _summed(
    crosswalk: Crosswalk, counts: Floats, states: States, correlation: float
) -> tuple[Floats, Floats, States]:
    rows = _positions(crosswalk.from_key, crosswalk.sources)
    columns = _positions(crosswalk.to_key, crosswalk.targets)
    weight = np.array(crosswalk.weight)
    shape = (len(crosswalk.targets), len(crosswalk.sources))
    value = csr_array((weight, (columns, rows)), shape=shape) @ counts
    spread = csr_array((weight * (1 - weight), (columns, rows)), shape=shape)
    size = np.abs(counts)
    variance = spread @ (size * np.maximum(1 + (size - 1) * correlation, 0.0))
    state = np.zeros(value.shape, dtype=np.uint8)
    part = states[rows]
    part[weight < 1] = np.maximum(part[weight < 1], CellState.ESTIMATED)
    np.maximum.at(state, columns, part)
    return value, variance, state


def _positions(keys: Sequence[str], order: Sequence[str]) -> npt.NDArray[np.intp]:
    position = {key: i for i, key in enumerate(order)}
    return np.array([position[key] for key in keys], dtype=np.intp)


def _check(crosswalk: Crosswalk, values: Floats, states: States) -> tuple[Finding, ...]:
    """Findings on values that claim to be numbers and are none, or are negative; one for each area."""
    claimed, sources, findings = states < _FIRST_WITHOUT, crosswalk.sources, []
    for i in np.flatnonzero((claimed & ~np.isfinite(values)).any(axis=1)):
        bad = values[i][claimed[i] & ~np.isfinite(values[i])][0]
        word = "keine Zahl" if math.isnan(bad) else "unendlich"
        findings.append(say("areas.convert_not_number", area=sources[i], value=word))
    for i in np.flatnonzero((claimed & np.isfinite(values) & (values < 0)).any(axis=1)):
        lowest = float(values[i][claimed[i] & np.isfinite(values[i])].min())
        findings.append(say("areas.convert_negative", area=sources[i], value=number(lowest)))
    return tuple(findings)


def aligned(
    crosswalk: Crosswalk, values: Mapping[str, float], states: Mapping[str, CellState] | None = None
) -> tuple[Floats, States]:
    """Values and states by key in the order ``convert`` wants; an area that is absent is MISSING.

    Raises WohnplatzError for keys the crosswalk does not know: their people would be lost.
    """
    unknown = sorted((set(values) | set(states or {})) - set(crosswalk.from_key))
    if unknown:
        raise WohnplatzError(
            f"Der Umsteigeschlüssel kennt das Gebiet „{unknown[0]}“ nicht.",
            where=f"{crosswalk.source} → {crosswalk.target}",
            why="Seine Werte gingen bei der Umrechnung verloren.",
            todo="Bitte prüfen, ob die Werte zur Ausgangsgliederung gehören.",
            code="areas.convert_unknown",
        )
    given = states or {}
    found = [given.get(k, CellState.VALUE if k in values else CellState.MISSING) for k in crosswalk.sources]
    numbers = [values.get(k, math.nan) for k in crosswalk.sources]
    return np.array(numbers, dtype=np.float64), np.array(found, dtype=np.uint8)


def compose(first: Crosswalk, second: Crosswalk, origin: str = "") -> Crosswalk:
    """The way over two crosswalks: weights of the ways through the areas between are added.

    Raises WohnplatzError where the second does not begin where the first ends.
    """
    onward: dict[str, list[tuple[str, float, Basis]]] = {}
    for key, to, weight, basis in zip(
        second.from_key, second.to_key, second.weight, second.basis, strict=True
    ):
        onward.setdefault(key, []).append((to, weight, basis))
    gap = sorted(set(first.to_key) - set(onward))
    if gap or first.target != second.source:
        raise WohnplatzError(
            "Die beiden Umsteigeschlüssel schließen nicht aneinander an.",
            where=f"{first.target} und {second.source}" + (f", Gebiet {gap[0]}" if gap else ""),
            why="Werte gingen auf dem Weg verloren.",
            code="areas.compose",
        )
    found: dict[tuple[str, str], tuple[float, Basis]] = {}
    for key, middle, weight, basis in zip(
        first.from_key, first.to_key, first.weight, first.basis, strict=True
    ):
        for to, share, further in onward[middle]:
            so_far, worst = found.get((key, to), (0.0, Basis.EXACT))
            found[key, to] = so_far + weight * share, weakest(worst, basis, further)
    rows = ((key, to, weight, basis) for (key, to), (weight, basis) in found.items())
    words = origin or "; ".join(dict.fromkeys(o for o in (first.origin, second.origin) if o))
    return crosswalk_of(first.source, second.target, rows, words)


def reverse(crosswalk: Crosswalk, inhabitants: Mapping[str, float]) -> CrosswalkResult:
    """The way back: ``inhabitants`` of the former source areas say where those of a target area come from.

    A target with an unknown number, or whose sources have no inhabitants, is split evenly among them, with a
    finding. A share that had to be computed is at least MANUAL: the counts are those of one day.
    """
    people: dict[str, list[tuple[str, float, Basis]]] = {}
    for key, to, weight, basis in zip(
        crosswalk.from_key, crosswalk.to_key, crosswalk.weight, crosswalk.basis, strict=True
    ):
        count = inhabitants.get(key, math.nan)
        usable = count if math.isfinite(count) and count >= 0 else math.nan
        people.setdefault(to, []).append((key, usable * weight, basis))
    findings, rows = [], []
    for to, parts in people.items():
        total, alone = math.fsum(p[1] for p in parts), len(parts) == 1
        known = total > 0  # NaN is not
        if not alone and not known:
            findings.append(say("areas.crosswalk_no_base", target=to, value=to))
        for key, part, basis in parts:
            share = part if known and not alone else 1.0
            rows.append((to, key, share, Basis.EXACT if alone else weakest(basis, Basis.MANUAL)))
    back = crosswalk_of(crosswalk.target, crosswalk.source, rows, crosswalk.origin)
    return CrosswalkResult(back, tuple(findings))


Parts = Sequence[tuple[float, float, float, float]]
"""Value, numerator, denominator, w·(1 − w) of each part."""


def half_width(parts: Parts, numerator: float, denominator: float, factor: float) -> float:
    """Half width of the 95 % band of a converted figure ``factor * numerator / denominator``, or of a count.

    For n people of a part with weight w the variance is n·w·(1 − w)·(1 + (n − 1)·ρ). A count (no denominator)
    takes it as it is. A ratio r of a numerator inside its denominator follows from the parts of both groups,
    a ratio of two groups from both (delta method).
    """
    if not np.isfinite(denominator) or denominator <= 0:
        variance = sum(_variance(above if np.isfinite(above) else value, s) for value, above, _, s in parts)
        return float(_TWO_SIDED_95 * factor * np.sqrt(variance))
    ratio = numerator / denominator
    inside = all(above <= below for _, above, below, _ in parts)
    if inside:
        variance = sum(
            (1 - ratio) ** 2 * _variance(above, s) + ratio**2 * _variance(below - above, s)
            for _, above, below, s in parts
        )
    else:
        variance = sum(_variance(above, s) + ratio**2 * _variance(below, s) for _, above, below, s in parts)
    return float(_TWO_SIDED_95 * factor * np.sqrt(variance) / denominator)


def _variance(count: float, share: float) -> float:
    """Variance of the part of ``count`` people, with ``share`` = w·(1 − w)."""
    n = abs(count) if np.isfinite(count) else 0.0
    return n * share * max(1 + (n - 1) * CORRELATION, 0.0)
