// Tabs: one stop of the Tab key, arrows between them, Home and End.

class Tabs {
  #tabs = new Map();

  /** @param views `[{ id, name, key }]` @param choose What a chosen id does. */
  constructor(label, views, choose) {
    this.list = el("div.tabs", { role: "tablist", "aria-label": label });
    this.list.addEventListener("keydown", (event) => this.#move(event));
    for (const { id, name } of views) {
      const tab = el("button.tab", {
        type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `view-${id}`,
        on: { click: () => choose(id) },
      }, name);
      this.#tabs.set(id, tab);
      this.list.append(tab);
    }
  }

  show(id) {
    for (const [each, tab] of this.#tabs) {
      mark(tab, "aria-selected", each === id);
      tab.tabIndex = each === id ? 0 : -1;
    }
  }

  focus(id) { this.#tabs.get(id)?.focus(); }

  #move(event) {
    const all = [...this.#tabs.values()], here = all.indexOf(document.activeElement);
    const next = {
      ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1,
      Home: 0, End: all.length - 1,
    }[event.key];
    if (here < 0 || next === undefined) return;
    event.preventDefault();
    const tab = all[(next + all.length) % all.length];
    tab.click();
    tab.focus();
  }
}
