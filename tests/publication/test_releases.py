"""What an intruder sees of one or more releases, and cannot work out from it.

The attack shares no code with the audit: it enumerates every table that agrees with the figures shown.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from wohnplatz.disclosure import load_rules, release
from wohnplatz.indicators import figure_meta, inputs, protection
from wohnplatz.model import Audience, CellState, ReleaseContext, WohnplatzError
from wohnplatz.publication.clearing import clearance
from wohnplatz.publication.ledger import entries, known_to, read_record
from wohnplatz.store import Kind, query_figures

AREAS = ("a1", "a2", "a3", "b1", "b2", "b3")
TOWN = {"a": "A", "b": "B"}
PLAIN = {"a1": 20, "a2": 30, "a3": 25, "b1": 40, "b2": 12, "b3": 9}


def seen(district, made, audience=Audience.PUBLIC, **filters):
    """Numerators by area as they come through the door; None where hidden."""
    catalogue = district.catalogue
    table = query_figures(district.store, made.results["figures"], **filters)
    context = ReleaseContext("Kreis", made.label, "", "2025-01-01", audience, "")
    released = release(
        table, figure_meta(catalogue), rules=load_rules(), protection=protection(catalogue), context=context,
        inputs=inputs(catalogue),
        clearance=clearance(district.store, made, audience, table, catalogue, **filters),
    )  # fmt: skip
    return {(f.indicator, f.area): f.numerator for f in released if f.state is not CellState.NOT_APPLICABLE}


def tables(shown):
    """All counts of cases that agree with what is shown: hidden ones are at least 1."""
    here, there = (town_tables(shown, town) for town in TOWN)
    total = shown["sgb2_quote", "kreis"]
    for one, of_one in here.items():
        for other in there if total is None else there.keys() & {total - one}:
            for first, second in itertools.product(of_one, there[other]):
                yield dict(zip(AREAS, first + second, strict=True))


def town_tables(shown, town):
    """By their sum, all counts of a town's areas that agree with what is shown of them and of the town."""
    values = [shown["sgb2_quote", a] for a in AREAS if a.startswith(town)]
    total = shown["sgb2_quote", TOWN[town]]
    found = {}
    for counts in itertools.product(*(range(1, 40) if v is None else [int(v)] for v in values)):
        if total in (None, sum(counts)):
            found.setdefault(sum(counts), []).append(counts)
    return found


def possible_values(shown):
    """For each area all counts that some table gives it that agrees with what is shown."""
    here, there = (town_tables(shown, town) for town in TOWN)
    total = shown["sgb2_quote", "kreis"]
    found = []
    for own, others in ((here, there), (there, here)):
        agreeing = [of for one, of in own.items() if (others if total is None else total - one in others)]
        found += [set(values) for values in zip(*itertools.chain(*agreeing), strict=True)]
    return dict(zip(AREAS, found, strict=True))


def test_a_small_count_takes_another_figure_with_it_and_keeps_a_second_possible_value(district):
    shown = seen(district, district.release(PLAIN | {"a1": 2}))
    hidden = [a for a in AREAS if shown["sgb2_quote", a] is None]
    assert "a1" in hidden
    assert len(hidden) == 2
    assert len({t["a1"] for t in tables(shown)}) > 1
    assert shown["sgb2_quote", "kreis"] == sum(PLAIN.values()) - 18
    assert shown["einwohner", "a1"] == 410


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.sampled_from([0, 1, 2, 3, 5, 8]), min_size=6, max_size=6))
@example(counts=[1, 8, 5, 3, 5, 8])
@example(counts=[2, 0, 0, 8, 0, 0])
def test_no_small_count_can_be_worked_out_by_trying_every_table(new_district, counts):
    district = new_district()
    true = dict(zip(AREAS, counts, strict=True))
    shown = seen(district, district.release(true))
    found = possible_values(shown)
    for area, count in true.items():
        if count == 0:
            assert shown["sgb2_quote", area] in (0, None)
        elif count < 3:
            assert shown["sgb2_quote", area] is None
            assert len(found[area]) > 1, (area, shown)


