import Criteria
import Datasets
import Essentials
import LinearAlgebra

/// One proportion of two models on the same rows of a group: second − first.
struct PairedContrast {
  let metric: Metric
  let tally: PairedTally
  let weighted: Bool
  private let part: OutcomeSet
  private let whole: OutcomeSet

  /// Nil for metrics that are no proportion.
  init?(_ metric: Metric, _ tally: PairedTally, weighted: Bool) {
    guard case .proportion(let part, let whole) = metric.form else { return nil }
    self.metric = metric
    self.tally = tally
    self.weighted = weighted
    self.part = part
    self.whole = whole
  }

  /// Whether both models have the same rows in the denominator.
  var hasOneDenominator: Bool {
    PairedTally.mask(whole, second: false) == PairedTally.mask(whole, second: true)
  }

  var first: Double? { metric.measure(tally.marginal(second: false)).value }
  var second: Double? { metric.measure(tally.marginal(second: true)).value }
  var difference: Double? {
    guard let first, let second else { return nil }
    return second - first
  }

  /// Rows behind both denominators.
  var rows: Int {
    min(
      tally.marginal(second: false).rowCount(of: whole),
      tally.marginal(second: true).rowCount(of: whole))
  }

  /// Weights of rows where only the second, and only the first, is in the part; of rows in the
  /// denominator; and their squares.
  private var discordant: (onlySecond: SIMD8<Double>, onlyFirst: SIMD8<Double>, all: SIMD8<Double>)
  {
    let a = PairedTally.mask(part, second: false), b = PairedTally.mask(part, second: true)
    let all = PairedTally.mask(whole, second: false)
    return (all * b * (SIMD8(repeating: 1) - a), all * a * (SIMD8(repeating: 1) - b), all)
  }

  /// Tango's interval where the denominators are one; else the one of the linearized variance.
  func interval(confidence: Double) -> Interval? {
    guard let difference else { return nil }
    guard hasOneDenominator else {
      guard let error = linearizedError else { return nil }
      guard error > 0 else {
        // Models that agree on all these rows may differ on others, as Tango's interval says.
        let trials = [false, true].map {
          tally.marginal(second: $0).effectiveCount(of: whole)
        }.min()!
        guard trials > 0, trials.isFinite else { return nil }
        return ContrastIntervals.pairedDifference(
          onlyFirst: 0, onlySecond: 0, of: trials, confidence: confidence, weighted: weighted)
      }
      let half = -SpecialFunctions.normalQuantile(0.5 * (1 - confidence)) * error
      return Interval(
        low: max(-1, difference - half), high: min(1, difference + half),
        method: "paired_linearized")
    }
    let (gained, lost, all) = discordant
    let total = (tally.weights * all).sum(), square = (tally.squares * all).sum()
    let scale = weighted ? total / square : 1
    guard total > 0, square > 0, scale * total > 0, (scale * total).isFinite else { return nil }
    return ContrastIntervals.pairedDifference(
      onlyFirst: scale * (tally.weights * gained).sum(),
      onlySecond: scale * (tally.weights * lost).sum(), of: scale * total,
      confidence: confidence, weighted: weighted)
  }

  /// McNemar's exact test for one denominator without weights, else the linearized z.
  func test() -> TestResult? {
    guard let difference else { return nil }
    if hasOneDenominator && !weighted {
      let (gained, lost, _) = discordant
      return ProportionTests.mcNemar(
        onlyFirst: Int((tally.weights * gained).sum()),
        onlySecond: Int((tally.weights * lost).sum()))
    }
    guard let error = linearizedError else { return nil }
    guard error > 0 else {
      return difference == 0 ? TestResult(pValue: 1, test: "paired_linearized") : nil
    }
    return TestResult(z: difference / error, test: "paired_linearized")
  }

  /// √ of Σ w²(u₂ − u₁)², u = (1[part] − rate)·1[whole]/W of each model: a ratio's linearization, in which
  /// rows that both models treat alike cancel.
  private var linearizedError: Double? {
    guard let first, let second else { return nil }
    var influence = SIMD8<Double>.zero
    for (isSecond, rate, sign) in [(false, first, -1.0), (true, second, 1.0)] {
      let inside = PairedTally.mask(part, second: isSecond)
      let all = PairedTally.mask(whole, second: isSecond)
      let total = (tally.weights * all).sum()
      influence += sign / total * (inside - rate * all)
    }
    return (tally.squares * influence * influence).sum().squareRoot()
  }
}
