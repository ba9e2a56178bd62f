"""Where everything stands in the folder, and what there is to show."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from .. import charts
from ..model import FigureMeta, Indicator, WohnplatzError
from ..report import Material
from .source import Source

_PLAIN = re.compile("[^A-Za-z0-9_-]+")
START, AREAS, TOPICS, MAPS = "index.html", "gebiete/index.html", "indikatoren/index.html", "karten/index.html"
REPORTS, DATA, METHODS = "berichte/index.html", "daten/index.html", "methoden/index.html"
GLOSSARY, EDITIONS, SEARCH = "methoden/glossar.html", "datenstaende/index.html", "suche/index.html"
ACCESS, IMPRINT, PRIVACY = "barrierefreiheit.html", "impressum.html", "datenschutz.html"
OTHER = "sonstige"


def link(here: str, target: str) -> str:
    """``target`` as seen from the page ``here``: relative, so that the folder works wherever it lies.

    >>> link("gebiete/a.html", "stil.css")
    '../stil.css'
    """
    path, mark, rest = target.partition("#")
    return _relative(path, posixpath.dirname(here) or ".") + mark + rest


@lru_cache(maxsize=1 << 16)  # every map leads to all areas, and to all other maps
def _relative(path: str, folder: str) -> str:
    return posixpath.relpath(path, folder)


@dataclass
class Site:
    """A source with its lookups, worked out once."""

    source: Source
    _names: dict[str, str] = field(default_factory=dict)

    @property
    def material(self) -> Material:
        """Figures, areas and words."""
        return self.source.material

    @property
    def district(self) -> str:
        """The district's name."""
        return self.material.table.context.district

    @property
    def title(self) -> str:
        """Name of the whole."""
        return f"Sozialatlas {self.district}"

    @cached_property
    def release_words(self) -> str:
        """``Datenstand 2025-1 vom 1. 3. 2026``."""
        return charts.source_line(self.material.table.context).split(" · ")[1]

    @cached_property
    def shown(self) -> Mapping[str, Mapping[str, tuple[int, ...]]]:
        """Indicator or measure → level → years in which at least one number of it may be seen."""
        found: dict[str, dict[str, set[int]]] = {}
        for f in self.material.table:
            if f.value is not None and not f.breakdown:
                found.setdefault(f.indicator, {}).setdefault(f.level, set()).add(f.year)
        order = [*self.material.catalogue.indicators, *self.measures]
        return {
            code: {
                level: tuple(sorted(found[code][level]))
                for level in self.material.hierarchy.levels
                if level in found[code]
            }
            for code in order
            if code in found
        }

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The classed measures of the indices: what is drawn of an index."""
        wanted = ("group", "status_class", "dynamics_class")
        return tuple(
            f"{code}:{name}"
            for code, index in self.material.catalogue.indices.items()
            for name in wanted
            if f"{code}:{name}" in index.measures()
        )

    @cached_property
    def themes(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Code, label and indicators of each theme that has any, in the catalogue's order; indices first."""
        catalogue = self.material.catalogue
        groups: dict[str, list[str]] = {}
        for code in self.shown:
            known = catalogue.indicators.get(code)
            groups.setdefault(known.block if known else "index", []).append(code)
        labels = {"index": "Sozialindex", **catalogue.blocks}
        order = [*labels, *(b for b in groups if b not in labels)]
        return tuple((b, labels.get(b, b), tuple(groups[b])) for b in order if b in groups)

    @cached_property
    def core(self) -> tuple[Indicator, ...]:
        """The district's core set; the first indicator of each theme where none is marked."""
        known = [i for i in self.material.catalogue.indicators.values() if i.code in self.shown]
        marked = [i for i in known if i.core]
        if marked:
            return tuple(marked)
        first = {i.block: i for i in reversed(known)}
        return tuple(i for i in known if first[i.block] is i)

    def meta(self, code: str) -> FigureMeta:
        """What a reader must know of a code that is shown."""
        meta = self.material.meta(code)
        assert meta is not None
        return meta

    def short(self, code: str) -> str:
        """Short name of an indicator; of a measure its label."""
        return self.material.short(code)

    def drawn_levels(self, code: str) -> tuple[str, ...]:
        """Levels with a map: all but the whole district."""
        return tuple(level for level in self.shown.get(code, {}) if level in self.material.shapes)

    def newest(self, code: str, level: str) -> int:
        """Newest year of a code on a level."""
        return self.shown[code][level][-1]

    def slug(self, code: str) -> str:
        """A code as part of a file name. WohnplatzError where two codes would share one."""
        name = _PLAIN.sub("-", code)
        if self._names.setdefault(name.lower(), code) != code:
            raise WohnplatzError(
                f"„{code}“ und „{self._names[name.lower()]}“ ergäben denselben Dateinamen.",
                todo="Bitte einen der beiden Codes im Katalog oder Schlüssel der Gebiete ändern.",
                code="atlas.name",
            )
        return name

    def map_path(self, code: str, level: str, year: int) -> str:
        """Page of a map."""
        return f"karten/{self.slug(code)}/{self.slug(level)}-{year}.html"

    def first_map(self, code: str) -> str:
        """Page of the newest map of a code on its finest level; empty where there is none."""
        levels = self.drawn_levels(code)
        return self.map_path(code, levels[0], self.newest(code, levels[0])) if levels else ""

    def area_path(self, key: str) -> str:
        """Page of an area's profile."""
        return f"gebiete/{self.slug(key)}.html"

    def topic_path(self, code: str) -> str:
        """Page of an indicator."""
        return f"indikatoren/{self.slug(code)}.html"

    def data_path(self, code: str, ending: str) -> str:
        """File of an indicator's figures."""
        return f"daten/{self.slug(code)}.{ending}"

    def picture_path(self, code: str) -> str:
        """Picture of an indicator's newest map."""
        return f"bilder/{self.slug(code)}.png"

    def method_anchor(self, code: str) -> str:
        """Where the method of an indicator stands."""
        return f"{self.topic_path(code)}#methode"

    @property
    def pictured(self) -> tuple[str, ...]:
        """Codes whose newest map is there as a picture: the core set."""
        return tuple(i.code for i in self.core if self.drawn_levels(i.code))
