from __future__ import annotations

import itertools

import numpy as np
import pytest

from wohnplatz.disclosure import load_rules, release
from wohnplatz.model import Audience, FigureMeta, FigureTable, Polarity, ReleaseContext

COLUMNS = {
    "level": "wohnplatz",
    "area": "A",
    "year": 2024,
    "breakdown": "",
    "state": 0,
    "numerator": np.nan,
    "denominator": np.nan,
    "covered": 1,
    "expected": 1,
    "share": 1.0,
    "reason": "",
    "error": np.nan,
}
KINDS = dict.fromkeys(("value", "numerator", "denominator", "share", "error"), np.float64)
KINDS |= {"state": np.uint8, "year": np.int32, "covered": np.int32, "expected": np.int32}


def make_table(*rows) -> FigureTable:
    """A figure table from dicts; what a row does not name is the plain default."""
    full = [COLUMNS | row for row in rows]
    return FigureTable(
        **{
            name: np.array([r[name] for r in full], dtype=KINDS.get(name, np.str_))
            for name in FigureTable.COLUMNS
        }
    )


def make_rate(indicator, numerator, denominator, **more) -> dict:
    """A row of a rate in per cent."""
    return {
        "indicator": indicator,
        "value": 100 * numerator / denominator,
        "numerator": numerator,
        "denominator": denominator,
        **more,
    }


def make_meta(code) -> FigureMeta:
    return FigureMeta(code, code, "%", 1, Polarity.BURDEN)


def make_context(audience=Audience.PUBLIC) -> ReleaseContext:
    return ReleaseContext("Musterkreis", "2024", "0" * 64, "2024-12-31", audience, "")


def make_release(*rows, audience=Audience.PUBLIC, protection=None, **more):
    """What comes through the door; every indicator counts persons with social benefits unless told."""
    table = make_table(*rows)
    codes = {str(i) for i in table.indicator}
    usual = dict.fromkeys(codes, "persons_social")
    settings = {
        "meta": {c: make_meta(c) for c in codes},
        "rules": load_rules(),
        "protection": protection if protection == {} else usual | (protection or {}),
        "context": make_context(audience),
    }
    return release(table, **(settings | more))


@pytest.fixture(scope="session")
def let_out():
    return make_release


@pytest.fixture(scope="session")
def rate():
    return make_rate


@pytest.fixture(scope="session")
def sealed():
    """A small released table of two figures, one of them protected."""
    return make_release(make_rate("sgb2", 50, 500), make_rate("sgb2", 1, 500, area="B"))


def every_table(atoms, facts, largest: int):
    """All tables with atoms up to ``largest`` that agree with bounds and facts, as tuples."""
    rows = facts.matrix.toarray().tolist()
    limits = list(zip(facts.low.tolist(), facts.high.tolist(), strict=True))
    spans = [range(int(a), min(int(b), largest) + 1) for a, b in zip(atoms.lower, atoms.upper, strict=True)]
    for table in itertools.product(*spans):
        sums = (sum(a * x for a, x in zip(row, table, strict=True)) for row in rows)
        if all(low <= s <= high for s, (low, high) in zip(sums, limits, strict=True)):
            yield table


def possible_sums(atoms, facts, needs, largest: int) -> list[set[int]]:
    """For each need all sums that some table gives."""
    rows = needs.matrix.toarray().tolist()
    found = [set() for _ in rows]
    for table in every_table(atoms, facts, largest):
        for sums, row in zip(found, rows, strict=True):
            sums.add(sum(a * x for a, x in zip(row, table, strict=True)))
    return found


@pytest.fixture(scope="session")
def enumerate_sums():
    """The attacker by enumeration: tries every table of whole numbers; shares no code with the audit."""
    return possible_sums
