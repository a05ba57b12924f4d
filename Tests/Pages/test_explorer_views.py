"""Each view of the explorer's page: wide and narrow, light and dark, enlarged, in forced colours, on paper."""

import pathlib

import explored_pages
import pytest
from explored_pages import VIEWS, Open

ASKING = pathlib.Path(__file__).with_name("asking.js").read_text(encoding="utf-8")
# Words of at most so many letters stay whole.
LONGEST = 16
PAPER = 687


@pytest.fixture(scope="session")
def axe():
    package = pytest.importorskip("axe_playwright_python")
    return (pathlib.Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("views")


@pytest.fixture
def tab(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


def opened(tab, folder, name, view, *scripts):
    page = Open(tab, explored_pages.write(folder, name), view)
    if view == "thresholds" and name == "adult":
        tab.locator("#view-thresholds .policy select").first.select_option("document:parity")
        page.rest()
        tab.get_by_role("button", name="Keep this policy").first.click()
    # Tables that are closed until asked for are read like the others.
    tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
    page.rest()
    for script in (ASKING, *scripts):
        tab.evaluate(script)
    return page


def problems_of(page, tab):
    found = []

    def ask(place, question):
        found.extend(f"{place}: {fault}" for fault in tab.evaluate(question))

    def resize(width):
        tab.set_viewport_size({"width": width, "height": 900})
        page.rest()

    for width in (1280, 400, 320):
        resize(width)
        ask(f"{width} px", "asking.sideways()")
        ask(f"{width} px", f"asking.broken({LONGEST})")
        ask(f"{width} px", "asking.labels()")
    resize(1280)
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        ask(scheme, "asking.faint()")
        # Cells that are scrolled out of a narrow table have no ground that axe-core can tell; `faint` has.
        found.extend(
            f"{scheme}: {fault}" for fault in tab.evaluate("asking.axeContrast()")
            if "partially obscured by another element" not in fault)
    for width in (1280, 400):
        resize(width)
        ask(f"{width} px", "asking.axeRules()")
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_view_can_be_read_everywhere(view, tab, folder, axe):
    page = opened(tab, folder, "adult", view, axe)
    assert page.complaints == []
    assert not (found := problems_of(page, tab)), "\n".join(found)


@pytest.mark.parametrize("name", ["hostile-names", "forty-groups", "unlabeled", "decisions", "constant", "withheld", "empty"])
def test_awkward_documents_can_be_read_everywhere(name, tab, folder, axe):
    page = opened(tab, folder, name, "thresholds", axe)
    assert not (found := problems_of(page, tab)), "\n".join(found)


@pytest.mark.parametrize("view", VIEWS)
def test_view_on_paper(view, tab, folder):
    page = opened(tab, folder, "adult", view)
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": PAPER, "height": 900})
    page.rest()
    assert tab.evaluate("asking.beyondPaper()") == []
    assert tab.locator("[role=tablist]").is_hidden()


def test_every_stop_of_the_tab_key_shows_itself(tab, folder):
    opened(tab, folder, "adult", "thresholds")
    tab.evaluate("document.body.focus()")
    seen = []
    for _ in range(80):
        tab.keyboard.press("Tab")
        place = tab.evaluate("""() => {
          const element = document.activeElement;
          if (element === document.body) return null;
          const style = getComputedStyle(element), next = element.nextElementSibling;
          const width = parseFloat(style.outlineWidth);
          const box = element.getBoundingClientRect();
          return { name: element.tagName + (element.ariaLabel ?? element.textContent).slice(0, 30), width: style.outlineStyle === "none" ? 0 : width, size: Math.min(box.width, box.height) };
        }""")
        if place is None:
            break
        seen.append(place)
    assert len(seen) > 20
    assert [place for place in seen if place["width"] < 2] == []


def test_targets_are_large_enough(tab, folder):
    opened(tab, folder, "adult", "thresholds")
    small = tab.evaluate("""() => [...document.querySelectorAll("button, select, input, summary")]
      .filter((part) => part.checkVisibility() && !part.classList.contains("unseen"))
      .map((part) => [part.tagName + " " + (part.ariaLabel ?? part.textContent).slice(0, 30), part.getBoundingClientRect(), part])
      .filter(([, box, part]) => box.height < 24 && !part.closest("label"))
      .map(([name, box]) => `${name}: ${box.width} × ${box.height}`)""")
    assert small == []


def test_forced_colours_keep_marks_and_cuts(browser, folder):
    context = browser.new_context(forced_colors="active")
    tab = context.new_page()
    page = Open(tab, explored_pages.write(folder, "adult"))
    ink = tab.evaluate("""() => {
      const of = (selector, property) => getComputedStyle(document.querySelector(selector))[property];
      return [of("svg .cut", "stroke"), of("svg .marker", "fill"), getComputedStyle(document.body).backgroundColor];
    }""")
    assert ink[0] != ink[2] and ink[1] != ink[2]
    assert page.complaints == []
    context.close()


def test_motion_is_reduced_where_asked(browser, folder):
    context = browser.new_context(reduced_motion="reduce")
    tab = context.new_page()
    Open(tab, explored_pages.write(folder, "adult"))
    assert tab.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    context.close()


def test_a_theme_can_be_chosen(tab, folder):
    Open(tab, explored_pages.write(folder, "adult"))
    tab.get_by_label("Theme").select_option("dark")
    dark = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.get_by_label("Theme").select_option("light")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)" != dark


def test_what_a_screen_reader_hears(tab, folder):
    page = Open(tab, explored_pages.write(folder, "adult"))
    tab.evaluate("""() => {
      window.heard = [];
      new MutationObserver(() => window.heard.push(document.querySelector("[role=status].unseen").textContent))
        .observe(document.querySelector("[role=status].unseen"), { childList: true, characterData: true, subtree: true });
    }""")
    slider = tab.get_by_label("Threshold of Female", exact=True)
    slider.focus()
    for _ in range(12):
        tab.keyboard.press("ArrowLeft")
    page.until("window.heard.length > 0")
    tab.wait_for_timeout(700)
    heard = tab.evaluate("window.heard")
    assert len(heard) <= 3
    assert heard[-1].startswith("Selected: Female ") and "gap" in heard[-1]
    tree = tab.locator("main").aria_snapshot()
    assert 'slider "Threshold of Female"' in tree
    assert "img " in tree and "Selection rate: Female" in tree
