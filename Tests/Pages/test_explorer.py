"""The explorer's page against brute force: numbers, optima, files, keys, and that nothing leaves it."""

import hashlib
import itertools
import json
import math
import random
import re
import shlex

import explored_curves as curves
import explored_pages
import explored_people as people
import numpy as np
import page_assembly
import pytest
from explored_pages import VIEWS, Open

HOSTILE = ["hostile-names", "forty-groups", "withheld", "no-positives", "constant", "unlabeled", "decisions", "weighted", "empty"]
LARGEST = 250_000


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("explorer")


@pytest.fixture
def tab(browser):
    context = browser.new_context(accept_downloads=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def opened(tab, folder):
    return lambda name, *args, **options: Open(tab, explored_pages.write(folder, name), *args, **options)


def wilson(share, n, z=1.959963984540054):
    square = z * z / n
    half = z * math.sqrt(share * (1 - share) / n + square / (4 * n))
    return (share + square / 2 - half) / (1 + square), (share + square / 2 + half) / (1 + square)


# MARK: The parts


def test_every_part_is_in_the_recipe_and_in_the_library():
    files = {str(path.relative_to(page_assembly.PARTS)) for path in page_assembly.PARTS.rglob("*") if path.is_file()}
    used = [name for _, name in page_assembly.recipe()]
    assert len(used) == len(set(used))
    assert set(used) | {"explorer/page.html", "explorer/recipe.txt"} == files
    source = (page_assembly.PARTS.parent / "pages.c").read_text(encoding="utf-8")
    assert set(re.findall(r'#embed "ui/(.+)"', source)) == files
    assert set(re.findall(r'ASSET\("(.+?)"', source)) == files


def test_the_page_is_small_and_names_no_address():
    parts = {path: path.read_text(encoding="utf-8") for path in page_assembly.PARTS.rglob("*") if path.is_file()}
    assert sum(len(text.encode()) for text in parts.values()) <= LARGEST
    for path, text in parts.items():
        addresses = re.findall(r"https?://[^\s\"'`]+", text)
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}, path
        for word in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "XMLHttpRequest", "import("):
            assert word not in text, f"{path}: {word}"


# MARK: Numbers


def expected(rows, labels, scores, t):
    chosen = scores[rows] >= t
    right = labels[rows] == 1
    tp, fp = int((chosen & right).sum()), int((chosen & ~right).sum())
    return {"selected": tp + fp, "tp": tp, "fp": fp, "rows": int(rows.sum()), "positives": int(right.sum())}


@pytest.mark.parametrize("name", ["adult", "compas", "no-positives"])
def test_numbers_at_random_thresholds(name, opened):
    page = opened(name)
    document = explored_pages.documents()[name]
    source = {"adult": people.adult, "compas": people.compas,
              "no-positives": lambda: people.drawn(["a", "b", "none"], 4, negative=[2])}[name]()
    scores, draw = source.models[0].scores, random.Random(7)
    for group, rows in curves.members(source, source.attributes[:1]):
        g = next(k for k, each in enumerate(document["partitions"][0]["groups"]) if each["name"] == group)
        cuts = explored_pages.decoded(document["models"][0]["curves"][0][g])["cuts"]
        for _ in range(20):
            cut = float(draw.choice(list(cuts)))
            page.type_threshold(group, cut)
            row = next(row for row in page.table() if row["Group"]["text"] == group)
            want = expected(rows, source.labels, scores, cut)
            assert row["Selected"]["value"] == want["selected"]
            assert row["True positives"]["value"] == want["tp"]
            assert row["False positives"]["value"] == want["fp"]
            pairs = {
                "Selection rate": (want["selected"], want["rows"]),
                "True positive rate": (want["tp"], want["positives"]),
                "False positive rate": (want["fp"], want["rows"] - want["positives"]),
                "Precision": (want["tp"], want["selected"]),
                "Accuracy": (want["tp"] + want["rows"] - want["positives"] - want["fp"], want["rows"])}
            for title, (top, bottom) in pairs.items():
                if bottom == 0:
                    assert row[title]["value"] is None
                    assert row[title]["text"] in {"no positive labels", "no negative labels", "nobody selected"}
                    continue
                assert row[title]["value"] == pytest.approx(top / bottom, abs=1e-15)
                low, high = wilson(top / bottom, bottom)
                said = [float(part) for part in re.findall(r"[\d.]+(?=%)", row[title]["range"])]
                assert said == pytest.approx([100 * low, 100 * high], abs=0.0501)
    assert page.complaints == []


