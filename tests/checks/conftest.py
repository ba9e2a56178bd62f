"""A small catalogue and deliveries written as short lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pytest

from wohnplatz.checks import Background, Rule, RuleBook, check, load_rules
from wohnplatz.intake import Request
from wohnplatz.model import (
    Catalogue,
    CellState,
    DataSet,
    Dimension,
    Finding,
    Observation,
    Variable,
    VariableKind,
)

DAY = date(2025, 12, 31)
STARS = {"*": CellState.PROTECTED, ".": CellState.UNKNOWN, "...": CellState.LATER}
Line = Sequence[object]
"""variable, area, value or sign, and pairs ``dimension=category``."""


def _observed(lines: Sequence[Line], year: int = 2025) -> list[Observation]:
    """Observations from lines; the row in the file is the place in the list, from 2 on."""
    found = []
    for row, (variable, area, value, *categories) in enumerate(lines, start=2):
        breakdown = dict(str(c).split("=") for c in categories)
        state = STARS[value] if isinstance(value, str) else CellState.VALUE
        number = None if isinstance(value, str) else float(value)
        found.append(
            Observation(
                str(variable), str(area), date(year, 12, 31), number, state, breakdown, "Daten", row, "Wert"
            )
        )
    return found


def _variable(code: str, label: str, **more) -> Variable:
    return Variable(
        code, label, "Personen", more.pop("dataset", "bev"), more.pop("level", "wohnplatz"), **more
    )


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    sex = Dimension("geschlecht", "Geschlecht", {"m": "männlich", "w": "weiblich"})
    age = Dimension(
        "alter", "Alter", {"0-2": "unter 3", "3-64": "3 bis unter 65", "65+": "ab 65"},
        bounds={"0-2": (0, 2), "3-64": (3, 64), "65+": (65, None)},
    )  # fmt: skip
    variables = [
        _variable("einwohner", "Einwohner", breakdowns=("alter", "geschlecht")),
        _variable("haushalte", "Haushalte"),
        _variable("haushalte_eine_person", "Einpersonenhaushalte"),
        _variable("flaeche", "Fläche", integer=False),
        _variable("arbeitslose", "Arbeitslose", dataset="job", breakdowns=("geschlecht",)),
        _variable("langzeit", "Langzeitarbeitslose", dataset="job"),
        _variable("miete", "Miete", dataset="job", kind=VariableKind.RATE, integer=False),
        _variable("pflege", "Pflegebedürftige", dataset="pflege", level="kommune"),
    ]
    datasets = [DataSet(code, code, "Kommune", "§ 1") for code in ("bev", "job", "pflege")]
    return Catalogue(
        dimensions={d.code: d for d in (sex, age)},
        datasets={d.code: d for d in datasets},
        variables={v.code: v for v in variables},
        indicators={},
        indices={},
        blocks={},
    )


@pytest.fixture(scope="session")
def known(catalogue: Catalogue) -> Callable[..., Background]:
    """Makes a background: ``known("bev", areas=3, history={2024: lines}, related=[…], …)``."""

    def make(
        dataset: str = "bev",
        *,
        areas: int = 3,
        level: str = "wohnplatz",
        history: Mapping[int, Sequence[Line]] | None = None,
        related: Sequence[Line] = (),
        totals: Sequence[Line] = (),
        comparable: Sequence[Line] = (),
        foreign: Sequence[str] = (),
        **more,
    ) -> Background:
        request = Request(
            catalogue.datasets[dataset], DAY, {f"a{n}": f"Ort {n}" for n in range(1, areas + 1)}, level,
            {key: key for key in foreign}, {"k": "Kreis"},
        )  # fmt: skip
        return Background(
            request, catalogue,
            history={date(y, 12, 31): _observed(lines, y) for y, lines in (history or {}).items()},
            related=_observed(related), totals=_observed(totals), comparable=_observed(comparable),
            parents=more.pop("parents", {f"a{n}": ("k",) for n in range(1, areas + 1)}), **more,
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def observed() -> Callable[..., list[Observation]]:
    """Makes observations of lines: ``observed([("haushalte", "a1", 100)])``."""
    return _observed


@pytest.fixture(scope="session")
def found() -> Callable[[Sequence[Line], Background, str | Rule], tuple[Finding, ...]]:
    """What one rule, a packaged one by its code or a rule itself, finds in a delivery."""
    packaged = {rule.code: rule for rule in load_rules().rules}

    def run(lines: Sequence[Line], background: Background, rule: str | Rule) -> tuple[Finding, ...]:
        chosen = packaged[rule] if isinstance(rule, str) else rule
        return check(_observed(lines), background, RuleBook((chosen,)))

    return run
