"""Berlin through the front door: 447 areas and three editions of the Monitoring Soziale Stadtentwicklung.

    .venv/bin/python bench/berlin_mss.py FOLDER [--data ../shared/data]

Writes what Berlin would send into FOLDER/dateien (areas as GeoJSON, deliveries in the product's own template,
a set-up file), takes it through the same rooms as any district's data and compares the released index with
the published one. Ends with 1 if a class differs or an index is off by more than 1e-4.
See docs/development/berlin.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import python_calamine
import shapely
from shapely.geometry import mapping, shape

import wohnplatz
from wohnplatz import areas, disclosure, indicators, intake, store
from wohnplatz.model import Audience, Catalogue, ReleaseContext, ReleasedTable, Severity

HERE = Path(__file__).resolve().parent
CATALOGUE = HERE / "berlin_mss" / "catalogue"
SETUP = HERE / "berlin_mss" / "einrichtung.toml"
REFERENCE_DATA = HERE.parents[1] / "shared" / "data"

VALID_FROM = date(2006, 6, 14)
LEVELS = {
    "land": ("Land Berlin", "land"),
    "bezirk": ("Bezirke", "bezirke"),
    "bezirksregion": ("Bezirksregionen", "bezirksregionen"),
    "planungsraum": ("Planungsräume (LOR bis 2020)", "planungsraeume"),
}
"""Coarsest first: label and name of the file."""
LAND = "11000000"
"""The Land's AGS: 11 alone is the key of a district, and keys are unique over all levels."""
SHARES, CHANGES = ("s1", "s2", "s3", "s4"), ("d1", "d2", "d3", "d4")
STATUS = ("hoch", "mittel", "niedrig", "sehr niedrig")
DYNAMICS = ("positiv", "stabil", "negativ")
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Edition:
    """One edition of the monitoring: its sheet and the date its figures refer to, which is not its name."""

    year: int
    sheet: str
    reference_date: date


EDITIONS = (
    Edition(2013, "MSS_2013_cutforR.xls", date(2012, 12, 31)),
    Edition(2015, "2015_MSS_cut.xlsx", date(2014, 12, 31)),
    Edition(2017, "2017_MSS_cut.xlsx", date(2016, 12, 31)),
)


@dataclass(frozen=True)
class Published:
    """One row of a published sheet. Classes are 1-based, 0 where the area is excluded."""

    key: str
    name: str
    inhabitants: int
    values: dict[str, float]
    status: float
    dynamics: float
    status_class: int
    dynamics_class: int

    @property
    def excluded(self) -> bool:
        """Excluded areas stand as 0.00 in the sheet and have no class."""
        return self.status_class == 0


def read_published(data: Path, edition: Edition) -> list[Published]:
    """The rows of a published sheet; columns are found by their heading."""
    workbook = python_calamine.CalamineWorkbook.from_path(data / "berlin_mss" / edition.sheet)
    head, *rows = workbook.get_sheet_by_index(0).to_python()
    heads = ["".join(str(h).lower().replace("-", "").split()) for h in head]

    def at(start: str) -> int:
        return next(i for i, h in enumerate(heads) if h.startswith(start))

    labels = at("statusindex(") + 1, at("dynamikindex(") + 1
    numbers = {code: heads.index(code) for code in (*SHARES, *CHANGES)}
    status, dynamics = at("statusindex(standardisierte"), at("dynamikindex(standardisierte")
    return [
        Published(
            str(row[0]), str(row[1]), int(row[2]), {c: float(row[i]) for c, i in numbers.items()},
            float(row[status]), float(row[dynamics]),
            _class_of(row[labels[0]], STATUS), _class_of(row[labels[1]], DYNAMICS),
        )
        for row in rows
    ]  # fmt: skip


def _class_of(label: Any, classes: tuple[str, ...]) -> int:
    text = str(label).strip()
    return classes.index(text) + 1 if text in classes else 0


# --- what Berlin would send -------------------------------------------------------------------------------


def write_files(data: Path, folder: Path) -> None:
    """Areas and deliveries as files into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for level, features in _layers(data).items():
        collection = {"type": "FeatureCollection", "features": features}
        (folder / f"{LEVELS[level][1]}.geojson").write_text(json.dumps(collection, ensure_ascii=False))
    for edition in EDITIONS:
        published = read_published(data, edition)
        for dataset, rows in _deliveries(published, edition.reference_date).items():
            sheet = intake.Sheet("Daten", ("Merkmal", "Gebiet", "Gebietsname", "Stichtag", "Wert"), rows)
            name = f"{dataset}_{edition.reference_date.isoformat()}.xlsx"
            (folder / name).write_bytes(intake.write_xlsx([sheet]))
    (folder / "einrichtung.toml").write_bytes(SETUP.read_bytes())


def _deliveries(published: list[Published], day: date) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of the template by data set. A share that was not published is no zero: it gets the sign x."""
    people = [("einwohner", p.key, p.name, day, p.inhabitants) for p in published]
    shares = [
        (code, p.key, p.name, day, "x" if p.excluded else p.values[code])
        for code in (*SHARES, *CHANGES)
        for p in published
    ]
    return {"einwohnerregister": people, "monitoring": shares}