def test_a_thinned_curve_answers_at_its_cuts_only(opened):
    page = opened("adult")
    document = explored_pages.documents()["adult"]
    cuts = explored_pages.decoded(document["models"][0]["curves"][0][0])["cuts"]
    between = float((cuts[40] * 0.7 + cuts[41] * 0.3))
    page.type_threshold("Female", between)
    field = page.tab.get_by_label("Threshold of Female, as a number")
    assert float(field.input_value()) == cuts[40]
    # One threshold for all stays as it is; its counts are then about those of the nearest cut.
    page.tab.get_by_label("One threshold for all groups").check()
    page.type_threshold("Female", between)
    assert float(field.input_value()) == between
    row = page.table()[0]
    assert row["Selected"]["text"].startswith("≈ ")


def test_the_band_is_massarts(opened):
    page = opened("adult")
    page.tab.click("#view-thresholds figure:has(h3:text-is('Selection rate')) summary")
    page.rest()
    cells = page.tab.locator("#view-thresholds figure:has(h3:text-is('Selection rate')) tbody tr").first.locator("td")
    # Two groups and three rates are read together.
    half = math.sqrt(math.log(2 * 6 / 0.05) / (2 * 5421))
    assert cells.nth(2).inner_text() == f"± {100 * half:.1f} pp"
    page.view("models")
    page.view("thresholds")
    wider = math.sqrt(math.log(2 * 12 / 0.05) / (2 * 5421))
    assert cells.nth(2).inner_text() == f"± {100 * wider:.1f} pp"


# MARK: Optima


@pytest.mark.parametrize("name", ["adult", "compas"])
def test_the_tangent_finds_what_trying_every_cut_finds(name, opened):
    page = opened(name)
    groups = explored_pages.documents()[name]["models"][0]["curves"][0]
    ratio = page.tab.get_by_label("Cost of a false positive over that of a false negative, as a number")
    page.tab.get_by_label("Thresholds are chosen").select_option("group_cost")
    for c in (0.05, 0.3, 1, 2.5, 10):
        ratio.fill(str(c))
        ratio.press("Enter")
        page.rest()
        rows = page.table()
        total = 0.0
        for g, curve in enumerate(groups):
            found = explored_pages.decoded(curve)
            tp, fp = np.append(0, found["positives"]), np.append(0, found["negatives"])
            costs = c * fp + found["total_positives"] - tp
            total += costs.min()
            here = c * rows[g]["False positives"]["value"] + found["total_positives"] - rows[g]["True positives"]["value"]
            assert here == pytest.approx(costs.min(), abs=1e-9)
            # Of equal costs the higher threshold: fewer are selected.
            assert rows[g]["Selected"]["value"] == (tp + fp)[np.argmin(costs)]
        said = page.tab.locator("dt:text-is('Cost of 1,000 rows') + dd strong").inner_text()
        shown = sum(row["Rows"]["value"] for row in rows[:-1])
        assert float(said.replace(",", "")) == pytest.approx(1000 * total / shown, abs=0.0501)


def test_one_threshold_of_least_cost(opened):
    page = opened("compas")
    groups = [explored_pages.decoded(curve) for curve in explored_pages.documents()["compas"]["models"][0]["curves"][0]]
    page.tab.get_by_label("Thresholds are chosen").select_option("single_cost")
    page.rest()

    def cost(t):
        sums = [(curve["positives"][curve["cuts"] >= t][-1:].sum(), curve["negatives"][curve["cuts"] >= t][-1:].sum())
                for curve in groups]
        return sum(fp - tp for tp, fp in sums)

    every = sorted({float(cut) for curve in groups for cut in curve["cuts"]} | {math.inf}, reverse=True)
    best = min(every, key=cost)
    assert float(page.tab.get_by_label(re.compile("^Threshold of .*, as a number$")).first.input_value()) == best


