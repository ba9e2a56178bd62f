"""The demo's planted flaws, read as partners send them: which the checks find, and which not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from wohnplatz.checks import Background, check, fingerprint, load_rules
from wohnplatz.demo.figures import figures
from wohnplatz.demo.files import rows
from wohnplatz.demo.flaws import FLAWS
from wohnplatz.demo.places import demo_district
from wohnplatz.indicators import load_catalogue
from wohnplatz.intake import Request, read_delivery, write_csv
from wohnplatz.model import Finding, Observation, Severity


class Demo:
    """Deliveries of the demo without a workflow: read on the way that files go, kept for the tests."""

    def __init__(self) -> None:
        self.catalogue = load_catalogue()
        self.rules = load_rules()
        self.figures = figures(list(self.catalogue.dimensions["alter"].categories))
        district = demo_district()
        self.names = {
            "wohnplatz": {p.key: p.name for p in district.places},
            "kommune": {m.key: m.name for m in district.municipalities},
        }
        self._read: dict[tuple[str, ...], list[Observation]] = {}

    def request(self, dataset: str, town: str, year: int) -> Request:
        level = next(v.level for v in self.catalogue.variables.values() if v.dataset == dataset)
        names = {k: n for k, n in self.names[level].items() if k.startswith(town)}
        return Request(self.catalogue.datasets[dataset], date(year, 12, 31), names, level)

    def read(self, partner: str, request: Request, flaw: str = "") -> list[Observation]:
        key = (partner, request.dataset.code, str(request.reference_date), flaw)
        if key not in self._read:
            order = {key: n for n, key in enumerate(self.names[request.level])}
            table = rows(partner, request, self.catalogue, self.figures, order)
            data = write_csv(FLAWS[flaw](table) if flaw else table)
            self._read[key] = list(read_delivery(data, "x.csv", request, self.catalogue).observations)
        return self._read[key]

    def findings(
        self, partner: str, dataset: str, town: str, year: int, flaw: str = ""
    ) -> tuple[Finding, ...]:
        request = self.request(dataset, town, year)
        past = {y: self.read(partner, self.request(dataset, town, y)) for y in range(year - 5, year)}
        background = Background(
            request, self.catalogue, {date(y, 12, 31): found for y, found in past.items()},
            former_files={fingerprint(found): f"der Lieferung zum 31.12.{y}" for y, found in past.items()},
        )  # fmt: skip
        return check(self.read(partner, request, flaw), background, self.rules)


@pytest.fixture(scope="module")
def demo() -> Demo:
    return Demo()


@pytest.fixture
def new(demo) -> Callable[..., list[Finding]]:
    """What a flaw adds to the findings of the right file."""

    def run(*delivery, flaw: str) -> list[Finding]:
        usual = {(f.code, f.area) for f in demo.findings(*delivery)}
        return [f for f in demo.findings(*delivery, flaw=flaw) if (f.code, f.area) not in usual]

    return run


def test_persons_counted_as_households_are_found_in_the_sum(demo):
    findings = demo.findings("ahlscheid", "soziale_leistungen", "05999005", 2025, "doubled_households")
    assert any(f.code == "checks.jump_sum" and "Wohngeld" in f.message for f in findings)


def test_a_slip_of_the_pen_in_one_quarter_is_found_there(new):
    found = new("jobcenter", "arbeit_grundsicherung", "", 2025, flaw="slipped_line")
    assert [(f.code, f.area) for f in found] == [("checks.jump", "0599900204")]


def test_evictions_of_another_kind_are_found(new):
    found = new("hammerfurt", "wohnen", "05999002", 2025, flaw="raised_evictions")
    assert [f.code for f in found] == ["checks.jump"]
    assert "Zwangsräumungen" in found[0].message


def test_two_quarters_under_each_others_key_are_found_because_they_differ(new):
    found = new("auenburg", "bevoelkerung", "05999001", 2023, flaw="swapped_areas")
    assert {f.area for f in found} == {"0599900114", "0599900115"}


def test_last_years_file_with_new_dates_is_recognised_by_its_values(demo):
    request = demo.request("beratung_angebote", "05999006", 2025)
    last = demo.request("beratung_angebote", "05999006", 2024)
    values = demo.read("sw-nordkreis", last)
    background = Background(
        request, demo.catalogue, former_files={fingerprint(values): "der Lieferung zum 31.12.2024"}
    )
    codes = {f.code for f in check(values, background, demo.rules)}
    assert "checks.same_file" in codes


def test_an_area_left_out_is_no_business_of_the_checks(demo, new):
    # Reading says so (intake.missing_cells); here nothing is known of it, and nothing is made up.
    assert new("wiesrath", "bevoelkerung", "05999006", 2020, flaw="incomplete") == []


@pytest.mark.parametrize("year", [2021, 2024])
def test_right_files_of_quiet_years_raise_no_alarm(demo, year):
    towns = {"auenburg": "05999001", "hammerfurt": "05999002", "lindrath": "05999003", "wiesrath": "05999006"}
    for partner, town in towns.items():
        for dataset in ("bevoelkerung", "soziale_leistungen"):
            findings = demo.findings(partner, dataset, town, year)
            assert [f for f in findings if f.severity is Severity.ERROR] == []
            assert len(findings) <= 1
