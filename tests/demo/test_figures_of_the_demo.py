"""The made-up figures: whole, consistent, believable."""

from __future__ import annotations

import numpy as np
import pytest

from wohnplatz.demo.figures import Figures
from wohnplatz.demo.former import former_figures
from wohnplatz.demo.places import demo_district
from wohnplatz.demo.recut import JOINED, JOINED_INTO, PARTED, PARTED_INTO, former_names

PARTS = [
    ("haushalte_alleinerziehend", "haushalte_mit_kindern"),
    ("haushalte_drei_kinder", "haushalte_mit_kindern"),
    ("sgb2_nef_u15", "sgb2_u18"),
    ("sgb2_u18", "sgb2_personen"),
    ("sgb2_bg_alleinerziehend", "haushalte_alleinerziehend"),
    ("arbeitslose_u25", "arbeitslose"),
    ("arbeitslose_langzeit", "arbeitslose"),
    ("seu_sprache", "seu_untersuchte"),
    ("seu_motorik", "seu_untersuchte"),
    ("seu_uebergewicht", "seu_untersuchte"),
    ("seu_vorsorge_vollstaendig", "seu_untersuchte"),
    ("uebergaenge_gymnasium", "uebergaenge"),
    ("schulabgaenge_ohne_abschluss", "schulabgaenge"),
    ("pflegebeduerftige_80", "pflegebeduerftige"),
    ("migrationshintergrund_u18", "migrationshintergrund"),
    ("wohngeld_haushalte", "haushalte"),
    ("angebote_warteliste", "angebote_plaetze"),
]


def value(made_up: Figures, variable: str) -> np.ndarray:
    """Totals in shape (years, areas)."""
    cells = made_up.cells[variable]
    total = next((c for c in cells if set(c) <= {"T"}), None)
    return cells[total] if total is not None else np.sum(list(cells.values()), axis=0)


def ages(made_up: Figures, low: int, up: int) -> np.ndarray:
    """Inhabitants from ``low`` to ``up`` years."""

    def lower(code: str) -> int:
        return int(code.rstrip("+").split("-")[0])

    return np.sum([v for c, v in made_up.cells["einwohner"].items() if low <= lower(c[0]) <= up], axis=0)


def test_every_variable_of_the_catalogue_is_there_in_all_its_cells(made_up, catalogue):
    assert set(made_up.cells) == set(catalogue.variables)
    for code, variable in catalogue.variables.items():
        areas = 80 if variable.level == "wohnplatz" else 8
        assert all(v.shape == (len(made_up.years), areas) for v in made_up.cells[code].values())
        assert len({len(c) for c in made_up.cells[code]} - {len(variable.breakdowns)}) == 0


def test_the_district_has_about_283_000_inhabitants_and_places_of_every_size(made_up):
    inhabitants = value(made_up, "einwohner")[-1]
    assert inhabitants.sum() == pytest.approx(283_000, abs=300)
    assert (inhabitants < 300).sum() == 2
    assert 1_100 < np.sort(inhabitants)[2] < inhabitants.max() < 9_500


def test_counts_are_whole_and_never_negative(made_up, catalogue):
    for code, cells in made_up.cells.items():
        for values in cells.values():
            assert (values >= 0).all(), code
            assert not catalogue.variables[code].integer or (values == np.rint(values)).all(), code


@pytest.mark.parametrize(("part", "whole"), PARTS)
def test_a_part_is_never_more_than_its_whole(made_up, part, whole):
    assert (value(made_up, part) <= value(made_up, whole)).all()


def test_sexes_add_up_to_the_total(made_up):
    for code in ("arbeitslose", "svb_wohnort"):
        cells = made_up.cells[code]
        assert np.array_equal(cells["m",] + cells["w",], cells["T",])