def test_strategies_of_the_document_are_taken_exactly(opened):
    page = opened("adult")
    document = explored_pages.documents()["adult"]
    page.tab.get_by_label("Thresholds are chosen").select_option("document:opportunity")
    page.rest()
    dial = page.tab.get_by_label("Bound of the gap", exact=True)
    dial.focus()
    entries = [each for each in document["models"][0]["strategies"] if each["partition"] == 0 and each["name"] == "opportunity"]
    for entry in entries:
        if entry["status"] == "optimal":
            rows = page.table()
            rates = [row["True positive rate"]["value"] for row in rows[:2]]
            assert abs(rates[0] - rates[1]) == pytest.approx(entry["gap"], abs=1e-12)
            assert abs(rates[0] - rates[1]) <= entry["bound"] + 1e-9
            cost = rows[-1]["False positives"]["value"] + 3846 - rows[-1]["True positives"]["value"]
            assert cost == pytest.approx(entry["cost"])
        page.tab.keyboard.press("ArrowRight")
        page.rest()


# MARK: People moved, two models


def test_people_moved_are_counted_against_the_stated_policy(opened):
    page = opened("compas")
    source = people.compas()
    page.type_threshold("African-American", 7.0)
    page.type_threshold("Caucasian", 3.0)
    rows = page.tab.evaluate("""() => [...document.querySelectorAll("table")]
      .find((table) => table.caption?.textContent === "People moved" && table.checkVisibility())
      .tBodies[0].innerText""")
    scores = source.models[0].scores
    for name, t in (("African-American", 7), ("Caucasian", 3)):
        inside = source.columns["race"] == name
        lost = int((inside & (scores >= 5) & ~(scores >= t)).sum())
        gained = int((inside & ~(scores >= 5) & (scores >= t)).sum())
        line = next(line for line in rows.splitlines() if line.startswith(name)).replace(",", "").split("\t")
        assert [int(line[1]), int(line[2])] == [gained, lost]


def test_two_models_side_by_side(opened):
    page = opened("adult")
    page.tab.get_by_label("Beside it").select_option(label="age, education and hours")
    page.rest()
    sides = page.tab.locator(".model-side")
    assert sides.count() == 2
    source = people.adult()
    female = source.columns["sex"] == "Female"
    for k, model in enumerate(source.models):
        table = sides.nth(k).locator("table", has=page.tab.locator("caption:text-is('Groups')"))
        chosen = int((model.scores[female] >= 0.5).sum())
        assert table.locator("tbody tr").first.locator("td").nth(2).inner_text().replace(",", "") == str(chosen)


# MARK: Keys


def test_sliders_by_keyboard(opened):
    page = opened("compas")
    slider = page.tab.get_by_label("Threshold of Caucasian", exact=True)
    field = page.tab.get_by_label("Threshold of Caucasian, as a number")
    slider.focus()
    for key, want in [("ArrowRight", 6), ("ArrowRight", 7), ("ArrowLeft", 6), ("Home", 1), ("End", 10), ("ArrowLeft", 9)]:
        page.tab.keyboard.press(key)
        page.rest()
        assert float(field.input_value()) == want, key
    assert "selected" in slider.get_attribute("aria-valuetext")
    # Keys faster than frames are not lost.
    page.tab.evaluate("""() => {
      const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      press("Home"); press("ArrowRight"); press("ArrowRight");
    }""")
    page.rest()
    assert float(field.input_value()) == 3
    page.tab.keyboard.press("End")
    page.tab.keyboard.press("ArrowRight")
    page.rest()
    assert field.input_value() == "nobody"
    # The keys of one lane are one step back.
    slider.blur()
    page.tab.keyboard.press("Control+z")
    page.rest()
    assert float(field.input_value()) == 5
    page.tab.keyboard.press("Control+y")
    page.rest()
    assert field.input_value() == "nobody"


