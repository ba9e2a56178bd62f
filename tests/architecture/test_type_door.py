"""The type door: only ``wohnplatz.disclosure`` can make a table of figures that people see."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "wohnplatz"
HOME = SOURCE / "model" / "released.py"
OTHERS = sorted(p for p in SOURCE.rglob("*.py") if p != HOME and not p.is_relative_to(SOURCE / "disclosure"))


def named(tree: ast.AST) -> set[str]:
    """Every name a module uses, imports, reads as an attribute or writes as a text of its own."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                found.add(name)
            case ast.Constant(value=str(name)):
                found.add(name)
    return found


@pytest.mark.parametrize("path", OTHERS, ids=lambda p: str(p.relative_to(SOURCE)))
def test_the_seal_is_used_by_disclosure_only(path: Path) -> None:
    assert "_SEAL" not in named(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", OTHERS, ids=lambda p: str(p.relative_to(SOURCE)))
def test_released_tables_are_made_by_disclosure_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called != "ReleasedTable", f"{path.name}:{node.lineno}"
            handed = {a.id for a in node.args if isinstance(a, ast.Name)}
            assert not (called == "__new__" and "ReleasedTable" in handed), f"{path.name}:{node.lineno}"


def test_clearances_are_given_only_where_proofs_are_checked() -> None:
    users = {
        p.relative_to(SOURCE).as_posix()
        for p in SOURCE.rglob("*.py")
        if "_PROVEN" in named(ast.parse(p.read_text()))
    }
    assert users == {"disclosure/clearance.py", "publication/clearing.py"}


def test_the_door_itself_does_use_the_seal() -> None:
    doors = [
        p.name for p in (SOURCE / "disclosure").rglob("*.py") if "_SEAL" in named(ast.parse(p.read_text()))
    ]
    assert doors == ["door.py"]


@pytest.mark.parametrize("path", OTHERS, ids=lambda p: str(p.relative_to(SOURCE)))
def test_figures_are_derived_in_the_analysis_only_and_from_released_ones(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {
        n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    }
    if path.is_relative_to(SOURCE / "analysis"):
        assert "FigureTable" not in named(tree)
    else:
        assert "derive" not in calls
