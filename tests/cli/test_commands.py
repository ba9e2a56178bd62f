"""The command line: the same actions as the web, exit codes, JSON, German words."""

from __future__ import annotations

import csv
import io
import json
import socket

import pytest
import shapely

ROUND = "jobcenter/arbeit/2024-12-31"


@pytest.fixture
def jobcenter_file(tmp_path, scene):
    path = tmp_path / "arbeit.csv"
    path.write_bytes(scene.benefits(scene.COUNTS))
    return path


def test_a_file_goes_from_receiving_to_the_release_and_out_again(
    call, world, scene, jobcenter_file, tmp_path
):
    for code, areas in (("ahausen", scene.AHAUSEN), ("behausen", scene.BEHAUSEN)):
        path = tmp_path / f"{code}.csv"
        path.write_bytes(scene.population(areas))
        number = call("delivery", "receive", f"{code}/bevoelkerung/2024-12-31", path, as_json=True).data["id"]
        assert call("delivery", "release", number).code == 0
        assert call("delivery", "accept", number).code == 0
    received = call("delivery", "receive", ROUND, jobcenter_file, as_json=True)
    assert (received.code, received.data["state"]) == (0, "checked")
    assert call("delivery", "release", received.data["id"], as_json=True).data["state"] == "released"
    accepted = call("delivery", "accept", received.data["id"], "--remark", "plausibel", as_json=True)
    assert accepted.data["events"][-1]["note"] == "plausibel"

    probe = call("compute", as_json=True)
    assert probe.data["indicators"] >= 2
    made = call("release", "make", "2025-1", as_json=True)
    assert (made.code, made.data["number"]) == (0, 1)

    target = tmp_path / "out.csv"
    assert call("export", "-o", target, "--indicator", "sgb2_quote", "--level", "wohnplatz").code == 0
    rows = list(csv.reader(io.StringIO(target.read_text("utf-8-sig")), delimiter=";"))
    by_area = {row[0]: row for row in rows[1:5]}
    assert by_area["0599900202"][6].startswith("4,94")
    assert by_area["0599900201"][6] == "0"
    # The second area of a municipality would tell the first one's count by subtraction.
    for protected in (by_area["0599900102"], by_area["0599900101"]):
        assert (protected[6], protected[7], protected[9]) == ("", "*", "")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_an_export_carries_its_release_and_audience_in_every_format(call, world, scene, tmp_path, ending):
    scene.deliver_everything(world)
    call("release", "make", "2025-1")
    target = tmp_path / f"out.{ending}"
    done = call("export", "-o", target, "--audience", "public", as_json=True)
    assert done.code == 0
    assert target.stat().st_size > 500
    if ending == "json":
        data = json.loads(target.read_text())
        assert data["context"]["audience"] == "public"
        hidden = [f for f in data["figures"] if f["state"] == "protected"]
        assert hidden
        assert {f["value"] for f in hidden} == {None}


def test_proofs_and_ledger_are_checked_again(call, world, scene):
    scene.deliver_everything(world)
    call("release", "make", "2025-1")
    good = call("release", "check", as_json=True)
    assert good.code == 0
    assert good.data["ok"]
    assert good.data["records"] > 0
    assert "unversehrt" in call("release", "check", "2025-1").out


def test_an_unknown_format_indicator_or_release_is_refused(call, world, scene, tmp_path):
    assert call("export", "-o", tmp_path / "x.csv").code == 1
    scene.deliver_everything(world)
    call("release", "make", "2025-1")
    assert "„.pdf“" in call("export", "-o", tmp_path / "x.pdf").err
    assert "catalogue list" in call("export", "-o", tmp_path / "x.csv", "--indicator", "nix").err
    assert "gibt es nicht" in call("export", "-o", tmp_path / "x.csv", "--release", "9").err
    assert "ließ sich nicht schreiben" in call("export", "-o", tmp_path / "no" / "x.csv").err


