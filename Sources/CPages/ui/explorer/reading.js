// What thresholds give: counts, rates, gaps and cost of every group of a model, computed once a frame.

class Reading {
  /** How many were computed: never more than one a frame for each model that is shown. */
  static made = 0;

  constructor(exploration, { model, partition, thresholds, ratio, family }) {
    Reading.made += 1;
    Object.assign(this, { exploration, model, partition, thresholds, ratio, family });
    const groups = exploration.groups(partition);
    this.counts = groups.map((_, g) => Reading.counts(exploration, model, partition, g, thresholds?.[g]));
    this.rates = new Map(Rates.shown(exploration.hasLabels).map((rate) => [
      rate.id, this.counts.map((counts) => Rates.measure(rate, counts, family)),
    ]));
    this.total = this.#total();
  }

  /** Counts of one group at a threshold; of a model without scores those of its decisions. */
  static counts(exploration, m, p, g, t) {
    const group = exploration.groups(p)[g];
    if (group.withheld) return { reason: group.withheld };
    const stated = exploration.stated(m, p, g), curve = exploration.curve(m, p, g);
    const isStated = stated && (t === exploration.models[m].threshold || !exploration.hasScores(m, p));
    if (!isStated && !curve) return { reason: "too few rows to tell" };
    // The stated threshold was counted by the program, whatever cuts the curve kept.
    const found = isStated ? Reading.#stated(stated) : curve.at(t);
    const { rows, positives, negatives } = curve
      ? { rows: curve.rows, positives: curve.totalPositives, negatives: curve.totalNegatives }
      : exploration.totals(p, g);
    return {
      rows, positives, negatives,
      tp: found.tp, fp: found.fp, selected: found.selected ?? found.tp + found.fp,
      effectiveRows: curve?.effectiveRows ?? group.rows ?? 0, slack: found.slack ?? 0,
    };
  }

  static #stated({ selected, true_positives: tp, false_positives: fp }) {
    return { selected, tp: tp ?? 0, fp: fp ?? 0, slack: 0 };
  }

  #total() {
    const sum = {
      rows: 0, positives: 0, negatives: 0, tp: 0, fp: 0, selected: 0, effectiveRows: 0, slack: 0,
    };
    for (const counts of this.counts) {
      if (counts.reason) continue;
      for (const key of Object.keys(sum)) sum[key] += counts[key] ?? 0;
    }
    return sum;
  }

  get isExact() { return this.counts.every((counts) => counts.reason || counts.slack === 0); }

  /** c·FP + FN over all shown groups; null without labels. */
  get cost() {
    if (!this.exploration.hasLabels) return null;
    return this.ratio * this.total.fp + this.total.positives - this.total.tp;
  }

  gap(id) { return Rates.gap(this.rates.get(id)); }

  /** Who is decided otherwise than under another reading: selected rows are nested within a group. */
  moved(other) {
    return this.counts.map((now, g) => {
      const then = other.counts[g];
      if (now.reason || then.reason) return { reason: now.reason ?? then.reason };
      const change = now.selected - then.selected;
      return {
        gained: Math.max(0, change), lost: Math.max(0, -change),
        right: now.tp - then.tp, wrong: now.fp - then.fp, isExact: now.slack === 0 && then.slack === 0,
      };
    });
  }
}
