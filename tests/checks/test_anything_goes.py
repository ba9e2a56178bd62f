"""Whatever a file holds: checks end, name a place, and never call a missing cell a number."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.checks import KINDS, check, fingerprint, load_rules, parse_rule
from wohnplatz.intake import ALL_AREAS, NOT_ALLOCATED
from wohnplatz.model import CellState, Observation, ObservationTable

VARIABLES = (
    "einwohner",
    "haushalte",
    "haushalte_eine_person",
    "flaeche",
    "arbeitslose",
    "miete",
    "unbekannt",
)
SHAPES = [
    {}, {"geschlecht": "m"}, {"geschlecht": "w"}, {"alter": "0-2", "geschlecht": "m"}, {"alter": "65+"},
    {"geschlecht": "divers"}, {"farbe": "rot"},
]  # fmt: skip


def observations(areas, years=(2025,)):
    number = st.tuples(
        st.sampled_from([s for s in CellState if s.has_number]),
        st.one_of(st.integers(-3, 300).map(float), st.floats(-1e12, 1e12)),
    )
    sign = st.tuples(st.sampled_from([s for s in CellState if not s.has_number]), st.none())
    return st.lists(
        st.builds(
            lambda v, a, y, c, shape, row: Observation(v, a, date(y, 12, 31), c[1], c[0], shape, "D", row),
            st.sampled_from(VARIABLES), st.sampled_from(areas), st.sampled_from(years),
            st.one_of(number, sign), st.sampled_from(SHAPES), st.integers(1, 99),
        ),
        max_size=40,
    )  # fmt: skip


AREAS = ("a1", "a2", "a3", "a9", "")


@settings(max_examples=80, deadline=None)
@given(
    own=observations(AREAS, (2025, 2024)),
    past=observations(AREAS, (2020,)),
    related=observations(AREAS),
    totals=observations(("k", ALL_AREAS, NOT_ALLOCATED, "zz")),
    dataset=st.sampled_from(("bev", "job")),
)
def test_every_delivery_is_checked_to_its_end(known, catalogue, own, past, related, totals, dataset):  # noqa: PLR0917
    background = known(
        dataset, population={("a1", 2025): 500.0, ("a2", 2025): 0.0}, divisions={"a9": "bis 2015"},
        former_files={fingerprint(own): "die alte"},
    )  # fmt: skip
    years = range(2020, 2025)
    history = {
        date(y, 12, 31): [
            Observation(o.variable, o.area, date(y, 12, 31), o.value, o.state, o.breakdown) for o in past
        ]
        for y in years
    }
    background = type(background)(
        background.request, catalogue, history, background.population, past, totals, background.former_files,
        background.divisions, related, background.parents,
    )  # fmt: skip
    odd = parse_rule(
        code="odd", left="haushalte / (einwohner - arbeitslose[geschlecht=m]) * flaeche", operator="=",
        right="aenderung(miete, 1) - vor(haushalte, 2)", catalogue=catalogue,
    )  # fmt: skip
    rules = load_rules().with_own([odd])
    findings = check(own, background, rules)
    assert {f.code for f in findings} <= {f"checks.{r.code}" for r in rules.rules}
    assert {r.kind for r in rules.rules} == set(KINDS)
    for finding in findings:
        assert finding.message
        assert "nan" not in finding.message.split()
    assert check(ObservationTable.of(own), background, rules) == findings
