// Models: how often each is right against how far apart it holds the groups, as stated and as set here.

Views.push({
  id: "models", name: "Models", key: "m", uses: ["groups"],
  isThere: (exploration) => exploration.hasLabels && exploration.models.some((model) => model.curves || model.stated),
  make: (page) => new ModelsView(page),
});

class ModelsView {
  constructor(page) {
    this.page = page;
    this.rates = Rates.shown(page.exploration.hasLabels);
    this.rate = chooser("Gap in", this.rates.map(({ id, name }) => [id, name]), () => this.#show());
    this.figure = new Figure({
      title: "Accuracy against the gap between groups", isWide: true,
      note: "Hollow: the thresholds that are set here. Thin lines are 95% intervals. Lower and further right is better on both counts, which no one point need be.",
      render: (width) => this.#render(width), says: () => this.#says(), table: () => this.#table(),
    });
    this.figure.more.open = true;
    this.element = el("section.view", null, el("h2", null, "Models"), el("div.row.no-print", null, this.rate.element), this.figure.element);
  }

  #entries() {
    const { decisions, exploration } = this.page, { state } = this, found = [];
    exploration.models.forEach((model, m) => {
      const stated = decisions.stated(m, state.partition), now = decisions.thresholds(state, m);
      found.push(this.#entry(m, model.name, decisions.reading(state, m, stated), false));
      if (now.some((t, g) => t !== stated[g])) {
        found.push(this.#entry(m, `${brief(model.name, 40)}, as set`, decisions.reading(state, m, now), true));
      }
    });
    for (const pin of state.pins.filter(({ partition }) => partition === state.partition)) {
      const reading = decisions.reading({ ...state, partition: pin.partition }, pin.model, pin.thresholds);
      found.push(this.#entry(pin.model, pin.name, reading, true));
    }
    return found;
  }

  #entry(m, name, reading, isOpen) {
    const { total } = reading, share = (total.tp + total.negatives - total.fp) / total.rows;
    return {
      m, name, isOpen, reading, accuracy: total.rows > 0 ? share : null,
      interval: Statistics.wilson(share, total.effectiveRows), gaps: new Map(this.rates.map(({ id }) => [id, reading.gap(id)])),
    };
  }

  #there() {
    const id = this.rate.select.value;
    return this.entries.filter(({ accuracy, gaps }) => accuracy !== null && gaps.get(id));
  }

  #render(width) {
    const id = this.rate.select.value, entries = this.entries ? this.#there() : [];
    if (entries.length === 0) return null;
    return dotPlot(width, {
      dots: entries.map(({ m, name, isOpen, accuracy, interval, gaps }) => ({
        name, index: m, isOpen, x: accuracy, y: gaps.get(id).distance, bars: { x: interval, y: gaps.get(id).interval },
      })),
      xTitle: "Accuracy", yTitle: `Gap: ${Rates.byId(id).name.toLowerCase()}`, xText: NumberText.percent, yText: NumberText.distance,
    });
  }

  #says() {
    const id = this.rate.select.value;
    const one = ({ name, accuracy, gaps }) =>
      `${brief(name, 40)} ${NumberText.percent(accuracy)} and ${NumberText.distance(gaps.get(id).distance)}`;
    return `Accuracy against the gap: ${this.#there().map(one).join("; ")}`;
  }

  #table() {
    return {
      rows: this.entries.map((entry, k) => ({ ...entry, k })), keyOf: (row) => `${row.name}/${row.k}`,
      columns: [
        { title: "Model", cell: (row) => brief(row.name, 60), sort: (row) => row.name },
        {
          title: "Accuracy", numeric: true, sort: (row) => row.accuracy,
          cell: (row) => (row.accuracy === null ? { text: "no rows", absent: true }
            : { text: NumberText.percent(row.accuracy), range: rangeText(row.interval) }),
        },
        { title: "Cost", numeric: true, sort: (row) => row.reading.cost, cell: (row) => NumberText.weight(row.reading.cost) },
        ...this.rates.map(({ id, name }) => ({
          title: `Gap: ${name.toLowerCase()}`, numeric: true, sort: (row) => row.gaps.get(id)?.distance ?? null,
          cell: (row) => (row.gaps.get(id) ? NumberText.distance(row.gaps.get(id).distance) : { text: "fewer than two groups", absent: true }),
        })),
      ],
    };
  }

  #show() {
    this.page.ledger.sawMetrics([this.rate.select.value, "accuracy"]);
    this.figure.refresh();
  }

  update(state) {
    const watched = ["partition", "thresholds", "pins", "ratio"];
    if (this.state && watched.every((key) => this.state[key] === state[key])) return;
    this.state = state;
    this.page.exploration.models.forEach((_, m) => this.page.ledger.sawCurves(m, state.partition));
    this.entries = this.#entries();
    this.#show();
  }
}
