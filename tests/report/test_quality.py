from dataclasses import replace
from datetime import date

import pytest

from wohnplatz.model import Finding, Severity
from wohnplatz.report import KeyFigures, Quality, Table, quality_report
from wohnplatz.report.quality import punctuality, verdict

WARNING = Finding(
    "checks.jump", Severity.WARNING, "Der Wert ist stark gestiegen.", "Bitte prüfen.", row=7, column="Wert"
)
QUALITY = Quality(
    district="Musterkreis", partner="Gemeinde Muster", dataset="Bevölkerung",
    reference_date=date(2025, 12, 31),
    received_on=date(2026, 3, 28), due_on=date(2026, 3, 31), number=2, areas=3, expected_areas=4, variables=5,
    expected_variables=5, cells=1234, states=(("geschützt", 2),), findings=(WARNING,),
    missing_areas=("Bruch",),
)  # fmt: skip


def test_the_report_says_how_complete_and_how_punctual_a_delivery_is() -> None:
    facts = quality_report(QUALITY).blocks[0]
    assert isinstance(facts, KeyFigures)
    assert [(i.value, i.note) for i in facts.items] == [
        ("3 von 4", "es fehlen: Bruch"),
        ("5 von 5", "vollständig"),
        ("28.03.2026", "3\u00a0Tage vor der Frist"),
        ("1.234", "2 geschützt"),
    ]


def test_an_explanation_stands_in_the_place_of_the_advice() -> None:
    explained = replace(QUALITY, words=((WARNING.key, "Neubaugebiet bezogen."),))
    table = quality_report(explained).blocks[-1]
    assert isinstance(table, Table)
    assert table.rows == (
        ("Warnung", "Zeile 7, Spalte „Wert“", "Der Wert ist stark gestiegen.", "Neubaugebiet bezogen."),
    )


def test_more_findings_than_fit_are_counted() -> None:
    many = tuple(replace(WARNING, row=n) for n in range(60))
    table = quality_report(replace(QUALITY, findings=many)).blocks[-1]
    assert isinstance(table, Table)
    assert len(table.rows) == 40
    assert "weitere 20" in table.caption


@pytest.mark.parametrize(
    ("days", "words"),
    [(-1, "1\u00a0Tag vor der Frist"), (0, "am Tag der Frist"), (12, "12\u00a0Tage nach der Frist")],
)
def test_punctuality_is_told_in_days(days: int, words: str) -> None:
    assert punctuality(days) == words


def test_the_verdict_names_what_is_to_be_done() -> None:
    assert verdict(()) == "Die Prüfung hat nichts beanstandet."
    assert "brauchen vor der Freigabe eine Erläuterung" in verdict((WARNING,))
    assert "müssen vor der Freigabe berichtigt werden" in verdict(
        (replace(WARNING, severity=Severity.ERROR),)
    )
