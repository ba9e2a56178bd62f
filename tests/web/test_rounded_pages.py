"""A release with one rounded data set: the mark goes with every figure, none comes out as it was counted."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from django.urls import reverse

sys.path.insert(0, str(Path(__file__).parent))
from visitor import Visit

from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.model import Altered, Audience, WohnplatzError
from wohnplatz.publication.attack import attack
from wohnplatz.report import Picture, Report, Table, docx, html, pdf, resolve, start
from wohnplatz.report.blocks import walk
from wohnplatz.report.tree import Rows, TableBlock
from wohnplatz.workflow import memory
from wohnplatz.workflow.releases import queries
from wohnplatz.workflow.releases.actions import make_release
from wohnplatz.workflow.releases.outputs import examined
from wohnplatz.workflow.releases.report_material import material

MARK = "gerundet auf 5"
OWN = "/auswertungen/eigenes-gebiet/?indikator=sgb2_quote&jahr=2024&auswahl=05999001"


@pytest.fixture
def rounded(delivered, settings, tmp_path):
    """The district with a release in which the benefits are rounded."""
    rules = tmp_path / "regeln.toml"
    rules.write_bytes(STANDARD_RULES.read_bytes() + b'\n[datasets.arbeit]\nmode = "rounding"\n')
    settings.WOHNPLATZ_RULES = str(rules)
    delivered.release = make_release(delivered.planner, "2024-1")
    return delivered


def text(response) -> str:
    return response.content.decode()


def test_pages_and_files_carry_the_mark_and_no_figure_as_it_was_counted(rounded, log_in, scene) -> None:
    client = log_in(rounded.sector)
    found = Visit(client)
    card, table = reverse("map", args=["sgb2_quote"]), reverse("map_csv", args=["sgb2_quote"])
    for level in queries.hierarchy(rounded.release).levels:
        assert MARK in found.take(f"{card}?ebene={level}&datum=2024")
        found.take(f"{table}?ebene={level}&datum=2024")
    for area in ("05999001", "0599900101"):
        assert MARK in found.take(reverse("area", args=[area]))
        found.take(reverse("area_xlsx", args=[area]))
    assert not found.failed
    assert found.files > 3
    assert any(s.numerator is not None and s.indicator == "sgb2_quote" for s in found.seen)
    seen = [s for s in found.seen if s.indicator in queries.catalogue(rounded.release).indicators]
    result = attack(memory.store(), queries.manifest(rounded.release), Audience.PLANNING, seen)
    assert (result.broken, result.wrong, result.unknown) == ((), (), ())
    file = b"".join(client.get(f"{table}?ebene=wohnplatz&datum=2024")).decode()
    assert "Wert, aus Zahlen gerundet auf 5" in file
    assert "Summen gehen auf" in file
    total = queries.figures(rounded.sector, rounded.release, indicators=["sgb2_quote"], years=[2024])
    asked = text(client.post(OWN, follow=True))
    assert MARK in asked
    assert f"{total.by_area()['05999001'].value:.1f}".replace(".", ",") in asked
    assert MARK not in text(client.get(f"{reverse('map', args=['einwohner'])}?ebene=kommune&datum=2024"))


def test_figures_of_the_release_are_multiples_that_add_up_and_the_planning_sees_what_was_counted(
    rounded, scene
) -> None:
    shown = queries.figures(rounded.sector, rounded.release, indicators=["sgb2_quote"], years=[2024])
    of = {f.area: f for f in shown if f.value is not None}
    assert {f.altered for f in of.values()} == {Altered.ROUNDED}
    assert all(f.numerator % 5 == 0 for f in of.values())
    tree = queries.hierarchy(rounded.release)
    for town in tree.areas("kommune"):
        assert of[town].numerator == sum(of[key].numerator for key in tree.children(town) if key in of)
    assert MARK in shown.context.policy
    counted = queries.figures(
        rounded.planner, rounded.release, indicators=["sgb2_quote"], years=[2024], audience=Audience.WORKING
    )
    assert {f.altered for f in counted} == {Altered.NOT}
    assert {f.numerator for f in counted if f.area in scene.COUNTS} <= {
        float(n) for n in scene.COUNTS.values()
    }


def test_a_report_says_what_is_rounded_and_goes_out(rounded) -> None:
    release, tree = rounded.release, queries.hierarchy(rounded.release)
    written = start(
        "kommunenheft", id="r", area="05999001", year=2024, hierarchy=tree,
        catalogue=queries.catalogue(release),
    )  # fmt: skip
    document = resolve(written, material(rounded.planner, release, written)).document
    page = html(document)
    assert f"aus Zahlen {MARK}" in page
    assert page.count(f"SGB-II-Quote, in % (aus Zahlen {MARK})</th>") == 4
    assert f"<figcaption>Quelle: Jobcenter · Fallzahlen {MARK}</figcaption>" in page
    pictures = [b for b in walk(document.blocks) if isinstance(b, Picture)]
    assert all(b.alternative.endswith(f"Fallzahlen {MARK}.") for b in pictures if b.shows)
    assert not [w for w in re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", page) if w.count(MARK) > 1]
    files = {"bericht.html": page.encode(), "bericht.pdf": pdf(document), "bericht.docx": docx(document)}
    read = examined(rounded.planner, release, Audience.PUBLIC, files)
    assert read.figures > 10
    other = re.sub('(data-figure="sgb2_quote[^>]*>)', r"\g<1>7 oder ", page, count=1)
    with pytest.raises(WohnplatzError) as caught:
        examined(rounded.planner, release, Audience.PUBLIC, {"bericht.html": other.encode()})
    assert caught.value.code == "report.not_released"


def test_a_table_says_once_what_is_done_to_the_numbers_of_a_column_a_row_or_all(rounded) -> None:
    heads = [f"SGB-II-Quote, in % (aus Zahlen {MARK})", "Einwohner, in Personen"]
    blocks = (
        TableBlock("a", "", ("sgb2_quote", "einwohner"), level="kommune"),
        TableBlock("y", "Verlauf", ("sgb2_quote",), Rows.YEARS),
        TableBlock("i", "", ("sgb2_quote", "einwohner"), Rows.INDICATORS),
    )
    district = next(iter(queries.hierarchy(rounded.release).areas("kreis")))
    written = Report("r", "Tabellen", district, 2024, blocks)
    document = resolve(written, material(rounded.planner, rounded.release, written)).document
    areas, years, indicators = (b for b in walk(document.blocks) if isinstance(b, Table))
    assert list(areas.header[1:]) == heads
    assert years.caption == f"Verlauf, aus Zahlen {MARK}"
    assert [row[0] for row in indicators.rows] == heads
    assert not [c for t in (areas, years, indicators) for row in t.rows for c in row[1:] if "gerundet" in c]
