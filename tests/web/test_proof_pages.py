"""The proof of a release: what it tells, to whom, and what happens when something is damaged."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from django.urls import reverse

from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.publication import clearing, ledger
from wohnplatz.store import Kind
from wohnplatz.workflow import memory
from wohnplatz.workflow.audit.models import LogEntry
from wohnplatz.workflow.releases import proofs, queries
from wohnplatz.workflow.releases.actions import make_release

PAGES = ("release_proof", "release_proof_pdf")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Proofs are remembered as checked for the life of a process; tests damage them."""
    for cache in (clearing._holds, clearing._proof_list, ledger._record):
        cache.cache_clear()


def test_planner_and_administrator_read_rules_outcome_and_limits(released, log_in) -> None:
    for user in (released.planner, released.administrator):
        html = log_in(user).get(reverse("release_proof", args=[1])).content.decode()
        for words in ("Forderungen bewiesen", "Schutzklasse", "Was der Nachweis nicht abdeckt", "SHA-256"):
            assert words in html


def test_the_counts_are_those_of_what_the_audience_sees(released) -> None:
    sheet = proofs.sheet(released.planner, released.release)
    for proof in sheet.proofs:
        assert proof.hidden > 0
        assert proof.open > proof.hidden
        assert proof.summary.needs == sum(proof.summary.spans)
        assert not proof.summary.closed


def test_figures_by_age_are_counted_apart_and_what_is_left_out_is_explained(released, log_in) -> None:
    table = queries.figures(released.planner, released.release, indicators={"einwohner"})
    by_age = [replace(f, breakdown="alter=0-17;geschlecht=m") for f in table]
    found: Counter[tuple[str, str, str]] = Counter()
    proofs._count(by_age, released.release, found)
    assert {block for _, block, _ in found} == {"Altersaufbau"}
    html = log_in(released.planner).get(reverse("release_proof", args=[1])).content.decode()
    assert "nach den Regeln nicht veröffentlicht, weil zu kleinteilig" in html


def test_a_class_that_checks_nothing_promises_nothing(released) -> None:
    rows = {c.label: c.level for c in proofs.sheet(released.planner, released.release).classes}
    assert {level for label, level in rows.items() if "Ohne Personenbezug" in label} <= {"–"}
    assert "nicht errechenbar" in rows.values()


def test_others_learn_nothing_of_it(released, log_in) -> None:
    for user in (released.sector, released.user_jobcenter):
        client = log_in(user)
        for name in PAGES:
            answer = client.get(reverse(name, args=[1]))
            assert answer.status_code == 403
            assert "bewiesen" not in answer.content.decode()
        assert client.post(reverse("release_proof_check", args=[1])).status_code == 403
        assert "Nachweis der Geheimhaltung" not in client.get(reverse("release", args=[1])).content.decode()


def test_the_sheet_is_a_pdf_without_any_figure_of_the_release(released, log_in) -> None:
    answer = log_in(released.planner).get(reverse("release_proof_pdf", args=[1]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_checking_again_says_how_many_hold_and_is_noted(released, log_in) -> None:
    client = log_in(released.administrator)
    html = client.post(reverse("release_proof_check", args=[1]), follow=True).content.decode()
    assert re.search(r"\d+ Nachweise? geprüft: Alle halten", html.replace("\xa0", " "))
    assert LogEntry.objects.filter(action="releases.check").exists()


def test_a_damaged_proof_is_found_and_nothing_comes_out(released, log_in) -> None:
    store = memory.store()
    sha = next(store.hashes(Kind.RECORD))
    path = store.path(Kind.RECORD, sha)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-20])
    client = log_in(released.planner)
    html = client.post(reverse("release_proof_check", args=[1]), follow=True).content.decode()
    assert "hält nicht" in html.replace("\xa0", " ")
    assert "derselben Sicherung" in html


def test_a_broken_chain_is_found(released, log_in) -> None:
    store = memory.store()
    path = store.path(Kind.LEDGER, next(store.hashes(Kind.LEDGER)))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"2024-1", b"2024-2"))
    html = (
        log_in(released.planner).post(reverse("release_proof_check", args=[1]), follow=True).content.decode()
    )
    assert "Buch der veröffentlichten Angaben ist beschädigt" in html


def test_a_release_without_proof_says_so(released, log_in) -> None:
    from dataclasses import replace

    made = clearing.Manifest.load(memory.store(), released.release.manifest)
    bare = replace(made, results={k: v for k, v in made.results.items() if not k.startswith("proof:")})
    released.release.manifest = bare.save(memory.store())
    released.release.save()
    html = log_in(released.planner).get(reverse("release_proof", args=[1])).content.decode()
    assert "keinen gültigen Nachweis" in html
    assert "neuen Datenstand" in html


def test_what_audiences_are_promised_is_told_apart_where_it_differs(delivered, settings, tmp_path) -> None:
    of_class = "\n[audiences.{}.classes.persons_social]\nminimum_count = {}\n".format
    rules = tmp_path / "regeln.toml"
    more = of_class("public", 10) + of_class("partner", 5)
    rules.write_bytes(STANDARD_RULES.read_bytes() + more.encode())
    settings.WOHNPLATZ_RULES = str(rules)
    release = make_release(delivered.planner, "2024-1")
    sheet = proofs.sheet(delivered.planner, release)
    told = {c.label.partition(", für ")[2]: c.minimum_count for c in sheet.classes if ", für " in c.label}
    assert told == {"Öffentlichkeit": 10, "Lieferstellen": 5, "Planung": 3}
    assert any("für" not in c.label for c in sheet.classes)
