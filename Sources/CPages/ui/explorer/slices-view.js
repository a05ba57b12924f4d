// Slices: parts of the data by one and two columns, each against all others, for the decisions as stated.

Views.push({
  id: "slices", name: "Slices", key: "s", uses: ["model"],
  isThere: (exploration) => exploration.slices.length > 0,
  make: (page) => new SlicesView(page),
});

/** What a slice measures, and how sure it is that the slice differs from the rest. */
class SliceMeasures {
  constructor(page, model) {
    const { exploration } = page;
    this.exploration = exploration;
    this.rows = exploration.slices.map((slice, index) => {
      const counts = slice.models?.[model] ?? null;
      return { index, slice, name: SliceMeasures.nameOf(slice), counts: counts && this.#isTold(slice) ? SliceMeasures.#counts(slice, counts) : null };
    });
    this.whole = SliceMeasures.#whole(exploration, model);
  }

  #isTold(slice) { return !this.exploration.made.weighted || slice.weight !== undefined; }

  static nameOf({ conditions }) {
    return conditions.map(([column, level]) => `${brief(column, 24)} ${brief(level, 32)}`).join(", ");
  }

  /** With weights, counts of the slice are weights as well. */
  static #counts({ rows: number, weight, positives, positive_weight: positiveWeight }, found) {
    const rows = weight ?? number, right = positiveWeight ?? positives ?? 0;
    return {
      rows, effectiveRows: number, positives: right, negatives: rows - right,
      selected: found.selected, tp: found.true_positives ?? 0, fp: found.false_positives ?? 0, slack: 0,
    };
  }

  static #whole(exploration, model) {
    const sum = { rows: 0, effectiveRows: 0, positives: 0, negatives: 0, selected: 0, tp: 0, fp: 0, slack: 0 };
    exploration.groups(0).forEach((group, g) => {
      const stated = exploration.stated(model, 0, g);
      if (!stated || group.withheld) return;
      const totals = exploration.totals(0, g);
      const counts = SliceMeasures.#counts({ rows: group.rows, weight: totals.rows, positives: totals.positives }, stated);
      for (const key of Object.keys(sum)) sum[key] += counts[key];
    });
    return sum;
  }

  /**
   * A rate in each slice and in all rows beside it. `bound` is how far apart they are at least: the nearer end of
   * Newcombe's interval at 0.05 over the number of slices, 0 where the interval holds 0.
   */
  of(rate, looks) {
    return this.rows.map((row) => {
      if (!Number.isFinite(row.counts?.selected)) {
        const reason = this.#isTold(row.slice) ? "withheld" : "its weight is not in this page";
        return { ...row, rate: { value: null, reason }, bound: null };
      }
      const own = Rates.measure(rate, row.counts, 1);
      const rest = {};
      for (const key of Object.keys(this.whole)) rest[key] = Math.max(0, this.whole[key] - row.counts[key]);
      const other = Rates.measure(rate, rest, 1);
      const both = own.value !== null && other.value !== null;
      const interval = both ? Statistics.difference(own.value, own.n, other.value, other.n, 0.05 / Math.max(looks, 1)) : null;
      const bound = !interval ? null : interval[0] > 0 ? interval[0] : interval[1] < 0 ? interval[1] : 0;
      return { ...row, rate: own, rest: other, difference: both ? own.value - other.value : null, interval, bound };
    });
  }
}

class SlicesView {
  static few = 100;

