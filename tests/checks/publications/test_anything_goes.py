"""Whatever lies in a folder: a stated result, never an exception that nobody meant."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wohnplatz.checks.publications import FILE_NAME, check_publication, read_folder, to_toml

SIGNS = ["", "*", ".", "-", "x", "/", "geheim", "< 3", "1-2", "insgesamt", "nan", "=1+1", "Σ"]
FIGURES = ["0", "1", "2", "3", "17", "1.234", "12,5", "-4", "5,0 %", "1e400", "05378", "05378004"]
PLACES = ["Adorf", "Kreis", "männlich", "2024", "31.12.2023"]
HEADS = [
    "Gebiet",
    "Name",
    "Jahr",
    "Personen",
    "Einwohner",
    "Quote in %",
    "2022",
    "2023",
    "Insgesamt",
    "Frauen",
    "",
]
words, heads = st.sampled_from([*SIGNS, *FIGURES, *PLACES]), st.sampled_from(HEADS)
numbers = st.one_of(st.integers(-3, 10**6).map(str), words)


@st.composite
def tables(draw):
    width = draw(st.integers(1, 6))
    header = draw(st.lists(heads, min_size=width, max_size=width))
    rows = draw(st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=1, max_size=12))
    return "\n".join(";".join(r) for r in [header, *rows])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(tables(), min_size=1, max_size=3))
def test_any_tables_are_checked_or_named(tmp_path, texts):
    (tmp_path / FILE_NAME).unlink(missing_ok=True)
    for i in range(3):
        (tmp_path / f"t{i}.csv").write_text(texts[i] if i < len(texts) else "", encoding="utf-8")
    guessed = check_publication(tmp_path, seconds=10)
    assert guessed.revealed <= len(guessed.found)
    json.dumps(guessed.as_dict())
    publication, proposal = read_folder(tmp_path)
    if publication.tables:
        (tmp_path / FILE_NAME).write_text(to_toml(proposal.description), encoding="utf-8")
        described = check_publication(tmp_path, seconds=10)
        assert [f.name for f in described.found] == [f.name for f in guessed.found]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("leer.csv", b""),
        ("zufall.csv", bytes(range(256)) * 8),
        ("kaputt.xlsx", b"PK\x03\x04" + b"\0" * 100),
        ("tief.geojson", b'{"features":' + b"[" * 5000),
        ("liste.json", b"[1, 2, 3]"),
        ("nichts.geojson", b'{"type": "FeatureCollection", "features": [{"properties": {"a": [1]}}]}'),
        ("bild.png", b"\x89PNG\r\n"),
        ("endlos.csv", b"Gebiet;Personen\n" + b"A;99999999999999999999999999\nB;1e308\nC;5\n" * 3),
    ],
)
def test_what_is_no_publication_is_named(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    found = check_publication(tmp_path)
    assert found.revealed == 0
    assert found.skipped or found.figures or found.notes
