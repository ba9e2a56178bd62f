"""Templates that a report can begin with: data files, fitted to the district's own catalogue and areas."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from ..model import Catalogue, Hierarchy, WohnplatzError
from .grammar import capital, where
from .references import Reference, parse
from .tree import HouseStyle, Report
from .tree_json import block_from_dict

Raw = dict[str, Any]
PLAIN = HouseStyle()
MAP, CHART = 66.0, 62.0
"""mm: with a table of the municipalities between them, map and course of a theme fit on one page."""


@dataclass(frozen=True, slots=True)
class Template:
    """What a report can begin with. ``themed`` asks for one block of the catalogue."""

    code: str
    label: str
    about: str
    levels: tuple[str, ...]
    """Levels that the area of such a report may have."""
    themed: bool = False


@cache
def _files() -> Mapping[str, Raw]:
    folder = resources.files("wohnplatz.report").joinpath("templates")
    found = {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }
    return dict(sorted(found.items(), key=lambda entry: entry[1]["order"]))


def templates() -> tuple[Template, ...]:
    """All templates, the most complete one first."""
    return tuple(
        Template(code, raw["label"], raw["about"], tuple(raw["levels"]), raw.get("themed", False))
        for code, raw in _files().items()
    )


def start(  # noqa: PLR0913 (what a report begins with)
    code: str,
    *,
    id: str,
    area: str,
    year: int,
    hierarchy: Hierarchy,
    catalogue: Catalogue,
    theme: str = "",
    title: str = "",
    style: HouseStyle = PLAIN,
) -> Report:
    """A report made from a template. What the catalogue or the areas do not have is left out.

    ``theme`` is the code of a block of the catalogue. WohnplatzError where template, area or theme do not
    exist or do not fit each other.
    """
    raw = _files().get(code)
    level = hierarchy.level_of(area)
    if raw is None or level is None:
        raise WohnplatzError("Diese Vorlage oder dieses Gebiet gibt es nicht.", code="report.template")
    if raw.get("themed") and theme not in catalogue.blocks:
        raise WohnplatzError(
            "Für diese Vorlage fehlt das Thema.", todo="Bitte ein Thema wählen.", code="report.template"
        )
    place = hierarchy.levels.index(level)
    if level not in raw["levels"] and not (raw["levels"] == ["kreis"] and place == len(hierarchy.levels) - 1):
        raise WohnplatzError(
            f"Die Vorlage „{raw['label']}“ passt nicht zu dieser Ebene.",
            todo="Bitte ein anderes Gebiet oder eine andere Vorlage wählen.", code="report.template",
        )  # fmt: skip
    fitted = _Fitting(catalogue, hierarchy, theme, level, {
        "{gebiet}": hierarchy.areas(level)[area].name, "{jahr}": str(year),
        "{In}": capital(where(area, hierarchy)),
        "{thema}": catalogue.blocks.get(theme, ""),
    })  # fmt: skip
    blocks = tuple(block_from_dict(b) for b in fitted.blocks(raw["blocks"]))
    return Report(
        id, title or fitted.words(raw["title"]), area, year, blocks, fitted.words(raw["subtitle"]), code,
        raw.get("contents", True), raw.get("easy", False), style,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fitting:
    catalogue: Catalogue
    hierarchy: Hierarchy
    theme: str
    level: str
    """That of the report's area, inside of profiles that of each."""
    placeholders: Mapping[str, str]

    def words(self, text: str) -> str:
        for name, word in self.placeholders.items():
            # What stands in a name must not begin a reference.
            text = text.replace(name, word.replace("{", "(").replace("}", ")"))
        return text

    def blocks(self, raw: list[Raw]) -> Iterator[Raw]:
        """Blocks with their codes filled in; those that name what is not there fall away."""
        for block in raw:
            if block["kind"] == "themes":
                yield self._themes(block)
                continue
            made = {k: self.words(v) if isinstance(v, str) else v for k, v in block.items()}
            if "indicators" in made:
                codes = (c for name in made["indicators"] for c in self._codes(name))
                level = self._level_of(made)
                made["indicators"] = [c for c in codes if self._is_at_level(c, level)]
            if made.get("indicator"):
                made["indicator"] = next(iter(self._codes(made["indicator"])), "")
            if made["kind"] == "map" and not made.get("level"):
                made["level"] = self._drawn_at(made["indicator"])
            if self._fits(made):
                inner = replace(self, level=made["level"]) if made["kind"] == "profiles" else self
                lists = [name for name in ("blocks", "left", "right") if name in made]
                for name in lists:
                    made[name] = list(inner.blocks(block[name]))
                if not lists or any(made[name] or not block[name] for name in lists):
                    yield made

    def _fits(self, made: Raw) -> bool:
        kind = made["kind"]
        if made.get("level") and made["level"] not in self.hierarchy.levels:
            return False
        if kind in {"figures", "table"}:
            return bool(made["indicators"])
        if made.get("form") == "strip":
            return self._is_at_level(made["indicator"], self.level)
        if kind in {"map", "chart"}:
            return bool(made["indicator"]) or made.get("form") == "pyramid"
        if kind == "text":
            named = (r.indicator for r in parse(made["markdown"]) if isinstance(r, Reference) and r.indicator)
            return all(self._known(code) for code in named)
        return True

    def _level_of(self, made: Raw) -> str:
        """Whose figures a block shows: those of the area, or those of the rows of a table of areas."""
        if made["kind"] == "table" and made.get("rows", "areas") == "areas":
            return str(made.get("level") or self.hierarchy.base.level)
        return self.level

    def _drawn_at(self, code: str) -> str:
        """Level of a map: none named where the finest has the figure, else the next below the district."""
        base, *coarser = self.hierarchy.levels[:-1]
        if self._is_at_level(code, base):
            return ""
        return next((level for level in coarser if self._is_at_level(code, level)), "")

    def _is_at_level(self, code: str, level: str) -> bool:
        """Whether the areas of a level have this figure: an index is computed for one level alone."""
        index = self.catalogue.indices.get(code.partition(":")[0])
        own = self.catalogue.indicators.get(code)
        return index.level == level if index else own is not None and level in own.levels

    def _known(self, code: str) -> bool:
        return code in self.catalogue.indicators or code in self._measures()

    def _measures(self) -> set[str]:
        return {m for index in self.catalogue.indices.values() for m in index.measures()}

    def _codes(self, name: str) -> list[str]:
        """``@core``, ``@theme``, ``@theme:4``, ``@index``, ``@index:status`` or a code."""
        first, _, rest = name.partition(":")
        known = self.catalogue.indicators
        if first == "@core":
            return [c for c, i in known.items() if i.core] or list(known)[:12]
        if first == "@theme":
            return self._of_theme(self.theme)[: int(rest) if rest else None]
        if first == "@index":
            main = sorted(self.catalogue.indices.values(), key=lambda i: not i.dynamics)
            return [":".join(filter(None, (main[0].code, rest)))] if main else []
        return [name] if self._known(name) or name in self.catalogue.indices else []

    def _of_theme(self, theme: str) -> list[str]:
        found = [i for i in self.catalogue.indicators.values() if i.block == theme]
        return [i.code for i in sorted(found, key=lambda i: not i.core)]

    def _themes(self, block: Raw) -> Raw:
        """One chapter for each block of the catalogue: text, map, course, comparison."""
        chapters = []
        for number, (theme, label) in enumerate(self.catalogue.blocks.items()):
            codes = self._of_theme(theme)
            if codes:
                chapters.append(self._chapter(theme, label, codes, first=number == 0))
        return {
            "kind": "chapter",
            "id": block["id"],
            "title": block["title"],
            "new_page": True,
            "blocks": chapters,
        }

    def _chapter(self, theme: str, label: str, codes: list[str], *, first: bool) -> Raw:
        id, levels = f"thema-{theme}", self.hierarchy.levels
        blocks: list[Raw] = [
            {"kind": "text", "id": f"{id}-text", "state": "suggested",
             "markdown": f"Bitte die Lage beim Thema {label} beschreiben."},
        ]  # fmt: skip
        known = self.catalogue.indicators
        mapped = next((c for c in codes if levels[0] in known[c].levels), "")
        if mapped:
            blocks.append({"kind": "map", "id": f"{id}-karte", "indicator": mapped, "height": MAP})
        if len(levels) > 2:
            blocks.append(
                {
                    "kind": "table",
                    "id": f"{id}-tabelle",
                    "title": "",
                    "level": levels[-2],
                    "indicators": codes[:5],
                }
            )
        line = {"kind": "chart", "id": f"{id}-linie", "form": "line", "indicator": codes[0], "height": CHART}
        blocks.append(line)
        return {"kind": "chapter", "id": id, "title": label, "new_page": not first, "blocks": blocks}