  constructor(page) {
    this.page = page;
    const { exploration } = page;
    this.rates = Rates.shown(exploration.hasLabels);
    this.columns = [...new Set(exploration.slices.flatMap(({ conditions }) => conditions.map(([name]) => name)))];
    this.rate = chooser("Rate", this.rates.map(({ id, name }) => [id, name]), () => this.#show());
    this.across = chooser("Across", this.columns.map((name) => [name, name]), () => this.#show());
    this.down = chooser("Down", this.columns.map((name) => [name, name]), () => this.#show());
    [this.down.select.value, this.across.select.value] = this.#usualPair();
    this.pins = [];
    this.note = el("p.figure-note");
    this.strips = this.rates.map((rate) => ({
      rate,
      figure: new Figure({
        title: rate.name, render: (width) => this.#strip(rate, width),
        says: () => `${rate.name} of ${this.measures?.rows.length ?? 0} slices; all rows ${this.#wholeText(rate)}`,
      }),
    }));
    this.pinned = el("ul.legend");
    this.map = el("div");
    this.table = this.#makeTable();
    this.element = el("section.view", null, el("h2", null, "Slices"),
      el("p", null, "Each slice against all other rows, as the model decided. A colour is how far a slice and the "
        + "rest are apart at least, at an error of 5% shared among all slices looked at; near 0 the data cannot "
        + "tell them apart."),
      el("div.row.no-print", null, this.rate.element),
      el("h3", null, "All slices"),
      el("p.figure-note", null, "A tick is a slice; the dashed rule is all rows; dotted ticks have fewer than "
        + `${SlicesView.few} rows. A click pins the nearest slice in all pictures; so does its name in the table.`),
      this.pinned, el("div.grid-figures.two", null, this.strips.map(({ figure }) => figure.element)),
      el("div", { set: { hidden: this.columns.length < 2 } }, el("h3", null, "Two columns"),
        el("div.row.no-print", null, this.down.element, this.across.element), this.map, this.note),
      el("h3", null, "Every slice"), this.table.element,
      el("div.row", null, el("button.quiet.small", { type: "button", on: { click: () => Download.csv("slices", this.table.cells) } }, "CSV")));
  }

  #makeTable() {
    const rate = (key, title) => ({
      title, numeric: true, sort: (row) => row[key]?.value ?? null,
      cell: (row) => (row[key]?.value === null || !row[key] ? { text: row[key]?.reason ?? "–", absent: true }
        : { text: NumberText.percent(row[key].value), range: key === "rate" ? rangeText(row[key].interval) : null }),
    });
    const points = (key, title) => ({
      title, numeric: true, sort: (row) => row[key],
      cell: (row) => (row[key] === null || row[key] === undefined ? { text: "–", absent: true } : NumberText.points(row[key])),
    });
    return new DataTable({
      caption: "Slices", keyOf: (row) => row.index, hasLongNames: true, pick: (row) => this.#pin(row.index),
      columns: [
        { title: "Slice", cell: (row) => ({ key: row.name, node: () => document.createTextNode(row.name) }), sort: (row) => row.name },
        { title: "Rows", numeric: true, cell: (row) => NumberText.weight(row.slice.rows), sort: (row) => row.slice.rows },
        rate("rate", "Rate"), rate("rest", "All others"), points("difference", "Difference"),
        { ...points("bound", "Apart at least"), sort: (row) => (row.bound === null ? null : Math.abs(row.bound)), csv: (row) => row.bound },
      ],
    });
  }

  #pin(index) {
    this.pins = this.pins.includes(index) ? this.pins.filter((each) => each !== index) : [...this.pins, index].slice(-6);
    Live.tell(this.pins.includes(index) ? `${this.measures.rows[index].name} is pinned` : "No longer pinned");
    this.#show();
  }

  #wholeText(rate) {
    const found = this.measures ? Rates.measure(rate, this.measures.whole, 1) : { value: null };
    return found.value === null ? "absent" : NumberText.percent(found.value);
  }

