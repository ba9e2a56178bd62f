"""Rule files put in force: checked against the district, kept in every version, never weaker unseen."""

from __future__ import annotations

import pytest

from wohnplatz.disclosure import STANDARD_RULES, read_rules
from wohnplatz.model import WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.audit.models import LogEntry
from wohnplatz.workflow.protection import queries
from wohnplatz.workflow.protection.actions import put_in_force
from wohnplatz.workflow.protection.judging import judge
from wohnplatz.workflow.protection.models import RulesVersion
from wohnplatz.workflow.protection.taking_over import with_ages, without_detail, without_dimension
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.actions import make_release

TEXT = STANDARD_RULES.read_text(encoding="utf-8")
NEXT = TEXT.replace("version = 3", "version = 4", 1)
STRICTER = NEXT.replace("minimum_denominator = 30", "minimum_denominator = 50").encode()
WEAKER = NEXT.replace("minimum_count = 3", "minimum_count = 2", 1).encode()


def code(error):
    return error.value.code


def test_the_next_release_follows_the_rules_put_in_force_and_earlier_ones_stay(delivered):
    before = make_release(delivered.planner, "2024-1")
    sha = memory.rules_file().sha
    row = put_in_force(delivered.administrator, STRICTER, "Beschluss vom 1. März", seen=sha)
    after = make_release(delivered.planner, "2024-2")
    assert releases.manifest(before).rules == sha
    assert releases.manifest(after).rules == row.sha == memory.rules_file().sha
    now, first = queries.versions(delivered.planner)
    assert (now.rules.version, now.first_release, now.in_force) == (4, after, True)
    assert (first.rules.version, first.releases, first.in_force) == (3, [before], False)
    entry = LogEntry.objects.get(action="protection.put_in_force")
    assert entry.details == {"sha": row.sha, "name": "standard", "version": 4, "weaker": 0}
    assert queries.text_of(delivered.planner, sha) == STANDARD_RULES.read_bytes()


def test_weaker_rules_need_a_yes_and_it_is_written_down(delivered):
    judged = judge(delivered.planner, WEAKER)
    assert [(c.what, c.old, c.new) for c in judged.weaker] == [("Mindestfallzahl", "3", "2")]
    with pytest.raises(WohnplatzError) as refused:
        put_in_force(delivered.planner, WEAKER, "Grund")
    assert code(refused) == "protection.weaker"
    assert "Mindestfallzahl: 3 → 2" in refused.value.where
    assert not RulesVersion.objects.exists()
    assert put_in_force(delivered.planner, WEAKER, "Grund", accept_weaker=True).weaker == 1


def test_who_may_not_and_what_is_missing_or_taken_is_refused(delivered):
    with pytest.raises(Refused):
        put_in_force(delivered.sector, STRICTER, "Grund")
    with pytest.raises(Refused):
        queries.versions(delivered.sector)
    for data, reason, seen, expected in (
        (STRICTER, " ", None, "protection.reason"),
        (STANDARD_RULES.read_bytes(), "Grund", None, "protection.unchanged"),
        (STRICTER.replace(b"version = 4", b"version = 3"), "Grund", None, "protection.version_taken"),
        (STRICTER, "Grund", "0" * 64, "protection.conflict"),
        (STRICTER.replace(b"[weights]", b"[weigths]"), "Grund", None, "disclosure.rules"),
    ):
        with pytest.raises(WohnplatzError) as refused:
            put_in_force(delivered.planner, data, reason, seen=seen)
        assert code(refused) == expected
    assert not RulesVersion.objects.exists()


def test_a_number_that_stands_for_other_rules_is_told_by_the_check_even_when_only_a_release_knows_them(
    delivered,
):
    """The shipped rules were put in no force here; a release was made with them all the same."""
    make_release(delivered.planner, "2024-1")
    put_in_force(delivered.administrator, STRICTER, "Beschluss", seen=None)
    other = STRICTER.replace(b"version = 4", b"version = 3").replace(b"= 50", b"= 60")
    (problem,) = judge(delivered.planner, other).problems
    assert problem.code == "protection.version_taken"
    assert "version = 5" in problem.todo
    assert "Zeile" in problem.where
    back = put_in_force(
        delivered.administrator, STANDARD_RULES.read_bytes(), "zurück", accept_weaker=True, seen=None
    )
    assert (back.version, memory.rules_file().data) == (3, STANDARD_RULES.read_bytes())


