"""Every page of analysis on districts with nothing to compute: a stated result, no error, no silent zero."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from django.urls import reverse

ALTDORF = "0599900101"
CODES = ("sgb2_quote", "einwohner", "sgb2_veraenderung_1", "lage:status")
AREAS = {f"05999001{n:02d}": f"Ort {n}" for n in range(1, 8)} | {
    f"05999002{n:02d}": f"Dorf {n}" for n in range(1, 6)
}
AHAUSEN, BEHAUSEN = (tuple(k for k in AREAS if k.startswith(f"0599900{n}")) for n in (1, 2))
STATES = {
    "constant": {"VALUE"}, "one_area": {"VALUE"}, "islands": {"VALUE"}, "nothing_delivered": {"MISSING"},
    "protected": {"PROTECTED"}, "nobody": {"NOT_APPLICABLE"}, "tiny": {"PROTECTED"},
    "signs": {"UNRELIABLE", "UNKNOWN", "LATER", "NOT_APPLICABLE", "PROTECTED"},
}  # fmt: skip
"""What the benefit rates of each kind of district are."""
WITHOUT = {"nothing_delivered", "protected", "nobody", "signs"}
"""Districts in which no area has a benefit rate that can be seen."""
KINDS = ("constant", "one_area", "islands", "nothing_delivered", "protected", "nobody", "tiny", "signs")


def layers(scene, areas: dict[str, str], gap: int = 0) -> dict[str, object]:
    """The three layers: squares in a row, each ``gap`` metres from the next."""
    from wohnplatz.areas import AreaLayer

    def layer(shapes: list[object], keys: dict[str, str], parents: list[str | None]) -> AreaLayer:
        geometries = np.empty(len(shapes), dtype=object)
        geometries[:] = shapes
        return AreaLayer(tuple(keys), tuple(keys.values()), tuple(parents), geometries)

    x, y = 350_000, 5_650_000
    squares = {
        key: shapely.box(x + n * (1000 + gap), y, x + n * (1000 + gap) + 1000, y + 1000)
        for n, key in enumerate(areas)
    }
    towns = {k: v for k, v in scene.TOWNS.items() if any(a.startswith(k) for a in areas)}
    inside = [shapely.union_all([s for k, s in squares.items() if k.startswith(t)]) for t in towns]
    return {
        "kreis": layer([shapely.union_all(inside)], {"05999": "Musterkreis"}, [None]),
        "kommune": layer(inside, towns, ["05999"] * len(towns)),
        "wohnplatz": layer(list(squares.values()), areas, [key[:8] for key in areas]),
    }


def figures_of(kind: str, n: int) -> tuple[str, str]:
    """Inhabitants of each sex and persons with benefits of the n-th area, as they stand in the files."""
    return {
        "constant": ("500", "100"),
        "one_area": ("500", "100"),
        "islands": (str(400 + 20 * n), str(20 + 15 * n)),
        "nothing_delivered": (str(400 + 20 * n), ""),
        "protected": (str(400 + 20 * n), str(1 + n % 2)),
        "nobody": ("0", "0"),
        "tiny": ("2", str(n % 4)),
        "signs": (str(400 + 20 * n), ("/", ".", "…", "x", "*")[n % 5]),
    }[kind]


def delivered(world, scene, kind: str) -> SimpleNamespace:
    """A district of this kind with a release of 2023 and 2024."""
    from wohnplatz.workflow.deliveries.actions import note, receive
    from wohnplatz.workflow.releases.actions import make_release

    areas = AREAS if kind != "one_area" else {ALTDORF: "Altdorf"}
    for year in (2023, 2024):
        files: dict[str, list[str]] = {"ahausen": [], "behausen": [], "jobcenter": []}
        for n, (key, name) in enumerate(areas.items()):
            people, cases = figures_of(kind, n)
            town = "ahausen" if key in AHAUSEN or kind == "one_area" else "behausen"
            files[town] += [f"einwohner;{key};{name};31.12.{year};{s};{people}" for s in "mw"]
            if cases:
                files["jobcenter"].append(f"sgb2_personen;{key};{name};31.12.{year};{cases}")
        for code, lines in files.items():
            if not lines:
                continue
            sex = "Geschlecht;" if code != "jobcenter" else ""
            data = "\r\n".join([f"Merkmal;Gebiet;Gebietsname;Stichtag;{sex}Wert", *lines]).encode()
            delivery = receive(world.operator, world.rounds[code, year], f"{code}.csv", data)
            for finding in delivery.findings:
                if finding["severity"] == "warning":
                    note(world.planner, delivery, finding["key"], "so gewollt", True)
            scene.released_and_accepted(world.planner, delivery)
    world.release = make_release(world.planner, "2024-1")
    return world


@pytest.fixture(params=KINDS)
def kind(request) -> str:
    return request.param


@pytest.fixture
def district(world_of_its_own, scene, kind) -> SimpleNamespace:
    """A district with two indices and nothing usual in it."""
    world = delivered(scene.build(), scene, kind)
    world.kind = kind
    return world


@pytest.fixture
def world_of_its_own(db, kind, scene, settings, tmp_path, monkeypatch) -> None:  # noqa: PLR0917 (fixtures)
    """Catalogue with indices, and the areas of this kind of district."""
    folder = tmp_path / "catalogue"
    shutil.copytree(scene.CATALOGUE, folder)
    shutil.copytree(Path(__file__).parent / "indices", folder / "indices", dirs_exist_ok=True)
    settings.WOHNPLATZ_CATALOGUE = str(folder)
    areas = AREAS if kind != "one_area" else {ALTDORF: "Altdorf"}
    monkeypatch.setattr(scene, "AREAS", areas)
    gap = 5000 if kind == "islands" else 0
    monkeypatch.setattr(scene, "layers", lambda: layers(scene, areas, gap))


def pages() -> list[str]:
    """Addresses of all pages of analysis, with every indicator where one can be chosen."""
    found = [reverse("analyses"), reverse("comparison") + f"?auswahl={ALTDORF},05999001", reverse("types")]
    found += [reverse("projection"), reverse("early_warning"), reverse("early_warning") + "?spanne=1"]
    found += [reverse("funnel_index"), reverse("space_index"), reverse("index_list"), reverse("coverage")]
    found += [reverse("map_index"), reverse("area_list")]
    found += [reverse("area", args=[k]) for k in (ALTDORF, "05999001", "05999")]
    for index in ("lage", "lage_rang"):
        found += [reverse(r, args=[index]) for r in ("index", "index_workshop", "index_compare")]
    found += [
        f"{reverse('map', args=['sgb2_quote'])}?klassen={method}&werte={values}&auswahl={ALTDORF}"
        for method, values in zip(
            ("quantile", "gleich", "natuerlich", "abweichung", "eigene"),
            ("geglaettet", "roh", "roh", "geglaettet", "roh"),
            strict=True,
        )
    ]
    for code in CODES:
        found.append(reverse("map", args=[code]))
        found.append(f"{reverse('two_maps')}?links={code}&rechts=sgb2_quote&werte-rechts=geglaettet")
        found += [f"{reverse(r)}?indikator={code}&auswahl={ALTDORF}" for r in ("series", "distribution")]
        if ":" not in code:
            found.append(reverse("space", args=[code]))
    found += [f"{reverse('scatter')}?x=sgb2_quote&y=einwohner", reverse("inequality")]
    found += [reverse("funnel", args=["sgb2_quote"]), reverse("map_area", args=["sgb2_quote", ALTDORF])]
    return found


def files() -> list[str]:
    """Addresses of what can be taken away."""
    of_indicator = [(f"{p}_{f}", "sgb2_quote") for p in ("map", "funnel", "space") for f in ("svg", "xlsx")]
    of_area = [(name, form) for name in ("sgb2_quote", "lage", "altersaufbau") for form in ("svg", "xlsx")]
    return [
        *(reverse(name) + f"?auswahl={ALTDORF}" for name in FILES),
        *(reverse(name, args=[code]) for name, code in of_indicator),
        *(reverse("area_picture", args=[ALTDORF, name, form]) for name, form in of_area),
        *(reverse("workshop_file", args=["lage", form]) for form in ("svg", "xlsx")),
    ]


FILES = (
    "comparison_xlsx", "distribution_svg", "distribution_xlsx", "series_svg", "series_xlsx", "scatter_svg",
    "scatter_xlsx", "types_svg", "types_xlsx", "inequality_svg", "inequality_xlsx", "projection_svg",
    "projection_xlsx", "early_warning_xlsx", "early_warning_csv",
)  # fmt: skip
NO_NUMBER = re.compile(r".{0,40}\b(?:nan|inf|None)\b.{0,40}")
ZERO = re.compile(r"\b0,0\s*%")


def test_every_page_answers_with_a_stated_result_and_every_file_is_whole_or_not_there(
    district, log_in
) -> None:
    client = log_in(district.planner)
    figures = client.get(reverse("map", args=["sgb2_quote"])).context["drawing"].figures.values()
    assert {f.state.name for f in figures} == STATES[district.kind]
    wrong = []
    for url in pages():
        answer = client.get(url, follow=True)
        said = re.sub(r"<[^>]+>", " ", answer.content.decode())
        if answer.status_code != 200:
            wrong.append(f"{url}: {answer.status_code}")
        if found := NO_NUMBER.search(said):
            wrong.append(f"{url}: {found.group()}")
        if district.kind in WITHOUT and "sgb2_quote" in url and (found := ZERO.search(said)):
            wrong.append(f"{url}: a zero that nobody counted")
    for url in files():
        answer = client.get(url)
        if answer.status_code not in {200, 404}:
            wrong.append(f"{url}: {answer.status_code}")
        if answer.status_code == 200 and ".svg" in url and NO_NUMBER.search(answer.content.decode()):
            wrong.append(f"{url}: no number in a picture")
    assert wrong == []


def test_without_figures_a_page_says_so(two_years, log_in) -> None:
    html = log_in(two_years.sector).get(reverse("scatter"), {"x": "sgb2_veraenderung_1"}).content.decode()
    assert "nicht berechenbar" in html.lower()
