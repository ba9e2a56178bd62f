"""Every page of every role: no accessibility violation, no sideways scrolling, no error in the console."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, PHONE, LogIn

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = {
    "sozialplanung": [
        "/", "/lieferungen/", "/datenstaende/", "/datenstaende/bilden/", "/datenstaende/vorschau/",
        "/datenstaende/vergleich/",
        "/datenstaende/1/", "/abstimmungen/", "/karte/", "/karte/sgb2_quote/?werte=geglaettet&datum=2019",
        "/karte/einwohner/?ebene=kommune", "/gebiete/",
        "/sozialindex/soziallage/", "/methoden/", "/methoden/sgb2_quote/", "/glossar/", "/barrierefreiheit/",
        "/impressum/", "/abdeckung/", "/abdeckung/?datensatz=wohnen",
        "/abdeckung/?datensatz=wohnen&jahr=2025", "/abdeckung/puenktlichkeit/", "/nachrichten/",
        "/nachrichten/senden/", "/nachrichten/einstellungen/",
        "/kalender/?monat=2026-12", "/kalender/?ansicht=liste", "/kalender/abo/", "/vereinbarungen/",
        "/vereinbarungen/1/", "/vereinbarungen/neu/",
        "/vereinbarungen/neu/?stelle=jobcenter&datensatz=bevoelkerung", "/vereinbarungen/1/neu-fassen/",
        "/vereinbarungen/1/beenden/", "/lieferstellen/", "/lieferstellen/jobcenter/", "/lieferstellen/neu/",
        "/lieferstellen/jobcenter/aendern/", "/lieferstellen/jobcenter/betrieb/", "/lieferungen/1/ausnahme/",
        "/lieferungen/1/erlassen/", "/fruehwarnung/?spanne=5", "/fruehwarnung/?spanne=5&richtung=beobachten",
        "/auswertungen/trichter/sgb2_quote/",
        "/auswertungen/", "/auswertungen/vergleich/?auswahl=0599900101,0599900102",
        "/auswertungen/zwei-karten/", "/auswertungen/eigenes-gebiet/?auswahl=0599900101",
        "/auswertungen/verteilung/?auswahl=0599900101",
        "/auswertungen/zeitreihen/?auswahl=0599900101", "/auswertungen/streuung/?auswahl=0599900101",
        "/auswertungen/vorausschaetzung/", "/sozialindex/", "/sozialindex/benachteiligung_perzentil/",
        "/sozialindex/soziallage/werkstatt/", "/sozialindex/soziallage/vergleich/", "/konto/kennwort/",
    ],
    "verwaltung": [
        "/", "/verwaltung/", "/verwaltung/kreis/", "/verwaltung/gebiete/", "/verwaltung/konten/neu/",
    ],
    "jobcenter": [
        "/", "/abstimmungen/", "/lieferungen/", "/abdeckung/", "/abdeckung/puenktlichkeit/", "/kalender/",
        "/vereinbarungen/",
        "/lieferstellen/jobcenter/",
    ],
    "jugendhilfe": [
        "/", "/karte/sgb2_quote/?klassen=deviation", "/sozialindex/soziallage/", "/kalender/",
        "/vereinbarungen/", "/auswertungen/raummuster/sgb2_quote/", "/auswertungen/ungleichheit/",
        "/auswertungen/typen/", "/auswertungen/typen/?verfahren=kmeans&anzahl=6",
    ],
}  # fmt: skip


DISTRICT = " – Kreis Auental"
"""Every page tells whose it is."""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("username", PAGES)
def test_every_page_is_accessible_fits_and_runs_without_error(
    address: str, log_in: LogIn, username: str, size: dict[str, int]
) -> None:
    page = log_in(address, username, size=size)
    problems: list[str] = []
    page.on("console", lambda m: problems.append(f"{page.url}: {m.text}") if m.type == "error" else None)
    paths = [*PAGES[username]]
    if username == "sozialplanung":
        paths += linked_pages(page)
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        if not page.title().endswith(DISTRICT):
            problems.append(f"{path}: title {page.title()!r}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            problems.append(f"{path}: {wide} px too wide")
        found = Axe().run(page, options=RULES)
        problems += [f"{path}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]
    assert problems == []


def linked_pages(page) -> list[str]:
    """One page of each kind that has a number or key in its address."""
    found = []
    for start, pattern in (
        ("/lieferungen/", "main tbody a[href^='/lieferungen/']"),
        ("/karte/sgb2_quote/", "main a[href^='/gebiete/']"),
    ):
        page.goto(start)
        link = page.locator(pattern).first.get_attribute("href")
        assert link is not None
        found.append(link)
    page.goto(found[1])
    origin = page.locator("main a[href*='/herkunft/']").first.get_attribute("href")
    assert origin is not None
    return [*found, origin]
