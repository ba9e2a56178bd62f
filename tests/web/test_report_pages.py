"""Pages of the social reports: from the template to the files, with everything an author can do between."""

from __future__ import annotations

import io
import re
import zipfile
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from wohnplatz.workflow.reports import writing
from wohnplatz.workflow.reports.models import ReportBlock, SocialReport

TRICKS = 'A<script>alert(1)</script> {{ gebiet }} #import "x" $y$ `rm` \\pagebreak <w:t>Feld</w:t> & "Wort"'


@pytest.fixture
def begun(released, log_in) -> SimpleNamespace:
    """A report from the full template, and the planner's client."""
    released.client = log_in(released.planner)
    answer = released.client.post("/berichte/neu/sozialbericht/", {"jahr": "2024", "titel": ""})
    assert answer.status_code == 302
    released.report = SocialReport.objects.get()
    released.page = f"/berichte/{released.report.pk}/"
    return released


def text_block(begun: SimpleNamespace, markdown: str = "") -> tuple[ReportBlock, str]:
    """A new text at the end of the report, through its pages."""
    answer = begun.client.post(f"{begun.page}einfuegen/?art=text")
    row = ReportBlock.objects.order_by("-pk").first()
    page = f"{begun.page}block/{row.block_id}/"
    assert answer.headers["Location"] == page
    if markdown:
        sent = {"schritt": "speichern", "fassung": row.version, "markdown": markdown}
        assert begun.client.post(page, sent).status_code == 302
        row.refresh_from_db()
    return row, page


def test_from_the_template_to_the_outline(begun) -> None:
    shown = begun.client.get("/berichte/neu/").content.decode()
    for label in ("Sozialbericht", "Leichter Sprache", "Kommune"):
        assert label in shown
    assert shown.count("<svg viewBox") >= 6
    outline = begun.client.get(begun.page).content.decode()
    assert "Gliederung" in outline
    assert "vorgeschlagene Texte sind noch nicht übernommen" in outline
    assert "Vorschlag</span>" in outline
    assert begun.report.title in begun.client.get("/berichte/").content.decode()
    assert begun.client.get("/berichte/neu/gibtesnicht/").status_code == 404


def test_a_text_is_written_with_a_picked_figure_and_reads_in_the_preview(begun) -> None:
    row, page = text_block(begun)
    chosen = {"fassung": row.version, "markdown": "Die Quote:", "z_indikator": "sgb2_quote",
              "z_gebiet": "05999001", "z_jahr": "2024"}  # fmt: skip
    offered = begun.client.post(page, {**chosen, "schritt": "zahlen"}).content.decode()
    assert "Unsicherheitsbereich" in offered
    source = "{{ sgb2_quote | gebiet=05999001 | jahr=2024 }}"
    assert f'value="einfuegen:{source}"' in offered
    assert "Vorgeschlagene Sätze" in offered
    put = begun.client.post(page, {**chosen, "schritt": f"einfuegen:{source}"}).content.decode()
    assert f"Die Quote: {source}" in put
    row.refresh_from_db()
    assert row.content["markdown"] == "", "nothing is stored before it is asked for"
    words = {"schritt": "speichern", "fassung": row.version, "markdown": f"Die Quote: {source}."}
    assert begun.client.post(page, words).status_code == 302
    fragment = begun.client.post(f"{page}vorschau/", {"markdown": words["markdown"]}).content.decode()
    printed = re.search(r"zahl=sgb2_quote%2F05999001%2F2024\">([^<]+)</a>", fragment)
    assert printed is not None
    assert printed[1] in begun.client.get(f"{begun.page}vorschau/").content.decode()
    traced = begun.client.get(f"{begun.page}zahl/?zahl=sgb2_quote/05999001/2024").content.decode()
    assert printed[1] in traced
    assert "im Bericht" in traced


def test_a_sentence_thrown_away_is_not_suggested_again(begun) -> None:
    row, page = text_block(begun)
    chosen = {"fassung": row.version, "markdown": "", "z_indikator": "sgb2_quote", "z_gebiet": "05999001"}
    before = begun.client.post(f"{page}saetze/", chosen).content.decode()
    assert 'value="weg:value"' in before
    after = begun.client.post(f"{page}saetze/", {**chosen, "schritt": "weg:value"}).content.decode()
    assert 'value="weg:value"' not in after


