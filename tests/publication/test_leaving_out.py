"""Broken-down figures that a rule file leaves out on a level: no fact, no protection, and said so."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from wohnplatz.disclosure import STANDARD_RULES, load_rules, release
from wohnplatz.indicators import (
    catalogue_from_json,
    catalogue_json,
    compute_release,
    figure_meta,
    inputs,
    protection,
)
from wohnplatz.model import Audience, CellState, Observation, ReleaseContext
from wohnplatz.publication.clearing import clearance
from wohnplatz.publication.ledger import entries, known_to, read_record
from wohnplatz.publication.preview import preview
from wohnplatz.publication.publishing import publish_release
from wohnplatz.publication.sources import sources_of
from wohnplatz.publication.tallies import HIDDEN, MISSING, seen
from wohnplatz.store import BesideStore, Kind, query_figures, write_observations

AGES = ("0-17", "18+")
PEOPLE = {
    "a1": (2, 300, 40, 41), "a2": (200, 210, 50, 60), "a3": (200, 210, 70, 80),
    "b1": (200, 210, 33, 44), "b2": (1, 90, 55, 66), "b3": (90, 1, 77, 88),
}  # fmt: skip
"""By area: boys and girls, men and women."""
LEFT_OUT = STANDARD_RULES.read_bytes() + (
    b'\n[datasets.bevoelkerung]\nwithout_breakdowns_on = ["wohnplatz"]\n'
)


@pytest.fixture
def by_age(district):
    """The district with inhabitants by age and sex; ``by_age.out(rules)`` makes a release of them."""
    known = district.catalogue
    age = replace(
        known.dimensions["geschlecht"],
        code="alter",
        label="Alter",
        categories={a: a for a in AGES},
        bounds={AGES[0]: (0, 17), AGES[1]: (18, None)},
    )
    people = replace(known.variables["einwohner"], breakdowns=("alter", "geschlecht"))
    district.catalogue = replace(
        known,
        dimensions={"alter": age, **known.dimensions},
        variables={**known.variables, "einwohner": people},
    )

    def out(rules=None, begins=(), without=()):
        district.catalogue = replace(district.catalogue, pyramid_ages=begins, pyramid_without=without)
        plan = district.planned({}, rules=rules)
        rows = [
            Observation("einwohner", area, date(2024, 12, 31), n, breakdown={"alter": old, "geschlecht": sex})
            for area, counts in PEOPLE.items()
            for n, (old, sex) in zip(counts, ((a, s) for a in AGES for s in "mw"), strict=True)
        ]
        sha = write_observations(district.store, rows, ["alter", "geschlecht"])
        plan = replace(plan, entries=(replace(plan.entries[0], observations=sha),))
        district.made = publish_release(district.store, compute_release(district.store, plan), district.head)
        district.head = district.made.results["ledger"]
        return district

    return out


@pytest.fixture
def left_out(by_age):
    return by_age(LEFT_OUT)


BOYS = "alter=0-17;geschlecht=m"


def shown(district, audience=Audience.PUBLIC):
    """The broken-down figures as they come through the door."""
    store, made = district.store, district.made
    table = query_figures(store, made.results["figures"], breakdown=True)
    key = (
        None
        if audience is Audience.WORKING
        else clearance(store, made, audience, table, district.catalogue, breakdown=True)
    )
    context = ReleaseContext("Kreis", "x", "x", "2025-01-01", audience, "")
    return release(
        table,
        figure_meta(district.catalogue),
        rules=load_rules(store.path(Kind.RULES, made.rules)),
        protection=protection(district.catalogue),
        context=context,
        inputs=inputs(district.catalogue),
        sources=sources_of(district.catalogue, made),
        clearance=key,
    )


def test_small_and_large_figures_of_the_level_are_not_published_and_none_is_called_protected(left_out):
    fine = [f for f in shown(left_out) if f.level == "wohnplatz"]
    assert len(fine) == 24
    assert {(f.state, f.reason) for f in fine} == {(CellState.NOT_APPLICABLE, "too_detailed")}
    assert all(f.value is f.numerator is f.denominator is f.share is None for f in fine)
    coarse = [f for f in shown(left_out) if f.level == "kommune"]
    assert {f.area: f.value for f in coarse if f.breakdown == BOYS} == {"A": 402, "B": 291}


def test_the_working_view_keeps_the_detail(left_out):
    fine = [f for f in shown(left_out, Audience.WORKING) if f.level == "wohnplatz"]
    assert sorted(f.value for f in fine if f.breakdown == BOYS) == [1, 2, 90, 200, 200, 200]


def test_what_is_not_published_hides_nothing_else_and_is_no_fact(left_out):
    found = seen(left_out.store, left_out.made, Audience.PUBLIC)
    broken = found.table.breakdown != ""
    assert set(found.state[broken & (found.table.level == "wohnplatz")]) == {MISSING}
    assert not (found.state == HIDDEN).any()
    proof = json.loads(left_out.store.read(Kind.RESULT, left_out.made.results["proof:public"]))
    records = [read_record(left_out.store, r["record"]) for r in proof["records"]]
    assert sum(int(r.hidden.sum()) for r in records) == 0
    assert sum(len(r.hidden) for r in records) == 9 + 3 * 4  # inhabitants everywhere, groups above the finest


def test_without_the_rule_the_same_figures_are_protected(by_age):
    district = by_age()
    fine = {(f.area, f.breakdown): f.state for f in shown(district) if f.level == "wohnplatz"}
    assert fine["a1", BOYS] == CellState.PROTECTED
    assert CellState.NOT_APPLICABLE not in fine.values()


def test_what_was_published_before_stays_known_when_the_level_is_left_out(by_age):
    first = by_age().head
    district = by_age(LEFT_OUT)
    known = known_to(entries(district.store, district.head), [Audience.PUBLIC])
    assert set(known_to(entries(district.store, first), [Audience.PUBLIC]).of_node) <= set(known.of_node)
    assert {f.reason for f in shown(district) if f.level == "wohnplatz"} == {"too_detailed"}


def test_with_coarser_ages_only_their_sums_are_figures(by_age):
    """Which groups there are stands in the catalogue of the release: what is computed from it agrees."""
    district = by_age(begins=(18,))
    assert {f.breakdown for f in shown(district)} == {
        f"alter={a};geschlecht={s}" for a in ("0-17", "18+") for s in "mw"
    }
    district = by_age(begins=(50,))
    values = {(f.area, f.breakdown): f.value for f in shown(district)}
    assert values["a2", "alter=0+;geschlecht=m"] == 250
    assert values["kreis", "alter=0+;geschlecht=w"] == sum(c[1] + c[3] for c in PEOPLE.values())
    assert catalogue_from_json(catalogue_json(district.catalogue)).pyramid_ages == (50,)


AGES_ONLY = {"alter=0-17": (302, 410, 410, 410, 91, 91), "alter=18+": (81, 110, 150, 77, 121, 165)}
SEXES_ONLY = {"geschlecht=m": (42, 250, 270, 233, 56, 167), "geschlecht=w": (341, 270, 290, 254, 156, 89)}


@pytest.mark.parametrize(
    ("without", "parts", "district_sum"),
    [("geschlecht", AGES_ONLY, 1714), ("alter", SEXES_ONLY, 1018)],
)
def test_without_a_dimension_only_sums_over_it_are_figures_facts_and_demands(
    by_age, without, parts, district_sum
):
    """What was small by age and sex is large by one of them: nothing is protected or called left out."""
    district = by_age(without=(without,))
    found = shown(district)
    values = {(f.area, f.breakdown): f.value for f in found}
    assert {b for _, b in values} == set(parts)
    for breakdown, counts in parts.items():
        assert tuple(values[area, breakdown] for area in PEOPLE) == counts
    assert {f.state for f in found} == {CellState.VALUE}
    assert values["kreis", min(parts)] == district_sum
    proof = json.loads(district.store.read(Kind.RESULT, district.made.results["proof:public"]))
    records = [read_record(district.store, r["record"]) for r in proof["records"]]
    assert sum(len(r.hidden) for r in records) == 9 + 9 * 2
    assert catalogue_from_json(catalogue_json(district.catalogue)).pyramid_without == (without,)


@pytest.mark.parametrize(
    "coarser", [{"without": ("geschlecht",)}, {"without": ("alter",)}, {"begins": (50,)}]
)
def test_what_was_protected_stays_open_when_only_sums_over_it_are_shown(by_age, coarser):
    """The finer figures of before are out: whoever holds them may not subtract them from the new sums."""
    before = [f for f in shown(by_age()) if f.level == "wohnplatz"]
    known = {(f.area, f.breakdown): f.value for f in before if f.value is not None}
    now = [f for f in shown(by_age(**coarser)) if f.level == "wohnplatz" and f.value is not None]
    assert now
    for area, counts in PEOPLE.items():
        true = dict(zip((f"alter={a};geschlecht={s}" for a in AGES for s in "mw"), counts, strict=True))
        unknown = [b for b in true if (area, b) not in known]
        for small in (b for b in unknown if true[b] < 3):
            sums = [f for f in now if f.area == area and small in _parts(f.breakdown, true)]
            others = [b for f in sums for b in _parts(f.breakdown, true) if b in unknown and b != small]
            assert len(others) >= len(sums), (area, small)


def _parts(breakdown, cells):
    """The cells that a coarser one sums."""
    wanted = dict(p.split("=") for p in breakdown.split(";"))
    wanted.pop("alter", None) if wanted.get("alter") == "0+" else None
    return [c for c in cells if wanted.items() <= dict(p.split("=") for p in c.split(";")).items()]


STRICT = STANDARD_RULES.read_bytes().replace(b"minimum_count = 3", b"minimum_count = 100")


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        ({"begins": (50,)}, {"geschlecht", "alter"}),
        ({"without": ("geschlecht",)}, set()),
        ({}, {"geschlecht", "alter"}),
    ],
)
def test_the_preview_offers_only_breakdowns_that_can_be_left_out(by_age, tmp_path, more, offered):
    """Also where groups of ages are coarser already, which bear other names than those delivered."""
    district = by_age(STRICT, **more)
    figures = query_figures(district.store, district.made.results["figures"], breakdown=True)
    assert len(figures)
    found = preview(BesideStore(tmp_path, district.store), district.made, district.head, None)
    ways = [s for s in found.audiences[0].savings if s.topic.broken]
    assert {s.detail for s in ways if s.kind == "dimension"} <= offered
    assert any(t.broken and t.hidden for t in found.audiences[0].tallies)
