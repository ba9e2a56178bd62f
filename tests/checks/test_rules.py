"""Rules as data: what can be written, what is refused, and what a rule says of a delivery."""

from __future__ import annotations

import re

import pytest

from wohnplatz.checks import KINDS, Rule, RuleBook, check, check_rule, load_rules, parse_rule, try_rule
from wohnplatz.checks.findings import SHOWN_PER_CODE
from wohnplatz.checks.messages import MESSAGES
from wohnplatz.indicators import FormulaError, load_catalogue
from wohnplatz.model import Severity, WohnplatzError


@pytest.fixture
def rule(catalogue):
    """Makes a formula rule against the small catalogue."""

    def make(left, operator="<=", right="haushalte", **more) -> Rule:
        return parse_rule(
            code="eigene", left=left, operator=operator, right=right, catalogue=catalogue, **more
        )

    return make


def test_every_packaged_rule_can_be_evaluated_with_the_packaged_catalogue():
    catalogue = load_catalogue()
    for packaged in load_rules().rules:
        check_rule(packaged, catalogue)
        assert packaged.kind in KINDS


def test_every_data_set_has_rules_of_its_own():
    owners = {packaged.dataset for packaged in load_rules().rules}
    assert owners >= set(load_catalogue().datasets)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_message_with_reason_and_advice_and_without_exclamation(kind):
    message = MESSAGES[kind]
    assert message.advice.endswith(".")
    assert message.why.endswith(".")
    assert "!" not in message.text + message.advice + message.why
    assert set(MESSAGES) == set(KINDS)


def test_messages_of_packaged_rules_are_sentences():
    for packaged in load_rules().rules:
        for text in (packaged.message, packaged.why, packaged.advice):
            assert not text or (text.endswith(".") and "!" not in text), packaged.code


