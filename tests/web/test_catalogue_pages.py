"""The catalogue in the browser: who sees it, what is typed and kept, the effect first, and what follows."""

from __future__ import annotations

import sys
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

sys.path.insert(0, str(Path(__file__).parent))
from catalogue_forms import QUOTE, mark_of, sent


@pytest.fixture
def quote(released):
    from wohnplatz.workflow import memory

    return memory.catalogue().indicators["sgb2_quote"]


def text_of(answer) -> str:
    """The page with plain spaces."""
    return unescape(answer.content.decode()).replace("\xa0", " ").replace("\u202f", " ")


def keep(client, quote, **fields):
    """See the effect, then keep it; the answer to keeping."""
    shown = client.post(f"{QUOTE}aendern/", sent(quote, **fields))
    return client.post(
        f"{QUOTE}aendern/", sent(quote, schritt="uebernehmen", gesehen=mark_of(shown), **fields), follow=True
    )


@pytest.mark.parametrize(
    "case",
    [("planner", 200, 200), ("sector", 200, 403), ("administrator", 200, 403), ("user_ahausen", 403, 403)],
)
def test_the_planner_changes_sector_planning_reads_partners_see_neither(released, log_in, quote, case):
    who, reads, changes = case
    client = log_in(getattr(released, who))
    for url in ("/katalog/", QUOTE, f"{QUOTE}fassung/1/", f"{QUOTE}fassung/1/datei.toml"):
        assert client.get(url).status_code == reads, url
    for url in (
        f"{QUOTE}aendern/", "/katalog/indikator/neu/", "/katalog/index/neu/", "/katalog/einlesen/",
        f"{QUOTE}ausser-kraft/", "/katalog/formel/?feld=zaehler&zaehler=a",
    ):  # fmt: skip
        assert client.get(url).status_code == changes, url
    assert client.post(f"{QUOTE}aendern/", sent(quote)).status_code == changes
    method = client.get("/methoden/sgb2_quote/")
    assert method.status_code == 200, "methods stay open to all who see figures"
    assert ("/katalog/" in method.content.decode()) == (reads == 200)


@pytest.mark.parametrize(
    "url",
    [
        "/katalog/unsinn/neu/", "/katalog/indikator/gibt_es_nicht/", "/katalog/index/sgb2_quote/",
        f"{QUOTE}fassung/9/", f"{QUOTE}fassung/9/datei.toml", "/katalog/indikator/gibt_es_nicht/aendern/",
        "/katalog/formel/?feld=unsinn", f"{QUOTE}verwerfen/",
    ],
)  # fmt: skip
def test_what_there_is_not_is_a_page_that_there_is_not(released, log_in, url):
    assert log_in(released.planner).get(url).status_code == 404


def test_the_effect_is_shown_before_and_nothing_is_kept_by_looking(released, log_in, quote):
    from wohnplatz.workflow.catalogue.models import CatalogueItem

    client = log_in(released.planner)
    page = text_of(client.post(f"{QUOTE}aendern/", sent(quote, faktor="1.000", einheit="je 1.000")))
    assert "Noch ist nichts gespeichert" in page
    assert "Übernehmen: Fassung 2 in Kraft setzen" in page
    assert "4,9 %" in page, "the figure before, with its own unit"
    assert "49,4 je 1.000" in page, "the figure after, with the new unit"
    assert "Veränderung der SGB-II-Quote in einem Jahr" in page
    assert "Fallzahlen von 1 bis 2 sind geschützt" in page
    assert not CatalogueItem.objects.exists()


def test_a_protected_figure_does_not_show_in_the_effect(released, log_in, quote):
    page = log_in(released.planner).post(f"{QUOTE}aendern/", sent(quote, faktor="1.000")).content.decode()
    assert ">Deich<" in page
    assert ">Bruch<" not in page, "two persons in Bruch: neither before nor after, nor that it changes"
    assert ">Altdorf<" not in page, "the rest of the municipality would tell of Bruch"
    assert "0,2 " not in page