def test_a_page_is_one_percent_of_the_rows(opened):
    page = opened("adult")
    slider = page.tab.get_by_label("Threshold of Male", exact=True)
    before = page.table()[1]["Selected"]["value"]
    slider.focus()
    page.tab.keyboard.press("PageUp")
    page.rest()
    after = page.table()[1]["Selected"]["value"]
    assert 108 <= before - after <= 150


def test_brackets_go_to_the_next_change_of_any_group(opened):
    page = opened("adult")
    document = explored_pages.documents()["adult"]
    cuts = [explored_pages.decoded(curve)["cuts"] for curve in document["models"][0]["curves"][0]]
    page.tab.get_by_label("One threshold for all groups").check()
    slider = page.tab.get_by_label("Threshold of Female", exact=True)
    slider.focus()
    every = np.unique(np.concatenate(cuts))
    for key, want in [("]", every[every > 0.5][0]), ("]", every[every > 0.5][1]), ("[", every[every > 0.5][0])]:
        page.tab.keyboard.press(key)
        page.rest()
        assert float(page.tab.get_by_label("Threshold of Male, as a number").input_value()) == want


def test_a_slash_searches_the_columns(opened):
    page = opened("adult")
    page.tab.keyboard.press("/")
    page.tab.keyboard.type("cap")
    page.rest()
    assert page.tab.locator("#view-data .columns figure").count() == 1


def test_many_rows_are_in_the_page_where_they_are_seen(opened):
    page = opened("adult", "slices")
    slices = explored_pages.documents()["adult"]["slices"]
    region = page.tab.locator("#view-slices .scroll", has=page.tab.locator("caption:text-is('Slices')"))
    table = region.locator("table")
    assert table.get_attribute("aria-rowcount") == str(len(slices) + 1)
    assert table.locator("tbody tr:not(.space)").count() < len(slices)
    region.evaluate("(region) => { region.scrollTop = region.scrollHeight }")
    page.rest()
    last = table.locator("tbody tr:not(.space)").last
    assert last.get_attribute("aria-rowindex") == str(len(slices) + 1)
    table.get_by_role("button", name="Rows").click()
    region.evaluate("(region) => { region.scrollTop = 0 }")
    page.rest()
    most = max(slices, key=lambda each: each["rows"])
    assert f"{most['rows']:,}" in table.locator("tbody tr:not(.space)").first.inner_text()


def test_a_pin_marks_a_slice_in_every_picture(opened):
    page = opened("adult", "slices")
    page.tab.get_by_role("button", name="sex Female", exact=True).first.click()
    page.rest()
    assert page.tab.locator("#view-slices svg .marker.ringed").count() == 5
    page.tab.get_by_role("button", name="No longer pin sex Female").click()
    page.rest()
    assert page.tab.locator("#view-slices svg .marker.ringed").count() == 0


def test_views_and_keys_of_one_letter(opened):
    page = opened("adult")
    page.tab.keyboard.press("g")
    page.tab.keyboard.press("s")
    page.rest()
    assert page.tab.locator("#tab-slices").get_attribute("aria-selected") == "true"
    page.tab.keyboard.press("ArrowRight")
    page.rest()
    assert page.tab.locator("#tab-dependence").get_attribute("aria-selected") == "true"
    page.tab.keyboard.press("?")
    page.tab.get_by_label("Keys of one letter are on").uncheck()
    page.tab.keyboard.press("Escape")
    page.tab.keyboard.press("g")
    page.tab.keyboard.press("t")
    page.rest()
    assert page.tab.locator("#tab-dependence").get_attribute("aria-selected") == "true"


def test_letters_in_a_field_are_letters(opened):
    page = opened("adult", "data")
    search = page.tab.get_by_label("Search")
    search.press_sequentially("g t?")
    page.rest()
    assert search.input_value() == "g t?"
    assert page.tab.locator("#tab-data").get_attribute("aria-selected") == "true"


