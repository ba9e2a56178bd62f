"""Answers by cell key: the same people get the same number, and no series of answers gives a count away.

The attacks share no code with the audit. One tries every table that agrees with all answers, for somebody who
knows how they are overlaid and that the same people always get the same answer. The other averages them.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.disclosure.averaging import variances
from wohnplatz.disclosure.cellkey import noise_table
from wohnplatz.disclosure.clearance import as_computed
from wohnplatz.disclosure.problem import Facts
from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.publication.asking import Answered, Declined, told_again
from wohnplatz.publication.further import Why
from wohnplatz.publication.keyed import Noise
from wohnplatz.publication.ledger import read_record
from wohnplatz.publication.other_areas import own_parts, rows_on

from .test_beside import Asking
from .test_releases import AREAS, PLAIN

LARGEST = 5
SMALL = PLAIN | {"a1": 2, "b1": 0}


def rules(*datasets, mode="cell_key", more=""):
    named = datasets or ("arbeit",)
    return STANDARD_RULES.read_bytes() + "".join(
        f'\n[datasets.{name}]\nmode = "{mode}"\n' for name in named
    ).encode() + more.encode()  # fmt: skip


class Answers(Asking):
    """One audience that asks, with what it was told."""

    def __init__(self, district, made, **more):
        super().__init__(district, made, **more)
        self.told: list[tuple[frozenset[str], int]] = []

    def number(self, *areas, code="sgb2_quote"):
        """What is told of the areas together: numerator, denominator, value, how far off; None: refused."""
        found = self.ask(*areas, code=code)
        if not isinstance(found, Answered):
            return None
        rows = rows_on(self.base(code), own_parts(areas), "eigenes-gebiet", whole=False)
        rows, shown = told_again(
            self.district.store, self.district.catalogue, found.records, rows, as_computed(len(rows))
        )
        seen = shown.of(rows)
        self.told.append((frozenset(areas), int(seen.numerator[0])))
        return int(seen.numerator[0]), float(seen.denominator[0]), float(seen.value[0]), float(seen.error[0])


@pytest.fixture
def asking(district):
    return Answers(district, district.release(SMALL, rules=rules()))


def possible(told, reach=9):
    """Every table of counts that agrees with the answers, (t, 6); ``reach`` is the largest count tried."""
    areas = sorted({a for names, _ in told for a in names})
    grid = np.meshgrid(*[np.arange(reach, dtype=np.int16)] * len(areas), indexing="ij")
    tables = np.stack([g.ravel() for g in grid], axis=1) if areas else np.zeros((1, 0), dtype=np.int16)
    column = {a: n for n, a in enumerate(areas)}

    def people(names):
        return tables[:, [column[a] for a in sorted(names)]].sum(axis=1)

    fits = np.ones(len(tables), dtype=bool)
    for names, answer in told:
        true = people(names)
        fits &= (np.abs(true - answer) <= LARGEST) & ((true > 0) | (answer == 0))
    for (one, a), (other, b) in itertools.combinations(told, 2):
        if a != b:
            fits &= people(one ^ other) > 0
    return {a: set(tables[fits][:, n].tolist()) for a, n in column.items()}, tables[fits], column


def spread(told, area):
    """Variance of the best linear estimate of an area's count, in that of one answer (Gauss–Markov)."""
    rows = np.array([[a in names for a in AREAS] for names in {names for names, _ in told}], dtype=float)
    unit = np.array([a == area for a in AREAS], dtype=float)
    information = np.linalg.pinv(rows.T @ rows)
    if np.abs(information @ (rows.T @ rows) @ unit - unit).max() > 1e-6:
        return np.inf
    return unit @ information @ unit


def test_an_answer_is_near_and_says_how_near_and_proves_itself(asking) -> None:
    found = asking.ask("a2", "a3")
    assert isinstance(found, Answered)
    assert found.largest == LARGEST
    assert all(read_record(asking.district.store, sha).check() for sha in found.records)
    numerator, denominator, value, off = asking.number("a2", "a3")
    true = SMALL["a2"] + SMALL["a3"]
    assert abs(numerator - true) <= LARGEST
    assert denominator == 820
    assert value == pytest.approx(100 * numerator / 820)
    assert off == pytest.approx(100 * LARGEST / 820)
    assert abs(value - 100 * true / 820) <= off + 1e-9


