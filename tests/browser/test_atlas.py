"""The public atlas in a browser, opened from a folder: no violations, no errors, no page too wide."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from served import CHROMIUM_ARGUMENTS, chromium

from wohnplatz.atlas import Edition, Particulars, Source, build, write
from wohnplatz.atlas.typeface import faces
from wohnplatz.report.tree import (
    ChapterBlock,
    ChartBlock,
    ChartForm,
    Extent,
    FiguresBlock,
    MapBlock,
    PairBlock,
    ProfilesBlock,
    Report,
    TableBlock,
    TextBlock,
)  # fmt: skip

pytestmark = pytest.mark.browser
PAGES = (
    "index.html", "karten/index.html", "karten/quote/wohnplatz-2025.html", "gebiete/index.html",
    "gebiete/a1.html", "gebiete/k.html", "indikatoren/index.html", "indikatoren/quote.html",
    "daten/index.html",
    "methoden/index.html", "methoden/glossar.html", "datenstaende/index.html", "suche/index.html?q=altdorf",
    "barrierefreiheit.html", "impressum.html", "datenschutz.html", "berichte/index.html",
    "berichte/b/index.html", "berichte/b/zahlen.html", "berichte/b/profile-a1.html",
    "berichte/b/profile-a2.html",
)  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REPORT = Report(
    "b", "Sozialbericht 2025", "k", 2025,
    (
        ChapterBlock("zahlen", "Zahlen", (
            FiguresBlock("f", ("quote", "miete")), TableBlock("g", "", ("quote", "miete")),
            TextBlock("t", "In Altdorf sind es {{ quote | gebiet=a1 }}."), MapBlock("m", "quote"),
        )),
        ChapterBlock("alle", "Profile", (
            ProfilesBlock("profile", "wohnplatz", (
                FiguresBlock("pf", ("quote",)),
                PairBlock("pp", (MapBlock("pm", "quote", extent=Extent.AROUND),),
                          (ChartBlock("pl", ChartForm.LINE, "quote"),)),
            )),
        ), new_page=True),
    ),
)  # fmt: skip
PAINTED = """() => [...document.querySelectorAll('figure svg svg')]
  .filter(inner => getComputedStyle(inner).overflow === 'visible').length"""
SHIFT = """() => new Promise(done => { let sum = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 150); })"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium of its own: an atlas needs no server and no demo district."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine (sudo apt install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small atlas in a folder below another one."""
    path = Path(__file__).parents[1] / "report" / "made_up.py"
    spec = importlib.util.spec_from_file_location("wohnplatz_browser_made_up", path)
    assert spec is not None
    assert spec.loader is not None
    made_up = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made_up)
    material = made_up.material()
    source = Source(
        material, {"wohnplatz": made_up.layer()}, Particulars("sozialplanung@kreis.example"),
        editions=(Edition("2025", material.made_on, "ab" * 32, first=True),), fonts=faces(),
        reports=((REPORT, material),),
    )  # fmt: skip
    target = tmp_path_factory.mktemp("stick") / "ordner" / "atlas"
    write(target, build(source))
    return target


@pytest.mark.parametrize("width", [1280, 390])
def test_every_kind_of_page(browser, folder: Path, width: int) -> None:
    size = {"width": width, "height": 900}
    page, examined = browser.new_page(viewport=size), browser.new_page(viewport=size)
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: asked.append(r.url))
    try:
        for name in PAGES:
            page.goto(f"{folder.as_uri()}/{name}")
            assert errors == [], name
            assert all(url.startswith((folder.as_uri(), "data:")) for url in asked), (name, asked)
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
            assert page.evaluate(SHIFT) < 0.1, name
            assert page.evaluate(PAINTED) == 0, f"{name}: a part of a map is painted beyond its frame"
            examined.goto(page.url)  # a page of its own: what axe asks for in vain must not count
            found = Axe().run(examined, options={"runOnly": RULES}).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], name
    finally:
        page.close()
        examined.close()


def test_the_map_speaks_and_the_search_finds(browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto(f"{folder.as_uri()}/karten/quote/wohnplatz-2025.html")
    page.locator("a[data-key=a1]").focus()
    expect(page.locator("[data-panel]")).to_contain_text("Altdorf: 17,539")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gebiete/a1.html")
    page.get_by_label("Gebiet oder Thema suchen").fill("musterquote")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suche/index.html?q=musterquote")
    page.locator("[data-found] a").first.click()
    page.wait_for_url("**/indikatoren/quote.html")
    page.close()


def test_everything_is_reached_without_a_script(browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{folder.as_uri()}/index.html")
    page.get_by_role("link", name="Karten ansehen").click()
    page.get_by_role("link", name="2024", exact=True).click()
    expect(page).to_have_url(re.compile(r"-2024\.html$"))
    page.goto(f"{folder.as_uri()}/suche/index.html")
    page.locator("main").get_by_role("link", name="Altdorf").click()
    expect(page.locator("h1")).to_have_text("Altdorf")
    context.close()
