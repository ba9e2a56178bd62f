"""The files of the partners."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from wohnplatz.demo import Action, Scenario, build
from wohnplatz.demo.places import demo_district
from wohnplatz.demo.recut import VALID_FROM, former_names
from wohnplatz.demo.scenario import DemoStep
from wohnplatz.intake import ReadResult, Request, read_delivery
from wohnplatz.model import Catalogue, CellState

INTENDED = {
    "hammerfurt/bevoelkerung_2016.csv": {"intake.missing_cells"},
    "wiesrath/bevoelkerung_2020.xlsx": {"intake.missing_cells"},
    "hohenforst/bevoelkerung_2018.xlsx": {
        "intake.lost_zero", "intake.text_in_number", "intake.negative", "intake.unknown_area",
        "intake.invalid_date", "intake.fraction", "intake.unknown_variable", "intake.duplicate_cell",
        "intake.incomplete_breakdown",
    },
    "hammerfurt/wohnen_2025_2.csv": {
        "intake.text_in_number", "intake.negative", "intake.unknown_area", "intake.missing_cells",
    },
    "sw-nordkreis/beratung_angebote_2025.csv": {"intake.wrong_date"},
    "sw-nordkreis/beratung_angebote_2025_2.csv": {"intake.missing_cells"},
}  # fmt: skip


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def request(step: DemoStep, scenario: Scenario, catalogue: Catalogue) -> Request:
    keys = next(p.area_keys for p in scenario.partners if p.code == step.partner)
    level = next(v.level for v in catalogue.variables.values() if v.dataset == step.dataset)
    district = demo_district()
    areas = district.places if level == "wohnplatz" else district.municipalities
    names = {a.key: a.name for a in areas}
    if level == "wohnplatz" and step.reference_date < VALID_FROM:
        names = former_names(district)
    own = {k: n for k, n in names.items() if not keys or k.startswith(keys)}
    foreign = {k: n for k, n in names.items() if k not in own}
    return Request(catalogue.datasets[step.dataset], step.reference_date, own, level, foreign)


@pytest.fixture(scope="module")
def results(scenario: Scenario, catalogue: Catalogue) -> dict[str, ReadResult]:
    return {
        f"{s.partner}/{s.file.name}": read_delivery(
            s.file.read_bytes(), s.file.name, request(s, scenario, catalogue), catalogue
        )
        for s in scenario.steps
        if s.file
    }


def test_two_builds_write_the_same_bytes(scenario, folder, tmp_path):
    again = build(tmp_path)
    assert hashes(tmp_path) == hashes(folder)
    assert [s.at for s in again.steps] == [s.at for s in scenario.steps]


def test_the_files_read_back_with_the_intended_findings_only(results):
    found = {
        name: {f.code for f in r.findings}
        for name, r in results.items()
        if r.findings and not name.startswith("bh-suedkreis/")
    }
    assert found == INTENDED


def test_a_file_in_a_form_of_its_own_is_no_template(results):
    assert not results["bh-suedkreis/beratung_angebote_2025.xlsx"].ok


def test_every_variable_is_delivered_for_every_area_in_its_last_year(results, catalogue):
    delivered = Counter(
        (o.variable, o.area)
        for r in results.values()
        if r.ok
        for o in r.observations
        if o.reference_date.year in {2024, 2025}
    )
    areas = demo_district()
    for code, variable in catalogue.variables.items():
        expected = areas.places if variable.level == "wohnplatz" else areas.municipalities
        assert {a.key for a in expected} == {a for v, a in delivered if v == code}, code


def test_all_states_of_cells_occur(results):
    states = {o.state for r in results.values() for o in r.observations}
    assert states >= {
        CellState.VALUE, CellState.LIMITED, CellState.NOT_APPLICABLE, CellState.LATER,
        CellState.UNRELIABLE, CellState.UNKNOWN, CellState.PROTECTED,
    }  # fmt: skip


def test_the_jobcenter_never_shows_a_count_of_one_or_two(results):
    values = [o.value for n, r in results.items() if n.startswith("jobcenter/") for o in r.observations]
    assert not {1.0, 2.0} & set(values)


def test_a_hidden_sex_cannot_be_found_by_subtraction(results):
    for name, result in results.items():
        if not name.startswith("jobcenter/"):
            continue
        by_area: dict[tuple[str, str], dict[str, CellState]] = {}
        for o in result.observations:
            if o.breakdown:
                by_area.setdefault((o.variable, o.area), {})[o.category("geschlecht")] = o.state
        hidden = [s for s in by_area.values() if CellState.PROTECTED in s.values()]
        assert all(set(s.values()) == {CellState.PROTECTED} for s in hidden)


def test_partners_send_spreadsheets_and_two_kinds_of_csv(scenario):
    endings = Counter(s.file.suffix for s in scenario.steps if s.file)
    assert min(endings[".xlsx"], endings[".csv"]) > 50
    old = next(s.file for s in scenario.steps if s.partner == "hammerfurt" and s.file)
    with pytest.raises(UnicodeDecodeError):
        old.read_bytes().decode("utf-8")
    assert "Mühlenfeld" in old.read_bytes().decode("cp1252")


def test_the_story_holds_what_happens_in_real_life(scenario):
    actions = Counter(s.action for s in scenario.steps)
    assert actions[Action.RELEASE] == 3
    assert min(actions[Action.RETURN], actions[Action.WITHDRAW], actions[Action.WAIVE]) >= 1
    due = {(a.partner, a.dataset): a.due_days for a in scenario.agreements}
    late = [
        s
        for s in scenario.steps
        if s.action is Action.RECEIVE and (s.at.date() - s.reference_date).days > due[s.partner, s.dataset]
    ]
    assert len(late) > 20
    assert [s.at for s in scenario.steps] == sorted(s.at for s in scenario.steps)


def test_deliveries_before_the_change_name_former_areas_and_later_ones_todays(results):
    for name, result in results.items():
        if not name.startswith("hammerfurt/bevoelkerung"):
            continue
        named = {o.area for o in result.observations} & {"0599900211", "0599900215", "0599900217"}
        year = next(iter(result.observations)).reference_date.year
        former = {"0599900217"} if not name.endswith("2016.csv") else set()  # the file that lacks it
        assert named == (former if year < 2021 else {"0599900211", "0599900215"}), name


def test_partners_and_accounts_fit_together(scenario):
    kinds = Counter(p.kind for p in scenario.partners)
    assert kinds == {"municipality": 8, "jobcenter": 1, "welfare": 5, "district_office": 3}
    assert {a.partner for a in scenario.accounts} - {""} == {p.code for p in scenario.partners}
    assert {a.role for a in scenario.accounts} == {"administrator", "planner", "sector", "partner"}


def test_the_files_to_try_are_described_beside_them(scenario, folder):
    notes = (folder / "zum-ausprobieren" / "LIESMICH.txt").read_text(encoding="utf-8")
    assert len(scenario.to_try) == 4
    assert all(path.is_file() and path.name in notes for path in scenario.to_try)
