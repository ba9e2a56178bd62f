"""Rules of the house that a script can hold."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TEMPLATES = sorted((ROOT / "src").rglob("*.html"))


def tracked_files() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_stays_one_room(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 600, f"{path.name} has {lines} lines: is it still one room?"


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [p for p in SOURCES if p.stem in {"utils", "helpers", "common", "misc"}] == []


def test_lock_files_carry_hashes_and_no_address() -> None:
    for lock in ROOT.glob("requirements*.txt"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index-url|--find-links", text), lock.name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    named = project["dependencies"] + [
        d for extra in project["optional-dependencies"].values() for d in extra
    ]
    for dependency in named:
        reasons = [
            line for line in text.splitlines() if f'"{dependency}"' in line and re.search(r"#\s*\S+", line)
        ]
        assert reasons, f"{dependency} has no line of reason"


def test_no_commercial_enthusiasm_in_what_people_read() -> None:
    marks = {}
    for path in TEMPLATES:
        text = re.sub(
            r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->|<!doctype[^>]*>",
            "",
            path.read_text(),
            flags=re.S | re.I,
        )
        if "!" in text:
            marks[path.name] = text[max(0, text.index("!") - 30) : text.index("!") + 1]
    assert marks == {}


def test_templates_carry_no_inline_script_or_style() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", re.I)
    assert [p.name for p in TEMPLATES if inline.search(p.read_text())] == []


def test_no_large_file_and_no_machine_path_is_under_version_control() -> None:
    for path in tracked_files():
        assert path.stat().st_size < 500_000, path.name
        if path.suffix in {".py", ".md", ".toml", ".html", ".txt", ".sh", ".js", ".css"}:
            assert "/work/main" not in path.read_text(encoding="utf-8").replace(
                f"{Path(__file__).name}", ""
            ) or path == Path(__file__)


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} → {target}")
    assert broken == []


def test_workflow_knows_neither_http_nor_forms_nor_templates() -> None:
    closed = re.compile(r"^\s*(?:from|import) django\.(?:http|forms|template|shortcuts|views|urls)\b", re.M)
    rooms = (ROOT / "src" / "wohnplatz" / "workflow").rglob("*.py")
    assert [p.name for p in rooms if closed.search(p.read_text())] == []


def test_the_library_example_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert example is not None
    exec(compile(example[1], "README.md", "exec"), {})
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == [
        "high",
        "middle",
        "index",
        "low",
    ]


def test_browser_tests_wait_for_what_they_expect() -> None:
    """``is_visible``, ``count`` and ``page.url`` look once, perhaps at the page before; ``expect`` waits."""
    once = re.compile(
        r"assert .*(\.is_(visible|hidden|enabled|checked)\(\)|page\.url\.|in page\.url$"
        r"|\.count\(\)|_texts?\(\)|\.get_attribute\(|\.input_value\(\))"
    )
    assert _lines(once.search, "browser/test_*.py") == []


def test_no_test_gives_a_slow_machine_less_than_a_minute() -> None:
    """Waiting long costs nothing where all goes well."""
    wait = re.compile(r"(?:timeout=|\.wait\(|monotonic\(\) \+ |^WAIT = )([\d_.]+)")
    assert _lines(lambda line: any(float(s) < 60 for s in wait.findall(line))) == []


def test_no_test_asks_for_the_time_when_it_is_read() -> None:
    """A run may begin before midnight and end after it."""
    asked = re.compile(r"(?:[A-Z_]+|def .*) ?=.*(?:localdate|localtime|today|now)\(")
    assert _lines(asked.match) == []


def _lines(chosen: Callable[[str], object], files: str = "**/*.py") -> list[str]:
    """The chosen lines of tests, with their places."""
    return [
        f"{path.relative_to(ROOT)}:{n} {line.strip()}"
        for path in sorted((ROOT / "tests").glob(files))
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if chosen(line)
    ]
