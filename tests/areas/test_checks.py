"""Checks of areas: every finding names the area."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from wohnplatz.areas import AreaLayer, check_layer, dissolve
from wohnplatz.model import Area, Finding, Severity

from .conftest import EAST, NORTH, layer, square


def parents(four: AreaLayer) -> AreaLayer:
    return dissolve(four, [Area("A", "Stadt A"), Area("B", "Stadt B")])


def only(findings: list[Finding], code: str) -> Finding:
    assert [f.code for f in findings] == [f"areas.{code}"], findings
    return findings[0]


def test_a_sound_layer_has_no_findings(four: AreaLayer) -> None:
    assert check_layer(four, parents(four)) == []
    assert check_layer(four) == []


def test_every_finding_says_what_why_and_what_to_do() -> None:
    broken = layer({"01": square(0, 0), "02": square(0, 0), "": shapely.Polygon(), "04": square(0.5, 0)})
    findings = check_layer(broken)
    assert len(findings) > 4
    for finding in findings:
        assert finding.message.endswith(".")
        assert finding.why.endswith(".")
        assert finding.advice.endswith(".")
        assert "!" not in finding.message + finding.why + finding.advice


def test_an_invalid_border_is_named_with_its_reason_and_place() -> None:
    x, y = EAST, NORTH
    bow = shapely.Polygon([(x, y), (x + 1000, y + 1000), (x + 1000, y), (x, y + 1000)])
    found = only(check_layer(layer({"01": bow, "02": square(5, 0)})), "invalid_geometry")
    assert found.severity is Severity.ERROR
    assert (found.area, found.row) == ("01", 1)
    assert found.message == (
        "Die Grenze des Gebiets „Ort 01“ (01) ist fehlerhaft: "
        "Sie überschneidet sich selbst bei 360.500 / 5.650.500."
    )


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (shapely.Polygon(), "empty_geometry"),
        (None, "empty_geometry"),
        (shapely.Point(EAST, NORTH), "not_polygon"),
        (shapely.LineString([(EAST, NORTH), (EAST + 1, NORTH)]), "not_polygon"),
    ],
)
def test_an_area_without_a_polygon_is_an_error(geometry: shapely.Geometry | None, code: str) -> None:
    found = only(check_layer(layer({"01": geometry, "02": square(5, 0)})), code)
    assert (found.area, found.severity) == ("01", Severity.ERROR)


def test_a_duplicate_key_is_told_once_with_its_rows(four: AreaLayer) -> None:
    doubled = replace(four, keys=("01", "02", "01", "04"))
    found = only(check_layer(doubled), "duplicate_key")
    assert "„01“ kommt 2-mal vor (Zeilen 1 und 3)" in found.message


def test_an_empty_key_and_an_empty_name_are_told(four: AreaLayer) -> None:
    broken = replace(four, keys=("", "02", "03", "04"), names=("West", "", "x", "y"))
    findings = check_layer(broken)
    assert [(f.code, f.severity, f.row) for f in findings] == [
        ("areas.empty_key", Severity.ERROR, 1),
        ("areas.empty_name", Severity.WARNING, 2),
    ]


def test_the_same_polygon_twice_is_one_finding_and_no_overlap() -> None:
    found = only(check_layer(layer({"01": square(0, 0), "02": square(0, 0)})), "duplicate_geometry")
    assert "„Ort 01“ (01) und „Ort 02“ (02)" in found.message


@pytest.mark.parametrize(
    ("metres", "severity", "size"),
    [
        (100, Severity.ERROR, "10,0\u00a0ha"),
        (5, Severity.WARNING, "5.000\u00a0m²"),
        (0.001, Severity.NOTE, "1,0\u00a0m²"),
    ],
)
def test_an_overlap_names_both_areas_and_its_size(metres: float, severity: Severity, size: str) -> None:
    overlapping = layer({"01": square(0, 0), "02": square(1 - metres / 1000, 0)})
    found = only(check_layer(overlapping), "overlap")
    assert found.severity is severity
    assert f"„Ort 01“ (01) und „Ort 02“ (02) überlappen sich auf {size}." in found.message


def ring(inside: float) -> AreaLayer:
    """Four areas around a hole whose sides are ``inside`` metres."""
    x, y, a, b = EAST, NORTH, 1000, 1000 + inside
    boxes = [(0, 0, b, a), (b, 0, b + a, b), (a, b, b + a, b + a), (0, a, a, b + a)]
    shapes = [shapely.box(x + west, y + south, x + east, y + north) for west, south, east, north in boxes]
    return layer({f"0{i}": shape for i, shape in enumerate(shapes)})


def test_a_gap_names_its_size_and_the_areas_around_it() -> None:
    found = only(check_layer(ring(200)), "gap")
    assert found.severity is Severity.WARNING
    assert found.message == (
        "Zwischen den Gebieten „Ort 00“ (00), „Ort 01“ (01), „Ort 02“ (02) und „Ort 03“ (03) "
        "liegt eine Lücke von 4,0\u00a0ha."
    )


def test_a_gap_from_rounding_is_only_a_note() -> None:
    assert only(check_layer(ring(1)), "gap").severity is Severity.NOTE


def test_a_hole_inside_one_area_is_told_and_a_filled_one_is_not() -> None:
    frame = square(0, 0).difference(square(0.25, 0.25, 500))
    found = only(check_layer(layer({"01": frame})), "gap")
    assert "Im Gebiet „Ort 01“ (01) liegt ein Loch von 25,0\u00a0ha." in found.message
    assert check_layer(layer({"01": frame, "02": square(0.25, 0.25, 500)})) == []


def test_missing_and_unknown_parents_are_errors_that_name_the_area(four: AreaLayer) -> None:
    wrong = replace(four, parents=("A", None, "X", "B"))
    findings = check_layer(wrong, parents(four))
    errors = [(f.code, f.area) for f in findings if f.severity is Severity.ERROR]
    assert errors == [("areas.missing_parent", "02"), ("areas.unknown_parent", "03")]


def test_a_single_missing_parent_is_told_even_without_the_coarser_layer(four: AreaLayer) -> None:
    found = only(check_layer(replace(four, parents=("A", None, "B", "B"))), "missing_parent")
    assert found.area == "02"


def test_an_area_in_the_wrong_parent_is_an_error(four: AreaLayer) -> None:
    wrong = replace(four, parents=("A", "B", "B", "B"))
    findings = check_layer(wrong, parents(four))
    assert findings[0].code == "areas.outside_parent"
    assert findings[0].severity is Severity.ERROR
    assert "„Ort 02“ (02) liegt zu 100\u00a0% außerhalb von „Stadt B“ (B)" in findings[0].message
    assert findings[1].code == "areas.parent_not_covered"
    assert "1,0\u00a0km²" in findings[1].message


def test_an_area_that_reaches_a_little_over_its_parent_is_a_warning(four: AreaLayer) -> None:
    shifted = parents(four)
    shifted.geometries[:] = shapely.transform(shifted.geometries, lambda c: np.add(c, (50, 0)))
    severities = {f.area: f.severity for f in check_layer(four, shifted) if f.code == "areas.outside_parent"}
    assert severities == {"01": Severity.WARNING, "03": Severity.WARNING}
    shifted.geometries[:] = shapely.transform(shifted.geometries, lambda c: np.subtract(c, (45, 0)))
    assert check_layer(four, shifted) == [], "borders of two sources never agree to the metre"


def test_a_parent_without_areas_and_a_key_used_twice_are_told(four: AreaLayer) -> None:
    coarse = dissolve(four, [Area("A", "Stadt A"), Area("B", "Stadt B"), Area("01", "Stadt C")])
    codes = [(f.code, f.area) for f in check_layer(four, coarse)]
    assert codes == [("areas.key_in_use", "01"), ("areas.parent_without_areas", "01")]


def test_a_key_without_the_zeros_of_its_parent_is_suspicious() -> None:
    fine = layer({"537800401": square(0, 0)}, {"537800401": "05378004"})
    coarse = layer({"05378004": square(0, 0)})
    found = only(check_layer(fine, coarse), "lost_zeros")
    assert found.area == "537800401"


def test_errors_come_first(four: AreaLayer) -> None:
    broken = replace(four, names=("", "b", "c", "d"), parents=("A", "A", "B", None))
    assert [f.severity for f in check_layer(broken)] == [Severity.WARNING, Severity.ERROR][::-1]
