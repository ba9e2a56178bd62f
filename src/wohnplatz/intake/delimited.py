"""Text tables: encoding and delimiter are found out per file."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from .cells import Cell
from .findings import UnreadableFileError
from .limits import Limits

DELIMITERS = ";\t,|"
_SAMPLE_LINES = 100
CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decode(data: bytes) -> str:
    """Text of the file: by its byte order mark, else UTF-16 if it looks so, valid UTF-8, else Windows-1252.

    Raises ``UnreadableFileError`` where it is no text.
    """
    mark, encoding = encoding_of(data)
    if b"\0" in data and not encoding.startswith("utf-16"):
        raise no_text()
    try:
        text = data[mark:].decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError("intake.encoding") from error
    if CONTROL.search(text):
        raise no_text()
    return text


def encoding_of(data: bytes) -> tuple[int, str]:
    """Length of the byte order mark and the encoding, by the mark or by what the bytes look like."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return len(mark), encoding
    return 0, _guess(data)


def no_text() -> UnreadableFileError:
    """The answer to a file that calls itself text and is none."""
    return UnreadableFileError(
        "intake.wrong_type", found="keine Tabelle in Textform", expected="eine CSV-Datei"
    )


def _guess(data: bytes) -> str:
    head = data[:400]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def delimiter_of(text: str) -> str:
    """The delimiter that cuts most lines into the same number of cells, more than one."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:_SAMPLE_LINES]

    def score(delimiter: str) -> tuple[float, int]:
        counts = Counter(_width(line, delimiter) for line in lines)
        width, often = max(counts.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return (often / max(len(lines), 1), width) if width > 1 else (0.0, 0)

    return max(DELIMITERS, key=score)


def _width(line: str, delimiter: str) -> int:
    outside = re.sub(r'"[^"]*"', "", line)
    return outside.count(delimiter) + 1


def read_rows(text: str, limits: Limits) -> tuple[list[list[Cell]], str]:
    """Rows of cells, all text, and the delimiter found. ``UnreadableFileError`` on faults and excess."""
    delimiter = delimiter_of(text)
    rows: list[list[Cell]] = []
    cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            rows.append([*row])
            cells += len(row)
            limits.require_cells(cells)
    except csv.Error as error:
        raise UnreadableFileError("intake.broken_quote", row=str(len(rows) + 1)) from error
    return rows, delimiter
