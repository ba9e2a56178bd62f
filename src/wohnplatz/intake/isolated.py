"""Opens a workbook of an old or loose format in a process of its own, with a limit on memory.

The reader of workbooks allocates what a file tells it to. In XLSX that can be seen beforehand (``archive``);
in XLS and ODS it cannot, and a failed allocation ends the process. So for them it is another process that
ends. This file is also that process: it is run as a script and therefore imports nothing of the project.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

MEMORY = 2_000_000_000
"""Bytes of address space the process may use."""
SECONDS = 60
ENCRYPTED, TOO_LARGE = 3, 4
"""Exit codes of the process; anything else but 0 means that the file is broken."""


Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, each (row, column), 0-based."""


def read_sheets(
    data: bytes, limits: tuple[int, int], memory: int = MEMORY
) -> tuple[int, list[tuple[str, list[list[Any]], tuple[Range, ...]]]]:
    """Exit code and (name, rows, merged ranges) of each worksheet. ``limits``: sheets and cells in all."""
    command = [sys.executable, "-I", __file__, *map(str, (*limits, memory))]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return TOO_LARGE, []
    if done.returncode:
        return done.returncode, []
    return 0, [
        (name, [[*map(_decoded, row)] for row in rows], tuple((tuple(a), tuple(b)) for a, b in merged))
        for name, rows, merged in json.loads(done.stdout)
    ]


def _encoded(cell: Any) -> Any:
    """A cell as JSON: dates as a pair of kind and text."""
    if isinstance(cell, datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    return cell if isinstance(cell, str | float | int | bool) else str(cell)


def _decoded(cell: Any) -> Any:
    if not isinstance(cell, list):
        return cell
    kind, text = cell
    return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text)


def main(max_sheets: int, max_cells: int, memory: int) -> int:
    """Read a workbook from standard input, write its worksheets as JSON to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    except PasswordError:
        return ENCRYPTED
    sheets = []
    for position, meta in enumerate(workbook.sheets_metadata):
        if meta.typ is SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_index(position)
            rows = sheet.to_python(skip_empty_area=False)
            max_cells -= sum(map(len, rows))
            merged = sheet.merged_cell_ranges or []
            sheets.append((meta.name, [[*map(_encoded, row)] for row in rows], merged))
        if max_cells < 0 or len(sheets) > max_sheets:
            return TOO_LARGE
    sys.stdout.write(json.dumps(sheets))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
