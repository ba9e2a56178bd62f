"""Reads a delivered file: opens it, finds the reader of each table, checks the whole."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath

from wohnplatz.model import Catalogue, Observation, ObservationTable, Severity, stacked

from .completeness import addresses, check_duplicates, check_missing
from .filetypes import OLE_MAGIC
from .findings import Findings, Place, UnreadableFileError
from .guide import Guide
from .guided import read_guided
from .header import OTHER_SHEETS, expected_columns
from .limits import Limits
from .long_text import LongText, head_of, open_long, size_of
from .readers import best_reader
from .request import ReadResult, Request, TableResult
from .sheets import Table, open_tables
from .template_reader import TemplateReader

BEYOND_DOUBT = 0.75
"""Share of the template's columns from which on a table is taken for it."""
LONG = 4_000_000
"""Bytes from which on a text table is read block by block."""
TEXT_ENDINGS = frozenset({".csv", ".txt", ".tsv"})
_PACKED = (b"PK\x03\x04", OLE_MAGIC)
"""First bytes of workbooks: named as text or not, they are looked into as a whole."""
Progress = Callable[[int, int], None]


def read_delivery(  # noqa: PLR0913 (the file, what was asked, how to read it)
    data: bytes | Path,
    filename: str,
    request: Request,
    catalogue: Catalogue,
    *,
    guide: Guide | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> ReadResult:
    """Read what a partner sent and check it against what was asked.

    The template is read as it stands; any other table by ``guide`` or by what its headings surely say. Never
    raises for bad input: what is wrong is a finding. Reading is a pure function of its arguments.
    ``progress`` is told how many bytes of how many are read, for long text tables in the template's form.
    ``limits`` are by default those of a job for a file on the disk, those of a page for bytes in memory.
    """
    findings = Findings()
    limits = limits or (Limits.job if isinstance(data, Path) else Limits.page)
    try:
        if _is_long(data, filename):
            with _without_collector():
                long = _read_long(open_long(data, filename, limits), request, catalogue, findings, progress)
            if long is not None:
                return long
        limits.require_size(size_of(data))  # before all of it is taken into memory
        content = data.read_bytes() if isinstance(data, Path) else data
        return _read_whole(open_tables(content, filename, limits), request, catalogue, findings, guide)
    except UnreadableFileError as error:
        row = error.words.get("row")
        place = Place(row=int(row) if row else None)
        findings.add(error.code, place, words=error.words)
        return ReadResult((), findings.all(), "", (), 0)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spare the search for cycles: millions of short-lived rows hold none, and looking costs a fifth."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _is_long(data: bytes | Path, filename: str) -> bool:
    if size_of(data) <= LONG or PurePath(filename).suffix.lower() not in TEXT_ENDINGS:
        return False
    return not head_of(data, 8).startswith(_PACKED)


def _read_long(
    text: LongText, request: Request, catalogue: Catalogue, findings: Findings, progress: Progress | None
) -> ReadResult | None:
    """Read a long text table in the template's form block by block; None where it has another form."""
    reader, run = TemplateReader(), None
    for first, rows, done in text.blocks():
        if first == 1:
            table = Table("", rows, text.delimiter)
            if reader.recognises(table) < BEYOND_DOUBT:
                return None
            run = reader.begin(table, request, catalogue, findings)
            if run is None:
                return ReadResult((), findings.all(), reader.code, ("",), 0)
            run.feed(rows[run.header.row + 1 :], run.header.row + 2)
        elif run is not None:
            run.feed(rows, first)
        if progress:
            progress(done, text.size)
    return _checked([run.result()], [("", reader.code)], request, catalogue, findings) if run else None


def _read_whole(
    tables: Sequence[Table],
    request: Request,
    catalogue: Catalogue,
    findings: Findings,
    guide: Guide | None,
) -> ReadResult:
    recognised = [(table, reader) for table in tables if (reader := best_reader(table))]
    if all(table.is_empty() for table in tables):
        findings.add("intake.empty_file")
        return ReadResult((), findings.all(), "", (), 0)
    sureness = max((reader.recognises(table) for table, reader in recognised), default=0.0)
    if sureness < BEYOND_DOUBT:
        guided = read_guided(tables, request, catalogue, Findings(), guide)
        # Half a template is a template with faults, unless it surely is somebody's own table.
        if not recognised or guided.reader:
            return guided
    known = {table.name for table, _ in recognised}
    for table in tables:
        if table.name not in (known | OTHER_SHEETS) and not table.is_empty():
            words = {"expected": expected_columns()}
            findings.add("intake.sheet_ignored", Place(table.name), value=table.name, words=words)
    results = [reader.read(table, request, catalogue, findings) for table, reader in recognised]
    sheets = [(table.name, reader.code) for table, reader in recognised]
    return _checked(results, sheets, request, catalogue, findings)


def _checked(
    results: Sequence[TableResult],
    sheets: Sequence[tuple[str, str]],
    request: Request,
    catalogue: Catalogue,
    findings: Findings,
) -> ReadResult:
    """All tables as one, with the checks over all of their rows. ``sheets``: name and reader of each."""
    addressed = addresses(results)
    cells = sum(result.cells for result in results)
    check_duplicates(addressed, findings)
    if len(addressed):
        check_missing(addressed, request, catalogue, findings)
    elif not cells and not any(f.severity is Severity.ERROR for f in findings.all()):
        findings.add("intake.no_rows", Place(sheets[0][0]))
    return ReadResult(
        stacked([_in_columns(result.observations) for result in results]),
        findings.all(),
        sheets[0][1],
        tuple(name for name, _ in sheets),
        cells,
    )


def _in_columns(observations: Sequence[Observation]) -> ObservationTable:
    return observations if isinstance(observations, ObservationTable) else ObservationTable.of(observations)
