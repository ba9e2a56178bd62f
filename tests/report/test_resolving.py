import base64
import io
import struct
import zipfile
from dataclasses import replace
from types import ModuleType

import pytest

from wohnplatz.model import Severity
from wohnplatz.report import (
    Heading,
    HouseStyle,
    KeyFigures,
    Material,
    Notice,
    Paragraph,
    Picture,
    Report,
    RichText,
    SideBySide,
    Table,
    TextState,
    annex,
    check,
    docx,
    html,
    html_folder,
    needs,
    pdf,
    pieces,
    resolve,
)
from wohnplatz.report.blocks import walk
from wohnplatz.report.pdf_text import pdf_text
from wohnplatz.report.resolving import MISSING, SUGGESTED
from wohnplatz.report.tree import (
    AreaText,
    AreaTextsBlock,
    BreakBlock,
    ChapterBlock,
    ChartBlock,
    ChartForm,
    Extent,
    FiguresBlock,
    GlossaryBlock,
    MapBlock,
    MethodsBlock,
    Node,
    Outcome,
    OutcomesBlock,
    PairBlock,
    PictureBlock,
    ProfilesBlock,
    Remark,
    RemarksBlock,
    Rows,
    StatementBlock,
    TableBlock,
    TextBlock,
)

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def report(*blocks: Node, **more: object) -> Report:
    return replace(Report("r", "Bericht", "k", 2025, blocks), **more)  # type: ignore[arg-type]


def words(block: object) -> str:
    assert isinstance(block, RichText)
    return "".join(s.text for s in block.spans)


def test_chapters_become_headings_by_depth(material: Material) -> None:
    tree = report(ChapterBlock("a", "Eins", (ChapterBlock("b", "Zwei", (TextBlock("c", "# Drei"),)),)))
    assert [b for b in resolve(tree, material).document.blocks if isinstance(b, Heading)] == [
        Heading("Eins", 1, "a"), Heading("Zwei", 2, "b"), Heading("Drei", 3),
    ]  # fmt: skip


def test_without_a_title_page_chapters_stand_below_the_title(material: Material) -> None:
    made = resolve(report(ChapterBlock("a", "Eins"), contents=False), material).document.blocks
    assert made == (Heading("Eins", 2, "a"),)


def test_profiles_repeat_their_blocks_for_every_area(material: Material) -> None:
    text = AreaTextsBlock("t", (AreaText("a3", "Hier ist {{ quote }}."), AreaText("weg", "Nie.")))
    tree = report(ProfilesBlock("p", "wohnplatz", (FiguresBlock("f", ("quote",)), text)))
    blocks = resolve(tree, material).document.blocks
    names = [b.text for b in blocks if isinstance(b, Heading)]
    assert names == ["Altdorf", "Bruch", "Casel", "Dorn", "Eich", "Furt"]
    figures = [b.items[0].value for b in blocks if isinstance(b, KeyFigures)]
    assert figures[:3] == ["17,539\u00a0%", "geschützt", "8,130\u00a0%"]
    assert [words(b) for b in blocks if isinstance(b, RichText)] == ["Hier ist 8,130\u00a0%."]


def test_profiles_within_profiles_follow_the_municipality(material: Material) -> None:
    inner = ProfilesBlock("q", "wohnplatz", (TextBlock("t", "{{ gebiet }}"),))
    tree = report(ProfilesBlock("p", "kommune", (inner,)))
    heads = [(b.text, b.level) for b in resolve(tree, material).document.blocks if isinstance(b, Heading)]
    assert heads[:3] == [("Stadt Auen", 1), ("Altdorf", 2), ("Bruch", 2)]


def test_a_profile_not_let_go_says_so_and_shows_nothing(made_up: ModuleType) -> None:
    held = made_up.material(withheld=frozenset({"a1"}))
    tree = report(ProfilesBlock("p", "wohnplatz", (FiguresBlock("f", ("quote",)),), areas=("a1", "b1")))
    made = resolve(tree, held)
    assert isinstance(made.document.blocks[2], Notice)
    assert sum(isinstance(b, KeyFigures) for b in made.document.blocks) == 1


