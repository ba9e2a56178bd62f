"""The coverage matrix and the punctuality as sheets to take away."""

from __future__ import annotations

from collections.abc import Iterable

from wohnplatz import text
from wohnplatz.intake import Sheet
from wohnplatz.intake.tables import Value
from wohnplatz.model import Catalogue
from wohnplatz.workflow.partners.coverage import Cell, Matrix, total
from wohnplatz.workflow.partners.punctuality import Punctuality, Report

from .tables import MEANINGS, SIGNS, total_words

HEADER = (
    "Lieferstelle", "Datensatz", "Merkmal", "Stichtag", "Frist", "Zustand", "Stand der Lieferrunde",
    "Gebiete vollständig", "Gebiete mit Lücken", "Gebiete vereinbart", "Anteil der Einwohner in %",
)  # fmt: skip
FIGURES = (
    "Lieferstelle", "abgelaufene Fristen", "geliefert", "fristgerecht", "Tage zur Frist (Median)",
    "angenommen", "Dateien bis zur Annahme (Mittel)",
)  # fmt: skip


def sheets(matrix: Matrix, catalogue: Catalogue, report: Report, *, totals: bool) -> list[Sheet]:
    """Fields, totals of the district where they may be seen, and punctuality."""
    foot = [f"{SIGNS[s]} {s.label}: {meaning}" for s, meaning in MEANINGS.items()]
    fields = Sheet("Abdeckung", HEADER, [_row(c, catalogue) for c in matrix.cells], foot=foot)
    made = [fields, _figures(report)]
    if totals:
        made.insert(1, _totals(matrix, catalogue))
    return made


def _row(cell: Cell, catalogue: Catalogue) -> list[Value]:
    r = cell.round
    known = catalogue.variables.get(cell.variable)
    return [
        r.agreement.partner.name, _label(catalogue, r.agreement.dataset), known.label if known else "",
        text.day(r.reference_date), text.day(r.due_on), cell.state.label, cell.round_state.label,
        len(cell.delivered), len(cell.partial), len(cell.expected),
        _known(None if cell.share is None else 100 * cell.share),
    ]  # fmt: skip


def _known(value: float | None) -> Value:
    """A figure, and a word where there is none: an empty cell could mean anything."""
    return "nicht bekannt" if value is None else round(value, 1)


def _totals(matrix: Matrix, catalogue: Catalogue) -> Sheet:
    keys = dict.fromkeys(
        (c.round.agreement.dataset, c.variable, c.round.reference_date) for c in matrix.cells
    )
    rows: list[list[Value]] = []
    for dataset, variable, day in keys:
        cells = [c for c in matrix.of(dataset=dataset, day=day) if c.variable == variable]
        found = total(cells, matrix.inhabitants[day.year])
        known = catalogue.variables.get(variable)
        if found:
            rows.append(
                [
                    _label(catalogue, dataset), known.label if known else "", text.day(day), found.areas,
                    found.expected, _known(None if found.share is None else 100 * found.share),
                    total_words(found)[0],
                ]
            )  # fmt: skip
    header = (
        "Datensatz", "Merkmal", "Stichtag", "Gebiete erfasst", "Gebiete im Kreis",
        "Anteil der Einwohner in %", "In Worten",
    )  # fmt: skip
    return Sheet("Kreis", header, rows)


def _figures(report: Report) -> Sheet:
    period = f"Fristen vom {text.day(report.since)} bis {text.day(report.until)}, ohne erlassene Lieferungen"
    rows = [*_lines((p.name, f) for p, f in report.partners), *_lines([("Kreis insgesamt", report.district)])]
    return Sheet("Pünktlichkeit", FIGURES, rows, foot=[period])


def _lines(found: Iterable[tuple[str, Punctuality]]) -> list[list[Value]]:
    return [
        [
            name, f.due, f.delivered, f.on_time, _known(f.median_days), f.accepted, _known(f.mean_files),
        ]
        for name, f in found
    ]  # fmt: skip


def _label(catalogue: Catalogue, dataset: str) -> str:
    return catalogue.datasets[dataset].label if dataset in catalogue.datasets else dataset
