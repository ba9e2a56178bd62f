"""A supplier who knows the own figures: what he could work out of others, tried by enumeration."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.model import Audience
from wohnplatz.publication.attack import Attack
from wohnplatz.publication.ledger import entries, known_to, read_record
from wohnplatz.publication.sightings import Seen
from wohnplatz.publication.summary import summary
from wohnplatz.store import query_beside, query_figures

AREAS = ("a1", "a2", "a3", "b1", "b2", "b3")
PLAIN = {"a1": 20, "a2": 30, "a3": 25, "b1": 40, "b2": 12, "b3": 9}
EACH = {area: f"stelle-{area}" for area in AREAS}
TOWNS = {
    "a1": "stelle-a",
    "a2": "stelle-a",
    "a3": "stelle-a",
    "b1": "stelle-b",
    "b2": "stelle-b",
    "b3": "stelle-b",
}
WARY = STANDARD_RULES.read_bytes()
TRUSTING = WARY.replace(b"insiders = true", b"insiders = false")


def shown_by(district, made, audience=Audience.PARTNER):
    """Numerators of the quota by area; None where hidden."""
    table = query_figures(district.store, made.results["figures"], indicators=["sgb2_quote"])
    opened = query_beside(district.store, made.results[f"open:{audience}"], indicators=["sgb2_quote"])["open"]
    rows = zip(table.area.tolist(), table.numerator.tolist(), opened.tolist(), strict=True)
    return {area: int(n) if is_open else None for area, n, is_open in rows}


def tables(shown, own):
    """All counts that agree with what is shown and with the own figures; hidden ones are at least 1."""
    spans = [[own[a]] if a in own else ([v] if (v := shown[a]) is not None else range(1, 13)) for a in AREAS]
    for counts in itertools.product(*spans):
        found = dict(zip(AREAS, counts, strict=True))
        sums = {
            t: sum(n for a, n in found.items() if t in (a[0].upper(), "kreis")) for t in ("A", "B", "kreis")
        }
        if all(shown[t] is None or shown[t] == n for t, n in sums.items()):
            yield found


def learnt(shown, true, suppliers):
    """Small counts that the supplier of others' figures can work out: (supplier, area)."""
    found = set()
    for supplier in set(suppliers.values()):
        own = {a: true[a] for a in AREAS if suppliers[a] == supplier}
        possible = list(itertools.islice(tables(shown, own), 50_000))
        for area, count in true.items():
            if area not in own and 0 < count < 3 and len({t[area] for t in possible}) == 1:
                found.add((supplier, area))
    return found


def test_the_neighbour_whose_figure_was_hidden_with_it_cannot_subtract_it(district):
    true = {"a1": 2, "a2": 5, "a3": 6, "b1": 7, "b2": 4, "b3": 8}
    careless = shown_by(district, district.release(true, suppliers=EACH, rules=TRUSTING))
    assert learnt(careless, true, EACH)  # without the rule he can: the test attacks for real
    other = type(district)(district.store.root.parent / "wary")
    wary = shown_by(other, other.release(true, suppliers=EACH, rules=WARY))
    assert not learnt(wary, true, EACH)
    assert wary["kreis"] == sum(true.values())


def seen_by(district, made):
    """Everything that partners are shown of the quota, as they read it."""
    table = query_figures(district.store, made.results["figures"])
    opened = query_beside(district.store, made.results[f"open:{Audience.PARTNER}"])["open"].astype(bool)
    rows = zip(table.indicator, table.area, table.year, table.numerator, opened, strict=True)
    return [
        Seen(str(i), str(a), int(y), "Tabelle", numerator=float(n))
        for i, a, y, n, is_open in rows
        if is_open and np.isfinite(n)
    ]


def test_the_attack_with_all_a_supplier_delivered_finds_what_he_can_work_out(district):
    true = {"a1": 2, "a2": 5, "a3": 6, "b1": 7, "b2": 4, "b3": 8}
    made = district.release(true, suppliers=EACH, rules=TRUSTING)
    careless, seen = shown_by(district, made), seen_by(district, made)
    assert Attack.on(district.store, made, Audience.PARTNER).by(seen).ok
    (supplier,) = {s for s, _ in learnt(careless, true, EACH)}
    for partner in EACH.values():
        found = Attack.on(district.store, made, Audience.PARTNER, partner).by(seen)
        assert bool(found.broken) == (partner == supplier)
        assert not found.wrong
    other = type(district)(district.store.root.parent / "wary")
    made = other.release(true, suppliers=EACH, rules=WARY)
    for partner in EACH.values():
        found = Attack.on(other.store, made, Audience.PARTNER, partner).by(seen_by(other, made))
        assert found.ok, found.broken
        assert bool(found.needs) == (partner != EACH["a1"])