def test_a_suggestion_stands_in_drafts_with_a_mark_and_never_in_what_goes_out(material: Material) -> None:
    tree = report(TextBlock("t", "Vorschlag: {{ quote }}", TextState.SUGGESTED))
    draft, final = (resolve(tree, material, final=final) for final in (False, True))
    assert [b.label for b in draft.document.blocks if isinstance(b, Notice)] == [SUGGESTED]
    assert not final.document.blocks
    assert [f.code for f in final.findings] == ["report.suggestion"]
    assert "Entwurf" in final.document.foot


def test_a_report_without_errors_is_no_draft(material: Material) -> None:
    made = resolve(report(TextBlock("t", "Die Quote liegt bei {{ quote }}.")), material)
    assert not made.findings
    assert made.document.head == ("Kreis Muster", "Datenstand 2025 vom 01.03.2026", "öffentlich")


def test_a_protected_figure_in_a_sentence_is_reported_at_its_block(material: Material) -> None:
    made = resolve(report(TextBlock("t", "Kurz. In Bruch sind es {{ quote | gebiet=a2 }}. Ende.")), material)
    (finding,) = made.findings
    assert (finding.block, finding.code, finding.severity) == ("t", "report.protected", Severity.WARNING)
    assert finding.sentence == "In Bruch sind es geschützt."
    assert finding.figure == "quote/a2/2025"
    assert "in Bruch" not in finding.message.replace("Musterquote, Bruch 2025", "")


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (TextBlock("x", "{{ weg }}"), "indicator_gone"),
        (TextBlock("x", "{{ quote | gebiet=weg }}"), "area_gone"),
        (TextBlock("x", "{{ quote | jahr=1999 }}"), "no_figure"),
        (TextBlock("x", "{{ quote | farbe=rot }}"), "reference"),
        (TextBlock("x", "{{ quote"), "reference"),
        (TextBlock("x", "x" * 100_001), "too_long"),
        (TextBlock("x", "{{ quote | behauptung=unter_kreis | gebiet=a1 }}"), "claim_wrong"),
        (FiguresBlock("x", ("weg",)), "indicator_gone"),
        (FiguresBlock("x", ("quote",), area="weg"), "area_gone"),
        (FiguresBlock("x", ()), "empty"),
        (TableBlock("x", "", ("quote", "weg")), "indicator_gone"),
        (TableBlock("x", "", ()), "empty"),
        (TableBlock("x", "", ("quote",), level="viertel"), "no_areas"),
        (TableBlock("x", "", ("quote",), Rows.YEARS, year=1999), "no_figure"),
        (MapBlock("x", "weg"), "indicator_gone"),
        (MapBlock("x", "quote", area="weg"), "area_gone"),
        (MapBlock("x", "quote", level="viertel"), "no_shapes"),
        (MapBlock("x", "quote", year=1999), "no_figure"),
        (ChartBlock("x", ChartForm.LINE, "weg"), "indicator_gone"),
        (ChartBlock("x", ChartForm.PYRAMID, ""), "no_figure"),
        (ChartBlock("x", ChartForm.MATRIX, "weg"), "indicator_gone"),
        (ProfilesBlock("x", "viertel", ()), "no_areas"),
        (ProfilesBlock("x", "wohnplatz", (), areas=("a1", "weg")), "area_gone"),
        (PictureBlock("x", "???", "Ein Bild"), "picture"),
        (PictureBlock("x", base64.b64encode(b"GIF89a").decode(), "Ein Bild"), "picture"),
        (PictureBlock("x", base64.b64encode(DOT[:40]).decode(), "Ein Bild"), "picture"),
        (PictureBlock("x", base64.b64encode(DOT).decode(), " "), "no_alternative"),
    ],
)
def test_what_cannot_be_shown_is_told_at_its_block(block: Node, code: str, material: Material) -> None:
    tree = report(ChapterBlock("c", "Kapitel", (block,)))
    made = resolve(tree, material)
    assert {(f.block, f.code, f.severity) for f in made.findings} == {("x", f"report.{code}", Severity.ERROR)}
    assert all(f.message and f.advice for f in made.findings)
    assert check(tree, material) == made.findings
    if not isinstance(block, TextBlock):
        assert any(isinstance(b, Notice) and b.label == MISSING for b in made.document.blocks)


