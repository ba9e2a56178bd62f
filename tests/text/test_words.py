"""Lists and plurals."""

from __future__ import annotations

import pytest

from wohnplatz.text import NBSP, enumerate_words, plural, release_name


@pytest.mark.parametrize(
    ("n", "shown"), [(0, "0 Gebiete"), (1, "1 Gebiet"), (2, "2 Gebiete"), (1234, "1.234 Gebiete")]
)
def test_a_noun_follows_its_count(n, shown):
    assert plural(n, "Gebiet", "Gebiete") == shown.replace(" ", NBSP)


@pytest.mark.parametrize(
    ("words", "shown"),
    [([], ""), (["a"], "a"), (["a", "b"], "a und b"), (["a", "b", "c"], "a, b und c")],
)
def test_lists_end_with_und(words, shown):
    assert enumerate_words(words) == shown


def test_the_last_link_of_a_list_can_be_chosen():
    assert enumerate_words(["a", "b", "c"], last="oder") == "a, b oder c"


def test_a_release_is_called_datenstand_once() -> None:
    assert release_name("2025-1") == "Datenstand 2025-1"
    assert release_name("Datenstand 2025, zweite Fassung") == "Datenstand 2025, zweite Fassung"
