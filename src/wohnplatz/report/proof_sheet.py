"""The proof of a release for the data protection officer: rules, counts, outcome of the attack, limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wohnplatz import text
from wohnplatz.disclosure.rule_words import together
from wohnplatz.publication.summary import SPANS, ProofSummary

from .blocks import Block, Document, Heading, KeyFigure, KeyFigures, Paragraph, Table
from .proof_hashes import OutputRow, hashes_of, outputs_listed

NOT_COVERED = (
    "Wissen, das nicht aus dem System stammt: Wer selbst zu den Gezählten gehört oder sie kennt, weiß mehr "
    "als jede "
    "Tabelle. Der Nachweis rechnet mit den veröffentlichten Angaben und damit, dass sichtbare Nullen "
    "verraten, wo "
    "keine Null steht.",
    "Vermutungen: Ausgeschlossen ist, dass sich eine geschützte Zahl errechnen lässt. Nicht ausgeschlossen "
    "ist, dass "
    "jemand einen von mehreren möglichen Werten für wahrscheinlicher hält.",
    "Veröffentlichungen außerhalb des Systems: Was auf anderen Wegen bekannt wurde, steht nicht im Buch der "
    "veröffentlichten Angaben und ist deshalb nicht mitgerechnet.",
    "Die interne Arbeitsansicht: Sie zeigt kleine Zahlen gekennzeichnet und ist nicht zur Weitergabe "
    "bestimmt.",
    "Absprachen: Was mehrere Lieferstellen zusammen wissen, ist nur eingerechnet, wo die Regeln sie "
    "gemeinsam nennen.",
    "Fertig gelieferte Quoten ohne Fallzahl: Für sie gilt, was die Lieferstelle selbst geschützt hat.",
)
"""What the protection does not cover, in plain words."""
CONTRADICTIONS = (
    "Gelieferte Summen gehen nicht auf: Summe und Teile stehen wie geliefert nebeneinander, keine wird aus "
    "der anderen berichtigt. Gerechnet ist mit jemandem, der die Abweichung kennt; wo ein Teil geschützt "
    "ist, ist auch die Summe des Gebiets verdeckt, damit niemand durch Abziehen in seine Nähe kommt."
)
"""What is done where totals and parts do not agree."""
LISTED = 20
_CLASS_HEAD = (
    "Schutzklasse", "Indikatoren", "Mindestfallzahl", "Rest", "ganze Gruppe", "Mindestnenner", "Einwohner",
    "Stufe",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures of one level and block of indicators: shown, protected, without a number for another reason."""

    level: str
    block: str
    open: int
    hidden: int
    empty: int


@dataclass(frozen=True, slots=True)
class ClassRow:
    """What a protection class asks; a limit of 0 asks nothing."""

    label: str
    indicators: int
    minimum_count: float
    complement: bool
    whole_group: bool
    minimum_denominator: float
    minimum_population: float
    level: str


@dataclass(frozen=True, slots=True)
class AudienceProof:
    """The proof for audiences that see the same figures."""

    audiences: tuple[str, ...]
    tallies: tuple[Tally, ...]
    summary: ProofSummary
    hashes: tuple[tuple[str, str], ...]

    @property
    def open(self) -> int:
        """Figures that are shown."""
        return sum(t.open for t in self.tallies)

    @property
    def hidden(self) -> int:
        """Figures that are protected, for whatever reason."""
        return sum(t.hidden for t in self.tallies)

    @property
    def share(self) -> float:
        """Protected figures in per cent of those that hold a number."""
        return 100 * self.hidden / max(1, self.open + self.hidden)


@dataclass(frozen=True, slots=True)
class DivisionProof:
    """What a joint audit opened of a division beside the hierarchy, for one audience."""

    label: str
    audience: str
    open: int
    hidden: int
    records: int
    needs: int


@dataclass(frozen=True, slots=True)
class ProofSheet:
    """Everything the sheet tells of one release. No figure of the release is in it."""

    district: str
    release: str
    release_id: str
    made_at: datetime
    policy: str
    sources: tuple[str, ...]
    classes: tuple[ClassRow, ...]
    proofs: tuple[AudienceProof, ...]
    outputs: tuple[OutputRow, ...] = ()
    single: int = 0
    """Further entries: single tables and pictures."""
    contradictions: tuple[str, ...] = ()
    """Places where deliveries contradict themselves, in words without a number."""
    divisions: tuple[DivisionProof, ...] = ()
    """Divisions beside the hierarchy that were judged together with the release."""
    questions: tuple[tuple[str, int, int], ...] = ()
    """Audience, own areas answered, own areas refused."""
    modes: tuple[str, ...] = ()
    """How each data set is protected, in words."""
    rules: str = ""
    """SHA-256 of the rule file."""
    insiders: bool = False
    """Whether the attack was also that of suppliers who know their own figures."""
    coalitions: tuple[tuple[str, ...], ...] = ()
    """Suppliers (codes) who were also taken together."""

    @property
    def named(self) -> str:
        """``Datenstand 2025-1``: a label may begin with the word itself."""
        return f"Datenstand {self.release.removeprefix('Datenstand ')}"