def test_a_picture_beyond_measure_is_refused_by_its_head_alone(material: Material) -> None:
    head = DOT[:16] + struct.pack(">II", 60_000, 60_000) + DOT[24:]
    made = resolve(report(PictureBlock("x", base64.b64encode(head).decode(), "Ein Bild")), material)
    (finding,) = made.findings
    assert finding.code == "report.picture_large"
    assert "60.000 × 60.000" in finding.message


def test_tables_name_every_state_and_where_figures_come_from(material: Material) -> None:
    table, note = resolve(report(TableBlock("t", "Alle", ("quote", "miete"))), material).document.blocks
    assert isinstance(table, Table)
    assert table.header == ("Wohnplatz", "Musterquote, in %", "Angebotsmiete, in €/m²")
    assert table.rows[:3] == (
        ("Altdorf", "17,539", "11,03"), ("Bruch", "geschützt", "11,03"), ("Casel", "8,130", "keine Angabe"),
    )  # fmt: skip
    assert table.rows[-1][0] == "Kreis Muster"
    assert isinstance(note, Paragraph)
    assert "Geschützt" in note.text
    assert "Quelle: Amt für Muster." in note.text


def test_a_table_of_indicators_compares_with_the_areas_above(material: Material) -> None:
    tree = report(TableBlock("t", "", ("quote", "bruch"), Rows.INDICATORS), area="a1")
    table = resolve(tree, material).document.blocks[0]
    assert isinstance(table, Table)
    assert table.header == (
        "Kennzahl", "Altdorf", "Stadt Auen", "Kreis Muster", "Veränderung seit", "zum Kreis"
    )  # fmt: skip
    assert table.rows[0] == ("Musterquote, in %", "17,539", "11,473", "8,872", "+6,234 (2020)", "darüber")
    assert table.rows[1][4:] == ("0,0 (2024)", "nicht unterscheidbar")


def test_a_table_of_years_ends_with_the_year_of_the_report(material: Material) -> None:
    tree = report(TableBlock("t", "", ("quote",), Rows.YEARS, area="a1"), year=2023)
    table = resolve(tree, material).document.blocks[0]
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == ["2020", "2021", "2022", "2023"]


@pytest.mark.parametrize(
    "block",
    [
        MapBlock("x", "quote"),
        MapBlock("x", "quote", extent=Extent.AROUND, area="a1"),
        ChartBlock("x", ChartForm.LINE, "quote", area="a1"),
        ChartBlock("x", ChartForm.BARS, "quote"),
        ChartBlock("x", ChartForm.STRIP, "quote", area="a1"),
    ],
)
def test_every_picture_says_in_words_what_it_shows(block: Node, material: Material) -> None:
    (picture,) = resolve(report(block), material).document.blocks
    assert isinstance(picture, Picture)
    assert picture.alternative.startswith("Musterquote, in %")
    assert len(picture.alternative) > 60
    assert picture.caption == "Quelle: Amt für Muster"


def test_a_map_of_a_part_draws_only_what_it_shows(material: Material) -> None:
    tree = report(MapBlock("x", "quote", extent=Extent.AROUND, area="a1"))
    (picture,) = resolve(tree, material).document.blocks
    assert isinstance(picture, Picture)
    assert "Altdorf" in picture.svg
    assert len(picture.svg) > 500


def test_two_columns_hold_blocks_of_half_the_width(material: Material) -> None:
    line = ChartBlock("x", ChartForm.LINE, "quote")
    tree = report(PairBlock("p", (line,), (replace(line, id="y"),)))
    (pair,) = resolve(tree, material).document.blocks
    assert isinstance(pair, SideBySide)
    assert sum(isinstance(b, Picture) for b in walk((pair,))) == 2


def test_the_end_of_a_report_explains_words_methods_and_results(material: Material) -> None:
    tree = report(
        TextBlock("t", "Der Sozialindex und {{ quote }}."), GlossaryBlock("g"), MethodsBlock("m"),
        OutcomesBlock("o", "Ergebnisse", (Outcome("Mehr Plätze", "umgesetzt", "40 neue Plätze"),)),
        StatementBlock("s", "Caritas", "Wir **stimmen** zu."),
    )  # fmt: skip
    made = resolve(tree, material)
    said = repr(made.document.blocks)
    for word in (
        "Sozialindex",
        "So wird gerechnet.",
        "Amt für Muster",
        "40 neue Plätze",
        "Stellungnahme: Caritas",
    ):
        assert word in said
    assert not made.findings


