"""The template a partner fills in: one row for each cell asked for, with instructions beside it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wohnplatz.model import TOTAL, Catalogue, CellState, Dimension, Observation, Variable
from wohnplatz.text import day, number, plural

from .header import AREA, AREA_NAME, DATE, PREVIOUS, REMARK, VALUE, VARIABLE
from .header import AREAS_SHEET as AREAS
from .header import DATA_SHEET as DATA
from .header import NOTES_SHEET as NOTES
from .header import VARIABLES_SHEET as VARIABLES
from .matching import normalised, variable_names
from .request import Request, cells_of, dimensions_of, due_date, variables_due
from .tables import Formats, Value, new_workbook, write_cell, write_header

TOTAL_LABEL = "insgesamt"
MAX_CHOICES = 255
"""Characters a spreadsheet allows for a list of choices written into the rule itself."""
WIDTHS = {VARIABLE: 44, AREA: 14, AREA_NAME: 26, DATE: 12, VALUE: 14, PREVIOUS: 14, REMARK: 30}
INPUT: dict[str, object] = {"bg_color": "#FFF8DC", "border": 1, "border_color": "#B8B8B8"}

STEPS = (
    (
        "1.",
        f"Auf dem Blatt „{DATA}“ in die Spalte „{VALUE}“ je Zeile eine Zahl oder ein Zeichen eintragen.",
    ),
    ("2.", "Keine Zelle leer lassen: Eine leere Zelle kann null, vergessen oder geheim heißen."),
    ("3.", "Die übrigen Spalten bitte nicht ändern; Zeilen dürfen sortiert und gefiltert werden."),
    ("4.", f"Anmerkungen gehören in die Spalte „{REMARK}“. Sie wird nicht ausgewertet."),
    ("5.", "Nur zusammengefasste Zahlen eintragen, niemals Angaben zu einzelnen Personen."),
    ("6.", "Die Datei speichern (XLSX) und in Wohnplatz hochladen. Sie wird sofort geprüft."),
)

SIGN_ROWS = (
    ("-", "genau null"),
    (".", "unbekannt oder geheim zu halten"),
    ("…", "Angabe folgt später (auch ...)"),
    ("/", "nicht sicher genug, um genannt zu werden"),
    ("x", "eine Zahl wäre nicht sinnvoll"),
    ("*", "durch die statistische Geheimhaltung geschützt"),
    ("(12)", "Zahl in Klammern: eingeschränkt aussagekräftig"),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """One cell of statistics that is asked for."""

    variable: Variable
    area: str
    due: date
    categories: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str, frozenset[tuple[str, str]]]:
        return self.variable.code, self.area, frozenset(self.categories.items())


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that a template is made of."""

    request: Request
    variables: Mapping[str, Variable]
    dimensions: tuple[Dimension, ...]
    rows: tuple[_Row, ...]
    latest: Mapping[tuple[object, ...], Observation]
    formats: Formats

    @property
    def header(self) -> tuple[str, ...]:
        labels = (dimension.label for dimension in self.dimensions)
        previous = (PREVIOUS,) if self.latest else ()
        return (VARIABLE, AREA, AREA_NAME, DATE, *labels, VALUE, *previous, REMARK)


def write_template(request: Request, catalogue: Catalogue, previous: Sequence[Observation] = ()) -> bytes:
    """XLSX with the sheets ``Hinweise``, ``Daten`` (one row per cell), ``Gebiete`` and ``Merkmale``.

    ``previous`` are earlier observations; the latest of each cell stands beside the one to fill in.
    """
    out = io.BytesIO()
    workbook = new_workbook(out)
    sheets = {name: workbook.add_worksheet(name) for name in (NOTES, DATA, AREAS, VARIABLES)}
    plan = _plan(request, catalogue, previous, Formats(workbook))
    _write_notes(sheets[NOTES], plan)
    _write_data(sheets[DATA], plan)
    _write_table(sheets[AREAS], ("Schlüssel", "Name"), list(request.areas.items()), (18, 45), plan.formats)
    _write_variables(sheets[VARIABLES], plan)
    workbook.close()
    return out.getvalue()


