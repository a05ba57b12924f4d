import Criteria
import Essentials

/// A metric in two groups that share no rows, with what can be said about its gap.
struct Contrast {
  let metric: Metric
  let first: AuditedGroup
  let second: AuditedGroup

  /// An interval of first − second; nil where no method is known to be right.
  func difference(confidence: Double) -> Interval? {
    if let p = first.proportion(metric), let q = second.proportion(metric) {
      return ContrastIntervals.newcombe(p, q, confidence: confidence)
    }
    guard let gap = areaGap else { return nil }
    let half = -SpecialFunctions.normalQuantile(0.5 * (1 - confidence)) * gap.deviation
    return Interval(
      low: max(-1, gap.value - half), high: min(1, gap.value + half), method: "delong")
  }

  /// An interval of first / second, for proportions.
  func ratio(confidence: Double) -> Interval? {
    guard let p = first.proportion(metric), let q = second.proportion(metric) else { return nil }
    return ContrastIntervals.ratio(p, q, confidence: confidence)
  }

  /// A test that both groups have one value.
  func test() -> TestResult? {
    if let p = first.proportion(metric), let q = second.proportion(metric) {
      return ProportionTests.twoGroups(p, q)
    }
    guard let gap = areaGap else { return nil }
    return TestResult(
      pValue: erfc(abs(gap.value / gap.deviation) * 0.5.squareRoot()), test: "delong")
  }

  /// A group whose scores order its labels wholly has no variance that says anything: nil.
  private var areaGap: (value: Double, deviation: Double)? {
    guard case .area = metric.form, let a = first.ranks, let b = second.ranks,
      let v = a.variance, let w = b.variance, v > 0, w > 0
    else { return nil }
    return (a.area - b.area, (v + w).squareRoot())
  }
}
