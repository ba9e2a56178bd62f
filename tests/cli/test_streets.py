"""Street lists on the command line: the same checks as on the page."""

from __future__ import annotations

import pytest

DIVISION, ALTDORF, BRUCH = "wohnplatz-2020", "0599900101", "0599900102"
HEAD = "Straße;von;bis;Seite;Gebiet\n"


@pytest.fixture
def a_list(tmp_path):
    def write(*rows: str):
        path = tmp_path / "strassen.csv"
        path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
        return path

    return write


def test_a_list_is_checked_taken_over_and_asked(call, world, a_list) -> None:
    path = a_list(f"Hauptstr.;1;9;u;{ALTDORF}", f"Hauptstr.;15;21;u;{BRUCH}")
    checked = call("streets", "check", DIVISION, path, as_json=True)
    assert (checked.code, checked.data["rows"]) == (0, 2)
    assert {f["severity"] for f in checked.data["findings"]} == {"warning"}  # 11, 13 and the even side
    assert call("streets", "find", DIVISION, "Hauptstr. 17").code == 1  # nothing was kept
    taken = call("streets", "import", DIVISION, path, "--source", "Vermessungsamt")
    assert taken.code == 0
    assert "2" in taken.out
    found = call("streets", "find", DIVISION, "Hauptstraße 17", as_json=True)
    assert (found.code, [f["area"] for f in found.data]) == (0, [BRUCH])
    assert call("streets", "find", DIVISION, "Hauptstraße 13").code == 1


def test_an_overlap_or_an_unknown_area_is_named_and_nothing_is_taken(call, world, a_list) -> None:
    path = a_list(f"Hauptstr.;1;9;u;{ALTDORF}", f"Hauptstr.;7;21;u;{BRUCH}", "Weg;1;5;u;99")
    for act in ("check", "import"):
        answer = call("streets", act, DIVISION, path, as_json=True)
        assert answer.code == 1
        codes = {f["code"] for f in answer.data["findings"] if f["severity"] == "error"}
        assert len(codes) == 2
    assert call("streets", "find", DIVISION, "Hauptstr. 3").code == 1
    missing = call("streets", "check", "gibt-es-nicht", path)
    assert missing.code == 1
    assert "areas list" in missing.err