def test_a_small_sum_is_answered_and_nothing_is_nothing(asking) -> None:
    assert asking.number("b1")[0] == 0
    assert asking.number("b1")[3] == pytest.approx(100 * LARGEST / 410), "as far off as any other"
    small = asking.number("a1")[0]
    assert small == 0 or small >= 3
    values, *_ = possible(asking.told)
    assert len(values["a1"]) > 3


def test_the_same_people_get_the_same_number_on_every_way(asking) -> None:
    district = asking.district
    first = asking.number("a1", "a2")[0]
    assert asking.number("a2", "a1", "b1")[0] == first, "b1 is empty"
    later = Answers(district, district.release(SMALL, rules=rules()))
    assert later.number("a1", "a2")[0] == first, "a new release of the same counts"
    other = Answers(district, later.made, audience=Audience.PUBLIC)
    assert other.number("a1", "a2")[0] == first, "whoever asks"
    lost = Answers(district, later.made, noise=Noise(noise_table(), b"x" * 40))
    assert lost.number("a1", "a2")[0] == first, "also after the secret was lost"


def test_noise_belongs_to_the_people_and_the_secret(new_district) -> None:
    def numbers(secret):
        district = new_district()
        asking = Answers(district, district.release(SMALL, rules=rules()), noise=Noise(noise_table(), secret))
        return [asking.number(a)[0] for a in AREAS]

    assert numbers(b"a" * 40) == numbers(b"a" * 40)
    assert numbers(b"a" * 40) != numbers(b"b" * 40)


def test_a_corrected_count_is_another_count(asking) -> None:
    asking.number("a1", "a2")
    untouched = asking.number("b2", "b3")[0]
    later = Answers(
        asking.district, asking.district.release(SMALL | {"a1": 7}, rules=rules()), noise=asking.noise
    )
    assert later.number("b2", "b3")[0] == untouched
    assert abs(later.number("a1", "a2")[0] - 7 - SMALL["a2"]) <= LARGEST


def test_counts_under_and_above_the_line_may_both_be_answered(district) -> None:
    asking = Answers(district, district.release(SMALL, rules=rules("arbeit", "bevoelkerung")))
    above, below, value, off = asking.number("a2", "a3")
    true = SMALL["a2"] + SMALL["a3"]
    assert abs(above - true) <= LARGEST
    assert abs(below - 820) <= LARGEST
    assert value == pytest.approx(100 * above / below)
    assert abs(value - 100 * true / 820) <= off
    alone = asking.number("a2", "a3", code="einwohner")
    assert alone[0] == below, "the same people counted by themselves"


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.sampled_from([0, 1, 2, 3, 5]), min_size=6, max_size=6),
    questions=st.lists(st.sets(st.sampled_from(AREAS[:5]), min_size=1, max_size=4), min_size=2, max_size=7),
    secret=st.binary(min_size=40, max_size=40),
)
def test_no_series_of_answers_gives_a_small_count_away(new_district, counts, questions, secret) -> None:
    district = new_district()
    true = dict(zip(AREAS, counts, strict=True))
    asking = Answers(district, district.release(true, rules=rules()), noise=Noise(noise_table(), secret))
    for areas in questions:
        asking.number(*sorted(areas))
    values, tables, column = possible(asking.told)
    for area in values:
        assert true[area] in values[area], "the truth agrees with what is told"
        if 0 < true[area] < 3:
            assert len(values[area]) > 1, (area, asking.told)
        assert spread(asking.told, area) > 1 - 1e-6, (area, asking.told)
    for names, _ in asking.told:
        total = sum(true[a] for a in names)
        if 0 < total < 3:
            assert len(set(tables[:, [column[a] for a in names]].sum(axis=1).tolist())) > 1


