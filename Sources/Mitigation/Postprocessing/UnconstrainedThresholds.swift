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
    let search = ThresholdSearch(curves, rate: .selectionRate, limit: .none)
    let found = DecisionUtility.optimum(request.options, curves) { search.best($0) }
    return PostprocessingFit(
      rule: ThresholdRule(thresholds: zip(curves, found.choice.cuts).map { $0.threshold($1) }),
      options: request.options,
      report: FitReport(
        status: .converged, iterations: found.rounds, objective: found.cost, seed: request.seed))
  }
}

extension ThresholdCurve {
  /// The cut of largest utility; the one that selects fewest of equals.
  ///
  /// - Parameter allowed: the cuts to choose from, nil for all.
  public func best(_ utility: DecisionUtility, among allowed: [Bool]? = nil) -> Int {
    var best = 0, value = -Double.infinity
    for cut in 0..<count where allowed?[cut] ?? true {
      let next = utility.value(truePositives[cut], falsePositives[cut])
      if next > value { (best, value) = (cut, next) }
    }
    return best
  }
}
