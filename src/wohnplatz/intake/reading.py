"""Reads a delivered file: opens it, finds the reader of each table, checks the whole."""

from __future__ import annotations

from wohnplatz.model import Catalogue, Severity

from .completeness import check_duplicates, check_missing
from .findings import Findings, Place, UnreadableFileError
from .header import OTHER_SHEETS, expected_columns
from .readers import Reader, best_reader
from .request import ReadResult, Request, TableResult
from .sheets import Table, open_tables


def read_delivery(data: bytes, filename: str, request: Request, catalogue: Catalogue) -> ReadResult:
    """Read what a partner sent and check it against what was asked.

    Never raises for bad input: what is wrong is a finding. Reading is a pure function of its arguments.
    """
    findings = Findings()
    try:
        tables = open_tables(data, filename)
    except UnreadableFileError as error:
        row = error.words.get("row")
        place = Place(row=int(row) if row else None)
        findings.add(error.code, place, words=error.words)
        return ReadResult((), findings.all(), "", (), 0)
    recognised = [(table, reader) for table in tables if (reader := best_reader(table))]
    if not recognised:
        empty = all(table.is_empty() for table in tables)
        code = "intake.empty_file" if empty else "intake.no_header"
        findings.add(code, words={"expected": expected_columns()})
        return ReadResult((), findings.all(), "", (), 0)
    known = {table.name for table, _ in recognised}
    for table in tables:
        if table.name not in (known | OTHER_SHEETS) and not table.is_empty():
            words = {"expected": expected_columns()}
            findings.add("intake.sheet_ignored", Place(table.name), value=table.name, words=words)
    return _read_tables(recognised, request, catalogue, findings)


def _read_tables(
    recognised: list[tuple[Table, Reader]], request: Request, catalogue: Catalogue, findings: Findings
) -> ReadResult:
    results: list[TableResult] = [
        reader.read(table, request, catalogue, findings) for table, reader in recognised
    ]
    addressed = [address for result in results for address in result.addressed]
    cells = sum(result.cells for result in results)
    check_duplicates(addressed, findings)
    if addressed:
        check_missing(addressed, request, catalogue, findings)
    elif not cells and not any(f.severity is Severity.ERROR for f in findings.all()):
        findings.add("intake.no_rows", Place(recognised[0][0].name))
    return ReadResult(
        tuple(observation for result in results for observation in result.observations),
        findings.all(),
        recognised[0][1].code,
        tuple(table.name for table, _ in recognised),
        cells,
    )