def test_groups_fit_into_the_population(made_up):
    assert (value(made_up, "sgb2_nef_u15") <= ages(made_up, 0, 14)).all()
    assert (value(made_up, "sgb2_u18") <= ages(made_up, 0, 17)).all()
    assert (value(made_up, "kita_u3") <= ages(made_up, 0, 2)).all()
    assert (value(made_up, "grundsicherung_alter") <= ages(made_up, 65, 99)).all()
    able = ages(made_up, 15, 64)
    assert (value(made_up, "arbeitslose") + value(made_up, "svb_wohnort") <= able).all()
    persons = value(made_up, "haushalte_eine_person") + 2 * value(made_up, "haushalte_mit_kindern")
    assert (persons <= value(made_up, "einwohner")).all()
    homes = value(made_up, "haushalte_eine_person") + value(made_up, "haushalte_mit_kindern")
    assert (homes <= value(made_up, "haushalte")).all()


def test_births_deaths_and_moves_explain_the_change_of_every_place(made_up):
    change = np.diff(value(made_up, "einwohner"), axis=0)
    natural = value(made_up, "geburten") - value(made_up, "sterbefaelle")
    moves = value(made_up, "zuzuege") - value(made_up, "fortzuege")
    assert np.array_equal(change, (natural + moves)[1:])


def test_the_pyramid_has_the_bulge_of_the_1960s_growing_older(made_up):
    first, last = made_up.years.index(2016), made_up.years.index(2025)
    assert ages(made_up, 50, 54)[first].sum() > ages(made_up, 60, 64)[first].sum()
    assert ages(made_up, 60, 64)[last].sum() > ages(made_up, 50, 54)[last].sum()
    assert 0.05 < ages(made_up, 80, 99)[last].sum() / value(made_up, "einwohner")[last].sum() < 0.09


def test_need_of_support_clusters_in_space(made_up):
    rate = value(made_up, "sgb2_personen")[-1] / ages(made_up, 0, 64)[-1]
    site = np.array([(p.x, p.y) for p in demo_district().places])
    distance = np.hypot(*(site[:, None, :] - site[None, :, :]).transpose(2, 0, 1))
    weight = ((distance > 0) & (distance < 3.0)).astype(float)
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1)
    z = rate - rate.mean()
    morans_i = (z @ weight @ z) / (z @ z)
    assert 0.2 < morans_i < 0.8


def test_what_happened_in_single_places_shows(made_up):
    rate = value(made_up, "sgb2_personen") / ages(made_up, 0, 64)
    names = [p.name for p in demo_district().places]
    at = {year: made_up.years.index(year) for year in (2018, 2021, 2025)}

    def change(name: str, first: int, last: int) -> float:
        return float(rate[at[last], names.index(name)] - rate[at[first], names.index(name)])

    district = value(made_up, "sgb2_personen").sum(axis=1) / ages(made_up, 0, 64).sum(axis=1)
    assert change("Tuchmacherviertel", 2018, 2021) > 0.05
    assert change("Auwiesen", 2018, 2025) < -0.03
    assert 0.07 < district.min() < district.max() < 0.12


def test_former_areas_hold_what_todays_hold(made_up, catalogue):
    district = demo_district()
    former = former_figures(made_up, catalogue, district)
    now = [p.key for p in district.places]
    then = list(former_names(district))
    for code, variable in catalogue.variables.items():
        if variable.level != "wohnplatz":
            continue
        old, new = value(former, code), value(made_up, code)
        assert np.allclose(old.sum(axis=1), new.sum(axis=1)), code
        parted = new[:, [now.index(k) for k in PARTED_INTO]].sum(axis=1)
        assert np.allclose(old[:, then.index(PARTED.key)], parted), code
        joined = old[:, [then.index(a.key) for a in JOINED]].sum(axis=1)
        assert np.allclose(joined, new[:, now.index(JOINED_INTO)]), code


@pytest.mark.parametrize(("part", "whole"), PARTS)
def test_a_part_is_never_more_than_its_whole_on_former_areas(made_up, catalogue, part, whole):
    former = former_figures(made_up, catalogue, demo_district())
    assert (value(former, part) <= value(former, whole)).all()


def test_small_numbers_occur_so_that_protection_shows(made_up):
    small = value(made_up, "seu_motorik")
    assert 0.05 < ((small > 0) & (small < 3)).mean() < 0.5
