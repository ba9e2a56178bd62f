"""Makes an installation with a made-up district of 500 areas in 20 municipalities, through the front door.

    WOHNPLATZ_HOME=/some/folder python bench/large_district.py

Wavy cells, one statistics office, inhabitants and persons on SGB II for three years. For measuring
pages on a district larger than the demo.
"""

from __future__ import annotations

import io
import json
import math
import os
import random
import tempfile
from datetime import date
from itertools import pairwise
from pathlib import Path

ROWS, COLUMNS, STEPS, CELL = 20, 25, 6, 1500.0
YEARS = (2023, 2024, 2025)


def corner(x: int, y: int) -> tuple[float, float]:
    dice = random.Random(f"{x}/{y}")
    shift = CELL * 0.28
    return 400_000 + x * CELL + dice.uniform(-shift, shift), 5_600_000 + y * CELL + dice.uniform(
        -shift, shift
    )


def edge(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[float, float]]:
    """A wavy line between two corners, the same from both sides; the last point is left out."""
    first, last = sorted((a, b))
    dice = random.Random(f"{first}-{last}")
    (x0, y0), (x1, y1) = corner(*first), corner(*last)
    line = [(x0, y0)]
    for n in range(1, STEPS):
        bend = dice.uniform(-0.05, 0.05) * CELL
        line.append((x0 + (x1 - x0) * n / STEPS + bend, y0 + (y1 - y0) * n / STEPS - bend))
    line.append((x1, y1))
    return (line if first == a else line[::-1])[:-1]


def cell(x: int, y: int) -> list[tuple[float, float]]:
    corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
    ring = [p for a, b in pairwise(corners) for p in edge(a, b)]
    return [*ring, ring[0]]


def town_of(x: int, y: int) -> str:
    return f"05999{(y // 5) * 5 + x // 5:03d}"


def geojson() -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {
                "key": f"{town_of(x, y)}{y:02d}{x:02d}",
                "name": f"Gebiet {y + 1}-{x + 1}",
                "parent": town_of(x, y),
            },
            "geometry": {"type": "Polygon", "coordinates": [cell(x, y)]},
        }
        for y in range(ROWS)
        for x in range(COLUMNS)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def delivery(dataset: str, year: int) -> bytes:
    """One CSV file in the form of the template."""
    from wohnplatz.indicators import load_catalogue

    catalogue = load_catalogue()
    out = io.StringIO()
    dimensions = [d.label for d in catalogue.dimensions.values()]
    out.write(";".join(["Merkmal", "Gebiet", "Gebietsname", "Stichtag", *dimensions, "Wert"]) + "\n")
    ages = list(catalogue.dimensions["alter"].categories)
    for y in range(ROWS):
        for x in range(COLUMNS):
            key, dice = f"{town_of(x, y)}{y:02d}{x:02d}", random.Random(f"{dataset}{x}/{y}")
            need = 0.05 + 0.1 * (math.sin(x / 4) + 1) * (math.cos(y / 5) + 1) / 4
            if dataset == "bevoelkerung":
                for age in ages:
                    for sex in ("m", "w"):
                        for nationality in ("deutsch", "nichtdeutsch"):
                            value = dice.randint(5, 60) if nationality == "deutsch" else dice.randint(0, 8)
                            cells = {"alter": age, "geschlecht": sex, "nationalitaet": nationality}
                            row = [cells.get(d, "") for d in catalogue.dimensions]
                            out.write(
                                ";".join(["einwohner", key, "", f"31.12.{year}", *row, str(value)]) + "\n"
                            )
            else:
                row = ["" for _ in catalogue.dimensions]
                value = int(2400 * need * (1 + 0.05 * (year - 2023)) * dice.uniform(0.8, 1.2))
                out.write(";".join(["sgb2_personen", key, "", f"31.12.{year}", *row, str(value)]) + "\n")
    return out.getvalue().encode()


def build() -> None:
    """Migrate, import the areas, deliver, accept, release."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")
    django.setup()
    from django.core.management import call_command

    from wohnplatz import areas
    from wohnplatz.model import Area
    from wohnplatz.workflow import setup
    from wohnplatz.workflow.accounts.actors import OPERATOR
    from wohnplatz.workflow.deliveries.actions import accept, receive
    from wohnplatz.workflow.district.actions import import_division
    from wohnplatz.workflow.partners.models import DeliveryRound
    from wohnplatz.workflow.releases.actions import make_release

    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gebiete.geojson"
        path.write_bytes(geojson())
        base = areas.read_layer(path, key="key", name="name", parent="parent")
    towns = areas.dissolve(
        base, [Area(t, f"Stadt {t}", "05999") for t in sorted(filter(None, set(base.parents)))]
    )
    district = areas.dissolve(towns, [Area("05999", "Kreis der Messung")])
    day = date(2016, 1, 1)
    for level, layer in (("kreis", district), ("kommune", towns), ("wohnplatz", base)):
        import_division(OPERATOR, layer, code=f"{level}-2016", level=level, label=level, valid_from=day)
    agreements = [
        {
            "dataset": d,
            "level": "wohnplatz",
            "valid_from": date(2023, 1, 1),
            "legal_basis": "-",
            "lock_days": 2000,
            "rounds_until": date(2025, 12, 31),
        }
        for d in ("bevoelkerung", "arbeit_grundsicherung")
    ]
    partner = {
        "code": "statistik",
        "name": "Statistikstelle",
        "kind": "district_office",
        "agreement": agreements,
    }
    tables = {
        "district": {"name": "Kreis der Messung", "key": "05999", "is_demo": True},
        "partner": [partner],
    }
    setup.apply(OPERATOR, tables)
    for delivery_round in DeliveryRound.objects.select_related("agreement").order_by("reference_date"):
        dataset, year = delivery_round.agreement.dataset, delivery_round.reference_date.year
        made = receive(OPERATOR, delivery_round, f"{dataset}-{year}.csv", delivery(dataset, year))
        accept(OPERATOR, made, made.version)
    make_release(OPERATOR, "Messung")
    from wohnplatz.workflow.accounts.actions import create_user

    create_user(
        OPERATOR,
        username="messung",
        name="Messung",
        role="planner",
        password=os.environ["WOHNPLATZ_BENCH_PASSWORD"],
    )


if __name__ == "__main__":
    build()
