// All groups of a model on one axis of scores.

class Lanes {
  static most = 10;
  #lanes = [];
  #showsAll = false;

  constructor(page, model) {
    this.page = page;
    this.model = model;
    this.list = el("div.lanes");
    this.axis = el("div.lane-axis", { "aria-hidden": "true" });
    this.rest = el("div.lane-rest");
    this.title = el("h3.figure-title", { id: freshId("lanes") });
    this.note = el("p.figure-note");
    this.element = el("section.card", { "aria-labelledby": this.title.id },
      this.title, this.note, this.list, this.axis, this.rest);
    this.observer = new ResizeObserver(() => this.#drawAxis());
  }

  build(state) {
    const { exploration } = this.page, { partition } = state;
    this.built = `${partition}/${this.model}/${this.#showsAll}`;
    for (const lane of this.#lanes) lane.end();
    this.observer.disconnect();
    const groups = exploration.groups(partition);
    const there = groups.map((group, g) => ({ group, g, curve: exploration.curve(this.model, partition, g) }));
    const scored = there.filter(({ curve }) => curve);
    const low = Math.min(...scored.map(({ curve }) => curve.lowest));
    const high = Math.max(...scored.map(({ curve }) => curve.highest));
    this.range = roomy(low, high);
    const order = scored.length > Lanes.most
      ? [...scored].sort((a, b) => b.group.rows - a.group.rows) : scored;
    const shown = this.#showsAll ? order : order.slice(0, Lanes.most);
    this.#lanes = shown.map((each) => new Lane(this.page, { model: this.model, range: this.range, ...each }));
    say(this.title, "Scores and thresholds");
    say(this.note, [
      exploration.hasLabels ? "Positive labels stand upward, negative ones hang downward." : null,
      "Heights are square roots of counts, so that small ones show; each group and label has its own scale.",
      "Whoever is right of the cut is selected.",
      scored.every(({ curve }) => curve.isComplete) ? null
        : "Rows between two cuts of this page are drawn evenly spread.",
    ].filter(Boolean).join(" "));
    this.list.replaceChildren(...this.#lanes.map((lane) => lane.element));
    this.#others(there.filter(({ curve }) => !curve), scored.length);
    if (this.#lanes[0]) this.observer.observe(this.#lanes[0].plot);
  }

  #others(absent, scored) {
    const items = absent.map(({ group }) =>
      el("li", null, nameOf(group.name, 40), `: ${group.withheld ?? "too few rows to tell"}`));
    const more = scored > Lanes.most ? el("button.small", {
      type: "button", "aria-expanded": String(this.#showsAll),
      on: { click: () => { this.#showsAll = !this.#showsAll; this.page.store.tell(); } },
    }, this.#showsAll ? `Show the ${Lanes.most} largest groups` : `Show all ${scored} groups`) : null;
    this.rest.replaceChildren(...[items.length > 0 ? el("ul.withheld", null, items) : null, more].filter(Boolean));
  }

  #drawAxis() {
    const plot = this.#lanes[0]?.plot;
    if (!plot) return;
    const width = Math.round(plot.clientWidth), left = plot.getBoundingClientRect().left - this.axis.getBoundingClientRect().left;
    if (width <= 0) return;
    const pad = 14, picture = canvas(width + 2 * pad, 26);
    picture.append(horizontalAxis(linearScale(this.range, [pad, width + pad]), { y: 1, top: 0, count: Math.max(2, Math.floor(width / 90)) }));
    picture.style.marginLeft = `${left - pad}px`;
    picture.style.maxWidth = "none";
    this.axis.replaceChildren(picture);
  }

  update(state, reading) {
    if (this.built !== `${state.partition}/${this.model}/${this.#showsAll}`) this.build(state);
    for (const lane of this.#lanes) lane.show(reading.thresholds[lane.g], reading.counts[lane.g]);
  }
}
