"""Checks of a whole catalogue: everything that is named exists, every formula can be computed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

from wohnplatz.model import (
    Catalogue,
    ClassRule,
    Dimension,
    IndexDefinition,
    IndexPart,
    Indicator,
    Variable,
    VariableKind,
)

from .errors import FormulaError, proposal
from .linear import linear, references
from .parser import FUNCTIONS
from .tables import CatalogueError

Place = Callable[[str, str], str]
PERIOD = "Jahr"
EVEN_YEARS = "gerade Jahre"
RHYTHMS = ("jährlich", EVEN_YEARS)
_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_TAKEN = ("variable", "area", "reference_date", "value", "state", "sheet", "row", "column")


def check_catalogue(catalogue: Catalogue, place: Place) -> None:
    """Raise ``CatalogueError`` or ``FormulaError`` at the first contradiction.

    ``place(group, code)`` says in words where an entry stands.
    ."""
    for group in ("dimensions", "datasets", "variables", "indicators", "indices", "blocks"):
        for code in getattr(catalogue, group):
            if not _CODE.fullmatch(code) or code in FUNCTIONS or (group == "dimensions" and code in _TAKEN):
                raise CatalogueError(
                    f"»{code}« ist als Code nicht möglich.", place(group, code),
                    "Codes bestehen aus kleinen Buchstaben ohne Umlaute, Ziffern und Unterstrich.",
                )  # fmt: skip
    for code, dimension in catalogue.dimensions.items():
        _check_dimension(dimension, place("dimensions", code))
    for code, variable in catalogue.variables.items():
        _check_variable(variable, catalogue, place("variables", code))
    _known(catalogue.population, catalogue.variables, "Das Merkmal", "Katalog, Schlüssel »population«")
    for code, indicator in catalogue.indicators.items():
        _check_indicator(indicator, catalogue, place("indicators", code))
    _check_circles(catalogue, place)
    for code, index in catalogue.indices.items():
        _check_index(index, catalogue, place("indices", code))


def _require(holds: bool, what: str, where: str, key: str = "", todo: str = "") -> None:
    if not holds:
        raise CatalogueError(what, f"{where}, Schlüssel »{key}«" if key else where, todo)


def _known(code: str, among: object, word: str, where: str) -> None:
    codes = list(among)  # type: ignore[call-overload]
    if code not in codes:
        raise CatalogueError(f"{word} »{code}« gibt es nicht.", where, proposal(code, codes))


def _check_dimension(dimension: Dimension, where: str) -> None:
    _require(bool(dimension.categories), "Eine Gliederung braucht Ausprägungen.", where, "categories")
    for code in dimension.categories:
        fine = code != "T" and not set(code) & set("=;,[]") and code == code.strip() and ".." not in code
        _require(fine, f"»{code}« ist als Ausprägung nicht möglich.", where, "categories")
    for alias, code in dimension.aliases.items():
        _require(
            code in dimension.categories,
            f"»{alias}« verweist auf »{code}«, das es nicht gibt.",
            where,
            "aliases",
        )
    if not dimension.bounds:
        return
    _require(
        list(dimension.bounds) == list(dimension.categories),
        "Jede Ausprägung braucht Grenzen, in derselben Reihenfolge.",
        where,
        "bounds",
    )
    ends = list(dimension.bounds.values())
    tiled = all(a[1] is not None and a[1] + 1 == b[0] for a, b in pairwise(ends))
    forward = all(up is None or low <= up for low, up in ends)
    _require(tiled and forward, "Die Grenzen schließen nicht lückenlos aneinander.", where, "bounds")


def _check_variable(variable: Variable, catalogue: Catalogue, where: str) -> None:
    _known(variable.dataset, catalogue.datasets, "Den Datensatz", f"{where}, Schlüssel »dataset«")
    for code in variable.breakdowns:
        _known(code, catalogue.dimensions, "Die Gliederung", f"{where}, Schlüssel »breakdowns«")
    _require(
        len(set(variable.breakdowns)) == len(variable.breakdowns),
        "Eine Gliederung steht doppelt.",
        where,
        "breakdowns",
    )
    _require(
        variable.rhythm in RHYTHMS,
        f"Den Rhythmus »{variable.rhythm}« gibt es nicht.",
        where,
        "rhythm",
        proposal(variable.rhythm, RHYTHMS),
    )
    _require(
        _is_reference(variable.reference),
        f"»{variable.reference}« ist kein Stichtag.",
        where,
        "reference",
        "Möglich sind ein Tag wie »31.12.« oder »Jahr«.",
    )
    rate = variable.kind is VariableKind.RATE
    _require(
        not (rate and variable.breakdowns), "Eine Quote wird nicht gegliedert geliefert.", where, "breakdowns"
    )


def _is_reference(text: str) -> bool:
    if text == PERIOD:
        return True
    try:
        datetime.strptime(f"{text}2023", "%d.%m.%Y")
    except ValueError:
        return False
    return bool(re.fullmatch(r"\d\d\.\d\d\.", text))


def _check_indicator(indicator: Indicator, catalogue: Catalogue, where: str) -> None:
    _known(indicator.block, catalogue.blocks, "Den Block", f"{where}, Schlüssel »block«")
    _require(indicator.version >= 1, "Fassungen zählen ab 1.", where, "version")
    _require(0 <= indicator.decimals <= 6, "Möglich sind 0 bis 6 Nachkommastellen.", where, "decimals")
    _require(bool(indicator.levels), "Ein Indikator braucht mindestens eine Ebene.", where, "levels")
    _require(
        math.isfinite(indicator.factor) and indicator.factor != 0,
        "Der Faktor ist eine Zahl ungleich null.",
        where,
        "factor",
    )
    least = indicator.minimum_denominator
    _require(
        least is None or least > 0, "Der Mindestnenner ist größer als null.", where, "minimum_denominator"
    )
    _require(
        bool(indicator.numerator) != bool(indicator.formula),
        "Ein Indikator hat entweder »numerator« oder »formula«.",
        where,
    )
    _require(
        not indicator.denominator or bool(indicator.numerator),
        "Ein Nenner braucht einen Zähler.",
        where,
        "denominator",
    )
    for part in indicator.age_parts:
        known = catalogue.indicators.get(part)
        _require(
            known is not None and bool(known.denominator) and bool(indicator.denominator),
            f"»{part}« ist kein Indikator mit Zähler und Nenner, der Fälle einer Altersgruppe zählt.",
            where,
            "age_parts",
        )
    _check_sums(indicator, catalogue, where)
    if indicator.formula:
        _check_references(indicator, catalogue, where)


def _check_sums(indicator: Indicator, catalogue: Catalogue, where: str) -> None:
    variables: set[str] = set()
    for key in ("numerator", "denominator"):
        text = getattr(indicator, key)
        if text:
            try:
                variables |= {term.variable for term, _ in linear(text, catalogue)}
            except FormulaError as error:
                raise error.within(f"{where}, Schlüssel »{key}«") from None
    levels = {catalogue.variables[v].level for v in variables}
    rates = any(catalogue.variables[v].kind is VariableKind.RATE for v in variables)
    _require(
        not rates or len(levels) == 1,
        "Eine gelieferte Quote lässt sich nur mit Merkmalen derselben Ebene verbinden.",
        where,
        "numerator",
    )


def _check_references(indicator: Indicator, catalogue: Catalogue, where: str) -> None:
    try:
        for reference in references(indicator.formula):
            if reference.code not in catalogue.indicators:
                raise FormulaError(
                    f"Den Indikator »@{reference.code}« gibt es nicht.", formula=indicator.formula,
                    position=reference.at, length=len(reference.code) + 1,
                    todo=proposal(reference.code, catalogue.indicators),
                )  # fmt: skip
    except FormulaError as error:
        raise error.within(f"{where}, Schlüssel »formula«") from None


def in_order(catalogue: Catalogue) -> tuple[str, ...]:
    """Codes of the indicators with a formula, each after those it is made of."""
    done: dict[str, None] = {}

    def visit(code: str) -> None:
        formula = catalogue.indicators[code].formula
        if formula and code not in done:
            for reference in references(formula):
                visit(reference.code)
            done[code] = None

    for code in catalogue.indicators:
        visit(code)
    return tuple(done)


def _check_circles(catalogue: Catalogue, place: Place) -> None:
    finished: set[str] = set()

    def visit(code: str, path: tuple[str, ...]) -> None:
        formula = catalogue.indicators[code].formula
        for reference in references(formula) if formula else ():
            if reference.code in (*path, code):
                circle = (*path, code)[(*path, code).index(reference.code) :]
                raise FormulaError(
                    f"Die Formeln verweisen im Kreis: {_arrows((*circle, reference.code))}.",
                    formula=formula, position=reference.at, length=len(reference.code) + 1,
                    source=f"{place('indicators', code)}, Schlüssel »formula«",
                )  # fmt: skip
            if reference.code not in finished:
                visit(reference.code, (*path, code))
        finished.add(code)

    for code in catalogue.indicators:
        visit(code, ())


def _arrows(codes: tuple[str, ...]) -> str:
    return " → ".join(f"@{code}" for code in codes)


def _check_index(index: IndexDefinition, catalogue: Catalogue, where: str) -> None:
    _require(bool(index.status), "Ein Index braucht Indikatoren des Status.", where, "status")
    for key in ("status", "dynamics"):
        _check_parts(index, getattr(index, key), catalogue, f"{where}, Schlüssel »{key}«")
    _known(index.population, catalogue.indicators, "Den Indikator", f"{where}, Schlüssel »population«")
    for key in ("status", "dynamics"):
        limits, classes = getattr(index, f"{key}_limits"), getattr(index, f"{key}_classes")
        ascending = all(math.isfinite(x) for x in limits) and list(limits) == sorted(set(limits))
        _require(ascending, "Die Grenzen steigen nicht an.", where, f"{key}_limits")
        if key == "dynamics" and not index.dynamics:
            _require(
                not limits and not classes,
                "Ohne Dynamik gibt es keine Klassen davon.",
                where,
                f"{key}_classes",
            )
        elif key == "dynamics" or index.class_rule is ClassRule.LIMITS:
            fits = len(classes) == len(limits) + 1
            _require(fits, "Es braucht eine Klasse mehr als Grenzen.", where, f"{key}_classes")
        else:
            alone = not limits and len(classes) >= 2
            _require(
                alone,
                "Diese Klassenregel braucht mindestens zwei Klassen und keine Grenzen.",
                where,
                f"{key}_classes",
            )
    _check_family(index, where)
    low, m = (1, len(index.dynamics_classes)) if index.dynamics else (0, 0)
    inside = all(1 <= s <= len(index.status_classes) and low <= d <= m for s, d in index.attention)
    _require(inside, "Ein Paar nennt eine Klasse, die es nicht gibt.", where, "attention")
    _require(
        index.minimum_population >= 0,
        "Die Mindesteinwohnerzahl ist nicht negativ.",
        where,
        "minimum_population",
    )


def _check_family(index: IndexDefinition, where: str) -> None:
    codes = [theme.code for theme in index.themes]
    _require(len(codes) == len(set(codes)), "Ein Themenbereich steht zweimal da.", where, "themes")
    weights = all(math.isfinite(t.weight) and t.weight >= 0 for t in index.themes)
    positive = not index.themes or any(t.weight > 0 for t in index.themes)
    _require(weights and positive, "Gewichte sind nicht negativ und nicht alle null.", where, "themes")
    named = {part.theme for part in index.status}
    _require(
        named == set(codes or [""]),
        "Jeder Indikator des Status gehört zu einem der Themenbereiche; jeder Bereich hat einen.",
        where,
        "themes",
    )
    _require(1 <= index.quantile_type <= 9, "Quantile gibt es vom Typ 1 bis 9.", where, "quantile_type")
    _require(math.isfinite(index.exceedance_sd), "Hier wird eine Zahl erwartet.", where, "exceedance_sd")


def _check_parts(
    index: IndexDefinition, parts: tuple[IndexPart, ...], catalogue: Catalogue, where: str
) -> None:
    for part in parts:
        _known(part.indicator, catalogue.indicators, "Den Indikator", where)
        on_level = index.level in catalogue.indicators[part.indicator].levels
        _require(on_level, f"»{part.indicator}« gibt es nicht auf der Ebene »{index.level}«.", where)
        _require(math.isfinite(part.weight) and part.weight >= 0, "Gewichte sind nicht negativ.", where)
    positive = not parts or any(part.weight > 0 for part in parts)
    _require(positive, "Mindestens ein Gewicht ist größer als null.", where)