def span_labels() -> tuple[str, ...]:
    """Words for the classes of ``ProofSummary.spans``."""
    least, middle, wide = SPANS
    return (f"um {least}", f"um {middle}", f"um {middle + 1} bis {wide}", f"um mehr als {wide}")


def proof_document(sheet: ProofSheet) -> Document:
    """The sheet as a document, two to three pages."""
    blocks: list[Block] = [
        Paragraph(
            "Dieses Blatt belegt, wie die Zahlen des Datenstands geschützt sind. Es enthält keine Zahl des "
            "Datenstands und nichts, woraus sich eine ergäbe. Geprüft wurde wie von jemandem, der alles "
            "Veröffentlichte kennt, auch aus früheren Datenständen, alles zusammenrechnet und weiß, wie "
            "geschützt wird."
        )
    ]
    for proof in sheet.proofs:
        blocks += _of_audience(proof)
    blocks += _contradictions(sheet.contradictions)
    blocks += _further(sheet)
    blocks += [Heading("Regeln"), Paragraph(_rules(sheet)), _classes(sheet)]
    blocks += [Heading("Art des Schutzes"), *(Paragraph(line) for line in sheet.modes)] if sheet.modes else []
    blocks.append(Paragraph("Grundlagen: " + " · ".join(sheet.sources), quiet=True))
    blocks.append(Heading("Was der Nachweis nicht abdeckt"))
    blocks += [Paragraph(p) for p in NOT_COVERED]
    blocks.append(Heading("Prüfsummen"))
    blocks += [hashes_of(proof.audiences, proof.hashes) for proof in sheet.proofs]
    blocks += [Heading("Prüfsummen der Ausgaben"), *outputs_listed(sheet.outputs, sheet.single)]
    return Document(
        title="Nachweis der Geheimhaltung",
        subtitle=f"{sheet.named} vom {text.long_day(sheet.made_at.date())}",
        head=(
            sheet.district,
            sheet.named,
            "für die Beauftragte oder den Beauftragten für Datenschutz",
        ),
        blocks=tuple(blocks),
        foot=f"{sheet.district} · {sheet.named}, Kennung {sheet.release_id[:16]}",
        made_on=sheet.made_at.date(),
    )


def _rules(sheet: ProofSheet) -> str:
    known = (
        "Eingerechnet ist auch, dass eine Lieferstelle ihre eigenen Zahlen kennt."
        if sheet.insiders
        else "Nicht eingerechnet ist, dass eine Lieferstelle ihre eigenen Zahlen kennt."
    )
    if sheet.coalitions:
        known += f" Gemeinsam eingerechnet sind: {text.enumerate_words(together(sheet.coalitions))}."
    file = f" (Regeldatei mit der Prüfsumme {sheet.rules[:32]} {sheet.rules[32:]})" if sheet.rules else ""
    return (
        f"{sheet.policy}{file}. Fallzahlen unter der Mindestfallzahl sind geschützt, ebenso alles, woraus "
        f"sie sich errechnen ließen. Was eine Lieferstelle selbst geschützt hat, bleibt geschützt. {known}"
    )


def _further(sheet: ProofSheet) -> Iterator[Block]:
    """What came out beside the release, each judged with all that was out before."""
    if not sheet.divisions and not sheet.questions:
        return
    yield Heading("Weitere Gliederungen und eigene Gebiete")
    yield Paragraph(
        "Jede weitere Gliederung und jede Frage nach einem eigenen Gebiet wurde zusammen mit allem geprüft, "
        "was die Zielgruppe bis dahin sehen konnte. Was etwas Geschütztes verraten hätte, blieb verdeckt "
        "oder unbeantwortet. Eine Ablehnung kann selbst ein Hinweis sein; sie nennt darum keinen Grund in "
        "Zahlen."
    )
    if sheet.divisions:
        yield Table(
            "Gliederungen neben der Hierarchie",
            ("Gliederung", "Zielgruppe", "sichtbar", "geschützt", "Nachweise", "Forderungen bewiesen"),
            tuple(
                (d.label, d.audience, *(text.number(n) for n in (d.open, d.hidden, d.records, d.needs)))
                for d in sheet.divisions
            ),
            numeric=(2, 3, 4, 5),
        )
    if sheet.questions:
        yield Table(
            "Eigene Gebiete",
            ("Zielgruppe", "beantwortet", "abgelehnt"),
            tuple((name, text.number(yes), text.number(no)) for name, yes, no in sheet.questions),
            numeric=(1, 2),
        )