def _plan(request: Request, catalogue: Catalogue, previous: Sequence[Observation], formats: Formats) -> _Plan:
    variables = variables_due(request, catalogue)
    dimensions = tuple(catalogue.dimensions[code] for code in dimensions_of(request, catalogue))
    rows = tuple(_rows(request, catalogue, variables))
    return _Plan(request, variables, dimensions, rows, _latest(previous), formats)


def _rows(request: Request, catalogue: Catalogue, variables: Mapping[str, Variable]) -> Iterator[_Row]:
    for variable in variables.values():
        due = due_date(variable, request)
        combinations = [dict(zip(variable.breakdowns, c, strict=True)) for c in cells_of(variable, catalogue)]
        for area in request.areas:
            for categories in combinations:
                yield _Row(variable, area, due, categories)


def _latest(previous: Sequence[Observation]) -> dict[tuple[object, ...], Observation]:
    """The latest observation of each cell."""
    ordered = sorted(previous, key=lambda o: o.reference_date)
    return {(o.variable, o.area, frozenset(_parts(o))): o for o in ordered}


def _parts(observation: Observation) -> list[tuple[str, str]]:
    return [(d, c) for d, c in (observation.breakdown or {}).items() if c != TOTAL]


def _write_data(worksheet: Any, plan: _Plan) -> None:
    header = plan.header
    names = _variable_labels(plan.variables)
    write_header(worksheet, 0, header, plan.formats)
    value_column = header.index(VALUE)
    for position, row in enumerate(plan.rows, start=1):
        known: list[Value] = [names[row.variable.code], row.area, plan.request.areas[row.area], row.due]
        known += [d.categories.get(row.categories.get(d.code, ""), TOTAL_LABEL) for d in plan.dimensions]
        for column, value in enumerate(known):
            as_text = {"num_format": "@"} if column == 1 else {}
            write_cell(worksheet, (position, column), value, plan.formats, **as_text)
        write_cell(worksheet, (position, value_column), None, plan.formats, **INPUT, align="right")
        if plan.latest:
            former = _shown(plan.latest.get(row.key))
            style = {"align": "right", "font_color": "#595959"}
            write_cell(worksheet, (position, value_column + 1), former, plan.formats, **style)
    _finish_data(worksheet, plan)
    _add_choices(worksheet, plan)


def _variable_labels(variables: Mapping[str, Variable]) -> dict[str, str]:
    """What stands for a variable in the file: its label where that is unambiguous, else its code."""
    names = variable_names(variables.values())
    return {
        code: v.label if names.get(normalised(v.label)) == code else code for code, v in variables.items()
    }


def _shown(observation: Observation | None) -> Value:
    """A former observation as its number or sign."""
    if observation is None:
        return None
    if observation.value is None:
        return observation.state.sign
    if observation.state is CellState.LIMITED:
        decimals = 0 if observation.value == round(observation.value) else 1
        return f"({number(observation.value, decimals)})"
    return observation.value


def _finish_data(worksheet: Any, plan: _Plan) -> None:
    """Heading in sight, filters, widths, keys as text also below the last row."""
    for column, heading in enumerate(plan.header):
        form = plan.formats.of(num_format="@") if heading == AREA else None
        worksheet.set_column(column, column, WIDTHS.get(heading, 24), form)
    worksheet.freeze_panes(1, 0)
    worksheet.autofilter(0, 0, max(len(plan.rows), 1), len(plan.header) - 1)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(0)