  #strip(rate, width) {
    if (!this.measures) return null;
    const items = this.#found(rate).filter((row) => row.rate.value !== null).map((row) => ({
      key: row.index, value: row.rate.value, isFaint: row.slice.rows < SlicesView.few,
      pin: this.pins.includes(row.index) ? this.pins.indexOf(row.index) : null,
    }));
    return tickStrip(width, {
      items, range: [0, 1], whole: Rates.measure(rate, this.measures.whole, 1).value, choose: (index) => this.#pin(index),
    });
  }

  #found(rate) {
    const key = `${rate.id}/${this.looks}`;
    if (!this.kept.has(key)) this.kept.set(key, this.measures.of(rate, this.looks));
    return this.kept.get(key);
  }

  /// The two columns with most slices together, sensitive ones first.
  #usualPair() {
    const { exploration } = this.page;
    const sensitive = new Set(exploration.partitions.flatMap(({ attributes }) => attributes));
    const known = new Map();
    for (const { conditions } of exploration.slices) {
      if (conditions.length !== 2) continue;
      const names = conditions.map(([name]) => name);
      const key = JSON.stringify(names);
      const found = known.get(key) ?? { names, count: 1e6 * names.filter((name) => sensitive.has(name)).length };
      known.set(key, { names, count: found.count + 1 });
    }
    const best = [...known.values()].sort((a, b) => b.count - a.count)[0];
    return best?.names ?? [this.columns[0], this.columns[1] ?? this.columns[0]];
  }

  #show() {
    const rate = Rates.byId(this.rate.select.value), { ledger } = this.page;
    ledger.sawSlices(this.measures.rows.map(({ name }) => name));
    ledger.sawMetrics([rate.id]);
    this.looks = ledger.slices.size;
    const rows = this.#found(rate);
    this.pinned.replaceChildren(...this.pins.map((index, k) => el("li", null, Series.key(k),
      `${this.measures.rows[index].name}: ${rows[index].rate.value === null ? rows[index].rate.reason : NumberText.percent(rows[index].rate.value)} `,
      el("button.quiet.small", { type: "button", "aria-label": `No longer pin ${this.measures.rows[index].name}`, on: { click: () => this.#pin(index) } }, "unpin"))));
    for (const { figure } of this.strips) figure.refresh();
    this.table.show([...rows].sort((a, b) => Math.abs(b.bound ?? -1) - Math.abs(a.bound ?? -1)));
    this.#map(rate, rows);
  }

  static #sentence({ name, rate, slice, bound }) {
    const value = rate.value === null ? rate.reason : NumberText.percent(rate.value);
    const apart = bound === null ? "not compared" : bound === 0 ? "not told apart from the rest"
      : `${bound > 0 ? "above" : "below"} the rest by at least ${NumberText.distance(Math.abs(bound))}`;
    return `${name}: ${value}, ${NumberText.counted(slice.rows, "row")}, ${apart}`;
  }

  #map(rate, rows) {
    const down = this.down.select.value, across = this.across.select.value;
    if (down === across) {
      this.map.replaceChildren(el("p.note", null, "Choose two columns."));
      return;
    }
    const levels = (name) => [...new Set(this.measures.rows.flatMap(({ slice }) =>
      slice.conditions.filter(([column]) => column === name).map(([, level]) => level)))];
    const find = new Map(rows.map((row) => [JSON.stringify([...row.slice.conditions].sort()), row]));
    const names = [levels(down), levels(across)];
    const most = Math.max(0.01, ...rows.map(({ bound }) => Math.abs(bound ?? 0)));
    this.map.replaceChildren(heatMap({
      label: `${rate.name} by ${brief(down, 30)} and ${brief(across, 30)}`, rows: names[0], columns: names[1], most,
      cell: (r, c) => {
        const row = find.get(JSON.stringify([[down, names[0][r]], [across, names[1][c]]].sort()));
        if (!row) return null;
        const isThere = row.rate.value !== null;
        return {
          text: isThere ? NumberText.percent(row.rate.value) : "–", value: row.bound, isFew: row.slice.rows < SlicesView.few,
          says: SlicesView.#sentence(row),
          choose: () => this.#pin(row.index),
        };
      },
    }));
    say(this.note, "Numbers are the rate. Orange: above the rest, blue: below, by up to "
      + `${NumberText.distance(most)} at least; grey: not told apart. Hatched: fewer than ${SlicesView.few} rows; `
      + `dashed: fewer than the page may show. The error is shared among ${NumberText.counted(this.looks, "slice")}.`);
  }

  update(state) {
    if (this.model === state.model) return;
    this.model = state.model;
    this.measures = new SliceMeasures(this.page, state.model);
    this.kept = new Map();
    this.#show();
  }
}
