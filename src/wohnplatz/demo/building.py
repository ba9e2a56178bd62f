"""Builds the whole scenario: writes all files into a folder and tells what happens with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from wohnplatz.indicators import load_catalogue
from wohnplatz.intake import Request
from wohnplatz.model import Catalogue

from . import recut
from .cast import accounts, agreements, partners
from .divisions import change_of_areas, divisions
from .figures import Figures, figures
from .files import encode, rows
from .flaws import FLAWS
from .former import former_figures
from .places import DemoDistrict, demo_district
from .scenario import PLANNER, Action, DemoAgreement, DemoKreis, DemoStep, Scenario
from .story import RELEASES, Event, events, reference_date

AREAS, DELIVERIES, TO_TRY = "gebiete", "lieferungen", "zum-ausprobieren"


def build(folder: Path) -> Scenario:
    """Write all files of the demo under ``folder`` and return the scenario. Same bytes on every run."""
    district, catalogue = demo_district(), load_catalogue()
    terms = agreements(district, catalogue)
    cast = partners(district)
    now = figures(list(catalogue.dimensions["alter"].categories))
    writer = _Writer(folder, district, catalogue, now, former_figures(now, catalogue, district))
    areas_of = {p.code: p.area_keys for p in cast}
    steps = [writer.step(e, t, areas_of[t.partner]) for t in terms for e in events(t)]
    steps += [DemoStep(at, Action.RELEASE, PLANNER, text=note, label=label) for at, label, note in RELEASES]
    steps.append(DemoStep(recut.DECIDED_AT, Action.RECUT, PLANNER, text=recut.REASON))
    to_try = dict(writer.to_try(terms, areas_of))
    _write_notes(folder / TO_TRY, to_try)
    return Scenario(
        DemoKreis(district.key, district.name, "Kreis Auental, Sozialplanung"),
        divisions(folder / AREAS, district),
        change_of_areas(folder / AREAS, district, writer.figures),
        cast,
        accounts(district),
        terms,
        tuple(sorted(steps, key=lambda s: s.at)),
        to_try,
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the file of a round, once for each flaw."""

    folder: Path
    district: DemoDistrict
    catalogue: Catalogue
    figures: Figures
    former: Figures
    """On the Wohnplätze as they were until the re-cut."""

    def step(self, event: Event, agreement: DemoAgreement, area_keys: tuple[str, ...]) -> DemoStep:
        """The event with its file."""
        day = reference_date(agreement, event.round[2])
        file = None
        if event.action is Action.RECEIVE:
            again = f"_{event.attempt}" if event.attempt > 1 else ""
            name = f"{agreement.dataset}_{day.year}{again}"
            path = self.folder / DELIVERIES / agreement.partner / name
            file = self.write(path, agreement, area_keys, day, event.flaw)
        return DemoStep(
            event.at,
            event.action,
            event.username,
            agreement.partner,
            agreement.dataset,
            day,
            file,
            event.text,
        )

    def write(
        self, path: Path, agreement: DemoAgreement, area_keys: tuple[str, ...], day: date, flaw: str
    ) -> Path:
        """Write one delivery; the ending of ``path`` is added."""
        level = next(v.level for v in self.catalogue.variables.values() if v.dataset == agreement.dataset)
        before = day < recut.VALID_FROM
        all_names = self._names(level, before)
        order = {key: position for position, key in enumerate(all_names)}
        names = {k: n for k, n in all_names.items() if not area_keys or k.startswith(area_keys)}
        request = Request(self.catalogue.datasets[agreement.dataset], day, names, level)
        known = self.former if before else self.figures
        table = rows(agreement.partner, request, self.catalogue, known, order)
        data, ending = encode(agreement.partner, FLAWS[flaw](table) if flaw else table)
        target = path.with_name(f"{path.name}.{ending}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return target

    def to_try(
        self, terms: tuple[DemoAgreement, ...], area_keys: Mapping[str, tuple[str, ...]]
    ) -> Iterator[tuple[Path, str]]:
        """Files that are still to come, to be uploaded by hand."""
        for partner, dataset, flaw, name, text in _TO_TRY:
            term = next(t for t in terms if (t.partner, t.dataset) == (partner, dataset))
            day = reference_date(term, 2025)
            yield self.write(self.folder / TO_TRY / name, term, area_keys[partner], day, flaw), text

    def _names(self, level: str, before: bool) -> dict[str, str]:
        if level == "wohnplatz" and before:
            return recut.former_names(self.district)
        areas = self.district.places if level == "wohnplatz" else self.district.municipalities
        return {a.key: a.name for a in areas}


_TO_TRY = (
    (
        "bh-suedkreis",
        "beratung_angebote",
        "own_layout",
        "suedkreis_beratung_2025_eigene_tabelle",
        "die Jahresstatistik der Bürgerhilfe Südkreis in ihrer eigenen Form; hier ist zuzuordnen",
    ),
    (
        "eschenlohn",
        "wohnen",
        "",
        "eschenlohn_wohnen_2025",
        "die überfällige Lieferung der Gemeinde Eschenlohn",
    ),
    (
        "hammerfurt",
        "wohnen",
        "",
        "hammerfurt_wohnen_2025_neu",
        "die Antwort der Stadt Hammerfurt auf die Rückgabe",
    ),
    (
        "bh-suedkreis",
        "beratung_angebote",
        "typical_errors",
        "suedkreis_beratung_2025_fehlerhaft",
        "eine Datei der Bürgerhilfe Südkreis mit typischen Fehlern",
    ),
)
"""Partner and account, data set, flaw, file name and what it is."""


def _write_notes(folder: Path, files: Mapping[Path, str]) -> None:
    """Say beside the files what they are for."""
    lines = [
        "Dateien zum Ausprobieren",
        "",
        "Als Lieferstelle anmelden, die offene Lieferrunde zum 31.12.2025 wählen, hochladen und freigeben.",
        f"Danach als Sozialplanung (Konto {PLANNER}) annehmen oder zurückgeben.",
        "",
        *(f"{path.name}: {text}" for path, text in files.items()),
        "",
        "Konten: " + ", ".join(dict.fromkeys(entry[0] for entry in _TO_TRY)),
    ]
    (folder / "LIESMICH.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
