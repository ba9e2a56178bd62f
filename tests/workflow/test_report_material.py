"""The material of a report: what the public may see, of a release, with shapes and outlines."""

from __future__ import annotations

from wohnplatz.model import Audience
from wohnplatz.report import FigureId, Report, resolve
from wohnplatz.report.tree import ChartBlock, ChartForm, MapBlock, TextBlock

BLOCKS = (
    TextBlock(
        "t", "In Ahausen {{ sgb2_quote | gebiet=05999001 }}, in Bruch {{ sgb2_quote | gebiet=0599900102 }}."
    ),
    MapBlock("m", "sgb2_quote"),
    ChartBlock("p", ChartForm.BARS, "sgb2_quote"),
)
REPORT = Report("r", "Bericht", "05999", 2024, BLOCKS)


def material_of(world, **more):
    from wohnplatz.workflow.releases.actions import make_release
    from wohnplatz.workflow.releases.report_material import material

    return material(world.planner, make_release(world.planner, "2025-1"), REPORT, **more)


def test_a_report_is_made_of_what_the_public_may_see(delivered):
    made = material_of(delivered)
    assert made.table.context.audience is Audience.PUBLIC
    figure = made.figure(FigureId("sgb2_quote", "05999001", 2024))
    assert figure is not None
    assert figure.reliability is not None
    hidden = made.figure(FigureId("sgb2_quote", "0599900102", 2024))
    assert hidden is not None
    assert (hidden.value, hidden.numerator) == (None, None)


def test_its_blocks_find_their_figures_and_shapes(delivered):
    made = resolve(REPORT, material_of(delivered))
    assert [f.code for f in made.findings] == ["report.protected"]
    kinds = [type(b).__name__ for b in made.document.blocks]
    assert kinds == ["RichText", "Picture", "Picture"]


def test_an_area_not_let_go_is_known_to_the_material(delivered):
    assert material_of(delivered, withheld=frozenset({"0599900101"})).withheld == {"0599900101"}
