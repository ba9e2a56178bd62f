from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.charts.axis import axis
from wohnplatz.charts.lines import spread
from wohnplatz.charts.svg import escape, label, num, shorten, tag, text_width, wrap


@given(st.text())
def test_any_text_comes_back_unchanged_from_content_and_attribute(text):
    element = ElementTree.fromstring(tag("a", escape(text), title=text))
    known = "".join(c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff"))
    known = known.replace("\ufffe", "").replace("\uffff", "")
    assert (element.text or "") == known
    assert element.get("title") == known.replace("\t", " ").replace("\n", " ")


def test_numbers_are_short_and_never_minus_zero():
    assert [num(v) for v in (12.0, 12.04, 12.06, -0.04, -3.5)] == ["12", "12", "12.1", "0", "-3.5"]


def test_only_presentation_attributes_are_written():
    assert "style" not in label(1, 2, "Wort", bold=True, halo=True, anchor="end")


def test_lines_of_text_fit_their_room_and_lose_no_word():
    text = "Anteil der Personen in Bedarfsgemeinschaften an allen Personen"
    lines = wrap(text, 160)
    assert " ".join(lines) == text
    assert all(text_width(part) <= 160 or " " not in part for part in lines)
    short = shorten(text, 100)
    assert short.endswith("…")
    assert text_width(short) <= 100


finite = st.floats(-1e7, 1e7, allow_nan=False).map(lambda v: round(v, 3))


@given(st.lists(finite, min_size=1, max_size=12), st.booleans())
def test_an_axis_holds_all_its_values_between_its_ends(values, zero):
    found = axis(values, 10, 210, zero=zero)
    assert 2 <= len(found.ticks) <= 14
    assert all(9.99 <= found.at(v) <= 210.01 for v in values)
    assert found.ticks[0] < found.ticks[-1]
    assert len({found.words(t) for t in found.ticks}) == len(found.ticks)


@pytest.mark.parametrize(("values", "zero"), [([3, 9, 14], True), ([80, 82, 83], False), ([-2, 5], True)])
def test_an_axis_begins_at_zero_unless_all_values_lie_close_together(values, zero):
    assert axis([float(v) for v in values], 0, 100).from_zero is zero


blocks = st.lists(st.tuples(st.floats(0, 300), st.floats(5, 30)), min_size=1, max_size=5)


@given(blocks)
def test_labels_moved_apart_never_overlap(found):
    found = sorted(found)
    heights = [h for _, h in found]
    tops = spread([t for t, _ in found], heights, 0, 300)
    for top, height, following in zip(tops, heights, tops[1:], strict=False):
        assert top + height <= following + 1e-6
    assert tops[0] >= -1e-6
    assert tops[-1] + heights[-1] <= 300 + 1e-6
