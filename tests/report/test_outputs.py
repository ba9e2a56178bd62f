"""PDF, DOCX, HTML and annex of one report: the same figures, none that is hidden, no markup from texts."""

import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from types import ModuleType

import page
import pikepdf
import pytest

from wohnplatz.model import WohnplatzError
from wohnplatz.report import (
    Document,
    FigureId,
    HouseStyle,
    Material,
    Report,
    annex,
    docx,
    figure_poster,
    file_name,
    html,
    html_folder,
    pdf,
    picture_poster,
    resolve,
)
from wohnplatz.report.blocks import Picture, Table, size_of, walk
from wohnplatz.report.pdf_text import pdf_text
from wohnplatz.report.poster import SQUARE
from wohnplatz.report.printing import Place
from wohnplatz.report.tree import (
    ChapterBlock,
    ChartBlock,
    ChartForm,
    FiguresBlock,
    MapBlock,
    MethodsBlock,
    PairBlock,
    PictureBlock,
    ProfilesBlock,
    Rows,
    StatementBlock,
    TableBlock,
    TextBlock,
)
from wohnplatz.report.word import opened

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
TEXT = """In Altdorf **{{ quote | gebiet=a1 }}**, in Bruch {{ quote | gebiet=a2 }}.

- {{ miete | gebiet=b }}

[Link](https://kreis.example)
"""
LINE, STRIP = ChartBlock("pl", ChartForm.LINE, "quote"), ChartBlock("ps", ChartForm.STRIP, "quote")
TREE = Report(
    "r", "Sozialbericht 2025", "k", 2025,
    (
        ChapterBlock("kurz", "Das Wichtigste", (
            TextBlock("t", TEXT), FiguresBlock("f", ("quote", "einwohner", "miete")),
            TableBlock("tab", "Alle", ("quote", "miete")),
            TableBlock("jahre", "Verlauf", ("quote",), Rows.YEARS, area="a2"), MapBlock("karte", "quote"),
            ChartBlock("balken", ChartForm.BARS, "quote"), PictureBlock("bild", DOT, "Ein Punkt", "Foto"),
            StatementBlock("wort", "Caritas", "Wir stimmen zu."),
        ), new_page=True),
        ChapterBlock("profile", "Profile", (
            ProfilesBlock("p", "wohnplatz", (
                FiguresBlock("pf", ("quote", "einwohner")),
                PairBlock("pp", (LINE,), (STRIP,)),
                TableBlock("pt", "", ("quote", "miete", "bruch"), Rows.INDICATORS),
            )),
        )),
        ChapterBlock("m", "Methoden", (MethodsBlock("mm"),)),
    ),
    subtitle="Kreis Muster", style=HouseStyle(logo=DOT, logo_alternative="Wappen"),
)  # fmt: skip
NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})*,\d{2,3}(?![\d])")
"""German numbers with two or three places: figures, and nothing that a layout makes."""


@pytest.fixture(scope="module")
def document(material: Material) -> Document:
    made = resolve(TREE, material)
    assert [f.code for f in made.findings] == ["report.protected"]
    return made.document


@pytest.fixture(scope="module")
def as_pdf(document: Document) -> bytes:
    return pdf(document)


@pytest.fixture(scope="module")
def as_docx(document: Document) -> bytes:
    return docx(document)


