"""Columns of a table: their headings from top to bottom, and what they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ..cells import Cell, cell_text
from .dates import moment_in
from .grid import Grid
from .headings import cleaned, folded, unit_in
from .kinds import Kind, is_code, year_of
from .model import ColumnHead, Role
from .moment import NEVER, Moment

KEY_WORDS = re.compile(
    r"schlüssel|schluessel|\bags\b|\bars\b|\bags\d|kennziffer|\bgkz\b|kennung|raumid|gebiets?\W?(?:nr|nummer|id|code)"
    r"|wohnplatz\W?(?:nr|nummer|id)|stadtteil\W?(?:nr|nummer)|gemeinde\W?(?:nr|nummer|kennzahl)|\bnuts\b|\bplr\b"
    r"|kreis\W?(?:nr|nummer)|bezirk\W?(?:nr|nummer)|\bkey\b",
    re.IGNORECASE,
)
PART_WORDS = {
    "land": 2, "bundesland": 2, "rb": 1, "regierungsbezirk": 1, "kreis": 2, "vb": 4, "verband": 4,
    "gemeindeverband": 4, "gem": 3, "gemeinde": 3,
}  # fmt: skip
"""Headings of the parts of an official key, with their digits."""
NAME_WORDS = re.compile(
    r"gebiet|stadtteil|gemeinde|kommune|ort\b|ortsteil|ortschaft|region|raum|bezirk|kreis|wohnplatz|wohnplätze|stadt\b"
    r"|name|bezeichnung|quartier|viertel|sozialraum|planungsraum|land\b",
    re.IGNORECASE,
)
DATE_WORDS = re.compile(
    r"^(?:jahr|stichtag|datum|zeit|zeitpunkt|monat|quartal|berichts\w+|stand|date|year)\b", re.I
)
NUMBER_WORDS = re.compile(
    r"^(?:lfd|laufende|pos\b|zeile)|postleit|\bplz\b|satzart|kennzeichen", re.IGNORECASE
)
KEY_AND_NAME = re.compile(r"(\d{2,12})\s*[:–-]?\s+(?=[^\W\d])(.+)", re.DOTALL)
"""``01001 Flensburg, Stadt``."""
_SUM = re.compile(r"^(?:summe|insgesamt|gesamt|zusammen|total|ohne|nicht|unbekannt)|insgesamt$|gesamt$")
"""What may stand among keys: the label of a total, or of what belongs nowhere."""
_PART_OF_DATE = re.compile(r"(?:19|20)\d{4}|\d{1,2}")
SAMPLE = 400


def column_heads(grid: Grid, header: tuple[int, int], rows: Sequence[int]) -> tuple[ColumnHead, ...]:
    """Heads of all columns of the sheet; ``header`` and ``rows`` (with data) are 0-based."""
    paths = _paths(grid, header)
    sample = rows if len(rows) <= SAMPLE else [rows[i * len(rows) // SAMPLE] for i in range(SAMPLE)]
    heads: list[ColumnHead] = []
    for position in range(grid.width):
        texts = [cleaned(text) for text in paths[position]]
        path = tuple(text for text, _ in texts if text)
        cells = [grid.cell(row, position) for row in sample]
        role = _role(
            path, cells, [grid.kinds[r][position] for r in sample if position < len(grid.kinds[r])], heads
        )
        marks = tuple(mark for _, found in texts for mark in found)
        heads.append(
            ColumnHead(position, letter(position), path, role, _unit(path), _moment(path), marks)
        )  # fmt: skip
    return tuple(heads)


def letter(position: int) -> str:
    """Column as a spreadsheet shows it: 0 → A, 26 → AA."""
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


def _paths(grid: Grid, header: tuple[int, int]) -> list[list[str]]:
    """For each column its headings from top to bottom, merged or meant to be merged ones repeated."""
    rows = [row for row in range(header[0], header[1] + 1) if not grid.is_numbering(row)]
    lines = [[grid.text(row, c) for c in range(grid.width)] for row in rows]
    if not any((row, c) in grid.merged for row in rows for c in range(grid.width)):
        lines = _spread(lines)
    paths: list[list[str]] = []
    for column in range(grid.width):
        path: list[str] = []
        for line in lines:
            if line[column] and (not path or line[column] != path[-1]):
                path.append(line[column])
        paths.append(path)
    return paths


def _spread(lines: list[list[str]]) -> list[list[str]]:
    """Headings repeated over the empty cells to their right that have a heading of their own below."""
    spread: list[list[str]] = []
    for depth, line in enumerate(lines):
        below = [any(other[c] for other in lines[depth + 1 :]) for c in range(len(line))]
        filled = list(line)
        for column in range(1, len(line)):
            same_group = all(above[column] == above[column - 1] or not above[column] for above in spread)
            if not line[column] and below[column] and below[column - 1] and same_group:
                filled[column] = filled[column - 1]
        spread.append(filled)
    return spread


def _unit(path: Sequence[str]) -> str:
    """The unit of the lowest heading that names one; a ratio anywhere outweighs a count."""
    found = [unit for text in reversed(path) if (unit := unit_in(text))]
    ratio = next((u for u in found if u in ("%", "‰", "Anteil")), "")
    return ratio or (found[0] if found else "")


def _moment(path: Sequence[str]) -> Moment:
    """The reference date of the lowest heading that names one, completed from those above it."""
    moment = NEVER
    for text in reversed(path):
        moment = moment.filled(moment_in(text))
    return moment


def _role(
    path: Sequence[str], cells: Sequence[Cell], kinds: Sequence[Kind], before: Sequence[ColumnHead]
) -> Role:
    counts = Counter(kinds)
    filled = sum(counts.values()) - counts[Kind.EMPTY]
    if not filled:
        return Role.EMPTY
    if counts[Kind.DATE] > 0.6 * filled or _is_date_column(path, cells, before):
        return Role.DATE
    if counts[Kind.NUMBER] + counts[Kind.SIGN] < 0.5 * filled:
        return _text_role(path, cells, before)
    if _is_key(path, cells, before):
        return Role.KEY
    return Role.LABEL if _is_code_column(path, cells, before) else Role.VALUE


def _is_date_column(path: Sequence[str], cells: Sequence[Cell], before: Sequence[ColumnHead]) -> bool:
    """Whether the heading says so and the cells agree, or it is the first column and holds years only."""
    texts = [cell_text(cell) for cell in cells if cell_text(cell)]
    named = DATE_WORDS.search(path[-1] if path else "")
    if named:
        return all(year_of(t) or moment_in(t) != NEVER or _PART_OF_DATE.fullmatch(t) for t in texts)
    return not before and all(map(year_of, texts))


def _text_role(path: Sequence[str], cells: Sequence[Cell], before: Sequence[ColumnHead]) -> Role:
    """Names of areas stand once each, or under a heading that says so; other words are labels."""
    texts = [cell_text(cell) for cell in cells if cell_text(cell)]
    if all(moment_in(text) != NEVER for text in texts):
        return Role.DATE
    known = {head.role for head in before}
    if Role.NAME in known:
        return Role.LABEL
    named = any(NAME_WORDS.search(text) for text in path)
    distinct = len(set(texts)) >= 0.9 * len(texts)
    if Role.VALUE in known:
        return Role.NAME if named and distinct and Role.KEY not in known else Role.LABEL
    joined = sum(bool(KEY_AND_NAME.fullmatch(text)) for text in texts) > 0.5 * len(texts)
    return Role.NAME if named or joined or distinct else Role.LABEL


def _is_key(path: Sequence[str], cells: Sequence[Cell], before: Sequence[ColumnHead]) -> bool:
    """Whether numbers are keys: by the heading, or all of one length and different, left of all values."""
    if any(head.role is Role.VALUE for head in before):
        return False
    texts = [cell_text(cell) for cell in cells if cell_text(cell)]
    others = [text for text in texts if not text.isdigit()]
    texts = [text for text in texts if text.isdigit()]
    if (
        not texts
        or len(others) > max(2, 0.4 * len(texts))
        or not all(_SUM.search(folded(text)) for text in others)
    ):
        return False
    if any(NUMBER_WORDS.search(folded(text)) for text in path):
        return False
    if any(KEY_WORDS.search(text) for text in path) or any(folded(text) in PART_WORDS for text in path):
        return True
    lengths = {len(text) for text in texts}
    if len(lengths) == 1 and max(lengths) > 1 and any(text.startswith("0") for text in texts):
        return True
    return not before and _are_distinct_keys(path, texts)


def _are_distinct_keys(path: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether the numbers of the first column are keys: all different, and long or headed as areas."""
    lengths = {len(text) for text in texts}
    if len(set(texts)) < len(texts) or max(lengths) > 12:
        return False
    long = min(lengths) >= 4 and max(lengths) >= 5 and len(lengths) <= 2 and len(texts) > 1
    return long or any(NAME_WORDS.search(text) for text in path)


def _is_code_column(path: Sequence[str], cells: Sequence[Cell], before: Sequence[ColumnHead]) -> bool:
    """Whether digits are codes of something: postcodes, kinds of record, running numbers."""
    if any(NUMBER_WORDS.search(folded(text)) for text in path):
        return True
    texts = [cell_text(cell) for cell in cells if cell_text(cell)]
    if any(is_code(c) and cell_text(c).startswith("0") for c in cells) and len({len(t) for t in texts}) == 1:
        return True
    return False if not texts else _is_counter(texts) and not before


def _is_counter(texts: Sequence[str]) -> bool:
    """Whether the cells count the rows: 1 2 3 …"""
    return len(texts) > 2 and texts == [str(n) for n in range(1, len(texts) + 1)]


def splits(text: str) -> tuple[str, str]:
    """Key and name of a cell that holds both; an empty key where it does not."""
    found = KEY_AND_NAME.fullmatch(text)
    return (found[1], found[2].strip()) if found else ("", text)