def test_nothing_is_asked_of_whoever_delivered_everything(district):
    made = district.release(PLAIN | {"a1": 2})
    found = Attack.on(district.store, made, Audience.PARTNER, made.entries[0].partner)
    assert found.by(seen_by(district, made)).needs == 0


def test_whoever_delivers_everything_is_no_intruder(district):
    made = district.release(PLAIN | {"a1": 2}, rules=WARY)
    assert summary(district.store, made, Audience.PARTNER).insiders == 0


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.sampled_from([0, 1, 2, 3, 5, 8]), min_size=6, max_size=6),
    suppliers=st.sampled_from([EACH, TOWNS]),
)
def test_no_supplier_works_out_a_small_count_of_another(new_district, counts, suppliers):
    district = new_district()
    true = dict(zip(AREAS, counts, strict=True))
    made = district.release(true, suppliers=suppliers, rules=WARY)
    for audience in (Audience.PUBLIC, Audience.PARTNER):
        assert not learnt(shown_by(district, made, audience), true, suppliers)


def test_the_proof_against_a_supplier_is_stored_and_holds_for_exactly_this_knowledge(district):
    made = district.release(PLAIN | {"a1": 2}, suppliers=EACH, rules=WARY)
    assert summary(district.store, made, Audience.PARTNER).insiders > 0
    known = known_to(entries(district.store, made.results["ledger"]), [Audience.PARTNER])
    (sha,) = known.touching([("sgb2_personen", 2024)])
    record = read_record(district.store, sha)
    assert record.check()
    assert {i.name for i in record.insiders} >= {"stelle-a2", "stelle-b1"}
    forged = replace(record, insiders=(replace(record.insiders[0], own=record.insiders[0].own[:0]),))
    assert not forged.check()
    assert type(record).from_bytes(record.to_bytes()).to_bytes() == record.to_bytes()


def test_two_releases_together_hold_against_suppliers_too(district):
    first = {"a1": 2, "a2": 5, "a3": 6, "b1": 7, "b2": 4, "b3": 8}
    one = shown_by(district, district.release(first, suppliers=EACH, rules=WARY))
    second = first | {"b1": 2}
    two = shown_by(district, district.release(second, suppliers=EACH, rules=WARY))
    for supplier in EACH.values():
        own = {a: first[a] for a in AREAS if EACH[a] == supplier}
        before = {(t["a1"], t["a2"], t["a3"]) for t in tables(one, own)}
        later = own | ({"b1": 2} if "b1" in own else {})
        possible = [t for t in tables(two, later) if (t["a1"], t["a2"], t["a3"]) in before]
        for area in ("a1", "b1"):
            if area not in own:
                assert len({t[area] for t in possible}) > 1, (supplier, area)


def test_turning_the_rule_on_proves_anew_what_is_out(district):
    true = {"a1": 2, "a2": 5, "a3": 6, "b1": 7, "b2": 4, "b3": 8}
    district.release(true, suppliers=EACH, rules=TRUSTING)
    made = district.release(true, suppliers=EACH, rules=WARY)
    proofs = summary(district.store, made, Audience.PARTNER)
    assert proofs.insiders > 0
    assert proofs.lost > 0  # what a neighbour learnt from the first release is not undone
    assert not proofs.closed  # and is no reason to publish nothing any more


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PLANNING])
def test_every_audience_has_the_same_pattern(district, audience):
    made = district.release(PLAIN | {"a1": 2}, suppliers=EACH, rules=WARY)
    assert made.results[f"open:{audience}"] == made.results["open:partner"]


def test_two_suppliers_who_may_act_together_learn_nothing_of_a_third(district):
    """Town A is three suppliers: two of them with their own figures subtract the third from the sum."""
    true = {"a1": 2, "a2": 5, "a3": 6, "b1": 7, "b2": 4, "b3": 8}
    pair = ("stelle-a2", "stelle-a3")
    together = WARY.replace(b"insiders = true", b'insiders = true\ncoalitions = [["stelle-a2", "stelle-a3"]]')
    single = shown_by(district, district.release(true, suppliers=EACH, rules=WARY))
    other = type(district)(district.store.root.parent / "together")
    made = other.release(true, suppliers=EACH, rules=together)
    wary = shown_by(other, made)

    def known_to_pair(shown):
        own = {a: true[a] for a in AREAS if EACH[a] in pair}
        return {t["a1"] for t in itertools.islice(tables(shown, own), 50_000)}

    assert known_to_pair(single) == {2}
    assert len(known_to_pair(wary)) > 1
    assert not learnt(wary, true, EACH)
    names = {i.name for sha in _records(other, made) for i in read_record(other.store, sha).insiders}
    assert "stelle-a2 und stelle-a3" in names
    assert summary(other.store, made, Audience.PUBLIC).insiders > 0


def _records(district, made):
    known = known_to(entries(district.store, made.results["ledger"]), [Audience.PUBLIC])
    return {sha for shas in known.of_node.values() for sha in shas}