def test_a_wrong_number_is_named_and_changes_nothing(opened):
    page = opened("adult")
    page.type_threshold("Female", "half")
    field = page.tab.get_by_label("Threshold of Female, as a number")
    assert field.get_attribute("aria-invalid") == "true"
    assert "'half' is no number" in page.tab.locator(f"[id='{field.get_attribute('aria-describedby')}']").inner_text()
    assert page.table()[0]["Selected"]["value"] == 307


def test_the_heat_map_is_walked_with_arrows(opened):
    page = opened("adult", "slices")
    cell = page.tab.locator(".heat .cell").first
    cell.focus()
    page.tab.keyboard.press("ArrowDown")
    page.tab.keyboard.press("ArrowRight")
    said = page.tab.evaluate("document.activeElement.getAttribute('aria-label')")
    source = people.adult()
    rows = (source.columns["race"] == "Asian-Pac-Islander") & (source.columns["sex"] == "Male")
    share = (source.models[0].scores[rows] >= 0.5).mean()
    assert f"{100 * share:.1f}%" in said and f"{rows.sum()} rows" in said


# MARK: Work and time


def test_a_drag_computes_once_a_frame(opened):
    page = opened("adult")
    box = page.tab.locator(".lane-plot").first.bounding_box()
    page.tab.evaluate("""() => {
      window.seen = { frames: 0, isOn: true };
      const count = () => { window.seen.frames += 1; if (window.seen.isOn) requestAnimationFrame(count); };
      requestAnimationFrame(count);
      performance.clearMeasures("frame");
    }""")
    before = page.tab.evaluate("equipoisePage.store.frames")
    page.tab.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    page.tab.mouse.down()
    for k in range(120):
        page.tab.mouse.move(box["x"] + box["width"] * (0.5 + 0.3 * math.sin(k / 9)), box["y"] + 20)
    page.tab.mouse.up()
    page.rest()
    told = page.tab.evaluate("equipoisePage.store.frames") - before
    frames = page.tab.evaluate("(window.seen.isOn = false, window.seen.frames)")
    times = sorted(page.tab.evaluate("performance.getEntriesByName('frame').map((entry) => entry.duration)"))
    print(f"a frame of a drag: median {times[len(times) // 2]:.2f} ms, longest {times[-1]:.2f} ms, of {len(times)}")
    assert 0 < told <= frames + 1
    # The whole drag is one step back.
    page.tab.keyboard.press("Control+z")
    page.rest()
    assert page.table()[0]["Selected"]["value"] == 307


def test_many_changes_between_frames_are_one(opened):
    page = opened("adult")
    told, made = page.tab.evaluate("""async () => {
      const { store, decisions } = equipoisePage, before = store.frames;
      for (let k = 1; k < 50; k++) decisions.setThreshold(0, 0, k / 50, { gesture: "test" });
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return [store.frames - before, 49];
    }""")
    assert (told, made) == (1, 49)


# MARK: What leaves the page


def saved(page, name: str) -> str:
    with page.tab.expect_download() as waiting:
        page.tab.get_by_role("button", name=name, exact=True).click()
    return waiting.value.path().read_text(encoding="utf-8")


def test_the_rule_file_is_the_template_filled_in(opened):
    page = opened("adult")
    female, male = 0.21206477001952838, 1e-05
    page.tab.evaluate("([a, b]) => equipoisePage.store.change({ thresholds: { '0/0': [a, b] } }, { label: 'x' })", [female, male])
    page.rest()
    page.view("policy")
    text = saved(page, "Save the rule file")
    template = explored_pages.documents()["adult"]["partitions"][0]["rule_template"]
    body = template.replace("{{cuts}}", f"{female!r},{male!r}").replace("{{option}}", f"Female={female!r},Male={male!r}")
    digest = hashlib.sha256(body.encode()).hexdigest()
    assert text == f'{{"digest":"{digest}",{body[1:]}\n'
    assert json.loads(text)["rule"]["rule"]["thresholds"] == [female, male]
    command = page.tab.get_by_label("Command").inner_text()
    assert shlex.split(command)[-1] == f"Female={female!r},Male={male!r}"


