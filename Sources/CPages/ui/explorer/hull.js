// The threshold of least cost, exactly, without trying every cut: the point at which a line of the costs'
// slope touches the upper hull of (false positives, true positives).

const Hull = (() => {
  /** Positions of the hull's corners; position k takes the first k cuts. */
  function corners(count, tp, fp) {
    const hull = [];
    for (let k = 0; k <= count; k++) {
      while (hull.length >= 2) {
        const i = hull[hull.length - 2], j = hull[hull.length - 1];
        // Whole numbers below 2⁵³: the products are exact.
        const turn = (tp(j) - tp(i)) * (fp(k) - fp(i)) - (tp(k) - tp(i)) * (fp(j) - fp(i));
        if (turn > 0) break;
        hull.pop();
      }
      hull.push(k);
    }
    return hull;
  }

  /** The corner of least c·FP + FN; of equal ones that with the higher threshold. */
  function touching(hull, tp, fp, ratio) {
    let low = 0, high = hull.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1, i = hull[middle], j = hull[middle + 1];
      if (tp(j) - tp(i) - ratio * (fp(j) - fp(i)) > 0) low = middle + 1;
      else high = middle;
    }
    return hull[low];
  }

  const known = new WeakMap();
  /** A group's threshold of least cost. @param ratio The cost of a false positive over that of a false negative. */
  function best(curve, ratio) {
    const tp = (k) => (k > 0 ? curve.positives[k - 1] : 0);
    const fp = (k) => (k > 0 ? curve.negatives[k - 1] : 0);
    if (!known.has(curve)) known.set(curve, corners(curve.length, tp, fp));
    const k = touching(known.get(curve), tp, fp, ratio);
    return k > 0 ? curve.cuts[k - 1] : Infinity;
  }

  /** All groups' cuts in one list, with the counts of all groups. */
  function pooled(curves) {
    const entries = curves.flatMap((curve, g) => Array.from(curve.cuts, (cut, k) => ({ cut, g, k })));
    entries.sort((a, b) => b.cut - a.cut);
    const cuts = [], positives = [], negatives = [];
    let tp = 0, fp = 0;
    for (const { cut, g, k } of entries) {
      const now = curves[g].taken(k + 1), before = curves[g].taken(k);
      tp += now.tp - before.tp;
      fp += now.fp - before.fp;
      if (cuts.at(-1) === cut) {
        positives[cuts.length - 1] = tp;
        negatives[cuts.length - 1] = fp;
      } else {
        cuts.push(cut);
        positives.push(tp);
        negatives.push(fp);
      }
    }
    return new Curve({
      cuts, positives, negatives, complete: curves.every((curve) => curve.isComplete),
      total_positives: curves.reduce((sum, curve) => sum + curve.totalPositives, 0),
      total_negatives: curves.reduce((sum, curve) => sum + curve.totalNegatives, 0),
    });
  }

  const joined = new WeakMap();
  /** One threshold of least cost for all groups. */
  function bestForAll(curves, ratio) {
    const first = curves[0];
    if (!joined.has(first)) joined.set(first, pooled(curves));
    return best(joined.get(first), ratio);
  }

  return { best, bestForAll, pooled, corners };
})();
