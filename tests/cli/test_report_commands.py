"""Reports at the command line: begin, check, write."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def begun(call, world, scene, tmp_path):
    scene.deliver_everything(world)
    call("release", "make", "2025-1")
    path = tmp_path / "profil.json"
    done = call("report", "start", "profil", "--area", "05999001", "--year", "2024", "-o", path, as_json=True)
    assert (done.code, done.data["title"]) == (0, "Ahausen")
    return path


def test_templates_are_listed(call):
    assert {t["code"] for t in call("report", "templates", as_json=True).data} >= {"sozialbericht", "profil"}


def test_a_report_is_written_in_every_format(call, begun, tmp_path):
    out = tmp_path / "aus"
    done = call(
        "report", "write", begun, "--format", "pdf", "docx", "html", "folder", "data", "-o", out, as_json=True
    )
    assert done.code == 0
    names = {p.name for p in out.rglob("*") if p.is_file()}
    assert names >= {"bericht.pdf", "bericht.docx", "bericht.html", "index.html", "zahlen.xlsx", "zahlen.csv"}
    assert (out / "bericht.pdf").read_bytes().startswith(b"%PDF")


def test_a_check_ends_with_one_where_something_keeps_the_report_back(call, begun):
    tree = json.loads(begun.read_text(encoding="utf-8"))
    tree["blocks"] = [{"kind": "text", "id": "t", "markdown": "Hier sind es {{ weg }}."}]
    begun.write_text(json.dumps(tree), encoding="utf-8")
    done = call("report", "check", begun, as_json=True)
    assert (done.code, [f["code"] for f in done.data]) == (1, ["report.indicator_gone"])
    tree["blocks"][0]["markdown"] = "Hier sind es {{ sgb2_quote }}."
    begun.write_text(json.dumps(tree), encoding="utf-8")
    assert call("report", "check", begun).code == 0


def test_a_file_that_is_no_report_is_refused_with_its_place(call, begun):
    begun.write_text('{"id": "r", "blocks": []}', encoding="utf-8")
    done = call("report", "check", begun)
    assert done.code == 1
    assert "Bericht" in done.err


def test_what_is_final_enters_the_register_and_its_file_can_be_checked(call, begun, tmp_path):
    from wohnplatz.workflow.releases.models import Output

    tree = json.loads(begun.read_text(encoding="utf-8"))
    tree["blocks"] = [{"kind": "text", "id": "t", "markdown": "Hier sind es {{ sgb2_quote }}."}]
    begun.write_text(json.dumps(tree), encoding="utf-8")
    out = tmp_path / "aus"
    done = call("report", "write", begun, "--format", "pdf", "folder", "data", "-o", out, as_json=True)
    assert done.data["final"]
    assert {e.kind for e in Output.objects.all()} == {"pdf", "html", "annex"}
    assert call("release", "check", "--file", out / "bericht.pdf").code == 0
    assert call("release", "check", "--file", out / "bericht").code == 0
    (out / "bericht.pdf").write_bytes((out / "bericht.pdf").read_bytes() + b" ")
    refused = call("release", "check", "--file", out / "bericht.pdf", as_json=True)
    assert (refused.code, refused.data["found"]) == (1, False)


def test_a_draft_does_not_enter_the_register(call, begun, tmp_path):
    from wohnplatz.workflow.releases.models import Output

    call("report", "write", begun, "--draft", "-o", tmp_path / "aus")
    tree = json.loads(begun.read_text(encoding="utf-8"))
    tree["blocks"] = [{"kind": "text", "id": "t", "markdown": "Hier sind es {{ weg }}."}]
    begun.write_text(json.dumps(tree), encoding="utf-8")
    done = call("report", "write", begun, "-o", tmp_path / "aus2")
    assert "Entwurf" in done.out
    assert not Output.objects.exists()