def test_a_faulty_file_ends_with_code_one_and_its_findings(call, world, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("Merkmal;Gebiet;Gebietsname;Stichtag;Wert\nsgb2_personen;999;X;31.12.2024;12\n")
    for command in ("check", "receive"):
        done = call("delivery", command, ROUND, path, as_json=True)
        assert done.code == 1
        assert {"code", "row", "value", "advice"} <= set(done.data["findings"][0])
    said = call("delivery", "check", ROUND, path)
    assert "Fehler" in said.out
    assert call("delivery", "list", as_json=True).data[0]["state"] == "faulty"


def test_checking_stores_nothing(call, world, jobcenter_file, place):
    assert call("delivery", "check", ROUND, jobcenter_file).code == 0
    assert call("delivery", "list", as_json=True).data == []
    assert not (place / "store" / "originals").exists()


def test_returning_and_withdrawing_need_a_reason(call, world, jobcenter_file):
    number = call("delivery", "receive", ROUND, jobcenter_file, as_json=True).data["id"]
    assert call("delivery", "return", number).code == 2
    returned = call("delivery", "return", number, "--reason", "Zeile 4", as_json=True)
    assert returned.data["state"] == "returned"
    refused = call("delivery", "withdraw", number, "--reason", "x", as_json=True)
    assert (refused.code, refused.data["error"]["code"]) == (1, "deliveries.not_possible.withdraw")
    assert "Zeile 4" in call("delivery", "show", number).out


def test_a_command_acts_in_the_name_of_an_account(call, world, jobcenter_file):
    refused = call("delivery", "receive", ROUND, jobcenter_file, "--as", "konto-ahausen")
    assert refused.code == 1
    assert "andere" in refused.err
    own = call("delivery", "receive", ROUND, jobcenter_file, "--as", "KONTO-jobcenter", as_json=True)
    assert own.data["events"][0]["organisation"] == "Jobcenter Musterkreis"
    assert "gibt es nicht" in call("delivery", "list", "--as", "niemand").err


def test_a_seen_version_protects_against_overwriting_a_decision(call, world, jobcenter_file):
    number = call("delivery", "receive", ROUND, jobcenter_file, as_json=True).data["id"]
    call("delivery", "release", number, "--seen-version", "1")
    call("delivery", "accept", number, "--seen-version", "2")
    again = call("delivery", "accept", number, "--seen-version", "2", as_json=True)
    assert (again.code, again.data["error"]["code"]) == (1, "deliveries.conflict")


def test_rounds_are_listed_opened_and_waived(call, world):
    listed = call("round", "list", "--year", "2024", as_json=True).data
    assert len(listed) == 3
    assert call("round", "open", "--until", "31.12.2025", as_json=True).data == {"opened": 3}
    assert call("round", "waive", ROUND, "--reason", "Umstellung").code == 0
    row = next(r for r in call("round", "list", as_json=True).data if r["state"] == "erlassen")
    assert row["partner"] == "Jobcenter Musterkreis"
    assert "Form: Nummer" in call("round", "waive", "nix/da/2024-12-31", "--reason", "x").err


def test_agreements_are_listed_and_ended_and_rounds_open_by_themselves(call, world):
    listed = call("agreement", "list", as_json=True).data
    first = listed[0]
    assert (first["partner"], first["version"], first["valid_to"]) == ("Jobcenter Musterkreis", 1, None)
    assert call("tick", as_json=True).data["opened"] >= 6
    assert call("tick", as_json=True).data == {"opened": 0}
    ended = call("agreement", "end", listed[0]["id"], "--on", "31.12.2024", as_json=True)
    assert (ended.code, ended.data["valid_to"]) == (0, "2024-12-31")
    assert "agreement list" in call("agreement", "end", "999", "--on", "31.12.2024").err


def test_an_exception_and_the_end_of_a_waiver_say_what_they_did(call, world):
    assert call("round", "waive", ROUND, "--reason", "Umstellung").code == 0
    assert "erlassen" in call("round", "exception", ROUND, "--until", "01.01.2100", "--reason", "x").err
    assert "Wieder geschuldet" in call("round", "restore", ROUND).out
    assert "bis 01.01.2100" in call("round", "exception", ROUND, "--until", "01.01.2100", "--reason", "x").out
    assert "nichts" in call("round", "exception", ROUND, "--until", "01.01.2024", "--reason", "x").err


def test_a_template_can_be_filled_in_and_delivered(call, world, tmp_path):
    target = tmp_path / "vorlage.xlsx"
    assert call("template", ROUND, "-o", target).code == 0
    assert target.read_bytes()[:2] == b"PK"


def test_two_releases_are_compared(call, world, scene):
    scene.deliver_everything(world)
    call("release", "make", "alt")
    scene.deliver_everything(world, 2023)
    call("release", "make", "neu")
    found = call("release", "compare", "alt", "neu", as_json=True).data
    assert len(found["added"]) == 3
    assert {c["year"] for c in found["changes"]} == {2023, 2024}
    text = call("release", "compare", "1", "2", "--limit", "2").out
    assert "3 Lieferungen neu" in text
    assert "weitere" in text
    assert [r["label"] for r in call("release", "list", as_json=True).data] == ["neu", "alt"]


@pytest.fixture
def geojson(tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"schluessel": f"0{n}", "name": f"Gebiet {n}"},
            "geometry": json.loads(shapely.to_geojson(shapely.box(7 + n / 10, 51, 7.1 + n / 10, 51.1))),
        }
        for n in range(3)
    ]
    path = tmp_path / "gebiete.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_areas_are_described_checked_imported_and_listed(call, place, geojson):
    assert "schluessel" in call("areas", "describe", geojson).out
    assert (
        call("areas", "check", geojson, "--key", "schluessel", "--name", "name", as_json=True).data["areas"]
        == 3
    )
    arguments = (
        "areas", "import", geojson, "--key", "schluessel", "--name", "name", "--code", "w-2025",
        "--level", "wohnplatz", "--label", "Wohnplätze", "--valid-from", "2025-01-01",
    )  # fmt: skip
    taken = call(*arguments, as_json=True)
    assert (taken.code, taken.data["areas"]) == (0, 3)
    assert call(*arguments).code == 1
    assert call("areas", "list", as_json=True).data[0]["code"] == "w-2025"


