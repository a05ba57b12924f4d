import Datasets
import Models
import Optimization

/// Equalized odds from hard labels: each group keeps or flips a positive and a negative label with
/// probabilities of its own, chosen by a linear program so that true and false positive rates are
/// equal.
///
/// A group reaches the parallelogram of (0, 0), (FPR, TPR), (1, 1) and (1 − FPR, 1 − TPR). The
/// objective is the error of all rows, as in the paper; `rates` instead minimizes Σ_g (FPR_g −
/// TPR_g), which ignores how large groups are, as AIF360 does.
public struct HardLabelOdds: Postprocessor {
  public static let name = "equalized-odds-labels"
  public static let summary =
    "Flips hard labels at random until true and false positive rates are equal."
  public static let source =
    "Hardt, Price, Srebro, Equality of opportunity in supervised learning, NIPS 2016, section 4.1"
  public static let usualLeastGroup: Int? = GroupPolicy.usualLeastGroup
  /// A score at least this is a positive label.
  public var cut = 0.5
  public var minimize = Objective.error

  /// What is made as small as it can be.
  public enum Objective: String, CaseIterable, Sendable {
    /// The error of all rows.
    case error
    /// The sum of FPR − TPR over groups.
    case rates
  }

  public init() {}

  public init(cut: Double, minimize: Objective = HardLabelOdds().minimize) {
    self.cut = cut
    self.minimize = minimize
  }

  public static let table: [OptionRecord<HardLabelOdds>] = [
    .number(
      "cut", \.cut, in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude,
      "a score at least this is a positive label"),
    .choice(
      "minimize", \.minimize, "the error of all rows, or the sum of FPR − TPR over groups"
    ).spelled(OptionAliases(formerName: "minimise")),
  ]

  public struct Solution: Sendable {
    public var status: FitStatus
    /// Probability of a positive decision after a positive and after a negative label, per group.
    public var afterPositive: [Double]
    public var afterNegative: [Double]
    public var objective: Double
    public var lowerBound: Double
    public var iterations: Int
  }

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    let solved = try Self.solve(
      rows, cut: ScoreThreshold(cut), weighsRates: minimize == .rates)
    return fitted(
      StepRule(
        meaning: .decisions,
        functions: zip(solved.afterPositive, solved.afterNegative).map {
          StepFunction(cuts: [cut], values: [$1, $0].map(StepFunction.snapped))
        }),
      FitReport(
        status: solved.status, iterations: solved.iterations, objective: solved.objective,
        certificate: Certificate(
          kind: .dualityGap, value: solved.objective - solved.lowerBound,
          boundOnSuboptimality: max(0, solved.objective - solved.lowerBound)),
        seed: context.seed))
  }

  public static func solve(
    _ rows: ScoredRows, cut: ScoreThreshold, weighsRates: Bool
  ) throws(DataError) -> Solution {
    let tables = LabelTable.all(rows, cut: cut)
    let total = tables.reduce(0) { $0 + $1.positives + $1.negatives }
    let groups = tables.map { table in
      let hits = table.truePositives, alarms = table.falsePositives
      let corners = [
        (0, 0), (hits, alarms), (table.positives, table.negatives),
        (table.positives - hits, table.negatives - alarms),
      ]
      return RandomizedParity.Choices(
        costs: corners.map { hits, alarms in
          weighsRates
            ? ratio(alarms, table.negatives) - ratio(hits, table.positives)
            : (table.positives - hits + alarms) / total
        },
        falsePositiveRates: table.negatives > 0 ? corners.map { $0.1 / table.negatives } : nil,
        truePositiveRates: table.positives > 0 ? corners.map { $0.0 / table.positives } : nil,
        selectionRates: corners.map { ratio($0.0 + $0.1, table.positives + table.negatives) })
    }
    let solved = RandomizedParity(groups: groups, bound: 0).solve([
      .init(onFalsePositives: 1), .init(onTruePositives: 1),
    ])
    return Solution(
      status: solved.status, afterPositive: solved.weights.map { $0[1] + $0[2] },
      afterNegative: solved.weights.map { $0[2] + $0[3] }, objective: solved.cost,
      lowerBound: solved.lowerBound, iterations: solved.iterations)
  }

  private static func ratio(_ part: Double, _ whole: Double) -> Double {
    whole > 0 ? part / whole : 0
  }
}

/// The counts of one group at one cut.
struct LabelTable: Sendable {
  var truePositives = 0.0
  var falsePositives = 0.0
  var positives = 0.0
  var negatives = 0.0

  /// Of each group, shape `(G)`.
  static func all(_ rows: ScoredRows, cut: ScoreThreshold) -> [LabelTable] {
    var tables = [LabelTable](repeating: LabelTable(), count: rows.groups.count)
    for row in 0..<rows.count {
      let group = rows.groups[row], weight = rows.weight(row)
      let selected = cut.selects(rows.scores[row])
      if rows.labels[row] == 1 {
        tables[group].positives += weight
        if selected { tables[group].truePositives += weight }
      } else {
        tables[group].negatives += weight
        if selected { tables[group].falsePositives += weight }
      }
    }
    return tables
  }
}
