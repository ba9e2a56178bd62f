"""Names of a report's files."""

from __future__ import annotations

import pytest

from wohnplatz.report import Report, file_name


def named(title: str, subtitle: str = "", year: int = 2026) -> Report:
    return Report("r", title, "k", year, (), subtitle)


@pytest.mark.parametrize(
    ("title", "subtitle", "name"),
    [
        ("Sozialbericht 2026", "Landkreis Höxter", "sozialbericht-landkreis-hoexter-2026.pdf"),
        ("Groß-Gerau", "Profil 2026", "gross-gerau-profil-2026.pdf"),
        ("Budyšin: 2025 und 2026", "", "budysin-2025-und-2026.pdf"),
        ("../../etc/passwd", "", "etc-passwd-2026.pdf"),
        ("2026", "", "bericht-2026.pdf"),
        ("Ü" * 200, "", "ue" * 37 + "u-2026.pdf"),
    ],
)
def test_a_name_says_title_subtitle_and_year_in_ascii(title: str, subtitle: str, name: str) -> None:
    assert file_name(named(title, subtitle), "pdf") == name


def test_a_long_name_ends_with_a_whole_word_and_the_year() -> None:
    name = file_name(named("Kinder, Jugendliche und Familien " * 5), "html", draft=True)
    assert name.endswith("-und-2026-entwurf.html") or name.endswith("-familien-2026-entwurf.html")
    assert len(name) <= 85


def test_files_of_figures_say_so() -> None:
    assert file_name(named("Sozialbericht"), "csv-metadata.json") == (
        "sozialbericht-2026-zahlen.csv-metadata.json"
    )
