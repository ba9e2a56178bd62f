from __future__ import annotations

from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely

from wohnplatz.areas import AreaLayer, shapes
from wohnplatz.disclosure import load_rules, release
from wohnplatz.disclosure.clearance import _PROVEN, Clearance
from wohnplatz.model import Audience, CellState, FigureMeta, FigureTable, Polarity, ReleaseContext

NS = "{http://www.w3.org/2000/svg}"
NAN = float("nan")
COLUMNS = {
    "indicator": "quote", "level": "wohnplatz", "area": "A", "year": 2024, "breakdown": "", "value": NAN,
    "state": 0, "numerator": NAN, "denominator": NAN, "covered": 1, "expected": 1, "share": 1.0, "reason": "",
    "error": NAN,
}  # fmt: skip
INDEX_CLASSES = ("hoch", "mittel", "niedrig", "sehr niedrig")
DYNAMICS = ("positiv", "stabil", "negativ")
KINDS = dict.fromkeys(("value", "numerator", "denominator", "share", "error"), np.float64)
KINDS |= {"state": np.uint8, "year": np.int32, "covered": np.int32, "expected": np.int32}


def meta(code, label="Quote der Beispiele", unit="%", decimals=1, classes=()):
    return FigureMeta(
        code, label, unit, decimals, Polarity.BURDEN, source="Beispielstatistik", classes=classes
    )


METAS = {
    "quote": meta("quote"),
    "wandel": meta("wandel", "Wandel in Punkten", "Prozentpunkte"),
    "einwohner": meta("einwohner", "Einwohner", "Personen", 0),
    "lage:group": meta(
        "lage:group", "Lage", "", 0, tuple(f"{s} / {d}" for s in INDEX_CLASSES for d in DYNAMICS)
    ),
    "lage:status_class": meta("lage:status_class", "Status", "", 0, INDEX_CLASSES),
    "lage:dynamics_class": meta("lage:dynamics_class", "Dynamik", "", 0, DYNAMICS),
}
PROTECTION = dict.fromkeys(METAS, "none") | {"quote": "persons_social", "einwohner": "population"}


def released(*rows, audience=Audience.PUBLIC, district="Musterkreis"):
    """Rows as dicts through the door; what a row does not name is the plain default."""
    full = [COLUMNS | row for row in rows]
    table = FigureTable(
        **{
            name: np.array([r[name] for r in full], dtype=KINDS.get(name, np.str_))
            for name in FigureTable.COLUMNS
        }
    )
    context = ReleaseContext(district, "2024-1", "0" * 64, "2025-03-01", audience, "")
    every = np.ones(len(table), dtype=np.bool_)
    return release(
        table, METAS, rules=load_rules(), protection=PROTECTION, context=context,
        clearance=Clearance(every, every, _PROVEN),
    )  # fmt: skip


def rate(area, numerator, denominator, **more):
    return {
        "area": area,
        "value": 100 * numerator / denominator,
        "numerator": numerator,
        "denominator": denominator,
        **more,
    }


def without(area, state, **more):
    return {"area": area, "state": int(state), "covered": 0, **more}


def plain(area, value, **more):
    return {"area": area, "value": value, **more}


def grid(keys, columns=4, groups=None):
    """Square areas side by side as shapes; ``groups`` draws coarser ones in the same frame."""
    boxes = [
        shapely.box(
            1000 * (i % columns), 1000 * (i // columns), 1000 * (i % columns + 1), 1000 * (i // columns + 1)
        )
        for i in range(len(keys))
    ]
    geometries = np.array(boxes, dtype=object)
    layer = AreaLayer(tuple(keys), tuple(keys), (None,) * len(keys), geometries, "EPSG:25832")
    return shapes(layer, groups=groups)


def parse(svg):
    """The picture as a tree; fails where it is no XML."""
    return ElementTree.fromstring(svg)


def words(svg):
    """All text of a picture, in order: titles, description, labels."""
    return [t for e in parse(svg).iter() if (t := e.text)]


def areas_of(svg):
    """Key → (element, title) of everything that has a key."""
    return {e.get("data-key"): (e, e.findtext(f"{NS}title")) for e in parse(svg).iter() if e.get("data-key")}


@pytest.fixture
def make():
    """What tests of pictures need to make their tables and read their pictures."""
    return SimpleNamespace(
        released=released, rate=rate, without=without, plain=plain, grid=grid, parse=parse, words=words,
        areas_of=areas_of, metas=METAS, ns=NS,
    )  # fmt: skip


@pytest.fixture
def states():
    """One area in each state, three with plain numbers, one exactly zero."""
    empty = [s for s in CellState if not s.has_number and s is not CellState.PROTECTED]
    shaky = [CellState.ESTIMATED, CellState.LIMITED, CellState.PARTIAL]
    rows = [rate("N1", 30, 600), rate("N2", 66, 600), rate("N3", 120, 600), rate("Z", 0, 600)]
    rows += [rate(s.name, 60, 600, state=int(s), covered=1, expected=2, share=0.5) for s in shaky]
    rows += [without(s.name, s) for s in empty]
    rows.append(rate("P", 2, 617))
    return released(*rows)
