"""How soon the first map of a public atlas is seen, in a browser, from a folder and from a plain web server.

    python bench/atlas_pages.py ATLAS [RUNS]

ATLAS is a folder that ``wohnplatz publish`` wrote. Each page is opened in a fresh context of Chromium
(nothing cached), once to warm up the browser and then RUNS times (11). Told is the median of the runs from
the start of the navigation: the first paint of anything, the paint of the map (element timing is not there
for SVG, so it is the paint after the first frame in which the map has its size), the end of the load; and
the processor time of the page's main thread up to then, which other work on the machine does not lengthen.
The limit for the first map is 0.3 s. Layout shift, errors in the console and requests to elsewhere are
counted over all runs.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

TOLD = {"first": 7, "map": 7, "end": 7, "work": 11}
LIMIT = 300
"""Milliseconds to the first map."""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WATCH = """
window.seen = {shift: 0};
new PerformanceObserver(list => { for (const e of list.getEntries()) window.seen.shift += e.value; })
  .observe({type: 'layout-shift', buffered: true});
const look = () => {
  const map = document.querySelector('main svg');
  if (map && map.getBoundingClientRect().width > 0)
    // The frame after this one begins once this one, with the map in it, is painted.
    requestAnimationFrame(() => setTimeout(() => { window.seen.map = performance.now(); }));
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
READ = """() => ({...window.seen,
  first: performance.getEntriesByType('paint').find(e => e.name === 'first-contentful-paint')?.startTime,
  end: performance.getEntriesByType('navigation')[0].loadEventEnd})"""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of a plain static server, as anybody's web server would be, without packing or caching."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def opened(browser: Browser, address: str) -> dict[str, float]:
    """One visit: milliseconds, shift, errors and strangers."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE")
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: asked.append(r.url))
    page.add_init_script(WATCH)
    tools = context.new_cdp_session(page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address, wait_until="load")
    page.wait_for_function(
        "window.seen.map !== undefined && performance.getEntriesByName('first-contentful-paint').length"
    )
    found: dict[str, float] = page.evaluate(READ)
    work = {m["name"]: m["value"] for m in tools.send("Performance.getMetrics")["metrics"]}
    found["work"] = 1000 * work["TaskDuration"]
    home = "/".join(address.split("/")[:3])
    found["errors"] = len(errors)
    found["strangers"] = sum(not url.startswith((home, "data:")) for url in asked)
    context.close()
    return found


def pages(atlas: Path) -> list[str]:
    """The start, the largest map, a profile with its maps, a municipality's page of the newest report."""
    maps = sorted(atlas.glob("karten/*/*.html"), key=lambda p: p.stat().st_size)
    areas = sorted(atlas.glob("gebiete/*.html"), key=lambda p: p.stat().st_size)
    reports = sorted(atlas.glob("berichte/*/kommunen-profile-*.html"))
    chosen = [atlas / "index.html", maps[-1], areas[-1], *reports[:1]]
    return [p.relative_to(atlas).as_posix() for p in chosen]


def main(atlas: Path, runs: int) -> int:
    """Print a line for each page and way; 1 where a map is later than the limit."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    late = 0
    print(f"{len(os.sched_getaffinity(0))} processors, load {os.getloadavg()[0]:.1f}, median of {runs} runs")
    print(f"{'page':<60}{'way':<6}{'first':>7}{'map':>7}{'load':>7}{'processor':>11} ms   shift")
    with sync_playwright() as playwright, served(atlas) as address:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for way, base in (("file", atlas.resolve().as_uri()), ("http", address)):
            for name in pages(atlas):
                opened(browser, f"{base}/{name}")
                found = [opened(browser, f"{base}/{name}") for _ in range(runs)]
                middle = {k: statistics.median(f[k] for f in found) for k in TOLD}
                wrong = sum(f["errors"] + f["strangers"] for f in found)
                told = f"   {wrong:.0f} errors or requests to elsewhere" if wrong else ""
                times = "".join(f"{middle[k]:>{width}.0f}" for k, width in TOLD.items())
                print(f"{name:<60}{way:<6}{times}{max(f['shift'] for f in found):>11.3f}{told}", flush=True)
                late += middle["map"] > LIMIT
        browser.close()
    print(f"limit for the first map: {LIMIT} ms; {late} later")
    return int(late > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 11))
