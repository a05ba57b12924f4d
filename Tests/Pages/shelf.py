"""The program's pages, written once for all tests."""

import concurrent.futures
import multiprocessing
import os
import pathlib
import shutil
import subprocess

import documents

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
    """All documents; they are written side by side, and whoever asks for one waits for it.

    Processes of their own start the program: the tests' own process has a browser's driver in it.
    """

    def __init__(self, folder: pathlib.Path):
        for count in documents.GROUPS:
            documents.write_people(folder / f"people-{count}.csv", count)
        self._pool = concurrent.futures.ProcessPoolExecutor(
            2, mp_context=multiprocessing.get_context("spawn"))
        self._written = {
            document: self._pool.submit(write, document, folder)
            for document in documents.DOCUMENTS}

    def pages(self, document: documents.Document) -> list[pathlib.Path]:
        return self._written[document].result()

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
