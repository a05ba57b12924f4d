import Datasets
import Models

/// The best threshold of each group on its own: what a model's scores are worth when nothing binds
/// them, so that methods with different trade-offs can be compared ("unprocessing").
public enum UnconstrainedThresholds: Postprocessor {
  public static let name = "unprocessing"
  public static let summary = "The best threshold of each group, without a constraint."
  public static let source =
    "Cruz and Hardt, Unprocessing seven years of algorithmic fairness, ICLR 2024"
  public static let options = DecisionUtility.options

  public static func fit(_ rows: ScoredRows, _ request: FitRequest) -> PostprocessingFit {
    let curves = ThresholdCurve.all(rows)
    let utility = DecisionUtility(request.options, curves)
    var total = 0.0
    let thresholds = curves.map { curve in
      let best = curve.best(utility)
      total += utility.value(curve.truePositives[best], curve.falsePositives[best])
      return curve.threshold(best)
    }
    return PostprocessingFit(
      rule: ThresholdRule(thresholds: thresholds), options: request.options,
      report: FitReport(
        status: .converged, iterations: 1, objective: -total, seed: request.seed))
  }
}

extension ThresholdCurve {
  /// The cut of largest utility; the one that selects fewest of equals.
  public func best(_ utility: DecisionUtility) -> Int {
    var best = 0, value = -Double.infinity
    for cut in 0..<count {
      let next = utility.value(truePositives[cut], falsePositives[cut])
      if next > value { (best, value) = (cut, next) }
    }
    return best
  }
}
