"""The public atlas of the demo district, written by the command line as an administrator does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

REPORT = "Sozialbericht 2024"


def test_the_atlas_of_the_demo_is_written_whole_with_its_published_report(demo: Path, tmp_path: Path) -> None:
    home = shutil.copytree(demo, tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-m", "wohnplatz", "publish", str(tmp_path / "atlas")],
        env=os.environ | {"WOHNPLATZ_HOME": str(home), "WOHNPLATZ_MODE": "demo"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    atlas = tmp_path / "atlas"
    areas = list((atlas / "gebiete").glob("*.html"))
    assert len(areas) > 80
    assert "Hier gibt es nichts zu zeichnen" in "".join(a.read_text(encoding="utf-8") for a in areas)
    assert REPORT in (atlas / "index.html").read_text(encoding="utf-8")
    kinds = {p.suffix for p in (atlas / "berichte").rglob("*.*")}
    assert {".html", ".pdf", ".docx", ".xlsx", ".csv"} <= kinds