def test_a_protected_figure_is_named_at_its_block_and_printed_nowhere(begun) -> None:
    _, page = text_block(begun, "In Bruch: {{ sgb2_personen_anteil | gebiet=0599900102 }}.")
    shown = begun.client.get(page).content.decode()
    assert "wp-finding--error" in shown
    _, page = text_block(begun, "In Bruch: {{ sgb2_quote | gebiet=0599900102 | jahr=2024 }}.")
    shown = begun.client.get(page).content.decode()
    assert "geschützt" in shown
    outline = begun.client.get(begun.page).content.decode()
    assert "geschützt" in outline


def test_two_authors_lose_nothing_and_see_both_versions(begun, log_in) -> None:
    row, page = text_block(begun, "Der Anfang.")
    first = {"schritt": "speichern", "fassung": row.version, "markdown": "Der Anfang. Meiner."}
    second = {**first, "markdown": "Der Anfang. Deiner."}
    assert begun.client.post(page, first).status_code == 302
    conflict = log_in(begun.planner).post(page, second)
    assert conflict.status_code == 409
    shown = conflict.content.decode()
    assert "wurde inzwischen von Planner geändert" in shown
    assert "<del>Meiner</del><ins>Deiner</ins>" in shown
    assert "\nDer Anfang. Deiner.</textarea>" in shown
    version = re.search(r'name="fassung" value="(\d+)"', shown)[1]
    merged = {**first, "fassung": version, "markdown": "Der Anfang. Meiner und deiner."}
    assert begun.client.post(page, merged).status_code == 302
    history = begun.client.get(f"{page}verlauf/").content.decode()
    assert "Fassung 4" in history
    assert "<ins>" in history
    back = begun.client.post(f"{page}verlauf/", {"nummer": "2", "fassung": "4"})
    assert back.status_code == 302
    row.refresh_from_db()
    assert row.content["markdown"] == "Der Anfang."


def test_a_new_page_typed_into_a_column_is_answered_beside_the_text(begun) -> None:
    pair = writing.add(begun.planner, begun.report, {"kind": "pair", "share": 0.5, "left": [], "right": []})
    text = {"kind": "text", "markdown": "", "state": "written"}
    row = writing.add(begun.planner, begun.report, text, parent=pair, slot="right")
    url = f"{begun.page}block/{row.block_id}/vorschau/"
    shown = begun.client.post(url, {"markdown": "Eins\n\n---\n\nZwei"}).content.decode()
    assert "Hier beginnt keine neue Seite" in shown
    assert "Zwei" in shown
    assert "keine neue Seite" not in begun.client.post(url, {"markdown": "Eins"}).content.decode()


def test_a_form_sent_twice_makes_one_report_and_one_block(begun) -> None:
    drawn = re.compile(r'name="einmal" value="(\w+)"')

    def token(page: str) -> str:
        return drawn.search(begun.client.get(page).content.decode())[1]

    new = "/berichte/neu/sozialbericht/"
    form = {"jahr": "2024", "titel": "Kurz", "einmal": token(new)}
    first, again = (begun.client.post(new, form).headers["Location"] for _ in range(2))
    assert first == again
    assert begun.client.post(new, {**form, "titel": "Lang"}).headers["Location"] != first
    assert begun.client.post(new, {**form, "einmal": token(new)}).headers["Location"] != first
    assert SocialReport.objects.count() == 4

    page, before = f"{begun.page}einfuegen/?art=text", begun.report.blocks.count()
    form = {"einmal": token(page)}
    first, again = (begun.client.post(page, form).headers["Location"] for _ in range(2))
    assert first == again
    assert begun.client.post(page, {"einmal": token(page)}).headers["Location"] != first
    assert begun.report.blocks.count() == before + 2


def test_a_text_survives_a_lost_session_and_a_stale_form(begun) -> None:
    row, page = text_block(begun)
    words = {"schritt": "speichern", "fassung": row.version, "markdown": "Lange überlegt."}
    nobody = Client()
    lost = nobody.post(page, words)
    assert lost.status_code == 403
    assert "Lange überlegt." in lost.content.decode()
    assert begun.report.title not in lost.content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(begun.planner)
    stale = strict.post(page, words)
    assert stale.status_code == 403
    assert "Lange überlegt." in stale.content.decode()