def test_who_averages_is_stopped_before_it_pays(asking) -> None:
    """Each pair of questions with and without a1 is one more look at it."""
    others = ["a2", "a3", "b2", "b3"]
    outcomes = []
    for rest in (others[:1], others[1:2], others[2:3], others[3:]):
        outcomes += [asking.ask(*rest), asking.ask("a1", *rest)]
    refused = [o.why for o in outcomes if isinstance(o, Declined)]
    assert refused
    assert set(refused) == {Why.AVERAGED}
    assert sum(isinstance(o, Answered) for o in outcomes) >= 4


def test_unguarded_averages_would_find_the_count() -> None:
    """The attack that is stopped: with a hundred pairs the mean of the differences is the count."""
    table = noise_table()
    chance = table.parts[-1] / table.parts[-1].sum()
    noise = np.random.default_rng(7).choice(table.deviations(), (2, 100), p=chance)
    assert round(float((2 + noise[1] - noise[0]).mean())) == 2
    pairs = np.vstack([np.eye(101, dtype=np.int64)[1:], np.eye(101, dtype=np.int64)[1:]])
    pairs[100:, 0] = 1
    unit = np.eye(101, dtype=np.int64)[[0]]
    import scipy.sparse as sp

    assert variances(sp.csr_array(pairs), sp.csr_array(unit))[0] == pytest.approx(2 / 100)
    assert variances(sp.csr_array(pairs[:100]), sp.csr_array(unit))[0] == np.inf
    assert variances(sp.csr_array(pairs[:100]), sp.csr_array(unit), sp.csr_array(unit))[0] < 1e-5


def test_answers_and_numbers_of_the_same_counts_are_never_both_out(asking) -> None:
    district = asking.district
    asking.number("a1", "a2")
    head = district.head
    for other in (None, rules(mode="rounding"), rules(mode="source")):
        with pytest.raises(WohnplatzError) as found:
            district.release(SMALL, rules=other)
        assert found.value.code == "disclosure.mixed_modes"
        assert "Zellschlüssel" in found.value.why
    assert district.head == head


def test_as_long_as_nothing_was_answered_the_mode_may_change(asking) -> None:
    asking.district.release(SMALL)
    with pytest.raises(WohnplatzError) as found:
        asking.district.release(SMALL, rules=rules())
    assert found.value.code == "disclosure.mixed_modes"


def test_an_answer_beside_exact_figures_is_refused(asking) -> None:
    """Another release with exact figures of the counts came out meanwhile, by rules of its own."""
    asking.district.release(SMALL)
    assert asking.ask("a1", "a2").why is Why.MIXED


def test_a_changed_answer_is_noticed(asking) -> None:
    found = asking.ask("a1", "a2")
    keyed = [r for r in (read_record(asking.district.store, s) for s in found.records) if r.overlay]
    (record,) = keyed
    ranges = record.ranges
    moved = Facts(ranges.matrix, ranges.low + 40, ranges.high + 40, ranges.name)
    assert record.check()
    assert not replace(record, ranges=moved).check()
    assert type(record).from_bytes(record.to_bytes()).overlay == record.overlay


def test_a_supplier_who_knows_the_own_part_is_an_intruder(new_district) -> None:
    """a1 comes from q, all others from p, who can take the own figures out of every answer."""
    text = rules()
    district = new_district()
    made = district.release(SMALL, rules=text, suppliers={"a1": "q"})
    asking = Answers(district, made)
    outcomes = [asking.ask("a1", *rest) for rest in (["a2"], ["a3"], ["b2"], ["b3"])]
    assert isinstance(outcomes[0], Answered)
    assert [o.why for o in outcomes[1:]] == [Why.AVERAGED] * 3, "to p each is a look at a1 alone"
    trusting = rules().replace(b"insiders = true", b"insiders = false")
    plain = new_district()
    asking = Answers(plain, plain.release(SMALL, rules=trusting, suppliers={"a1": "q"}))
    assert all(isinstance(asking.ask("a1", *r), Answered) for r in (["a2"], ["a3"], ["b2"], ["b3"]))