def _add_choices(worksheet: Any, plan: _Plan) -> None:
    """Drop-downs from the other sheets, and the signs as a hint on the column to fill in."""
    choices: dict[str, str | list[str]] = {
        VARIABLE: f"='{VARIABLES}'!$A$2:$A${len(plan.variables) + 1}",
        AREA: f"='{AREAS}'!$A$2:$A${len(plan.request.areas) + 1}",
    }
    for dimension in plan.dimensions:
        labels = [*dimension.categories.values(), TOTAL_LABEL]
        if len(",".join(labels)) <= MAX_CHOICES and not any("," in label for label in labels):
            choices[dimension.label] = labels
    rules: dict[str, dict[str, Any]] = {
        heading: {"validate": "list", "source": source, "error_type": "warning"}
        for heading, source in choices.items()
    }
    signs = " ".join(sign for sign, _ in SIGN_ROWS)
    hint = f"Zahl oder Zeichen: {signs}. Bedeutung: Blatt {NOTES}."
    rules[VALUE] = {"validate": "any", "input_title": VALUE, "input_message": hint}
    for heading, rule in rules.items():
        column = plan.header.index(heading)
        worksheet.data_validation(1, column, max(len(plan.rows), 1), column, rule)


def _write_table(
    worksheet: Any,
    header: Sequence[str],
    rows: Sequence[Sequence[Value]],
    widths: Sequence[int],
    formats: Formats,
) -> None:
    write_header(worksheet, 0, header, formats)
    for position, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            write_cell(worksheet, (position, column), value, formats, text_wrap=True, valign="top")
    for column, width in enumerate(widths):
        worksheet.set_column(column, column, width)
    worksheet.freeze_panes(1, 0)


def _write_variables(worksheet: Any, plan: _Plan) -> None:
    names = _variable_labels(plan.variables)
    rows: list[Sequence[Value]] = []
    for code, variable in plan.variables.items():
        due = day(due_date(variable, plan.request))
        whole = "ja" if variable.integer else "nein"
        rows.append((names[code], code, variable.unit, due, whole, variable.definition))
    header = ("Bezeichnung", "Kennung", "Einheit", "Stichtag", "ganze Zahl", "Definition")
    _write_table(worksheet, header, rows, (44, 26, 14, 12, 12, 90), plan.formats)


def _write_notes(worksheet: Any, plan: _Plan) -> None:
    request, dataset, formats = plan.request, plan.request.dataset, plan.formats
    worksheet.set_column(0, 0, 14)
    worksheet.set_column(1, 1, 110)
    write_cell(worksheet, (0, 0), f"Datenlieferung: {dataset.label}", formats, bold=True, font_size=14)
    facts = [
        (
            "Stichtag",
            f"{day(request.reference_date)} (abweichende Stichtage stehen auf dem Blatt „{VARIABLES}“)",
        ),
        (
            "Umfang",
            f"{plural(len(request.areas), 'Gebiet', 'Gebiete')}, {plural(len(plan.rows), 'Wert', 'Werte')}",
        ),
        ("Lieferstelle", dataset.supplier),
        ("Grundlage", dataset.legal_basis),
        ("Frist", "Die Frist steht bei der Lieferrunde in Wohnplatz."),
    ]
    line = _write_pairs(worksheet, 2, facts, formats)
    line = _write_section(worksheet, line + 1, "So wird die Vorlage ausgefüllt", STEPS, formats)
    _write_section(worksheet, line + 1, "Zeichen anstelle einer Zahl", SIGN_ROWS, formats)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    worksheet.hide_gridlines(2)


def _write_section(
    worksheet: Any, line: int, title: str, pairs: Sequence[tuple[str, str]], formats: Formats
) -> int:
    write_cell(worksheet, (line, 0), title, formats, bold=True)
    return _write_pairs(worksheet, line + 1, pairs, formats)


def _write_pairs(worksheet: Any, line: int, pairs: Sequence[tuple[str, str]], formats: Formats) -> int:
    """Two columns of text from ``line`` on; the number of the next free line."""
    for offset, (left, right) in enumerate(pairs):
        write_cell(worksheet, (line + offset, 0), left, formats, valign="top", align="left")
        write_cell(worksheet, (line + offset, 1), right, formats, text_wrap=True, valign="top")
    return line + len(pairs)