def test_names_in_a_rule_file_are_the_datas_own(opened):
    page = opened("hostile-names", "policy")
    rule = json.loads(saved(page, "Save the rule file"))
    names = [group["name"] for group in explored_pages.documents()["hostile-names"]["partitions"][0]["groups"]]
    assert rule["rule"]["groups"] == names
    assert rule["options"]["thresholds"] == ",".join(f"{name}=0.5" for name in names)
    body = json.dumps({key: value for key, value in rule.items() if key != "digest"}, separators=(",", ":"), ensure_ascii=False)
    assert rule["digest"] == hashlib.sha256(body.encode()).hexdigest()


def test_a_session_is_saved_and_opened(opened, tmp_path):
    page = opened("compas")
    page.type_threshold("Caucasian", 8.0)
    page.tab.get_by_role("button", name="Keep this policy").first.click()
    page.view("policy")
    page.tab.get_by_label("Note on Policy 1").fill("because")
    page.tab.get_by_label("Note on Policy 1").blur()
    page.rest()
    text = saved(page, "Save the session")
    session = json.loads(text)
    assert session["policies"][0]["note"] == "because"
    assert session["looked_at"]["thresholds"]
    file = tmp_path / "session.eqx"
    file.write_text(text, encoding="utf-8")
    page.tab.goto("about:blank")
    again = opened("compas", "policy")
    again.tab.get_by_label("A session file").set_input_files(file)
    again.tab.wait_for_selector("article.card")
    assert again.tab.get_by_label("Note on Policy 1").input_value() == "because"
    caucasian = next(row for row in again.table("#view-policy") if row["Group"]["text"] == "Caucasian")
    assert float(caucasian["Threshold"]["text"]) == 8
    # Another page's session is refused in words.
    file.write_text(text.replace(session["digest"], "0" * 64), encoding="utf-8")
    again.tab.get_by_label("A session file").set_input_files(file)
    again.tab.wait_for_selector("[role=alert]:not([hidden])")
    assert "other data" in again.tab.locator("[role=alert]").inner_text()


def test_a_table_as_csv_is_the_whole_table_and_computes_nothing(opened):
    page = opened("hostile-names")
    text = saved(page, "CSV")
    lines = text.strip().splitlines()
    assert lines[0].startswith("Group,Threshold,Rows")
    assert "'=1+1" in text
    assert len(lines) == 1 + 9 + 1


def test_the_address_holds_the_state(opened):
    page = opened("compas")
    page.type_threshold("Caucasian", 8.0)
    page.until("location.hash.includes('cuts=')")
    address = page.tab.evaluate("location.href")
    page.tab.goto("about:blank")
    page.tab.goto(address)
    page.rest()
    assert float(page.tab.get_by_label("Threshold of Caucasian, as a number").input_value()) == 8


@pytest.mark.parametrize("fragment", ["#view=nothing&by=99&model=x", "#cuts=0/0:a,b", "#cuts=9/9:1;;;:&ratio=-1", "#strategy=document:zzz:1", "#%%%"])
def test_a_wrong_address_is_no_fault(fragment, tab, folder):
    path = explored_pages.write(folder, "compas")
    page = Open(tab, path)
    tab.goto("about:blank")
    tab.goto(path.as_uri() + fragment)
    page.rest()
    assert page.complaints == []
    assert len(page.table()) > 2


# MARK: Every document


