"""The internal review (*interne Durchsicht*): colleagues remark on blocks before anybody outside reads them.

Decided like remarks of partners (``deciding``): once, with a reason, a proposal taken over with one click.
Nothing of it is printed.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports import storing
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import ReportState

from . import chapters as tree_of
from . import way
from .models import ReviewRemark


def remarks(actor: Actor, report: SocialReport) -> QuerySet[ReviewRemark]:
    """All that colleagues said of a report, by number: for everybody who writes reports."""
    policies.require(actor, Right.REPORTS)
    return report.review_remarks.select_related("by", "report__release")


def undecided(report: SocialReport) -> int:
    """How many wait for a decision."""
    return int(report.review_remarks.filter(verdict="").count())


def say(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    report: SocialReport,
    *,
    block_id: str,
    area: str = "",
    words: str = "",
    proposal: str = "",
    at: datetime | None = None,
) -> ReviewRemark:
    """Remark on a block of a report in its internal review; with another wording it is a proposal.

    ``area`` is the one whose text is meant where a block has one for each area. Raises Refused, and
    WohnplatzError where the report is not in review, the block is gone or nothing was said.
    """
    policies.require(actor, Right.REPORTS)
    now = moment(at)
    with transaction.atomic():
        held = SocialReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
        _require_review(held)
        tree = reports.tree(held)
        node = tree_of.block(tree, block_id)
        row = held.blocks.filter(block_id=block_id).first()
        if node is None or row is None:
            raise WohnplatzError(
                "Diesen Block gibt es im Bericht nicht mehr.",
                todo="Bitte die Gliederung neu laden und eine andere Stelle wählen.",
                code="consultation.no_block",
            )
        basis = tree_of.text_of(node, area)
        said = way.said(words, proposal, basis if tree_of.is_text(node) else None)
        about = {"by_id": storing.person(actor), "block_id": block_id, "area": area, "basis": basis, **said}
        before: ReviewRemark | None = held.review_remarks.filter(verdict="", **about).first()
        if before is not None:
            return before  # a form sent twice
        last = held.review_remarks.aggregate(last=Max("number"))["last"] or 0
        made: ReviewRemark = ReviewRemark.objects.create(
            report=held, number=last + 1,
            chapter=tree_of.chapter_of(tree, block_id),
            place=tree_of.place(tree, node, area, releases.hierarchy(held.release)),
            block_version=row.version, written_at=now, **about,
        )  # fmt: skip
        record(actor, "consultation.review_remark", held, now, number=made.number, block=block_id)
    return made


def take_back(actor: Actor, remark: ReviewRemark) -> None:
    """Take back what one has said oneself, as long as nobody has decided about it."""
    policies.require(actor, Right.REPORTS)
    if remark.by_id is None or remark.by_id != storing.person(actor):
        raise Refused("Diese Anmerkung ist von jemand anderem.", code="consultation.refused.not_own")
    with transaction.atomic():
        if not ReviewRemark.objects.filter(pk=remark.pk, verdict="").delete()[0]:
            raise WohnplatzError("Über diese Anmerkung ist schon entschieden.", code="consultation.decided")
        record(actor, "consultation.review_take_back", remark.report, number=remark.number)


def _require_review(report: SocialReport) -> None:
    if report.state != ReportState.REVIEW:
        raise WohnplatzError(
            f"Der Bericht ist {report.get_state_display()}.",
            why="Anmerkungen der eigenen Verwaltung gehören in die interne Durchsicht.",
            todo="Die Sozialplanung kann den Bericht in die Durchsicht geben.",
            code="consultation.not_in_review",
        )