def test_blocks_of_every_kind_have_a_form_and_can_be_added(begun) -> None:
    kinds = begun.client.get(f"{begun.page}einfuegen/").content.decode()
    entered = {
        "chapter": {"title": "Neu"}, "figures": {"indicator_1": "sgb2_quote"},
        "table": {"rows": "areas", "indicators": ["sgb2_quote"]},
        "map": {"indicator": "sgb2_quote", "extent": "whole", "method": "quantiles", "classes": "5"},
        "chart": {"form": "bars", "indicator": "sgb2_quote"}, "pair": {"share": "0.6"},
        "profiles": {"level": "wohnplatz"}, "glossary": {"terms": []}, "methods": {}, "break": {},
        "statement": {"partner": "Caritas", "markdown": "Wir sehen das anders.", "received_on": "1.2.2025"},
        "outcomes": {"title": "Folgen", "outcomes": "Beratung ausbauen | umgesetzt | zwei Stellen"},
        "picture": {"alternative": "Rathaus", "datei": SimpleUploadedFile("a.png", png())},
    }  # fmt: skip
    for kind, fields in entered.items():
        assert f"art={kind}" in kinds
        assert begun.client.get(f"{begun.page}einfuegen/?art={kind}").status_code == 200
        made = begun.client.post(f"{begun.page}einfuegen/?art={kind}", fields)
        assert made.status_code == 302, (kind, made.content.decode()[-3000:])
        shown = begun.client.get(made.headers["Location"])
        assert shown.status_code == 200, kind
    row = ReportBlock.objects.filter(kind="statement").latest("pk")
    assert row.content["received_on"] == "2025-02-01"
    assert ReportBlock.objects.filter(kind="pair").latest("pk").content["share"] == 0.6
    page = f"{begun.page}block/{ReportBlock.objects.filter(kind='map').latest('pk').block_id}/"
    seen = begun.client.post(page, {**entered["map"], "classes": "3", "schritt": "ansehen", "fassung": "1"})
    assert "<svg" in seen.content.decode()
    preview = begun.client.get(f"{begun.page}vorschau/").content.decode()
    assert "Wir sehen das anders." in preview
    assert "Beratung ausbauen" in preview


def png(wide: int = 8, high: int = 8) -> bytes:
    """A grey picture."""
    import struct
    import zlib

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\x80" * wide) * high
    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
    )


def test_a_picture_too_large_is_refused_at_its_field(begun) -> None:
    for data, words in ((png(9000, 9000), "zu groß"), (b"keins", "keine PNG- oder JPEG-Datei")):
        fields = {"alternative": "Rathaus", "datei": SimpleUploadedFile("a.png", data)}
        refused = begun.client.post(f"{begun.page}einfuegen/?art=picture", fields)
        assert refused.status_code == 200
        assert words in refused.content.decode()
    assert not ReportBlock.objects.filter(kind="picture").exists()
    page = begun.client.post(f"{begun.page}einfuegen/?art=picture", {"alternative": "Rathaus"})
    assert "Bitte wählen Sie ein Bild." in page.content.decode()
    assert "bleibt das Bild" not in page.content.decode(), "there is none yet"


def test_markup_tricks_stay_plain_words_in_every_output(begun) -> None:
    text_block(begun, f"{TRICKS}\n\n# {TRICKS}\n\n[{TRICKS}](javascript:alert(1))")
    begun.client.post(f"{begun.page}einfuegen/?art=chapter", {"title": TRICKS})
    statement = {"partner": TRICKS, "markdown": TRICKS}
    begun.client.post(f"{begun.page}einfuegen/?art=statement", statement)
    begun.client.post(
        f"{begun.page}angaben/", {"titel": TRICKS[:180], "untertitel": TRICKS[:180], "jahr": "2024"}
    )
    pages = [begun.page, f"{begun.page}vorschau/", f"{begun.page}bericht.html", "/berichte/"]
    for page in pages:
        shown = begun.client.get(page).content.decode()
        assert "<script>alert" not in shown
        assert 'href="javascript' not in shown
        assert "&lt;script&gt;alert(1)" in shown
    made = large(begun, "docx").content
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        words = archive.read("word/document.xml").decode()
    assert "&lt;w:t&gt;Feld" in words
    assert "<w:t>Feld</w:t>" not in words
    assert large(begun, "pdf").content.startswith(b"%PDF")


def large(begun, kind: str):
    """A file that a job makes, asked for, made and fetched."""
    from wohnplatz.workflow.reports import making
    from wohnplatz.workflow.reports.models import ReportFile

    asked = begun.client.get(f"{begun.page}bericht.{kind}")
    if asked.status_code == 302:
        assert asked.headers["Location"] == f"{begun.page}ausgabe/{kind}/"
        assert "wird gerade gesetzt" in begun.client.get(asked.headers["Location"]).content.decode()
        assert making.make(ReportFile.objects.first().pk) == "done"
        assert "Datei ist fertig" in begun.client.get(asked.headers["Location"]).content.decode()
        asked = begun.client.get(f"{begun.page}bericht.{kind}")
    return asked


