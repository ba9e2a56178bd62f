"""The register of outputs: what went out, to whom, with the hash of its bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db.models import F

from wohnplatz.intake import write_csv
from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.report.sums import sha_of
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.audit.models import LogEntry
from wohnplatz.workflow.releases import outputs, proofs, queries
from wohnplatz.workflow.releases.actions import make_release
from wohnplatz.workflow.releases.models import Output
from wohnplatz.workflow.releases.outputs import Made

HEAD = ("Gebietsschlüssel", "Jahr", "Indikator", "Wert", "Zähler", "Nenner")


@pytest.fixture
def release(delivered):
    return make_release(delivered.planner, "2024-1")


def table_of(world, release, audience=Audience.PUBLIC):
    found = queries.figures(world.planner, release, indicators=["sgb2_quote"], audience=audience)
    return [(f.area, f.year, f.indicator, f.value, f.numerator, f.denominator) for f in found]


def made(rows, name="sgb2.csv") -> Made:
    return Made("download", name, {name: write_csv([HEAD, *rows])})


def test_an_output_is_entered_with_hash_proof_and_organisation(delivered, release):
    one = made(table_of(delivered, release))
    entry = outputs.let_out(delivered.planner, release, [one])[0]
    manifest = queries.manifest(release)
    assert (entry.sha, entry.made_by) == (sha_of(one.files), "Musterkreis")
    assert (entry.proof, entry.ledger) == (manifest.results["proof:public"], manifest.results["ledger"])
    assert entry.figures > 0
    assert LogEntry.objects.get(action="releases.let_out").details["outputs"] == 1
    assert outputs.find(delivered.planner, entry.sha) == entry
    assert outputs.find(delivered.planner, "0" * 64) is None


def test_the_same_bytes_keep_their_entry(delivered, release):
    one = made(table_of(delivered, release))
    first = outputs.let_out(delivered.planner, release, [one])
    assert outputs.let_out(delivered.planner, release, [one]) == first
    assert Output.objects.count() == 1
    assert LogEntry.objects.filter(action="releases.let_out").count() == 1


def test_a_figure_of_the_working_view_goes_out_to_nobody(delivered, release):
    hidden = {row[0] for row in table_of(delivered, release) if row[3] is None}
    rows = [r for r in table_of(delivered, release, Audience.WORKING) if r[0] in hidden and r[4]]
    assert rows, "the district must hide something"
    with pytest.raises(WohnplatzError) as caught:
        outputs.let_out(delivered.planner, release, [made(rows)])
    assert caught.value.code == "report.not_released"
    assert str(rows[0][4]) not in caught.value.what
    assert not Output.objects.exists()


def test_nothing_is_given_out_for_the_working_view(delivered, release):
    with pytest.raises(WohnplatzError) as caught:
        outputs.let_out(delivered.planner, release, [made([])], audience=Audience.WORKING)
    assert caught.value.code == "releases.no_output"


def test_who_makes_releases_alone_lets_anything_out(delivered, release):
    for user in (delivered.sector, delivered.user_ahausen, delivered.administrator):
        with pytest.raises(Refused):
            outputs.let_out(user, release, [made(table_of(delivered, release))])
    for user in (delivered.sector, delivered.user_ahausen):
        with pytest.raises(Refused):
            outputs.of_release(user, release)


def test_an_entry_that_is_altered_or_taken_away_breaks_the_chain(delivered, release):
    rows = table_of(delivered, release)
    outputs.let_out(delivered.planner, release, [made(rows[:n], f"{n}.csv") for n in (1, 2, 3)])
    assert outputs.check_register(delivered.planner) == outputs.Register(3, 0)
    Output.objects.filter(name="2.csv").update(size=F("size") + 1)
    assert outputs.check_register(delivered.planner).broken == 2
    Output.objects.filter(name="2.csv").delete()
    assert not outputs.check_register(delivered.planner).ok


def test_the_sheet_for_data_protection_lists_what_went_out(delivered, release):
    assert proofs.sheet(delivered.planner, release).outputs == ()
    one = made(table_of(delivered, release))
    entry = outputs.let_out(delivered.planner, release, [replace(one, kind="annex"), one])[0]
    sheet = proofs.sheet(delivered.planner, release)
    row = sheet.outputs[0]
    assert (row.name, row.kind, row.sha) == ("sgb2.csv", "Zahlen zum Bericht", entry.sha)
    assert (len(sheet.outputs), sheet.single) == (1, 1)
    assert row.audience.lower().startswith("öffentlich")


def test_another_release_has_a_register_of_its_own(delivered, release):
    other = make_release(delivered.planner, "2024-2")
    one = made(table_of(delivered, release))
    outputs.let_out(delivered.planner, release, [one, replace(one, name="zwei.csv")])
    assert outputs.of_release(delivered.planner, other) == []