def test_names_the_district_does_not_have_are_errors_with_their_line(delivered):
    more = (
        '\n[suppliers.jobcentre]\nlabel = "ab 10"\nminimum_count = 10\n'
        '[variables.einwohnr]\nlabel = "x"\nminimum_count = 5\n'
        '[datasets.arbeit]\nwithout_breakdowns_on = ["viertel"]\n[datasets.zensus]\nmode = "source"\n'
    )
    judged = judge(delivered.planner, (NEXT + more).encode(), "kreis.toml")
    assert judged.rules is None
    told = {p.where.split(", ", 2)[2]: p.why for p in judged.problems}
    assert set(told) == {
        "suppliers.jobcentre", "variables.einwohnr", "datasets.zensus",
        "datasets.arbeit, without_breakdowns_on",
    }  # fmt: skip
    assert "»jobcenter«" in told["suppliers.jobcentre"]
    assert "»einwohner«" in told["variables.einwohnr"]
    lines = (NEXT + more).splitlines()
    (supplier,) = [p for p in judged.problems if "suppliers.jobcentre" in p.where]
    assert f"Zeile {lines.index('[suppliers.jobcentre]') + 1}," in supplier.where


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("[datasets.pflege]\nages_from = [18]", "nichts nach Alter und Geschlecht veröffentlicht"),
        ('[datasets.pflege]\nwithout_breakdowns_on = ["wohnplatz"]', "nichts nach Alter und Geschlecht"),
        ('[datasets.pflege]\nwithout_breakdowns_by = ["alter"]', "nichts nach Alter und Geschlecht"),
        ('[datasets.bevoelkerung]\nwithout_breakdowns_by = ["nation"]', "keine Gliederung des"),
        (
            '[datasets.bevoelkerung]\nwithout_breakdowns_by = ["alter", "geschlecht"]',
            "bleibt vom",
        ),
        ("[datasets.bevoelkerung]\nages_from = [17, 65]", "Mit 17 Jahren beginnt keine gelieferte"),
    ],
)
def test_what_would_change_no_figure_or_call_groups_by_wrong_names_is_an_error(
    delivered, settings, section, told
):
    """The groups of ages are made of those delivered: one from 17 on would be shown as one from 15 on."""
    settings.WOHNPLATZ_CATALOGUE = None
    judged = judge(delivered.planner, f"{NEXT}\n{section}\n".encode())
    assert judged.rules is None
    assert any(told in p.why for p in judged.problems)
    assert all("Zeile" in p.where for p in judged.problems)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('insiders = true\ncoalitions = [["jobcenter", "ahausn"]]', "»ahausn« gibt es nicht"),
        ('insiders = true\ncoalitions = [["jobcenter"]]', "zwei"),
        ('insiders = true\ncoalitions = ["jobcenter"]', "zwei"),
        ('insiders = false\ncoalitions = [["jobcenter", "ahausen"]]', "insiders = true"),
    ],
)
def test_a_coalition_that_would_protect_against_nobody_is_an_error(delivered, line, told):
    judged = judge(delivered.planner, NEXT.replace("insiders = true", line, 1).encode())
    assert judged.rules is None
    (problem,) = judged.problems
    assert told in problem.why
    assert "Zeile" in problem.where


def test_a_mode_that_what_is_out_forbids_is_told_before_it_is_in_force(delivered):
    make_release(delivered.planner, "2024-1")
    rounded = (NEXT + '\n[datasets.arbeit]\nmode = "rounding"\n').encode()
    (problem,) = judge(delivered.planner, rounded).problems
    assert problem.code == "disclosure.mixed_modes"
    later = (NEXT + '\n[datasets.arbeit]\nmode = "rounding"\nsince = 2025\n').encode()
    assert judge(delivered.planner, later).problems == ()


def test_a_file_of_the_installation_holds_until_one_is_put_in_force(delivered, settings, tmp_path):
    own = tmp_path / "kreis.toml"
    own.write_bytes(STRICTER)
    settings.WOHNPLATZ_RULES = str(own)
    assert memory.rules().version == 4
    assert queries.unused_file() == ""
    put_in_force(
        delivered.planner, WEAKER.replace(b"version = 4", b"version = 5"), "Grund", accept_weaker=True
    )
    assert memory.rules().version == 5
    assert queries.unused_file() == "kreis.toml"


@pytest.mark.parametrize(
    "before",
    [
        TEXT,
        TEXT + '\n[datasets.arbeit] # Bemerkung\nmode = "rounding"\n\n[datasets.sonst]\nmode = "source"\n',
    ],
)
def test_a_proposal_is_taken_over_as_one_line_and_the_rest_of_the_file_stays(before):
    data = without_detail(without_detail(before.encode(), "arbeit", "wohnplatz"), "arbeit", "kommune")
    data = without_dimension(with_ages(data, "arbeit", (18, 65)), "arbeit", "geschlecht")
    found, problems = read_rules(data, "kreis.toml")
    assert problems == ()
    assert (found.version, found.ages, found.undetailed, found.undivided) == (
        7, {"arbeit": (18, 65)}, {"arbeit": frozenset({"wohnplatz", "kommune"})},
        {"arbeit": frozenset({"geschlecht"})},
    )  # fmt: skip
    new = [line for line in data.decode().splitlines() if line not in before.splitlines()]
    assert [n for n in new if not n.startswith("[")] == [
        "version = 7", 'without_breakdowns_by = ["geschlecht"]', "ages_from = [18, 65]",
        'without_breakdowns_on = ["kommune", "wohnplatz"]'
    ]  # fmt: skip
    assert set(before.splitlines()) - {"version = 3"} <= set(data.decode().splitlines())
