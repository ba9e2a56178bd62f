import io
import zlib
from dataclasses import replace
from datetime import date

import page
import pikepdf
import pytest

from wohnplatz.report import (
    Block,
    Document,
    Heading,
    KeyFigure,
    KeyFigures,
    PageBreak,
    Paragraph,
    Picture,
    SideBySide,
    Table,
    pdf,
)
from wohnplatz.report.pdf import _clear_ends

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M0 0h9v5z"/></svg>'
TABLE = Table("Vergleich", ("Gebiet", "2025"), (("Altdorf", "12"), ("Bruch", "geschützt")), numeric=(1,))
BLOCKS: tuple[Block, ...] = (
    KeyFigures((KeyFigure("Haushalte", "1.234", "2024: 1.200"),)),
    Picture(SVG, "Ein Rechteck", height=40),
    Heading("Tabellen"),
    SideBySide((TABLE,), (Paragraph("Daneben"),)),
    Paragraph("Quelle", quiet=True),
)
DOCUMENT = Document("Stadt Altdorf", "Bevölkerung", ("Musterkreis",), BLOCKS, "Fuß", date(2026, 3, 1))


def words_of(data: bytes) -> str:
    """All alternative texts, titles and the raw structure of a PDF as text."""
    with pikepdf.open(io.BytesIO(data)) as file:
        return " ".join(str(o) for o in file.objects)


@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A])
def test_a_document_conforms_to_the_standards_it_names(profile: page.ValidationProfile) -> None:
    report = page.validate_pdf_bytes(pdf(DOCUMENT), profile=profile)
    assert report.is_compliant, [f.message for f in report.failures]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert pdf(DOCUMENT) == pdf(DOCUMENT)


def test_every_row_of_a_table_has_a_head() -> None:
    with pikepdf.open(io.BytesIO(pdf(DOCUMENT))) as file:
        heads = [
            o for o in file.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/TH"
            and isinstance(o.get("/A"), pikepdf.Dictionary) and o.A.get("/Scope") == "/Row"
        ]  # fmt: skip
    assert len(heads) == len(TABLE.rows)


def test_the_document_says_its_title_and_its_language() -> None:
    with pikepdf.open(io.BytesIO(pdf(DOCUMENT))) as file:
        assert str(file.Root.Lang) == "de-DE"
        assert file.docinfo["/Title"] == "Stadt Altdorf"


@pytest.mark.parametrize(
    "trick",
    [
        "#panic()",
        "$1/0$",
        "*fett* _kursiv_ <label> @ref",
        '#read("/etc/passwd")',
        "\\",
        "```",
        "// weg",
        "=",
        "[",
        '"',
    ],
)
def test_what_looks_like_markup_is_only_text(trick: str) -> None:
    blocks: tuple[Block, ...] = (
        Heading(trick), Paragraph(trick), KeyFigures((KeyFigure(trick, trick, trick),)),
        Table(trick, (trick, "B"), ((trick, trick),)), Picture(SVG, trick, caption=trick),
    )  # fmt: skip
    assert pdf(replace(DOCUMENT, title=trick, subtitle=trick, head=(trick,), foot=trick, blocks=blocks))


def test_a_picture_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="alternative"):
        Picture(SVG, " ")


def test_a_row_that_does_not_fit_its_heading_is_refused() -> None:
    with pytest.raises(ValueError, match="headings"):
        Table("Vergleich", ("A", "B"), (("nur eine",),))


def test_a_long_table_goes_on_over_pages_and_repeats_its_heading() -> None:
    rows = tuple((f"Gebiet {n}", str(n)) for n in range(150))
    data = pdf(replace(DOCUMENT, blocks=(replace(TABLE, rows=rows),)))
    with pikepdf.open(io.BytesIO(data)) as file:
        assert len(file.pages) > 2
    assert page.validate_pdf_bytes(data, profile=page.ValidationProfile.PDF_UA_1).is_compliant


def test_no_stream_ends_with_what_looks_like_the_end_of_a_line() -> None:
    """The last byte of packed data is a check sum: one stream in 256 ends with a carriage return."""
    tried = (b"% " + bytes([33 + n % 90]) * n for n in range(5000))
    content = next(c for c in tried if zlib.compress(c).endswith(b"\r"))
    with pikepdf.new() as file:
        file.add_blank_page()
        stream = pikepdf.Stream(file, b"")
        stream.write(zlib.compress(content), filter=pikepdf.Name.FlateDecode)
        file.pages[0].Contents = stream
        _clear_ends(file)
        out = io.BytesIO()
        file.save(out)
    with pikepdf.open(out) as again:
        assert again.pages[0].Contents.read_bytes() == content
        assert not again.pages[0].Contents.read_raw_bytes().endswith(b"\r")


MAP = SVG.replace("20 10", "174 140")


def pages_of(*blocks: Block) -> int:
    made = Document("Bericht", "", ("Musterkreis",), blocks, "Fuß", date(2026, 3, 1), contents=True)
    with pikepdf.open(io.BytesIO(pdf(made))) as file:
        return len(file.pages) - 2  # title page and contents


def test_pictures_of_a_chapter_are_drawn_smaller_where_that_saves_a_nearly_empty_page() -> None:
    chapter = (Heading("Rahmen", 1), Picture(MAP, "Karte", title="Karte"), Picture(MAP, "Noch eine"))
    assert pages_of(*chapter) == 1
    assert pages_of(*chapter, PageBreak(), Heading("Index", 1), *chapter[1:]) == 2


def test_pictures_keep_their_size_where_the_last_page_is_well_filled() -> None:
    large = SVG.replace("20 10", "174 200")
    assert pages_of(Heading("Rahmen", 1), *(Picture(large, f"Karte {n}") for n in range(3))) == 3
    assert pages_of(Heading("Rahmen", 1), *(Picture(MAP, f"Karte {n}") for n in range(4))) == 2
