import pytest

from wohnplatz.checks.publications import (
    Description,
    check_publication,
    load_description,
    read_folder,
    to_toml,
)
from wohnplatz.checks.publications.description import (
    Column,
    DimensionDescription,
    Kind,
    TableDescription,
    explained_signs,
)
from wohnplatz.disclosure import Level
from wohnplatz.model import WohnplatzError

SMALLEST = '[[tabelle]]\ndatei = "a.csv"\n[tabelle.spalten]\n"Personen" = { anzahl = "Personen" }\n'


@pytest.fixture
def described(tmp_path):
    def write(text):
        path = tmp_path / "beschreibung.toml"
        path.write_text(text, encoding="utf-8")
        return load_description(path)

    return write


def test_what_is_written_is_read_back(described):
    rate = Column(
        Kind.RATE,
        "Leistungen",
        {"Geschlecht": "weiblich"},
        "Einwohner",
        {"Alter": "insgesamt"},
        1000,
        0,
        1,
        True,
    )
    change = Column(Kind.DIFFERENCE, "Personen", per_at={"Jahr": "2023"})
    table = TableDescription(
        "tief/er.xlsx", 'Blatt "1"', {"Wohnplatz": "Gebiet"}, {"Jahr": "2024"},
        {"Insgesamt": Column(Kind.COUNT, "Personen"), "davon › %": rate, "Δ": change, "Fußnote": None}, True,
    )  # fmt: skip
    dimensions = {
        "Gebiet": DimensionDescription(("Kreis",), True, {"A-Stadt": ("Adorf", "Bheim")}),
        "Jahr": DimensionDescription(summed=False),
    }
    whole = Description((table,), dimensions, 5, False, Level.NOT_SMALL, ("x",), 2, 5, True, ("Plätze",))
    assert described(to_toml(whole, ("Eine Anmerkung",))) == whole


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("", "beschreibung.toml", "keine Tabelle"),
        ("mindestfallzahl = ", "beschreibung.toml", "nicht lesbar"),
        ("mindestfallzahl = 1\n" + SMALLEST, "mindestfallzahl", "von 2 bis"),
        ("mindestfallzahl = true\n" + SMALLEST, "mindestfallzahl", "eine ganze Zahl"),
        ("mindestfalzahl = 3\n" + SMALLEST, "beschreibung.toml", "»mindestfalzahl«"),
        ('stufe = "sicher"\n' + SMALLEST, "stufe", "nicht errechenbar"),
        ("gesperrt = [1]\n" + SMALLEST, "gesperrt", "Liste von Texten"),
        (SMALLEST.replace("anzahl", "zahl"), "spalten.Personen", "Genau eine"),
        (
            SMALLEST.replace('{ anzahl = "Personen" }', '"weg"'),
            "Zeile 4, 1. tabelle.spalten, Personen",
            "auslassen",
        ),
        (SMALLEST.replace("anzahl", "quote"), "spalten.Personen", "»je« fehlt"),
        (SMALLEST.replace("anzahl", "veraenderung"), "spalten.Personen", "je_bei"),
        (SMALLEST.replace('datei = "a.csv"\n', ""), "1. tabelle", "»datei« fehlt"),
        (SMALLEST + "[gliederung]\nGebiet = 3\n", "Zeile 6, gliederung, Gebiet", "Abschnitt"),
        (
            SMALLEST + '[gliederung.Gebiet]\nsummen = { A = "B" }\n',
            "gliederung.Gebiet.summen, A",
            "eine Liste",
        ),
        (SMALLEST + SMALLEST.replace("anzahl", "zahl"), "Zeile 8, 2. tabelle.spalten.Personen", "Genau eine"),
    ],
)
def test_a_faulty_description_is_refused_with_its_place(described, text, where, said):
    with pytest.raises(WohnplatzError) as caught:
        described(text)
    assert caught.value.code == "publications.description"
    assert where in caught.value.where
    assert said in caught.value.text()


def test_a_heading_that_does_not_exist_is_told(tmp_path, described):
    from wohnplatz.checks.publications import check_publication

    described(SMALLEST.replace('"Personen" =', '"Person" ='))
    (tmp_path / "a.csv").write_text("Gebiet;Personen\nAdorf;20\nBheim;30\n", encoding="utf-8")
    notes = check_publication(tmp_path).notes
    assert any("Eine Spalte »Person« gibt es nicht. Es gibt »Gebiet«, »Personen«" in n for n in notes)


def test_a_proposal_can_be_written_read_and_says_what_it_rests_on(tmp_path, described):
    rows = [
        ("01", "Adorf", "A-Stadt", 12, 240),
        ("02", "Bheim", "A-Stadt", 30, 400),
        ("03", "Cdorf", "B-Stadt", 7, 90),
    ]
    lines = [f"{k};{a};{t};{n};{d};{100 * n / d:.1f}".replace(".", ",") for k, a, t, n, d in rows]
    text = "Schlüssel;Wohnplatz;Kommune;Leistungen;Einwohner;Quote in %\n" + "\n".join(lines)
    (tmp_path / "a.csv").write_text(text + "\n", encoding="utf-8")
    _, proposal = read_folder(tmp_path)
    assert described(to_toml(proposal.description, proposal.assumptions)) == proposal.description
    (table,) = proposal.description.tables
    assert table.rows == {"Schlüssel": "Gebiet", "Wohnplatz": "Gebiet", "Kommune": "Gebiet"}
    rate = table.columns["Quote in %"]
    assert (rate.measure, rate.per, rate.factor, rate.part) == ("Leistungen", "Einwohner", 100, True)
    assert proposal.description.dimensions["Gebiet"].sums["A-Stadt"] == ("Adorf", "Bheim")
    assert any("»Quote in %« ist Leistungen je 100 Einwohner" in a for a in proposal.assumptions)


def test_signs_that_a_line_below_the_table_explains_are_known(tmp_path):
    notes = ("x = aus Datenschutzgründen gesperrt", "/ Zahlenwert geheim", "„ND“: anonymisiert", "* gesperrt",
             "Die Daten sind gesperrt.", "– = nichts vorhanden", "1) teils gesperrt")  # fmt: skip
    assert explained_signs(notes) == ("x", "/", "ND")
    rows = ("Ort;Fälle", "A;10", "B;x", "C;5", "Insgesamt;17", "", notes[0])
    (tmp_path / "t.csv").write_text("\n".join(rows), encoding="utf-8")
    checked = check_publication(tmp_path)
    assert checked.hidden == 1
    assert any("»x«" in line for line in checked.assumptions)