def test_two_releases_together_give_nothing_away(district):
    first = seen(district, district.release(PLAIN | {"a1": 2}))
    second = seen(district, district.release(PLAIN | {"a1": 2, "b1": 2}))
    before = {(t["a1"], t["a2"], t["a3"]) for t in tables(first)}
    agreeing = [t for t in tables(second) if (t["a1"], t["a2"], t["a3"]) in before]
    both = {a: {t[a] for t in agreeing} for a in ("a1", "b1")}
    assert len(both["a1"]) > 1
    assert len(both["b1"]) > 1
    assert [a for a in AREAS[:3] if first["sgb2_quote", a] is None] == [
        a for a in AREAS[:3] if second["sgb2_quote", a] is None
    ]


def test_what_did_not_change_is_not_solved_again(district):
    one = district.release(PLAIN | {"a1": 2})
    other = district.release(PLAIN | {"a1": 2})
    assert one.results["open:public"] == other.results["open:public"]
    assert one.results["proof:public"] == other.results["proof:public"]
    history = entries(district.store, district.head)
    known = known_to(history, [Audience.PUBLIC])
    assert {len(shas) for shas in known.of_node.values()} == {1}


def test_every_record_proves_itself_and_a_changed_one_does_not(district):
    made = district.release(PLAIN | {"a1": 2})
    known = known_to(entries(district.store, made.results["ledger"]), [Audience.PUBLIC])
    records = [read_record(district.store, sha) for sha in known.touching([("sgb2_personen", 2024)])]
    assert all(r.check() for r in records)
    record = records[0]
    hidden = np.flatnonzero(record.hidden)
    record.hidden[hidden[0]] = False  # the mutation: one hidden figure is opened
    assert not record.check()
    record.hidden[hidden[0]] = True


def test_a_release_without_proof_shows_nothing_to_anybody_but_the_working_view(district):
    from dataclasses import replace

    made = district.release(PLAIN)
    bare = replace(made, results={"figures": made.results["figures"]})
    with pytest.raises(WohnplatzError) as refused:
        seen(district, bare)
    assert refused.value.code == "publication.no_proof"


def test_a_pattern_of_another_release_opens_nothing(district):
    from dataclasses import replace

    one, other = district.release(PLAIN | {"a1": 2}), district.release(PLAIN | {"b1": 1})
    mixed = replace(one, results={**one.results, "open:public": other.results["open:public"]})
    with pytest.raises(WohnplatzError, match="gehören nicht zusammen"):
        seen(district, mixed)


def test_a_damaged_proof_shows_nothing(district):
    made = district.release(PLAIN | {"a1": 2})
    known = known_to(entries(district.store, made.results["ledger"]), [Audience.PUBLIC])
    (sha,) = known.touching([("sgb2_personen", 2024)])
    path = district.store.path(Kind.RECORD, sha)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(WohnplatzError) as refused:
        seen(district, made)
    assert refused.value.code == "publication.no_proof"


def test_no_time_to_solve_hides_more_and_never_less(district):
    shown = seen(district, district.release(PLAIN | {"a1": 2, "b3": 1}, seconds=0.0))
    for town in (AREAS[:3], AREAS[3:]):
        hidden = [a for a in town if shown["sgb2_quote", a] is None]
        assert len(hidden) > 1
    assert shown["sgb2_quote", "a1"] is shown["sgb2_quote", "b3"] is None


def test_a_rule_file_with_errors_publishes_nothing(district):
    with pytest.raises(WohnplatzError) as wrong:
        district.release(PLAIN, rules=b"[classes]\nx = 1")
    assert wrong.value.code == "disclosure.rules"
    assert district.head == ""


def test_equal_rules_give_one_pattern_for_all(district):
    results = district.release(PLAIN | {"a1": 2}).results
    assert len({results[f"open:{a}"] for a in ("public", "planning", "partner")}) == 1