class _Text(HTMLParser):
    """The words of a page outside of its pictures, styles and descriptions of pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.skip = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.skip += tag in {"svg", "style", "details"}

    def handle_endtag(self, tag: str) -> None:
        self.skip -= tag in {"svg", "style", "details"}

    def handle_data(self, data: str) -> None:
        if not self.skip:
            self.words.append(data)


def text_of_page(source: str) -> str:
    parser = _Text()
    parser.feed(source)
    return " ".join(parser.words)


def text_of_docx(data: bytes) -> str:
    made = opened(data)
    cells = (c.text for t in made.tables for r in t.rows for c in r.cells)
    return "\n".join([*(p.text for p in made.paragraphs), *cells])


def test_all_outputs_carry_the_same_figures(
    document: Document, as_pdf: bytes, as_docx: bytes, made_up: ModuleType
) -> None:
    in_page, in_docx = (set(NUMBER.findall(t)) for t in (text_of_page(html(document)), text_of_docx(as_docx)))
    in_pdf = set(NUMBER.findall(pdf_text(as_pdf)))
    assert len(in_page) >= 25
    assert in_page == in_docx
    assert in_page <= in_pdf  # the pictures of a PDF hold numbers as well
    assert {"17,539", "8,872", "11,473"} <= in_page


def test_the_word_stands_where_a_figure_is_protected(
    document: Document, as_pdf: bytes, as_docx: bytes, made_up: ModuleType
) -> None:
    for text in (text_of_page(html(document)), text_of_docx(as_docx), pdf_text(as_pdf)):
        assert text.count("geschützt") >= 8


def test_a_protected_figure_stands_in_no_output(
    document: Document, as_pdf: bytes, as_docx: bytes, material: Material, made_up: ModuleType
) -> None:
    data = annex(TREE, material)
    with pikepdf.open(io.BytesIO(as_pdf)) as file:
        objects = " ".join(str(o) for o in file.objects)
        metadata = file.Root.Metadata.read_bytes().decode()
    with zipfile.ZipFile(io.BytesIO(data.xlsx)) as book:
        sheets = " ".join(book.read(n).decode() for n in book.namelist())
    everything = {
        "pdf": pdf_text(as_pdf) + objects + metadata, "docx": made_up.docx_text(as_docx),
        "html": html(document), "folder": " ".join(html_folder(document)) + repr(html_folder(document)),
        "csv": data.csv.decode(), "metadata": data.metadata.decode(), "xlsx": sheets,
    }  # fmt: skip
    for hidden in made_up.HIDDEN[:3]:
        assert [name for name, text in everything.items() if hidden in text] == []
    assert not re.search(r"quote/a2/[^\r]*;331;", everything["csv"])


@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A])
def test_the_pdf_conforms_to_the_standards_it_names(profile: page.ValidationProfile, as_pdf: bytes) -> None:
    report = page.validate_pdf_bytes(as_pdf, profile=profile)
    assert report.is_compliant, [f.message for f in report.failures]


def test_the_pdf_has_bookmarks_and_speaks_german(as_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(as_pdf)) as file, file.open_outline() as outline:
        titles = [entry.title for entry in outline.root]
        children = [entry.title for entry in outline.root[2].children]
        assert str(file.Root.Lang) == "de-DE"
    assert titles == ["Inhalt", "Das Wichtigste", "Profile", "Methoden"]
    assert children == ["Altdorf", "Bruch", "Casel", "Dorn", "Eich", "Furt"]


def test_the_same_report_gives_the_same_bytes(
    document: Document, as_pdf: bytes, as_docx: bytes, material: Material
) -> None:
    again = resolve(TREE, material).document
    assert again == document
    assert pdf(again) == as_pdf
    assert docx(again) == as_docx
    assert html_folder(again) == html_folder(document)
    assert annex(TREE, material) == annex(TREE, material)


def test_the_docx_is_one_that_an_office_can_go_on_with(as_docx: bytes) -> None:
    made = opened(as_docx)
    heads = [(p.style.name, p.text) for p in made.paragraphs if p.style.name.startswith("Heading")]
    assert heads[:3] == [
        ("Heading 1", "Das Wichtigste"), ("Heading 1", "Profile"), ("Heading 2", "Altdorf"),
    ]  # fmt: skip
    assert made.core_properties.language == "de-DE"
    assert made.core_properties.title == "Sozialbericht 2025"
    xml = made.element.xml
    assert xml.count("<w:tblHeader/>") == len(made.tables)
    pictures = re.findall(r"<wp:docPr [^>]*>", xml)
    assert len(pictures) == 16
    assert all('descr="' in p and 'descr=""' not in p for p in pictures)
    assert 'w:val="de-DE"' in made.styles.element.xml


def test_pages_of_the_folder_lead_to_each_other_and_need_nothing_else(document: Document) -> None:
    files = html_folder(document)
    assert set(files) >= {"index.html", "stil.css", "kurz.html", "p-a1.html", "m.html"}
    for name, data in files.items():
        text = data.decode()
        if name.endswith(".html"):
            assert all(target in files for target in re.findall(r'href="([a-z0-9.-]+\.(?:html|css))"', text))
            assert text.count("<h1") == 1
            assert "<script" not in text
            assert not re.search(
                r'(?:src|href)="(?:https?:)?//(?!kreis\.example)', text.replace("http://www.w3.org", "")
            )
            ids = re.findall(r' id="([^"]+)"', text)
            assert len(ids) == len(set(ids))


TRICKS = (
    '#read("/etc/passwd")', "$1/0$", "<script>alert(1)</script>", "</style><b>",
    '"><img src=x onerror=alert(1)>', "]]>", "&lt;", '<w:fldSimple w:instr=" INCLUDETEXT x "/>',
    '{ DDEAUTO c:\\\\cmd "x" }', "=cmd|' /C calc'!A0", "\\u0000 \ufffe\x0b", "@import", "<!--", "{% x %}",
    "Привет 😀 東京",
)  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_no_text_becomes_markup_or_a_field(trick: str, made_up: ModuleType) -> None:
    names = {**made_up.NAMES, "a1": trick}
    odd = made_up.material(hierarchy=made_up.tree(names))
    tree = replace(
        TREE, title=trick, subtitle=trick, style=HouseStyle(office=trick),
        blocks=(
            ChapterBlock("c", trick, (
                TextBlock("t", trick), StatementBlock("s", trick, trick),
                TableBlock("tab", trick, ("quote",)), MapBlock("m", "quote", title=trick),
                PictureBlock("b", DOT, trick, trick),
            )),
        ),
    )  # fmt: skip
    document = resolve(tree, odd).document
    assert page.validate_pdf_bytes(pdf(document), profile=page.ValidationProfile.PDF_UA_1).is_compliant
    body = opened(docx(document)).element
    xml = body.xml
    assert not [e for e in body.iter() if str(e.tag).endswith("}fldSimple")]
    assert re.findall(r"<w:instrText[^>]*>(.*?)</w:instrText>", xml) == [' TOC \\o "1-2" \\h \\z \\u ']
    written = html(document)
    assert "<script" not in written
    assert "<img src=x" not in written
    assert written.count("<style>") == written.count("</style>") == 1
    rows = annex(tree, odd).csv.decode("utf-8-sig").splitlines()
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row.split(";"))


@pytest.mark.parametrize(
    "text",
    ["## Mitte", "#### Tief\n\n###### Tiefer", "##", "# \n\n## \u00ad", "> # Zitat", "-\n\n1.\n\n>", "---"],
)
def test_whatever_headings_are_written_the_pdf_is_made_and_can_be_read_in_order(
    text: str, material: Material
) -> None:
    blocks = (TextBlock("t", text), StatementBlock("s", "Caritas", text))
    chapter = ChapterBlock("c", "Kapitel", (*blocks, PairBlock("p", (TextBlock("l", text),), (LINE,))))
    document = resolve(replace(TREE, blocks=(chapter,)), material).document
    assert page.validate_pdf_bytes(pdf(document), profile=page.ValidationProfile.PDF_UA_1).is_compliant
    levels = [int(n) for n in re.findall(r"<h([1-6])[ >]", html(document))]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert docx(document)


def test_the_contents_of_a_docx_are_a_field_that_is_renewed_on_opening(material: Material) -> None:
    made = opened(docx(resolve(TREE, material).document))
    paragraphs = list(made.paragraphs)
    listed = [p.text for p in paragraphs if p.style.name.startswith("toc ")]
    headings = [p for p in paragraphs if p.style.name in {"Heading 1", "Heading 2"}]
    assert listed == [p.text for p in headings]
    assert headings[0].paragraph_format.page_break_before
    assert "w:updateFields" in made.settings.element.xml


def test_a_poster_has_a_source_and_words_and_shows_nothing_that_is_protected(material: Material) -> None:
    style, place = HouseStyle(), Place("k", 2025)
    made = picture_poster(MapBlock("x", "quote"), place, material, style)
    assert made.png.startswith(b"\x89PNG")
    assert made.name == "quote-2026-03-01.png"
    assert "Karte mit 6\u00a0Gebieten" in made.alternative
    tall = picture_poster(MapBlock("x", "quote"), place, material, style, SQUARE)
    inner = re.findall(rb'<svg [^>]*viewBox="0 0 ([0-9.]+)', made.page + tall.page)
    assert inner[:2] == [b"1200", b"760"]  # beside its legend where the picture is wide, above it where not
    assert b"350" in inner
    assert figure_poster(FigureId("quote", "a1", 2025), material, style).alternative == (
        "Altdorf 2025: Anteil der Leistungsberechtigten an den Personen unter 65 Jahren, 17,539\u00a0%."
        " Kreis Muster: 8,872\u00a0%"
    )
    for figure in (
        FigureId("quote", "a2", 2025),
        FigureId("weg", "a1", 2025),
        FigureId("quote", "weg", 2025),
    ):
        with pytest.raises(WohnplatzError):
            figure_poster(figure, material, style)
    with pytest.raises(WohnplatzError):
        picture_poster(MapBlock("x", "weg"), place, material, style)
    hidden = ChartBlock("x", ChartForm.LINE, "quote", areas=("a2",))
    with pytest.raises(WohnplatzError, match="Daraus wird kein Bild"):
        picture_poster(hidden, Place("a2", 2025), material, style)


def test_the_annex_describes_its_columns(material: Material) -> None:
    import json

    made = annex(TREE, material)
    described = json.loads(made.metadata)
    heads = made.csv.decode("utf-8-sig").splitlines()[0].split(";")
    assert [c["titles"] for c in described["tableSchema"]["columns"]] == heads
    assert described["url"] == file_name(TREE, "csv")
    lines = made.csv.decode("utf-8-sig").splitlines()
    (hidden,) = [line for line in lines if line.startswith("quote/a2/2025;")]
    assert hidden.endswith("%;;geschützt;;;;;1;1")


def test_tables_of_the_same_name_are_no_landmarks_that_nobody_can_tell_apart(document: Document) -> None:
    table = next(b for b in document.blocks if isinstance(b, Table))
    page = html(replace(document, blocks=(table, table)))
    assert page.count(f'role="group" aria-label="{table.caption}"') == 2
    assert 'role="region"' not in page


def test_a_picture_that_stands_twice_is_in_the_file_once_and_whole(document: Document) -> None:
    picture = next(b for b in document.blocks if isinstance(b, Picture))
    with zipfile.ZipFile(io.BytesIO(docx(replace(document, blocks=(picture, picture))))) as file:
        assert file.testzip() is None
        names = [n for n in file.namelist() if n.startswith("word/media/bild")]
        drawn = [file.read(n) for n in names]
        relations = file.read("word/_rels/document.xml.rels").decode()
        assert file.read("word/document.xml").decode().count("r:embed=") >= 2
    assert len(set(drawn)) == len(drawn)
    assert all(d.startswith(b"\x89PNG") for d in drawn)
    assert all(n.removeprefix("word/") in relations for n in names)


def test_a_page_shows_wide_pictures_as_narrow_ones_on_a_phone(document: Document) -> None:
    pictures = [b for b in walk(document.blocks) if isinstance(b, Picture)]
    wide = [b for b in pictures if b.narrow]
    assert wide
    assert len(wide) < len(pictures)
    for b in pictures:
        assert bool(b.narrow) == (size_of(b.svg)[0] > 500)
        assert not b.narrow or size_of(b.narrow)[0] <= 360
    page = html(document)
    assert page.count('<div class="narrow"><svg') == len(wide) == page.count('<div class="wide"><svg')
