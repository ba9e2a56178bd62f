from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.disclosure import STANDARD_RULES, Level, Mode, Rule, Sources, Zeros, load_rules, one_mode
from wohnplatz.disclosure.rules import stricter
from wohnplatz.model import Audience, CellState, WohnplatzError

TEXT = STANDARD_RULES.read_text(encoding="utf-8")
JOBCENTER = Sources(variables=("sgb2",), datasets=("grundsicherung",), suppliers=("jobcenter",))


@pytest.fixture
def rules_with(tmp_path):
    def write(text):
        path = tmp_path / "kreis.toml"
        path.write_text(TEXT + text, encoding="utf-8")
        return load_rules(path)

    return write


def test_a_supplier_tightens_the_rule_for_its_own_data_and_the_named_audiences(rules_with, let_out, rate):
    rules = rules_with('[suppliers.jobcenter]\nlabel = "JC"\nminimum_count = 10\naudiences = ["public"]\n')
    public, planning = Audience.PUBLIC, Audience.PLANNING
    assert rules.rule(public, "persons_social", JOBCENTER).minimum_count == 10
    assert rules.rule(planning, "persons_social", JOBCENTER).minimum_count == 3
    assert rules.rule(public, "persons_social", Sources(suppliers=("jugendamt",))).minimum_count == 3
    row = rate("sgb2", 9, 500)
    states = [
        let_out(row, rules=rules, audience=a, sources={"sgb2": JOBCENTER}).figures[0].state
        for a in (public, planning)
    ]
    assert states == [CellState.PROTECTED, CellState.VALUE]


def test_a_supplier_may_ask_for_one_class_and_a_variable_for_a_level(rules_with):
    rules = rules_with(
        '[suppliers.jobcenter]\nlabel = "JC"\n[suppliers.jobcenter.classes.households]\nminimum_count = 5\n'
        '[variables.sgb2]\nlabel = "SGB II"\nlevel = "presence_hidden"\n'
    )
    households = rules.rule(Audience.PUBLIC, "households", JOBCENTER)
    assert (households.minimum_count, households.level) == (5, Level.PRESENCE_HIDDEN)
    assert households.zeros is Zeros.CANDIDATE
    assert rules.rule(Audience.PUBLIC, "persons_social", JOBCENTER).minimum_count == 3


def test_demands_ask_nothing_of_what_counts_nobody(rules_with):
    rules = rules_with('[suppliers.jobcenter]\nlabel = "JC"\nminimum_count = 10\ncomplement = true\n')
    for name in ("none", "index", "balance"):
        assert rules.rule(Audience.PUBLIC, name, JOBCENTER) == rules.rule(Audience.PUBLIC, name)


limits = st.sampled_from([0.0, 1.0, 3.0, 10.0])
some_rules = st.builds(
    Rule, st.just("x"), limits, st.booleans(), st.booleans(), limits, limits,
    level=st.sampled_from(Level),
)  # fmt: skip


@given(some_rules, some_rules)
def test_a_demand_never_loosens(base, demand):
    found = stricter(base, demand)
    for name in ("minimum_count", "complement", "whole_group", "minimum_denominator", "minimum_population"):
        assert getattr(found, name) >= getattr(base, name)
    assert found.level.rank >= base.level.rank
    assert stricter(found, demand) == found


def test_a_data_set_has_one_mode_and_keeps_it(rules_with):
    rules = rules_with('[datasets.sgb2]\nmode = "rounding"\n')
    assert (rules.mode("sgb2"), rules.mode("wohnen")) == (Mode.ROUNDING, Mode.SUPPRESSION)
    assert one_mode("sgb2", Mode.ROUNDING, [Mode.ROUNDING]) is Mode.ROUNDING
    for planned, out in product(Mode, Mode):
        if planned is not out:
            with pytest.raises(WohnplatzError, match="verrät") as caught:
                one_mode("sgb2", planned, [planned, out])
            assert caught.value.code == "disclosure.mixed_modes"


def test_an_amount_whose_contributors_are_not_known_is_protected(rules_with, let_out):
    text = "\n[audiences.public.classes.services]\nminimum_contributors = 3\n"
    rules = rules_with(text)
    states = [
        let_out(
            {"indicator": "umsatz", "value": v}, protection={"umsatz": "services"}, rules=rules
        ).figures[0].state
        for v in (1000.0, 0.0)
    ]  # fmt: skip
    assert states == [CellState.PROTECTED, CellState.VALUE]


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ('[datasets.sgb2]\nmode = "noise"', "datasets.sgb2, mode", "suppression, rounding, cell_key"),
        ('[suppliers.jc]\nlabel = "x"\nlevel = "hidden"', "suppliers.jc, level", "not_computable"),
        ('[suppliers.jc]\nlabel = "x"\naudiences = ["alle"]', "suppliers.jc, audiences", "keine Zielgruppe"),
        ('[suppliers.jc]\nlabel = "x"\n[suppliers.jc.classes.kinder]', "suppliers.jc", "nicht festgelegt"),
        ('[suppliers.jc]\nminimum_count = 4', "suppliers.jc", "»label« fehlt"),
        ('[variables.x]\nlabel = "x"\nzeros = "visible"', "variables.x, zeros", "Schutzklasse"),
        ('[variables.x]\nlabel = "x"\ndominance_count = 1', "variables.x", "gehören zusammen"),
        ('[variables.x]\nlabel = "x"\np_percent = 120', "variables.x, p_percent", "zwischen 0 und 100"),
        ('[variables.x]\nlabel = "x"\nminimun_count = 5', "variables.x", "»minimun_count«"),
        (
            '[audiences.public.classes.persons_social]\nlevel = "presence_hidden"',
            "persons_social, level",
            "candidate",
        ),
    ],
)  # fmt: skip
def test_a_faulty_demand_is_refused_with_its_place(rules_with, text, where, said):
    with pytest.raises(WohnplatzError) as caught:
        rules_with("\n" + text + "\n")
    assert caught.value.code == "disclosure.rules"
    assert where in caught.value.where
    assert "kreis.toml" in caught.value.where
    assert said in caught.value.text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("total = 8 ", "total = 0.5 ", "mindestens 1"), ("insiders = true", "insiders = 1", "true oder false")],
)
def test_weights_and_the_intruder_are_checked_too(tmp_path, old, new, said):
    path = tmp_path / "kreis.toml"
    assert old in TEXT
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(WohnplatzError, match=said):
        load_rules(path)


def test_a_rule_file_of_the_first_version_still_reads(tmp_path):
    path = tmp_path / "alt.toml"
    start, end = TEXT.index("[weights]"), TEXT.index("[audiences.public]")
    path.write_text(TEXT[:start] + TEXT[end:], encoding="utf-8")
    assert load_rules(path).weights == load_rules().weights
