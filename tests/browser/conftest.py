"""A real server with the demo district and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from served import CHROMIUM_ARGUMENTS, chromium, serve

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LogIn = Callable[..., Page]
PATIENCE = 180_000
"""Milliseconds a page may take: processes of tests share the machine, and it may be a slow one."""
LONG = 900_000
"""Milliseconds for what a job computes."""
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo_home(request: pytest.FixtureRequest) -> Path:
    """The demo as it was loaded, to be copied: nothing is served from it, so its database is at rest."""
    if chromium() is None:
        pytest.skip("no Chromium on this machine (sudo apt install chromium)")
    home: Path = request.getfixturevalue("demo")
    return home


@pytest.fixture(scope="session")
def address(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose data no test changes."""
    with serve(shutil.copytree(demo_home, tmp_path_factory.mktemp("demo") / "home")) as served:
        yield served


@pytest.fixture
def own_address(demo_home: Path, tmp_path: Path) -> Iterator[str]:
    """A server with its own copy of the demo district, for journeys that change it."""
    with serve(shutil.copytree(demo_home, tmp_path / "home")) as served:
        yield served


@pytest.fixture(scope="module")
def browser(demo_home: Path) -> Iterator[Browser]:
    """One Chromium for a module: its event loop must not outlive it, Django's tests come after."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def log_in(browser: Browser) -> Iterator[LogIn]:
    """Opens the product as a person: ``log_in(address, "sozialplanung", javascript=False, size=PHONE)``."""
    from wohnplatz.demo import DEMO_PASSWORD

    contexts = []

    def open_as(
        address: str, username: str, *, javascript: bool = True, size: dict[str, int] = DESKTOP
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            locale="de-DE",
            viewport=size,
            java_script_enabled=javascript,
            accept_downloads=True,
            reduced_motion="reduce",  # what still moves can be missed
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto("/anmelden/")
        page.get_by_label("Benutzername").fill(username)
        page.get_by_label("Kennwort").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Anmelden").click()
        page.get_by_role("button", name="Abmelden").wait_for()
        return page

    yield open_as
    for context in contexts:
        context.close()
