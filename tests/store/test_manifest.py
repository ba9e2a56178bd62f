"""Releases as manifests, and the way back to the partner's cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from wohnplatz.model import CellState, Observation
from wohnplatz.store import (
    DivisionRef,
    Entry,
    Manifest,
    ObjectStore,
    StoreError,
    origins,
    write_observations,
)

DAY = date(2025, 12, 31)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def manifest(*entries: Entry, results: dict[str, str] | None = None) -> Manifest:
    divisions = (DivisionRef("wohnplaetze-2016", "wohnplatz", "d" * 64),)
    return Manifest(
        "Datenstand 2026 – März", NOON, "Kreis Ahrtal", entries, divisions, "c" * 64, "f" * 64, "0.1.0",
        results or {},
    )  # fmt: skip


def entry(observations: str, number: int = 1) -> Entry:
    return Entry(
        f"2026-{number}", "overath", "Stadt Overath", "bevoelkerung", DAY, observations, "a" * 64,
        "Lieferung März.xlsx", NOON, NOON,
    )  # fmt: skip


def test_a_manifest_comes_back_equal_from_the_store(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    made = manifest(entry("e" * 64), results={"figures": "b" * 64})
    assert Manifest.load(store, made.save(store)) == made


def test_equal_manifests_have_equal_bytes_whatever_the_order_of_their_results() -> None:
    one = manifest(results={"a": "1", "b": "2"})
    other = manifest(results={"b": "2", "a": "1"})
    assert one.to_json() == other.to_json()
    assert "März".encode() in one.to_json()


def test_every_change_gives_another_release(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    first = manifest(entry("e" * 64))
    assert first.save(store) != replace(first, program="0.1.1").save(store)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"format":99}', b'{"format":1,"label":"x"}', b"\xff"])
def test_what_is_no_manifest_is_told(data: bytes) -> None:
    with pytest.raises(StoreError, match="nicht lesbar"):
        Manifest.from_json(data)


def test_a_figure_leads_back_to_delivery_sheet_and_row(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    old = write_observations(store, [Observation("einwohner", "0101", DAY, 7.0, sheet="Daten", row=2)], [])
    new = write_observations(
        store,
        [
            Observation("einwohner", "0102", DAY, 9.0, sheet="Daten", row=9),
            Observation(
                "einwohner", "0101", DAY, None, CellState.PROTECTED,
                {"geschlecht": "w", "alter": "0-2"}, "Daten", 3, "F",
            ),
            Observation("einwohner", "0101", date(2020, 12, 31), 5.0),
            Observation("geburten", "0101", DAY, 5.0),
        ],
        ["geschlecht", "alter"],
    )  # fmt: skip
    made = manifest(entry(new, 2), entry(old, 1))
    found = origins(store, made, variables={"einwohner"}, areas={"0101"}, years={2025})
    assert [(o.delivery, o.sheet, o.row, o.breakdown, o.value, o.state) for o in found] == [
        ("2026-2", "Daten", 3, "alter=0-2;geschlecht=w", None, CellState.PROTECTED),
        ("2026-1", "Daten", 2, "", 7.0, CellState.VALUE),
    ]
    assert found[0].original_name == "Lieferung März.xlsx"
    assert origins(store, made, variables=(), areas={"0101"}, years={2025}) == []


def test_a_delivery_whose_file_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="fehlt"):
        origins(ObjectStore(tmp_path), manifest(entry("e" * 64)), variables={"x"}, areas={"y"}, years={1})
