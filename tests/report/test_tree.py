from datetime import date

import pytest

from wohnplatz.model import WohnplatzError
from wohnplatz.report import Report, TextState, block_dict, block_from_dict, report_from_json, report_json
from wohnplatz.report.tree import (
    AreaText,
    AreaTextsBlock,
    ChapterBlock,
    MapBlock,
    Outcome,
    OutcomesBlock,
    PairBlock,
    ProfilesBlock,
    StatementBlock,
    TextBlock,
    walk,
)

TREE = Report(
    "bericht", "Sozialbericht", "05999", 2025,
    (
        ChapterBlock("a", "Rahmen", (TextBlock("b", "Text"), PairBlock("c", (MapBlock("d", "x"),), ()))),
        ProfilesBlock("e", "wohnplatz", (AreaTextsBlock("f", (AreaText("1", "t", TextState.SUGGESTED),)),)),
        StatementBlock("g", "Caritas", "Wort", date(2026, 3, 1)),
        OutcomesBlock("h", "Was daraus wurde", (Outcome("Mehr Plätze", "umgesetzt"),)),
    ),
)  # fmt: skip


def test_a_report_comes_back_from_json_as_it_went() -> None:
    assert report_from_json(report_json(TREE)) == TREE


def test_a_single_block_comes_back_as_it_went() -> None:
    for node in walk(TREE.blocks):
        assert block_from_dict(block_dict(node)) == node


def test_walking_meets_every_block_before_what_stands_in_it() -> None:
    assert [node.id for node in walk(TREE.blocks)] == list("abcdefgh")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"kind":"map"', '"kind":"globe"', "Block „c“, left 1"),
        ('"classes":5', '"classes":true', "Block „d“, classes"),
        ('"classes":5', '"klassen":5', "klassen"),
        ("2026-03-01", "2026-13-01", "Block „g“, received_on"),
        ('"id":"d"', '"id":"b"', "Block „b“"),
        ('"year":2025', '"year":"2025"', "Bericht, year"),
        ('"texts":[', '"texts":0,"x":[', "Block „f“"),
        ('"extent":"whole"', '"extent":"all"', "Block „d“, extent"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    data = report_json(TREE).decode()
    assert old in data
    with pytest.raises(WohnplatzError, match=said):
        report_from_json(data.replace(old, new, 1))


@pytest.mark.parametrize("data", ["", "[]", "{", '"x"', "{}"])
def test_what_is_no_report_is_refused(data: str) -> None:
    with pytest.raises(WohnplatzError):
        report_from_json(data)
