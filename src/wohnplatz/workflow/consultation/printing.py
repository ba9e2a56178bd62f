"""What is printed of a consultation: statements, and the table of all remarks and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils import timezone

from wohnplatz.report import (
    Annex,
    BlockFinding,
    Document,
    Material,
    Report,
    annex,
    check,
    docx,
    file_name,
    html,
    pdf,
    resolve,
)
from wohnplatz.report.tree import ChapterBlock, Node, Remark, RemarksBlock, StatementBlock
from wohnplatz.text import plural
from wohnplatz.workflow.accounts.actors import OPERATOR, Actor
from wohnplatz.workflow.releases.report_material import material
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.shown import Kept, sha_of
from wohnplatz.workflow.reports.states import ReportState

from .models import Consultation, Invitation
from .models import Remark as Row
from .profiles import withheld
from .states import AnswerState, Circle, RemarkKind

_DOCUMENTS = Kept(2)

PRINTED = frozenset({ReportState.DECIDED, ReportState.AGREED, ReportState.PRESENTED, ReportState.PUBLISHED})
"""From the decisions on, answers are part of the report."""

STATEMENTS, REMARKS = "abstimmung-stellungnahmen", "abstimmung-anmerkungen"
"""Ids of the chapters; an author's block with such an id takes their place."""


def printed(report: SocialReport, tree: Report | None = None) -> Report:
    """The report as it goes out: with the statements as they came, and what was remarked and decided."""
    whole = tree or reports.tree(report)
    consultation = Consultation.objects.filter(report=report).first()
    if consultation is None or report.state not in PRINTED:
        return whole
    taken = {n.id for n in whole.blocks}
    added = [c for c in _chapters(consultation, withheld(report, None, whole)) if c.id not in taken]
    return replace(whole, blocks=(*whole.blocks, *added))


def public_material(actor: Actor, report: SocialReport, tree: Report) -> Material:
    """What the public may see: released figures, without the profiles that were not let go."""
    return material(actor, report.release, tree, withheld=withheld(report, None, tree))


def final_document(actor: Actor, report: SocialReport) -> Document:
    """The report as it goes out to everybody: with its answers, without profiles that were not let go."""
    tree = printed(report)
    held = withheld(report, None, tree)
    key = (report.release.manifest, sha_of(tree), held)
    return _DOCUMENTS.once(
        key, lambda: resolve(tree, material(actor, report.release, tree, withheld=held)).document
    )


def final_annex(actor: Actor, report: SocialReport) -> Annex:
    """The data annex that belongs to it."""
    tree = printed(report)
    return annex(tree, public_material(actor, report, tree))


def files(actor: Actor, report: SocialReport) -> dict[str, bytes]:
    """The published files by name. The same release and texts give the same bytes."""
    document, data = final_document(actor, report), final_annex(actor, report)
    made = {
        "pdf": pdf(document), "docx": docx(document), "html": html(document).encode(),
        "xlsx": data.xlsx, "csv": data.csv, "csv-metadata.json": data.metadata,
    }  # fmt: skip
    return {file_name(report, ending): content for ending, content in made.items()}


def errors(report: SocialReport) -> list[BlockFinding]:
    """What keeps the report from being agreed."""
    tree = printed(report)
    found = check(tree, material(OPERATOR, report.release, tree))  # type: ignore[arg-type]
    return [f for f in found if f.severity == "error"]


def decision_words(remark: Row) -> str:
    """The decision as the table prints it."""
    if not remark.verdict:
        return "noch nicht entschieden"
    return f"{remark.get_verdict_display()}{', Text übernommen' if remark.taken_over else ''}"


def remark_words(remark: Row) -> str:
    """A remark and its proposal in one text."""
    proposal = f"Vorschlag: {remark.proposal}" if remark.kind == RemarkKind.PROPOSAL else ""
    return "\n".join(w for w in (remark.words, proposal) if w)


def table(remarks: list[Row], note: str = "") -> RemarksBlock:
    """Remarks with decisions as a block of the report."""
    rows = tuple(
        Remark(
            r.number, r.invitation.partner.name, r.place, remark_words(r), decision_words(r), r.reason, r.area
        )
        for r in remarks
    )
    return RemarksBlock(f"{REMARKS}-tabelle", "Anmerkungen und Entscheidungen", rows, note)


def _chapters(consultation: Consultation, held: frozenset[str]) -> Iterator[Node]:
    answered = [i for i in consultation.invitations.select_related("partner") if _is_in(i)]
    statements = [i for i in answered if i.statement]
    if statements:
        blocks = tuple(_statement(i) for i in statements)
        yield ChapterBlock(STATEMENTS, "Stellungnahmen der Beteiligten", blocks, new_page=True)
    if answered:
        found = list(Row.objects.filter(invitation__in=answered).select_related("invitation__partner"))
        open_ones = [r for r in found if r.circle == Circle.ALL or (r.area and r.area not in held)]
        block = table(open_ones, _note(answered, len(found) - len(open_ones)))
        yield ChapterBlock(REMARKS, "Anmerkungen und Entscheidungen", (block,), new_page=True)


def _is_in(invitation: Invitation) -> bool:
    return bool(invitation.state == AnswerState.ANSWERED)


def _statement(invitation: Invitation) -> StatementBlock:
    """As it came: what looks like a reference to a figure stays the letters it is."""
    words = invitation.statement.replace("{{", "{\u00ad{")
    assert invitation.answered_at is not None
    came = timezone.localtime(invitation.answered_at).date()
    return StatementBlock(f"stellungnahme-{invitation.partner.code}", invitation.partner.name, words, came)


def _note(answered: list[Invitation], internal: int) -> str:
    nothing = [i.partner.name for i in answered if i.no_remarks]
    parts = [_sentence("Geantwortet haben", [i.partner.name for i in answered])]
    if nothing:
        parts.append(_sentence("Ohne Anmerkungen", nothing))
    if internal:
        many = plural(internal, "Anmerkung", "Anmerkungen")
        parts.append(
            f"{many} nur an die Sozialplanung sind hier nicht aufgeführt; auch darüber ist entschieden."
        )
    return " ".join(parts)


def _sentence(first: str, names: list[str]) -> str:
    """A sentence that ends with one full stop, after „e. V.“ too."""
    return f"{first}: {', '.join(names)}".removesuffix(".") + "."
