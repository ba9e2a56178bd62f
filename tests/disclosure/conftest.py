from __future__ import annotations

import itertools

import numpy as np
import pytest

from wohnplatz.disclosure import load_rules, release
from wohnplatz.disclosure.clearance import _PROVEN, Clearance
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


def make_clearance(count, closed=()) -> Clearance:
    """As if a proof had opened every row but the ``closed`` ones: what the rules hide stays hidden."""
    opened = np.ones(count, dtype=np.bool_)
    opened[list(closed)] = False
    return Clearance(opened, np.ones(count, dtype=np.bool_), _PROVEN)


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
        "clearance": make_clearance(len(table)),
    }
    return release(table, **(settings | more))


@pytest.fixture(scope="session")
def let_out():
    return make_release


@pytest.fixture(scope="session")
def cleared():
    return make_clearance


@pytest.fixture(scope="session")
def rate():
    return make_rate


@pytest.fixture(scope="session")
def sealed():
    """A small released table of two figures, one of them protected."""
    return make_release(make_rate("sgb2", 50, 500), make_rate("sgb2", 1, 500, area="B"))


def compositions(total: int, parts: int):
    """Every way to write ``total`` as an ordered sum of ``parts`` counts."""
    for bars in itertools.combinations(range(total + parts - 1), parts - 1):
        ends = [-1, *bars, total + parts - 1]
        yield tuple(b - a - 1 for a, b in itertools.pairwise(ends))


def possible_sums(atoms, facts, needs) -> list[set[int]]:
    """For each need all sums that some table gives; the total of all atoms must be public."""
    told = list(zip(facts.matrix.toarray().tolist(), facts.low.tolist(), facts.high.tolist(), strict=True))
    asked = needs.matrix.toarray().tolist()
    limits = list(zip(atoms.lower.tolist(), atoms.upper.tolist(), strict=True))

    def total(row, table):
        return sum(a * x for a, x in zip(row, table, strict=True))

    found = [set() for _ in asked]
    for table in compositions(int(atoms.values.sum()), len(atoms)):
        within = all(low <= x <= high for x, (low, high) in zip(table, limits, strict=True))
        if within and all(low <= total(row, table) <= high for row, low, high in told):
            for sums, row in zip(found, asked, strict=True):
                sums.add(total(row, table))
    return found


@pytest.fixture(scope="session")
def enumerate_sums():
    """The attacker by enumeration: tries every table of whole numbers; shares no code with the audit."""
    return possible_sums