def test_an_empty_report_is_not_said_to_be_right(begun) -> None:
    begun.report.blocks.update(deleted=True)
    page = begun.client.get(begun.page).content.decode()
    assert "Der Bericht ist noch leer" in page
    assert "Alle Sätze und Blöcke stimmen" not in page
    refused = begun.client.post(begun.page, {"zustand": "review"}, follow=True)
    assert "noch leer" in refused.content.decode()


def test_a_draft_begun_by_mistake_is_set_aside_and_taken_up_again(begun) -> None:
    done = begun.client.post(begun.page, {"zustand": "set_aside"}, follow=True).content.decode()
    assert "Dieser Entwurf ist verworfen" in done
    assert "In die interne Durchsicht geben" not in done
    assert "Block am Ende einfügen" not in done
    listed = begun.client.get("/berichte/").content.decode()
    assert "Verworfene Entwürfe (1)" in listed
    assert "Noch gibt es keinen Bericht" in listed
    assert begun.report.title not in begun.client.get("/abstimmungen/").content.decode()
    assert begun.client.get(f"/abstimmungen/bericht/{begun.report.pk}/").status_code == 200
    assert begun.client.post(begun.page, {"zustand": "review"}).status_code == 404
    back = begun.client.post(begun.page, {"zustand": "draft"}, follow=True).content.decode()
    assert "Block am Ende einfügen" in back
    assert "Verworfene Entwürfe" not in begun.client.get("/berichte/").content.decode()


def test_a_file_that_waits_behind_a_long_computation_says_so(begun) -> None:
    """»Some seconds« would be a lie: a preview keeps the worker busy for minutes."""
    from wohnplatz.workflow.jobs import tasks
    from wohnplatz.workflow.releases.models import ReleasePreview, RunState

    busy = ReleasePreview.objects.create(basis="x", state=RunState.COMPUTING, asked_at=timezone.now())
    page = begun.client.get(f"{begun.page}bericht.pdf", follow=True).content.decode()
    assert "Vorher wird eine Vorschau auf den nächsten Datenstand fertig gerechnet" in page
    assert "einige Sekunden" not in page
    ReleasePreview.objects.filter(pk=busy.pk).update(state=RunState.DONE)
    assert "wird gerade gesetzt" in begun.client.get(f"{begun.page}ausgabe/pdf/").content.decode()
    assert tasks.make_report_file.priority > tasks.preview_release.priority


def test_downloads_of_a_draft_say_so_and_come_in_every_form(begun) -> None:
    for kind, start in (
        ("pdf", b"%PDF"),
        ("docx", b"PK"),
        ("html", b"<!doctype"),
        ("xlsx", b"PK"),
        ("zip", b"PK"),
    ):
        answer = large(begun, kind)
        assert answer.status_code == 200
        assert answer.content.startswith(start)
        name = f"sozialbericht-musterkreis-2024-entwurf{'-zahlen' if kind in {'xlsx', 'zip'} else ''}.{kind}"
        assert f'"{name}"' in answer.headers["Content-Disposition"]
        assert large(begun, kind).content == answer.content
    assert "Entwurf" in begun.client.get(f"{begun.page}bericht.html").content.decode()
    assert begun.client.get(f"{begun.page}bericht.exe").status_code == 404


def test_the_outline_moves_removes_and_brings_back(begun) -> None:
    row, _ = text_block(begun, "Zuletzt.")
    step = f"{begun.page}schritt/"
    begun.client.post(step, {"schritt": f"hoch:{row.block_id}"})
    row.refresh_from_db()
    standing = begun.report.blocks.filter(parent=None).order_by("position")
    assert [r.pk for r in standing][-2] == row.pk
    begun.client.post(step, {"schritt": f"entfernen:{row.block_id}:{row.version}"})
    assert "Zuletzt." not in begun.client.get(begun.page).content.decode()
    assert "Zuletzt." in begun.client.get(f"{begun.page}entfernt/").content.decode()
    begun.client.post(step, {"schritt": f"zurueckholen:{row.block_id}"})
    chapter = begun.report.blocks.filter(kind="chapter", parent=None).first()
    shown = begun.client.get(f"{begun.page}block/{row.block_id}/").content.decode()
    assert f'<option value="{chapter.block_id}:blocks">' in shown
    begun.client.post(step, {"schritt": f"verschieben:{row.block_id}", "ziel": f"{chapter.block_id}:blocks"})
    row.refresh_from_db()
    assert row.parent == chapter
    assert "Zuletzt." in begun.client.get(begun.page).content.decode()
    chapter = begun.report.blocks.filter(kind="chapter", parent=None).first()
    begun.client.post(step, {"schritt": f"zuweisen:{chapter.block_id}", "person": begun.sector.pk})
    chapter.refresh_from_db()
    assert chapter.assigned_to == begun.sector