def _of_audience(proof: AudienceProof) -> Iterator[Block]:
    s = proof.summary
    yield Heading(text.enumerate_words(proof.audiences))
    yield KeyFigures(
        (
            KeyFigure("Zahlen sichtbar", text.number(proof.open)),
            KeyFigure(
                "Zahlen geschützt",
                text.number(proof.hidden),
                f"{text.number(proof.share, 1)} % der vorhandenen",
            ),
            KeyFigure("Forderungen bewiesen", f"{text.number(s.needs)} von {text.number(s.needs)}"),
        )
    )
    yield Paragraph(outcome(s))
    yield Table(
        "Zahlen nach Themenbereich und Ebene",
        ("Themenbereich", "Ebene", "sichtbar", "geschützt", "ohne Zahl"),
        tuple(
            (t.block, t.level, text.number(t.open), text.number(t.hidden), text.number(t.empty))
            for t in proof.tallies
        ),
        numeric=(2, 3, 4),
        widths=(3.0, 1.4, 1.0, 1.0, 1.0),
    )  # fmt: skip
    yield Paragraph(
        "»Ohne Zahl« heißt: nicht geliefert, in diesem Jahr nicht erhoben, auf dieser Ebene nicht sinnvoll "
        "oder nach den Regeln nicht veröffentlicht, weil zu kleinteilig (siehe »Art des Schutzes«).",
        quiet=True,
    )
    yield Paragraph(
        "Wie sicher der Schutz an den schwächsten Stellen ist, zeigt die nächste Tabelle: Sie zählt, wie "
        "weit der andere mögliche Wert, der belegt ist, vom wahren mindestens entfernt liegt. »Um 1« heißt, "
        "dass die Zahl nachweislich auch um eine Person anders lauten könnte; weitere mögliche Werte wurden "
        "nicht gesucht."
    )
    yield Table(
        "Schwächste Stellen: um wie viel der belegte andere Wert mindestens abweicht",
        ("Abstand", "Forderungen"),
        tuple((label, text.number(n)) for label, n in zip(span_labels(), s.spans, strict=True) if n),
        numeric=(1,),
    )


def _contradictions(places: tuple[str, ...]) -> Iterator[Block]:
    if not places:
        return
    yield Heading("Widersprüchliche Summen")
    yield Paragraph(f"{CONTRADICTIONS} Betroffen: {'; '.join(places[:LISTED])}.")
    if len(places) > LISTED:
        yield Paragraph(f"Und {text.plural(len(places) - LISTED, 'weitere Stelle', 'weitere Stellen')}.")


def outcome(s: ProofSummary) -> str:
    """What the attack found, in sentences."""
    none = "Keine weitere geschützte Zahl" if s.lost else "Keine geschützte Zahl"
    parts = [
        f"Ergebnis des Angriffs: {none} ließ sich errechnen. "
        f"{text.plural(s.needs, 'Forderung war', 'Forderungen waren')} zu beweisen: dass eine geschützte "
        "Zahl (oder ein kleiner Rest) offenbleibt, in "
        f"{text.plural(s.records, 'unabhängigen Block', 'unabhängigen Blöcken')} von Zahlen, die voneinander "
        "abhängen. Für jede liegt als Beleg eine zweite Tabelle aus ganzen Zahlen vor, in der diese Zahl "
        "anders lautet und die dennoch mit allem Veröffentlichten übereinstimmt. Nachgeprüft wird das durch "
        "Addieren, ohne Rechenprogramm Dritter."
    ]
    if s.insiders:
        parts.append(
            f"Dazu {text.plural(s.insiders, 'Nachweis', 'Nachweise')}, in denen eine Lieferstelle ihre "
            "eigenen Zahlen kennt: Auch sie errechnet keine geschützte Zahl einer anderen."
        )
    if s.at_least_cost:
        parts.append(
            f"In {text.plural(s.at_least_cost, 'Block', 'Blöcken')} ist bewiesen, dass nicht "
            f"weniger verdeckt werden konnte."
        )
    if s.widened or s.closed:
        parts.append(
            f"In {text.plural(s.widened, 'Block', 'Blöcken')} wurde vorsorglich alles außer Nullen "
            f"geschützt, "
            f"{text.plural(s.closed, 'Block wurde', 'Blöcke wurden')} nicht veröffentlicht, weil der Beweis "
            f"in der Zeit "
            "nicht gelang."
        )
    if s.lost:
        parts.append(
            f"{text.plural(s.lost, 'Angabe war', 'Angaben waren')} schon durch frühere Datenstände bekannt "
            f"und "
            f"{'kann' if s.lost == 1 else 'können'} nicht mehr geschützt werden."
        )
    if s.unavoidable:
        parts.append(
            f"{text.plural(s.unavoidable, 'Forderung wurde', 'Forderungen wurden')} auf das zurückgenommen, "
            f"was kein "
            "Muster übertreffen kann."
        )
    return " ".join(parts)


def _classes(sheet: ProofSheet) -> Table:
    def limit(value: float) -> str:
        return text.number(value) if value else "–"

    return Table(
        "Was die Schutzklassen verlangen",
        _CLASS_HEAD,
        tuple(
            (
                c.label, text.number(c.indicators), limit(c.minimum_count),
                "ja" if c.complement else "–",
                "ja" if c.whole_group else "–", limit(c.minimum_denominator), limit(c.minimum_population),
                c.level,
            )
            for c in sheet.classes
        ),
        numeric=(1, 2, 5, 6),
        widths=(2.6, 1.1, 1.3, 0.7, 0.9, 1.2, 1.1, 1.5),
    )  # fmt: skip