def test_a_kept_version_is_shown_with_reason_and_the_next_release_names_what_changed(released, log_in, quote):
    from wohnplatz.workflow.releases.actions import make_release

    client = log_in(released.planner)
    page = keep(client, quote, faktor="1.000", einheit="je 1.000").content.decode()
    assert "Fassung 2 ist in Kraft" in page
    assert "Nenner berichtigt" in page
    assert "Noch in keinem Datenstand" in page
    making = client.get("/datenstaende/bilden/").content.decode()
    assert "Was sich am Katalog ändert" in making
    make_release(released.planner, "2024-2")
    compared = text_of(client.get("/datenstaende/vergleich/?ebene=wohnplatz&jahr=2024"))
    for words in ("Was sich am Katalog geändert hat", "Fassung 1 → Fassung 2", "Nenner berichtigt",
                  "je 1.000", "Davon hängt ab: Veränderung der SGB-II-Quote in einem Jahr"):  # fmt: skip
        assert words in compared, words
    assert "4,9 %" in compared, "a former figure keeps its former unit"
    assert "49,4 je 1.000" in compared
    old, new = (client.get(f"/methoden/sgb2_quote/?datenstand={n}").content.decode() for n in (1, 2))
    assert "Fassung 1" in old
    assert "Fassung 2" in new
    for user in (released.user_ahausen, released.sector):
        assert log_in(user).get("/datenstaende/vergleich/").status_code == 200


def test_an_item_that_left_is_named_when_releases_are_compared(released, log_in, quote):
    from wohnplatz.workflow.releases.actions import make_release

    client = log_in(released.planner)
    url = "/katalog/indikator/sgb2_veraenderung_1/ausser-kraft/"
    assert "Wirkung" in client.get(url).content.decode()
    assert "Bitte füllen Sie dieses Feld aus" in client.post(url, {}).content.decode()
    gone = client.post(url, {"begruendung": "wird nicht gebraucht"}, follow=True).content.decode()
    assert "außer Kraft" in gone
    assert "Wieder in Kraft setzen" in gone
    assert "wird noch verwendet" not in client.get(f"{QUOTE}ausser-kraft/").content.decode()
    make_release(released.planner, "2024-2")
    compared = client.get("/datenstaende/vergleich/?ebene=wohnplatz&jahr=")
    assert compared.status_code == 200
    assert "entfallen, zuletzt Fassung 1" in compared.content.decode()


def test_what_others_need_cannot_be_retired_and_the_page_says_who(released, log_in, quote):
    page = log_in(released.planner).get(f"{QUOTE}ausser-kraft/").content.decode()
    assert "wird noch verwendet" in page
    assert "sgb2_veraenderung_1" in page


def test_a_mistake_in_a_formula_stands_beside_its_field_with_the_place_marked_and_all_is_kept(
    released, log_in, quote
):
    client = log_in(released.planner)
    answer = client.post(
        f"{QUOTE}aendern/", sent(quote, zaehler="sgb2_persone", bezeichnung="Ganz neu getippt")
    )
    page = text_of(answer)
    assert "Gemeint ist vielleicht »sgb2_personen«" in page
    assert "<mark>sgb2_persone</mark>" in page
    assert 'href="#id_zaehler"' in page, "the summary leads to the field"
    assert "Ganz neu getippt" in page
    assert list(answer.context["form"].errors) == ["zaehler"]


