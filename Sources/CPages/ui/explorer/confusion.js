// Confusion matrices: a square a group, its areas the shares of the four outcomes.

class ConfusionSquares {
  constructor(page) {
    this.page = page;
    this.grid = el("div.squares");
    this.title = el("h3.figure-title", null, "Outcomes of each group");
    this.element = el("div.card", null, this.title, this.grid);
  }

  static cells = [
    ["tp", "right yes", "Selected, positive label"], ["fn", "missed", "Not selected, positive label"],
    ["fp", "wrong yes", "Selected, negative label"], ["tn", "right no", "Not selected, negative label"],
  ];

  #build(state) {
    this.partition = state.partition;
    const groups = this.page.exploration.groups(state.partition);
    this.parts = shownGroups(this.page.exploration, state.partition, 8).map((g) => {
      const values = new Map(), head = (text) => el("th", { scope: "col" }, text);
      const cell = (name) => {
        const count = el("span.big"), share = el("span.range");
        const box = el("td.outcome", { class: `outcome ${name}` }, count, share);
        values.set(name, { count, share, box });
        return box;
      };
      const why = el("p.soft", { hidden: true });
      const table = el("table.confusion", null,
        el("caption", null, Series.key(seriesOf(this.page.exploration, state.partition, g)), nameOf(groups[g].name, 32)),
        el("thead", null, el("tr", null, el("td"), head("Selected"), head("Not selected"))),
        el("tbody", null,
          el("tr", null, el("th", { scope: "row" }, "Positive label"), cell("tp"), cell("fn")),
          el("tr", null, el("th", { scope: "row" }, "Negative label"), cell("fp"), cell("tn"))));
      return { g, values, table, why, box: el("div.square", null, table, why) };
    });
    this.grid.replaceChildren(...this.parts.map(({ box }) => box));
  }

  update(state, reading) {
    if (this.partition !== state.partition) this.#build(state);
    for (const { g, values, table, why } of this.parts) {
      const c = reading.counts[g];
      why.hidden = !c.reason;
      for (const { box } of values.values()) box.classList.toggle("absent", Boolean(c.reason));
      say(why, c.reason ?? "");
      table.querySelector("tbody").hidden = Boolean(c.reason);
      if (c.reason) continue;
      const outcomes = { tp: c.tp, fn: c.positives - c.tp, fp: c.fp, tn: c.negatives - c.fp };
      for (const [name, value] of Object.entries(outcomes)) {
        const part = values.get(name), share = c.rows > 0 ? value / c.rows : 0;
        say(part.count, `${c.slack ? "≈ " : ""}${NumberText.weight(value)}`);
        say(part.share, NumberText.percent(share));
        part.box.style.setProperty("--share", `${Math.round(100 * Math.sqrt(share))}%`);
      }
    }
  }
}
