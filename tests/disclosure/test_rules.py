from datetime import date

import pytest

from wohnplatz.disclosure import STANDARD_RULES, load_rules
from wohnplatz.model import Audience, CellState, WohnplatzError

TEXT = STANDARD_RULES.read_text(encoding="utf-8")


@pytest.fixture
def rules_of(tmp_path):
    def write(text):
        path = tmp_path / "kreis.toml"
        path.write_text(text, encoding="utf-8")
        return load_rules(path)

    return write


def test_the_packaged_rules_hold_the_standard_limits():
    rules = load_rules()
    assert (rules.name, rules.version, rules.valid_from) == ("standard", 3, date(2026, 1, 1))
    assert set(rules.audiences) == set(Audience)
    for audience in Audience:
        classes = rules.audiences[audience].classes
        expected = {
            "population",
            "population_ratio",
            "balance",
            "persons_social",
            "households",
            "services",
            "index",
            "none",
        }
        assert set(classes) == expected
        persons = classes["persons_social"]
        assert (persons.minimum_count, persons.minimum_denominator) == (3, 30)
        assert persons.complement
        assert persons.whole_group
        assert classes["index"].minimum_population == 300
    assert [a for a in Audience if not rules.audiences[a].primary] == [Audience.WORKING]


def test_validity_includes_both_ends(rules_of):
    rules = rules_of(TEXT.replace("valid_from", "valid_to = 2027-12-31\nvalid_from", 1))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2027, 12, 31), date(2028, 1, 1)]
    assert [rules.valid_on(d) for d in days] == [False, True, True, False]


def test_an_audience_states_only_what_differs_for_it(rules_of, let_out, rate):
    rules = rules_of(TEXT + "\n[audiences.public.classes.persons_social]\nminimum_count = 10\n")
    public = rules.audiences[Audience.PUBLIC].classes["persons_social"]
    assert (public.minimum_count, public.minimum_denominator, public.complement) == (10, 30, True)
    assert rules.audiences[Audience.PLANNING].classes["persons_social"].minimum_count == 3
    row = rate("sgb2", 9, 500)
    states = [
        let_out(row, rules=rules, audience=a).figures[0].state for a in (Audience.PUBLIC, Audience.PLANNING)
    ]
    assert states == [CellState.PROTECTED, CellState.VALUE]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "standard"', 'name = "standard', "nicht lesbar"),
        ("version = 3", "", "»version« fehlt"),
        ("version = 3", 'version = "eins"', 'eine ganze Zahl, dort steht "eins"'),
        ("valid_from = 2026-01-01", 'valid_from = "2026"', "ein Datum"),
        ("version = 3", "version = 3\nminimum = 3", "Unbekannte Angabe »minimum«"),
        ("minimum_count = 3", "minimum_count = -3", "nicht negativ"),
        ("minimum_count = 3", "minimum_count = true", "eine Zahl, dort steht true"),
        ("minimum_count = 3", "minimum_count = nan", "endlich"),
        ("minimum_count = 3", "minimum_counts = 3", "Unbekannte Angabe »minimum_counts«"),
        ("complement = true", 'complement = "ja"', "true oder false"),
        ("minimum_count = 3", "minimum_count = 0", "braucht eine Mindestfallzahl"),
        ("[audiences.partner]", "[audiences.partners]", "fehlt oder ist unbekannt"),
        ('label = "Lieferstellen"', "", "»label« fehlt"),
        ('policy = "Standardregeln für die Planung"', "primary = false\npolicy = 'x'", "Nur die interne"),
        ('label = "Zusammengesetzter Index"', "", "»label« fehlt"),
        ("[classes.index]", "[classes.index.own]", "»label« fehlt"),
    ],
)
def test_a_faulty_rule_file_is_refused_with_its_place(rules_of, old, new, said):
    assert old in TEXT
    with pytest.raises(WohnplatzError) as caught:
        rules_of(TEXT.replace(old, new, 1))
    assert caught.value.code == "disclosure.rules"
    assert "kreis.toml" in caught.value.where
    assert said in caught.value.text()


def test_an_audience_cannot_invent_a_class(rules_of):
    with pytest.raises(WohnplatzError, match="»person« ist oben nicht festgelegt"):
        rules_of(TEXT + "\n[audiences.public.classes.person]\nminimum_count = 10\n")


def test_rules_without_classes_or_with_text_in_their_place_are_refused(rules_of):
    head, _, rest = TEXT.partition("[classes.population]")
    audiences = rest[rest.index("[audiences.public]") :]
    with pytest.raises(WohnplatzError, match="keine Schutzklasse"):
        rules_of(head + audiences)
    with pytest.raises(WohnplatzError, match="Abschnitt"):
        rules_of(head + "classes = 3\n" + audiences)
    with pytest.raises(WohnplatzError, match="Abschnitt"):
        rules_of(head + "[classes]\nindex = 3\n" + audiences)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(WohnplatzError, match=r"fehlt\.toml"):
        load_rules(tmp_path / "fehlt.toml")
