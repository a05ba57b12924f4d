import Criteria
import Essentials

/// Student's distribution with any number of degrees of freedom.
enum StudentT {
  /// The t beyond which |T| lies with chance 1 − confidence.
  ///
  /// With x = ν/(ν + t²), P(|T| > t) = I_x(ν/2, ½). NaN unless ν > 0.
  static func quantile(confidence: Double, degrees: Double) -> Double {
    let x = SpecialFunctions.betaQuantile(1 - confidence, 0.5 * degrees, 0.5)
    guard x != 0 else { return -SpecialFunctions.normalQuantile(0.5 * (1 - confidence)) }
    return (degrees * (1 / x - 1)).squareRoot()
  }

  /// P(|T| > |t|); NaN where t is.
  static func pValue(_ t: Double, degrees: Double) -> Double {
    guard abs(t) < .infinity else { return t.isNaN ? .nan : 0 }
    return SpecialFunctions.incompleteBeta(0.5 * degrees, 0.5, degrees / (degrees + t * t))
  }
}

/// Means of groups whose variances differ: intervals and tests that do not take them as equal.
///
/// B. Welch, *The generalization of "Student's" problem when several different population variances are
/// involved*, Biometrika 34, 1947; *On the comparison of several mean values*, Biometrika 38, 1951.
enum WelchTests {
  /// value ± t·s; nil where squares of the numbers are beyond the floating-point range.
  static func interval(_ mean: SampledMean, confidence: Double) -> Interval? {
    let half =
      StudentT.quantile(confidence: confidence, degrees: mean.degrees)
      * mean.variance.squareRoot()
    guard mean.value.isFinite, half.isFinite else { return nil }
    return Interval(low: mean.value - half, high: mean.value + half, method: "student_t")
  }

  /// a − b, with Satterthwaite's degrees of freedom 1/(f²/ν_a + (1 − f)²/ν_b), f the share of a's
  /// variance in that of the difference: squares of variances may be beyond the range.
  static func difference(_ a: SampledMean, _ b: SampledMean) -> SampledMean {
    let variance = a.variance + b.variance
    let first = a.variance / variance, second = b.variance / variance
    let spread = first * first / a.degrees + second * second / b.degrees
    return SampledMean(
      value: a.value - b.value, variance: variance,
      degrees: spread > 0 ? 1 / spread : min(a.degrees, b.degrees))
  }

  /// ln(a/b) by the delta method; nil unless both are above 0.
  static func logRatio(_ a: SampledMean, _ b: SampledMean) -> SampledMean? {
    guard a.value > 0, b.value > 0 else { return nil }
    func logarithm(_ x: SampledMean) -> SampledMean {
      SampledMean(
        value: log(x.value), variance: x.variance / (x.value * x.value), degrees: x.degrees)
    }
    return difference(logarithm(a), logarithm(b))
  }

  /// A test that all means are one; nil with fewer than two, where nothing varies, and where squares
  /// of the numbers are beyond the floating-point range.
  static func test(_ means: [SampledMean]) -> TestResult? {
    guard means.count > 1 else { return nil }
    if means.count == 2 {
      let gap = difference(means[0], means[1])
      guard gap.variance > 0, gap.variance.isFinite, gap.value.isFinite else { return nil }
      return TestResult(
        pValue: StudentT.pValue(gap.value / gap.variance.squareRoot(), degrees: gap.degrees),
        test: "welch_t")
    }
    guard means.allSatisfy({ $0.variance > 0 }) else { return nil }
    let k = Double(means.count), weights = means.map { 1 / $0.variance }
    let total = weights.reduce(0, +)
    let center = zip(weights, means).reduce(0) { $0 + $1.0 * $1.1.value } / total
    let between =
      zip(weights, means).reduce(0) {
        $0 + $1.0 * ($1.1.value - center) * ($1.1.value - center)
      } / (k - 1)
    let loss = zip(weights, means).reduce(0) {
      $0 + (1 - $1.0 / total) * (1 - $1.0 / total) / $1.1.degrees
    }
    let statistic = between / (1 + 2 * (k - 2) / (k * k - 1) * loss)
    let degrees = (k * k - 1) / (3 * loss)
    let x = degrees / (degrees + (k - 1) * statistic)
    guard degrees.isFinite, !x.isNaN else { return nil }
    return TestResult(
      pValue: SpecialFunctions.incompleteBeta(0.5 * degrees, 0.5 * (k - 1), x), test: "welch_f")
  }
}