@pytest.mark.parametrize("name", ["adult", "compas", *HOSTILE])
def test_no_document_makes_the_page_complain_or_ask(name, opened):
    page = opened(name)
    document = explored_pages.documents()[name]
    for view in page.views:
        page.view(view)
        for details in page.tab.locator(f"#view-{view} details:visible").all()[:12]:
            details.evaluate("(part) => { part.open = true }")
        page.rest()
        for select in page.tab.locator(".context select:visible").all():
            for k in range(min(select.locator("option").count(), 4)):
                option = select.locator("option").nth(k)
                if not option.is_disabled():
                    select.select_option(index=k)
                    page.rest()
    assert page.complaints == []
    assert page.outside == []
    assert page.tab.locator("#content script, #content img").count() == 0
    shown = page.tab.locator("main").inner_text()
    assert "NaN" not in shown and "undefined" not in shown and "[object" not in shown
    if name == "adult":
        assert page.views == VIEWS
    if not document["models"]:
        assert page.views == []


@pytest.mark.parametrize("name, group, column, reason", [
    ("no-positives", "none", "True positive rate", "no positive labels"),
    ("withheld", "some", "Selection rate", "fewer than 10 rows")])
def test_absent_rates_say_why(name, group, column, reason, opened):
    page = opened(name)
    row = next(row for row in page.table() if row["Group"]["text"] == group)
    assert row[column]["text"] == reason
    assert row[column]["value"] is None


def test_decisions_alone_have_rates_and_no_slider(opened):
    page = opened("decisions")
    assert page.tab.locator("#view-thresholds input[type=range]:visible").count() == 0
    source = people.drawn(["a", "b"], 7, decisions=True)
    for name, rows in curves.members(source, ["group"]):
        row = next(row for row in page.table() if row["Group"]["text"] == name)
        assert row["Selected"]["value"] == int(source.models[0].decisions[rows].sum())


def test_without_labels_there_are_no_rates_of_labels(opened):
    page = opened("unlabeled")
    titles = list(page.table()[0])
    assert "Selection rate" in titles
    assert not {"True positive rate", "Precision", "Accuracy"} & set(titles)
    assert "models" not in page.views


def test_weights_count_as_weights(opened):
    page = opened("weighted")
    source = people.drawn(["a", "b", "c"], 8, 900)
    weights = np.random.default_rng(8).choice([0.5, 1.0, 2.5], len(source))
    page.type_threshold("b", 0.625)
    for name, t in (("a", 0.5), ("b", 0.625)):
        inside = source.columns["group"] == name
        w, y, chosen = weights[inside], source.labels[inside], source.models[0].scores[inside] >= t
        row = next(row for row in page.table() if row["Group"]["text"] == name)
        assert row["Selected"]["value"] == pytest.approx(w[chosen].sum())
        assert row["True positive rate"]["value"] == pytest.approx(w[chosen & (y == 1)].sum() / w[y == 1].sum())
        share, effective = w[chosen].sum() / w.sum(), w.sum() ** 2 / (w**2).sum()
        said = [float(part) for part in re.findall(r"[\d.]+(?=%)", row["Selection rate"]["range"])]
        assert said == pytest.approx([100 * end for end in wilson(share, effective)], abs=0.0501)
    assert "approximate" in page.tab.locator("#view-thresholds").inner_text()
    # A model of decisions alone has the groups' own weights.
    page.tab.locator(".context select").nth(1).select_option(label="decisions")
    page.rest()
    inside = source.columns["group"] == "a"
    chosen, y = source.models[0].scores[inside] >= 0.5, source.labels[inside]
    rate = weights[inside][chosen & (y == 1)].sum() / weights[inside][y == 1].sum()
    assert page.table()[0]["True positive rate"]["value"] == pytest.approx(rate)


def test_a_picture_is_saved_with_its_looks(opened):
    import xml.etree.ElementTree as tree
    page = opened("adult")
    text = saved(page, "Selection rate: save the picture")
    picture = tree.fromstring(text)
    marks = [part for part in picture.iter() if part.tag.endswith("path")]
    assert any(part.get("fill") == "rgb(0, 114, 178)" for part in marks)
    assert not any(part.get("class") for part in picture.iter())
    numbers = saved(page, "Selection rate: save the numbers").splitlines()
    assert numbers[0] == "Group,Selection rate,95% interval,Band at all thresholds,Of rows"
    assert float(numbers[1].split(",")[1]) == 307 / 5421


