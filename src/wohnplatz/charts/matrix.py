"""The matrix of an index: status × dynamics with the number of areas in each cell."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from .. import text
from ..model import ReleasedTable
from . import palette
from .frame import Picture
from .scheme import dynamics_count, scheme
from .svg import SMALL, label, tag, tooltip, wrap
from .words import counted_states, meta_of, select, source_line

_LEFT, _TOP, _ROW, _GAP = 132.0, 62.0, 62.0, 4.0
Counts = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Plot:
    counts: Counts
    status: tuple[str, ...]
    dynamics: tuple[str, ...]
    colours: tuple[str, ...]
    signs: tuple[str, ...]
    """Of the dynamics classes, as on the map."""
    attention: Collection[tuple[int, int]]
    href: Callable[[int, int], str] | None
    column: float


def matrix_counts(table: ReleasedTable, *, index: str, year: int) -> Counts:
    """Number of areas by status class (rows) and dynamics class (columns), from ``<index>:group``.

    Only figures with a number count; a class of the meta data without areas is 0.
    """
    group = f"{index}:group"
    columns = dynamics_count(table, index)
    rows = max(len(meta_of(table, group).classes) // columns, 1)
    counts = [[0] * columns for _ in range(rows)]
    for f in select(table, group, year=year):
        if f.value is not None:
            row, column = divmod(int(f.value) - 1, columns)
            if 0 <= row < rows:
                counts[row][column] += 1
    return tuple(tuple(row) for row in counts)


def matrix_svg(  # noqa: PLR0913 (the contract: all of it by name)
    table: ReleasedTable,
    *,
    index: str,
    year: int,
    title: str,
    subtitle: str,
    attention: Collection[tuple[int, int]] = (),
    href: Callable[[int, int], str] | None = None,
    width: float = 560,
    standalone: bool = False,
) -> str:
    """The matrix of an index as SVG, colours as in the map of ``<index>:group``.

    ``attention`` are the pairs (status class, dynamics class), 1-based, that are framed as areas of special
    attention. ``href`` (status class, dynamics class) makes each cell with areas a link.
    """
    group = f"{index}:group"
    counts = matrix_counts(table, index=index, year=year)
    status, dynamics = _class_names(table, index, len(counts), len(counts[0]))
    column = (width - _LEFT) / len(dynamics)
    by = scheme(table, None, group)
    plot = _Plot(counts, status, dynamics, by.colours, by.signs, attention, href, column)
    note = _note(table, group, year)
    height = _TOP + _ROW * len(status) + 8
    body = _heads(plot) + _cells(plot)
    for part in ([_ATTENTION] if attention else []) + ([note] if note else []):
        for words in wrap(part, width - 8, SMALL):
            height += 18
            body += label(4, height - 6, words, size=SMALL, fill=palette.MUTED)
    picture = Picture(
        kind="matrix",
        body=body,
        width=width,
        height=height + 4,
        title=title,
        subtitle=subtitle,
        description=_description(plot, note),
        source=source_line(table.context, meta_of(table, group)),
        context=table.context,
        interactive=href is not None,
    )
    return picture.render(standalone=standalone, prefix="matrix")


_ATTENTION = "Dick umrandet: Gebiete mit besonderem Unterstützungsbedarf nach der Methode des Index."


def _class_names(
    table: ReleasedTable, index: str, rows: int, columns: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the classes: of the two measures where the table has them, else from ``status / dynamics``."""
    pairs = [name.split(" / ", 1) for name in meta_of(table, f"{index}:group").classes]
    status = table.meta.get(f"{index}:status_class")
    dynamics = table.meta.get(f"{index}:dynamics_class")
    return (
        status.classes if status else tuple(pairs[i * columns][0] for i in range(rows)),
        dynamics.classes if dynamics else tuple(pairs[i][-1] for i in range(columns)),
    )


def _note(table: ReleasedTable, group: str, year: int) -> str:
    states = counted_states(select(table, group, year=year))
    return f"Ohne Einordnung: {states}." if states else ""


def _heads(p: _Plot) -> str:
    parts = [
        label(_LEFT + p.column * len(p.dynamics) / 2, 16, "Dynamik", size=SMALL, anchor="middle",
              fill=palette.MUTED),
        label(4, _TOP - 14, "Status", size=SMALL, fill=palette.MUTED),
    ]  # fmt: skip
    for i, word in enumerate(p.dynamics):
        lines = wrap(f"{word} {p.signs[i]}".rstrip(), p.column - 8, 14)[:2]
        for j, part in enumerate(lines):
            x, y = _LEFT + p.column * (i + 0.5), _TOP - 12 - 16 * (len(lines) - 1 - j)
            parts.append(label(x, y, part, size=14, anchor="middle", bold=True))
    for i, word in enumerate(p.status):
        lines = wrap(word, _LEFT - 14, 14)[:2]
        for j, part in enumerate(lines):
            y = _TOP + _ROW * (i + 0.5) + 5 - 8 * (len(lines) - 1) + 16 * j
            parts.append(label(4, y, part, size=14, bold=True))
    return "".join(parts)


def _cells(p: _Plot) -> str:
    cells = [
        _cell(p, row, column, count)
        for row, counts in enumerate(p.counts)
        for column, count in enumerate(counts)
    ]
    # Frames come last, so that no neighbour covers them.
    frames = [
        _box(p, (s - 1, d - 1), fill="none", stroke=palette.INK, stroke_width=3.2)
        for s, d in sorted(p.attention)
        if s <= len(p.status) and d <= len(p.dynamics)
    ]
    return "".join(cells + frames)


def _box(p: _Plot, place: tuple[int, int], *, fill: str, stroke: str, stroke_width: float) -> str:
    row, column = place
    return tag(
        "rect",
        x=_LEFT + p.column * column + _GAP / 2,
        y=_TOP + _ROW * row + _GAP / 2,
        width=p.column - _GAP,
        height=_ROW - _GAP,
        rx=3,
        fill=fill,
        stroke=stroke,
        stroke_width=stroke_width,
    )


def _cell(p: _Plot, row: int, column: int, count: int) -> str:
    colour = p.colours[row * len(p.dynamics) + column]
    x, y = _LEFT + p.column * (column + 0.5), _TOP + _ROW * (row + 0.5)
    ink = palette.ink_on(colour)
    amount = text.plural(count, "Gebiet", "Gebiete")
    words = f"Status {p.status[row]}, Dynamik {p.dynamics[column]}: {amount}"
    content = (
        tooltip(words)
        + _box(p, (row, column), fill=colour, stroke=palette.AXIS, stroke_width=0.8)
        + label(x, y + 4, text.number(count), size=24, anchor="middle", bold=True, fill=ink)
        + label(x, y + 21, amount.split(text.NBSP)[1], size=SMALL, anchor="middle", fill=ink)
    )
    if p.href and count:
        return tag("a", content, href=p.href(row + 1, column + 1), aria_label=words)
    return tag("g", content)


def _description(p: _Plot, note: str) -> str:
    rows = []
    for word, counts in zip(p.status, p.counts, strict=True):
        cells = [f"{d} {text.number(n)}" for d, n in zip(p.dynamics, counts, strict=True)]
        rows.append(f"Status {word}: {', '.join(cells)}.")
    return f"Anzahl der Gebiete nach Status und Dynamik. {' '.join(rows)} {note}".strip()
