"""Reads files that are not the product's own template: by a guide, or by a proposal that is sure."""

from __future__ import annotations

from collections.abc import Sequence

from wohnplatz.model import Catalogue, ObservationTable, Severity, stacked
from wohnplatz.text import day

from .completeness import addresses, check_duplicates, check_missing
from .findings import Findings, Place
from .guide import Guide
from .guide_proposing import Resolved, as_proposal, doubts_of, resolve_all, sources
from .header import expected_columns
from .request import ReadResult, Request, TableResult
from .sheets import Table
from .table_reader import read_resolved

SHOWN_DOUBTS = 3


def read_guided(
    tables: Sequence[Table],
    request: Request,
    catalogue: Catalogue,
    findings: Findings,
    guide: Guide | None = None,
) -> ReadResult:
    """Read all tables that surely hold something of the request; else one finding that a guide is needed."""
    found = resolve_all(sources(tables, guide, request, findings), request, catalogue, guide)
    proposal = as_proposal(found, request)
    if not proposal.sure:
        _report_doubts(found, doubts_of(proposal), findings)
        return ReadResult((), findings.all(), "", (), 0, guide=proposal.guide)
    used = [resolved for resolved in found if resolved.used]
    results = [read_resolved(resolved, request, catalogue, findings) for resolved in used]
    _check(results, request, catalogue, findings)
    return ReadResult(
        stacked([ObservationTable.of(result.observations) for result in results]),
        findings.all(),
        proposal.guide.kind,
        tuple(dict.fromkeys(resolved.source.table.name for resolved in used)),
        sum(result.cells for result in results),
        stacked([ObservationTable.of(result.totals) for result in results]),
        proposal.guide,
    )


def _report_doubts(found: Sequence[Resolved], doubts: Sequence[str], findings: Findings) -> None:
    if not any(resolved.source.stat for resolved in found):
        findings.add("intake.no_header", words={"expected": expected_columns()})
        return
    rest = len(doubts) - SHOWN_DOUBTS
    text = " ".join(doubts[:SHOWN_DOUBTS]) + (f" Dazu {rest} weitere." if rest > 0 else "")
    findings.add("intake.guide_needed", words={"doubts": text})


def _check(
    results: Sequence[TableResult], request: Request, catalogue: Catalogue, findings: Findings
) -> None:
    addressed = addresses(results)
    check_duplicates(addressed, findings)
    if len(addressed):
        check_missing(addressed, request, catalogue, findings)
    elif "intake.other_days" in findings:
        findings.add("intake.no_due_day", words={"expected": day(request.reference_date)})
    elif not any(finding.severity is Severity.ERROR for finding in findings.all()):
        findings.add("intake.no_rows", Place())
