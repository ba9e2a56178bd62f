"""What goes out is read first: a number that is not released is found in every kind of file."""

from __future__ import annotations

import json
from dataclasses import replace
from types import ModuleType

import pytest

from wohnplatz.intake import Sheet, write_csv, write_xlsx
from wohnplatz.model import WohnplatzError
from wohnplatz.report import Material, annex, docx, html, html_folder, pdf, resolve
from wohnplatz.report.blocks import Document, Paragraph, Table
from wohnplatz.report.outgoing import examine, require_released
from wohnplatz.report.reading_back import read_back
from wohnplatz.report.sums import sha_of, sum_list
from wohnplatz.report.tree import (
    ChartBlock,
    ChartForm,
    FiguresBlock,
    MapBlock,
    Report,
    Rows,
    TableBlock,
    TextBlock,
)

TREE = Report(
    "probe", "Probebericht", "k", 2025,
    (
        TextBlock("t", "In Altdorf {{ quote | gebiet=a1 }}, {{ quote | gebiet=a1 | form=anzahl }} Menschen."),
        FiguresBlock("f", ("quote", "miete"), area="a1"),
        TableBlock("g", "Nach Gebieten", ("quote", "miete")),
        TableBlock("y", "Über die Jahre", ("quote",), Rows.YEARS, area="a1"),
        TableBlock("i", "Vergleich", ("quote", "miete"), Rows.INDICATORS, area="a1"),
        MapBlock("m", "quote"),
        ChartBlock("l", ChartForm.LINE, "quote", area="a1"),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def document(material: Material) -> Document:
    return resolve(TREE, material).document


@pytest.fixture(scope="module")
def files(document: Document, material: Material) -> dict[str, bytes]:
    made = annex(TREE, material)
    return {
        "bericht.html": html(document).encode(), "bericht.pdf": pdf(document),
        "bericht.docx": docx(document), "zahlen.csv": made.csv, "zahlen.xlsx": made.xlsx,
        **{f"ordner/{n}": d for n, d in html_folder(document).items()},
    }  # fmt: skip


def test_everything_a_report_gives_out_is_released(files: dict[str, bytes], material: Material) -> None:
    found = examine(files, [material.table])
    assert found.refused == ()
    assert found.figures > 60


def test_each_kind_of_file_tells_figures_with_their_places(files: dict[str, bytes]) -> None:
    read = read_back(files)
    assert {s.where for s in read.seen} == {"bericht.html", "zahlen.csv", "zahlen.xlsx", "ordner/index.html"}
    assert {p.where for p in read.printed} >= {"bericht.html", "ordner/index.html"}
    assert read.numbers == {"bericht.pdf": frozenset(), "bericht.docx": frozenset()}
    alone = read_back({n: d for n, d in files.items() if not n.endswith(".html")})
    assert all(len(numbers) > 10 for numbers in alone.numbers.values())


def test_a_hidden_figure_in_a_cell_of_a_page_is_found(document: Document, material: Material) -> None:
    table = next(b for b in document.blocks if isinstance(b, Table))
    row = next(n for n, r in enumerate(table.rows) if r[0] == "Bruch")
    cells = ("Bruch", "0,604 %", *table.rows[row][2:])
    leaking = replace(table, rows=(*table.rows[:row], cells, *table.rows[row + 1 :]))
    page = html(replace(document, blocks=(leaking,))).encode()
    found = examine({"b.html": page}, [material.table])
    assert found.refused == ("b.html: quote, a2, 2025 (geschützt)",)


@pytest.mark.parametrize("write", [pdf, docx])
def test_a_number_only_in_the_file_without_marks_is_found(
    write, document: Document, material: Material
) -> None:
    more = replace(document, blocks=(*document.blocks, Paragraph("Bruch: 0,604 %")))
    name = "b.pdf" if write is pdf else "b.docx"
    found = examine({"b.html": html(document).encode(), name: write(more)}, [material.table])
    assert [r.split(",")[0] for r in found.refused] == [f"{name}: 1\xa0Zahl"]


@pytest.mark.parametrize(
    "row",
    [
        ("a2", 2025, "quote", 0.6042, None, None),  # protected
        ("a2", 2025, "quote", None, None, 331),  # its denominator
        ("a1", 2025, "quote", 17.6, None, None),  # another number than was released
        ("zz", 2025, "quote", 17.539, None, None),  # an area that is not there
    ],
)
def test_a_row_that_is_not_released_is_found_in_a_table_to_take_away(row, material: Material) -> None:
    head = ("Gebietsschlüssel", "Jahr", "Indikator", "Wert", "Zähler", "Nenner")
    for files in (
        {"a.csv": write_csv([head, row])}, {"a.xlsx": write_xlsx([Sheet("Zahlen", head, [row])])}
    ):  # fmt: skip
        found = examine(files, [material.table])
        assert len(found.refused) == 1


def test_a_hidden_figure_in_a_layer_for_maps_is_found(material: Material) -> None:
    def layer(value: float | None) -> dict[str, bytes]:
        own = {"schluessel": "a2", "quote": value}
        made = {"type": "FeatureCollection", "jahre": {"quote": 2025}, "features": [{"properties": own}]}
        return {"a.geojson": json.dumps(made).encode()}

    assert examine(layer(None), [material.table]).ok
    assert not examine(layer(0.6042), [material.table]).ok


def test_the_refusal_says_where_and_repeats_no_number(files: dict[str, bytes], made_up: ModuleType) -> None:
    other = made_up.material(dict.fromkeys(made_up.CASES, 1))
    with pytest.raises(WohnplatzError) as caught:
        require_released(files, [other.table])
    said = caught.value.text()
    assert caught.value.code == "report.not_released"
    assert "und" in said
    assert "weitere" in said
    assert "17,5" not in said


def test_the_sum_of_a_folder_is_that_of_its_list() -> None:
    files = {"b.txt": b"2", "a.txt": b"1"}
    lines = sum_list(files).decode().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["a.txt", "b.txt"]
    assert sha_of(files) == sha_of(dict(reversed(files.items())))
    assert sha_of({"a.txt": b"1"}) == lines[0].split("  ")[0]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ('<td class="n" data-figure="q/a/2020">1,5</td>', ["1,5"]),
        ('<td data-figure="q/a/2020" title="x">1,5 <b>von</b> 3</td><td>9</td>', ["1,5  von  3"]),
        ('<p><span data-figure="q/a/2020">1</span> und <b data-figure="q/b/2020">2</b></p>', ["1", "2"]),
        ('<p data-figure="q/a/2020">1 <b data-figure="q/b/2020">2</b></p>', ["1  2 "]),
        ('<p>Text data-figure="q/a/2020"> 1</p>', []),
        ('<br data-figure="q/a/2020">1<p data-figure="q/b/2020">2</p>', ["2"]),
    ],
)
def test_a_mark_is_read_with_all_that_stands_in_its_element(page: str, words: list[str]) -> None:
    assert [one.words for one in read_back({"seite.html": page.encode()}).printed] == words


