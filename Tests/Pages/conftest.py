"""The program's pages, written once for all tests, and a browser that opens them."""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess

import documents
import pytest

BUILT = pathlib.Path(os.environ.get("EQUIPOISE_BUILT", documents.ROOT / ".build" / "release"))
PROGRAM = pathlib.Path(os.environ.get("EQUIPOISE_PROGRAM", BUILT / "equipoise"))
# 4: did not reach the tolerance, 5: a gate was exceeded; the pages are written all the same.
WRITTEN = {0, 4, 5}


def write(document: documents.Document, folder: pathlib.Path) -> list[pathlib.Path]:
    """The document's pages."""
    place = folder / document.name
    place.mkdir()
    if document.name == "pipeline":
        for name in ("hiring.yaml", "applicants.csv.gz"):
            shutil.copy(documents.ROOT / "Examples/Pipelines" / name, place)
    for arguments in (*document.before, document.arguments):
        ran = subprocess.run(
            [PROGRAM, *arguments, "--quiet"], cwd=place, capture_output=True, text=True, timeout=300)
        assert ran.returncode in WRITTEN, f"{document}: {ran.returncode}: {ran.stderr or ran.stdout}"
    pages = [page for pattern in document.pages for page in sorted(place.glob(pattern))]
    assert pages, f"{document} wrote no page: {ran.stderr}"
    return pages


class Shelf:
    """All documents; they are written side by side, and whoever asks for one waits for it."""

    def __init__(self, folder: pathlib.Path):
        for count in documents.GROUPS:
            documents.write_people(folder / f"people-{count}.csv", count)
        self._pool = concurrent.futures.ThreadPoolExecutor(2)
        self._written = {
            document: self._pool.submit(write, document, folder)
            for document in documents.DOCUMENTS}

    def pages(self, document: documents.Document) -> list[pathlib.Path]:
        return self._written[document].result()

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


def pytest_sessionstart(session):
    if not PROGRAM.exists():
        pytest.exit(f"not built: {PROGRAM}; EQUIPOISE_PROGRAM names another", 2)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
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