@pytest.mark.parametrize(
    "block",
    [
        PairBlock("p", (TextBlock("x", "Eins\n\n---\n\nZwei"),), ()),
        PairBlock("p", (), (ChapterBlock("k", "Kapitel", (TextBlock("x", "***"),)),)),
        PairBlock("p", (BreakBlock("x"),), ()),
        PairBlock("p", (ChapterBlock("x", "Kapitel", (), new_page=True),), ()),
        StatementBlock("x", "Amt", "Eins\n\n---\n\nZwei"),
        TextBlock("x", "> Zitat\n>\n> ---\n>\n> Ende"),
        TextBlock("x", "- Punkt\n\n  ---"),
    ],
)
def test_who_asks_for_a_new_page_where_none_begins_is_told(block: Node, material: Material) -> None:
    (found,) = resolve(report(block), material).findings
    assert (found.block, found.code, found.severity) == ("x", "report.page_break", Severity.WARNING)
    assert check(report(block), material) == (found,)


def test_a_new_page_that_begins_is_no_finding(material: Material) -> None:
    tree = report(
        TextBlock("x", "Eins\n\n---\n\nZwei"), BreakBlock("s"),
        PairBlock("p", (TextBlock("y", "Eins"),), (TextBlock("z", "Zwei"),)),
    )  # fmt: skip
    assert resolve(tree, material).findings == ()


def test_one_text_in_easy_language_has_large_letters_and_no_hyphens(material: Material) -> None:
    look = resolve(report(TextBlock("t", "Kurz."), easy=True), material).document.look
    assert (look.size, look.hyphenate) == (13.0, False)


@pytest.mark.parametrize(
    ("style", "code"),
    [
        (HouseStyle(colour="#ffee00"), "colour"),
        (HouseStyle(colour="red"), "colour"),
        (HouseStyle(colour="#000000); panic()"), "colour"),
        (HouseStyle(logo="???", logo_alternative="Wappen"), "logo"),
        (HouseStyle(logo=base64.b64encode(DOT).decode()), "logo"),
        (HouseStyle(logo=base64.b64encode(b"<svg").decode(), logo_alternative="Wappen"), "logo"),
    ],
)
def test_a_look_that_cannot_be_used_is_told_and_left_out(
    style: HouseStyle, code: str, material: Material
) -> None:
    made = resolve(report(TextBlock("t", "Kurz."), style=style), material)
    assert [f.code for f in made.findings] == [f"report.{code}"]
    assert (made.document.look.colour, made.document.look.logo) == (HouseStyle().colour, b"")


def test_a_figure_of_a_year_without_survey_is_the_one_measured_last(made_up: ModuleType) -> None:
    """A figure that is protected in its newest year is not replaced by an older one."""
    made = made_up.material()
    assert made.newest("quote", "a2", 2025) == 2025
    assert made.newest("quote", "a2", 2023) == 2023
    assert made.newest("quote", "weg", 2025) == 2025


def everywhere(tree: Report, material: Material) -> str:
    """All that goes out of a report, in every output."""
    document = resolve(tree, material).document
    files = annex(tree, material)
    book = docx(document)
    with zipfile.ZipFile(io.BytesIO(files.xlsx)) as sheets:
        inner = "".join(sheets.read(n).decode(errors="ignore") for n in sheets.namelist())
    folder = b"".join(html_folder(document).values()).decode()
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        written = "".join(parts.read(n).decode(errors="ignore") for n in parts.namelist())
    return "\n".join([html(document), folder, inner, files.csv.decode(), files.metadata.decode(), written])


