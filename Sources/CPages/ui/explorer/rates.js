// Rates of a decision by group, each with its denominator and with what is said where there is none.

const Rates = (() => {
  /** `of(counts) → [numerator, denominator]`; the band of Massart holds for those with `hasBand`. */
  const all = [
    {
      id: "selection_rate", name: "Selection rate", needsLabels: false, hasBand: true,
      of: (c) => [c.selected, c.rows], none: "no rows", words: "Selected, of all rows",
    },
    {
      id: "true_positive_rate", name: "True positive rate", needsLabels: true, hasBand: true,
      of: (c) => [c.tp, c.positives], none: "no positive labels",
      words: "Selected, of rows with a positive label",
    },
    {
      id: "false_positive_rate", name: "False positive rate", needsLabels: true, hasBand: true,
      of: (c) => [c.fp, c.negatives], none: "no negative labels",
      words: "Selected, of rows with a negative label",
    },
    {
      id: "precision", name: "Precision", needsLabels: true, hasBand: false,
      of: (c) => [c.tp, c.selected], none: "nobody selected",
      words: "With a positive label, of the selected",
    },
    {
      id: "accuracy", name: "Accuracy", needsLabels: true, hasBand: false,
      of: (c) => [c.tp + c.negatives - c.fp, c.rows], none: "no rows",
      words: "Decided as the label says, of all rows",
    },
  ];

  const shown = (hasLabels) => all.filter((rate) => hasLabels || !rate.needsLabels);
  const bands = (hasLabels) => shown(hasLabels).filter((rate) => rate.hasBand).length;

  /** A rate of counts: `{ value, n, top, bottom, interval, band, reason }`; an absent one has a reason. */
  function measure(rate, counts, family) {
    if (counts.reason) return { value: null, reason: counts.reason };
    const [top, bottom] = rate.of(counts);
    if (!(bottom > 0)) return { value: null, reason: rate.none };
    const value = top / bottom;
    // Weighted rows count as Kish's number of rows.
    const n = counts.rows > 0 ? bottom * (counts.effectiveRows / counts.rows) : 0;
    return {
      value, top, bottom, n, interval: Statistics.wilson(value, n),
      band: rate.hasBand ? Statistics.massart(n, family) : null, slack: counts.slack,
    };
  }

  /**
   * The largest distance between groups, their smallest ratio, and the band of the distance: those of
   * its two groups, added. Null with fewer than two groups.
   */
  function gap(measured) {
    const there = measured.map((rate, g) => ({ ...rate, g })).filter(({ value }) => value !== null);
    if (there.length < 2) return null;
    const high = there.reduce((a, b) => (b.value > a.value ? b : a));
    const low = there.reduce((a, b) => (b.value < a.value ? b : a));
    const distance = high.value - low.value;
    const band = high.band !== null && low.band !== null ? high.band + low.band : null;
    return {
      distance, band, least: band === null ? null : Math.max(0, distance - band),
      ratio: high.value > 0 ? low.value / high.value : null, ratioBand: ratioBand(high, low),
      high: high.g, low: low.g,
      interval: high.g === low.g ? null : Statistics.difference(high.value, high.n, low.value, low.n),
    };
  }

  /** From where to where the ratio may lie while both rates stay in their bands. */
  function ratioBand(high, low) {
    if (high.band === null || low.band === null) return null;
    const most = Math.min(1, high.value + high.band), least = high.value - high.band;
    if (!(most > 0)) return null;
    return [
      Math.max(0, low.value - low.band) / most,
      least > 0 ? Math.min(1, low.value + low.band) / least : Infinity,
    ];
  }

  return { all, shown, bands, measure, gap, byId: (id) => all.find((rate) => rate.id === id) };
})();
