"""Findings as the page shows them: grouped by kind, filtered, each with what its partner said about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wohnplatz.model import Severity
from wohnplatz.workflow import memory
from wohnplatz.workflow.deliveries.models import Delivery, FindingNote

SHOWN = 20
"""Findings of a group that stand on the page at once; the rest is one click away."""
SEVERITIES = {
    Severity.ERROR: ("danger", "Fehler"),
    Severity.WARNING: ("warning", "Warnung"),
    Severity.NOTE: ("info", "Hinweis"),
}
ORDER = {severity.value: place for place, severity in enumerate(SEVERITIES)}
TITLES = {
    "intake.missing_key": "Angaben in der Zeile fehlen", "intake.unknown_variable": "Unbekanntes Merkmal",
    "intake.foreign_variable": "Merkmal gehört zu einer anderen Lieferung",
    "intake.variable_not_due": "Merkmal wird zu diesem Stichtag nicht erhoben",
    "intake.unknown_area": "Unbekanntes Gebiet", "intake.foreign_area": "Gebiet einer anderen Lieferstelle",
    "intake.lost_zero": "Führende Null des Schlüssels verloren", "intake.area_name": "Name statt Schlüssel",
    "intake.unknown_category": "Unbekannte Ausprägung", "intake.invalid_date": "Kein gültiges Datum",
    "intake.category_is_date": "Datum statt Ausprägung",
    "intake.breakdown_not_agreed": "Gliederung ist nicht vereinbart",
    "intake.wrong_date": "Falscher Stichtag", "intake.duplicate_cell": "Dieselbe Zelle steht zweimal da",
    "intake.missing_value": "Der Wert fehlt", "intake.unknown_sign": "Unbekanntes Zeichen",
    "intake.text_in_number": "Text statt einer Zahl", "intake.decimal_point": "Punkt statt Komma",
    "intake.ambiguous_point": "Punkt: Tausender oder Komma",
    "intake.value_is_date": "Datum statt eines Werts",
    "intake.formula_error": "Formel ergibt einen Fehler", "intake.not_finite": "Keine Zahl",
    "intake.negative": "Negativer Wert", "intake.fraction": "Nachkommastellen, wo gezählt wird",
    "intake.missing_cells": "Gebiete fehlen", "intake.incomplete_breakdown": "Gliederung ist lückenhaft",
    "intake.surplus_cell": "Zeile hat zu viele Zellen", "intake.misspelt_column": "Unbekannte Spalte",
    "intake.unknown_column": "Spalte wird nicht gelesen",
    "intake.duplicate_column": "Spalte kommt mehrfach vor",
    "intake.missing_column": "Spalte fehlt", "intake.sheet_ignored": "Blatt wurde nicht gelesen",
    "intake.guide_needed": "Zuordnung ist nicht sicher", "intake.read_by_guide": "So wurde gelesen",
    "intake.columns_left": "Nicht gelesene Spalten", "intake.rows_left": "Nicht gelesene Zeilen",
    "intake.totals_apart": "Summenzeilen", "intake.day_assumed": "Stichtag angenommen",
    "checks.division": "Gebiet einer anderen Gliederung", "checks.same_file": "Dieselben Zahlen wie früher",
    "checks.parts": "Teile ergeben nicht die Summe", "checks.totals_exceeded": "Gebiete über der Summe",
    "checks.totals_rest": "Gebiete unter der Summe", "checks.same_values": "Werte gleichen dem Vorjahr",
    "checks.constant_values": "Überall derselbe Wert", "checks.jump_sum": "Sprung in der Summe",
    "checks.jump": "Sprung gegenüber den Vorjahren", "checks.outlier": "Weicht von ähnlichen Gebieten ab",
    "checks.disclosed": "Geschützter Wert ist errechenbar",
}  # fmt: skip
"""A short name for each kind of finding; rules speak for themselves."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding with its place in words and the word said about it."""

    key: str
    severity: str
    place: str
    value: str
    message: str
    why: str
    advice: str
    area: str
    note: FindingNote | None

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something: mend it, or say a word."""
        if self.severity == Severity.WARNING:
            return not (self.note and self.note.acknowledged)
        return self.severity == Severity.ERROR


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one kind."""

    code: str
    title: str
    kind: str
    label: str
    why: str
    advice: str
    """Said once for all; empty where the findings differ in it."""
    findings: tuple[Shown, ...]
    total: int
    open: int

    @property
    def anchor(self) -> str:
        """Id of the group in the page."""
        return "befund-" + self.code.replace(".", "-").replace("_", "-")

    @property
    def rest(self) -> int:
        """How many are not shown."""
        return self.total - len(self.findings)

    @property
    def warns(self) -> bool:
        """Whether its findings need a word."""
        return self.kind == "warning"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which findings to show; empty parts choose all."""

    severity: str = ""
    area: str = ""
    variable: str = ""
    code: str = ""
    open: bool = False


def shown_findings(delivery: Delivery, notes: Mapping[str, FindingNote]) -> list[Shown]:
    """All findings of a delivery, errors first."""
    found = sorted(delivery.findings, key=lambda f: ORDER[f["severity"]])
    return [_shown(f, notes) for f in found]


def groups(delivery: Delivery, notes: Mapping[str, FindingNote], choice: Choice) -> list[Group]:
    """The chosen findings by kind: what blocks first, what needs a word next."""
    by_code: dict[str, list[Shown]] = {}
    label = _variable_label(choice.variable)
    for raw in sorted(delivery.findings, key=lambda f: ORDER[f["severity"]]):
        shown = _shown(raw, notes)
        if (
            choice.severity in {"", shown.severity}
            and choice.area in {"", shown.area}
            and choice.code in {"", raw["code"]}
            and (not choice.variable or _names(raw, choice.variable, label))
            and (shown.open or not choice.open)
        ):
            by_code.setdefault(raw["code"], []).append(shown)
    return [_group(code, found, None if choice.code else SHOWN) for code, found in by_code.items()]


def variables_named(delivery: Delivery) -> list[tuple[str, str]]:
    """Variables (code, label) that findings speak of."""
    due = memory.catalogue().variables.values()
    dataset = delivery.round.agreement.dataset
    return [
        (v.code, v.label)
        for v in due
        if v.dataset == dataset and any(_names(f, v.code, v.label) for f in delivery.findings)
    ]


def _names(finding: Mapping[str, Any], code: str, label: str) -> bool:
    """Whether a finding speaks of a variable: by its code, or by its label in the words."""
    return (
        finding["value"] == code or finding["column"] in {code, label} or f"„{label}“" in finding["message"]
    )


def _variable_label(code: str) -> str:
    known = memory.shipped().variables
    return known[code].label if code in known else code


def _shown(raw: Mapping[str, Any], notes: Mapping[str, FindingNote]) -> Shown:
    place = [
        f"Blatt „{raw['sheet']}“" if raw["sheet"] else "",
        f"Zeile {raw['row']}" if raw["row"] else "",
        f"Spalte „{raw['column']}“" if raw["column"] else "",
        f"Gebiet {raw['area']}" if raw["area"] else "",
    ]
    return Shown(
        key=raw.get("key", ""), severity=raw["severity"],
        place=", ".join(p for p in place if p) or "ganze Datei", value=_value(raw), message=raw["message"],
        why=raw["why"], advice=raw["advice"], area=raw["area"], note=notes.get(raw.get("key", "")),
    )  # fmt: skip


def _value(raw: Mapping[str, Any]) -> str:
    """The value as it stands in the file; a code of a variable that stands nowhere in it says nothing."""
    return "" if not raw["row"] and raw["value"] in memory.shipped().variables else str(raw["value"])


def _group(code: str, found: list[Shown], most: int | None) -> Group:
    kind, label = SEVERITIES[Severity(found[0].severity)]
    first = found[0]
    title = TITLES.get(code) or (first.message if len(found) == 1 else "Widerspruch zwischen Angaben")
    return Group(
        code, title, kind, label, _common(f.why for f in found), _common(f.advice for f in found),
        tuple(found[:most]), len(found), sum(f.open for f in found),
    )  # fmt: skip


def _common(texts: Iterable[str]) -> str:
    """The text if all are the same, else nothing."""
    found = set(texts)
    return found.pop() if len(found) == 1 else ""
