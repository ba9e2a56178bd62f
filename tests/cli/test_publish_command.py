"""``wohnplatz publish``."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def released(world, scene, steps):
    steps.take(scene.deliver, world)
    return steps.take(scene.release, world)


def test_an_atlas_is_written_and_enters_the_register(call, released, tmp_path):
    from wohnplatz.workflow.releases.models import Output

    folder = tmp_path / "atlas"
    done = call("publish", folder, as_json=True)
    assert done.code == 0
    assert (folder / "index.html").is_file()
    assert Output.objects.get(kind="atlas").sha == done.data["sha256"]
    assert call("release", "check", "--file", folder).code == 0
    assert call("release", "check", "--file", folder / "daten" / "alle-zahlen.csv").code == 0
    again = call("publish", folder, as_json=True)
    assert again.data["sha256"] == done.data["sha256"]
    assert Output.objects.filter(kind="atlas").count() == 1


def test_only_figures_for_the_public_are_in_it(call, released, tmp_path):
    from wohnplatz.model import Audience
    from wohnplatz.workflow.releases import queries

    call("publish", tmp_path / "atlas")
    release = queries.current()
    codes = ["sgb2_quote"]
    seen = queries.figures(released.planner, release, indicators=codes, audience=Audience.PUBLIC)
    working = queries.figures(released.planner, release, indicators=codes, audience=Audience.WORKING)
    hidden = {f.area for f in seen if f.value is None} & {f.area for f in working if f.numerator}
    assert hidden, "the district must hide something"
    text = (tmp_path / "atlas" / "daten" / "alle-zahlen.csv").read_text(encoding="utf-8-sig")
    rows = [row.split(";") for row in text.splitlines()]
    for row in rows:
        if row[0].startswith("sgb2_quote/") and row[1] in hidden and "/2024" in row[0]:
            assert row[9] == "geschützt"
            assert row[8] == row[12] == row[13] == ""


def test_a_report_comes_along(call, released, tmp_path):
    path = tmp_path / "profil.json"
    call("report", "start", "profil", "--area", "05999001", "--year", "2024", "-o", path)
    tree = json.loads(path.read_text(encoding="utf-8"))
    tree["blocks"] = [{"kind": "text", "id": "t", "markdown": "Bei uns sind es {{ sgb2_quote }}."}]
    path.write_text(json.dumps(tree), encoding="utf-8")
    done = call("publish", tmp_path / "atlas", "--report", path, as_json=True)
    assert (done.code, done.data["withheld"]) == (0, ["Stadt Ahausen"])
    twice = call("publish", tmp_path / "atlas", "--report", path, path)
    assert (twice.code, "dieselbe Kennung" in twice.err) == (1, True)
    pages = [p.read_text(encoding="utf-8") for p in (tmp_path / "atlas" / "berichte").rglob("*.html")]
    assert any("noch nicht freigegeben" in page for page in pages)
    assert not any("Bei uns" in page for page in pages), "the municipality has not let its profile go"
    out = tmp_path / "atlas" / "berichte" / "profil"
    assert (out / "ahausen-profil-2024.pdf").read_bytes().startswith(b"%PDF")


def test_a_folder_with_other_things_is_refused(call, released, tmp_path):
    (tmp_path / "anderes").mkdir()
    (tmp_path / "anderes" / "brief.txt").write_text("wichtig")
    done = call("publish", tmp_path / "anderes")
    assert done.code == 1
    assert "kein Atlas" in done.err


def test_a_single_picture_enters_the_register_or_says_why_there_is_none(call, released, tmp_path):
    file = tmp_path / "karte.png"
    done = call("picture", "sgb2_quote", "--year", "2024", "--size", "quadrat", "-o", file, as_json=True)
    assert done.code == 0
    assert file.read_bytes().startswith(b"\x89PNG")
    assert "Karte mit" in done.data["alternative"]
    assert call("release", "check", "--file", file).code == 0
    refused = call("picture", "weg", "--year", "2024", "-o", tmp_path / "weg.png")
    assert (refused.code, (tmp_path / "weg.png").exists()) == (1, False)
