// The page's frame: its head, the choice of groups and model, tabs, the view, and the foot.

class Shell {
  #shown = new Map();

  constructor(page) {
    this.page = page;
    const { exploration } = page;
    this.views = Views.filter((view) => view.isThere(exploration));
    this.tabs = new Tabs("Views", this.views, (id) => page.store.change({ view: id }));
    this.bar = new ContextBar(page);
    this.main = el("main", { id: "content", tabindex: "-1" });
    this.undo = this.#step("Undo", "undo");
    this.redo = this.#step("Redo", "redo");
    this.seen = el("button.quiet.small", { type: "button", on: { click: () => this.#toLedger() } });
    document.body.append(
      this.#head(), el("nav.nav", { "aria-label": "Views of the data" }, this.tabs.list), this.bar.element, this.main, this.#foot(), Live.place());
    this.#keys();
    page.ledger.subscribe(() => this.#showSeen());
    this.#showSeen();
    this.tabs.list.hidden = this.views.length === 0;
    if (this.views.length === 0) this.main.append(el("p.note", null, "This document has nothing to show."));
  }

  #step(name, action) {
    return el("button.small", { type: "button", on: { click: () => this.page[action]() } }, name);
  }

  #head() {
    const { made, label, models } = this.page.exploration.data;
    const facts = [
      made?.rows === undefined ? null : NumberText.counted(made.rows, "row"),
      made?.weighted ? "weighted" : null,
      label ? `label ${brief(label.name)} is ${brief(label.positive)}` : "without labels",
      NumberText.counted(models?.length ?? 0, "model"),
    ].filter(Boolean);
    const help = el("button.small", { type: "button", on: { click: () => this.#help() } }, "Keys");
    return el("header.head", null,
      el("div", null,
        el("p.kind", null, "Explorer"),
        el("h1", null, nameOf(made?.data ?? "Data", 80)),
        el("p.subtitle", null, facts.join(" · "))),
      el("div.head-tools.no-print", null, this.seen, this.undo, this.redo, help, Theme.field()));
  }

  #foot() {
    const { made } = this.page.exploration.data;
    const parts = [
      made?.program ? `Written by ${made.program}.` : null,
      made?.least_cell ? `Counts of fewer than ${made.least_cell} rows are withheld; no row of the data is in this page.` : "No row of the data is in this page.",
      made?.digest ? `Digest of the data: ${made.digest}.` : null,
    ].filter(Boolean);
    return el("footer", null,
      el("p", null, "Measured values with their uncertainty. What they mean for a decision is for people to judge."),
      el("p", null, parts.join(" ")));
  }

  #keys() {
    const { keys, store } = this.page;
    for (const { id, name, key } of this.views) {
      keys.add(`g ${key}`, `Go to ${name}`, () => { store.change({ view: id }); this.tabs.focus(id); });
    }
    if (this.views.some((view) => view.id === "data")) {
      keys.add("/", "Search the columns", () => {
        store.change({ view: "data" });
        store.tell();
        document.getElementById("search-columns")?.focus();
      });
    }
    keys.add("u", "Undo", () => this.page.undo());
    keys.add("U", "Redo", () => this.page.redo());
    keys.add("k", "Keep the policy as it is set", () => this.page.keep());
    keys.add("?", "This list", () => this.#help());
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || Keys.isTyping(event.target)) return;
      const isRedo = event.key.toLowerCase() === "y" || (event.key.toLowerCase() === "z" && event.shiftKey);
      if (!isRedo && event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      if (isRedo) this.page.redo();
      else this.page.undo();
    });
  }

  #help() {
    if (!this.dialog) {
      this.dialog = this.page.keys.dialog();
      const more = [
        ["← →", "On a threshold: the next cut"], ["Page ↑ ↓", "On a threshold: one percent of the group's rows"],
        ["Home End", "On a threshold: the lowest and the highest cut"],
        ["[ ]", "On a threshold: the next place at which any group's numbers change"],
      ];
      this.dialog.querySelector("dl").append(...more.map(([keys, words]) =>
        el("div", null, el("dt", null, el("kbd", null, keys)), el("dd", null, words))));
      document.body.append(this.dialog);
    }
    this.dialog.showModal();
  }

  #toLedger() {
    this.page.store.change({ view: "policy" });
    requestAnimationFrame(() => document.getElementById("looked-at")?.scrollIntoView());
  }

  #showSeen() {
    const { thresholds, slices } = this.page.ledger.counts;
    say(this.seen, `Looked at: ${NumberText.counted(thresholds, "threshold")}, ${NumberText.counted(slices, "slice")}`);
  }

  update(state, before) {
    const id = this.views.some((view) => view.id === state.view) ? state.view : this.views[0]?.id;
    if (!id) return;
    this.tabs.show(id);
    this.bar.update(state, this.views.find((view) => view.id === id));
    const { store } = this.page;
    this.undo.disabled = store.undoLabel === null;
    this.redo.disabled = store.redoLabel === null;
    mark(this.undo, "aria-label", store.undoLabel ? `Undo: ${store.undoLabel}` : "Undo");
    mark(this.redo, "aria-label", store.redoLabel ? `Redo: ${store.redoLabel}` : "Redo");
    if (!this.#shown.has(id)) {
      const view = this.views.find((each) => each.id === id).make(this.page);
      view.element.id = `view-${id}`;
      dress(view.element, { role: "tabpanel", "aria-labelledby": `tab-${id}` });
      this.#shown.set(id, view);
      this.main.append(view.element);
    }
    for (const [each, view] of this.#shown) view.element.hidden = each !== id;
    this.#shown.get(id).update(state, before);
  }
}