def test_a_long_outline_is_folded_and_what_was_changed_stays_open(begun) -> None:
    page = begun.client.get(begun.page).content.decode()
    folds = page.count("wp-fold--chapter")
    assert folds > 3
    assert page.count('wp-fold--chapter" open') == 0, "the full report has more than forty blocks"
    assert "Alle Kapitel aufklappen" in page
    second = begun.report.blocks.filter(parent__kind="chapter", parent__parent=None, position=1).first()
    answer = begun.client.post(f"{begun.page}schritt/", {"schritt": f"hoch:{second.block_id}"})
    assert answer.headers["Location"] == f"{begun.page}?offen={second.parent.block_id}#{second.block_id}"
    page = begun.client.get(answer.headers["Location"]).content.decode()
    assert page.count('wp-fold--chapter" open') == 1
    page = begun.client.get(f"{begun.page}?offen=alle").content.decode()
    assert page.count('wp-fold--chapter" open') == folds
    assert "Alle Kapitel aufklappen" not in page


def test_a_release_that_is_not_there_is_said_and_the_report_stays_on_its_own(begun) -> None:
    page = f"{begun.page}datenstand/"
    for asked in ("99", "unsinn"):
        assert "Diesen Datenstand gibt es nicht" in begun.client.get(page, {"auf": asked}).content.decode()
    assert "Diesen Datenstand gibt es nicht" not in begun.client.get(page).content.decode()


def test_nobody_outside_the_planning_learns_of_a_draft(begun, log_in) -> None:
    row, page = text_block(begun, "Vertraulicher Entwurf.")
    inside = (
        "angaben/", "datenstand/", "zahl/?zahl=a/b/1", "vorschau/", "bericht.pdf", "bericht.docx",
        "bericht.html", "bericht.xlsx", "bericht.zip", "ausgabe/pdf/", "entfernt/", "einfuegen/", "schritt/",
    )  # fmt: skip
    addresses = ["/berichte/", "/berichte/neu/", "/berichte/neu/profil/", begun.page, page]
    addresses += [f"{page}{end}" for end in ("verlauf/", "vorschau/", "saetze/")]
    addresses += [f"{begun.page}{end}" for end in inside]
    for user in (begun.user_ahausen, begun.user_jobcenter, begun.administrator):
        client = log_in(user)
        for address in addresses:
            for answer in (
                client.get(address),
                client.post(address, {"markdown": "x", "schritt": "speichern"}),
            ):
                assert answer.status_code == 403, address
                assert "Vertraulicher" not in answer.content.decode()
                assert begun.report.title not in answer.content.decode()
    sector = log_in(begun.sector)
    assert "Nur lesen" in sector.get(page).content.decode()
    refused = sector.post(page, {"schritt": "speichern", "fassung": row.version, "markdown": "Fremd"})
    assert "nicht zugewiesen" in refused.content.decode()
    assert "Fremd</textarea>" in refused.content.decode(), "what was typed stays on the page"
    for address in ("/berichte/neu/", f"{begun.page}angaben/"):
        assert sector.get(address).status_code == 403
    row.refresh_from_db()
    assert row.content["markdown"] == "Vertraulicher Entwurf."
    assert Client().get(begun.page).status_code == 302


def test_the_house_style_is_set_by_the_administration_too(begun, log_in) -> None:
    client = log_in(begun.administrator)
    assert client.get("/berichte/hausstil/").status_code == 200
    pale = client.post("/berichte/hausstil/", {"stelle": "Amt", "farbe": "#ffff00"})
    assert "nicht gut genug zu lesen" in pale.content.decode()
    logo = SimpleUploadedFile("logo.png", png())
    fields = {"stelle": "Amt", "farbe": "#7a0019", "logo": logo, "logo_worte": "Wappen"}
    assert client.post("/berichte/hausstil/", fields).status_code == 302
    assert "#7a0019" in begun.client.get(f"{begun.page}vorschau/").content.decode()
    assert log_in(begun.sector).get("/berichte/hausstil/").status_code == 403
