import re
from itertools import pairwise

import pytest

from wohnplatz.indicators import figure_meta, load_catalogue
from wohnplatz.model import Hierarchy, WohnplatzError
from wohnplatz.report import (
    Material,
    Template,
    html,
    needs,
    report_from_json,
    report_json,
    resolve,
    start,
    templates,
)
from wohnplatz.report.tree import ChapterBlock, MapBlock, TableBlock, walk

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("template", templates(), ids=lambda t: t.code)
def test_every_template_begins_a_report_on_each_of_its_levels(template: Template, material: Material) -> None:
    tree: Hierarchy = material.hierarchy
    for level in template.levels:
        area = next(iter(tree.areas(level)))
        made = start(
            template.code, id="r", area=area, year=2025, hierarchy=tree, catalogue=CATALOGUE, theme="arbeit"
        )
        assert report_from_json(report_json(made)) == made
        assert "{" not in made.title + made.subtitle
        codes = needs(made, CATALOGUE).indicators
        assert set(codes) <= set(figure_meta(CATALOGUE))
        assert template.code == "leichte_sprache" or len(codes) > 3


def test_a_template_takes_what_the_district_measures(material: Material) -> None:
    """The made-up catalogue knows none of the shipped indicators: their blocks fall away, the rest stays."""
    tree, own = material.hierarchy, material.catalogue
    made = start("sozialbericht", id="r", area="k", year=2025, hierarchy=tree, catalogue=own)
    titles = [b.title for b in walk(made.blocks) if isinstance(b, ChapterBlock)]
    assert "Soziales" in titles
    assert set(needs(made, material.catalogue).indicators) == {"quote", "miete", "einwohner", "bruch"}


def test_a_theme_without_figures_of_the_finest_level_has_its_map_above_and_no_empty_chapter(
    material: Material,
) -> None:
    made = start(
        "themenbericht", id="r", area="k", year=2025, hierarchy=material.hierarchy, catalogue=CATALOGUE,
        theme="wohnen",
    )  # fmt: skip
    (drawn,) = (b for b in walk(made.blocks) if isinstance(b, MapBlock))
    assert "wohnplatz" not in CATALOGUE.indicators[drawn.indicator].levels
    assert drawn.level == "kommune"
    assert all(b.blocks for b in walk(made.blocks) if isinstance(b, ChapterBlock))


@pytest.mark.parametrize(
    ("code", "area", "theme"),
    [
        ("weg", "k", ""),
        ("profil", "weg", ""),
        ("themenbericht", "k", ""),
        ("kommunenheft", "k", ""),
        ("sozialbericht", "a1", ""),
    ],
)
def test_what_does_not_fit_together_is_refused(code: str, area: str, theme: str, material: Material) -> None:
    tree = material.hierarchy
    with pytest.raises(WohnplatzError):
        start(code, id="r", area=area, year=2025, hierarchy=tree, catalogue=CATALOGUE, theme=theme)


def test_an_index_is_placed_only_where_its_areas_have_one(material: Material) -> None:
    def ids(code: str, area: str) -> set[str]:
        made = start(code, id="r", area=area, year=2025, hierarchy=material.hierarchy, catalogue=CATALOGUE)
        return {b.id for b in walk(made.blocks)}

    assert "lage-index" not in ids("foerderdossier", "a")
    assert "lage-index" in ids("foerderdossier", "a1")
    assert "wp-lage" in ids("sozialbericht", "k")


def test_a_profile_lists_only_what_areas_of_its_level_have(material: Material) -> None:
    def listed(code: str, area: str) -> set[str]:
        made = start(code, id="r", area=area, year=2025, hierarchy=material.hierarchy, catalogue=CATALOGUE)
        return {c for b in walk(made.blocks) if isinstance(b, TableBlock) for c in b.indicators}

    coarse = {c for c, i in CATALOGUE.indicators.items() if i.core and "wohnplatz" not in i.levels}
    assert coarse
    assert coarse <= listed("kommunenheft", "a")
    assert not coarse & listed("profil", "a1")


@pytest.mark.parametrize("template", templates(), ids=lambda t: t.code)
def test_headings_of_every_page_leave_out_no_level(template: Template, material: Material) -> None:
    area = next(iter(material.hierarchy.areas(template.levels[0])))
    made = start(
        template.code, id="r", area=area, year=2025, hierarchy=material.hierarchy, catalogue=CATALOGUE,
        theme="arbeit",
    )  # fmt: skip
    levels = [int(n) for n in re.findall(r"<h(\d)", html(resolve(made, material).document))]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
