"""Reading figures of a release for pages, and writing them as tables to take away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from math import isnan
from urllib.parse import urlencode

from django.urls import reverse

from wohnplatz import text
from wohnplatz.intake import Sheet
from wohnplatz.intake.tables import Value
from wohnplatz.model import Audience, FigureMeta, ReleasedFigure, ReleasedTable
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.policies import Right, may
from wohnplatz.workflow.releases import queries

from .stand import Stand


def released(  # noqa: PLR0913 (one filter for each column)
    stand: Stand,
    indicators: Collection[str],
    *,
    level: str | None = None,
    areas: Collection[str] | None = None,
    years: Collection[int] | None = None,
    breakdown: bool = False,
    audience: Audience | None = None,
) -> ReleasedTable:
    """Figures of a release through the only door, for the person of ``stand``."""
    return queries.figures(
        stand.user, stand.release, indicators=indicators, level=level, areas=areas, years=years,
        breakdown=breakdown, audience=audience, division=stand.division,
    )  # fmt: skip


def coverage_url(stand: Stand, indicator: str, year: int) -> str:
    """Page of the deliveries behind an indicator's figures; empty for those who may not see deliveries."""
    if indicator not in memory.catalogue().indicators or not may(stand.user, Right.DELIVERIES):
        return ""
    return f"{reverse('coverage')}?{urlencode({'indikator': indicator, 'jahr': year})}"


def unit_words(unit: str) -> str:
    """``in %``, ``je 1.000``: the unit as it stands in running text; empty where there is none."""
    return unit if unit.startswith("je ") or not unit else f"in {unit}"


def by_place(table: Iterable[ReleasedFigure]) -> dict[tuple[str, str, int], ReleasedFigure]:
    """Figures by indicator, area and year."""
    return {(f.indicator, f.area, f.year): f for f in table}


def interval_words(f: ReleasedFigure | None, meta: FigureMeta) -> str:
    """``10,1 bis 14,2``: the interval of a figure; empty where it has none."""
    if f is None or f.reliability is None:
        return ""
    return " bis ".join(text.number(x, meta.decimals) for x in (f.reliability.low, f.reliability.high))


HEADER = (
    "Gebietsschlüssel", "Gebiet", "Jahr", "Indikator", "Bezeichnung", "Einheit", "Wert", "Zeichen", "Zustand",
    "Zähler", "Nenner", "Gebiete eingeflossen", "Gebiete insgesamt", "Anteil der Einwohner in %",
    "Deckungsgrad", "Fehlerband ±", "Unsicherheitsbereich von", "Unsicherheitsbereich bis",
)  # fmt: skip


def sheet(table: ReleasedTable, names: Mapping[str, str], order: Sequence[str] = ()) -> Sheet:
    """The table as a sheet; below it stands where the figures come from and for whom they are."""
    rank = {key: i for i, key in enumerate(order)}
    figures = sorted(table, key=lambda f: (rank.get(f.area, len(rank)), f.indicator, f.year))
    body = [_row(f, table.meta[f.indicator], names) for f in figures]
    return Sheet("Kennzahlen", HEADER, body, foot=source_lines(table))


def csv_rows(made: Sheet) -> list[Sequence[Value]]:
    """The same sheet as rows of a CSV file: heading, figures, an empty row, the lines below."""
    return [made.header, *made.rows, [], *([line] for line in made.foot)]


def source_lines(table: ReleasedTable) -> list[str]:
    """Where the figures of a table come from, for whom they are, and what the signs mean."""
    context = table.context
    return [
        f"{context.district}, {text.release_name(context.release)} vom {_day(context.made_on)}",
        f"Kennung des Datenstands: {context.release_id}",
        f"Geheimhaltung: {context.policy}",
        *(text.altered_explanation(mark) for mark in sorted({mark for _, mark in context.altered})),
        *sorted(
            {f"Quelle: {table.meta[f.indicator].source}" for f in table if table.meta[f.indicator].source}
        ),
    ]


def _day(iso: str) -> str:
    """A date as it is printed; what is no date stays as it is."""
    try:
        return text.day(date.fromisoformat(iso))
    except ValueError:
        return iso


def _row(f: ReleasedFigure, meta: FigureMeta, names: Mapping[str, str]) -> list[Value]:
    sure = f.reliability
    return [
        f.area, names.get(f.area, ""), f.year, f.indicator, meta.label, meta.unit, f.value, f.state.sign,
        text.status(f), f.numerator, f.denominator, f.covered, f.expected,
        None if f.share is None or isnan(f.share) else round(100 * f.share, 1), _covered(f), f.error,
        sure.low if sure else None, sure.high if sure else None,
    ]  # fmt: skip


def _covered(f: ReleasedFigure) -> str:
    """How much went in, in words; empty where nothing is summed."""
    return text.coverage(f) or ("vollständig" if f.expected else "")
