"""What others must know of indicators and index measures: labels, inputs, protection, variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from wohnplatz.model import Catalogue, FigureKind, FigureMeta, IndexDefinition, Indicator, Polarity
from wohnplatz.text import enumerate_words

from .linear import lagged_references, linear
from .parser import parse
from .terms import AGE, PYRAMID

T = TypeVar("T")
Inputs = tuple[tuple[str, int], ...]
INDEX_PROTECTION = "index"
POPULATION_PROTECTION = "population"
_MEASURES = {
    "status": ("Status", 2),
    "status_class": ("Statusklasse", 0),
    "dynamics": ("Dynamik", 2),
    "dynamics_class": ("Dynamikklasse", 0),
    "group": ("Gruppe aus Status und Dynamik", 0),
    "attention": ("Gebiet mit besonderem Unterstützungsbedarf (1 = ja)", 0),
}


def figure_meta(catalogue: Catalogue) -> dict[str, FigureMeta]:
    """Label, unit and reading of every code in a figure table: indicators, index measures, pyramid."""
    found = {code: _indicator_meta(i) for code, i in catalogue.indicators.items()}
    population = catalogue.variables[catalogue.population]
    found.setdefault(
        population.code,
        FigureMeta(
            population.code, population.label, population.unit, 0, Polarity.NEUTRAL, population.reference
        ),
    )
    for index in catalogue.indices.values():
        found |= {code: _measure_meta(index, code) for code in index.measures()}
    return found


def pyramid_words(catalogue: Catalogue) -> tuple[str, str, str]:
    """What the figures by age and sex are called, by what they are broken down, and what is left out."""
    labels = {d: catalogue.dimensions[d].label for d in PYRAMID if d in catalogue.dimensions}
    by = [d for d in PYRAMID if d not in catalogue.pyramid_without]
    what = "Altersaufbau" if AGE in by else "Männer und Frauen"
    left_out = [label for d, label in labels.items() if d not in by]
    told = f"Nach {enumerate_words(left_out)} nicht veröffentlicht (zu kleinteilig)." if left_out else ""
    return what, enumerate_words([labels[d] for d in by if d in labels]), told


def _indicator_meta(indicator: Indicator) -> FigureMeta:
    return FigureMeta(
        indicator.code, indicator.label, indicator.unit, indicator.decimals, indicator.polarity,
        indicator.reference, indicator.source, kind=_kind(indicator), breaks=indicator.breaks,
    )  # fmt: skip


def _kind(indicator: Indicator) -> FigureKind:
    """What the figure is made of; offers, areas and differences do not vary like cases do."""
    per_number = indicator.unit.removeprefix("je ")[:1].isdigit()
    if indicator.formula or indicator.protection in {"balance", "none"}:
        return FigureKind.OTHER
    if not indicator.denominator:
        counted = indicator.unit in {"Personen", "Fälle", "Haushalte", "Anzahl"}
        return FigureKind.COUNT if counted and indicator.protection != "population" else FigureKind.OTHER
    if indicator.protection == "population_ratio":
        return FigureKind.RATIO if per_number else FigureKind.OTHER
    if indicator.unit == "%":
        return FigureKind.SHARE
    return FigureKind.RATE if per_number and indicator.unit.startswith("je ") else FigureKind.OTHER


def _measure_meta(index: IndexDefinition, code: str) -> FigureMeta:
    _, _, name = code.partition(":")
    themes = {f"theme_{theme.code}": (theme.label, 2) for theme in index.themes}
    word, decimals = (themes | _MEASURES)[name]
    groups = tuple(f"{s} / {d}" for s in index.status_classes for d in index.dynamics_classes)
    classes = {
        "status_class": index.status_classes,
        "dynamics_class": index.dynamics_classes,
        "group": groups,
    }.get(name, ())
    return FigureMeta(
        code,
        f"{index.label}: {word}",
        "",
        decimals,
        Polarity.BURDEN,
        "",
        index.source,
        classes,
    )


def inputs(catalogue: Catalogue) -> dict[str, Inputs]:
    """For figures over other indicators: code → (input, years back). Others are absent."""
    found = {
        code: lagged_references(parse(i.formula)) for code, i in catalogue.indicators.items() if i.formula
    }
    for index in catalogue.indices.values():
        status = tuple((part.indicator, 0) for part in index.status)
        dynamics = tuple((part.indicator, 0) for part in index.dynamics)
        of_one = {"status": status, "dynamics": dynamics}
        for theme in index.themes:
            of_one[f"theme_{theme.code}"] = tuple(
                (p.indicator, 0) for p in index.status if p.theme == theme.code
            )
        for code in index.measures():
            name = code.partition(":")[2].removesuffix("_class")
            found[code] = of_one.get(name, _distinct(status + dynamics))
    return found


def protection(catalogue: Catalogue) -> dict[str, str]:
    """Code in a figure table → protection class, a key of the disclosure rules."""
    found = {code: i.protection for code, i in catalogue.indicators.items()}
    found.setdefault(catalogue.population, POPULATION_PROTECTION)
    for index in catalogue.indices.values():
        found |= dict.fromkeys(index.measures(), INDEX_PROTECTION)
    return found


def variables_of(catalogue: Catalogue, indicator: str) -> tuple[str, ...]:
    """The base variables that a code of a figure table is made of, each once.

    ``indicator`` may be an indicator, an index measure or the population variable; ``KeyError`` otherwise.
    """
    return _distinct(variable for variable, _ in lagged_variables_of(catalogue, indicator))


def lagged_variables_of(catalogue: Catalogue, indicator: str) -> Inputs:
    """Pairs (base variable, years back) that a code of a figure table is made of, each once.

    ``indicator`` as in ``variables_of``; ``KeyError`` for others.
    """
    measured = inputs(catalogue).get(indicator)
    if measured is not None:
        return _distinct(
            (variable, back + more)
            for code, back in measured
            for variable, more in lagged_variables_of(catalogue, code)
        )
    if indicator not in catalogue.indicators and indicator == catalogue.population:
        return ((indicator, 0),)
    of = catalogue.indicators[indicator]
    sums = (linear(text, catalogue) for text in (of.numerator, of.denominator) if text)
    return _distinct((term.variable, back) for one in sums for term, back in one)


def _distinct(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
