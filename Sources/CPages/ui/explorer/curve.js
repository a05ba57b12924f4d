// A group's counts at and above each cut of the score: a row is selected where its score is at least the cut.

class Curve {
  constructor({ cuts, positives, negatives, ...rest }) {
    this.cuts = cuts;
    this.positives = positives;
    this.negatives = negatives;
    this.totalPositives = rest.total_positives;
    this.totalNegatives = rest.total_negatives;
    this.rows = (rest.total_positives ?? 0) + rest.total_negatives;
    this.effectiveRows = rest.effective_rows ?? this.rows;
    this.isComplete = rest.complete === true;
  }

  get hasLabels() { return this.positives !== null; }
  get length() { return this.cuts.length; }
  get lowest() { return this.cuts[this.length - 1]; }
  get highest() { return this.cuts[0]; }

  /** How many cuts are at least t. */
  position(t) {
    let low = 0, high = this.cuts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.cuts[middle] >= t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Counts of rows at and above the first k cuts. */
  taken(k) {
    if (k <= 0) return { tp: 0, fp: 0 };
    return { tp: this.positives ? this.positives[k - 1] : 0, fp: this.negatives[k - 1] };
  }

  #all() { return { tp: this.totalPositives ?? 0, fp: this.totalNegatives }; }

  /**
   * Counts at a threshold. Between two cuts of a thinned curve they are those of the nearer cut, and
   * `slack` is how many rows lie between the two.
   */
  at(t) {
    if (t === Infinity) return { tp: 0, fp: 0, slack: 0 };
    if (t === -Infinity) return { ...this.#all(), slack: 0 };
    const k = this.position(t), above = this.taken(k);
    if (this.isComplete || (k > 0 && this.cuts[k - 1] === t)) return { ...above, slack: 0 };
    const below = k < this.length ? this.taken(k + 1) : this.#all();
    const slack = below.tp + below.fp - above.tp - above.fp;
    if (slack === 0) return { ...above, slack: 0 };
    const isNearAbove = k > 0 && (k === this.length || this.cuts[k - 1] - t <= t - this.cuts[k]);
    return { ...(isNearAbove ? above : below), slack };
  }

  /** A threshold whose counts are exact: itself, or the nearest cut of a thinned curve. */
  snapped(t) {
    if (this.isComplete || !Number.isFinite(t) || this.at(t).slack === 0) return t;
    const k = this.position(t);
    if (k === 0) return this.cuts[0];
    if (k === this.length) return this.cuts[k - 1];
    return this.cuts[k - 1] - t <= t - this.cuts[k] ? this.cuts[k - 1] : this.cuts[k];
  }

  /** The next cut above t; Infinity, which selects nobody, above the highest. */
  above(t) {
    const k = this.position(t);
    const next = k > 0 && this.cuts[k - 1] === t ? k - 2 : k - 1;
    return next >= 0 ? this.cuts[next] : Infinity;
  }

  /** The next cut below t; the lowest stays. */
  below(t) {
    const k = this.position(t);
    return k < this.length ? this.cuts[k] : this.lowest;
  }

  /** The cut that selects about `rows` more (or fewer) than t does, at least one cut away. */
  moved(t, rows) {
    const { tp, fp } = this.at(t), wanted = tp + fp + rows;
    if (rows < 0) {
      let next = this.above(t);
      while (next !== Infinity && this.#selected(next) > wanted) next = this.above(next);
      return next;
    }
    let next = this.below(t);
    while (next > this.lowest && this.#selected(next) < wanted) next = this.below(next);
    return next;
  }

  #selected(t) {
    const { tp, fp } = this.at(t);
    return tp + fp;
  }

  /**
   * Counts at and above a place: steps, or of a thinned curve straight from cut to cut, and from the highest to
   * the top of the axis, since nothing is told of where between them rows lie.
   */
  smooth(t, top) {
    const k = this.position(t), above = this.taken(k);
    if (this.isComplete || k === this.length) return above;
    const below = this.taken(k + 1), high = k > 0 ? this.cuts[k - 1] : top, low = this.cuts[k];
    const share = high > low ? (high - t) / (high - low) : 0;
    return {
      tp: above.tp + (below.tp - above.tp) * share, fp: above.fp + (below.fp - above.fp) * share,
    };
  }

  /** Counts of each label between edges, which ascend; the last bin holds its upper edge. */
  histogram(edges) {
    const counts = edges.map((edge, k) => {
      if (k === 0) return this.#all();
      if (k === edges.length - 1) return { tp: 0, fp: 0 };
      return this.smooth(edge, edges.at(-1));
    });
    return edges.slice(1).map((_, k) => ({
      tp: counts[k].tp - counts[k + 1].tp, fp: counts[k].fp - counts[k + 1].fp,
    }));
  }
}
