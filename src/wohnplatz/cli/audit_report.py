"""The report of ``wohnplatz audit`` as a document."""

from __future__ import annotations

from datetime import date

from wohnplatz.checks.publications import Checked, Kind
from wohnplatz.report import Block, Document, Heading, KeyFigure, KeyFigures, Paragraph, Table
from wohnplatz.text import number

MOST_ROWS = 200


def document(checked: Checked, name: str, not_said: str, made_on: date) -> Document:
    """What was found, how it follows, and what the check rests on."""
    blocks: list[Block] = [
        KeyFigures(
            (
                KeyFigure(
                    "nicht geschützt", number(checked.revealed), "Anzahlen, die diese Dateien verraten"
                ),
                KeyFigure(
                    "angegriffen", number(checked.attacked), "gesperrte und nirgends genannte Anzahlen"
                ),
                KeyFigure("gelesen", number(checked.figures), f"Zahlen in {number(checked.tables)} Tabellen"),
            )
        )
    ]
    for kind in Kind:
        blocks += _section(checked, kind)
    for title, entries in (
        ("Was nicht zusammenpasst", list(checked.notes)),
        ("Nicht angegriffen", list(checked.left)),
        ("Nicht gelesen", [f"{file}: {why}" for file, why in checked.skipped]),
        ("Worauf die Prüfung beruht", list(checked.assumptions)),
        ("Was die Prüfung nicht sagt", [not_said]),
    ):
        if entries:
            blocks += [Heading(title), *(Paragraph(entry) for entry in entries[:MOST_ROWS])]
    subtitle = f"Schutzbedürftig: 1 bis {checked.threshold - 1}; Zusage: {checked.level}"
    title = f"Prüfung der Veröffentlichung »{name}«"
    head = (f"Schutzbedürftig: 1 bis {checked.threshold - 1}", f"Zusage: {checked.level}")
    subtitle = "Was sich aus den veröffentlichten Dateien errechnen lässt"
    return Document(title, subtitle, head, tuple(blocks), "Geprüft mit Wohnplatz (wohnplatz audit)", made_on)


def _section(checked: Checked, kind: Kind) -> list[Block]:
    some = [f for f in checked.found if f.kind is kind]
    if not some:
        return []
    rows = tuple((f.name, f.value, ". ".join((*f.steps, f"Abhilfe: {f.advice}"))) for f in some[:MOST_ROWS])
    title = f"{kind.value[0].upper()}{kind.value[1:]}: {number(len(some))}"
    table = Table(
        "Wie jede dieser Anzahlen folgt", ("Anzahl", "Wert", "Wie sie folgt"), rows, (1,), (3, 1, 6)
    )
    left = len(some) - MOST_ROWS
    rest: list[Block] = (
        [Paragraph(f"Weitere {number(left)} stehen in der Ausgabe mit --json.")] if left > 0 else []
    )
    return [Heading(title), table, *rest]
