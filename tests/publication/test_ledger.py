"""The ledger: a chain in which every change is noticed."""

import pytest

from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.publication.ledger import KNOWS, LedgerEntry, Line, entries, known_to
from wohnplatz.store import Kind, ObjectStore

A, B = ("sgb2", 2024), ("sgb2", 2025)


@pytest.fixture
def store(tmp_path):
    return ObjectStore(tmp_path)


def written(store, *releases):
    head = ""
    for label, lines in releases:
        head = LedgerEntry(head, label, "2026-01-01T00:00:00+00:00", lines).save(store)
    return head


def test_entries_come_back_oldest_first(store):
    head = written(store, ("1", {}), ("2", {Audience.PUBLIC: (Line("ab", (A,)),)}))
    assert [e.release for e in entries(store, head)] == ["1", "2"]
    assert entries(store, "") == []


def test_a_changed_entry_is_noticed(store):
    head = written(store, ("1", {}), ("2", {}))
    first = entries(store, head)[1].previous
    path = store.path(Kind.LEDGER, first)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b'"1"', b'"9"'))
    with pytest.raises(WohnplatzError) as found:
        entries(store, head)
    assert found.value.code == "publication.ledger"


def test_a_removed_entry_is_noticed(store):
    head = written(store, ("1", {}), ("2", {}))
    store.path(Kind.LEDGER, entries(store, head)[1].previous).unlink()
    with pytest.raises(WohnplatzError, match="Buch der veröffentlichten Angaben"):
        entries(store, head)


def test_whoever_sees_more_knows_what_the_others_saw(store):
    lines = {Audience.PUBLIC: (Line("p1", (A,)),), Audience.PLANNING: (Line("l1", (A, B)),)}
    history = entries(store, written(store, ("1", lines)))
    assert known_to(history, KNOWS[Audience.PUBLIC]).touching([A, B]) == ("p1",)
    planning = known_to(history, KNOWS[Audience.PLANNING])
    assert set(planning.touching([A])) == {"p1", "l1"}
    assert planning.ties == (frozenset({A, B}),)
