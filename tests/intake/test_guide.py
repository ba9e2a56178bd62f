"""What headings mean: proposals with sureness and reason, guides remembered, nothing guessed silently."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.intake import (
    ALL_AREAS,
    NOT_ALLOCATED,
    Guide,
    ReadResult,
    Request,
    RowKind,
    RowTarget,
    SheetGuide,
    Target,
    doubts_of,
    propose,
    read_delivery,
)  # fmt: skip
from wohnplatz.intake.guide_words import age_limits
from wohnplatz.model import Catalogue, CellState, DataSet, Dimension, Observation, Variable, WohnplatzError

AREAS = {"05378004": "Altstadt", "05378008": "Am Bach", "05378012": "Neustadt"}
END = date(2025, 12, 31)


@pytest.fixture(scope="module")
def words() -> Catalogue:
    sex = Dimension("geschlecht", "Geschlecht", {"m": "männlich", "w": "weiblich"}, {"Frauen": "w"})
    bounds = {"0-2": (0, 2), "3-5": (3, 5), "85+": (85, None)}
    labels = {"0-2": "unter 3 Jahre", "3-5": "3 bis unter 6 Jahre", "85+": "85 Jahre und älter"}
    age = Dimension("alter", "Alter", labels, {}, bounds)
    variables = [
        Variable(
            "einwohner", "Einwohnerinnen und Einwohner", "Personen", "d", "l",
            breakdowns=("alter", "geschlecht"),
        ),
        Variable("haushalte", "Haushalte", "Haushalte", "d", "l"),
        Variable("mit_kindern", "Haushalte mit Kindern", "Haushalte", "d", "l"),
        Variable("flaeche", "Fläche", "km²", "d", "l", integer=False),
    ]  # fmt: skip
    return Catalogue(
        {"geschlecht": sex, "alter": age}, {"d": DataSet("d", "Bevölkerung", "Kommune", "")},
        {v.code: v for v in variables}, {}, {}, {},
    )  # fmt: skip


@pytest.fixture(scope="module")
def asked(words: Catalogue) -> Request:
    return Request(words.datasets["d"], END, AREAS, "l", coarser_areas={"05378": "Musterkreis"})


class Desk:
    def __init__(self, request: Request, catalogue: Catalogue) -> None:
        self.request, self.catalogue = request, catalogue

    def read(self, *lines: str, guide: Guide | None = None) -> ReadResult:
        return read_delivery(
            "\n".join(lines).encode(), "tabelle.csv", self.request, self.catalogue, guide=guide
        )

    def propose(self, *lines: str, guide: Guide | None = None):
        return propose("\n".join(lines).encode(), "tabelle.csv", self.request, self.catalogue, guide)


@pytest.fixture
def at(asked: Request, words: Catalogue) -> Desk:
    return Desk(asked, words)


def values(rows: Iterable[Observation]) -> dict[tuple[str, str, str], float | None]:
    return {
        (o.variable, o.area, ";".join(f"{d}={c}" for d, c in (o.breakdown or {}).items())): o.value
        for o in rows
    }


def codes(result: ReadResult) -> set[str]:
    return {f.code for f in result.findings}


WIDE = ("Wohnplatz;Haushalte 31.12.2025", "Altstadt;12", "Am Bach;13", "Neustadt;5")


def test_a_table_whose_headings_say_what_they_are_is_read_and_says_how(at):
    result = at.read(*WIDE)
    assert result.ok
    assert values(result.observations) == {
        ("haushalte", "05378004", ""): 12, ("haushalte", "05378008", ""): 13,
        ("haushalte", "05378012", ""): 5,
    }  # fmt: skip
    note = next(f for f in result.findings if f.code == "intake.read_by_guide")
    assert note.message == "Die Tabelle wurde so gelesen: „Haushalte“ aus „Haushalte“."
    assert (result.observations[0].row, result.observations[0].column) == (2, "B")


def test_sums_and_what_belongs_nowhere_stay_apart_and_are_not_repaired(at):
    result = at.read(*WIDE, "nicht zuordenbar;4", "Insgesamt;34")
    assert result.ok
    assert len(result.observations) == 3
    assert values(result.totals) == {("haushalte", NOT_ALLOCATED, ""): 4, ("haushalte", "05378", ""): 34}
    assert "intake.totals_apart" in codes(result)


def test_a_sum_of_no_known_area_is_the_sum_of_all(words):
    desk = Desk(Request(words.datasets["d"], END, AREAS, "l"), words)
    assert [o.area for o in desk.read(*WIDE, "Summe;30").totals] == [ALL_AREAS]


def test_keys_are_found_exact_without_zeros_split_and_as_regional_keys(at):
    for lines in (
        ("AGS;Name;Haushalte 2025", "05378004;x;1", "05378008;y;2", "05378012;z;3"),
        ("AGS;Name;Haushalte 2025", "5378004;x;1", "5378008;y;2", "5378012;z;3"),
        ("ARS;Haushalte 2025", "053780000004;1", "053780000008;2", "053780000012;3"),
        (
            "Land;RB;Kreis;VB;Gem;Haushalte 2025",
            "05;3;78;0004;004;1",
            "05;3;78;0008;008;2",
            "05;3;78;0012;012;3",
        ),
        ("Land;RB;Kreis;Gem;Haushalte 2025", "5;3;78;4;1", "5;3;78;8;2", "5;3;78;12;3"),
        ("Gebiet;Haushalte 2025", "05378004 Altstadt;1", "05378008 Am Bach;2", "05378012 Neustadt;3"),
    ):
        result = at.read(*lines)
        assert list(values(result.observations).values()) == [1, 2, 3], lines


def test_a_key_that_lost_its_zero_is_read_with_a_warning(at):
    result = at.read("AGS;Haushalte 2025", "5378004;1", "5378008;2", "5378012;3")
    assert [f.area for f in result.findings if f.code == "intake.lost_zero"] == [*AREAS]


def test_likeness_is_a_proposal_and_never_more(at):
    lines = ("Wohnplatz;Haushalt 2025", "Altstadt;12", "Am Bach;13", "Neustatt;5")
    result, proposal = at.read(*lines), at.propose(*lines)
    assert result.needs_guide
    assert not result.observations
    (table,) = proposal.tables
    assert (table.columns[0].target.variable, table.columns[0].sureness) == ("haushalte", 0.5)
    assert table.rows[-1].target == RowTarget(RowKind.AREA, "05378012")
    assert table.rows[-1].reason == "ähnlicher Name wie „Neustadt“, bitte prüfen"
    assert len(doubts_of(proposal)) == 2


def test_an_unknown_name_is_in_doubt_while_areas_are_missing(at):
    result = at.read("Wohnplatz;Haushalte 2025", "Altstadt;12", "Am Bach;13", "Innenstadt;5")
    assert result.needs_guide
    assert "„Innenstadt“" in next(f.message for f in result.findings if f.code == "intake.guide_needed")
    full = at.read(*WIDE, "Zweckverband;5")
    assert full.ok
    assert "intake.rows_left" in codes(full)


def test_a_share_is_never_taken_for_a_count(at):
    head = "Wohnplatz;Haushalte;Haushalte in %;Haushalte je km²"
    result = at.read(head, *(f"{name};{n + 1};{n},5;7" for n, name in enumerate(AREAS.values())))
    assert result.ok
    assert list(values(result.observations).values()) == [1, 2, 3]
    only = at.propose(
        "Haushalte (in Prozent);", "Wohnplatz;Haushalte", "Altstadt;12", "Am Bach;13", "Neustadt;5"
    )
    assert not only.sure
    assert only.tables[0].columns[0].reason == "Anteil, keine Anzahl (%)"


def test_a_part_is_never_taken_for_the_whole(at):
    rows = ("Altstadt;12", "Am Bach;13", "Neustadt;5")
    assert at.read("Haushalte mit Balkon 2025;", "Wohnplatz;insgesamt", *rows).needs_guide
    assert at.read("Einwohner 2025: Frauen;", "Wohnplatz;mit Migrationshintergrund", *rows).needs_guide
    part = at.propose("Wohnplatz;Einwohner", ";zugezogen", *rows)
    assert not part.sure
    assert "vielleicht nur ein Teil" in part.tables[0].columns[0].reason


def test_two_headings_that_are_one_name_are_joined(at):
    head = ("Wohnplatz;Haushalte 2025;", ";insgesamt;mit Kindern")
    result = at.read(*head, "Altstadt;12;3", "Am Bach;13;4", "Neustadt;5;1")
    assert {o.variable for o in result.observations} == {"haushalte", "mit_kindern"}


def test_units_are_converted_and_odd_ones_are_in_doubt(at):
    rows = ("Altstadt;150,5", "Am Bach;1375", "Neustadt;75")
    result = at.read("Wohnplatz;Fläche in ha", *rows)
    assert [o.value for o in result.observations] == [1.505, 13.75, 0.75]
    assert at.read("Wohnplatz;Fläche in EUR", *rows).needs_guide


def test_age_groups_are_known_by_their_limits(at):
    head = ("Einwohnerinnen und Einwohner am 31.12.2025;;;", "Wohnplatz;unter 3;3-5 Jahre;85 und mehr")
    result = at.read(*head, "Altstadt;1;2;3", "Am Bach;1;2;3", "Neustadt;1;2;3")
    assert result.ok
    assert {(o.breakdown or {})["alter"] for o in result.observations} == {"0-2", "3-5", "85+"}
    assert [age_limits(t) for t in ("65 jährige und ältere", "ab 80", "20 jahre", "im wald")] == [
        (65, None), (80, None), (20, 20), None,
    ]  # fmt: skip


def test_a_long_table_with_variables_in_its_rows_is_read(at):
    lines = [
        f"{key};{label};{n}" for key in AREAS for n, label in ((7, "Haushalte"), (2, "Haushalte mit Kindern"))
    ]
    result = at.read("Schlüssel;Merkmal;Wert 2025", *lines)
    assert result.ok
    assert values(result.observations)["mit_kindern", "05378004", ""] == 2


def test_the_variable_of_a_long_table_is_proposed_and_asked_for(at):
    lines = (
        "Wohnplatz;Geschlecht;Jahr;Anzahl",
        "Altstadt;m;2025;5",
        "Altstadt;w;2025;6",
        "Am Bach;insgesamt;2025;7",
    )
    proposal = at.propose(*lines)
    assert not proposal.sure
    assert proposal.tables[0].columns[0].target.variable == "einwohner"
    result = at.read(*lines, guide=proposal.guide)
    assert not result.needs_guide
    assert values(result.observations) == {
        ("einwohner", "05378004", "geschlecht=m"): 5, ("einwohner", "05378004", "geschlecht=w"): 6,
        ("einwohner", "05378008", ""): 7,
    }  # fmt: skip


def test_signs_keep_their_states_and_empty_cells_are_errors(at):
    result = at.read("Wohnplatz;Haushalte 2025;Fläche 2025", "Altstadt;.;1", "Am Bach;*;2", "Neustadt;-;")
    assert {(o.value, o.state) for o in result.observations if o.variable == "haushalte"} == {
        (None, CellState.UNKNOWN), (None, CellState.PROTECTED), (0.0, CellState.VALUE),
    }  # fmt: skip
    missing = next(f for f in result.findings if f.code == "intake.missing_value")
    assert (missing.row, missing.column, missing.area) == (4, "C", "05378012")
    assert not result.ok


def test_only_the_date_asked_for_is_read_and_the_others_are_named(at):
    result = at.read("Wohnplatz;Haushalte 2024;Haushalte 2025", "Altstadt;1;2", "Am Bach;3;4", "Neustadt;5;6")
    assert [o.value for o in result.observations] == [2, 4, 6]
    assert "intake.other_days" in codes(result)
    late = at.read("Wohnplatz;Haushalte 31.12.2024", "Altstadt;1", "Am Bach;3", "Neustadt;5")
    assert "intake.no_due_day" in codes(late)
    assert not late.ok


def test_a_date_that_nobody_wrote_is_assumed_aloud(at):
    lines = ("Wohnplatz;Haushalte", "Altstadt;1", "Am Bach;3", "Neustadt;5")
    warning = next(f for f in at.read(*lines).findings if f.code == "intake.day_assumed")
    assert warning.severity == "warning"
    assert at.propose(*lines).assumptions


def test_what_means_nothing_here_asks_for_a_guide_and_what_is_no_table_says_so(at):
    unknown = at.read("Wohnplatz;Hunde", "Altstadt;1", "Am Bach;3", "Neustadt;5")
    assert unknown.needs_guide
    assert "Keine Überschrift gleicht einem Merkmal" in unknown.findings[0].message
    assert codes(at.read("nur ein Satz", "und noch einer")) == {"intake.no_header"}


def test_a_file_that_does_not_open_is_a_doubt_of_the_proposal(asked, words):
    proposal = propose(b"%PDF-1.4", "a.xlsx", asked, words)
    assert not proposal.sure
    assert "PDF" in proposal.doubts[0]


def test_a_hand_made_guide_reads_what_no_heading_says(at):
    lines = ("Bezirk;A1;A2", "Mitte;12;x", "Bach;13;x", "Neu;5;x")
    sheet = SheetGuide(
        area_columns=("Bezirk",), area_by="name",
        columns={"A1": Target("haushalte", day=END), "A2": Target()},
        rows={
            "Mitte": RowTarget(RowKind.AREA, "05378004"), "Bach": RowTarget(RowKind.AREA, "05378008"),
            "Neu": RowTarget(RowKind.AREA, "05378012"),
        },
    )  # fmt: skip
    result = at.read(*lines, guide=Guide(sheets={"": sheet}))
    assert result.ok
    assert list(values(result.observations).values()) == [12, 13, 5]
    assert "intake.day_assumed" not in codes(result)


def test_a_remembered_guide_fits_though_columns_moved_and_the_year_changed(at, words):
    known = Guide(sheets={"": SheetGuide(columns={"HH": Target("haushalte", day=END)})})
    first = at.read("Wohnplatz;HH 31.12.2025", "Altstadt;1", "Am Bach;3", "Neustadt;5", guide=known)
    assert first.ok
    assert first.guide is not None
    assert first.guide.sheets[""].area_columns == ("Wohnplatz",)
    remembered = Guide.from_dict(json.loads(json.dumps(first.guide.lasting().to_dict())))
    later = Desk(Request(words.datasets["d"], date(2026, 12, 31), AREAS, "l"), words)
    result = later.read("HH 31.12.2026;Wohnplatz", "1;Altstadt", "3;Am Bach", "5;Neustadt", guide=remembered)
    assert result.ok
    assert list(values(result.observations).values()) == [1, 3, 5]


def test_a_remembered_guide_that_no_longer_fits_says_so(at):
    known = Guide(sheets={"": SheetGuide(columns={"HH": Target("haushalte")})})
    proposal = at.propose("Wohnplatz;Bestand 2025", "Altstadt;1", "Am Bach;3", "Neustadt;5", guide=known)
    assert not proposal.sure
    more = at.propose("Wohnplatz;HH 2025;Neues", "Altstadt;1;2", "Am Bach;3;4", "Neustadt;5;6", guide=known)
    assert not more.sure
    assert [c.reason for c in more.tables[0].columns] == [
        "wie in der gemerkten Zuordnung", "Überschrift steht nicht in der gemerkten Zuordnung",
    ]  # fmt: skip
    gone = at.propose("Wohnplatz;Haushalte 2025", "Altstadt;1", "Am Bach;3", "Neustadt;5", guide=known)
    assert "Die Spalte „HH“ der gemerkten Zuordnung fehlt in dieser Datei." in gone.tables[0].doubts


def test_key_and_name_that_contradict_each_other_are_in_doubt(at):
    result = at.read(
        "AGS;Name;Haushalte 2025", "05378004;Am Bach;1", "05378008;Altstadt;2", "05378012;Neustadt;3"
    )
    assert result.needs_guide


def test_of_two_rows_of_one_name_the_larger_is_the_coarser_area(words):
    request = Request(
        words.datasets["d"], END, {"1": "Harburg", "2": "Wilstorf"}, "l", coarser_areas={"B": "Harburg"}
    )
    result = Desk(request, words).read("Stadtteil;Haushalte 2025", "Harburg;5", "Wilstorf;6", "Harburg;11")
    assert values(result.observations)["haushalte", "1", ""] == 5
    assert values(result.totals) == {("haushalte", "B", ""): 11}


def test_the_same_area_twice_is_an_error(at):
    result = at.read("AGS;Haushalte 2025", "05378004;1", "05378004;2", "05378008;3", "05378012;4")
    assert "intake.duplicate_cell" in codes(result)


def test_two_tables_of_one_sheet_are_read_with_their_own_titles(asked, words):
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = workbook.add_worksheet("Blatt")
    for start, title in (
        (0, "Tabelle 1: Haushalte am 31.12.2025"),
        (6, "Tabelle 2: Haushalte mit Kindern 2025"),
    ):
        sheet.write(start, 0, title)
        sheet.write_row(start + 1, 0, ["Wohnplatz", "insgesamt"])
        for n, name in enumerate(AREAS.values()):
            sheet.write_row(start + 2 + n, 0, [name, 10 * start + n])
    workbook.close()
    result = read_delivery(out.getvalue(), "a.xlsx", asked, words)
    assert result.ok
    assert {o.variable for o in result.observations} == {"haushalte", "mit_kindern"}
    assert result.guide is not None
    assert set(result.guide.sheets) == {"Blatt", "Blatt #2"}


_targets = st.builds(
    Target, st.text(max_size=5), st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
    st.none() | st.dates(), st.floats(0.001, 1000),
)  # fmt: skip
_spans = st.none() | st.tuples(st.integers(1, 99), st.integers(1, 99))
_sheets = st.builds(
    SheetGuide, st.booleans(), _spans, _spans, st.lists(st.text(max_size=4), max_size=2).map(tuple),
    st.sampled_from(["key", "name"]), st.text(max_size=4),
    st.dictionaries(st.text(max_size=4), _targets, max_size=2),
    st.dictionaries(
        st.text(max_size=4), st.builds(RowTarget, st.sampled_from(RowKind), st.text(max_size=4)), max_size=2
    ),
    st.dictionaries(st.text(max_size=4), _targets, max_size=2), _targets, st.sampled_from(["", ",", "."]),
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=4), _sheets, max_size=2))
def test_a_guide_comes_back_from_its_json(sheets):
    guide = Guide("tabelle", sheets)
    assert Guide.from_dict(json.loads(json.dumps(guide.to_dict()))) == guide


@pytest.mark.parametrize(
    "broken", [{"sheets": {"a": {"rows": {"x": {}}}}}, {"sheets": 5}, {"sheets": {"a": 3}}]
)
def test_what_is_no_guide_is_refused_with_a_sentence(broken):
    with pytest.raises(WohnplatzError, match="Leseanleitung"):
        Guide.from_dict(broken)
