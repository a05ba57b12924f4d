import Datasets
import LinearAlgebra
import Models

/// Equal opportunity in a ranking: the scores of each group's positives get the distribution of all
/// positives' scores.
///
/// A score s of group g becomes F⁻¹(F_g(s)), where F_g and F are the weighted distribution
/// functions of the positives of the group and of all groups, linear between their quantiles. Then
/// at every threshold each group's true positive rate is the same, up to the quantiles' spacing.
public struct QuantileTransform: Postprocessor {
  public static let name = "score-transform"
  public static let summary =
    "Maps scores so that equal opportunity holds at every threshold of a ranking."
  public static let source =
    "Vasudevan and Kenthapadi, LiFT: a scalable framework for measuring fairness in ML "
    + "applications, CIKM 2020"
  public static let attributeUse: Set<AttributeUse> = [.training, .decision]
  /// Points of each map.
  public var quantiles = 1000

  public init() {}

  public init(quantiles: Int) { self.quantiles = quantiles }

  public static let table: [OptionRecord<QuantileTransform>] = [
    .integer("quantiles", \.quantiles, in: 2...1_000_000, "points of each map")
  ]

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    let curves = ThresholdCurve.all(rows)
    try rows.requireLabels(curves, positives: true, negatives: false)
    let pooled = ThresholdCurve.all(try rows.pooled())[0]
    let target = pooled.quantilesOfPositives(quantiles)
    let maps = curves.map { curve in
      QuantileRule.Map(from: curve.quantilesOfPositives(quantiles), to: target)
    }
    return fitted(
      QuantileRule(maps: maps),
      FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }
}

extension ThresholdCurve {
  /// The scores below which k/(count − 1) of the positives' weight lie, k = 0..<count, ascending.
  func quantilesOfPositives(_ count: Int) -> [Double] {
    var block = scores.count
    var below = 0.0
    return (0..<count).map { k in
      let wanted = positives * Double(k) / Double(count - 1)
      while block > 1 {
        let next = positives - truePositives[block - 1]
        guard next <= wanted && k < count - 1 || next == below else { break }
        below = next
        block -= 1
      }
      if k == count - 1 { block = highestPositive }
      return scores[block - 1]
    }
  }

  /// The block of the highest score that a positive has.
  private var highestPositive: Int {
    (1..<count).first { truePositives[$0] > 0 } ?? 1
  }
}

/// A non-decreasing piecewise linear map of the score for each group.
public struct QuantileRule: DecisionRule, Equatable {
  public static let kind = "quantile-maps"

  public struct Map: Codable, Sendable, Equatable {
    /// Ascending, distinct.
    public let knots: [Double]
    /// Non-decreasing, as many.
    public let values: [Double]

    init(knots: [Double], values: [Double]) {
      self.knots = knots
      self.values = values
    }

    /// Sources that occur several times go to the middle of their targets.
    init(from sources: [Double], to targets: [Double]) {
      var knots: [Double] = [], values: [Double] = []
      var start = 0
      for k in sources.indices where k + 1 == sources.count || sources[k + 1] > sources[k] {
        knots.append(sources[k])
        values.append(0.5 * (targets[start] + targets[k]))
        start = k + 1
      }
      self.knots = knots
      self.values = values
    }

    /// Beyond the outer knots scores keep their distance from them, so that they still rank.
    func callAsFunction(_ score: Double) -> Double {
      guard score > knots[0] else { return values[0] + (score - knots[0]) }
      guard score < knots[knots.count - 1] else {
        return values[knots.count - 1] + (score - knots[knots.count - 1])
      }
      var low = 0, high = knots.count - 1
      while high - low > 1 {
        let middle = (low + high) / 2
        if knots[middle] <= score { low = middle } else { high = middle }
      }
      let share = (score - knots[low]) / (knots[high] - knots[low])
      return values[low] + share * (values[high] - values[low])
    }
  }

  /// Shape `(G)`.
  public let maps: [Map]

  public var meaning: RuleMeaning { .scores }
  public var usesGroups: Bool { maps.count > 1 }
  public var groupCount: Int { maps.count }
  public var isConsistent: Bool {
    maps.allSatisfy { !$0.knots.isEmpty && $0.knots.count == $0.values.count }
  }

  public func values(scores: [Double], groups: [Int]) -> [Double] {
    zip(scores, groups).map { maps[$1]($0) }
  }
}