def test_overlapping_areas_are_refused_with_findings(call, place, geojson):
    data = json.loads(geojson.read_text())
    data["features"][1]["geometry"] = data["features"][0]["geometry"]
    geojson.write_text(json.dumps(data))
    done = call("areas", "check", geojson, "--key", "schluessel", as_json=True)
    assert done.code == 1
    assert done.data["findings"]


def test_an_installation_is_made_ready(call, place, monkeypatch):
    assert call("init", "--name", "Neuer Kreis", "--key", "05001").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("ein langes Kennwort\n"))
    made = call("user", "create", "Petra", "--name", "Petra P", "--role", "planner", as_json=True)
    assert made.data == {"username": "petra", "role": "planner"}
    assert "petra" in call("user", "list").out
    unknown = call("user", "create", "x", "--name", "X", "--role", "partner", "--partner", "nix")
    assert (unknown.code, "nix" in unknown.err) == (1, True)


def test_a_setup_file_is_applied(call, place, tmp_path):
    path = tmp_path / "kreis.toml"
    path.write_text(
        '[district]\nname = "K"\nkey = "1"\n[[user]]\nusername = "p"\nname = "P"\nrole = "planner"\n'
    )
    done = call("setup", "apply", path, as_json=True)
    assert set(done.data["passwords"]) == {"p"}
    assert "0 Konten" in call("setup", "apply", path).out


def test_the_catalogue_is_checked_and_listed_without_an_installation(call, scene, tmp_path):
    assert call("catalogue", "check", scene.CATALOGUE, as_json=True).data["indicators"] == 3
    assert "sgb2_quote" in call("catalogue", "list", scene.CATALOGUE).out
    assert call("catalogue", "check", tmp_path).code == 1
    assert call("catalogue", "check", as_json=True).data["indicators"] >= 28


