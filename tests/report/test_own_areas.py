import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pikepdf
import pytest
import shapely

from wohnplatz.areas import AreaLayer, shapes
from wohnplatz.model import ReleasedTable
from wohnplatz.report import Document, KeyFigures, OwnAreas, Paragraph, Picture, Table, own_areas_profile, pdf
from wohnplatz.report.own_areas import change, pick

Make = Callable[[list[tuple[str, str, int, float | None, float, float]]], ReleasedTable]
PARTS = (("a1", "Altdorf"), ("a2", "Bruch"), ("a3", "Casel"))


@pytest.fixture
def own(released: Make) -> OwnAreas:
    rows: list[tuple[str, str, int, float | None, float, float]] = [
        ("quote", "a1", 2025, 10.0, 40, 400), ("quote", "a2", 2025, 0.5, 2, 400),
        ("quote", "a3", 2025, 7.5, 30, 400), ("quote", "m", 2025, 6.0, 72, 1200),
        ("quote", "m", 2024, 4.5, 54, 1200), ("quote", "k", 2025, 5.0, 500, 10000),
        ("haushalte", "m", 2025, 700, 700, np.nan), ("haushalte", "m", 2024, None, 0, 0),
        ("haushalte", "a1", 2025, 200, 200, np.nan),
    ]  # fmt: skip
    return OwnAreas(
        table=released(rows), partner="Gemeinde Muster", dataset="Soziale Leistungen",
        reference_date=date(2025, 12, 31), received_on=date(2026, 3, 1), year=2025, previous=2024,
        indicators=("quote", "haushalte"), labels={"quote": "Quote", "haushalte": "Haushalte"},
        whole=("m", "Gemeinde Muster"), parts=PARTS, district=("k", "Musterkreis"),
    )  # fmt: skip


def tables(document: Document) -> list[Table]:
    return [b for b in document.blocks if isinstance(b, Table)]


def squares() -> AreaLayer:
    boxes = np.empty(3, dtype=object)
    boxes[:] = [shapely.box(n * 1000, 0, n * 1000 + 1000, 1000) for n in range(3)]
    return AreaLayer(tuple(k for k, _ in PARTS), tuple(n for _, n in PARTS), (None,) * 3, boxes, "EPSG:25832")


def test_the_page_begins_with_the_figures_of_the_whole(own: OwnAreas) -> None:
    first = own_areas_profile(own).blocks[0]
    assert isinstance(first, KeyFigures)
    assert [(i.label, i.value, i.note) for i in first.items] == [
        ("Quote, in %", "6,0", "2024: 4,5"),
        ("Haushalte", "700", "2024: nicht geliefert"),
    ]


def test_change_is_told_in_points_and_where_there_is_none_the_reason_stands(own: OwnAreas) -> None:
    rows = tables(own_areas_profile(own))[0].rows
    assert rows[0] == ("Quote, in %", "6,0", "4,5", "+1,5\u00a0Prozentpunkte", "5,0")
    assert rows[1][3] == "nicht geliefert"


def test_a_small_number_stays_protected_although_the_partner_sent_it(own: OwnAreas) -> None:
    document = own_areas_profile(own)
    row = next(r for r in tables(document)[1].rows if r[0] == "Bruch")
    assert row[1] == "geschützt"
    last = document.blocks[-1]
    assert isinstance(last, Paragraph)
    assert "Kleine Zahlen sind geschützt" in last.text


def test_a_protected_number_stands_nowhere_in_the_document(own: OwnAreas) -> None:
    drawn = replace(own, shapes=shapes(squares()))
    document = own_areas_profile(drawn)
    assert not re.search(r"\b0,5\b", repr(document.blocks))
    with pikepdf.open(io.BytesIO(pdf(document))) as file:
        assert not re.search(r"\b0,5\b", " ".join(str(o) for o in file.objects))


def test_the_map_says_in_words_what_it_shows(own: OwnAreas) -> None:
    document = own_areas_profile(replace(own, shapes=shapes(squares())))
    picture = next(b for b in document.blocks if isinstance(b, Picture))
    assert "von 7,5\u00a0% in Casel bis 10,0\u00a0% in Altdorf" in picture.alternative
    assert "1\u00a0Gebiet ohne Zahl" in picture.alternative


def test_without_two_different_figures_there_is_no_map(own: OwnAreas) -> None:
    alone = replace(own, shapes=shapes(squares()), indicators=("haushalte",))
    assert not any(isinstance(b, Picture) for b in own_areas_profile(alone).blocks)


def test_a_district_is_not_compared_with_itself(own: OwnAreas) -> None:
    document = own_areas_profile(replace(own, whole=own.district))
    assert tables(document)[0].header == ("Kennzahl", "2025", "2024", "Veränderung")


def test_the_page_says_that_the_delivery_is_not_accepted_yet(own: OwnAreas) -> None:
    last = own_areas_profile(own).blocks[-1]
    assert isinstance(last, Paragraph)
    assert "noch nicht angenommen" in last.text
    accepted = own_areas_profile(replace(own, accepted=True)).blocks[-1]
    assert isinstance(accepted, Paragraph)
    assert "noch nicht angenommen" not in accepted.text


def test_change_without_one_of_both_is_a_dash(own: OwnAreas) -> None:
    assert change(None, None, own.table.meta["quote"]) == "–"


def test_indicators_with_a_number_come_first(own: OwnAreas) -> None:
    assert pick(("haushalte", "quote", "unbekannt"), own.table, "a2", 2025) == ("quote",)
    assert pick(("haushalte", "quote"), own.table, "m", 2024) == ("quote", "haushalte")
