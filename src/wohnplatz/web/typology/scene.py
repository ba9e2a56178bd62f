"""What a page of types shows, read from its address. Nonsense falls back to what there is."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, QueryDict

from wohnplatz import charts
from wohnplatz.analysis.typology import CODE, Types, typology
from wohnplatz.model import ReleasedTable
from wohnplatz.monitoring.typology import COUNTS, Grouping
from wohnplatz.web.figures import released
from wohnplatz.web.geography import outlines
from wohnplatz.web.maps.drawing import short_label
from wohnplatz.web.parameters import whole
from wohnplatz.web.space.choices import indicator_groups, level_of
from wohnplatz.web.stand import Stand, level_name
from wohnplatz.workflow.releases import queries

METHODS = {Grouping.WARD: "Ward (schrittweise verbinden)", Grouping.K_MEANS: "k-Means (Schwerpunkte)"}
MOST = 20
"""Indicators one page takes: more no one can read, and each one adds weight to what it measures."""
FEW = 6
ABOUT_PEOPLE = ("anteil_u18", "anteil_80", "einpersonenhaushalte_quote", "nichtdeutsche_quote", "fluktuation")
"""Added to the parts of the first index where nothing is chosen, as far as the catalogue has them."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Types of areas as a person sees them."""

    stand: Stand
    level: str
    year: int
    years: tuple[int, ...]
    indicators: tuple[str, ...]
    grouping: Grouping
    count: int | None
    table: ReleasedTable
    types: Types

    @property
    def parameters(self) -> dict[str, str]:
        """The address of what is shown."""
        return {
            "jahr": str(self.year), "indikatoren": ",".join(self.indicators), "verfahren": str(self.grouping),
            "anzahl": str(self.count or ""),
        }  # fmt: skip

    @property
    def labels(self) -> dict[str, str]:
        """Short names of the chosen indicators."""
        return {code: short_label(self.stand, code) for code in self.indicators}

    @property
    def title(self) -> str:
        """Heading of the picture."""
        return "Typen von Gebieten"

    @property
    def subtitle(self) -> str:
        """What the picture shows, when, at which level."""
        words = f"nach ihrem Profil in {len(self.indicators)} Indikatoren"
        return f"{level_name(self.level)} {words}, {self.year}"


def scene_of(stand: Stand, query: QueryDict) -> Scene:
    """The types an address asks for. ``Http404`` where no indicator has figures."""
    level = stand.hierarchy.base.level
    indicators = chosen_indicators(stand, query)
    years = common_years(stand, indicators, level)
    if not years:
        raise Http404
    year = asked if (asked := whole(query.get("jahr", ""))) in years else years[-1]
    count = asked if (asked := whole(query.get("anzahl", ""))) in COUNTS else None
    wanted = query.get("verfahren", "")
    grouping = Grouping(wanted) if wanted in set(Grouping) else Grouping.WARD
    table = released(stand, indicators, level=level, years=[year])
    types = typology(table, indicators, year=year, count=count, grouping=grouping)
    return Scene(stand, level, year, years, indicators, grouping, count, table, types)


def chosen_indicators(stand: Stand, query: QueryDict) -> tuple[str, ...]:
    """Known indicators of the address (``i=`` from the form or ``indikatoren=a,b``), else the usual ones."""
    written = [*query.getlist("i"), *query.get("indikatoren", "").split(",")]
    known = {code for _, inside in choices(stand) for code, _ in inside}
    wanted = tuple(c for c in dict.fromkeys(written) if c in known)[:MOST]
    return wanted or usual_indicators(stand)


def usual_indicators(stand: Stand) -> tuple[str, ...]:
    """The parts of the first index and some about age and households; else the first of the catalogue."""
    base = stand.hierarchy.base.level
    parts = [p.indicator for i in list(stand.catalogue.indices.values())[:1] for p in i.status]
    found = [*parts, *(c for c in ABOUT_PEOPLE if c in stand.catalogue.indicators)]
    usual = tuple(c for c in dict.fromkeys(found) if level_of(stand, c) == base)
    return usual or tuple(c for _, inside in choices(stand) for c, _ in inside)[:FEW]


def choices(stand: Stand) -> list[tuple[str, list[tuple[str, str]]]]:
    """Indicators that exist for the finest areas, by block."""
    base = stand.hierarchy.base.level
    groups = [
        (label, [(c, n) for c, n in inside if level_of(stand, c) == base])
        for label, inside in indicator_groups(stand, indices=False)
    ]
    return [(label, inside) for label, inside in groups if inside]


def common_years(stand: Stand, indicators: tuple[str, ...], level: str) -> tuple[int, ...]:
    """Years in which all of the indicators have figures; where there is none, those in which any has.

    Then no area has a full profile, which the page says.
    """
    years = [set(stand.years(code, level)) for code in indicators]
    found = set.intersection(*years) or set.union(*years) if years else set()
    return tuple(sorted(found))


def drawing(scene: Scene, *, standalone: bool = False) -> str:
    """The map of the types."""
    stand = scene.stand
    return charts.map_svg(
        scene.types.table, queries.layer_shapes(stand.release, scene.level, division=stand.division), None,
        indicator=CODE,
        year=scene.year, names=stand.names(scene.level), title=scene.title, subtitle=scene.subtitle,
        selected=stand.selection,
        href=None if standalone else lambda key: stand.url("area", key, jahr=scene.year),
        outlines=outlines(stand, scene.level), standalone=standalone,
    )  # fmt: skip