def test_wrong_usage_ends_with_code_two_and_german_words(call):
    for arguments, said in (
        ((), "Es fehlt: BEREICH"),
        (("delivery", "accept"), "Es fehlt: LIEFERUNG"),
        (("delivery", "accept", "x"), "ist keine ganze Zahl"),
        (("release", "list", "--gibtsnicht"), "Unbekannte Angabe"),
        (("areas", "import", "/gibt/es/nicht"), "gibt es nicht"),
        (("round", "open", "--until", "31.31.2024"), "kein Datum"),
        (("export", "-o"), "Es fehlt der Wert"),
        (("nix",), "Zur Wahl stehen"),
    ):
        done = call(*arguments)
        assert done.code == 2
        assert said in done.err
        assert done.err.startswith("Aufruf: wohnplatz")


def test_the_help_is_german(call):
    for arguments in (("--help",), ("delivery", "receive", "--help"), ("export", "--help")):
        done = call(*arguments)
        assert done.code == 0
        assert "Aufruf:" in done.out
        for word in ("usage", "options", "positional", "show this help"):
            assert word not in done.out


def test_a_taken_port_is_said_in_plain_words(call, place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = call("serve", "--port", taken.getsockname()[1])
    assert done.code == 1
    assert "kann nicht angeboten werden" in done.err
    assert "--port" in done.err


def test_the_demo_is_offered_on_this_computer_only(call, place):
    for host in ("0.0.0.0", "192.0.2.1", "::", "planung.example"):
        done = call("serve", "--host", host)
        assert done.code == 1
        assert "nur auf diesem Rechner" in done.err


def test_a_formula_is_changed_tried_kept_exported_and_retired_at_the_command_line(
    call, world, scene, tmp_path
):
    scene.deliver_everything(world)
    call("release", "make", "2025-1")
    path = tmp_path / "quote.toml"
    assert call("catalogue", "export", "sgb2_quote", "-o", path).code == 0
    path.write_text(path.read_text().replace("factor = 100.0", "factor = 1000.0"), "utf-8")
    tried = call("catalogue", "effect", path, as_json=True).data
    assert tried["fields"] == [{"field": "Faktor", "old": "100", "new": "1000"}]
    assert tried["dependants"] == ["sgb2_veraenderung_1"]
    assert {m["values"] for m in tried["measures"] if m["code"] == "sgb2_quote"} == {1, 2}
    assert call("catalogue", "own", as_json=True).data == [], "trying keeps nothing"
    refused = call("catalogue", "keep", path, "--reason", "probe", "--as", "sector")
    assert (refused.code, "Nicht erlaubt" in refused.err) == (1, True)
    kept = call("catalogue", "keep", path, "--reason", "je 1.000 liest sich besser", as_json=True)
    assert kept.data == {"code": "sgb2_quote", "version": 2, "state": "in_force"}
    versions = call("catalogue", "versions", "sgb2_quote", as_json=True).data
    assert [(v["version"], v["origin"], v["releases"]) for v in versions] == [
        (2, "eigene", ""), (1, "Datei", "2025-1"),
    ]  # fmt: skip
    assert "factor = 100.0" in call("catalogue", "export", "sgb2_quote", "--version", "1").out
    used = call("catalogue", "retire", "sgb2_quote", "--reason", "nicht mehr nötig")
    assert (used.code, "sgb2_veraenderung_1" in used.err) == (1, True)
    assert call("catalogue", "retire", "sgb2_veraenderung_1", "--reason", "nicht mehr nötig").code == 0
    wrong = tmp_path / "falsch.toml"
    wrong.write_text(path.read_text().replace("sgb2_personen", "sgb2_persone"), "utf-8")
    told = call("catalogue", "keep", wrong, "--reason", "probe")
    assert (told.code, "^^^" in told.err) == (1, True)


def test_a_preview_says_what_would_be_hidden_and_makes_nothing(call, world, scene):
    scene.deliver_everything(world)
    shown = call("release", "preview", as_json=True)
    assert shown.code == 0
    (group,) = shown.data["groups"]
    assert group["costs"]["hidden"] > 0
    assert call("release", "list", as_json=True).data == []
    text = call("release", "preview", "--limit", "1").out
    assert "Zahlen verdeckt" in text
    assert "Erst ab der Ebene" in text
    assert text.count("\n- ") == 1
