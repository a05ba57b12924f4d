// Thresholds: cuts on the scores of each group, and everything that follows from them.

Views.push({
  id: "thresholds", name: "Thresholds", key: "t", uses: ["groups", "model", "other"],
  isThere: (exploration) => exploration.models.some((model) => model.curves || model.stated),
  make: (page) => new ThresholdsView(page),
});

class ThresholdsView {
  constructor(page) {
    this.page = page;
    const { exploration } = page;
    this.headline = el("p.headline");
    this.tiles = new Tiles();
    this.panel = new StrategyPanel(page);
    this.sides = new Map();
    this.places = el("div.sides");
    this.moved = new PeopleMoved(page);
    this.squares = exploration.hasLabels ? new ConfusionSquares(page) : null;
    this.roc = exploration.hasLabels ? new RocFigure(page) : null;
    this.bandNote = el("p.figure-note");
    this.none = el("p.note", { hidden: true },
      "This model has decisions and no scores: there is no threshold to move. What it decided is below.");
    this.element = el("section.view", null, el("h2.unseen", null, "Thresholds"), this.headline,
      el("div.with-side", null,
        el("div.side", null, this.panel.element, this.tiles.element),
        el("div.wide", null,
          this.none, this.places, this.bandNote, this.squares?.element,
          el("div.grid-figures.two", null, this.panel.dial.element, this.roc?.element, this.moved.element))));
  }

  #side(model) {
    if (!this.sides.has(model)) {
      this.sides.set(model, {
        model, lanes: new Lanes(this.page, model), strips: new RateStrips(this.page, model),
        table: new GroupTable(this.page),
        title: el("h3.side-title"),
      });
    }
    return this.sides.get(model);
  }

  update(state) {
    const { page } = this, { exploration, ledger } = page;
    const models = [state.model, ...(state.other === null ? [] : [state.other])];
    for (const model of models) ledger.sawCurves(model, state.partition);
    ledger.sawMetrics(Rates.shown(exploration.hasLabels).map(({ id }) => id));
    const readings = models.map((model) => page.decisions.reading(state, model));
    const [reading] = readings;
    page.lastReading = reading;
    this.#place(models, state);
    models.forEach((model, n) => {
      const side = this.#side(model), hasScores = exploration.hasScores(model, state.partition);
      side.lanes.element.hidden = !hasScores;
      if (hasScores) side.lanes.update(state, readings[n]);
      side.strips.update(state, readings[n]);
      side.table.update(state, readings[n]);
    });
    const hasScores = exploration.hasScores(state.model, state.partition);
    this.none.hidden = hasScores;
    this.panel.element.hidden = !hasScores;
    this.panel.update(state, reading);
    this.squares?.update(state, reading);
    this.roc?.update(state, readings);
    this.moved.element.hidden = !hasScores;
    this.roc && (this.roc.element.hidden = !hasScores);
    const movedCount = hasScores ? this.moved.update(state, reading) : null;
    this.#tell(state, readings, movedCount);
  }

  #place(models, state) {
    const key = models.join();
    if (this.placed === key) return;
    this.placed = key;
    this.places.classList.toggle("beside", models.length > 1);
    this.places.replaceChildren(...models.map((model) => {
      const side = this.#side(model);
      say(side.title, models.length > 1 ? brief(this.page.exploration.models[model].name, 60) : "");
      side.title.hidden = models.length < 2;
      return el("div.model-side", null, side.title, side.lanes.element, side.strips.element, side.table.element);
    }));
  }

  static #headline(groups, gap, rates) {
    if (!gap) return "Fewer than two groups can be compared.";
    const name = (g) => brief(groups[g].name, 40), rate = (g) => NumberText.percent(rates[g].value);
    if (gap.high === gap.low) return `All groups are selected at ${rate(gap.high)}.`;
    return `${name(gap.high)} is selected at ${rate(gap.high)}, ${name(gap.low)} at ${rate(gap.low)}: `
      + `a gap of ${NumberText.distance(gap.distance)}.`;
  }

  static #gapTile(label, { distance, least }) {
    const detail = least > 0 ? `at least ${NumberText.distance(least)} by the band` : "none is possible, by the band";
    return [label, NumberText.distance(distance), detail];
  }

  #tell(state, readings, movedCount) {
    const [reading] = readings, { exploration } = this.page;
    const groups = exploration.groups(state.partition), gap = reading.gap("selection_rate");
    const total = reading.total;
    say(this.headline, ThresholdsView.#headline(groups, gap, reading.rates.get("selection_rate")));
    const tiles = [];
    if (reading.cost !== null && total.rows > 0) {
      tiles.push(["Cost of 1,000 rows", NumberText.fixed((1000 * reading.cost) / total.rows, 1),
        `${reading.isExact ? "" : "≈ "}${NumberText.weight(total.fp)} false positives, ${NumberText.weight(total.positives - total.tp)} false negatives`]);
      tiles.push(["Accuracy", NumberText.percent((total.tp + total.negatives - total.fp) / total.rows), "of all rows in groups shown"]);
    }
    if (gap) tiles.push(ThresholdsView.#gapTile("Gap in selection", gap));
    const chances = exploration.hasLabels ? reading.gap("true_positive_rate") : null;
    if (chances) tiles.push(ThresholdsView.#gapTile("Gap in true positives", chances));
    if (movedCount !== null) tiles.push(["People moved", NumberText.weight(movedCount), "against the policy named below"]);
    this.tiles.show(tiles);
    const curves = NumberText.counted(reading.family, "curve");
    const caution = exploration.made.weighted ? "; rows have weights, so it is approximate" : "";
    say(this.bandNote, `The pale band holds at every threshold at once, for the ${curves} looked at `
      + `(Massart's inequality, 95%)${caution}. The bar is the 95% interval of this one threshold.`);
    this.page.announce(gap ? `Selected: ${groups.slice(0, 3).map((group, g) => {
      const rate = reading.rates.get("selection_rate")[g];
      return `${brief(group.name, 20)} ${rate.value === null ? rate.reason : NumberText.percent(rate.value)}`;
    }).join(", ")}; gap ${NumberText.distance(gap.distance)}` : "");
  }
}
