// Intervals and bands: how far a measured rate may be from the true one.

const Statistics = (() => {
  /** The normal quantile by Acklam's rational approximation and one step of Halley's method. */
  function quantile(p) {
    if (!(p > 0 && p < 1)) return p <= 0 ? -Infinity : Infinity;
    const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269,
      -30.66479806614716, 2.506628277459239];
    const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
      -13.28068155288572];
    const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838,
      -2.549732539343734, 4.374664141464968, 2.938163982698783];
    const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
    const along = (list, x) => list.reduce((sum, term) => sum * x + term, 0);
    const tail = (q) => along(c, q) / (along(d, q) * q + 1);
    let x;
    if (p < 0.02425) x = tail(Math.sqrt(-2 * Math.log(p)));
    else if (p > 0.97575) x = -tail(Math.sqrt(-2 * Math.log1p(-p)));
    else {
      const q = p - 0.5, r = q * q;
      x = (along(a, r) * q) / (along(b, r) * r + 1);
    }
    const error = above(-x) - p, u = error * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
    return x - u / (1 + (x * u) / 2);
  }

  /** The normal distribution's share above x: a series near 0, a continued fraction beyond. */
  function above(x) {
    if (x < 0) return 1 - above(-x);
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    if (x > 3) {
      let fraction = 0;
      for (let k = 40; k >= 1; k--) fraction = k / (x + fraction);
      return density / (x + fraction);
    }
    let term = x, sum = x;
    for (let k = 1; k < 80; k++) sum += term *= (x * x) / (2 * k + 1);
    return 0.5 - density * sum;
  }

  const quantiles = new Map();
  /** z of a two-sided interval with this error; kept, since sliders ask for the same one. */
  function z(alpha) {
    if (!quantiles.has(alpha)) quantiles.set(alpha, -quantile(alpha / 2));
    return quantiles.get(alpha);
  }

  /**
   * Wilson's interval of a share r over n rows:
   * (r + z²/2n ± z √(r(1 − r)/n + z²/4n²)) / (1 + z²/n).
   * n may be Kish's effective count of weighted rows; null without rows.
   */
  function wilson(share, n, alpha = 0.05) {
    if (!(n > 0)) return null;
    const k = z(alpha), square = (k * k) / n;
    const middle = share + square / 2;
    const half = k * Math.sqrt((share * (1 - share)) / n + square / (4 * n));
    return [
      Math.max(0, (middle - half) / (1 + square)), Math.min(1, (middle + half) / (1 + square)),
    ];
  }

  /**
   * Half the width of a band that holds for all thresholds of `family` curves at once with
   * probability 1 − α: √(ln(2·family/α) / 2n) (Massart, Annals of Probability 1990).
   */
  function massart(n, family, alpha = 0.05) {
    return n > 0 ? Math.sqrt(Math.log((2 * family) / alpha) / (2 * n)) : null;
  }

  /** Newcombe's interval of a difference of two shares, from their Wilson intervals. */
  function difference(a, na, b, nb, alpha = 0.05) {
    const first = wilson(a, na, alpha), second = wilson(b, nb, alpha);
    if (!first || !second) return null;
    return [
      a - b - Math.hypot(a - first[0], second[1] - b),
      a - b + Math.hypot(first[1] - a, b - second[0]),
    ];
  }

  return { quantile, above, z, wilson, massart, difference };
})();
