"""The release a page shows, with everything that is needed to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from wohnplatz import text
from wohnplatz.indicators import figure_meta
from wohnplatz.model import Area, Catalogue, FigureMeta, Hierarchy, Indicator, ReleaseContext
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.releases import queries
from wohnplatz.workflow.releases.models import Release

from .analyses import selection
from .parameters import whole

PARAMETER = "datenstand"
DIVISION, THEN = "gebiete", "damals"
SUBJECTS = {"wohnplatz": "Wohnplätze", "kommune": "Kommunen", "kreis": "Kreis"}
SINGULAR = {"wohnplatz": "Wohnplatz", "kommune": "Kommune", "kreis": "Kreis"}

_META: dict[str, dict[str, FigureMeta]] = {}
_YEARS: dict[tuple[str, str, str], tuple[int, ...]] = {}
"""Worked out once: catalogue and release never change; which years exist is the same for everybody."""


class NoRelease(Exception):  # noqa: N818 (it is no error: a page answers it)
    """There is no release yet."""


class NothingThere(Exception):  # noqa: N818 (it is no error: a page says what is missing)
    """A release holds nothing that a page could show; files of the page are not there then."""

    def __init__(self, stand: Stand, title: str, words: str = "") -> None:
        super().__init__(title)
        self.stand, self.title = stand, title
        self.words = words or "Dieser Datenstand enthält unterhalb des Kreises keine Zahlen dafür."


@dataclass(frozen=True, slots=True)
class Stand:
    """A release in the eyes of one person."""

    user: User
    release: Release
    is_current: bool
    catalogue: Catalogue
    hierarchy: Hierarchy
    selection: tuple[str, ...] = ()
    """Keys of the areas that are marked on every page (``?auswahl=``)."""
    unknown: tuple[str, ...] = ()
    """Keys of the address that this release does not have."""
    division: str = ""
    """Code of the former division that is shown (``?gebiete=damals``), empty for today's areas."""

    @property
    def meta(self) -> Mapping[str, FigureMeta]:
        """What a reader must know of each indicator and index measure."""
        sha = queries.manifest(self.release).catalogue
        if sha not in _META:
            _META[sha] = figure_meta(self.catalogue)
        return _META[sha]

    @property
    def key_indicators(self) -> tuple[Indicator, ...]:
        """The district's core set; all indicators where none is marked as one."""
        known = tuple(self.catalogue.indicators.values())
        return tuple(i for i in known if i.core) or known

    @property
    def parameters(self) -> dict[str, str]:
        """What an address must carry to stay in this release and keep the selection."""
        release = {} if self.is_current else {PARAMETER: str(self.release.number)}
        chosen = {selection.PARAMETER: selection.write(self.selection)} if self.selection else {}
        then = {DIVISION: THEN} if self.division else {}
        return release | chosen | then

    @property
    def former(self) -> str:
        """Words for the former division that could be shown, empty where the areas never changed."""
        known = queries.manifest(self.release).former
        return f"bis {text.day(known[-1].valid_to)}" if known else ""

    def at_the_time(self, then: bool) -> Stand:
        """The same release on former areas, or on today's."""
        known = queries.manifest(self.release).former
        code = known[-1].code if then and known else ""
        hierarchy = queries.hierarchy(self.release, code)
        return replace(self, division=code, hierarchy=hierarchy, selection=())

    def lacks(self, key: str) -> bool:
        """Whether these areas have none with this key."""
        return self.hierarchy.level_of(key) is None

    @property
    def suffix(self) -> str:
        """The same as a query string, empty or with its question mark."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""

    def url(self, route: str, *args: str, **parameters: str | int | None) -> str:
        """Address of a route within this release; parameters that are None or empty are left out."""
        given = {k: str(v) for k, v in parameters.items() if v not in {None, ""}} | self.parameters
        return reverse(route, args=args) + (f"?{urlencode(given)}" if given else "")

    def selected(self, keys: Sequence[str]) -> Stand:
        """The same with another selection."""
        return replace(self, selection=tuple(keys))

    def area(self, key: str) -> tuple[str, Area]:
        """Level and area of a key. ``Http404`` where this release has no such area."""
        level = self.hierarchy.level_of(key)
        if level is None:
            raise Http404
        return level, self.hierarchy.areas(level)[key]

    def ancestors(self, key: str) -> list[tuple[str, Area]]:
        """Level and area of everything that an area lies in, nearest first."""
        return list(self._upwards(key))

    def _upwards(self, key: str) -> Iterator[tuple[str, Area]]:
        level, area = self.area(key)
        while area.parent is not None and self.hierarchy.level_of(area.parent):
            level, area = self.area(area.parent)
            yield level, area

    def names(self, level: str) -> dict[str, str]:
        """Key → name of a level's areas."""
        return {key: area.name for key, area in self.hierarchy.areas(level).items()}

    def top(self) -> str | None:
        """Key of the one area of the coarsest level (the district), None where there are several."""
        areas = self.hierarchy.areas(self.hierarchy.levels[-1])
        return next(iter(areas)) if len(areas) == 1 else None

    def years(self, indicator: str, level: str) -> tuple[int, ...]:
        """Years for which this release has figures of an indicator at a level, ascending."""
        key = (self.release.manifest + self.division, indicator, level)
        if key not in _YEARS:
            table = queries.figures(
                self.user, self.release, indicators=[indicator], level=level, division=self.division
            )
            _YEARS[key] = tuple(sorted({f.year for f in table}))
        return _YEARS[key]


def level_name(level: str, many: bool = True) -> str:
    """German noun of a level; a district's own level is named by its code."""
    return (SUBJECTS if many else SINGULAR).get(level, level)


def stand_of(request: HttpRequest, user: User) -> Stand:
    """The release the address names, else the newest one. Raises ``NoRelease`` or ``Http404``."""
    newest = queries.current()
    if newest is None:
        raise NoRelease
    wanted = request.GET.get(PARAMETER, "")
    release = newest
    if wanted:
        found = Release.objects.filter(number=whole(wanted)).first()
        if found is None:
            raise Http404
        release = found
    division = _division(request, release)
    hierarchy = queries.hierarchy(release, division)
    chosen, unknown = selection.read(selection.written(request.GET), hierarchy)
    return Stand(
        user, release, release == newest, queries.catalogue(release), hierarchy, chosen, unknown, division
    )


def _division(request: HttpRequest, release: Release) -> str:
    """Code of the former division the address asks for: that of the year it shows, else the newest one."""
    known = queries.manifest(release).former
    if not known or request.GET.get(DIVISION) != THEN:
        return ""
    year = whole(request.GET.get("datum", "")) or whole(request.GET.get("jahr", ""))
    of_year = [f.code for f in known if year is not None and f.valid_from.year <= year <= f.valid_to.year]
    return of_year[-1] if of_year else known[-1].code


def head(stand: Stand, context: ReleaseContext, reference: str) -> dict[str, object]:
    """Context of the page head of figures: district, release, date, audience."""
    return {
        "context": context,
        "reference": reference,
        "release_url": reverse("release", args=[stand.release.number]),
    }
