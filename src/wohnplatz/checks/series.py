"""A delivery against its own history: jumps, and values that did not move at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.model import Finding, Variable, VariableKind

from .bands import Band, Floats, Width, deviations, expected, logs, median
from .case import Case
from .cubes import Cells
from .findings import Hits, shown
from .fingerprints import fingerprint
from .rules import Rule

FALSE_ALARMS = 0.3
LEAST_CHANGE = 5.0
ENOUGH_AREAS = 5
"""Fewer areas say nothing about what all of them have in common."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One variable (or one category of it): now (n areas) and earlier (k years, n), newest first."""

    variable: Variable
    chosen: Mapping[str, Sequence[str]]
    now: Floats
    earlier: Floats
    years: tuple[int, ...]

    @property
    def counted(self) -> bool:
        """Whether it counts persons or cases, so that chance can be told."""
        return self.variable.integer and self.variable.non_negative

    @property
    def tested(self) -> npt.NDArray[np.bool_]:
        """Areas with a number now and at least one earlier (n)."""
        found: npt.NDArray[np.bool_] = ~np.isnan(self.now) & ~np.isnan(self.earlier).all(axis=0)
        return found

    def band(self, case: Case, width: Width) -> Band:
        """Where the values of now are expected."""
        ages = np.array([case.year - year for year in self.years], dtype=np.float64)
        return expected(self.earlier, ages, counted=self.counted, width=width)

    def summed(self) -> Series | None:
        """The sum over the areas that have a number in every year; None where that is fewer than two."""
        fits = ~np.isnan(self.now)
        years = [n for n, row in enumerate(self.earlier) if not np.isnan(row[fits]).all()]
        if self.variable.kind is VariableKind.RATE or not years:
            return None
        fits &= ~np.isnan(self.earlier[years]).any(axis=0)
        if fits.sum() < 2:
            return None
        return Series(
            self.variable, self.chosen, self.now[fits].sum(keepdims=True),
            self.earlier[years][:, fits].sum(axis=1, keepdims=True), tuple(self.years[n] for n in years),
        )  # fmt: skip

    def words(self, place: int) -> str:
        """The earlier values of an area, oldest first: ``2023: 41, 2024: 44``."""
        known = [(y, v) for y, v in zip(self.years, self.earlier[:, place], strict=True) if not np.isnan(v)]
        return ", ".join(f"{year}: {shown(float(v))}" for year, v in reversed(known[:4]))


def series(case: Case, rule: Rule) -> list[Series]:
    """Everything whose course is looked at: totals, and categories of the dimensions in ``je``."""
    years = case.history_years[::-1]
    found = []
    for variable in case.own.variables if years else ():
        wanted: list[Mapping[str, Sequence[str]]] = [{}]
        for dimension in rule.words("je"):
            if dimension in variable.breakdowns:
                wanted += [{dimension: (c,)} for c in case.catalogue.dimensions[dimension].categories]
        for chosen in wanted:
            earlier = np.stack([_numbers(case.history(y), variable, chosen, case) for y in years])
            now = _numbers(case.own, variable, chosen, case)
            found.append(Series(variable, chosen, now, earlier, years))
    return found


def _numbers(
    cells: Cells | None, variable: Variable, chosen: Mapping[str, Sequence[str]], case: Case
) -> Floats:
    cube = cells.cube(variable.code) if cells else None
    if cube is None:
        return np.full(len(case.keys), np.nan)
    bounds = cube.bounds(chosen)
    return np.where(bounds.exact, bounds.low, np.nan)


def _width(rule: Rule, tests: int) -> Width:
    return Width(
        deviations(tests, rule.number("fehlalarme", FALSE_ALARMS)),
        rule.number("mindestens_relativ", 0.25),
        rule.number("verhaeltnis", 2.5),
    )


def jump_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """Areas whose value leaves the band of their own earlier values.

    What all areas of the delivery have in common is taken out: it is found once, in the sum (``jump_sum``).
    """
    found = series(case, rule)
    width = _width(rule, sum(int(s.tested.sum()) for s in found))
    for one in found:
        band = one.band(case, width)
        common = _common(one, band)
        yield _jumps(case, rule, one, band, common)