def test_an_unknown_variable_is_named_with_the_nearest_and_its_place(rule):
    with pytest.raises(FormulaError) as error:
        rule("haushalte + haushalt_eine_person")
    assert error.value.position == 12
    assert "haushalte_eine_person" in error.value.text()
    assert "Linke Seite" in error.value.text()


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"left": "haushalte <"}, "nicht erlaubt"),
        ({"left": "1", "right": "2"}, "kein Merkmal"),
        ({"left": "haushalte", "operator": "<>"}, "Vergleichszeichen"),
        ({"left": "@quote"}, "Indikator"),
        ({"left": "haushalte[alter=0..2]"}, "ohne Gliederung"),
        ({"left": "einwohner[alter=0..30]"}, "mitten durch"),
        ({"left": "haushalte", "absolute": -1}, "Toleranz"),
        ({"left": "haushalte", "severity": "schlimm"}, "Gewicht"),
        ({"left": "haushalte", "dataset": "bew"}, "Datensatz"),
        ({"left": "haushalte", "message": "{rechtz} ist zu viel."}, "»rechts«"),
        ({"left": "haushalte", "parameters": {"je": ["geschlecht"]}}, "nicht nach »geschlecht«"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_in_words(rule, parts, words):
    with pytest.raises(WohnplatzError, match=re.escape(words)):
        rule(**parts)


def test_a_part_above_the_whole_is_found_with_place_value_and_words(rule, known, found):
    own = rule(
        "haushalte_eine_person", severity="error", message="{links} von {rechts}, {abweichung} zu viel."
    )
    lines = [("haushalte", "a1", 100), ("haushalte_eine_person", "a1", 120), ("haushalte", "a2", 50),
             ("haushalte_eine_person", "a2", 50)]  # fmt: skip
    (finding,) = found(lines, known(), own)
    assert finding.code == "checks.eigene"
    assert finding.severity is Severity.ERROR
    assert (finding.sheet, finding.row, finding.column, finding.value) == ("Daten", 3, "Wert", "120")
    assert finding.message == "Ort 1 (a1): 120 von 100, 20 zu viel."
    assert finding.area == "a1"


@pytest.mark.parametrize("sign", ["*", ".", "..."])
def test_a_cell_without_number_is_not_zero(rule, known, found, sign):
    own = rule("haushalte_eine_person")
    assert not found([("haushalte", "a1", sign), ("haushalte_eine_person", "a1", 120)], known(), own)
    assert not found([("haushalte_eine_person", "a1", 120)], known(), own)


def test_known_parts_alone_can_break_an_inequality(rule, known, found):
    own = rule("haushalte_eine_person + einwohner[alter=65..]")
    lines = [("haushalte", "a1", 100), ("haushalte_eine_person", "a1", "*"),
             ("einwohner", "a1", 101, "alter=65+")]  # fmt: skip
    (finding,) = found(lines, known(), own)
    assert "mindestens 101" in finding.message


def test_a_difference_with_a_missing_part_says_nothing(rule, known, found):
    own = rule("haushalte - haushalte_eine_person", right="10")
    assert not found([("haushalte", "a1", 100), ("haushalte_eine_person", "a1", "*")], known(), own)


def test_a_quotient_of_variables_is_a_rule_and_division_by_zero_none(rule, known, found):
    own = rule("einwohner / haushalte", right="10")
    lines = [
        ("einwohner", "a1", 500),
        ("haushalte", "a1", 20),
        ("einwohner", "a2", 500),
        ("haushalte", "a2", 0),
    ]
    assert [f.area for f in found(lines, known(), own)] == ["a1"]


def test_by_category_compares_like_with_like(rule, known, found):
    own = rule("arbeitslose", right="einwohner", dataset="job", parameters={"je": ["geschlecht"]})
    lines = [("arbeitslose", "a1", 40, "geschlecht=m"), ("arbeitslose", "a1", 40, "geschlecht=w")]
    related = [("einwohner", "a1", 100, "geschlecht=m"), ("einwohner", "a1", 30, "geschlecht=w")]
    (finding,) = found(lines, known("job", related=related), own)
    assert "weiblich" in finding.message
    assert finding.row == 3


@pytest.mark.parametrize(
    ("operator", "value", "is_broken"),
    [("<=", 100, False), ("<", 100, True), (">=", 100, False), (">", 100, True), ("=", 100, False),
     ("=", 101, True), ("~", 109, False), ("~", 112, True), (">=", 99, True), ("<=", 101, True)],
)  # fmt: skip
def test_operators_at_their_edge(rule, known, observed, operator, value, is_broken):  # noqa: PLR0917
    own = rule("haushalte_eine_person", operator)
    lines = [("haushalte", "a1", 100), ("haushalte_eine_person", "a1", value)]
    assert bool(check(observed(lines), known(), RuleBook((own,)))) is is_broken


def test_inhabitants_come_from_the_map_where_no_observation_tells_them(rule, known, found):
    own = rule("langzeit", right="einwohner", dataset="job")
    background = known("job", population={("a1", 2025): 50.0, ("a2", 2024): 50.0})
    assert [f.area for f in found([("langzeit", "a1", 60), ("langzeit", "a2", 60)], background, own)] == [
        "a1"
    ]
    assert found([("langzeit", "a2", 60)], known("job", population={("a2", 2024): 50.0}), own)


def test_finer_areas_are_summed_for_a_coarser_variable(rule, known, found):
    own = rule("pflege", right="einwohner[alter=65..]", dataset="pflege")
    parents = {"w1": ("a1",), "w2": ("a1",), "w3": ("a2",), "w4": ("a2",)}
    related = [("einwohner", w, 30, "alter=65+") for w in ("w1", "w2", "w3")]
    background = known("pflege", level="kommune", related=related, parents=parents)
    lines = [("pflege", "a1", 61), ("pflege", "a2", 61)]
    # Of a2 one area is not known: there may be any number of people in it.
    assert [f.area for f in found(lines, background, own)] == ["a1"]


def test_earlier_years_are_reached_by_the_formula(rule, known, found):
    own = rule("haushalte", "~", "vor(haushalte, 1)", relative=0.1)
    background = known(history={2024: [("haushalte", "a1", 100), ("haushalte", "a2", 100)]})
    assert [f.area for f in found([("haushalte", "a1", 120), ("haushalte", "a2", 105)], background, own)] == [
        "a1"
    ]


def test_a_rule_of_another_data_set_is_silent(rule, known, found):
    own = rule("haushalte_eine_person", dataset="job")
    assert not found([("haushalte", "a1", 1), ("haushalte_eine_person", "a1", 2)], known(), own)


def test_findings_beyond_the_limit_are_counted_and_the_strongest_shown(rule, known, observed):
    n = SHOWN_PER_CODE + 5
    lines = [("haushalte", f"a{k}", 10) for k in range(1, n + 1)]
    lines += [("haushalte_eine_person", f"a{k}", 10 + k) for k in range(1, n + 1)]
    findings = check(observed(lines), known(areas=n), RuleBook((rule("haushalte_eine_person"),)))
    assert len(findings) == SHOWN_PER_CODE + 1
    assert findings[0].area == "a6"
    assert findings[-1].message.replace("\u00a0", " ").startswith("5 weitere Befunde")


def test_the_key_of_a_finding_survives_a_recheck(rule, known, found):
    lines = [("haushalte", "a1", 100), ("haushalte_eine_person", "a1", 120)]
    own = rule("haushalte_eine_person")
    assert found(lines, known(), own)[0].key == found(lines, known(), own)[0].key


def test_braces_in_a_message_are_filled_and_nothing_is_evaluated(known, found):
    odd = Rule("eigene", left="haushalte", right="1", message="{links.__class__} {0} {rechts}.")
    (finding,) = found([("haushalte", "a1", 2)], known(), odd)
    assert finding.message.endswith("{links.__class__} {0} 1.")


def test_an_own_rule_replaces_a_packaged_one_and_can_switch_it_off():
    book = load_rules()
    off = Rule("jump", kind="jump", active=False)
    changed = book.with_own([off])
    assert len(changed.rules) == len(book.rules)
    assert not [r for r in changed.for_dataset("bevoelkerung") if r.code == "jump"]


def test_a_trial_tells_what_a_rule_would_have_found(rule, known, observed):
    own = rule("haushalte_eine_person", dataset="bev", active=False)
    good = observed([("haushalte", "a1", 100), ("haushalte_eine_person", "a1", 10)])
    bad = observed([("haushalte", "a1", 100), ("haushalte_eine_person", "a1", 101)])
    trials = try_rule(own, [("2023", good, known()), ("2024", bad, known()), ("job", bad, known("job"))])
    assert [(t.delivery, len(t.findings)) for t in trials] == [("2023", 0), ("2024", 1), ("job", 0)]


def test_a_broken_rule_file_names_file_and_key(tmp_path):
    (tmp_path / "eigene.toml").write_text('[a]\nleft = "x"\nright = "y"\nseverty = "error"\n')
    with pytest.raises(WohnplatzError, match=r"severty.*\n?.*severity|severity"):
        load_rules(tmp_path)
    (tmp_path / "eigene.toml").write_text('[a]\nleft = "x +"\nright = "y"\n')
    with pytest.raises(FormulaError, match="eigene"):
        load_rules(tmp_path)


def test_a_catalogue_without_the_variables_leaves_the_rule_out(known, found):
    assert not found([("haushalte", "a1", 2)], known(), "alleinerziehende")
