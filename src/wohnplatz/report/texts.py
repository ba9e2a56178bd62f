"""A text on its way into the document: references printed, claims judged, each with its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..model import Severity
from .blocks import Block, Bullets, Notice, PageBreak, RichText, Span, Spans
from .claims import WORDS, Judgement, Truth, judge
from .findings import BlockFinding, warning
from .letters import missing
from .markdown import MOST, blocks_of, page_breaks
from .material import FigureId, Material
from .printing import NOTHING, Place, Printed, Trouble, printed
from .references import Broken, Reference
from .sentences import sentence_at


@dataclass(frozen=True, slots=True)
class Use:
    """One reference in a text as it is printed on a release."""

    source: str
    words: str
    figure: FigureId | None
    sentence: str
    truth: Truth | None = None
    """How a claim stands; None where the reference claims nothing."""
    why: str = ""
    """The reason of ``truth``."""
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A text as blocks with everything it uses, in order."""

    blocks: tuple[Block, ...]
    uses: tuple[Use, ...]
    too_long: bool = False
    lost_breaks: bool = False
    """Whether a new page was asked for where none begins."""


def write_text(
    markdown: str, place: Place, material: Material, level: int = 2, *, apart: bool = False
) -> Written:
    """The text printed on a release; ``apart`` in a column or statement, where no page begins.

    Never raises for what an author wrote.
    """
    if len(markdown) > MOST:
        return Written((), (), too_long=True)
    uses: list[Use] = []

    def show(reference: Reference | Broken) -> Span:
        use = _use(reference, place, material)
        uses.append(use)
        return Span(use.words, figure=f"#{len(uses) - 1}")

    drawn = blocks_of(markdown, show, level)
    sentences = dict(_sentences(drawn))
    found = tuple(replace(use, sentence=sentences.get(n, "")) for n, use in enumerate(uses))
    kept = 0 if apart else sum(isinstance(b, PageBreak) for b in drawn)
    return Written(tuple(_named(b, found) for b in drawn), found, lost_breaks=page_breaks(markdown) > kept)


def _use(reference: Reference | Broken, place: Place, material: Material) -> Use:
    if isinstance(reference, Broken):
        advice = "Bitte die Angabe in den geschweiften Klammern berichtigen."
        trouble = Trouble("reference", f"{reference.why} ({reference.source[:80]})", advice, blocks=True)
        return Use(reference.source, NOTHING, None, "", trouble=trouble)
    if reference.claim is not None:
        found: Judgement = judge(reference, place, material)
        words = reference.words or WORDS[reference.claim]
        return Use(reference.source, words, found.figure, "", found.truth, found.words)
    shown: Printed = printed(reference, place, material)
    return Use(reference.source, shown.words, shown.figure, "", trouble=shown.trouble)


def _paragraphs(blocks: Iterable[Block]) -> Iterator[Spans]:
    for block in blocks:
        match block:
            case RichText():
                yield block.spans
            case Bullets():
                yield from block.items
            case Notice():
                yield from _paragraphs(block.blocks)
            case _:
                pass


def _sentences(blocks: Iterable[Block]) -> Iterator[tuple[int, str]]:
    """Number of each reference and the sentence it stands in."""
    for spans in _paragraphs(blocks):
        whole = "".join(s.text for s in spans)
        at = 0
        for span in spans:
            if span.figure:
                yield int(span.figure[1:]), sentence_at(whole, at)
            at += len(span.text)


def _named(block: Block, uses: Sequence[Use]) -> Block:
    """The block with the ids of figures in place of the numbers of references."""
    match block:
        case RichText():
            return RichText(_ids(block.spans, uses))
        case Bullets():
            return Bullets(tuple(_ids(item, uses) for item in block.items), block.ordered)
        case Notice():
            return Notice(tuple(_named(b, uses) for b in block.blocks), block.label)
        case _:
            return block


def _ids(spans: Spans, uses: Sequence[Use]) -> Spans:
    return tuple(
        replace(s, figure=str(uses[int(s.figure[1:])].figure or "")) if s.figure else s for s in spans
    )


def findings_of(written: Written, block: str, area: str = "") -> Iterator[BlockFinding]:
    """What is wrong with a text: references that cannot be read, figures that are not there, claims."""
    if written.too_long:
        many = f"{MOST:,}".replace(",", ".")
        yield BlockFinding(
            block, "report.too_long", Severity.ERROR, f"Der Text hat mehr als {many} Zeichen.",
            "Bitte auf mehrere Blöcke verteilen.", area=area,
        )  # fmt: skip
    if odd := missing("".join(s.text for spans in _paragraphs(written.blocks) for s in spans)):
        yield warning(
            block, "letters", f"Diese Zeichen fehlen in der Schrift des PDF: {' '.join(odd[:10])}",
            "Im PDF steht dafür ein Fragezeichen. Bitte anders schreiben.", area=area,
        )  # fmt: skip
    if written.lost_breaks:
        yield no_new_page(block, area)
    for use in written.uses:
        place = {"sentence": use.sentence, "figure": str(use.figure or ""), "area": area}
        if use.trouble is not None:
            severity = Severity.ERROR if use.trouble.blocks else Severity.WARNING
            yield BlockFinding(
                block,
                f"report.{use.trouble.code}",
                severity,
                use.trouble.message,
                use.trouble.advice,
                **place,
            )
        elif use.truth is not None and use.truth is not Truth.HOLDS:
            yield _claimed(use, block, place)


def no_new_page(block: str, area: str) -> BlockFinding:
    """The finding at a block that asks for a new page where none begins."""
    return warning(
        block, "page_break",
        "Hier beginnt keine neue Seite: Spalten, Stellungnahmen, Zitate und Listen bleiben beisammen.",
        "Bitte den Seitenwechsel entfernen oder davor oder dahinter setzen.", area=area,
    )  # fmt: skip


def _claimed(use: Use, block: str, place: dict[str, str]) -> BlockFinding:
    said = f"„{use.words}“"
    messages = {
        Truth.WRONG: (Severity.ERROR, f"{said} stimmt nicht. {use.why}", "Bitte den Satz ändern."),
        Truth.UNSURE: (
            Severity.WARNING, f"{said} ist nicht sicher. {use.why}", "Bitte vorsichtiger formulieren."
        ),
        Truth.OPEN: (
            Severity.ERROR, f"{said} lässt sich nicht prüfen. {use.why}",
            "Bitte den Satz ohne diese Behauptung schreiben.",
        ),
    }  # fmt: skip
    assert use.truth is not None
    severity, message, advice = messages[use.truth]
    return BlockFinding(block, f"report.claim_{use.truth}", severity, message, advice, **place)
