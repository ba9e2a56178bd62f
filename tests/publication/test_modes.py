"""Modes of protection in a release: a data set that is rounded, one that is silent, and none that is both.

The attack shares no code with the audit: it enumerates every table that agrees with what is shown.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from test_releases import AREAS, PLAIN, seen

from wohnplatz.disclosure import STANDARD_RULES, load_rules
from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import exact, join
from wohnplatz.indicators import compute_release
from wohnplatz.model import Altered, Audience, Observation, WohnplatzError
from wohnplatz.publication.attack import attack
from wohnplatz.publication.clearing import proof_list, require_proof, told_in
from wohnplatz.publication.ledger import entries, known_to, read_record
from wohnplatz.publication.modes import modes_in_words
from wohnplatz.publication.publishing import publish_release
from wohnplatz.publication.sightings import Seen
from wohnplatz.store import query_beside, query_figures, write_observations


def rules(mode="rounding", more=""):
    return STANDARD_RULES.read_bytes() + f'\n[datasets.arbeit]\nmode = "{mode}"\n{more}\n'.encode()


ROUND = rules()
LIMIT = 9
"""The method is public: no figure lies further from its value."""


def rounded(district, made):
    return {area: n for (code, area), n in seen(district, made).items() if code == "sgb2_quote"}


def records(district):
    known = known_to(entries(district.store, district.head), [Audience.PUBLIC])
    return [read_record(district.store, sha) for sha in known.touching([("sgb2_personen", 2024)])]


def test_a_rounded_data_set_shows_everything_in_multiples_of_five_that_add_up(district):
    shown = rounded(district, district.release(PLAIN | {"a1": 2, "b1": 0}, rules=ROUND))
    assert None not in shown.values()
    assert all(n % 5 == 0 for n in shown.values())
    assert shown["A"] == shown["a1"] + shown["a2"] + shown["a3"]
    assert shown["kreis"] == shown["A"] + shown["B"]
    assert shown["b1"] == 0
    assert max(abs(shown[a] - n) for a, n in PLAIN.items() if a[0] == "a" and a != "a1") <= LIMIT


def test_a_rate_is_made_of_the_rounded_sum_and_the_inhabitants_stay_exact(district):
    made = district.release(PLAIN | {"a1": 2}, rules=ROUND)
    assert seen(district, made)["einwohner", "a1"] == 410
    beside = query_beside(district.store, made.results["open:public"])
    table = query_figures(district.store, made.results["figures"])
    row = np.flatnonzero((table.indicator == "sgb2_quote") & (table.area == "A"))[0]
    assert beside["altered"][row]
    assert beside["told_value"][row] == pytest.approx(100 * beside["told_numerator"][row] / 1230)
    assert beside["told_value"][row] != table.value[row]
    assert not beside["altered"][table.indicator == "einwohner"].any()


def possible(releases, area):
    """Counts of one area that agree with all rounded figures, for one who knows how they were rounded.

    ``releases`` are figures of one or two releases between which at most the count of b1 was corrected. Every
    other area takes each of its possible counts; sums are followed as sets, not as bounds.
    """

    def fits(shown, name, n):
        return abs(n - shown[name]) <= LIMIT and (n > 0 or shown[name] == 0)

    def counts(name, value):
        return [
            n for n in range(40) if (name != area or n == value) and all(fits(s, name, n) for s in releases)
        ]

    def sums(names, value):
        found = {0}
        for name in names:
            found = {total + n for total in found for n in counts(name, value)}
        return found

    def agrees(shown, a, rest, value):
        own = [value] if area == "b1" else range(40)
        return any(
            fits(shown, "b1", n) and fits(shown, "A", a) and fits(shown, "B", rest + n)
            and fits(shown, "kreis", a + rest + n)
            for n in own
        )  # fmt: skip

    return {
        value
        for value in range(40)
        if any(
            all(agrees(shown, a, rest, value) for shown in releases)
            for a in sums(("a1", "a2", "a3"), value)
            for rest in sums(("b2", "b3"), value)
        )
    }


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.sampled_from([0, 1, 2, 3, 5, 8, 13]), min_size=6, max_size=6))
def test_who_knows_the_method_and_tries_every_table_learns_no_small_count(new_district, counts):
    district = new_district()
    true = dict(zip(AREAS, counts, strict=True))
    shown = rounded(district, district.release(true, rules=ROUND))
    for area, count in true.items():
        found = possible([shown], area)
        assert count in found
        if 0 < count < 3:
            assert len(found) > 1, (area, shown)
            assert max(found) >= 3, (area, shown)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.sampled_from([0, 1, 2, 4, 7]), min_size=6, max_size=6),
    corrected=st.sampled_from([0, 1, 3, 6, 11]),
)
def test_a_correction_is_not_read_off_two_roundings(new_district, counts, corrected):
    district = new_district()
    true = dict(zip(AREAS, counts, strict=True))
    first = rounded(district, district.release(true, rules=ROUND))
    second = rounded(district, district.release(true | {"b1": corrected}, rules=ROUND))
    assert [a for a in AREAS if first[a] != second[a]] in ([], ["b1"])
    for area, count in true.items():
        if area != "b1" and 0 < count < 3:
            found = possible([first, second], area)
            assert count in found
            assert len(found) > 1


def test_what_did_not_change_keeps_its_rounding_and_its_record(district):
    one = district.release(PLAIN | {"a1": 2}, rules=ROUND)
    other = district.release(PLAIN | {"a1": 2}, rules=ROUND)
    assert one.results["open:public"] == other.results["open:public"]
    assert len(records(district)) == 1


def test_a_record_proves_its_rounding_in_whole_numbers_and_a_changed_one_does_not(district):
    made = district.release(PLAIN | {"a1": 2}, rules=ROUND)
    (record,) = records(district)
    assert record.status == "safe"
    assert record.check()
    rounding = record.rounding
    for by in (5, 1, -5):
        counts = rounding.counts.copy()
        counts[1] += by  # the mutation: one rounded figure is changed
        assert not replace(record, rounding=replace(rounding, counts=counts)).check()
    assert not replace(record, rounding=replace(rounding, limit=4)).check()
    assert not replace(record, rounding=None).check()
    require_proof(district.store, proof_list(district.store, made, Audience.PUBLIC).records[-1][0], "")


def test_one_figure_too_many_as_it_was_counted_is_found(district):
    district.release(PLAIN | {"a1": 2}, rules=ROUND)
    (record,) = records(district)
    at = record.keys.index("sgb2_personen|a1|2024|")
    row = sp.csr_array(([1], ([0], [at])), shape=(1, len(record.atoms)))
    unrounded = exact(row, record.atoms, lambda i: "a1, ungerundet")
    report = audit(record.atoms, join(record.facts(), unrounded), record.needs)
    assert not report.ok
    assert report.failures[0].exact
    assert audit(record.atoms, record.facts(), record.needs).ok


def test_figures_read_off_a_page_are_compared_with_what_is_told(district):
    made = district.release(PLAIN | {"a1": 2}, rules=ROUND)
    shown = rounded(district, made)
    read = [Seen("sgb2_quote", a, 2024, "Seite", None, n, 410.0) for a, n in shown.items() if a in AREAS]
    assert attack(district.store, made, Audience.PUBLIC, read).ok
    slip = [read[0]._replace(numerator=2.0), *read[1:]]
    assert attack(district.store, made, Audience.PUBLIC, slip).wrong == ("sgb2_quote, a1, 2024 (Seite)",)


def test_a_part_is_not_rounded_above_its_whole(district):
    people = dict.fromkeys(AREAS, (200, 210)) | {"a1": (20, 18)}
    shown = rounded(district, district.release(PLAIN | {"a1": 38}, people=people, rules=ROUND))
    assert shown["a1"] == 35


@pytest.mark.parametrize(
    ("first", "then", "words"), [(None, ROUND, "Sperrung"), (ROUND, None, "Rundung auf 5")]
)
def test_the_mode_of_counts_that_are_out_cannot_change(district, first, then, words):
    district.release(PLAIN, rules=first)
    head = district.head
    with pytest.raises(WohnplatzError) as found:
        district.release(PLAIN, rules=then)
    assert found.value.code == "disclosure.mixed_modes"
    assert words in found.value.why
    assert "2024" in found.value.why
    assert "datasets.arbeit" in found.value.where
    assert district.head == head


def test_a_mode_may_begin_in_a_later_year(district):
    district.release(PLAIN | {"a1": 2})
    later = rules(more="since = 2025")
    assert rounded(district, district.release(PLAIN | {"a1": 2}, rules=later))["a1"] is None
    assert rounded(district, district.release(PLAIN | {"a1": 2}, year=2025, rules=later))["a1"] in {0, 5}


def test_figures_for_single_questions_stand_in_no_table(district):
    shown = seen(district, district.release(PLAIN, rules=rules("cell_key")))
    assert {n for (code, _), n in shown.items() if code == "sgb2_quote"} == {None}
    assert shown["einwohner", "a1"] == 410
    (record,) = records(district)  # what must stay open, and nothing that is told
    assert not len(record.cells)
    assert record.ranges is None
    assert record.rounding is None


def test_a_mode_for_a_data_set_that_is_not_there_is_refused(district):
    text = STANDARD_RULES.read_bytes() + b'\n[datasets.arbiet]\nmode = "rounding"\n'
    with pytest.raises(WohnplatzError) as found:
        district.release(PLAIN, rules=text)
    assert found.value.code == "publication.mode"
    assert "datasets.arbiet" in found.value.where
    assert "arbeit" in found.value.todo
    assert not district.head


def test_the_modes_are_told_in_words(district, tmp_path):
    file = tmp_path / "regeln.toml"
    file.write_bytes(rules(more="since = 2025"))
    both = modes_in_words(load_rules(file), district.catalogue)
    assert "(ab dem Jahr 2025): gerundet auf 5" in both[0]
    assert "vor einem Neuzuschnitt" in both[0]
    file.write_bytes(
        STANDARD_RULES.read_bytes() + b'\n[datasets.arbeit]\nwithout_breakdowns_by = ["geschlecht"]\n'
    )
    told = modes_in_words(load_rules(file), district.catalogue)
    assert any("eschlecht" in line and "zu kleinteilig" in line for line in told)
    assert both[1].startswith("Alle übrigen Datensätze: Sperrung")
    assert modes_in_words(load_rules(), district.catalogue)[0].startswith("Alle Datensätze: Sperrung")


def test_a_first_year_belongs_to_a_mode(district):
    with pytest.raises(WohnplatzError) as found:
        district.release(PLAIN, rules=rules("suppression", "since = 2025"))
    assert found.value.code == "disclosure.rules"
    assert "since" in found.value.where


def test_a_change_between_years_is_made_anew_from_rounded_figures(district):
    years = [district.planned(PLAIN | {"a1": n}, year=y, rules=ROUND) for y, n in ((2023, 9), (2024, 2))]
    planned = replace(years[1], entries=years[0].entries + years[1].entries)
    made = publish_release(district.store, compute_release(district.store, planned), "")
    table = query_figures(district.store, made.results["figures"])
    told = told_in(query_beside(district.store, made.results["open:public"]))
    shown = told.of(table)
    of = {
        (i, a, y): n
        for n, (i, a, y) in enumerate(zip(table.indicator, table.area, table.year, strict=True))
        if table.level[n] == "wohnplatz"
    }
    change = of["sgb2_veraenderung_1", "a1", 2024]
    now, then = (shown.value[of["sgb2_quote", "a1", y]] for y in (2024, 2023))
    assert told.altered[change]
    assert shown.value[change] == pytest.approx(now - then)
    assert shown.value[change] != table.value[change]


def not_adding_up(district, text):
    """A release of a census table: the total of a1 is 413 where its parts give 410."""
    planned = district.planned(PLAIN | {"a1": 2}, rules=text)
    day = planned.entries[0].reference_date
    row = Observation("einwohner", "a1", day, 413, breakdown={"geschlecht": "T"})
    sha = write_observations(district.store, [row], ["geschlecht"])
    total = replace(planned.entries[0], observations=sha, original=sha, dataset="bevoelkerung")
    planned = replace(planned, entries=(*planned.entries, total))
    return publish_release(district.store, compute_release(district.store, planned), "")


def test_a_census_table_that_does_not_add_up_is_marked_and_never_suppressed_on_top(district):
    text = STANDARD_RULES.read_bytes()
    for dataset in ("bevoelkerung", "arbeit"):
        text += f'\n[datasets.{dataset}]\nmode = "source"\n'.encode()
    made = not_adding_up(district, text)
    shown = seen(district, made)
    assert shown["einwohner", "a1"] == 413
    assert shown["sgb2_quote", "a1"] == 2
    assert None not in shown.values()
    told = told_in(query_beside(district.store, made.results["open:public"]))
    assert set(told.marks()) == {Altered.OVERLAID}
    assert not proof_list(district.store, made, Audience.PUBLIC).contradictions
    plain = not_adding_up(district, None)
    assert proof_list(district.store, plain, Audience.PUBLIC).contradictions
    assert seen(district, plain)["sgb2_quote", "a1"] is None


def test_rounded_cases_over_inhabitants_from_the_census_carry_the_mark_of_rounding(district):
    text = ROUND + b'\n[datasets.bevoelkerung]\nmode = "source"\n'
    made = not_adding_up(district, text)
    table = query_figures(district.store, made.results["figures"])
    marks = told_in(query_beside(district.store, made.results["open:public"])).marks()
    found = {(i, m) for i, m, s in zip(table.indicator, marks, table.state, strict=True) if s < 10}
    assert found == {("einwohner", Altered.OVERLAID), ("sgb2_quote", Altered.ROUNDED)}
