"""Takes the pictures of the documentation from a real server with the demo district.

.venv/bin/python docs/images/make.py [folder with a demo installation]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "browser"))
from served import CHROMIUM_ARGUMENTS, chromium, load_demo, serve  # noqa: E402

PICTURES = {"karte": "/karte/sgb2_quote/", "sozialindex": "/sozialindex/soziallage/", "uebersicht": "/"}


def main() -> None:
    """Write one PNG for each picture beside this file."""
    from wohnplatz.demo import DEMO_PASSWORD

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder)
        if len(sys.argv) == 1:
            load_demo(home)
        with serve(home) as address:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
            page = browser.new_page(
                base_url=address, viewport={"width": 1280, "height": 1000}, locale="de-DE"
            )
            page.goto("/anmelden/")
            page.get_by_label("Benutzername").fill("sozialplanung")
            page.get_by_label("Kennwort").fill(DEMO_PASSWORD)
            page.get_by_role("button", name="Anmelden").click()
            page.get_by_role("button", name="Abmelden").wait_for()
            for name, path in PICTURES.items():
                page.goto(path)
                page.screenshot(path=HERE / f"{name}.png")
                print(f"{name}.png")
            browser.close()


if __name__ == "__main__":
    main()
