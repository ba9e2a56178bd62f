"""The pages of the rules: shown in words, checked, compared, put in force by who may."""

from __future__ import annotations

import pytest
from django.urls import reverse

from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.text import NBSP
from wohnplatz.workflow import memory
from wohnplatz.workflow.protection.models import RulesVersion

PAGE, CHECK, FORCE = (reverse(name) for name in ("rules", "rules_check", "rules_force"))
NEXT = STANDARD_RULES.read_text(encoding="utf-8").replace("version = 3", "version = 4", 1)
WEAKER = NEXT.replace("minimum_count = 3", "minimum_count = 2", 1)


def text(response):
    return response.content.decode()


def test_the_rules_in_force_stand_in_words_with_their_hash_and_first_release(released, log_in):
    page = text(log_in(released.administrator).get(PAGE))
    sha = memory.rules_file().sha
    for words in (
        "Standardregeln, Fassung 3", sha[:32], "mit dem Programm ausgeliefert",
        "Für Öffentlichkeit, Lieferstellen",
        "Fallzahlen von 1 bis 2 sind geschützt; eine Null bleibt sichtbar.", "nicht errechenbar",
        "Keine Lieferstelle verlangt mehr", "Zusätzlich gegen jede Lieferstelle", "Alle Datensätze: Sperrung",
        reverse("release", args=[released.release.number]),
    ):  # fmt: skip
        assert words in page
    file = log_in(released.planner).get(reverse("rules_file", args=[sha]))
    assert file.content == STANDARD_RULES.read_bytes()
    proof = text(log_in(released.planner).get(reverse("release_proof", args=[released.release.number])))
    assert f"{PAGE}?fassung={sha}" in proof


@pytest.mark.parametrize("person", ["sector", "user_jobcenter"])
def test_others_learn_nothing(released, log_in, person):
    client = log_in(getattr(released, person))
    sha = memory.rules_file().sha
    for url in (PAGE, CHECK, FORCE, reverse("rules_file", args=[sha])):
        assert client.get(url).status_code == 403
    assert client.post(FORCE, {"text": NEXT, "begruendung": "x"}).status_code == 403
    assert not RulesVersion.objects.exists()


def test_a_weaker_file_is_compared_and_put_in_force_only_with_a_reason_and_a_yes(released, log_in):
    client = log_in(released.planner)
    page = text(client.post(CHECK, {"text": WEAKER.replace("\n", "\r\n")}))
    assert "Diese Regeln schützen weniger" in page
    assert "Mindestfallzahl: 3 → 2" in page
    sent = {"text": WEAKER, "gesehen": memory.rules_file().sha, "begruendung": "Beschluss des Ausschusses"}
    page = text(client.post(FORCE, sent))
    assert "Bitte bestätigen oder die Datei ändern" in page
    assert "Beschluss des Ausschusses" in page
    assert not RulesVersion.objects.exists()
    assert "was sich ändert und wer" in text(
        client.post(FORCE, sent | {"begruendung": "", "schwaecher": "on"})
    )
    page = text(client.post(FORCE, sent | {"schwaecher": "on"}, follow=True))
    assert "gilt ab dem nächsten Datenstand" in page
    assert "hier in Kraft gesetzt" in page
    assert "Beschluss des Ausschusses" in page
    assert "1 Stelle mit weniger Schutz" in page.replace(NBSP, " ")
    assert "Was sich geändert hat" in page
    assert memory.rules_file().data == WEAKER.encode()
    made = text(client.get(reverse("release_make")))
    assert "schwächer" in made
    assert "Mindestfallzahl" in made


def test_a_faulty_file_shows_every_place_and_keeps_what_was_typed(released, log_in):
    wrong = NEXT.replace("whole_group", "whole_grup").replace("insiders = true", "insiders = 1")
    page = text(log_in(released.planner).post(CHECK, {"text": wrong}))
    assert "2 Stellen sind zu berichtigen" in page.replace(NBSP, " ")
    assert "Gemeint ist vielleicht »whole_group«" in page
    assert "In Kraft setzen</span>" not in page
    assert "whole_grup = true" in page
    assert "Bitte eine Datei wählen" in text(log_in(released.planner).post(CHECK, {}))
    assert "schon in Kraft" in text(
        log_in(released.planner).post(CHECK, {"text": STANDARD_RULES.read_text(encoding="utf-8")})
    )


def test_a_proposal_of_the_preview_stands_ready_in_the_form(released, log_in):
    client = log_in(released.planner)
    page = text(client.get(f"{CHECK}?datensatz=bevoelkerung&ohne=wohnplatz"))
    assert "without_breakdowns_on = [&quot;wohnplatz&quot;]" in page
    assert "version = 4" in page
    assert "ages_from = [18, 65]" in text(client.get(f"{CHECK}?datensatz=bevoelkerung"))
    assert client.get(f"{CHECK}?datensatz=unsinn").status_code == 404
    assert client.get(f"{PAGE}?fassung=unsinn").status_code == 404
    assert client.get(reverse("rules_file", args=["0" * 64])).status_code == 404


def test_the_command_line_says_the_same_in_good_german(released, tmp_path, capsys):
    from wohnplatz.cli.main import main

    assert main(["rules", "show"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("Schutzstufe »nicht errechenbar«" in line for line in lines)
    assert not any("wird nicht geschützt" in line and "Schutzstufe" in line for line in lines)
    file = tmp_path / "kreis.toml"
    file.write_text(WEAKER, encoding="utf-8")
    assert main(["rules", "check", str(file)]) == 0
    assert "An 1 Stelle wird weniger geschützt" in capsys.readouterr().out
