"""The guide (*Leseanleitung*): what the headings of a partner's own table mean. Remembered as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from wohnplatz.model import TOTAL, WohnplatzError

TABLE = "tabelle"
"""Kind of a guide for tables without a known form."""
NOT_ALLOCATED = "NICHT_ZUORDENBAR"
"""Area key of rows of persons or cases that belong to no area („ohne Angabe“)."""
ALL_AREAS = "INSGESAMT"
"""Area key of a total over all areas of the file where no coarser area is known that it stands for."""


class RowKind(StrEnum):
    """What a row of a table speaks of."""

    AREA = "area"
    TOTAL = "total"
    NOT_ALLOCATED = "not_allocated"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class RowTarget:
    """What a row's label means; ``area`` is the key of an area or, for a total, of a coarser area."""

    kind: RowKind
    area: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a column or a label means. Parts that it leaves open come from other headings of the cell.

    Without a variable and a breakdown it is ``IGNORE``: the column is not read.
    """

    variable: str = ""
    breakdown: Mapping[str, str] = field(default_factory=dict)
    """Dimension → category."""
    day: date | None = None
    """Set by hand where the heading does not say it. Not remembered beyond the year it names."""
    factor: float = 1.0
    """What values are multiplied by: 1000 for a heading in thousands."""

    @property
    def ignored(self) -> bool:
        """Whether the column is not read."""
        return not self.variable and not self.breakdown

    def joined(self, other: Target) -> Target:
        """Both together; this one goes first where they contradict each other."""
        return Target(
            self.variable or other.variable,
            {**other.breakdown, **self.breakdown},
            self.day or other.day,
            self.factor * other.factor,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, without what is default."""
        found: dict[str, Any] = {"variable": self.variable} if self.variable else {}
        if self.breakdown:
            found["breakdown"] = dict(self.breakdown)
        if self.day:
            found["day"] = self.day.isoformat()
        return found | ({"factor": self.factor} if self.factor != 1.0 else {})

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Self:
        """The reverse of ``to_dict``."""
        day = date.fromisoformat(found["day"]) if found.get("day") else None
        breakdown = {str(k): str(v) for k, v in found.get("breakdown", {}).items()}
        return cls(str(found.get("variable", "")), breakdown, day, float(found.get("factor", 1.0)))


IGNORE = Target()
EVERYTHING = Target(breakdown={"": TOTAL})
"""What a word such as „insgesamt“ in a label column means: the row is read and stands for all categories."""


@dataclass(frozen=True, slots=True)
class SheetGuide:
    """How one sheet is read.

    Columns are named by their headings, not by their place: a guide still fits where columns moved. Keys of
    ``columns`` are headings joined by `` › `` without dates and footnote marks; of ``labels`` the heading
    of the column and the label, joined alike; of ``rows`` the text of the row's key or name.
    """

    use: bool = True
    header: tuple[int, int] | None = None
    """First and last header row (1-based) where set by hand; None: found in each file anew."""
    body: tuple[int, int] | None = None
    area_columns: tuple[str, ...] = ()
    """Headings of the columns that hold the areas, joined to one key; letters for columns without heading."""
    area_by: str = "key"
    """``key`` or ``name``."""
    area: str = ""
    """Key of the one area the whole sheet speaks of; then ``area_columns`` is empty."""
    columns: Mapping[str, Target] = field(default_factory=dict)
    rows: Mapping[str, RowTarget] = field(default_factory=dict)
    labels: Mapping[str, Target] = field(default_factory=dict)
    rest: Target = IGNORE
    """What holds for all cells of the sheet unless their headings say otherwise: its variable, its date."""
    decimal: str = ""
    """Decimal sign of numbers that stand as text, where set by hand."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "use": self.use,
            "header": list(self.header) if self.header else None,
            "body": list(self.body) if self.body else None,
            "area_columns": list(self.area_columns),
            "area_by": self.area_by,
            "area": self.area,
            "columns": {heading: target.to_dict() for heading, target in self.columns.items()},
            "rows": {label: {"kind": str(t.kind), "area": t.area} for label, t in self.rows.items()},
            "labels": {label: target.to_dict() for label, target in self.labels.items()},
            "rest": self.rest.to_dict(),
            "decimal": self.decimal,
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Self:
        """The reverse of ``to_dict``; what is absent has its default."""
        return cls(
            use=bool(found.get("use", True)),
            header=_span(found.get("header")),
            body=_span(found.get("body")),
            area_columns=tuple(map(str, found.get("area_columns", ()))),
            area_by=str(found.get("area_by", "key")),
            area=str(found.get("area", "")),
            columns={str(k): Target.from_dict(v) for k, v in found.get("columns", {}).items()},
            rows={
                str(k): RowTarget(RowKind(v["kind"]), str(v.get("area", "")))
                for k, v in found.get("rows", {}).items()
            },
            labels={str(k): Target.from_dict(v) for k, v in found.get("labels", {}).items()},
            rest=Target.from_dict(found.get("rest", {})),
            decimal=str(found.get("decimal", "")),
        )


def _span(found: Any) -> tuple[int, int] | None:
    return (int(found[0]), int(found[1])) if found else None


@dataclass(frozen=True, slots=True)
class Guide:
    """How a partner's file is read: ``kind`` is a ready reader's code or ``tabelle``."""

    kind: str = TABLE
    sheets: Mapping[str, SheetGuide] = field(default_factory=dict)
    """Name of the sheet → how it is read; a text file is one sheet without a name."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: what is remembered per partner and data set."""
        return {"kind": self.kind, "sheets": {name: sheet.to_dict() for name, sheet in self.sheets.items()}}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Self:
        """The reverse of ``to_dict``. ``WohnplatzError`` where it is no guide."""
        try:
            sheets = {str(name): SheetGuide.from_dict(s) for name, s in found.get("sheets", {}).items()}
            return cls(str(found.get("kind", TABLE)), sheets)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            raise WohnplatzError(
                "Die gemerkte Leseanleitung ist nicht lesbar.",
                why="Ohne sie ist nicht bekannt, was die Überschriften der Tabelle bedeuten.",
                todo="Bitte die Zuordnung neu festlegen.",
                code="guide.broken",
            ) from error

    def lasting(self) -> Guide:
        """The guide as it is remembered for the next file: without dates and rows set for this one."""
        return replace(self, sheets={name: _lasting(sheet) for name, sheet in self.sheets.items()})


def _lasting(sheet: SheetGuide) -> SheetGuide:
    columns = {heading: replace(target, day=None) for heading, target in sheet.columns.items()}
    labels = {label: replace(target, day=None) for label, target in sheet.labels.items()}
    return replace(sheet, columns=columns, labels=labels, rest=replace(sheet.rest, day=None), body=None)