def test_nothing_of_a_profile_not_let_go_stands_in_any_output(made_up: ModuleType) -> None:
    words = AreaTextsBlock("t", (AreaText("b1", "Geheimes aus Dorn"), AreaText("a1", "Offenes aus Altdorf")))
    inside = PairBlock("pp", (FiguresBlock("f", ("quote", "miete")),), (words,))
    tree = report(
        ProfilesBlock("p", "wohnplatz", (inside, TableBlock("tt", "", ("quote",), Rows.INDICATORS))),
        ChapterBlock("k", "Gemeinde Buchen", (
            FiguresBlock("bf", ("quote",), area="b"), TableBlock("bt", "", ("quote",), area="b"),
            MapBlock("bm", "quote", area="b", extent=Extent.AROUND),
        )),
    )  # fmt: skip
    held = made_up.material(withheld=frozenset({"b", "b1", "b2", "b3"}))
    shown, hidden = everywhere(tree, made_up.material()), everywhere(tree, held)
    marks = ("Geheimes aus Dorn", "quote/b1/", "quote/b/", "quote/b2/2020", "miete/b3/")
    for mark in marks:
        assert mark in shown, mark
        assert mark not in hidden, mark
    text = pdf_text(pdf(resolve(tree, held).document))
    assert "Geheimes" not in text
    assert "noch nicht freigegeben" in text
    assert "Offenes aus Altdorf" in hidden
    assert hidden.count("noch nicht freigegeben") >= 6
    assert "Für 4\xa0Gebiete sind die Profile noch nicht freigegeben" in hidden


def test_a_booklet_not_let_go_is_a_notice_and_nothing_else(made_up: ModuleType) -> None:
    held = made_up.material(withheld=frozenset({"b", "b1", "b2", "b3"}))
    tree = report(ChapterBlock("k", "Überblick", (FiguresBlock("f", ("quote",)),)), area="b")
    assert [type(b) for b in resolve(tree, held).document.blocks] == [Notice]


def test_remarks_stand_as_a_table_and_in_the_workbook(material: Material) -> None:
    tree = report(
        RemarksBlock(
            "r", "", (Remark(3, "Stadt Auen", "Lage", "Bitte =1+1 streichen", "abgelehnt", "Es stimmt."),)
        ),
        RemarksBlock("leer", "", ()),
    )
    blocks = resolve(tree, material).document.blocks
    assert isinstance(blocks[0], Table)
    assert blocks[0].rows == (("3", "Stadt Auen", "Lage", "Bitte =1+1 streichen", "abgelehnt", "Es stimmt."),)
    assert isinstance(blocks[1], Paragraph)
    assert "Bitte =1+1 streichen" in everywhere(tree, material)


def test_figures_in_a_proposed_text_are_printed_and_protected_ones_are_words(material: Material) -> None:
    words = "Vorschlag: {{ quote | gebiet=a1 | form=zahl }} und {{ quote }} und {{ kaputt"
    remark = Remark(1, "Stadt Auen", "Profil", words, "abgelehnt", "Nein.", "a2")
    tree = report(RemarksBlock("r", "", (remark,)))
    assert needs(tree, material.catalogue).indicators == ("quote",)
    table = resolve(tree, material).document.blocks[0]
    assert isinstance(table, Table)
    assert table.rows[0][3] == "Vorschlag: 17,539 und geschützt und {{ kaputt"
    assert not [hidden for hidden in ("0,604", "0.604", "331") if hidden in table.rows[0][3]]


def test_a_chapter_comes_piece_by_piece_with_one_profile(material: Material) -> None:
    inside = PairBlock("pp", (FiguresBlock("f", ("quote",)),), (TextBlock("t", "{{ gebiet }}"),))
    profiles = ProfilesBlock("p", "wohnplatz", (inside,))
    tree = report(ChapterBlock("k", "Profile", (TextBlock("x", "Vorab."), profiles)), ChapterBlock("z", "Z"))
    found = [(p.node.id, p.area) for p in pieces(tree, material, "k", "a3")]
    assert found == [("k", ""), ("x", ""), ("p", "a3"), ("f", "a3"), ("t", "a3")]
    assert [p.node.id for p in pieces(tree, material, "k")] == ["k", "x"]
    assert [p.node.id for p in pieces(tree, material, "k", "b")] == ["k", "x"]
    assert pieces(tree, material, "nirgends") == ()


@pytest.mark.parametrize("form", [ChartForm.LINE, ChartForm.BARS])
def test_a_picture_of_protected_figures_alone_says_so_in_words(form: ChartForm, material: Material) -> None:
    block = ChartBlock("x", form, "quote", areas=("a2",))
    done = resolve(Report("r", "R", "k", 2025, (block,)), material)
    assert done.findings == ()
    assert [b for b in walk(done.document.blocks) if isinstance(b, Picture)] == []
    (notice,) = [b for b in done.document.blocks if isinstance(b, Notice)]
    assert "Alle Zahlen: " in notice.blocks[0].text
    assert "geschützt" in notice.blocks[0].text