@pytest.mark.parametrize(
    "case",
    [
        ({"bezeichnung": ""}, "bezeichnung", "Bitte füllen Sie dieses Feld aus"),
        ({"faktor": "viel"}, "faktor", "Bitte eine Zahl angeben"),
        ({"begruendung": ""}, "begruendung", "Bitte füllen Sie dieses Feld aus"),
        ({"schutzklasse": "none"}, "schutzklasse", "weniger als bisher"),
        ({"zaehler": "100 * sgb2_personen", "faktor": "1"}, "zaehler", "Feld „Faktor“"),
        ({"zaehler": "", "nenner": ""}, "zaehler", "Zähler angeben"),
        ({"formel": "@einwohner * 2"}, "formel", "entweder"),
        ({"zaehler": "", "nenner": "", "formel": "@sgb2_veraenderung_1 * 2"}, "formel", "im Kreis"),
        ({"stichtag": "", "ebenen": []}, "stichtag", "Bitte füllen"),
        ({"brueche": "im Jahr 2022"}, "brueche", "2022: Anmerkung"),
        ({"faktor": "0"}, "faktor", "ungleich null"),
        ({"einheit": "%", "faktor": "100"}, None, "nichts geändert"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_the_field(released, log_in, quote, case):
    fields, field, words = case
    answer = log_in(released.planner).post(f"{QUOTE}aendern/", sent(quote, **fields))
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert words in str(errors[field or "__all__"])
    assert words in text_of(answer)


def test_what_was_not_seen_is_not_kept(released, log_in, quote):
    from wohnplatz.workflow.catalogue.models import CatalogueItem

    client = log_in(released.planner)
    shown = client.post(f"{QUOTE}aendern/", sent(quote, faktor="1.000"))
    changed = sent(quote, faktor="10.000", schritt="uebernehmen", gesehen=mark_of(shown))
    page = client.post(f"{QUOTE}aendern/", changed).content.decode()
    assert "Seit der letzten Ansicht ist etwas geändert" in page
    assert not CatalogueItem.objects.exists()


def test_who_was_slower_loses_nothing_typed(released, log_in, quote):
    client = log_in(released.planner)
    shown = client.post(f"{QUOTE}aendern/", sent(quote, faktor="1.000"))
    keep(client, quote, faktor="500")
    late = sent(quote, faktor="1.000", schritt="uebernehmen", gesehen=mark_of(shown))
    answer = client.post(f"{QUOTE}aendern/", late)
    assert "Inzwischen ist eine andere Fassung in Kraft" in answer.content.decode()
    assert 'value="1.000"' in answer.content.decode()


def test_formulas_are_checked_without_script_and_nothing_else_is_judged(released, log_in, quote):
    typed = sent(quote, zaehler="sgb2_persone", bezeichnung="", schritt="pruefen")
    page = text_of(log_in(released.planner).post(f"{QUOTE}aendern/", typed))
    assert "<mark>sgb2_persone</mark>" in page
    assert "Lesbar. Verwendet: Einwohnerinnen und Einwohner" in page
    assert "Bitte füllen Sie dieses Feld aus" not in page


def test_a_formula_is_checked_while_it_is_typed(released, log_in):
    client = log_in(released.planner)
    good = client.get(
        "/katalog/formel/", {"feld": "zaehler", "zaehler": "vor(einwohner, 2)"}
    ).content.decode()
    assert "(2 Jahre zuvor)" in good
    bad = text_of(client.get("/katalog/formel/", {"feld": "formel", "formel": "@a<b>"}))
    assert "Zeichen" in bad
    assert "<b>" not in client.get("/katalog/formel/", {"feld": "formel", "formel": "@a<b>"}).content.decode()
    assert client.get("/katalog/formel/", {"feld": "zaehler", "zaehler": ""}).content.strip() == b""


def test_a_draft_is_kept_aside_taken_up_again_and_thrown_away(released, log_in, quote):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.catalogue.models import CatalogueItem

    client = log_in(released.planner)
    listed = client.post(f"{QUOTE}aendern/", sent(quote, faktor="500", schritt="entwurf"), follow=True)
    assert "Der Entwurf ist gespeichert" in listed.content.decode()
    assert memory.catalogue().indicators["sgb2_quote"].factor == 100
    again = client.get(f"{QUOTE}aendern/").content.decode()
    assert "Sie bearbeiten den Entwurf" in again
    assert 'value="500"' in again
    assert "Nenner berichtigt" in again
    assert "Entwurf" not in log_in(released.sector).get("/katalog/").content.decode()
    assert client.get(f"{QUOTE}verwerfen/").status_code == 200
    client.post(f"{QUOTE}verwerfen/")
    assert not CatalogueItem.objects.exists()


def test_a_new_indicator_begins_empty_and_a_taken_code_is_refused_beside_it(released, log_in, quote):
    from wohnplatz.workflow import memory

    client = log_in(released.planner)
    new = sent(
        replace(quote, code="je_tausend"), stand="0", faktor="1.000", einheit="je 1.000", begruendung="neu"
    )
    taken = client.post("/katalog/indikator/neu/", new | {"kennung": "sgb2_quote"})
    assert "gibt es schon" in str(taken.context["form"].errors["kennung"])
    wrong = client.post("/katalog/indikator/neu/", new | {"kennung": "Je Tausend"})
    assert "kleine Buchstaben" in str(wrong.context["form"].errors["kennung"])
    shown = client.post("/katalog/indikator/neu/", new)
    page = client.post(
        "/katalog/indikator/neu/", new | {"schritt": "uebernehmen", "gesehen": mark_of(shown)}, follow=True
    )
    assert "Fassung 1 ist in Kraft" in page.content.decode()
    assert memory.catalogue().indicators["je_tausend"].factor == 1000


def test_rates_over_some_ages_are_offered_to_standardise_by(released):
    from wohnplatz.indicators import load_catalogue
    from wohnplatz.web.catalogue.indicator_form import IndicatorForm

    form = IndicatorForm(catalogue=load_catalogue(), code="sgb2_quote")
    offered = [code for code, _ in form.fields["altersgruppen"].choices]
    assert "sgb2_u18_quote" in offered
    assert "sgb2_quote" not in offered


def test_the_ages_that_standardise_are_chosen_and_kept_in_the_form(released, log_in, quote):
    from wohnplatz.workflow import memory

    client = log_in(released.planner)
    new = sent(replace(quote, code="junge"), stand="0", begruendung="neu")
    shown = client.post("/katalog/indikator/neu/", new)
    client.post("/katalog/indikator/neu/", new | {"schritt": "uebernehmen", "gesehen": mark_of(shown)})
    keep(client, quote, altersgruppen=["junge"])
    kept = memory.catalogue().indicators["sgb2_quote"]
    assert kept.age_parts == ("junge",)
    form = client.get(f"{QUOTE}aendern/").context["form"]
    assert form["altersgruppen"].value() == ["junge"]
    keep(client, kept, altersgruppen=[])
    assert memory.catalogue().indicators["sgb2_quote"].age_parts == ()


def test_a_file_is_opened_in_the_form_and_a_broken_one_is_explained(released, log_in, quote):
    from wohnplatz.indicators import to_toml
    from wohnplatz.workflow.catalogue.models import CatalogueItem

    client = log_in(released.planner)
    text = client.get(f"{QUOTE}fassung/1/datei.toml").content.decode()
    assert text == to_toml(quote)
    changed = text.replace("factor = 100.0", "factor = 1000.0").encode()
    opened = client.post("/katalog/einlesen/", {"datei": SimpleUploadedFile("sgb2_quote.toml", changed)})
    assert 'value="1000"' in opened.content.decode()
    assert f'action="{QUOTE}aendern/"' in opened.content.decode()
    pasted = client.post("/katalog/einlesen/", {"text": text.replace("sgb2_quote", "andere_quote")})
    assert 'action="/katalog/indikator/neu/"' in pasted.content.decode()
    for file, words in (
        (SimpleUploadedFile("a.toml", b"code = "), "kein gültiges TOML"),
        (SimpleUploadedFile("a.toml", b'code = "a"\n'), "fehlt"),
        (SimpleUploadedFile("a.toml", b"\xff\xfe"), "UTF-8"),
        (SimpleUploadedFile("a.toml", b"#" * 300_000), "zu groß"),
    ):
        assert words in client.post("/katalog/einlesen/", {"datei": file}).content.decode()
    assert "Bitte eine Datei wählen" in client.post("/katalog/einlesen/", {}).content.decode()
    assert not CatalogueItem.objects.exists()
