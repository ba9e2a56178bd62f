"""A safe publication with one thing wrong: the audit finds each."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
import scipy.sparse as sp

from wohnplatz.disclosure.audit import Verdict, audit
from wohnplatz.disclosure.facts import join, printed_ratios, published
from wohnplatz.disclosure.proof import check_proof
from wohnplatz.disclosure.requirements import requirements
from wohnplatz.disclosure.rules import Level, Rule
from wohnplatz.disclosure.suppress import protect
from wohnplatz.disclosure.tables import Dimension, cube

AREAS = 6


@pytest.fixture(scope="module")
def publication():
    """Six areas in two towns by sex and age, protected; everything an audit needs."""
    place = np.indices((AREAS, 2, 3)).reshape(3, -1)
    counts = np.random.default_rng(7).poisson(4, place.shape[1])
    area = np.array([f"G{i}" for i in range(AREAS)])[place[0]]
    town = np.array(["Nord", "Süd"])[place[0] % 2]
    sex, age = np.array(["m", "w"])[place[1]], np.array(["jung", "mittel", "alt"])[place[2]]
    dimensions = [
        Dimension("Gebiete", (area, town)),
        Dimension("Personen", (sex,)),
        Dimension("Alter", (age,)),
    ]
    atoms, cells = cube(counts, dimensions)
    rule = Rule("Personen", minimum_count=3, level=Level.NOT_COMPUTABLE)
    needs = requirements(atoms, cells.matrix, [rule] * len(cells), cells.name).needs
    hidden = protect(atoms, cells, needs, zeros_visible=True, time_limit=10, seed=1).hidden
    return atoms, cells, needs, hidden


def test_the_publication_is_safe_and_hides_more_than_the_small_counts(publication):
    atoms, cells, needs, hidden = publication
    facts = published(cells, atoms, hidden)
    report = audit(atoms, facts, needs)
    assert report.ok
    assert check_proof(report.proof, atoms, facts, needs)
    assert hidden.sum() > cells.sensitive.sum() > 0
    assert not audit(atoms, published(cells, atoms, cells.sensitive), needs).ok


def test_every_sensitive_count_that_is_opened_is_found(publication):
    atoms, cells, needs, hidden = publication
    for i, cell in enumerate(np.flatnonzero(cells.sensitive).tolist()):
        opened = hidden.copy()
        opened[cell] = False
        failures = {f.need: f for f in audit(atoms, published(cells, atoms, opened), needs).failures}
        assert failures[i].exact
        assert failures[i].verdict is Verdict.LEAK


def test_opened_secondary_cells_are_found_where_enclosing_everything_exactly_finds_them(publication):
    """The fast way and the slow one (exact limits of each sum) agree on every single cell that is opened."""
    atoms, cells, needs, hidden = publication
    leaking = 0
    for cell in np.flatnonzero(hidden & ~cells.sensitive).tolist():
        opened = hidden.copy()
        opened[cell] = False
        report = audit(atoms, published(cells, atoms, opened), needs, mode="exact")
        closed = np.flatnonzero(report.intervals[:, 0] == report.intervals[:, 1])
        assert closed.tolist() == [f.need for f in report.failures]
        leaking += not report.ok
    assert leaking > 0


def test_one_changed_printed_value_is_found(publication):
    atoms, cells, needs, hidden = publication
    facts = published(cells, atoms, hidden)
    for i in np.flatnonzero(facts.low == facts.high)[::7].tolist():
        step = (np.arange(len(facts)) == i).astype(np.int64)
        report = audit(atoms, replace(facts, low=facts.low + step, high=facts.high + step), needs)
        assert not report.ok
        assert report.contradictions == (i,)


def test_one_rate_too_many_is_found(publication):
    atoms, cells, needs, hidden = publication
    cell = int(np.flatnonzero(cells.sensitive)[0])
    row = sp.csr_array(cells.matrix[[cell]])
    count = int((row @ atoms.values)[0])
    shown = (Decimal(100 * count) / 40).quantize(Decimal("0.1"))
    rate = printed_ratios(row, row, [shown], str, known=np.array([40]))
    report = audit(atoms, join(published(cells, atoms, hidden), rate), needs)
    assert (report.failures[0].need, report.failures[0].low, report.failures[0].high) == (0, count, count)
