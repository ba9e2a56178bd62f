"""What stands at the end of a report: glossary, methods, what became of the last recommendations."""

from __future__ import annotations

from collections.abc import Iterator

from .. import text
from ..model import CellState, FigureMeta
from .blocks import Block, Bullets, Heading, Paragraph, RichText, Span, Table
from .material import Material
from .needs import needs
from .printing import Place, printed
from .references import Broken, Reference, parse
from .tree import (
    AreaTextsBlock,
    ChapterBlock,
    GlossaryBlock,
    OutcomesBlock,
    Remark,
    RemarksBlock,
    Report,
    StatementBlock,
    TextBlock,
    walk,
)


def glossary_blocks(node: GlossaryBlock, report: Report) -> Iterator[Block]:
    """The words named, or those that the report's own texts use."""
    known = text.glossary()
    codes = node.terms or tuple(_used(report))
    terms = sorted((known[c] for c in codes if c in known), key=lambda t: t.label.lower())
    items = tuple((Span(t.label, strong=True), Span(f": {t.definition}")) for t in terms)
    if items:
        yield Bullets(items)


def _used(report: Report) -> Iterator[str]:
    written = " ".join(_words(report)).lower()
    for code, term in text.glossary().items():
        if term.label.lower() in written:
            yield code


def _words(report: Report) -> Iterator[str]:
    for node in walk(report.blocks):
        match node:
            case ChapterBlock():
                yield node.title
            case TextBlock() | StatementBlock():
                yield node.markdown
            case AreaTextsBlock():
                yield from (t.markdown for t in node.texts)
            case _:
                pass


def methods_blocks(report: Report, material: Material, depth: int) -> Iterator[Block]:
    """Release and rules, the indicators used with definition and source, what the signs mean."""
    context = material.table.context
    made = text.long_day(material.made_on)
    yield Paragraph(
        f"Alle Zahlen dieses Berichts stammen aus dem {text.release_name(context.release)} vom {made}"
        f" (Kennung {context.release_id[:12]}). Geheimhaltung: {context.policy}."
    )
    yield Paragraph(
        "Unsicherheitsbereiche umfassen mit 95 % den Wert, den der Vorgang hinter einer vollständigen Zählung"
        " erwarten lässt. Ein Gebiet gilt als über oder unter dem Kreis, wenn der Kreiswert außerhalb seines"
        " Bereichs liegt; unter vielen Gebieten fällt eines von zwanzig schon durch Zufall auf."
    )
    yield Heading("Indikatoren", min(depth, 4), "methoden-indikatoren")
    for code in needs(report, material.catalogue).indicators:
        meta = material.meta(code)
        if meta is not None:
            yield RichText(tuple(_indicator(code, meta, material)))
    yield Heading("Zeichen und Wörter an Stelle einer Zahl", min(depth, 4), "methoden-zeichen")
    shown = (CellState.PROTECTED, CellState.MISSING, CellState.LATER, CellState.NOT_APPLICABLE,
             CellState.UNRELIABLE, CellState.PARTIAL, CellState.ESTIMATED)  # fmt: skip
    rows = tuple((text.state_word(s), text.state_explanation(s)) for s in shown)
    marks = sorted({mark for _, mark in context.altered})
    rows += tuple((text.altered_word(m), text.altered_explanation(m)) for m in marks)
    yield Table("Was die Wörter bedeuten", ("Wort", "Bedeutung"), rows, widths=(1.0, 4.0))


def _indicator(code: str, meta: FigureMeta, material: Material) -> Iterator[Span]:
    known = material.catalogue.indicators.get(code)
    yield Span(material.short(code), strong=True)
    label = meta.label if meta.label != material.short(code) else ""
    unit = f"in {meta.unit}" if meta.unit and not meta.unit.startswith("je ") else meta.unit
    about = ", ".join(filter(None, (label, unit)))
    words = [f"{about}." if about else "", known.method if known else ""]
    words.append(f"Quelle: {meta.source}." if meta.source else "")
    words += [f"Bruch in der Zeitreihe {b.year}: {b.note}" for b in meta.breaks]
    yield Span(f": {' '.join(w for w in words if w)}" if any(words) else "")


def outcomes(node: OutcomesBlock) -> Iterator[Block]:
    """The recommendations of the last report, each with what followed."""
    if not node.outcomes:
        yield Paragraph("Aus dem vorigen Bericht liegen keine Empfehlungen vor.")
        return
    rows = tuple((o.recommendation, o.state, o.words) for o in node.outcomes)
    header = ("Empfehlung", "Stand", "Was daraus wurde")
    yield Table(node.title or "Was daraus wurde", header, rows, widths=(2.2, 1.0, 2.8))


REMARK_HEADS = ("Nr.", "Stelle", "Zu", "Anmerkung", "Entscheidung", "Begründung")


def remark_row(remark: Remark, report: Report, material: Material) -> tuple[int, str, str, str, str, str]:
    """A remark under ``REMARK_HEADS``, with its references printed."""
    words = spoken(remark.words, Place(remark.area or report.area, report.year), material)
    return remark.number, remark.partner, remark.place, words, remark.decision, remark.reason


def spoken(words: str, place: Place, material: Material) -> str:
    """A text with its references as they are printed, and otherwise as it stands."""
    return "".join(_said(part, place, material) for part in parse(words))


def _said(part: str | Reference | Broken, place: Place, material: Material) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Broken):
        return part.source
    return part.words if part.claim is not None and part.words else printed(part, place, material).words


def remarks(node: RemarksBlock, report: Report, material: Material) -> Iterator[Block]:
    """Every remark of the consultation with its decision and the reason."""
    if node.note:
        yield Paragraph(node.note)
    if not node.remarks:
        yield Paragraph("In der Abstimmung gab es keine Anmerkungen.")
        return
    rows = tuple(tuple(str(c) for c in remark_row(r, report, material)) for r in node.remarks)
    title = node.title or "Anmerkungen und Entscheidungen"
    yield Table(title, REMARK_HEADS, rows, widths=(0.5, 1.4, 1.4, 2.8, 1.2, 2.2))