def _common(one: Series, band: Band) -> float:
    """The change (log) that the areas of the delivery have in common; 0 where they are too few to tell."""
    change = logs(one.now, one.counted) - band.last
    return float(median(change)) if (~np.isnan(change)).sum() >= ENOUGH_AREAS else 0.0


def sum_jump_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """Variables whose sum over the delivered areas leaves the band of the earlier sums."""
    found = [total for s in series(case, rule) if (total := s.summed()) is not None]
    width = _width(rule, len(found))
    for one in found:
        yield _jumps(case, rule, one, one.band(case, width), 0.0, summed=True)


def _jumps(  # noqa: PLR0913, PLR0917 -- the parts of a jump
    case: Case, rule: Rule, one: Series, band: Band, common: float, summed: bool = False
) -> Hits:
    low, high = band.limits(common)
    least = rule.number("mindestens", LEAST_CHANGE) if one.counted else 0.0
    distance = np.abs(band.distance(one.now, common))
    with np.errstate(invalid="ignore"):
        beyond = np.where(
            one.now > high, one.now - np.exp(band.last + common), np.exp(band.last + common) - one.now
        )
        found = (distance > band.half) & (beyond >= least)
    places = np.flatnonzero(found)
    strength = distance[places] / band.half[places]
    rows = case.row_of(one.variable.code, one.chosen)
    group = "".join(
        f", {case.catalogue.dimensions[d].categories[c]}" for d, codes in one.chosen.items() for c in codes
    )

    def describe(hit: int) -> Finding:
        at = int(places[hit])
        key = "" if summed else case.keys[at]
        # A sum stands in no cell of the file; the first row of the variable shows where to look.
        row = int(rows[rows >= 0][0]) if summed else int(rows[at])
        return case.finding(
            rule, case.at(row), area=key, where=case.area_words(key), variable=one.variable.label,
            group=group, value=shown(float(one.now[at])), series=one.words(at),
            low=_rounded(float(low[at]), one.counted), high=_rounded(float(high[at]), one.counted),
        )  # fmt: skip

    return Hits(strength, describe)


def _rounded(value: float, counted: bool) -> str:
    return shown(float(round(value))) if counted else shown(round(value, 2))


def same_file_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """All values of the file equal those of a former one; a file of hardly any different values may."""
    if len(np.unique(case.table.value[case.table.state < 10])) < rule.number("verschiedene", 3):
        return
    former = case.background.former_files.get(fingerprint(case.table)) if len(case.table) else None
    if former:
        yield Hits(np.ones(1), lambda _: case.finding(rule, former=former))


def same_values_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """Variables all of whose values are those of the newest earlier year."""
    except_for = rule.words("ausser")
    year = max(case.history_years, default=None)
    earlier = case.history(year) if year is not None else None
    for variable in case.own.variables if earlier else ():
        own = case.own.cube(variable.code)
        old = earlier.cube(variable.code) if earlier else None
        if own is None or old is None or variable.code in except_for:
            continue
        now, before = own.values(), old.values()
        both = ~np.isnan(now) & ~np.isnan(before)
        enough = len(np.unique(now[both])) >= rule.number("verschiedene", 4)
        if enough and both.sum() == (~np.isnan(now)).sum() and np.array_equal(now[both], before[both]):
            row = int(own.rows[both].min())
            yield Hits(np.ones(1), _said(case, rule, row, variable, count=f"{both.sum()}", year=f"{year}"))


def constant_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """Variables that have the same value, not zero, in every area."""
    least = int(rule.number("gebiete", ENOUGH_AREAS))
    for variable in case.own.variables:
        now = _numbers(case.own, variable, {}, case)
        known = now[~np.isnan(now)]
        smallest = rule.number("mindestens", 3)
        if len(known) >= least and np.ptp(known) == 0 and known[0] >= smallest:
            rows = case.row_of(variable.code, {})
            words = {"count": f"{len(known)}", "value": shown(float(known[0]))}
            yield Hits(np.ones(1), _said(case, rule, int(rows[rows >= 0][0]), variable, **words))


def _said(case: Case, rule: Rule, row: int, variable: Variable, **words: str) -> Callable[[int], Finding]:
    return lambda _: case.finding(rule, case.at(row), variable=variable.label, **words)
