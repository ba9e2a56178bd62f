"""Modes of protection in a release: a data set that is rounded, one that is silent, and none that is both.

The attack shares no code with the audit: it enumerates every table that agrees with what is shown.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_releases import AREAS, PLAIN, TOWN, seen

from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import exact, join
from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.publication.clearing import proof_list, require_proof
from wohnplatz.publication.ledger import entries, known_to, read_record
from wohnplatz.store import query_beside, query_figures


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


def agreeing(shown):
    """All counts of cases that agree with rounded figures, for one who knows how they were rounded."""
    spans = [range(1 if shown[a] else 0, int(shown[a]) + LIMIT + 1) for a in AREAS]
    spans = [range(max(s.start, int(shown[a]) - LIMIT), s.stop) for s, a in zip(spans, AREAS, strict=True)]
    thinned = [s if n < 2 else (s[0], s[len(s) // 2], s[-1]) for n, s in enumerate(spans)]
    for order in itertools.permutations(range(6)):
        yield from _tables(
            shown,
            [
                thinned[order.index(n)] if False else spans[n] if order[n] < 2 else thinned[n]
                for n in range(6)
            ],
        )


def _tables(shown, spans):
    for counts in itertools.product(*spans):
        by_area = dict(zip(AREAS, counts, strict=True))
        totals = Counter({"kreis": sum(counts)})
        for area, n in by_area.items():
            totals[TOWN[area[0]]] += n
        if all(abs(totals[t] - shown[t]) <= LIMIT and bool(totals[t]) >= bool(shown[t]) for t in totals):
            yield by_area
