"""A small district for the tests: two municipalities with two and one areas, a few variables."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wohnplatz.indicators import compute_figures
from wohnplatz.model import (
    Area,
    Catalogue,
    CellState,
    DataSet,
    Dimension,
    Division,
    FigureTable,
    Hierarchy,
    IndexDefinition,
    Indicator,
    Observation,
    Polarity,
    Variable,
    VariableKind,
)
from wohnplatz.store import Kind, ObjectStore, write_observations

ALL = ("wohnplatz", "kommune", "kreis")


def _indicator(code: str, numerator: str = "", denominator: str = "", **more: Any) -> Indicator:
    return Indicator(
        **{
            "code": code,
            "version": 1,
            "label": code,
            "short": code,
            "block": "thema",
            "polarity": Polarity.BURDEN,
            "unit": "%",
            "decimals": 1,
            "supplier": "Kommunen",
            "legal_basis": "—",
            "reference": "31.12.",
            "protection": "population",
            "levels": ALL,
            "method": "—",
            "source": "—",
            "numerator": numerator,
            "denominator": denominator,
            **more,
        }
    )


def _catalogue(indicators: Sequence[Indicator], indices: Sequence[IndexDefinition] = ()) -> Catalogue:
    ages = {"0-17": "unter 18", "18-64": "18 bis 64", "65+": "ab 65"}
    variables = [
        Variable(
            "einwohner", "Einwohner", "Personen", "daten", "wohnplatz", breakdowns=("alter", "geschlecht")
        ),
        Variable("leistung", "Leistung", "Personen", "daten", "wohnplatz"),
        Variable("arbeitslose", "Arbeitslose", "Personen", "daten", "wohnplatz", breakdowns=("geschlecht",)),
        Variable("pflege", "Pflege", "Personen", "daten", "kommune", rhythm="gerade Jahre"),
        Variable("miete", "Miete", "€", "daten", "kommune", VariableKind.RATE),
    ]
    return Catalogue(
        dimensions={
            "alter": Dimension(
                "alter", "Alter", ages, {}, {"0-17": (0, 17), "18-64": (18, 64), "65+": (65, None)}
            ),
            "geschlecht": Dimension("geschlecht", "Geschlecht", {"m": "männlich", "w": "weiblich"}),
        },
        datasets={"daten": DataSet("daten", "Daten", "Kommunen", "—")},
        variables={v.code: v for v in variables},
        indicators={i.code: i for i in indicators},
        indices={i.code: i for i in indices},
        blocks={"thema": "Thema"},
    )


def _hierarchy() -> Hierarchy:
    start = date(2000, 1, 1)
    places = (Area("a1", "A1", "a"), Area("a2", "A2", "a"), Area("b1", "B1", "b"))
    towns = (Area("a", "A", "k"), Area("b", "B", "k"))
    return Hierarchy(
        (
            Division("w", "wohnplatz", "Wohnplätze", places, start),
            Division("g", "kommune", "Kommunen", towns, start),
            Division("k", "kreis", "Kreis", (Area("k", "K"),), start),
        )
    )


def _seen(
    variable: str, area: str, value: float | CellState, year: int = 2020, **breakdown: str
) -> Observation:
    if isinstance(value, CellState):
        return Observation(variable, area, date(year, 12, 31), None, value, breakdown or None)
    return Observation(variable, area, date(year, 12, 31), value, CellState.VALUE, breakdown or None)


@dataclass(frozen=True)
class Figure:
    """One row of a figure table."""

    value: float
    state: CellState
    numerator: float
    denominator: float
    covered: int
    expected: int
    share: float
    reason: str


Figures = Mapping[tuple[str, str, int], Figure]


def by_key(table: FigureTable, breakdown: str = "") -> Figures:
    found = {}
    for n in range(len(table)):
        if table.breakdown[n] == breakdown:
            place = (str(table.indicator[n]), str(table.area[n]), int(table.year[n]))
            assert place not in found
            found[place] = Figure(
                float(table.value[n]),
                CellState(int(table.state[n])),
                float(table.numerator[n]),
                float(table.denominator[n]),
                int(table.covered[n]),
                int(table.expected[n]),
                float(table.share[n]),
                str(table.reason[n]),
            )
    return found


class Bench:
    """What the tests build with."""

    indicator = staticmethod(_indicator)
    catalogue = staticmethod(_catalogue)
    hierarchy = staticmethod(_hierarchy)
    seen = staticmethod(_seen)
    by_key = staticmethod(by_key)

    @staticmethod
    def table(
        catalogue: Catalogue, *files: Sequence[Observation], areas: Hierarchy | None = None
    ) -> FigureTable:
        """The figure table from observations, one sequence for each accepted file."""
        with tempfile.TemporaryDirectory() as folder:
            store = ObjectStore(Path(folder))
            shas = [write_observations(store, rows, list(catalogue.dimensions)) for rows in files]
            paths = [store.path(Kind.OBSERVATIONS, sha) for sha in shas]
            return compute_figures(catalogue, areas or _hierarchy(), paths)

    def figures(self, indicators: Sequence[Indicator], *files: Sequence[Observation]) -> Figures:
        """Figures without breakdown by (indicator, area, year)."""
        return by_key(self.table(_catalogue(indicators), *files))


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench()


@pytest.fixture(scope="session")
def everybody() -> Callable[..., list[Observation]]:
    """Inhabitants of all areas in a year: ``everybody(2020, a1=120, ...)``, evenly over the six cells."""

    def make(year: int = 2020, **people: float) -> list[Observation]:
        return [
            _seen("einwohner", area, count / 6, year, alter=age, geschlecht=sex)
            for area, count in people.items()
            for age in ("0-17", "18-64", "65+")
            for sex in ("m", "w")
        ]

    return make
