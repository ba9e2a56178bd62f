"""The table of methods names functions, pages and tests that are there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in (ROOT / "docs/development/methods.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "`" in line
]


def test_every_function_of_the_table_can_be_called() -> None:
    assert len(ROWS) > 25
    module = None
    for _, functions, *_ in ROWS:
        for name in re.findall(r"`([\w.]+)`", functions.split("→")[0]):
            *path, function = name.split(".")
            if path:
                top = "wohnplatz" if path[0] == "areas" else "wohnplatz.monitoring"
                module = importlib.import_module(".".join((top, *path)))
            elif name == "index_values":
                module = importlib.import_module("wohnplatz.monitoring.families")
            elif name == "convert":
                module = importlib.import_module("wohnplatz.areas")
            assert callable(getattr(module, function)), name


def test_every_page_and_every_test_of_the_table_is_there() -> None:
    for _, _, page, _, tests in ROWS:
        assert (ROOT / "docs/methoden" / f"{page}.md").is_file(), page
        for name in re.findall(r"`([\w/.*]+)`", tests):
            found = ROOT / name if name.startswith("bench") else None
            assert found.is_file() if found else list((ROOT / "tests").glob(f"{name}.py")), name
