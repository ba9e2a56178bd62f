"""The differencing guard: own areas and divisions beside the hierarchy, attacked by trying every table.

The attack shares no code with the guard: it enumerates all counts that agree with everything shown.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wohnplatz.disclosure import load_rules
from wohnplatz.disclosure.cellkey import noise_table
from wohnplatz.disclosure.clearance import as_computed
from wohnplatz.model import Audience
from wohnplatz.publication.asking import Answered, Declined, Question, ask
from wohnplatz.publication.beside import Scene, clear_division, read_outcome
from wohnplatz.publication.further import Why
from wohnplatz.publication.keyed import Noise
from wohnplatz.publication.ledger import LedgerEntry, read_record
from wohnplatz.publication.other_areas import own_parts, rows_on
from wohnplatz.publication.surroundings import rules_of
from wohnplatz.store import Kind, query_figures

from .test_releases import AREAS, PLAIN, TOWN, seen

SMALL = PLAIN | {"a1": 2}
NOISE = Noise(noise_table(), b"ein Geheimnis, das nur der Probe dient")


class Asking:
    """One audience that asks, with the ledger going on."""

    def __init__(self, district, made, audience=Audience.PLANNING, noise=NOISE):
        self.district, self.made, self.audience, self.noise = district, made, audience, noise
        self.rules = load_rules(district.store.path(Kind.RULES, made.rules))

    def base(self, code="sgb2_quote"):
        return query_figures(
            self.district.store, self.made.results["figures"], indicators=[code], levels=["wohnplatz"]
        )

    def scene(self):
        return Scene.of(self.district.store, self.made, self.rules, self.district.head)

    def ask(self, *areas, code="sgb2_quote", seconds=6.0):
        rules = rules_of(self.rules, self.district.catalogue, self.made, self.audience)
        parts = own_parts(areas)
        rows = rows_on(self.base(code), parts, "eigenes-gebiet", whole=False)
        question = Question(rows, parts, as_computed(len(rows)), rules)
        found = ask(self.scene(), self.audience, question, self.noise, seconds=seconds)
        if isinstance(found, Answered):
            lines = {self.audience: found.lines}
            entry = LedgerEntry(self.district.head, "Frage", "2025-01-02T00:00:00+00:00", lines)
            self.district.head = entry.save(self.district.store)
        return found

    def clear(self, parts, code="sgb2_quote"):
        rows = rows_on(self.base(code), parts, "schulbezirk", whole=True)
        done = clear_division(
            self.scene(), self.district.head, rows, parts, "Schulbezirke", made_at="2025-01-02T00:00:00+00:00"
        )
        self.district.head = done.entry.save(self.district.store)
        return read_outcome(self.district.store, done.results[self.audience]), rows


def agreeing(shown, true, extra, reach=12):
    """Every table of cases that agrees with the release and with ``extra`` sums (areas, number or None)."""
    spans = []
    for area in AREAS:
        value = shown["sgb2_quote", area]
        spans.append([int(value)] if value is not None else range(1, true[area] + reach))
    for counts in itertools.product(*spans):
        by_area = dict(zip(AREAS, counts, strict=True))
        totals = {t: sum(n for a, n in by_area.items() if TOWN[a[0]] == t) for t in "AB"}
        totals["kreis"] = sum(counts)
        fits = all(shown["sgb2_quote", t] in (None, totals[t]) for t in ("A", "B", "kreis"))
        if fits and all(told(by_area) for told in extra):
            yield by_area


def is_sum(areas, number):
    """What an answer tells."""
    return lambda table: sum(table[a] for a in areas) == number


def is_estimate(parts, printed):
    """What an estimate in whole persons tells: the weighted sum lies within half a person of it."""
    return lambda table: abs(sum(table[a] * w for a, w in parts.items()) / 1000 - printed) <= 0.5


def test_a_sum_of_open_areas_is_answered_and_proves_itself(district):
    asking = Asking(district, district.release(SMALL))
    found = asking.ask("b1", "b2")
    assert isinstance(found, Answered)
    assert all(read_record(district.store, sha).check() for sha in found.records)


def test_a_selection_that_differs_by_a_hidden_area_is_refused(district):
    asking = Asking(district, district.release(SMALL))
    shown = seen(district, asking.made)
    hidden = [a for a in AREAS if shown["sgb2_quote", a] is None]
    assert len(hidden) == 2
    assert isinstance(asking.ask(*(a for a in AREAS if a not in hidden)), Answered)
    found = asking.ask(*(a for a in AREAS if a != hidden[0]))
    assert isinstance(found, Declined)
    assert found.why is Why.NOT_PROVEN
    assert found.reason  # in words, for those who may see


def test_two_selections_that_differ_by_one_area_are_judged_together(district):
    """With two hidden areas in each town neither selection tells anything; both together would."""
    cases = {"a1": 2, "a2": 5, "a3": 25, "b1": 2, "b2": 5, "b3": 9}
    asking = Asking(district, district.release(cases))
    shown = seen(district, asking.made)
    hidden = [a for a in AREAS if shown["sgb2_quote", a] is None]
    of_a, of_b = ([a for a in hidden if a[0] == t] for t in "ab")
    answered = []
    for pair in itertools.product(of_a, of_b):
        found = asking.ask(*pair)
        if isinstance(found, Answered):
            answered.append((pair, sum(cases[a] for a in pair)))
    assert answered, "the first of them tells nothing"
    assert len(answered) < len(of_a) * len(of_b)
    left = list(agreeing(shown, cases, [is_sum(*a) for a in answered]))
    for area in ("a1", "b1"):
        assert len({table[area] for table in left}) > 1


def test_who_hears_two_views_cannot_put_their_answers_together(district):
    """The planning may ask for the view of partners, too: what it was told is known when that one asks."""
    cases = {"a1": 2, "a2": 5, "a3": 25, "b1": 2, "b2": 5, "b3": 9}
    planning = Asking(district, district.release(cases))
    shown = seen(district, planning.made)
    of_a, of_b = ([a for a in AREAS if shown["sgb2_quote", a] is None and a[0] == t] for t in "ab")
    partner = Asking(district, planning.made, Audience.PARTNER)
    told = []
    for n, pair in enumerate(itertools.product(of_a, of_b)):
        if isinstance((planning, partner)[n % 2].ask(*pair), Answered):
            told.append(is_sum(pair, sum(cases[a] for a in pair)))
    assert told
    left = list(agreeing(shown, cases, told))
    for area in ("a1", "b1"):
        assert len({table[area] for table in left}) > 1


def test_the_same_question_gets_the_same_answer(district):
    asking = Asking(district, district.release(SMALL))
    assert isinstance(asking.ask("a1", "a2"), type(asking.ask("a2", "a1")))


def test_an_answer_is_known_to_the_next_release(district):
    asking = Asking(district, district.release(SMALL))
    shown = seen(district, asking.made)
    found = asking.ask(*[a for a in AREAS if shown["sgb2_quote", a] is not None][:3])
    assert isinstance(found, Answered)
    following = district.release(SMALL | {"b3": 10})
    for audience in (Audience.PLANNING, Audience.PUBLIC):
        assert seen(district, following, audience)["sgb2_quote", "kreis"] is not None


def test_small_sums_out_of_time_and_formulas_are_refused(district):
    asking = Asking(district, district.release(SMALL))
    assert asking.ask("a1") == Declined(Why.RULE)
    assert asking.ask("b1", "b2", code="sgb2_veraenderung_1").why is Why.NO_SUM


def test_no_time_is_a_refusal_where_something_must_be_proven(district):
    asking = Asking(district, district.release({"a1": 2, "a2": 5, "a3": 25, "b1": 2, "b2": 5, "b3": 9}))
    shown = seen(district, asking.made)
    hidden = [a for a in AREAS if shown["sgb2_quote", a] is None]
    assert isinstance(asking.ask(hidden[0], hidden[-1], seconds=0.0), Declined)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.sampled_from([0, 1, 2, 3, 5]), min_size=6, max_size=6),
    questions=st.lists(st.sets(st.sampled_from(AREAS), min_size=1, max_size=5), min_size=1, max_size=5),
)
def test_no_sequence_of_questions_gives_a_small_count_away(new_district, counts, questions):
    district = new_district()
    true = dict(zip(AREAS, counts, strict=True))
    asking = Asking(district, district.release(true))
    shown = seen(district, asking.made)
    told = []
    for areas in questions:
        if isinstance(asking.ask(*sorted(areas)), Answered):
            told.append(is_sum(areas, sum(true[a] for a in areas)))
    left = list(itertools.islice(agreeing(shown, true, told, reach=8), 50_000))
    for area, count in true.items():
        if 0 < count < 3:
            assert len({table[area] for table in left}) > 1, (area, true, questions)


def division(cut):
    """Two districts; ``cut`` says in thousandths what of each area lies in the first."""
    first = {a: w for a, w in zip(AREAS, cut, strict=True) if w}
    second = {a: 1000 - w for a, w in zip(AREAS, cut, strict=True) if w < 1000}
    return {key: inside for key, inside in (("s1", first), ("s2", second)) if inside}


def test_a_division_that_leaves_a_sliver_hides_it(district):
    """The first district is town A without its protected area: shown, it would give that area away."""
    asking = Asking(district, district.release(SMALL))
    shown = seen(district, asking.made)
    hidden = next(a for a in AREAS if shown["sgb2_quote", a] is None and a != "a1")
    outcome, _ = asking.clear(division([1000 if a[0] == "a" and a != "a1" else 0 for a in AREAS]))
    assert ("sgb2_quote", "s1", 2024) not in outcome.open
    assert hidden
    assert all(read_record(district.store, sha).check() for sha in outcome.records)


def test_a_division_of_whole_towns_is_open(district):
    asking = Asking(district, district.release(SMALL))
    outcome, rows = asking.clear(division([1000 if a[0] == "a" else 0 for a in AREAS]))
    assert len(outcome.open) == len(rows) == 2


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.sampled_from([0, 1, 2, 3, 6]), min_size=6, max_size=6),
    cut=st.lists(st.sampled_from([0, 1000, 500, 333]), min_size=6, max_size=6),
)
def test_no_division_gives_a_small_count_away(new_district, counts, cut):
    district = new_district()
    true = dict(zip(AREAS, counts, strict=True))
    asking = Asking(district, district.release(true))
    shown = seen(district, asking.made)
    parts = division(cut)
    outcome, rows = asking.clear(parts)
    told = []
    for area, number in zip(rows.area.tolist(), rows.numerator.tolist(), strict=True):
        if ("sgb2_quote", area, 2024) in outcome.open:
            inside = parts[area]
            told.append(
                is_sum(inside, int(number))
                if all(w == 1000 for w in inside.values())
                else is_estimate(inside, number)
            )
    left = list(itertools.islice(agreeing(shown, true, told, reach=8), 50_000))
    for area, count in true.items():
        if 0 < count < 3:
            assert len({table[area] for table in left}) > 1, (area, true, cut)


def test_an_opened_figure_of_a_division_is_noticed(district):
    """The mutation: one hidden figure of the division is opened in the record."""
    asking = Asking(district, district.release(SMALL))
    outcome, _ = asking.clear(division([1000 if a in ("a2", "a3") else 0 for a in AREAS]))
    for sha in outcome.records:
        record = read_record(district.store, sha)
        for n in np.flatnonzero(record.hidden).tolist():
            record.hidden[n] = False
            assert not record.check()
            record.hidden[n] = True


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PARTNER])
def test_the_ledger_of_one_audience_does_not_bind_another(district, audience):
    planning = Asking(district, district.release(SMALL))
    assert isinstance(planning.ask("b1", "b2"), Answered)
    other = Asking(district, planning.made, audience)
    assert isinstance(other.ask("b1", "b2"), Answered)
