"""What the pages of the consultation show of a report: its material, chapters, differences, badges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from wohnplatz.report import Material, Report, pieces
from wohnplatz.report.blocks import Block
from wohnplatz.report.closing import spoken
from wohnplatz.report.needs import needs
from wohnplatz.report.printing import Place
from wohnplatz.report.resolving import Piece
from wohnplatz.report.tree import ChapterBlock, ProfilesBlock
from wohnplatz.web.reports.differences import pieces as differences
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.consultation import deciding
from wohnplatz.workflow.consultation.chapters import KINDS, is_text, text_of
from wohnplatz.workflow.consultation.models import Said
from wohnplatz.workflow.consultation.states import ProfileState, RemarkKind, Standing, Verdict
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.report_material import material
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.shown import Kept
from wohnplatz.workflow.reports.states import ReportState

STANDINGS = {
    Standing.PLANNED: "default", Standing.INVITED: "info", Standing.OPENED: "info", Standing.WORKING: "info",
    Standing.REOPENED: "warning", Standing.OVERDUE: "danger", Standing.ANSWERED: "success",
    Standing.NOTHING: "warning",
}  # fmt: skip
VERDICTS = {Verdict.ACCEPTED: "success", Verdict.PARTLY: "info", Verdict.DECLINED: "warning", "": "default"}
PROFILES = {
    ProfileState.PENDING: "warning", ProfileState.RELEASED: "success", ProfileState.REFUSED: "danger"
}  # fmt: skip
STATES = {
    ReportState.DRAFT: "default", ReportState.REVIEW: "info", ReportState.CONSULTATION: "info",
    ReportState.DECIDED: "info", ReportState.AGREED: "success", ReportState.PRESENTED: "success",
    ReportState.PUBLISHED: "success", ReportState.SET_ASIDE: "default",
}  # fmt: skip
_MATERIALS = Kept(3)


@dataclass(frozen=True, slots=True)
class ShownRemark:
    """A remark with its words, its badge and what its proposal changes."""

    remark: Said
    own: bool
    badge: str
    changes: tuple[Any, ...]

    @property
    def verdict(self) -> str:
        """The decision in words."""
        return str(self.remark.get_verdict_display()) if self.remark.verdict else "noch nicht entschieden"


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """A block as a partner's page shows it, with the remarks on it and the form for a new one."""

    anchor: str
    block_id: str
    area: str
    kind: str
    heading: str
    deep: bool
    blocks: tuple[Block, ...]
    text: str
    is_text: bool
    remarks: list[ShownRemark]
    form: Any = None
    open: bool = False


def material_for(user: Actor, report: SocialReport, tree: Report, withheld: frozenset[str]) -> Material:
    """The public's figures of the report's release, without what this person may not see."""
    wanted = needs(tree, releases.catalogue(report.release))
    key = (report.release.manifest, wanted.indicators, wanted.ages, tree.year if wanted.ages else 0)
    whole = _MATERIALS.once(key, lambda: material(user, report.release, tree))
    return replace(whole, withheld=withheld) if withheld else whole


def chapter(tree: Report, held: Material, block_id: str, area: str = "") -> list[ShownPiece]:
    """The blocks of a chapter, or of the profile of one area in it, without remarks and forms yet."""
    found = pieces(tree, held, block_id, area)
    return [_piece(p) for p in found if p.area == area and p.node.id != block_id]


def shown(remarks: Iterable[Said], own: int | None, held: Material) -> list[ShownRemark]:
    """Remarks with their badge and the words that a proposal changes, figures printed."""
    return [_shown(r, own is not None and getattr(r, "invitation_id", None) == own, held) for r in remarks]


def compared(old: str, new: str, remark: Said, held: Material) -> tuple[Any, ...]:
    """Two texts of the block of a remark word by word, figures printed."""
    report = remark.report
    place = Place(remark.area or report.area, report.year)
    return differences(spoken(old, place, held), spoken(new, place, held))


def against_now(remark: Said, held: Material) -> tuple[Any, ...]:
    """What became of the text since it was remarked on; empty where nothing did."""
    now = deciding.current_text(remark)
    if now is None or now == remark.basis:
        return ()
    return compared(remark.basis, now, remark, held)


def _shown(remark: Said, own: bool, held: Material) -> ShownRemark:
    changes: tuple[Any, ...] = ()
    if remark.kind == RemarkKind.PROPOSAL:
        changes = compared(remark.basis, remark.proposal, remark, held)
    return ShownRemark(remark, own, VERDICTS[remark.verdict], changes)


def _piece(piece: Piece) -> ShownPiece:
    node = piece.node
    is_heading = isinstance(node, ChapterBlock)
    whole = isinstance(node, ProfilesBlock)
    anchor = f"b-{node.id}{f'-{piece.area}' if piece.area else ''}"
    return ShownPiece(
        anchor, node.id, piece.area, KINDS.get(type(node), "Teil"),
        node.title if isinstance(node, ChapterBlock) else "", is_heading or whole,
        piece.blocks[1:] if is_heading or whole else piece.blocks, text_of(node, piece.area),
        is_text(node), [],
    )  # fmt: skip