def test_what_the_program_may_leave_out(tab, folder):
    """Counts that are withheld at one place alone, and thresholds of the told groups alone."""
    document = explored_pages.copy(explored_pages.documents()["compas"])
    model, groups = document["models"][0], document["partitions"][0]["groups"]
    model["stated"][0][0] = None
    groups[1]["withheld"] = "fewer than 10 rows"
    model["curves"][0][1] = model["stated"][0][1] = None
    entry = next(each for each in model["strategies"] if each["partition"] == 0 and each["name"] == "parity" and each["thresholds"])
    told = [k for k, group in enumerate(groups) if not group.get("withheld")]
    model["strategies"] = [{**entry, "thresholds": [5.5 + k for k in range(len(told))]}]
    for column in document["columns"]:
        column["missing"] = None
    path = folder / "left-out.html"
    path.write_text(page_assembly.page(document, "left out"), encoding="utf-8")
    page = Open(tab, path)
    page.tab.locator("#view-thresholds .policy select").first.select_option("document:parity")
    page.rest()
    rows = page.table()
    assert [float(rows[k]["Threshold"]["text"]) for k in told] == [5.5 + k for k in range(len(told))]
    assert rows[1]["Selection rate"]["text"] == "fewer than 10 rows"
    page.view("data")
    assert "Missing withheld" in " ".join(page.tab.locator("#view-data .small-facts").first.inner_text().split())
    assert page.complaints == []


def test_many_groups_are_all_in_the_table(opened):
    page = opened("forty-groups")
    assert len(page.table()) == 41
    assert page.tab.locator(".lane").count() == 10
    page.tab.get_by_role("button", name=re.compile("Show all")).click()
    page.rest()
    assert page.tab.locator(".lane").count() > 10


def test_sections_that_are_absent_leave_no_view(tab, folder):
    document = explored_pages.copy(explored_pages.documents()["adult"])
    for name in ("columns", "slices"):
        del document[name]
    for model, name in itertools.product(document["models"], ("dependence", "flips", "error_tree", "recourse", "strategies")):
        del model[name]
    path = folder / "bare.html"
    path.write_text(page_assembly.page(document, "bare"), encoding="utf-8")
    page = Open(tab, path)
    assert page.views == ["thresholds", "models", "policy"]
    assert page.complaints == []


# MARK: Slices


def test_a_slices_bound_shares_its_error(opened):
    page = opened("adult", "slices")
    source = people.adult()
    looks = len(explored_pages.documents()["adult"]["slices"])
    page.tab.wait_for_selector("#view-slices table caption")
    rows = page.tab.evaluate("""() => [...document.querySelectorAll("#view-slices table")]
      .find((table) => table.caption?.textContent === "Slices").tBodies[0].innerText""")
    line = next(line for line in rows.splitlines() if "sex Male, workclass Self-emp-inc" in line)
    inside = (source.columns["sex"] == "Male") & (source.columns["workclass"] == "Self-emp-inc")
    chosen = source.models[0].scores >= 0.5
    a, b, na, nb = chosen[inside].mean(), chosen[~inside].mean(), inside.sum(), (~inside).sum()
    from statistics import NormalDist
    z = NormalDist().inv_cdf(1 - 0.05 / looks / 2)
    (la, _), (_, ub) = wilson(a, na, z), wilson(b, nb, z)
    bound = a - b - math.hypot(a - la, ub - b)
    index = rows.splitlines().index(line)
    text = " ".join(rows.splitlines()[index:index + 3])
    assert f"+{100 * bound:.1f} pp" in text


def test_groups_of_one_picture_look_unlike(opened):
    page = opened("forty-groups")
    looks = page.tab.evaluate("""() => [...document.querySelectorAll("#view-thresholds .lane-name .key path")].slice(0, 8)
      .map((path) => path.getAttribute("class") + path.getAttribute("d"))""")
    assert len(set(looks)) == 8