def _layers(data: Path) -> dict[str, list[dict[str, Any]]]:
    """Features by level. Coarser areas are the union of the finer ones whose key begins with theirs."""
    lor = data / "berlin_lor"
    names: dict[str, str] = {}
    for file in ("berlin-lor-districts.geojson.gz", "berlin-lor-district-regions-until-2020.geojson.gz"):
        names |= {f["properties"]["id"]: f["properties"]["name"] for f in _features(lor / file)}
    finest = _before_2019(_features(lor / "lor_planungsraum_2019_cschwab1.geojson.gz"))
    official = {p.key: p.name for p in read_published(data, EDITIONS[-1])}
    layers = {
        "planungsraum": [_feature(k, official[k], k[:6], g) for k, g in finest.items()],
        "bezirksregion": [_feature(k, names[k], k[:2], g) for k, g in _united(finest, 6).items()],
        "bezirk": [_feature(k, names[k], LAND, g) for k, g in _united(finest, 2).items()],
        "land": [_feature(LAND, "Berlin", None, g) for g in _united(finest, 0).values()],
    }
    return {level: layers[level] for level in LEVELS}


def _features(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(gzip.decompress(path.read_bytes()))["features"]
    return found


def _before_2019(features: list[dict[str, Any]]) -> dict[str, Any]:
    """The 447 areas of the three editions: 09041403 was parted from 09041402 on 1 January 2019."""
    found = {f["properties"]["RAUMID"]: shapely.make_valid(shape(f["geometry"])) for f in features}
    found["09041402"] = shapely.union(found["09041402"], found.pop("09041403"))
    return dict(sorted(found.items()))


def _united(finest: dict[str, Any], digits: int) -> dict[str, Any]:
    groups: dict[str, list[Any]] = {}
    for key, geometry in finest.items():
        groups.setdefault(key[:digits], []).append(geometry)
    return {key: shapely.union_all(members) for key, members in groups.items()}


def _feature(key: str, name: str, parent: str | None, geometry: Any) -> dict[str, Any]:
    properties = {"schluessel": key, "name": name, "gehoert_zu": parent}
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


# --- through the rooms, as a library -----------------------------------------------------------------------


def take_in(folder: Path) -> tuple[store.ObjectStore, store.Manifest]:
    """Take the files of ``folder``/dateien through areas, intake, store and indicators."""
    memory, files = store.ObjectStore(folder / "store"), folder / "dateien"
    catalogue = indicators.load_catalogue(CATALOGUE)
    layer, refs = _take_in_areas(memory, files)
    request_areas = dict(zip(layer.keys, layer.names, strict=True))
    entries = [
        _take_in_delivery(memory, catalogue, path, request_areas) for path in sorted(files.glob("*_*.xlsx"))
    ]
    manifest = store.Manifest(
        label="MSS 2013 bis 2017", made_at=datetime(2017, 12, 31, tzinfo=UTC), district="Berlin",
        entries=tuple(entries), divisions=tuple(reversed(refs)),
        catalogue=memory.put(store.Kind.CATALOGUE, indicators.catalogue_json(catalogue)),
        rules=memory.put(store.Kind.RULES, disclosure.STANDARD_RULES.read_bytes()),
        program=wohnplatz.__version__,
    )  # fmt: skip
    return memory, indicators.compute_release(memory, manifest)


def _take_in_areas(memory: store.ObjectStore, files: Path) -> tuple[areas.AreaLayer, list[store.DivisionRef]]:
    """Store the four levels, coarsest first; the last layer is the finest."""
    layer, refs = None, []
    for level, (label, name) in LEVELS.items():
        parents = layer
        layer = areas.read_layer(
            files / f"{name}.geojson", key="schluessel", name="name", parent="gehoert_zu" if parents else None
        )
        findings = areas.check_layer(layer, parents)
        worst = [f for f in findings if f.severity is Severity.ERROR]
        print(f"{label}: {len(layer.keys)} Gebiete, {len(findings)} Prüfbefunde, davon Fehler: {len(worst)}")
        if worst:
            raise SystemExit("\n".join(f.message for f in worst))
        division = areas.make_division(
            layer, code=f"berlin-{level}", level=level, label=label, valid_from=VALID_FROM,
            source="Amt für Statistik Berlin-Brandenburg", licence="dl-de-zero-2.0, CC BY",
        )  # fmt: skip
        refs.append(store.DivisionRef(division.code, level, areas.save_division(memory, division, layer)))
    assert layer is not None
    return layer, refs


def _take_in_delivery(
    memory: store.ObjectStore, catalogue: Catalogue, path: Path, request_areas: dict[str, str]
) -> store.Entry:
    """Read a delivery as the web page does, and store it; anything but a clean file ends the run."""
    dataset, _, day = path.stem.rpartition("_")
    request = intake.Request(
        catalogue.datasets[dataset], date.fromisoformat(day), request_areas, "planungsraum"
    )
    data = path.read_bytes()
    result = intake.read_delivery(data, path.name, request, catalogue)
    print(f"{path.name}: {result.cells} Zellen, {len(result.findings)} Prüfbefunde")
    if not result.ok:
        raise SystemExit("\n".join(f.message for f in result.findings))
    moment = datetime(2017, 12, 31, tzinfo=UTC)
    return store.Entry(
        delivery=path.stem, partner=dataset, partner_label=request.dataset.supplier, dataset=dataset,
        reference_date=request.reference_date,
        observations=store.write_observations(memory, result.observations, list(catalogue.dimensions)),
        original=memory.put(store.Kind.ORIGINAL, data), original_name=path.name,
        received_at=moment, accepted_at=moment,
    )  # fmt: skip


def released(memory: store.ObjectStore, manifest: store.Manifest) -> ReleasedTable:
    """The index measures of all editions in full, as the city published them."""
    catalogue = indicators.catalogue_from_json(memory.read(store.Kind.CATALOGUE, manifest.catalogue))
    context = ReleaseContext(
        manifest.district, manifest.label, manifest.save(memory), manifest.made_at.date().isoformat(),
        Audience.WORKING, "",
    )  # fmt: skip
    return disclosure.release(
        store.query_figures(memory, manifest.results["figures"], levels=["planungsraum"]),
        indicators.figure_meta(catalogue),
        rules=disclosure.load_rules(memory.path(store.Kind.RULES, manifest.rules)),
        protection=indicators.protection(catalogue),
        context=context,
        inputs=indicators.inputs(catalogue),
        only=catalogue.indices["mss"].measures(),
    )


# --- against the published result --------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """What became of one edition: areas compared, classes that differ, largest distance of an index."""

    edition: int
    areas: int
    used: int
    missed: int
    distance: float

    @property
    def holds(self) -> bool:
        """No class differs and every index lies within the tolerance."""
        return self.missed == 0 and self.distance <= TOLERANCE


def compare(table: ReleasedTable, data: Path) -> list[Comparison]:
    """The released index beside the published one, edition by edition."""
    figures = {(f.indicator, f.year, f.area): f.value for f in table}
    found = []
    for edition in EDITIONS:
        published = read_published(data, edition)
        year, missed, distance = edition.reference_date.year, 0, 0.0
        for p in published:
            values = {m: figures[f"mss:{m}", year, p.key] for m in ("status", "dynamics")}
            classes = {m: figures[f"mss:{m}_class", year, p.key] or 0 for m in values}
            group = figures["mss:group", year, p.key] or 0
            missed += (classes["status"], classes["dynamics"]) != (p.status_class, p.dynamics_class)
            missed += group != (0 if p.excluded else (p.status_class - 1) * len(DYNAMICS) + p.dynamics_class)
            if p.excluded:
                missed += any(v is not None for v in values.values())
                continue
            for ours, theirs in ((values["status"], p.status), (values["dynamics"], p.dynamics)):
                distance = max(distance, float("inf") if ours is None else abs(ours - theirs))
        used = sum(not p.excluded for p in published)
        found.append(Comparison(edition.year, len(published), used, missed, distance))
    return found


def run(data: Path, folder: Path) -> tuple[ReleasedTable, list[Comparison]]:
    """All of it: files, rooms, door, comparison."""
    write_files(data, folder / "dateien")
    memory, manifest = take_in(folder)
    table = released(memory, manifest)
    return table, compare(table, data)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="Ordner für Dateien und Ablage")
    parser.add_argument("--data", type=Path, default=REFERENCE_DATA, help="Ordner der veröffentlichten Daten")
    parser.add_argument("--files-only", action="store_true", help="nur die Dateien schreiben")
    args = parser.parse_args()
    if not (args.data / "berlin_mss").is_dir():
        print(f"Die veröffentlichten Daten fehlen: {args.data / 'berlin_mss'}", file=sys.stderr)
        return 2
    if args.files_only:
        write_files(args.data, args.folder / "dateien")
        return 0
    table, comparisons = run(args.data, args.folder)
    print(f"Freigegeben: {table.context.policy}")
    for c in comparisons:
        found = f"{c.areas} Gebiete, {c.used} im Index, {c.missed} Abweichungen, Index ±{c.distance:.1e}"
        print(f"Ausgabe {c.edition}: {found}")
    return 0 if all(c.holds for c in comparisons) else 1


if __name__ == "__main__":
    raise SystemExit(main())
