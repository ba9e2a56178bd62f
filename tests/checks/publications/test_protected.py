"""What our own protection publishes withstands the auditor for everybody; one slip and it does not."""

from __future__ import annotations

import re

import numpy as np
import pytest

from wohnplatz.checks.publications import FILE_NAME, Kind, check_publication
from wohnplatz.disclosure import Level, Rule, requirements
from wohnplatz.disclosure.rounding import round_table
from wohnplatz.disclosure.suppress import protect
from wohnplatz.disclosure.tables import Dimension, cube

AREAS = [f"Gebiet {i}" for i in range(6)]
TOWN = {a: f"Kommune {'AB'[i // 3]}" for i, a in enumerate(AREAS)}
SEXES, AGES = ("männlich", "weiblich"), ("jung", "mittel", "alt")
DESCRIPTION = """
[[tabelle]]
datei = "sgb2.csv"
zeilen = { "Gebiet" = "Gebiet", "Geschlecht" = "Geschlecht", "Alter" = "Alter" }
[tabelle.spalten]
"Personen" = { anzahl = "Personen" }
"Einwohner" = { anzahl = "Einwohner" }
"Quote" = { quote = "Personen", je = "Einwohner", stellen = 1 }
[gliederung.Gebiet]
gesamt = ["Gebiet insgesamt"]
[gliederung.Gebiet.summen]
"Gebiet insgesamt" = ["Kommune A", "Kommune B"]
"Kommune A" = ["Gebiet 0", "Gebiet 1", "Gebiet 2"]
"Kommune B" = ["Gebiet 3", "Gebiet 4", "Gebiet 5"]
[gliederung.Geschlecht]
gesamt = ["Geschlecht insgesamt"]
[gliederung.Alter]
gesamt = ["Alter insgesamt"]
"""


@pytest.fixture(scope="module")
def district():
    """A table with all its sums, protected; names of the cells are ``area, sex, age``."""
    rows = [(a, s, g) for a in AREAS for s in SEXES for g in AGES]
    counts = np.random.default_rng(3).poisson(4.0, len(rows))
    area, sex, age = (np.array(c) for c in zip(*rows, strict=True))
    dimensions = [
        Dimension("Gebiet", (area, np.array([TOWN[a] for a in area]))),
        Dimension("Geschlecht", (sex,)),
        Dimension("Alter", (age,)),
    ]
    atoms, cells = cube(counts, dimensions)
    rule = Rule("Personen", 3, level=Level.NOT_COMPUTABLE)
    asked = requirements(atoms, cells.matrix, [rule] * len(cells), cells.name)
    pattern = protect(atoms, cells, asked.needs, zeros_visible=True, time_limit=60)
    assert pattern.status == "safe"
    return atoms, cells, pattern.hidden


@pytest.fixture
def audited(tmp_path):
    def check(cells, shown, rates=()):
        lines = ["Gebiet;Geschlecht;Alter;Personen;Einwohner;Quote"]
        for i, text in enumerate(shown):
            people, rate = (90 + i, f"{rates[i]:.1f}".replace(".", ",")) if i in rates else (90 + i, "")
            lines.append(f"{cells.name(i).replace(', ', ';')};{text};{people if rates else ''};{rate}")
        (tmp_path / "sgb2.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (tmp_path / FILE_NAME).write_text(DESCRIPTION, encoding="utf-8")
        return check_publication(tmp_path)

    return check


def known_as(cells, i):
    """What the auditor calls a cell: areas first, no totals."""
    area, sex, age = cells.name(i).split(", ")
    return ", ".join(["Personen", *(w for w in (area, age, sex) if "insgesamt" not in w)])


def printed(values, hidden):
    return ["*" if h else str(v) for v, h in zip(values.tolist(), hidden.tolist(), strict=True)]


def test_a_protected_table_withstands(district, audited):
    atoms, cells, hidden = district
    found = audited(cells, printed(cells.matrix @ atoms.values, hidden))
    assert found.revealed == 0, found.found
    assert found.hidden == hidden.sum()
    assert not found.notes
    assert not found.count(Kind.CONTRADICTION)


def test_without_secondary_suppression_the_same_table_gives_small_counts_away(district, audited):
    atoms, cells, _ = district
    values = cells.matrix @ atoms.values
    found = audited(cells, printed(values, (values > 0) & (values < 3)))
    assert found.count(Kind.EXACT) > 0
    true = {known_as(cells, i): str(v) for i, v in enumerate(values.tolist())}
    assert all(true[f.name] == f.value for f in found.found if f.kind is Kind.EXACT)
    sums = [step for f in found.found for step in f.steps if "diese Zahl" not in step]
    assert sums
    for step in sums:
        left, right = re.sub(r"»[^«]*«|\([^)]*\)", "", step).replace(".", "").rsplit(" = ", 1)
        terms = re.findall(r"(−?) ?(\d+)", left.removeprefix("Denn "))
        assert sum(-int(n) if sign else int(n) for sign, n in terms) == int(right), step


def test_a_hidden_count_that_is_opened_is_found(district, audited):
    atoms, cells, hidden = district
    values = cells.matrix @ atoms.values
    first = int(np.flatnonzero(hidden & (values < 3))[0])
    opened = hidden.copy()
    opened[first] = False
    found = audited(cells, printed(values, opened))
    assert {f.name for f in found.found if f.kind is Kind.PRINTED} == {known_as(cells, first)}


def test_one_rate_too_many_is_found(district, audited):
    atoms, cells, hidden = district
    values = cells.matrix @ atoms.values
    first = int(np.flatnonzero(hidden & (values < 3))[0])
    found = audited(cells, printed(values, hidden), {first: 100 * values[first] / (90 + first)})
    assert known_as(cells, first) in {f.name for f in found.found if f.kind is Kind.EXACT}


def test_one_printed_figure_that_is_changed_is_a_contradiction(district, audited):
    atoms, cells, hidden = district
    values = cells.matrix @ atoms.values
    last = int(np.flatnonzero(~hidden)[-1])
    changed = values.copy()
    changed[last] += 1
    assert audited(cells, printed(changed, hidden)).count(Kind.CONTRADICTION)


def test_a_rounded_table_withstands_as_well(district, audited):
    atoms, cells, _ = district
    rounded = round_table(atoms, cells.matrix)
    found = audited(cells, [str(v) for v in rounded.figures])
    assert found.revealed == 0
    assert not found.notes
    assert not found.count(Kind.CONTRADICTION)
