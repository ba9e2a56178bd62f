"""Totals that contradict their parts: what may still be shown, attacked by somebody who shares no code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.indicators import catalogue_json, compute_release
from wohnplatz.model import Audience, Observation
from wohnplatz.publication.clearing import proof_list
from wohnplatz.publication.names import open_name
from wohnplatz.publication.publishing import publish_release
from wohnplatz.store import Entry, Kind, Manifest, query_beside, query_figures, write_observations

AREAS = ("a1", "a2", "a3", "b1", "b2", "b3")
DAY = date(2024, 12, 31)
PARTS = {"maenner": "m", "frauen": "w"}


def with_parts(district):
    """The catalogue that shows inhabitants and both sexes by themselves."""
    whole = replace(district.catalogue.indicators["einwohner"], minimum_denominator=None)
    parts = {
        code: replace(whole, code=code, label=code, short=code, numerator=f"einwohner[geschlecht={sex}]")
        for code, sex in PARTS.items()
    }
    return replace(district.catalogue, indicators={"einwohner": whole, **parts}, indices={})


def released(district, people, totals):
    """A release of men and women by area and totals beside them; what the public sees by (code, area)."""
    rows = [
        Observation("einwohner", area, DAY, n, breakdown={"geschlecht": sex})
        for area, pair in people.items()
        for sex, n in zip("mw", pair, strict=True)
    ]
    rows += [Observation("einwohner", area, DAY, n) for area, n in totals.items()]
    sha = write_observations(district.store, rows, ["geschlecht"])
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    entry = Entry("1", "p", "P", "bevoelkerung", DAY, sha, sha, "x.csv", moment, moment)
    catalogue = district.store.put(Kind.CATALOGUE, catalogue_json(with_parts(district)))
    rules = district.store.put(Kind.RULES, STANDARD_RULES.read_bytes())
    manifest = Manifest("1", moment, "Kreis", (entry,), district.divisions, catalogue, rules, "1")
    made = publish_release(district.store, compute_release(district.store, manifest), "")
    table = query_figures(district.store, made.results["figures"])
    opened = query_beside(district.store, made.results[open_name(Audience.PUBLIC)])["open"]
    keys = zip(table.indicator.tolist(), table.area.tolist(), strict=True)
    shown = {
        key: int(value) if is_open else None
        for key, value, is_open in zip(keys, table.value.tolist(), opened.tolist(), strict=True)
    }
    return made, shown


def extremes(shown, difference, wanted):
    """Least and greatest count that agrees with everything shown; None where nothing agrees.

    Whoever asks takes a1's total for the sum of its parts plus ``difference``.
    """
    place = {(area, sex): n for n, (area, sex) in enumerate((a, s) for a in AREAS for s in "mw")}
    matrix, low, high = [], [], []
    for (code, where), value in shown.items():
        row = np.zeros(len(place))
        inside = [a for a in AREAS if where in (a, a[0].upper(), "kreis")]
        for area in inside:
            for sex in PARTS.get(code, "mw"):
                row[place[area, sex]] = 1
        shift = difference if code == "einwohner" and "a1" in inside else 0
        matrix.append(row)
        low.append(value - shift if value is not None else 1 - shift)
        high.append(value - shift if value is not None else np.inf)
    cost = np.zeros(len(place))
    cost[place[wanted]] = 1
    found = [
        milp(sign * cost, constraints=LinearConstraint(np.array(matrix), low, high), integrality=np.ones(12))
        for sign in (1, -1)
    ]
    if found[0].x is None:
        return None
    return tuple(np.inf if f.x is None else round(cost @ f.x) for f in found)


PLAIN = {"a1": (40, 50), "a2": (60, 30), "a3": (45, 44), "b1": (80, 90), "b2": (30, 35), "b3": (20, 25)}


def test_only_what_the_contradiction_touches_is_in_doubt(district):
    made, shown = released(district, PLAIN, {"a1": 91})
    assert shown["einwohner", "a1"] == 91
    assert shown["einwohner", "A"] == 91 + 90 + 89
    assert shown["einwohner", "kreis"] == 91 + 90 + 89 + 170 + 65 + 45
    assert shown["frauen", "kreis"] == 274
    assert None not in shown.values()
    (said,) = proof_list(district.store, made, Audience.PUBLIC).contradictions
    assert said == ("einwohner", "a1", 2024, "")


def test_a_total_that_agrees_says_nothing(district):
    made, shown = released(district, PLAIN, {"a1": 90})
    assert proof_list(district.store, made, Audience.PUBLIC).contradictions == ()
    assert None not in shown.values()


@pytest.mark.parametrize("difference", [-2, -1, 1, 3])
def test_a_small_part_beside_a_wrong_total_is_open_to_whoever_knows_it_and_whoever_believes_it(
    district, difference
):
    people = PLAIN | {"a1": (40, 2)}
    _, shown = released(district, people, {"a1": 42 + difference})
    assert shown["frauen", "a1"] is None
    assert shown["einwohner", "a1"] is None  # the believer would subtract the men
    assert shown["einwohner", "kreis"] is not None
    for believed in (difference, 0):
        found = extremes(shown, believed, ("a1", "w"))
        assert found is None or found[0] < found[1]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.sampled_from([0, 1, 2, 4, 9]), min_size=12, max_size=12),
    difference=st.sampled_from([-3, -1, 0, 1, 2]),
)
def test_no_small_count_follows_from_contradictory_totals(new_district, counts, difference):
    people = {area: (counts[2 * n] + 20, counts[2 * n + 1]) for n, area in enumerate(AREAS)}
    total = max(0, sum(people["a1"]) + difference)
    _, shown = released(new_district(), people, {"a1": total})
    for area, (_, women) in people.items():
        if 0 < women < 3:
            assert shown["frauen", area] is None
            for believed in {total - sum(people["a1"]), 0}:
                found = extremes(shown, believed, (area, "w"))
                assert found is None or found[0] < found[1], (area, shown)
