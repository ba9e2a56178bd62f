"""``wohnplatz audit``: a stranger's folder, without settings or database."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "beispiele" / "veroeffentlichung"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(EXAMPLE, tmp_path / "veroeffentlichung"))


def test_the_example_of_the_handbook_leaks_and_is_explained(call, folder):
    done = call("audit", folder)
    assert done.code == 1
    assert "Ergebnis: 14 Anzahlen sind nicht geschützt." in done.out
    assert "sgb2, Birkhof, 2019: 1" in done.out
    assert (
        "Denn 404 (Adelsfeld) − 203 (Adelsfeld-Mitte) − 121 (Adelsfeld-Nord) − 79 (Am Mühlbach) = 1"
        in done.out
    )
    assert "Nicht geprüft ist" in done.out


def test_machines_get_the_same_as_json(call, folder):
    done = call("audit", folder, as_json=True)
    assert done.code == 1
    assert done.data["revealed"] == len(done.data["found"]) == 14
    first = done.data["found"][0]
    assert first["kind"] == "exact"
    assert first["steps"][0].startswith("Denn ")


def test_a_publication_without_leaks_ends_with_zero(call, tmp_path):
    (tmp_path / "a.csv").write_text("Gebiet;Jahr;Personen\nA;2024;20\nB;2024;30\ninsgesamt;2024;50\n")
    done = call("audit", tmp_path)
    assert done.code == 0
    assert "Keine gesperrte oder kleine Anzahl" in done.out


def test_a_description_is_proposed_once_and_never_overwritten(call, folder):
    assert call("audit", folder, "--describe").code == 0
    path = folder / "beschreibung.toml"
    text = path.read_text(encoding="utf-8")
    assert '"SGB-II-Quote in %" = { quote = "sgb2"' in text
    assert "Ergebnis: 14 Anzahlen" in call("audit", folder).out
    again = call("audit", folder, "--describe")
    assert again.code == 1
    assert "Es gibt schon eine Beschreibung" in again.err
    assert path.read_text(encoding="utf-8") == text


def test_a_report_can_be_taken_away_as_pdf(call, folder, tmp_path):
    target = tmp_path / "bericht.pdf"
    call("audit", folder, "--pdf", target)
    assert target.read_bytes().startswith(b"%PDF")


def test_an_empty_folder_and_a_faulty_description_are_clear_answers(call, folder, tmp_path):
    (tmp_path / "leer").mkdir()
    assert "nichts zu prüfen" in call("audit", tmp_path / "leer").err
    (folder / "beschreibung.toml").write_text("mindestfallzahl = 0\n", encoding="utf-8")
    done = call("audit", folder)
    assert done.code == 1
    assert "keine Tabelle beschrieben" in done.err


def test_what_a_machine_reads_begins_with_the_answer(tmp_path):
    (tmp_path / "a.csv").write_text(
        "Gebiet;Jahr;Personen\nA;2024;*\nB;2024;*\nC;2024;12\ninsgesamt;2024;30\n"
    )
    run = [sys.executable, "-m", "wohnplatz", "audit", str(tmp_path), "--json"]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["hidden"] == 2


def test_nothing_found_beside_a_broken_file_is_an_answer_of_its_own(call, tmp_path):
    (tmp_path / "a.csv").write_text("Gebiet;Jahr;Personen\nA;2024;20\nB;2024;30\ninsgesamt;2024;50\n")
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 broken")
    done = call("audit", tmp_path)
    assert done.code == 3
    assert "Die Prüfung ist unvollständig: 1 Datei nicht gelesen" in done.out
    assert not call("audit", tmp_path, as_json=True).data["complete"]
    (tmp_path / "a.csv").write_text("Gebiet;Personen\nA;20\nB;*\ninsgesamt;22\n")
    assert call("audit", tmp_path).code == 1


def test_nothing_found_but_a_column_left_is_an_answer_of_its_own(call, tmp_path):
    (tmp_path / "a.csv").write_text("Gebiet;Personen;Index\nA;20;1,3\nB;30;1,2\nC;40;0,7\n", encoding="utf-8")
    done = call("audit", tmp_path)
    assert done.code == 3
    assert "Nicht angegriffen" in done.out
    assert '"Index" = { quote = "Zähler"' in done.out
