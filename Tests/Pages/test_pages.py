"""Each kind of page in a real browser: wide and narrow, light and dark, and on paper."""

import io
import pathlib
import re

import pytest
from documents import DOCUMENTS

WIDE, NARROW, HEIGHT = 1280, 400, 900
# What is left of A4 between margins of 14 mm, in pixels of 1/96 inch.
PAPER = 687
# Words of at most so many letters stay whole.
LONGEST = 16
ASKING = pathlib.Path(__file__).with_name("asking.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def axe():
    package = pytest.importorskip("axe_playwright_python")
    return (pathlib.Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def tab(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


def opened(tab, path, *scripts):
    """The page, and every address that it asked for."""
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.set_viewport_size({"width": WIDE, "height": HEIGHT})
    tab.emulate_media(media="screen", color_scheme="light")
    tab.goto(path.as_uri())
    # Tables that are closed until asked for are read like the others.
    tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
    for script in (ASKING, *scripts):
        tab.evaluate(script)
    return asked


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_page_can_be_read_everywhere(document, shelf, tab, axe):
    problems = []

    def ask(place, question):
        problems.extend(f"{path.name}, {place}: {fault}" for fault in tab.evaluate(question))

    for path in shelf.pages(document):
        asked = opened(tab, path, axe)
        ask("pictures", "asking.labels()")
        for width in (WIDE, NARROW):
            tab.set_viewport_size({"width": width, "height": HEIGHT})
            ask(f"{width} px", "asking.sideways()")
            ask(f"{width} px", f"asking.broken({LONGEST})")
        tab.emulate_media(media="print")
        tab.set_viewport_size({"width": PAPER, "height": HEIGHT})
        ask("paper", "asking.beyondPaper()")
        ask("paper", f"asking.broken({LONGEST})")
        tab.emulate_media(media="screen")
        tab.set_viewport_size({"width": WIDE, "height": HEIGHT})
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            ask(scheme, "asking.faint()")
        tab.evaluate("asking.alike()")
        for scheme in ("dark", "light"):
            tab.emulate_media(color_scheme=scheme)
            ask(scheme, "asking.axeContrast()")
        for width in (WIDE, NARROW):
            tab.set_viewport_size({"width": width, "height": HEIGHT})
            ask(f"{width} px", "asking.axeRules()")
        outside = [url for url in asked if url != path.as_uri() and not url.startswith("data:")]
        problems += [f"{path.name}: asks for {url}" for url in outside]
    assert not problems, "\n".join(problems)


def printed(tab, path):
    """The text of each printed page."""
    pypdf = pytest.importorskip("pypdf")
    opened(tab, path)
    tab.emulate_media(media="print")
    paper = pypdf.PdfReader(io.BytesIO(tab.pdf(prefer_css_page_size=True)))
    return [page.extract_text() for page in paper.pages]


PRINTED = {
    # The audit of Adult by sex, race and their cross.
    "audit-model": 20,
    "audit-model-brief": 2,
    **{f"audit-{count}-groups-brief": 2 for count in (1, 2, 5, 40)},
    "model-card": 8,
    # 68 runs, each with who is behind in its gaps.
    "compare": 15,
    "four-fifths-40": 6,
}


@pytest.mark.parametrize("name", PRINTED)
def test_paper(name, shelf, tab):
    (path,) = shelf.pages(next(document for document in DOCUMENTS if document.name == name))
    pages = printed(tab, path)
    assert len(pages) <= PRINTED[name]
    for number, text in enumerate(pages, 1):
        assert re.search(rf"\b{number} / {len(pages)}\b", text), f"page {number} has no number"
    if name.startswith("audit"):
        assert any("Results" in text for text in pages[:2]), "results begin after page 2"
