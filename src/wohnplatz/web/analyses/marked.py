"""The selection as a page shows it: what is marked, how to take it out, what can be added."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from wohnplatz.web.stand import Stand

from . import selection


@dataclass(frozen=True, slots=True)
class Marked:
    """The parts of the component ``analyses/selection.html``."""

    chosen: list[tuple[str, str]]
    """Name of each marked area and the address without it."""
    left_out: tuple[str, ...]
    """Keys of the address that are not marked: unknown or too many."""
    addable: list[tuple[str, list[tuple[str, str]]]]
    """Municipality → key and name of its areas."""
    hidden: list[tuple[str, str]]
    """Parameters of the address that a form must keep."""
    full: bool


def marked_of(request: HttpRequest, stand: Stand, level: str) -> Marked:
    """The selection on this page; areas of ``level`` can be added."""
    names = {
        key: area.name for lv in stand.hierarchy.levels for key, area in stand.hierarchy.areas(lv).items()
    }
    own = {selection.PARAMETER, selection.ADD}
    kept = [(k, v) for k, values in request.GET.lists() if k not in own for v in values]

    def without(key: str) -> str:
        rest = selection.write([k for k in stand.selection if k != key])
        return "?" + urlencode([*kept, *([(selection.PARAMETER, rest)] if rest else [])])

    groups: dict[str, list[tuple[str, str]]] = {}
    for key, area in stand.hierarchy.areas(level).items():
        if key not in stand.selection:
            groups.setdefault(names.get(area.parent or "", ""), []).append((key, area.name))
    hidden = [*kept, *([(selection.PARAMETER, selection.write(stand.selection))] if stand.selection else [])]
    return Marked(
        [(names[key], without(key)) for key in stand.selection], stand.unknown, list(groups.items()), hidden,
        len(stand.selection) >= selection.LARGEST,
    )  # fmt: skip
