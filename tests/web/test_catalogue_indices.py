"""Indices in the browser: made and changed in the form, and taken over from a trial of the workshop."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from catalogue_forms import QUOTE, index_sent, mark_of, sent


def test_the_effect_leads_to_no_workshop_of_an_index_that_no_release_has(released, log_in):
    from wohnplatz.workflow import memory

    client, quote = log_in(released.planner), memory.catalogue().indicators["sgb2_quote"]
    shown = client.post("/katalog/index/neu/", index_sent())
    client.post("/katalog/index/neu/", index_sent(schritt="uebernehmen", gesehen=mark_of(shown)))
    page = client.post(f"{QUOTE}aendern/", sent(quote, nenner="einwohner[geschlecht=w]")).content.decode()
    assert 'href="/katalog/index/lage/"' in page
    assert "werkstatt" not in page
    assert "werkstatt" not in client.get("/katalog/index/lage/aendern/").content.decode()


def test_an_index_is_made_in_the_form_and_changed_again(released, log_in):
    from wohnplatz.workflow import memory

    client = log_in(released.planner)
    shown = client.post("/katalog/index/neu/", index_sent())
    assert "Wirkung der neuen Fassung" in shown.content.decode(), shown.context["form"].errors
    kept = index_sent(schritt="uebernehmen", gesehen=mark_of(shown))
    assert "Fassung 1 ist in Kraft" in client.post("/katalog/index/neu/", kept, follow=True).content.decode()
    index = memory.catalogue().indices["lage"]
    assert (index.status[0].weight, index.attention, index.minimum_population) == (1.5, ((2, 0),), 300)
    form = client.get("/katalog/index/lage/aendern/").content.decode()
    assert 'value="1,5"' in form
    themed = index_sent(
        **{"themen-0-name": "Arbeit", "status-0-thema": "arbeit", "stand": "1", "begruendung": "mit Thema"}
    )
    shown = client.post("/katalog/index/lage/aendern/", themed)
    themed |= {"schritt": "uebernehmen", "gesehen": mark_of(shown)}
    page = client.post("/katalog/index/lage/aendern/", themed, follow=True).content.decode()
    assert "Fassung 2 ist in Kraft" in page
    assert memory.catalogue().indices["lage"].themes[0].code == "arbeit"
    assert client.get("/katalog/index/lage/fassung/1/").status_code == 200
    assert (
        "außer Kraft"
        in client.post(
            "/katalog/index/lage/ausser-kraft/", {"begruendung": "doch nicht"}, follow=True
        ).content.decode()
    )


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"status-0-indikator": ""}, "status-0-indikator", "mindestens einen"),
        ({"status-1-indikator": "sgb2_quote"}, "status-1-indikator", "schon in der Liste"),
        ({"status-0-gewicht": "schwer"}, "status-0-gewicht", "Bitte eine Zahl"),
        ({"status-0-thema": "Arbeit"}, "status-0-thema", "gibt es oben nicht"),
        ({"themen-0-name": "Arbeit"}, "status-0-thema", "Bitte einen der Themenbereiche"),
        ({"grenzen": "1; -1"}, "grenzen", "aufsteigend"),
        ({"grenzen": "eins"}, "grenzen", "Bitte Zahlen"),
        ({"grenzen": "0; 1"}, "namen", "eine Klasse mehr als Grenzen"),
        ({"bedarf": "unsinn"}, "bedarf", "eine Klasse, die es oben nicht gibt"),
        ({"ausnahmen-0-gebiet": "0599900101"}, "ausnahmen-0-grund", "warum"),
        ({"dynamik-0-indikator": "sgb2_veraenderung_1"}, "dynamik_namen", "eine Klasse mehr"),
        ({"status-0-gewicht": "−1"}, "status-0-indikator", "nicht negativ"),
        ({"klassen": "quantiles"}, "namen", "keine Grenzen"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_an_index_stands_beside_the_field(released, log_in, fields, field, words):
    answer = log_in(released.planner).post("/katalog/index/neu/", index_sent(**fields))
    assert answer.status_code == 200
    assert words in str(answer.context["form"].errors.get(field, answer.context["form"].errors))
    assert field in answer.context["form"].errors


def test_more_rows_come_without_losing_what_was_typed(released, log_in):
    typed = index_sent(schritt="zeilen", bezeichnung="", **{"status-1-indikator": "einwohner"})
    answer = log_in(released.planner).post("/katalog/index/neu/", typed)
    page = answer.content.decode()
    assert 'name="status-5-indikator"' in page
    assert 'name="zeilen-status" value="6"' in page
    assert answer.context["form"]["status-1-indikator"].value() == "einwohner"
    assert not answer.context["form"].errors


def test_the_trial_of_the_workshop_opens_as_a_new_index(released, log_in):
    from wohnplatz.workflow.releases.actions import make_release

    client = log_in(released.planner)
    shown = client.post("/katalog/index/neu/", index_sent())
    client.post("/katalog/index/neu/", index_sent(schritt="uebernehmen", gesehen=mark_of(shown)))
    make_release(released.planner, "2024-2")
    workshop = client.get("/sozialindex/lage/werkstatt/").content.decode()
    assert 'formaction="/katalog/index/neu/"' in workshop
    assert "formaction" not in log_in(released.sector).get("/sozialindex/lage/werkstatt/").content.decode()
    trial = {
        "vorlage": "lage",
        "verfahren": "percentile",
        "g-sgb2_quote": "2",
        "klassen": "quantiles",
        "anzahl": "3",
    }
    form = client.get("/katalog/index/neu/", trial).context["form"]
    assert form["verfahren"].value() == "percentile"
    assert form["status-0-gewicht"].value() == "2"
    assert form["kennung"].value() == ""
    assert form["namen"].value().count("\n") == 2


def test_what_a_trial_leaves_alone_comes_along_when_it_is_taken_over():
    from wohnplatz.indicators import load_catalogue
    from wohnplatz.web.catalogue.editing import _said_of
    from wohnplatz.web.socialindex import workshop_form

    index = load_catalogue().indices["soziallage"]
    known = {part.indicator: "" for part in index.status}
    same = workshop_form.taken_over(workshop_form.read({"g-sgb2_quote": "2"}, index, known).definition, index)
    assert (same.dynamics, same.dynamics_limits) == (index.dynamics, index.dynamics_limits)
    assert (same.dynamics_classes, same.attention) == (index.dynamics_classes, index.attention)
    assert "Bitte prüfen" in _said_of(same, index)
    query = {"klassen": "quantiles", "anzahl": "3"}
    other = workshop_form.taken_over(workshop_form.read(query, index, known).definition, index)
    assert other.attention == ()
    assert "neu festlegen" in _said_of(other, index)
