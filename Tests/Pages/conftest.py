"""What every test of pages has: all pages, and a browser that opens them."""

import os
import pathlib

import pytest
from shelf import PROGRAM, Shelf


@pytest.fixture(scope="session", name="shelf")
def all_pages(tmp_path_factory):
    if not PROGRAM.exists():
        pytest.exit(f"not built: {PROGRAM}; EQUIPOISE_PROGRAM names another", 2)
    named = os.environ.get("EQUIPOISE_PAGES")
    folder = pathlib.Path(named) if named else tmp_path_factory.mktemp("pages")
    folder.mkdir(exist_ok=True)
    shelf = Shelf(folder)
    yield shelf
    shelf.close()


@pytest.fixture(scope="session")
def browser():
    """The system's own Chromium, without a network."""
    path = os.environ.get("EQUIPOISE_BROWSER")
    if not path:
        pytest.skip("EQUIPOISE_BROWSER names no Chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path)
        yield browser
        browser.close()