def test_a_number_is_held_against_its_own_decimals(material: Material) -> None:
    figure = next(f for f in material.table if f.indicator == "quote" and f.value not in {None, 0.0})
    mark = f"{figure.indicator}/{figure.area}/{figure.year}"
    assert figure.value is not None
    right, wrong = (f"{x:.4f}".replace(".", ",") for x in (figure.value, figure.value + 0.01))
    for shown, refused in ((right, 0), (wrong, 1), (right, 0)):
        page = f'<p data-figure="{mark}">{shown}</p>'.encode()
        assert len(examine({"seite.html": page}, [material.table]).refused) == refused


def test_parts_of_a_table_are_those_that_a_search_finds(material: Material) -> None:
    parts = material.table.split(lambda f: f.indicator)
    assert sum(map(len, parts.values())) == len(material.table)
    for code, part in parts.items():
        assert part == material.table.where(lambda f, code=code: f.indicator == code)


def test_the_number_in_a_unit_is_no_figure(material: Material) -> None:
    """„12,5 je 1.000“ in a sentence: the thousand stands for nobody's count."""
    table = material.table
    per = replace(table.meta["quote"], unit="je 1.000")
    rates = table.derive(lambda f: f, meta={"quote": per})
    page = '<p>Es sind <span data-figure="quote/a1/2025">{}</span>.</p>'
    assert examine({"b.html": page.format("17,539\xa0je 1.000").encode()}, [rates]).ok
    assert not examine({"b.html": page.format("17,6\xa0je 1.000").encode()}, [rates]).ok
    assert not examine({"b.html": page.format("1.000").encode()}, [rates]).ok
    assert not examine({"b.html": page.format("17,539\xa0je 1.000").encode()}, [table]).ok
