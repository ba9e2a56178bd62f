"""A delivery against others: areas far from all comparable ones, and areas of another division."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wohnplatz.model import Finding, Variable, VariableKind

from .bands import DISPERSION, MAD_TO_SD, Floats, deviations
from .case import Case
from .cubes import Cells, by_year
from .findings import Hits, shown
from .messages import MESSAGES
from .rules import Rule

Bools = npt.NDArray[np.bool_]
FALSE_ALARMS = 0.05
LEAST_AREAS = 12
"""Fewer areas have no middle and no spread that one could rely on."""


def outlier_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """Areas whose value per inhabitant lies far from that of all comparable areas, and is new there.

    An area that lay there in an earlier year already is known to be so: its own history speaks for it.
    """
    axis = dict(case.areas)
    comparable = by_year(case.background.comparable).get(case.year)
    for key in comparable.area.values if comparable is not None else ():
        axis.setdefault(key, len(axis))
    others = Cells(comparable, axis, case.catalogue) if comparable is not None else None
    people = _inhabitants(case, axis)
    if not people.any():
        return
    variables = [v for v in case.own.variables if _is_compared(v, case, rule)]
    width = deviations(len(variables) * len(case.keys), rule.number("fehlalarme", FALSE_ALARMS))
    for variable in variables:
        values = _values(case.own, variable, len(axis))
        beside = _values(others, variable, len(axis)) if others else np.full(len(axis), np.nan)
        yield _far_ones(case, rule, variable, np.where(np.isnan(values), beside, values), people, width)


def _is_compared(variable: Variable, case: Case, rule: Rule) -> bool:
    counted = variable.kind is VariableKind.COUNT and variable.integer and variable.non_negative
    return (
        counted and variable.code != case.catalogue.population and variable.code not in rule.words("ausser")
    )


def _values(cells: Cells, variable: Variable, n: int) -> Floats:
    """Totals of a variable (n); NaN where there is none."""
    cube = cells.cube(variable.code)
    found = np.full(n, np.nan)
    if cube is not None:
        bounds = cube.bounds({})
        found[: len(bounds.low)] = np.where(bounds.exact, bounds.low, np.nan)
    return found


def _inhabitants(case: Case, axis: Mapping[str, int]) -> Floats:
    """Inhabitants (n) of this year or the one before, where possible from the delivery; 0 if unknown."""
    known = case.background.population
    found = np.array(
        [known.get((key, case.year), known.get((key, case.year - 1), 0.0)) for key in axis], dtype=np.float64
    )
    own = case.bounds(case.catalogue.population, {}, 0)
    found[: len(case.keys)] = np.where(own.exact, own.low, found[: len(case.keys)])
    return found


def _far_ones(  # noqa: PLR0913, PLR0917 -- the parts of a comparison
    case: Case, rule: Rule, variable: Variable, values: Floats, people: Floats, width: float
) -> Hits:
    fits = ~np.isnan(values) & (people >= rule.number("einwohner", 300))
    if fits.sum() < rule.number("gebiete", LEAST_AREAS):
        return Hits(np.empty(0), _never)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(fits, np.log((values + 0.5) / people), np.nan)
    middle = float(np.nanmedian(rate))
    spread = MAD_TO_SD * float(np.nanmedian(np.abs(rate - middle)))
    # Half way (log) between found and expected count: at the expected one alone every zero would be far off.
    half_way = np.sqrt(people * np.exp(middle) * (np.nan_to_num(values) + 0.5))
    chance = DISPERSION / np.maximum(half_way, 0.5)
    distance = np.abs(rate - middle) / np.sqrt(spread**2 + chance)
    known = _known_before(case, variable, values)
    own = np.arange(len(values)) < len(case.keys)
    with np.errstate(invalid="ignore"):
        far = (
            (distance > width)
            & (np.abs(rate - middle) > np.log(rule.number("verhaeltnis", 3)))
            & own
            & ~known
        )
    places = np.flatnonzero(far)
    rows = case.row_of(variable.code, {})

    def describe(hit: int) -> Finding:
        at = int(places[hit])
        return case.finding(
            rule, case.at(int(rows[at])), area=case.keys[at], where=case.area_words(case.keys[at]),
            variable=variable.label, value=shown(float(values[at])), count=shown(float(fits.sum() - 1)),
            rate=_per_thousand(float(values[at] / people[at])), middle=_per_thousand(float(np.exp(middle))),
        )  # fmt: skip

    return Hits(distance[places], describe)


def _never(hit: int) -> Finding:
    raise IndexError(hit)


def _known_before(case: Case, variable: Variable, values: Floats) -> Bools:
    """Areas (n) where the newest earlier value was about as high or low: at most half as much again."""
    known = np.zeros(len(values), dtype=np.bool_)
    year = max(case.history_years, default=None)
    earlier = case.history(year) if year is not None else None
    if earlier is not None:
        before = _values(earlier, variable, len(values))
        with np.errstate(invalid="ignore", divide="ignore"):
            known = np.abs(np.log((values + 0.5) / (before + 0.5))) <= np.log(1.5)
    return known


def _per_thousand(rate: float) -> str:
    return shown(round(1000 * rate, 1 if rate < 0.1 else 0))


def division_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """Areas of the delivery that belong to an earlier or later division. One finding for each area."""
    wrong = {
        key: words
        for key, words in case.background.divisions.items()
        if key in case.areas and key not in case.background.request.areas
    }
    keys = list(wrong)
    codes = [case.table.area.values.index(key) for key in keys]
    rows = [int(np.argmax(case.table.area.codes == code)) for code in codes]

    def describe(hit: int) -> Finding:
        key = keys[hit]
        found = case.finding(rule, case.at(rows[hit]), area=key, where=f"„{key}“", validity=wrong[key])
        return replace(found, value=key)

    yield Hits(np.ones(len(keys)), describe)


def division_findings(findings: Iterable[Finding], divisions: Mapping[str, str]) -> tuple[Finding, ...]:
    """Findings of reading, those about unknown areas replaced where the area is one of another division.

    ``divisions`` as in ``Background``. Reading refuses a key it does not know; only here it is known that it
    was valid once or will be.
    """
    message = MESSAGES["division"]
    return tuple(
        replace(
            f, code="checks.division", area=f.value, advice=message.advice, why=message.why,
            message=message.text.format(where=f"„{f.value}“", validity=divisions[f.value]),
        )
        if f.code == "intake.unknown_area" and f.value in divisions
        else f
        for f in findings
    )  # fmt: skip
