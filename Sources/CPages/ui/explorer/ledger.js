// What was looked at. Whoever looks at much finds something: bands and intervals are widened for it.

class Ledger {
  thresholds = new Set();
  slices = new Set();
  metrics = new Set();
  curves = new Set();
  entries = [];
  #listeners = [];

  constructor(exploration) { this.exploration = exploration; }

  subscribe(listener) { this.#listeners.push(listener); }
  #tell() { for (const listener of this.#listeners) listener(this); }

  #note(set, items) {
    const before = set.size;
    for (const item of items) set.add(item);
    if (set.size !== before) this.#tell();
  }

  sawThresholds(model, partition, thresholds) {
    this.#note(this.thresholds, thresholds.map((t, g) => `${model}/${partition}/${g}/${t}`));
  }
  sawSlices(names) { this.#note(this.slices, names); }
  sawMetrics(names) { this.#note(this.metrics, names); }

  /** How many curves a band has to hold for: groups times rates of every model and grouping shown. */
  sawCurves(model, partition) {
    this.#note(this.curves, [`${model}/${partition}`]);
  }
  get family() {
    const rates = Rates.bands(this.exploration.hasLabels);
    let count = 0;
    for (const key of this.curves) {
      count += this.exploration.groups(Number(key.split("/")[1])).filter((group) => !group.withheld).length * rates;
    }
    return Math.max(count, 1);
  }

  /** Something kept or exported, with what had been looked at by then. */
  record(what, details = {}) {
    this.entries.push({ what, ...details, looked_at: this.counts });
    this.#tell();
  }

  get counts() {
    return {
      slices: this.slices.size, thresholds: this.thresholds.size, metrics: this.metrics.size,
      curves: this.family,
    };
  }
}
