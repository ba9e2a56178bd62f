"""A picture must not depend on what is protected: neither as a number, nor as a length, limit or colour."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz import charts, text
from wohnplatz.model import CellState, ClassMethod
from wohnplatz.monitoring import classify

secret = st.tuples(st.integers(1, 2), st.integers(30_011, 99_991))
tables = st.lists(st.one_of(st.none(), st.tuples(secret, secret)), min_size=4, max_size=10)
NAMES = {"A0": "Musterdorf", "A1": "Musterfeld"}


def rows(make, cells, which):
    """None is a visible area; a pair of secrets is a protected one, of which one is taken."""
    for i, cell in enumerate(cells):
        count, whole = (40 + 7 * i, 600) if cell is None else cell[which]
        for year in (2023, 2024):
            yield make.rate(f"A{i}", count, whole, year=year)
        yield make.plain(f"A{i}", float(count), indicator="einwohner", breakdown="alter=0-9;geschlecht=m")
        yield make.plain(f"A{i}", float(500 + i), indicator="einwohner", breakdown="alter=10-99;geschlecht=w")


def pictures(make, table, n):
    areas = [(f"A{i}", NAMES.get(f"A{i}", f"A{i}")) for i in range(n)]
    common = {"indicator": "quote", "title": "Titel", "subtitle": "in %", "standalone": True}
    year, names = {"year": 2024}, {"names": NAMES}
    visible = [f.value for f in table if f.indicator == "quote" and f.value is not None]
    classes = classify(visible, ClassMethod.QUANTILES, 3)
    return [
        charts.map_svg(table, make.grid([k for k, _ in areas]), classes, **common, **year, **names),
        charts.line_svg(table, areas=areas[:3], **common),
        charts.strip_svg(table, area="A0", **common, **year, **names),
        charts.bars_svg(table, areas=areas, compare=areas[1], **common, **year),
        charts.pyramid_svg(table, area="A0", compare="A1", title="T", subtitle="", **year, **names),
        str(charts.legend(table, classes, indicator="quote", year=2024)),
    ]


def test_pictures_are_the_same_whatever_the_protected_numbers_are(make):
    @settings(max_examples=25, deadline=None)
    @given(tables)
    def holds(cells):
        one, other = (make.released(*rows(make, cells, which)) for which in (0, 1))
        assert pictures(make, one, len(cells)) == pictures(make, other, len(cells))

    holds()


def test_no_protected_number_stands_in_any_picture(make):
    @settings(max_examples=25, deadline=None)
    @given(tables)
    def holds(cells):
        table = make.released(*rows(make, cells, 0))
        hidden = [cell[0] for cell in cells if cell is not None]
        protected = [f for f in table if f.indicator == "quote" and f.state is CellState.PROTECTED]
        assert len(protected) == 2 * len(hidden)
        drawn = " ".join(pictures(make, table, len(cells)))
        for count, whole in hidden:
            for shown in (str(whole), text.number(whole), f"({count} von", repr(100 * count / whole)):
                assert not re.search(rf"(?<![\d.]){re.escape(shown)}", drawn), shown

    holds()
