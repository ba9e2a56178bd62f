"""Pages of divisions: versions, the guided change that shows its effects first, crosswalks, street lists."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from wohnplatz.areas import AreaLayer
from wohnplatz.model import Audience
from wohnplatz.web.urls import urlpatterns
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.district import changing, queries
from wohnplatz.workflow.district.actions import import_division
from wohnplatz.workflow.district.models import CrosswalkRecord, DivisionRecord, PointsRecord
from wohnplatz.workflow.releases import beside
from wohnplatz.workflow.releases import queries as releases

ALTDORF, BRUCH = "0599900101", "0599900102"
VERSION = {
    "ab": "01.01.2027",
    "kennung": "wohnplatz-2027",
    "bezeichnung": "Wohnplätze 2027",
    "anlass": "Neubau",
}
MERGE = {**VERSION, "gebiete": [ALTDORF, BRUCH], "schluessel": "0599900109", "name": "Altdorf-Bruch"}
SPLIT = {
    **VERSION, "gebiet": ALTDORF, "linie": "350250 5649990\n350250 5651010", "schluessel_1": "0599900103",
    "name_1": "West", "schluessel_2": "0599900104", "name_2": "Ost", "gewichte": "flaeche",
}  # fmt: skip
SHIFT = {
    **VERSION, "gebiet": ALTDORF, "ziel": BRUCH, "gewichte": "flaeche",
    "linie": "350800 5649990\n350800 5651010",
}  # fmt: skip
STREETS = f"Straße;von;bis;Seite;Gebiet\nHauptstr.;1;9;u;{ALTDORF}\nHauptstr.;15;21;u;{BRUCH}\n".encode()


def change_url(act: str = "", **more: str) -> str:
    query = "&".join(f"{k}={v}" for k, v in ({"art": act} | more if act else more).items())
    return reverse("division_change", args=["wohnplatz-2020"]) + (f"?{query}" if query else "")


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def client(world, log_in):
    return log_in(world.planner)


def upload(data: bytes, name: str = "liste.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_every_page_is_for_those_who_set_up_only(world, log_in) -> None:
    row = changing.compute_crosswalk(world.operator, *DivisionRecord.objects.order_by("rank")[:2])
    arguments = {"code": "wohnplatz-2020", "pk": row.pk, "form": "csv"}
    others = {"division_streets_file", "division_estimates"}  # with a list; for the working view
    names = [
        p.name for p in urlpatterns
        if str(p.pattern).startswith("verwaltung/gliederungen/") and p.name not in others
    ]  # fmt: skip
    assert len(names) == 8
    for name in names:
        pattern = next(p for p in urlpatterns if p.name == name)
        url = reverse(name, kwargs={k: arguments[k] for k in pattern.pattern.converters})
        for user in (world.planner, world.administrator):
            assert log_in(user).get(url).status_code == 200, name
        for user in (world.sector, world.user_ahausen):
            assert log_in(user).get(url).status_code == 403, name
            assert log_in(user).post(url, MERGE).status_code == 403, name


def test_the_list_shows_versions_side_by_side(world, client) -> None:
    client.post(change_url("zusammenlegen"), MERGE | {"bestaetigt": "1"})
    page = text(client.get(reverse("division_list")))
    assert "Wohnplätze 2027" in page
    assert "gültig ab 01.01.2020 bis 31.12.2026" in page
    assert "Anlass: Neubau" in page
    assert "Wohnplatz → Wohnplätze 2027" in page


def test_the_four_acts_can_be_chosen(client) -> None:
    page = text(client.get(change_url()))
    for act in ("zusammenlegen", "teilen", "verschieben", "umbenennen"):
        assert f"?art={act}" in page
    assert client.get(change_url("sprengen")).status_code == 404


def test_a_cut_asks_for_its_area_first_and_then_shows_it_large(client) -> None:
    first = text(client.get(change_url("teilen")))
    assert "Welches Gebiet wird geteilt?" in first
    second = text(client.get(change_url("teilen", gebiet=ALTDORF)))
    assert "Schnittlinie" in second
    assert f'<option value="{ALTDORF}" selected>' in second
    assert "Fläche (ungenau" in second


@pytest.mark.parametrize(
    ("act", "data", "says"),
    [
        ("zusammenlegen", MERGE, "Alle Werte früherer Jahre bleiben genau."),
        ("teilen", SPLIT, "werden Werte früherer Jahre zu Schätzungen"),
        ("verschieben", SHIFT, "neu zugeschnitten"),
        ("umbenennen", {**VERSION, "gebiet": ALTDORF, "name": "Altstadt", "schluessel": ""}, "umbenannt"),
    ],
)
def test_effects_are_shown_before_anything_is_kept_and_then_kept(client, act, data, says) -> None:
    page = text(client.post(change_url(act), data))
    assert says in page
    assert "Karte vorher und nachher" in page
    assert "Stadt Ahausen" in page or act == "umbenennen"
    assert not DivisionRecord.objects.filter(code="wohnplatz-2027").exists()
    answer = client.post(change_url(act), data | {"bestaetigt": "1"}, follow=True)
    assert "gilt ab 01.01.2027" in text(answer)
    assert DivisionRecord.objects.get(code="wohnplatz-2027").reason == "Neubau"
    assert CrosswalkRecord.objects.count() == 1


def test_the_way_back_to_the_form_keeps_what_was_typed(client) -> None:
    page = text(client.post(change_url("teilen"), SPLIT | {"zurueck": "1"}))
    assert "Weiter: was sich ändert" in page
    assert "350250 5649990" in page


def test_figures_that_become_estimates_are_counted(released, log_in) -> None:
    page = text(log_in(released.planner).post(change_url("teilen"), SPLIT))
    assert "Im Datenstand 2024-1 werden" in page
    assert "zu Schätzungen" in page
    assert "Einwohner" in page


@pytest.mark.parametrize(
    ("act", "data", "says"),
    [
        ("zusammenlegen", MERGE | {"schluessel": "0599900201"}, "trägt schon ein anderes Gebiet"),
        ("zusammenlegen", MERGE | {"gebiete": [ALTDORF]}, "mindestens zwei Gebiete"),
        ("zusammenlegen", MERGE | {"gebiete": []}, "Bitte treffen Sie eine Auswahl."),
        ("zusammenlegen", MERGE | {"ab": "01.01.2019"}, "muss nach dem 01.01.2020 beginnen"),
        ("zusammenlegen", MERGE | {"ab": "bald"}, "Bitte ein Datum angeben"),
        ("teilen", SPLIT | {"linie": "1 2"}, "mindestens zwei verschiedene Punkte"),
        ("teilen", SPLIT | {"linie": ""}, "Es fehlt die Angabe, wo"),
        ("teilen", SPLIT | {"linie": "1 1\n2 2"}, "durchquert das Gebiet"),
        ("verschieben", SHIFT | {"ziel": ALTDORF}, "sind dasselbe"),
        ("verschieben", SHIFT | {"flaechen": "Unsinn"}, "nicht lesbar"),
        ("umbenennen", VERSION | {"gebiet": ALTDORF, "name": "Altdorf"}, "ändert sich nichts"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_form(client, act, data, says) -> None:
    answer = client.post(change_url(act), data)
    assert answer.status_code == 200
    assert says in text(answer)
    confirmed = client.post(change_url(act), data | {"bestaetigt": "1"})
    assert confirmed.status_code == 200
    assert DivisionRecord.objects.count() == 3


def test_a_piece_is_uploaded_once_and_kept_until_it_is_confirmed(client) -> None:
    ring = [[6.855, 50.98], [6.861, 50.98], [6.861, 51.0], [6.855, 51.0], [6.855, 50.98]]
    feature = {
        "type": "Feature",
        "properties": {"id": "a"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    sent = SHIFT | {"linie": "", "datei": upload(data, "stueck.geojson")}
    answer = client.post(change_url("verschieben"), sent)
    kept = answer.context["form"]["flaechen"].value()
    assert kept.startswith("POLYGON")
    wrong = client.post(change_url("verschieben"), SHIFT | {"datei": upload(b"x", "stueck.docx")})
    assert "keine Geodatei" in text(wrong)


def test_a_former_version_is_not_changed_any_more(client) -> None:
    client.post(change_url("zusammenlegen"), MERGE | {"bestaetigt": "1"})
    page = text(client.get(reverse("division", args=["wohnplatz-2020"])))
    assert "Gliederung ändern" not in page
    assert "0599900109 (zusammengelegt)" in page
    new = text(client.get(reverse("division", args=["wohnplatz-2027"])))
    assert f"{ALTDORF} (zusammengelegt), {BRUCH} (zusammengelegt)" in new
    again = client.post(change_url("zusammenlegen"), MERGE | {"kennung": "x", "bestaetigt": "1"})
    assert "abgelöst" in text(again)


def test_the_page_of_a_crosswalk_shows_weights_and_gives_them_away(client) -> None:
    client.post(change_url("teilen"), SPLIT | {"bestaetigt": "1"})
    row = CrosswalkRecord.objects.get()
    page = text(client.get(reverse("crosswalk", args=[row.pk])))
    assert "25,0" in page
    assert "Anteile an der Fläche" in page
    csv = client.get(reverse("crosswalk_file", args=[row.pk, "csv"]))
    assert "attachment" in csv["Content-Disposition"]
    assert f"{ALTDORF};0599900103;0,25;Fläche" in csv.content.decode("utf-8-sig")
    assert client.get(reverse("crosswalk_file", args=[row.pk, "xlsx"])).content[:2] == b"PK"


def test_a_ready_crosswalk_is_checked_before_it_is_kept(client) -> None:
    url = reverse("crosswalk_new")
    ends = {"von": "wohnplatz-2020", "nach": "kommune-2020", "gewichte": "flaeche"}
    bad = client.post(url, ends | {"datei": upload(f"von;nach;gewicht\n{ALTDORF};05999001;0,5\n".encode())})
    assert "ergeben zusammen 0,5000 statt 1" in text(bad)
    assert not CrosswalkRecord.objects.exists()
    same = client.post(url, ends | {"nach": "wohnplatz-2020"})
    assert "zwei verschiedene Gliederungen" in text(same)
    made = client.post(url, ends, follow=True)
    assert "Kein Gebiet wird geteilt" in text(made)


def test_a_street_list_is_taken_over_with_its_gaps_and_answers(client) -> None:
    url = reverse("division_streets", args=["wohnplatz-2020"])
    page = text(client.post(url, {"datei": upload(STREETS), "quelle": "Stadt"}, follow=True))
    assert "die Nummern 11 bis 13 (ungerade) sind keinem Gebiet zugeordnet" in page
    found = text(client.post(reverse("division", args=["wohnplatz-2020"]), {"anschrift": "Hauptstraße 3"}))
    assert "<strong>Altdorf</strong>" in found
    missing = text(client.post(reverse("division", args=["wohnplatz-2020"]), {"anschrift": "Nirgends 3"}))
    assert "Keine Zuordnung" in missing
    for form, start in (("csv", "Straße".encode("utf-8-sig")), ("xlsx", b"PK")):
        file = client.get(reverse("division_streets_file", args=["wohnplatz-2020", form]))
        assert file.content.startswith(start)


def test_a_faulty_street_list_is_shown_and_not_kept(client) -> None:
    url = reverse("division_streets", args=["wohnplatz-2020"])
    page = text(client.post(url, {"datei": upload(STREETS.replace(BRUCH.encode(), b"99"))}))
    assert "gibt es in der Gliederung nicht" in page
    assert "wurde nicht übernommen" in page
    assert client.get(reverse("division_streets_file", args=["wohnplatz-2020", "csv"])).status_code == 404
    broken = client.post(url, {"datei": upload(b"kein Buch", "liste.xlsx")})
    assert "lässt sich nicht öffnen" in text(broken)


def test_grid_cells_become_a_choice(client) -> None:
    url = reverse("division_points")
    table = b"Ost;Nord;Einwohner\n350100;5650500;80\n350900;5650500;20\n"
    client.post(url, {"bezeichnung": "Zensus 2022", "datei": upload(table)})
    row = PointsRecord.objects.get()
    page = text(client.get(change_url("teilen", gebiet=ALTDORF)))
    assert "Einwohner: Zensus 2022" in page
    shown = text(client.post(change_url("teilen"), SPLIT | {"gewichte": str(row.pk)}))
    assert "80,0" in shown
    bad = text(client.post(url, {"bezeichnung": "x", "datei": upload(b"a;b\n1;2\n")}))
    assert "fehlt eine Spalte" in bad


def test_a_division_from_a_file_can_take_over(world, scene, client) -> None:
    from datetime import date

    from wohnplatz.workflow.district.actions import import_division

    import_division(
        world.operator, scene.layers()["wohnplatz"], code="neu", level="wohnplatz", label="Neue Fassung",
        valid_from=date(2030, 1, 1),
    )  # fmt: skip
    url = reverse("division", args=["wohnplatz-2020"])
    assert "löst ab dem 01.01.2030 ab" in text(client.get(url))
    page = text(client.post(url, {"nachfolge": "neu"}, follow=True))
    assert "löst „Wohnplatz“ ab" in page
    assert DivisionRecord.objects.get(code="wohnplatz-2020").valid_to == date(2029, 12, 31)


def test_names_from_a_file_are_text_on_plans_and_tables(world, client) -> None:
    data = MERGE | {"name": '<b onclick="x">Böse</b>', "bestaetigt": "1"}
    client.post(change_url("zusammenlegen"), data)
    page = text(client.get(reverse("division", args=["wohnplatz-2027"])))
    assert "<b onclick" not in page
    assert "&lt;b onclick" in page


def test_several_changes_of_one_day_are_kept_together(client) -> None:
    first = client.post(change_url("teilen"), SPLIT | {"weitere": "1"}, follow=True)
    assert "Vorgemerkt für denselben Tag" in text(first)
    assert f"Ein Gebiet teilen: {ALTDORF}" in text(first)
    assert not CrosswalkRecord.objects.exists()
    form = text(client.get(change_url("zusammenlegen")))
    assert "Ost (0599900104)" in form
    assert "wohnplatz-2027" in form
    merge = MERGE | {"gebiete": ["0599900104", BRUCH]}
    effects = text(client.post(change_url("zusammenlegen"), merge))
    assert "75,0" in effects
    client.post(change_url("zusammenlegen"), merge | {"bestaetigt": "1"})
    row = CrosswalkRecord.objects.get()
    weights = changing.crosswalk_of_record(row)
    pairs = dict(zip(zip(weights.from_key, weights.to_key, strict=True), weights.weight, strict=True))
    assert pairs[ALTDORF, "0599900109"] == pytest.approx(0.75)
    assert pairs[BRUCH, "0599900109"] == 1
    assert "Vorgemerkt" not in text(client.get(change_url()))


def test_what_waits_can_be_dropped(client) -> None:
    client.post(change_url("teilen"), SPLIT | {"weitere": "1"})
    client.post(change_url(), {"verwerfen": "1"})
    assert "Vorgemerkt" not in text(client.get(change_url()))


def test_estimates_on_a_division_beside_the_hierarchy_are_for_the_working_view(released, log_in) -> None:
    base = DivisionRecord.objects.get(code="wohnplatz-2020")
    layer = queries.division(base.sha)[1]
    half = AreaLayer(
        ("S1", "S2"), ("Bezirk Nord", "Bezirk Süd"), (None, None),
        np.array([shapely.union_all(layer.geometries[:1]), shapely.union_all(layer.geometries[1:])]),
        layer.crs,
    )  # fmt: skip
    schools = import_division(
        released.planner, half, code="schulen-2021", level="schulbezirk", label="Schulbezirke",
        valid_from=date(2021, 1, 1), overlay=True,
    )  # fmt: skip
    page = "/verwaltung/gliederungen/schulen-2021/werte/"
    client = log_in(released.planner)
    assert "führt kein Umsteigeschlüssel" in client.get(page).content.decode()
    changing.compute_crosswalk(released.planner, base, schools)
    shown = client.get(f"{page}?indikator=einwohner&jahr=2024").content.decode()
    assert "Interne Arbeitsansicht" in shown
    assert "Bezirk Nord" in shown
    assert client.get(f"{page}?xlsx=1").headers["Content-Type"].endswith("sheet")
    assert client.get(f"{page}?indikator=unsinn&jahr=9999").status_code == 200
    for person in (released.sector, released.user_ahausen, released.administrator):
        assert log_in(person).get(page).status_code == 403
    assert client.get("/verwaltung/gliederungen/wohnplatz-2020/werte/").status_code == 404
    release = releases.current()
    for audience in (Audience.PLANNING, Audience.PUBLIC, Audience.PARTNER):
        assert not beside.is_cleared(schools, audience)
        with pytest.raises(Refused, match="nicht freigegeben"):
            beside.figures_beside(
                released.planner, release, schools, indicators=["einwohner"], years=[2024], audience=audience
            )
    assert beside.is_cleared(base, Audience.PUBLIC)
