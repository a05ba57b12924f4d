"""Explorer pages on a disk, and what is asked of one that is open."""

import base64
import functools
import json
import pathlib

import explored_documents
import numpy as np
import page_assembly

VIEWS = ["thresholds", "data", "slices", "dependence", "flips", "errors", "recourse", "models", "policy"]


@functools.cache
def documents() -> dict[str, dict]:
    return explored_documents.all_documents()


def write(folder: pathlib.Path, name: str) -> pathlib.Path:
    path = folder / f"{name}.html"
    if not path.exists():
        path.write_text(page_assembly.page(documents()[name], name), encoding="utf-8")
    return path


class Open:
    """An open page: what it asked for, what it complained of, and its parts by name."""

    def __init__(self, tab, path: pathlib.Path, view: str = "", width: int = 1280):
        self.tab, self.path = tab, path
        self.asked: list[str] = []
        self.complaints: list[str] = []
        tab.on("request", lambda request: self.asked.append(request.url))
        tab.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto(path.as_uri() + (f"#view={view}" if view else ""))
        self.rest()

    def rest(self) -> None:
        """Waits until every change is shown."""
        self.until("document.documentElement.dataset.idle === '1'")
        self.tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def until(self, condition: str) -> None:
        """Waits for a condition. The page's policy forbids texts as code, so the browser's driver polls."""
        self.tab.evaluate(f"""() => new Promise((done, fail) => {{
          const start = performance.now();
          const look = () => {{
            if ({condition}) done();
            else if (performance.now() - start > 10_000) fail(new Error("waited 10 s"));
            else setTimeout(look, 10);
          }};
          look();
        }})""")

    @property
    def outside(self) -> list[str]:
        own = self.path.as_uri()
        return [url for url in self.asked if url.split("#")[0] != own and not url.startswith(("data:", "blob:"))]

    @property
    def views(self) -> list[str]:
        return self.tab.eval_on_selector_all("[role=tab]", "(tabs) => tabs.map((tab) => tab.id.slice(4))")

    def view(self, name: str) -> None:
        self.tab.click(f"#tab-{name}")
        self.rest()

    def table(self, within: str = "#view-thresholds") -> list[dict]:
        """The table of groups: a row's texts and exact numbers by the column's title."""
        return self.tab.evaluate("""(within) => {
          const table = [...document.querySelectorAll(`${within} table`)]
            .find((each) => each.caption?.textContent === "Groups");
          const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
          return [...table.tBodies[0].rows].map((row) => Object.fromEntries([...row.cells].map((cell, k) => [titles[k], {
            text: cell.querySelector("span")?.textContent ?? cell.textContent,
            range: cell.querySelector(".range")?.textContent ?? null,
            value: cell.dataset.value === undefined || cell.dataset.value === "" ? null : Number(cell.dataset.value)}])));
        }""", within)

    def type_threshold(self, group: str, value) -> None:
        field = self.tab.get_by_label(f"Threshold of {group}, as a number")
        field.fill(repr(value) if isinstance(value, float) else value)
        field.press("Enter")
        self.rest()


def decoded(curve: dict) -> dict:
    """A curve's arrays."""
    kind = {"f64": "<f8", "u32": "<u4"}[curve["type"]]

    def array(text, dtype):
        return np.frombuffer(base64.b64decode(text), dtype).astype(float)

    return {
        **curve, "cuts": array(curve["cuts"], "<f8"), "negatives": array(curve["negatives"], kind),
        "positives": None if curve["positives"] is None else array(curve["positives"], kind)}


def copy(document: dict) -> dict:
    return json.loads(json.dumps(document))
