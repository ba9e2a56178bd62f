"""A district of two municipalities with three areas each, released through the whole way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from wohnplatz.areas import AreaLayer, make_division, save_division
from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.indicators import catalogue_json, compute_release, load_catalogue
from wohnplatz.model import CellState, Observation
from wohnplatz.publication.publishing import publish_release
from wohnplatz.store import DivisionRef, Entry, Kind, Manifest, ObjectStore, write_observations

PARENTS = {"a1": "A", "a2": "A", "a3": "A", "b1": "B", "b2": "B", "b3": "B"}
TOWNS = {"A": "kreis", "B": "kreis"}
PEOPLE = dict.fromkeys(PARENTS, (200, 210))
CATALOGUE = Path(__file__).parents[1] / "workflow" / "catalogue"


class District:
    """Makes releases, one after the other, with the ledger going on."""

    def __init__(self, folder: Path) -> None:
        self.store = ObjectStore(folder)
        self.catalogue = load_catalogue(CATALOGUE)
        self.head = ""
        levels = (("wohnplatz", PARENTS), ("kommune", TOWNS), ("kreis", {"kreis": None}))
        self.divisions = tuple(self._division(level, parents) for level, parents in levels)

    def _division(self, level: str, parents: dict[str, str | None]) -> DivisionRef:
        boxes = np.empty(len(parents), dtype=object)
        boxes[:] = [shapely.box(n, 0, n + 1, 1) for n in range(len(parents))]
        layer = AreaLayer(tuple(parents), tuple(parents), tuple(parents.values()), boxes)
        made = make_division(layer, code=level, level=level, label=level, valid_from=date(2000, 1, 1))
        return DivisionRef(level, level, save_division(self.store, made, layer))

    def release(self, cases, *, seconds=30.0, **more) -> Manifest:
        """Cases by area (None: the supplier protected it), for one year."""
        manifest = self.planned(cases, **more)
        made = publish_release(self.store, compute_release(self.store, manifest), self.head, seconds=seconds)
        self.head = made.results["ledger"]
        return made

    def planned(self, cases, *, people=None, year=2024, rules=None, suppliers=None) -> Manifest:
        """What a release of these cases would list; ``suppliers`` names who delivers the cases of an area."""
        rows = [
            Observation("einwohner", area, date(year, 12, 31), n, breakdown={"geschlecht": sex})
            for area, pair in (people or PEOPLE).items()
            for sex, n in zip("mw", pair, strict=True)
        ]
        moment, day = datetime(2025, 1, 1, tzinfo=UTC), date(year, 12, 31)
        by_partner = {"p": rows}
        for area, n in cases.items():
            state = CellState.VALUE if n is not None else CellState.PROTECTED
            partner = (suppliers or {}).get(area, "p")
            by_partner.setdefault(partner, []).append(Observation("sgb2_personen", area, day, n, state))
        shas = {p: write_observations(self.store, found, ["geschlecht"]) for p, found in by_partner.items()}
        entries = tuple(
            Entry(p, p, p.upper(), "arbeit", day, sha, sha, "x.csv", moment, moment)
            for p, sha in shas.items()
        )
        text = rules or STANDARD_RULES.read_bytes()
        return Manifest(
            f"Datenstand {len(cases)}", moment, "Kreis", entries, self.divisions,
            self.store.put(Kind.CATALOGUE, catalogue_json(self.catalogue)),
            self.store.put(Kind.RULES, text), "1",
        )  # fmt: skip


@pytest.fixture
def district(tmp_path) -> District:
    return District(tmp_path)


@pytest.fixture(scope="session")
def new_district(tmp_path_factory):
    return lambda: District(tmp_path_factory.mktemp("district"))
