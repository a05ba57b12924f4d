import Datasets
import Models

/// The best threshold of each group on its own: what a model's scores are worth when nothing binds
/// them, so that methods with different trade-offs can be compared ("unprocessing").
public struct UnconstrainedThresholds: Postprocessor {
  public static let name = "unprocessing"
  public static let summary = "Finds the best threshold of each group, without a constraint."
  public static let source =
    "Cruz and Hardt, Unprocessing seven years of algorithmic fairness, ICLR 2024"
  public static let usualLeastGroup: Int? = GroupPolicy.usualLeastGroup
  public static let table = UtilitySettings.table.map {
    $0.nested(in: \UnconstrainedThresholds.utility)
  }
  public var utility = UtilitySettings()

  public init() {}

  public init(objective: DecisionUtility.Objective) { utility = UtilitySettings(objective) }

  public func fit(_ rows: ScoredRows, _ context: FitContext) -> PostprocessingFit {
    let curves = ThresholdCurve.all(rows)
    let search = ThresholdSearch(curves, rate: .selectionRate, limit: .none)
    let found = utility.optimum(curves) { search.best($0) }
    return fitted(
      ThresholdRule(thresholds: zip(curves, found.choice.cuts).map { $0.threshold($1) }),
      FitReport(
        status: .converged, iterations: found.rounds, objective: found.cost, seed: context.seed))
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
