"""The quality report of a delivery: how complete, how punctual, what the checks found, what was explained."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wohnplatz.model import Finding, Severity
from wohnplatz.text import day, number, plural

from .blocks import Block, Document, Heading, KeyFigure, KeyFigures, Paragraph, Table

SHOWN = 40
DISCLOSED = "Ein geschützter Wert lässt sich aus anderen Angaben der Datei zurückrechnen."
_NUMBER = re.compile(r"(?<![A-Za-zÄÖÜäöüß_0-9])[-+\u2212]?[0-9]+(?:[.,\u00a0\u202f][0-9]+)*")
_KEPT = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}|(?:19|20)[0-9]{2}|[0-9]{8,}")
_LABELS = {Severity.ERROR: "Fehler", Severity.WARNING: "Warnung", Severity.NOTE: "Hinweis"}


@dataclass(frozen=True, slots=True)
class Quality:
    """What is known of a delivery's quality. ``days_late`` is negative where it came before its deadline.

    ``words`` gives the partner's explanation of a finding by its key. ``states`` counts the cells without a
    number by the German word of their state.
    """

    district: str
    partner: str
    dataset: str
    reference_date: date
    received_on: date
    due_on: date
    number: int
    areas: int
    expected_areas: int
    variables: int
    expected_variables: int
    cells: int
    states: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]
    words: tuple[tuple[str, str], ...] = ()
    missing_areas: tuple[str, ...] = ()
    missing_variables: tuple[str, ...] = ()

    @property
    def days_late(self) -> int:
        """Days after the deadline; negative before it."""
        return (self.received_on - self.due_on).days


def quality_report(quality: Quality) -> Document:
    """One to two pages for the partner: no figures of the delivery, only how it arrived.

    The report may be passed on, so numbers in findings and explanations are left out (``without_numbers``).
    """
    q = quality
    blocks: list[Block] = [
        KeyFigures(
            (
                KeyFigure(
                    "Gebiete", f"{number(q.areas)} von {number(q.expected_areas)}", _list(q.missing_areas)
                ),
                KeyFigure(
                    "Merkmale",
                    f"{number(q.variables)} von {number(q.expected_variables)}",
                    _list(q.missing_variables),
                ),
                KeyFigure("Eingang", day(q.received_on), punctuality(q.days_late)),
                KeyFigure("Werte", number(q.cells), _states(q.states)),
            )
        ),
        Heading("Ergebnis der Prüfung"),
        Paragraph(verdict(q.findings)),
    ]
    if q.findings:
        blocks.append(_table(q.findings, dict(q.words)))
    return Document(
        title="Qualitätsbericht zur Datenlieferung",
        subtitle=f"{q.dataset}, Stichtag {day(q.reference_date)}, Lieferung Nr. {q.number}",
        head=(q.district, q.partner, f"eingegangen am {day(q.received_on)}", "für die Lieferstelle"),
        blocks=tuple(blocks),
        foot=f"{q.district}, Sozialplanung. Ergebnis der automatischen Prüfung dieser Lieferung."
        " Werte sind ausgelassen; sie stehen auf der Seite der Lieferung.",
        made_on=q.received_on,
    )


def punctuality(days_late: int) -> str:
    """``3 Tage vor der Frist``, ``am Tag der Frist``, ``5 Tage nach der Frist``."""
    if not days_late:
        return "am Tag der Frist"
    word = plural(abs(days_late), "Tag", "Tage")
    return f"{word} {'nach' if days_late > 0 else 'vor'} der Frist"


def verdict(findings: Sequence[Finding]) -> str:
    """What the checks found, in a sentence."""
    count = {s: sum(f.severity is s for f in findings) for s in Severity}
    if not any(count.values()):
        return "Die Prüfung hat nichts beanstandet."
    words = [
        plural(count[Severity.ERROR], "Fehler", "Fehler") if count[Severity.ERROR] else "",
        plural(count[Severity.WARNING], "Warnung", "Warnungen") if count[Severity.WARNING] else "",
        plural(count[Severity.NOTE], "Hinweis", "Hinweise") if count[Severity.NOTE] else "",
    ]
    found = ", ".join(w for w in words if w)
    if count[Severity.ERROR]:
        return f"Die Prüfung ergab: {found}. Fehler müssen vor der Freigabe berichtigt werden."
    if count[Severity.WARNING]:
        return f"Die Prüfung ergab: {found}. Warnungen brauchen vor der Freigabe eine Erläuterung."
    return f"Die Prüfung ergab: {found}. Es ist nichts zu tun."


def _table(findings: Sequence[Finding], words: dict[str, str]) -> Table:
    rows = tuple(
        (_LABELS[f.severity], _place(f), _message(f), without_numbers(words.get(f.key, "") or f.advice))
        for f in findings[:SHOWN]
    )
    more = len(findings) - len(rows)
    caption = (
        f"Prüfbefunde; weitere {number(more)} stehen auf der Seite der Lieferung" if more else "Prüfbefunde"
    )
    return Table(
        caption, ("Art", "Stelle", "Befund", "Erläuterung oder Rat"), rows, widths=(0.8, 1.3, 2.6, 2.6)
    )


def _message(finding: Finding) -> str:
    """The way in which a protected value follows from others says it at times: it stays on the page."""
    return DISCLOSED if finding.code == "checks.disclosed" else without_numbers(finding.message)


def without_numbers(text: str) -> str:
    """The text with every number left out that may be a value; dates, years and keys of areas stay.

    >>> without_numbers("Altdorf (05999001): „Kinder“ ist 2. Im Jahr 2023 waren es 1.040,5.")
    'Altdorf (05999001): „Kinder“ ist [Zahl]. Im Jahr 2023 waren es [Zahl].'
    """
    return _NUMBER.sub(lambda found: found[0] if _KEPT.fullmatch(found[0]) else "[Zahl]", text)


def _place(finding: Finding) -> str:
    parts = (
        f"Blatt „{finding.sheet}“" if finding.sheet else "",
        f"Zeile {finding.row}" if finding.row else "",
        f"Spalte „{finding.column}“" if finding.column else "",
    )
    return ", ".join(p for p in parts if p) or "ganze Datei"


def _list(missing: Sequence[str]) -> str:
    if not missing:
        return "vollständig"
    return f"es fehlen: {', '.join(missing[:3])}{' …' if len(missing) > 3 else ''}"


def _states(states: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{number(n)} {word}" for word, n in states) or "alle mit Zahl"
