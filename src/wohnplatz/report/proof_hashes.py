"""The hashes on the sheet for the data protection officer: of what a release opens, and of what went out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from wohnplatz import text

from .blocks import Block, Paragraph, Table


@dataclass(frozen=True, slots=True)
class OutputRow:
    """One entry of the register of outputs."""

    name: str
    kind: str
    audience: str
    made_at: datetime
    made_by: str
    figures: int
    sha: str


def outputs_listed(rows: tuple[OutputRow, ...], single: int) -> Iterator[Block]:
    """What went out of a release, and what stands in no register."""
    yield Paragraph(
        "Im Verzeichnis steht, was für die Öffentlichkeit gemacht wurde: Berichte mit ihren Zahlen, der "
        "Atlas mit jeder Datei darin, einzelne Bilder. Karten, Diagramme und Tabellen, die ein Konto von "
        "einer Seite mitnimmt, stehen nicht einzeln darin: Sie entstehen aus denselben freigegebenen "
        "Tabellen, nennen ihren Empfängerkreis in der Quellenzeile und können nicht mehr zeigen, als dieser "
        "Nachweis prüft."
    )
    if not rows and not single:
        yield Paragraph("Aus diesem Datenstand ist noch nichts ausgegeben worden.")
        return
    yield Paragraph(
        "Was aus diesem Datenstand hinausging. Jede Ausgabe wurde vorher gelesen, und alle Zahlen darin "
        "wurden mit dem verglichen, was der Datenstand für ihren Empfängerkreis freigibt. Ob eine Datei "
        "unverändert ist, sagt „wohnplatz release check --file“."
    )
    if single:
        one, many = "einzelne Tabelle oder Karte steht", "einzelne Tabellen und Karten stehen"
        yield Paragraph(f"{text.plural(single, one, many)} außerdem im Verzeichnis.")
    if not rows:
        return
    yield Table(
        "SHA-256 der Ausgaben",
        ("Ausgabe", "Art", "für", "ausgegeben", "Zahlen", "Prüfsumme"),
        tuple(
            (
                row.name, row.kind, row.audience, f"{text.timestamp(row.made_at)}, {row.made_by}",
                text.number(row.figures), f"{row.sha[:32]} {row.sha[32:]}",
            )
            for row in rows
        ),
        numeric=(4,),
        widths=(1.5, 1.1, 0.9, 1.4, 0.7, 2.4),
    )  # fmt: skip


def hashes_of(audiences: Sequence[str], hashes: Sequence[tuple[str, str]]) -> Table:
    """The hashes of what a release opens for audiences."""
    return Table(
        f"SHA-256 der freigegebenen Tabellen: {text.enumerate_words(audiences)}",
        ("Bestandteil", "Prüfsumme"),
        tuple((_part(name), f"{sha[:32]} {sha[32:]}") for name, sha in hashes if sha),
        widths=(1.0, 3.0),
    )


_PARTS = {
    "index": "Sozialindizes",
    "open": "Muster der sichtbaren Zahlen",
    "ledger": "Buch der veröffentlichten Angaben",
    "proof": "Nachweis",
}


def _part(name: str) -> str:
    """What a hash is of, in words: ``open:figures:<division>`` is the pattern on former areas."""
    kind, _, rest = name.partition(":")
    former = f", frühere Gebiete ({rest.removeprefix('figures:')})" if rest else ""
    return f"{_PARTS.get(kind, kind)}{former}"
