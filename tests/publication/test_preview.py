"""The preview of a release: the same as the release would be, compared, with what less detail would save."""

from __future__ import annotations

from collections import Counter

import pytest

from wohnplatz.disclosure import STANDARD_RULES, load_rules, release
from wohnplatz.indicators import compute_release, figure_meta, inputs, protection
from wohnplatz.model import Audience, CellState, ReleaseContext
from wohnplatz.publication.clearing import clearance, proof_list
from wohnplatz.publication.preview import infeasible, preview
from wohnplatz.store import BesideStore, query_figures

PLAIN = {"a1": 20, "a2": 30, "a3": 25, "b1": 40, "b2": 12, "b3": 9}
SMALL = PLAIN | {"a1": 2}


@pytest.fixture
def previewed(district, tmp_path_factory):
    """The preview of a release that is not made, beside what is out."""

    def of(cases, newest=None, **more):
        beside = BesideStore(tmp_path_factory.mktemp("beside"), district.store)
        manifest = compute_release(beside, district.planned(cases, **more))
        return preview(beside, manifest, district.head, newest)

    return of


def through_the_door(district, made, audience):
    """Figures by indicator, level, year and what stands there, as they come out of the released table."""
    found = Counter()
    catalogue = district.catalogue
    table = query_figures(district.store, made.results["figures"])
    context = ReleaseContext("Kreis", made.label, "", "2025-01-01", audience, "")
    minimum = {
        c: i.minimum_denominator for c, i in catalogue.indicators.items() if i.minimum_denominator is not None
    }
    out = release(
        table, figure_meta(catalogue), rules=load_rules(), protection=protection(catalogue), context=context,
        inputs=inputs(catalogue), minimum_denominator=minimum,
        clearance=clearance(district.store, made, audience, table, catalogue),
    )  # fmt: skip
    for f in out:
        state = "hidden" if f.state is CellState.PROTECTED else "missing"
        found[f.indicator, f.level, f.year, "shown" if f.value is not None else state] += 1
    return found


def counted(shown):
    """The same counts as a preview tells them."""
    found = Counter()
    for t in shown.tallies:
        for state in ("shown", "hidden", "missing"):
            found[t.indicator, t.level, t.year, state] += getattr(t, state)
    return +found


@pytest.mark.parametrize("cases", [PLAIN, SMALL, SMALL | {"b1": None, "b2": 0}])
def test_a_preview_counts_what_the_release_then_shows(district, previewed, cases):
    (shown,) = previewed(cases).audiences
    made = district.release(cases)
    assert shown.audiences == (Audience.PUBLIC, Audience.PARTNER, Audience.PLANNING)
    for audience in shown.audiences:
        assert counted(shown) == through_the_door(district, made, audience)
    assert shown.costs.hidden == sum(t.hidden for t in shown.tallies)


def test_a_preview_keeps_nothing(district, previewed):
    district.release(PLAIN)
    planned = district.planned(SMALL)
    before, head = sorted(district.store.root.rglob("*")), district.head
    assert planned.entries
    previewed(SMALL)
    assert sorted(district.store.root.rglob("*")) == before
    assert district.head == head


def hidden_in(district, made):
    """Which figures of the quota come out hidden."""
    table = query_figures(district.store, made.results["figures"], indicators=["sgb2_quote"])
    cleared = clearance(
        district.store, made, Audience.PUBLIC, table, district.catalogue, indicators=["sgb2_quote"]
    )
    return {str(area) for area, is_open in zip(table.area, cleared.open, strict=True) if not is_open}


def test_what_is_newly_hidden_and_newly_open_is_told(district, previewed):
    newest, changed = district.release(SMALL), PLAIN | {"b1": 1}
    (same,) = previewed(SMALL, newest).audiences
    assert not any(t.newly_hidden or t.newly_open for t in same.tallies)
    (shown,) = previewed(changed, newest).audiences
    was, now = hidden_in(district, newest), hidden_in(district, district.release(changed))
    quota = [t for t in shown.tallies if t.indicator == "sgb2_quote"]
    assert "b1" in now - was
    assert sum(t.newly_hidden for t in quota) == len(now - was)
    assert sum(t.newly_open for t in quota) == len(was - now)


def test_without_an_earlier_release_nothing_is_new(previewed):
    (shown,) = previewed(SMALL).audiences
    assert not any(t.newly_hidden or t.newly_open for t in shown.tallies)


def test_costs_say_which_areas_lack_most(previewed):
    (shown,) = previewed(SMALL).audiences
    assert {a.area for a in shown.costs.areas} >= {"a1"}
    assert shown.costs.areas[0].hidden == max(a.hidden for a in shown.costs.areas)
    assert 0 < shown.costs.people < 0.5
    assert shown.costs.totals == 0


def test_leaving_out_the_finest_level_saves_what_is_hidden_there_and_says_what_it_gives_up(previewed):
    (shown,) = previewed(SMALL).audiences
    way = next(s for s in shown.savings if s.kind == "level" and s.topic.variable == "sgb2_personen")
    assert way.now.hidden == 2
    assert way.then.hidden == 0
    assert way.given_up == 4
    assert way.then.figures == 3
    assert way.indicators == ("sgb2_quote",)
    assert way.detail == "kommune"


def test_leaving_out_a_level_between_lets_small_figures_of_two_municipalities_protect_each_other(previewed):
    (shown,) = previewed(SMALL | {"b3": 1}).audiences
    way = next(s for s in shown.savings if s.kind == "division" and s.topic.variable == "sgb2_personen")
    assert (way.detail, way.now.hidden, way.then.hidden, way.given_up) == ("kommune", 4, 2, 2)
    assert (way.now.figures, way.then.figures) == (9, 7)
    (shown,) = previewed(SMALL).audiences
    assert not any(s.kind == "division" for s in shown.savings)  # a1 alone needs another one either way


def test_nothing_protected_leaves_nothing_to_save(previewed):
    (shown,) = previewed(PLAIN).audiences
    assert not shown.savings
    assert not shown.costs.areas


def test_a_level_that_cannot_be_had_is_named_with_its_place(previewed):
    rules = STANDARD_RULES.read_bytes().replace(
        b'label = "Personen mit Sozialleistungen',
        b'level = "not_small"\nlabel = "Personen mit Sozialleistungen',
    )
    found = previewed(dict.fromkeys(PLAIN, 2), rules=rules)
    for shown in found.audiences:
        kinds = {i.kind for i in shown.infeasible}
        assert kinds <= {"unavoidable", "widened", "closed"}
        assert all(i.variable for i in shown.infeasible)


def test_what_time_hid_is_tried_again_when_there_is_time(district, previewed):
    """A pattern that hides everything for want of time is named, and no later release keeps it."""
    cases = {area: 20 + n for n, area in enumerate(PLAIN)} | {"a1": 2}
    hasty = district.release(cases, seconds=0.0)
    listed = proof_list(district.store, hasty, Audience.PUBLIC)
    assert listed.late
    assert {(i.kind, i.variable) for i in infeasible(listed)} & {
        (kind, "sgb2_personen") for kind in ("widened", "closed")
    }
    unhurried = district.release(cases)
    assert not proof_list(district.store, unhurried, Audience.PUBLIC).late
    assert len(hidden_in(district, unhurried)) < len(hidden_in(district, hasty))
