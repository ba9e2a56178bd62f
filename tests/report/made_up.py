"""A made-up district for reports: six areas in two municipalities, three indicators, six years."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import shapely

from wohnplatz.analysis import with_reliability
from wohnplatz.areas import AreaLayer, shapes
from wohnplatz.disclosure import load_rules, release
from wohnplatz.disclosure.clearance import _PROVEN, Clearance
from wohnplatz.model import (
    Area,
    Audience,
    Catalogue,
    Division,
    FigureKind,
    FigureMeta,
    FigureTable,
    Hierarchy,
    Indicator,
    Polarity,
    ReleaseContext,
    ReleasedTable,
    SeriesBreak,
)
from wohnplatz.report import Material

YEARS = range(2020, 2026)
NAMES = {
    "a1": "Altdorf", "a2": "Bruch", "a3": "Casel", "b1": "Dorn", "b2": "Eich", "b3": "Furt",
    "a": "Stadt Auen", "b": "Gemeinde Buchen", "k": "Kreis Muster",
}  # fmt: skip
CASES = {"a1": 211, "a2": 2, "a3": 90, "b1": 60, "b2": 61, "b3": 58}
"""Cases of the quota in 2025; two in Bruch, which is protected."""
BASE = {"a1": 1203, "a2": 331, "a3": 1107, "b1": 905, "b2": 1010, "b3": 877}
HIDDEN = ("0,604", "0.604", "0.6042", "331")
"""What nobody may read anywhere: 2 of 331 are 0.604 per cent."""
META = {
    "quote": FigureMeta("quote", "Anteil der Leistungsberechtigten an den Personen unter 65 Jahren", "%", 3,
                        Polarity.BURDEN, "31.12.", "Amt für Muster", kind=FigureKind.SHARE),
    "miete": FigureMeta("miete", "Mittlere Angebotsmiete je Quadratmeter", "€/m²", 2, Polarity.NEUTRAL),
    "bruch": FigureMeta("bruch", "Anteil der Umgestellten", "%", 1, Polarity.NEUTRAL, kind=FigureKind.SHARE,
                        breaks=(SeriesBreak(2024, "neue Zählung"),)),
    "einwohner": FigureMeta("einwohner", "Einwohnerinnen und Einwohner", "Personen", 0, Polarity.NEUTRAL,
                            kind=FigureKind.COUNT),
}  # fmt: skip
SHORT = {"quote": "Musterquote", "miete": "Angebotsmiete", "bruch": "Umgestellte", "einwohner": "Einwohner"}
Row = tuple[str, str, str, int, float, float, float]


def tree(names: dict[str, str] = NAMES) -> Hierarchy:
    """Areas, municipalities, district."""
    fine = tuple(Area(k, names[k], k[0]) for k in BASE)
    middle = tuple(Area(k, names[k], "k") for k in "ab")
    day = date(2020, 1, 1)
    return Hierarchy((
        Division("w-1", "wohnplatz", "Wohnplätze", fine, day),
        Division("g-1", "kommune", "Kommunen", middle, day),
        Division("k-1", "kreis", "Kreis", (Area("k", NAMES["k"]),), day),
    ))  # fmt: skip


def catalogue() -> Catalogue:
    """The three indicators and the inhabitants."""
    made = {
        code: Indicator(
            code, 1, m.label, SHORT[code], "soziales", m.polarity, m.unit, m.decimals, "Amt", "§ 1", "31.12.",
            "none", ("wohnplatz", "kommune", "kreis"), "So wird gerechnet.", m.source, breaks=m.breaks,
            core=code != "bruch",
        )
        for code, m in META.items()
    }  # fmt: skip
    return Catalogue({}, {}, {}, made, {}, {"soziales": "Soziales"})


def _level(area: str) -> str:
    return "kreis" if area == "k" else "kommune" if len(area) == 1 else "wohnplatz"


def rows(cases: dict[str, int]) -> Iterator[Row]:
    """Figures of all levels and years; the quota rises slowly, in Altdorf fast."""
    for year in YEARS:
        for area in NAMES:
            parts = [k for k in BASE if k.startswith(area) or area == "k"]
            back = 2025 - year
            count = sum(cases[k] - (back * 15 if k == "a1" else 0) for k in parts)
            base = sum(BASE[k] for k in parts)
            yield "quote", _level(area), area, year, 100 * count / base, count, base
            yield "bruch", _level(area), area, year, 50.0, base / 2, base
            yield "einwohner", _level(area), area, year, base * 1.5 // 1, base * 1.5 // 1, np.nan
            if area != "a3":
                yield "miete", _level(area), area, year, 7 + len(area) + year / 1000, np.nan, np.nan


def table(
    cases: dict[str, int] = CASES, label: str = "Datenstand 2025", audience: Audience = Audience.PUBLIC
) -> ReleasedTable:
    """The figures through the door."""
    made = list(rows(cases))
    n = len(made)
    figures = FigureTable(
        indicator=np.array([r[0] for r in made]), level=np.array([r[1] for r in made]),
        area=np.array([r[2] for r in made]), year=np.array([r[3] for r in made], dtype=np.int32),
        breakdown=np.array([""] * n), value=np.array([r[4] for r in made]), state=np.zeros(n, dtype=np.uint8),
        numerator=np.array([r[5] for r in made]), denominator=np.array([r[6] for r in made]),
        covered=np.ones(n, dtype=np.int32), expected=np.ones(n, dtype=np.int32), share=np.ones(n),
        reason=np.array([""] * n),
    )  # fmt: skip
    context = ReleaseContext("Kreis Muster", label, "0123456789abcdef", "2026-03-01", audience, "")
    protection = {"quote": "persons_social", "miete": "none", "bruch": "none", "einwohner": "none"}
    every = np.ones(n, dtype=np.bool_)
    return release(
        figures, META, rules=load_rules(), protection=protection, context=context,
        clearance=Clearance(every, every, _PROVEN),
    )  # fmt: skip


def layer() -> AreaLayer:
    """Six squares in two rows."""
    boxes = np.empty(6, dtype=object)
    boxes[:] = [
        shapely.box(1000 * (n % 3), 1000 * (n // 3), 1000 * (n % 3) + 1000, 1000 * (n // 3) + 1000)
        for n in range(6)
    ]
    keys = tuple(BASE)
    return AreaLayer(keys, tuple(NAMES[k] for k in keys), tuple(k[0] for k in keys), boxes, "EPSG:25832")


def material(cases: dict[str, int] = CASES, **more: Any) -> Material:
    """Everything a report needs."""
    drawn = shapes(layer())
    lines = shapes(layer(), groups={k: k[0] for k in BASE})
    figures = with_reliability(table(cases), district="k")
    hierarchy = more.pop("hierarchy", tree())
    fields = {"shapes": {"wohnplatz": drawn}, "outlines": {"wohnplatz": lines}, **more}
    return Material(figures, hierarchy, catalogue(), **fields)


def docx_text(data: bytes) -> str:
    """Everything a DOCX says, in every part of the file, names included."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = [n for n in file.namelist() if n.endswith((".xml", ".rels"))]
        return "\n".join([*file.namelist(), *(file.read(n).decode() for n in parts)])
