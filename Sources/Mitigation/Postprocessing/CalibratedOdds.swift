import Criteria
import Datasets
import Essentials
import Models

/// Equal costs between groups whose scores are calibrated: cheaper groups replace a random share of
/// their scores by their base rate.
///
/// A group's cost is the rate of a criterion with scores in place of decisions: its mean score of
/// negatives, its mean 1 − score of positives, or for errors both, weighted by how many rows they
/// concern. Mixing in the base rate moves the cost c_g
/// towards that of the trivial predictor t_g; the share (c* − c_g)/(t_g − c_g) reaches the largest
/// cost c* of any group. The share is clipped to [0, 1]: where even the trivial predictor is
/// cheaper than c*, costs cannot be made equal and the report says `infeasible`.
public struct CalibratedOdds: Postprocessor {
  public static let name = "calibrated-equalized-odds"
  public static let summary =
    "Replaces a random share of scores by the base rate until groups have equal costs."
  public static let source =
    "Pleiss, Raghavan, Wu, Kleinberg, Weinberger, On fairness and calibration, NIPS 2017"
  public static let usualLeastGroup: Int? = GroupPolicy.usualLeastGroup
  /// Whose rate of errors is made equal.
  public var criterion = Criterion.errorRateParity
  /// A score at least this is selected.
  public var cut = 0.5

  public init() {}

  public init(criterion: Criterion, cut: Double = CalibratedOdds().cut) {
    self.criterion = criterion
    self.cut = cut
  }

  public static let table: [OptionRecord<CalibratedOdds>] = [
    .criterion(
      \.criterion, of: criteria, formerName: "cost",
      synonyms: ["weighted": .init(value: Criterion.errorRateParity.name)],
      "the rate whose mean over drawn decisions is made equal"),
    .number("cut", \.cut, in: 0...1, "a score at least this is selected"),
  ]

  /// Those whose rates are errors.
  static let criteria: [Criterion] = [
    .falsePositiveRateParity, .falseNegativeRateParity, .errorRateParity,
  ]

  public struct Solution: Sendable, Equatable {
    /// Share of each group's scores that the base rate replaces, shape `(G)`.
    public var shares: [Double]
    public var baseRates: [Double]
    /// Costs before and after, shape `(G)`.
    public var before: [Double]
    public var after: [Double]

    /// The largest difference of costs afterwards.
    public var spread: Double { (after.max() ?? 0) - (after.min() ?? 0) }
  }

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    let solved = try Self.solve(rows, criterion)
    let functions = zip(solved.shares, solved.baseRates).map { share, rate in
      let replaced = rate >= cut ? share : 0
      return StepFunction(
        cuts: [cut], values: [replaced, replaced + 1 - share].map(StepFunction.snapped))
    }
    let isFeasible = solved.spread <= Self.equal
    return fitted(
      StepRule(meaning: .decisions, functions: functions),
      FitReport(
        status: isFeasible ? .converged : .infeasible, iterations: 1, objective: solved.spread,
        stopReason: isFeasible ? nil : try Self.reason(rows, criterion, solved), seed: context.seed)
    )
  }

  /// Costs that differ by no more are equal up to rounding.
  private static let equal = 1e-9

  /// Which group cannot be made as costly as which, and which costs can be made equal instead.
  private static func reason(
    _ rows: ScoredRows, _ criterion: Criterion, _ solved: Solution
  ) throws(DataError) -> String {
    func text(_ value: Double) -> String { value.brief() }
    let groups = solved.after.indices
    guard let cheap = groups.min(by: { solved.after[$0] < solved.after[$1] }),
      let dear = groups.max(by: { solved.after[$0] < solved.after[$1] })
    else { return "" }
    var others: [String] = []
    for other in criteria where other != criterion {
      if try solve(rows, other).spread <= equal { others.append(other.name) }
    }
    let names = rows.groups.names
    return "the cost of \(names[dear]) by \(criterion) is \(text(solved.after[dear])), and "
      + "even the base rate alone costs \(names[cheap]) only \(text(solved.after[cheap])); "
      + (others.isEmpty
        ? "no other cost can be made equal either"
        : "can be made equal instead: 'criterion' \(others.joined(separator: " or "))")
  }

  /// - Parameter criterion: of the rate of false positives, of false negatives, or of all errors.
  public static func solve(
    _ rows: ScoredRows, _ criterion: Criterion
  ) throws(DataError) -> Solution {
    guard criteria.contains(criterion), let labels = criterion.rate?.labels else {
      preconditionFailure("\(criterion) is about no errors")
    }
    try rows.requireProbabilities()
    var sums = [Sums](repeating: Sums(), count: rows.groups.count)
    for row in 0..<rows.count {
      sums[rows.groups[row]].add(
        rows.scores[row], isPositive: rows.labels[row] == 1, rows.weight(row))
    }
    for (group, sum) in sums.enumerated() {
      let lacksPositives = sum.positives == 0 && labels.contains(1)
      let lacksNegatives = sum.negatives == 0 && labels.contains(0)
      if lacksPositives || lacksNegatives {
        throw rows.oneClass(group, positivesMissing: lacksPositives)
      }
    }
    let before = sums.map { $0.cost(labels) }, trivial = sums.map { $0.trivialCost(labels) }
    let target = before.max() ?? 0
    let shares = zip(before, trivial).map { own, trivial in
      own >= target ? 0 : trivial > own ? min(1, (target - own) / (trivial - own)) : 0
    }
    return Solution(
      shares: shares, baseRates: sums.map(\.baseRate), before: before,
      after: shares.indices.map { (1 - shares[$0]) * before[$0] + shares[$0] * trivial[$0] })
  }

  private struct Sums {
    var positives = 0.0
    var negatives = 0.0
    var scoreOfNegatives = 0.0
    var restOfPositives = 0.0

    mutating func add(_ score: Double, isPositive: Bool, _ weight: Double) {
      if isPositive {
        positives += weight
        restOfPositives += weight * (1 - score)
      } else {
        negatives += weight
        scoreOfNegatives += weight * score
      }
    }

    var baseRate: Double { positives / (positives + negatives) }

    /// The mean error of scores over the rows of some labels.
    func cost(_ labels: Set<Int>) -> Double {
      let errors =
        (labels.contains(0) ? scoreOfNegatives : 0) + (labels.contains(1) ? restOfPositives : 0)
      return errors
        / ((labels.contains(1) ? positives : 0) + (labels.contains(0) ? negatives : 0))
    }

    /// The same where the base rate is everybody's score.
    func trivialCost(_ labels: Set<Int>) -> Double {
      guard labels.count == 1 else { return 2 * baseRate * (1 - baseRate) }
      return labels.contains(0) ? baseRate : 1 - baseRate
    }
  }
}
