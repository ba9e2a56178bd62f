"""District, divisions, partners, agreements, rounds, and all of it from one file."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from wohnplatz.model import WohnplatzError


def dates(reference, rhythm, since, until):
    from wohnplatz.workflow.partners.calendar import reference_dates
    from wohnplatz.workflow.partners.models import Rhythm

    return [d.isoformat() for d in reference_dates(reference, Rhythm(rhythm), since, until)]


@pytest.mark.parametrize(
    ("reference", "rhythm", "expected"),
    [
        ("31.12.", "yearly", ["2023-12-31", "2024-12-31"]),
        ("01.03.", "yearly", ["2023-03-01", "2024-03-01", "2025-03-01"]),
        ("15.12.", "even_years", ["2024-12-15"]),
        ("30.06.", "half_yearly", ["2023-06-30", "2023-12-31", "2024-06-30", "2024-12-31"]),
        ("29.02.", "yearly", ["2023-02-28", "2024-02-29", "2025-02-28"]),
    ],
)
def test_reference_dates_follow_the_rhythm(reference, rhythm, expected):
    assert dates(reference, rhythm, date(2023, 1, 1), date(2025, 6, 1)) == expected


def test_a_quarterly_last_day_stays_the_last_day_of_its_month():
    assert dates("31.12.", "quarterly", date(2024, 1, 1), date(2024, 12, 31)) == [
        "2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["31.2.", "12", "", "1.13.", "x.y."])
def test_a_day_that_does_not_exist_is_no_reference_date(text):
    from wohnplatz.workflow.partners.calendar import parse_reference

    with pytest.raises(WohnplatzError, match="Stichtag"):
        parse_reference(text)


def test_rounds_are_opened_once(world):
    from wohnplatz.workflow.partners.actions import open_rounds

    agreement = world.rounds["ahausen", 2024].agreement
    assert open_rounds(world.planner, agreement, date(2024, 12, 31)) == []
    opened = open_rounds(world.planner, agreement, date(2025, 12, 31))
    assert [r.reference_date for r in opened] == [date(2025, 12, 31)]
    assert opened[0].due_on == date(2026, 3, 31)


def test_an_agreement_takes_level_and_legal_basis_from_the_catalogue(world):
    from wohnplatz.workflow.partners.actions import conclude_agreement

    agreement = world.rounds["jobcenter", 2024].agreement
    assert (agreement.level, agreement.legal_basis) == ("wohnplatz", "§ 53 SGB II")
    for wrong, match in (
        ({"dataset": "gibtsnicht"}, "gibt es im Katalog nicht"),
        ({"dataset": "arbeit", "level": "kreis"}, "nicht auf der Ebene"),
        ({"dataset": "arbeit", "reference": "31.02."}, "Stichtag"),
        ({"dataset": "arbeit", "due_days": 90, "lock_days": 30}, "Annahmeschluss"),
        ({"dataset": "bevoelkerung"}, "schon eine Vereinbarung"),
    ):
        with pytest.raises(WohnplatzError, match=match):
            conclude_agreement(world.planner, world.ahausen, valid_from=date(2023, 1, 1), **wrong)


def test_there_is_one_district_and_it_can_be_changed(world):
    from wohnplatz.workflow.district import queries
    from wohnplatz.workflow.district.actions import set_district
    from wohnplatz.workflow.district.models import District

    set_district(world.administrator, name="Neuer Name", key="05999")
    assert queries.current().name == "Neuer Name"
    assert District.objects.count() == 1


def test_areas_with_errors_are_not_taken_over_and_the_findings_name_them(world):
    from wohnplatz.areas import AreaLayer
    from wohnplatz.workflow.district.actions import FindingsError, import_division
    from wohnplatz.workflow.district.models import DivisionRecord

    geometries = np.empty(2, dtype=object)
    geometries[:] = [shapely.box(350_000, 5_650_000, 351_000, 5_651_000)] * 2
    twice = AreaLayer(("0599900101", "0599900101"), ("A", "A"), ("05999001", "gibtsnicht"), geometries)
    with pytest.raises(FindingsError) as refused:
        import_division(
            world.planner, twice, code="neu", level="wohnplatz", label="Neu", valid_from=date(2025, 1, 1)
        )
    assert "0599900101" in {f.area for f in refused.value.findings}
    assert not DivisionRecord.objects.filter(code="neu").exists()


def test_a_new_version_of_a_division_is_in_force_from_its_day(world, scene):
    from wohnplatz.workflow.district import queries
    from wohnplatz.workflow.district.actions import import_division

    layer = scene.layers()["wohnplatz"]
    import_division(
        world.planner,
        layer,
        code="wohnplatz-2025",
        level="wohnplatz",
        label="Neu",
        valid_from=date(2025, 1, 1),
    )
    assert queries.divisions_in_force(date(2024, 12, 31))[0].code == "wohnplatz-2020"
    assert queries.divisions_in_force(date(2025, 1, 1))[0].code == "wohnplatz-2025"
    with pytest.raises(WohnplatzError, match="gibt es schon"):
        import_division(
            world.planner,
            layer,
            code="wohnplatz-2025",
            level="wohnplatz",
            label="Neu",
            valid_from=date(2026, 1, 1),
        )
    with pytest.raises(WohnplatzError, match="Rang"):
        import_division(
            world.planner, layer, code="q", level="quartier", label="Q", valid_from=date(2026, 1, 1)
        )


def test_a_district_is_set_up_from_one_file_and_a_second_run_changes_nothing(world, tmp_path):
    from wohnplatz.workflow import setup
    from wohnplatz.workflow.accounts.models import User

    path = tmp_path / "kreis.toml"
    path.write_text(
        """
        [district]
        name = "Kreis aus Datei"
        key = "05999"

        [[partner]]
        code = "verband"
        name = "Verband"
        kind = "welfare"

        [[partner.agreement]]
        dataset = "arbeit"
        valid_from = 2023-01-01
        rounds_until = 2024-12-31

        [[user]]
        username = "verband"
        name = "Verband"
        role = "partner"
        partner = "verband"
        """
    )
    first = setup.apply(world.operator, setup.read(path))
    assert (first.partners, first.agreements, first.rounds) == (["verband"], 1, 2)
    assert User.objects.get(username="verband").check_password(first.passwords["verband"])
    second = setup.apply(world.operator, setup.read(path))
    assert (second.partners, second.agreements, second.rounds, second.passwords) == ([], 0, 0, {})


def test_a_mistake_in_the_file_names_its_entry_and_leaves_nothing(world, tmp_path):
    from wohnplatz.workflow import setup
    from wohnplatz.workflow.partners.models import Partner

    tables = {"partner": [{"code": "neu", "name": "Neu", "kind": "welfare"}, {"code": "b", "namen": "B"}]}
    with pytest.raises(WohnplatzError, match="partner b"):
        setup.apply(world.operator, tables)
    assert not Partner.objects.filter(code="neu").exists()
    with pytest.raises(WohnplatzError, match="Abschnitt"):
        setup.apply(world.operator, {"partners": []})
    (tmp_path / "x.toml").write_text("[")
    with pytest.raises(WohnplatzError, match=r"x\.toml"):
        setup.read(tmp_path / "x.toml")
