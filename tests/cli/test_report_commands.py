"""Reports at the command line: begin, check, write."""

from __future__ import annotations

import json

import pytest

STEM = "ahausen-profil-2024"


@pytest.fixture
def begun(call, world, scene, steps, tmp_path):
    steps.take(scene.deliver, world)
    steps.take(scene.release, world)
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
    assert names >= {f"{STEM}{e}" for e in (".pdf", ".docx", ".html", "-zahlen.csv")} | {"index.html"}
    assert (out / f"{STEM}.pdf").read_bytes().startswith(b"%PDF")


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
    assert call("release", "check", "--file", out / f"{STEM}.pdf").code == 0
    assert call("release", "check", "--file", out / STEM).code == 0
    (out / f"{STEM}.pdf").write_bytes((out / f"{STEM}.pdf").read_bytes() + b" ")
    refused = call("release", "check", "--file", out / f"{STEM}.pdf", as_json=True)
    assert (refused.code, refused.data["found"]) == (1, False)


def test_a_profile_that_its_municipality_has_not_let_go_stays_out_of_every_file(call, begun, tmp_path):
    from wohnplatz.workflow.audit.models import LogEntry
    from wohnplatz.workflow.releases.models import Output

    endings = (".docx", ".html", "-zahlen.xlsx", "-zahlen.csv", "-zahlen.csv-metadata.json")
    tree = json.loads(begun.read_text(encoding="utf-8"))
    own = {"kind": "text", "id": "t", "markdown": "In Ahausen sind es {{ sgb2_quote }}, sagt die Stadt."}
    tree["id"] = "../../anderswo <b>"
    tree["blocks"] = [own, {"kind": "figures", "id": "f", "indicators": ["sgb2_quote"]}]
    begun.write_text(json.dumps(tree), encoding="utf-8")
    formats = ("--format", "docx", "html", "data")
    out = tmp_path / "aus"
    done = call("report", "write", begun, *formats, "-o", out, as_json=True)
    assert (done.code, done.data["final"], done.data["withheld"]) == (0, True, ["Stadt Ahausen"])
    page = (out / f"{STEM}.html").read_text(encoding="utf-8")
    assert "von der Kommune noch nicht freigegeben" in page
    assert "sagt die Stadt" not in page
    rows = (out / f"{STEM}-zahlen.csv").read_text(encoding="utf-8-sig")
    assert "05999001" not in rows
    assert "--let-go" in call("report", "write", begun, *formats, "-o", out).out
    draft = call(
        "report", "write", begun, "--draft", "--format", "html", "-o", tmp_path / "entwurf", as_json=True
    )
    assert draft.data["withheld"] == []
    assert draft.data["files"] == [str(tmp_path / "entwurf" / f"{STEM}-entwurf.html")]
    grounds = "Schreiben des Bürgermeisters vom 12.03.2026"
    gone = call("report", "write", begun, *formats, "--let-go", grounds, "-o", out, as_json=True)
    assert (gone.data["final"], gone.data["withheld"]) == (True, [])
    assert {e.name for e in Output.objects.all()} == {f"anderswo-b/{STEM}{e}" for e in endings}
    assert "sagt die Stadt" in (out / f"{STEM}.html").read_text(encoding="utf-8")
    noted = LogEntry.objects.get(action="consultation.let_file_go")
    assert noted.details == {"partners": ["Stadt Ahausen"], "grounds": grounds}


def test_what_a_municipality_let_go_in_a_report_of_the_district_goes_out_from_a_file(call, begun, tmp_path):
    from wohnplatz.report import report_from_json
    from wohnplatz.workflow.consultation import profiles
    from wohnplatz.workflow.consultation.models import ProfileRelease
    from wohnplatz.workflow.consultation.states import ProfileState
    from wohnplatz.workflow.partners.models import Partner
    from wohnplatz.workflow.releases import queries
    from wohnplatz.workflow.reports.models import SocialReport

    tree = json.loads(begun.read_text(encoding="utf-8"))
    tree["blocks"] = [{"kind": "text", "id": "t", "markdown": "Hier sind es {{ sgb2_quote }}."}]
    begun.write_text(json.dumps(tree), encoding="utf-8")
    release, written = queries.current(), report_from_json(begun.read_text(encoding="utf-8"))
    ((name, areas),) = profiles.held_in_file(release, written)
    same = SocialReport.objects.create(
        title="Ahausen", area="05999001", year=2024, release=release, created_at=release.made_at,
        changed_at=release.made_at,
    )  # fmt: skip
    ProfileRelease.objects.create(
        report=same, partner=Partner.objects.get(name=name), state=ProfileState.RELEASED,
        fingerprint=profiles.fingerprint(release, written, areas),
    )  # fmt: skip
    out = ("--format", "html", "-o", tmp_path / "aus")
    done = call("report", "write", begun, *out, as_json=True)
    assert (done.code, done.data["withheld"]) == (0, [])
    tree["blocks"][0]["markdown"] += " Neu."
    begun.write_text(json.dumps(tree), encoding="utf-8")
    again = call("report", "write", begun, *out, as_json=True)
    assert (again.code, again.data["withheld"]) == (0, ["Stadt Ahausen"])
    assert "Neu." not in (tmp_path / "aus" / f"{STEM}.html").read_text(encoding="utf-8")


def test_a_draft_does_not_enter_the_register(call, begun, tmp_path):
    from wohnplatz.workflow.releases.models import Output

    call("report", "write", begun, "--draft", "-o", tmp_path / "aus")
    tree = json.loads(begun.read_text(encoding="utf-8"))
    tree["blocks"] = [{"kind": "text", "id": "t", "markdown": "Hier sind es {{ weg }}."}]
    begun.write_text(json.dumps(tree), encoding="utf-8")
    done = call("report", "write", begun, "--let-go", "Schreiben", "-o", tmp_path / "aus2")
    assert "Entwurf" in done.out
    assert not Output.objects.exists()
