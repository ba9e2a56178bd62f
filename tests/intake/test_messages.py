"""What checks say: complete, in office German, and nothing that is never said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wohnplatz.intake.findings import SHOWN_PER_CODE, Findings, Place, shortened
from wohnplatz.intake.messages import MESSAGES

SOURCE = Path(__file__).resolve().parents[2] / "src" / "wohnplatz" / "intake"
FOR_CALLERS = {"intake.too_many_rows"}
"""Codes of errors raised to callers, not of findings."""


def test_every_code_in_the_source_has_a_message_and_every_message_is_used():
    sources = (path.read_text() for path in SOURCE.rglob("*.py") if path.name != "messages.py")
    used = {code for text in sources for code in re.findall(r'"(intake\.\w+)"', text)}
    assert used - FOR_CALLERS == set(MESSAGES)


@pytest.mark.parametrize("code", MESSAGES)
def test_every_message_is_a_sentence_with_advice_and_without_exclamation(code):
    message = MESSAGES[code]
    assert message.text.endswith((".", "}"))
    assert message.advice.endswith(".")
    assert not message.why or message.why.endswith(".")
    assert "!" not in message.text + message.advice + message.why


def test_values_are_shown_short_on_one_line():
    assert shortened("a\nb\0c") == "a b c"
    assert len(shortened("x" * 10_000)) == 80


def test_braces_in_a_value_are_only_text():
    findings = Findings()
    findings.add("intake.text_in_number", Place("Daten", 2, "Wert"), value="{0} {value}")
    assert findings.all()[0].message == "„{0} {value}“ ist keine Zahl."


def test_words_that_cost_work_are_not_asked_for_findings_nobody_sees():
    findings, asked = Findings(), []

    def words():
        asked.append(1)
        return {"proposal": ""}

    for _ in range(1000):
        findings.add("intake.unknown_area", Place(row=1), value="x", words=words)
    assert len(asked) == SHOWN_PER_CODE
    assert len(findings.all()) == SHOWN_PER_CODE + 1
    assert "980" in findings.all()[-1].message
