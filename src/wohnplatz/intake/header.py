"""The head of the product's own template: which column holds what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wohnplatz.model import Dimension
from wohnplatz.text import enumerate_words

from .cells import Cell, cell_text
from .findings import Findings, Place
from .matching import normalised, proposal
from .sheets import Table

VARIABLE, AREA, AREA_NAME, DATE, VALUE = "Merkmal", "Gebiet", "Gebietsname", "Stichtag", "Wert"
PREVIOUS, REMARK = "Zuletzt geliefert", "Bemerkung"
REQUIRED = (VARIABLE, AREA, DATE, VALUE)
IGNORED = (AREA_NAME, PREVIOUS, REMARK)
"""Columns for people: read by nobody."""
DATA_SHEET, NOTES_SHEET, AREAS_SHEET, VARIABLES_SHEET = "Daten", "Hinweise", "Gebiete", "Merkmale"
FINDINGS_SHEET = "Prüfbefunde"
OTHER_SHEETS = frozenset({NOTES_SHEET, AREAS_SHEET, VARIABLES_SHEET, FINDINGS_SHEET})
"""Sheets of the template, and of a marked copy of it, that hold no data."""
SEARCHED_ROWS = 30

_REQUIRED = {normalised(name) for name in REQUIRED}


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns stand (0-based). ``dimensions`` holds those that are there, by code."""

    row: int
    columns: Mapping[str, int]
    dimensions: Mapping[str, int]
    width: int


def find_header(table: Table) -> tuple[int, float]:
    """0-based row of the head and the share of required columns in it; ``(-1, 0.0)`` where there is none.

    Two of the four required columns make a head: then what is missing can be named.
    """
    best = (-1, 0.0)
    for position, row in enumerate(table.rows[:SEARCHED_ROWS]):
        names = {normalised(cell) for cell in row if isinstance(cell, str)}
        share = len(names & _REQUIRED) / len(_REQUIRED)
        if share > best[1]:
            best = (position, share)
    return best if best[1] >= 0.5 else (-1, 0.0)


def read_header(table: Table, row: int, dimensions: Iterable[Dimension], findings: Findings) -> Header | None:
    """Assign the columns; None where a required one is missing or the assignment is in doubt."""
    names = {normalised(name): name for name in (*REQUIRED, *IGNORED)}
    codes: dict[str, str] = {}
    labels: list[str] = []
    for dimension in dimensions:
        codes |= {normalised(dimension.label): dimension.code, normalised(dimension.code): dimension.code}
        labels.append(dimension.label)
    found: dict[str, int] = {}
    unknown: dict[str, Place] = {}
    clear = True
    for position, cell in enumerate(table.rows[row]):
        text = cell_text(cell)
        key = codes.get(normalised(text)) or names.get(normalised(text))
        place = Place(table.name, row + 1, text)
        if not text:
            continue
        if key is None:
            unknown[text] = place
        elif key in found and key not in IGNORED:
            findings.add("intake.duplicate_column", place, value=text)
            clear = False
        else:
            found[key] = position
    clear &= _report_unknown(unknown, [*REQUIRED, *labels], findings)
    clear &= _report_missing(found, unknown, Place(table.name, row + 1), findings)
    if not clear:
        return None
    known_dimensions = {code: found[code] for code in dict.fromkeys(codes.values()) if code in found}
    return Header(row, found, known_dimensions, _width(table.rows[row]))


def _width(row: list[Cell]) -> int:
    """Number of columns up to the last one with a heading."""
    return max((position + 1 for position, cell in enumerate(row) if cell_text(cell)), default=0)


def _report_unknown(unknown: Mapping[str, Place], names: list[str], findings: Findings) -> bool:
    """Report unknown columns; False where one looks like a misspelt one that matters."""
    clear = True
    for text, place in unknown.items():
        near = proposal(text, names)
        if near:
            clear = False
            findings.add("intake.misspelt_column", place, value=text, words={"proposal": near})
        else:
            findings.add("intake.unknown_column", place, value=text)
    return clear


def _report_missing(
    found: Mapping[str, int], unknown: Mapping[str, Place], place: Place, findings: Findings
) -> bool:
    missing = [name for name in REQUIRED if name not in found]
    for name in missing:
        near = proposal(name, unknown)
        findings.add(
            "intake.missing_column",
            place,
            words={"expected": name, "proposal": near},
        )
    return not missing


def expected_columns() -> str:
    """The required columns in words, for messages."""
    return enumerate_words([f"„{name}“" for name in REQUIRED])
