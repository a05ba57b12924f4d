import Datasets
import LinearAlgebra
import Models

/// Transports the scores of every group to the barycentre of the groups' distributions: demographic
/// parity at every threshold at once, with the least moving.
///
/// A score s of group g becomes (1 − λ)·s + λ·Σ_h π_h·F_h⁻¹(F_g(s)), where F_h is the weighted
/// distribution function of group h's scores and π_h the group's share of the weight; scores that tie
/// get the mean over the weight that they hold. At λ = 1 the rates of two groups differ at no
/// threshold by more than the heaviest score weighs. Of all scores with that property these are the
/// nearest in squared distance, which costs a calibrated score the least accuracy. 0 and 1 stay.
///
/// Chzhen, Denis, Hebiri, Oneto, Pontil, *Fair regression with Wasserstein barycenters*, NeurIPS 2020,
/// theorem 2.3; Jiang, Pacchiano, Stepleton, Jiang, Chiappa, *Wasserstein fair classification*, UAI
/// 2019.
public struct ScoreTransport: FrontierPostprocessor {
  public static let name = "score-transport"
  public static let summary =
    "Moves scores to the Wasserstein barycentre of the groups: parity at every threshold."
  public static let source =
    "Chzhen et al., Fair regression with Wasserstein barycenters, NeurIPS 2020; "
    + "Jiang et al., Wasserstein fair classification, UAI 2019"
  public static let attributeUse: Set<AttributeUse> = [.training, .decision]
  /// How far scores move to the barycentre: 0 not at all, 1 all the way.
  public var level = 1.0
  /// Most points of each group's map.
  public var knots = 10_000

  public init() {}

  public init(level: Double) { self.level = level }

  public static let table: [OptionRecord<ScoreTransport>] = [
    QuantileRepairSettings.level(\.level),
    .integer(
      "knots", \.knots, in: 2...Int(Int32.max),
      "most points of each group's map, at even steps of weight"),
  ]
  public static let dial = QuantileRepairSettings.levelName
  public static let dialSettings = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    try rows.requireProbabilities()
    var weights = [Double](repeating: 0, count: rows.groups.count)
    for row in 0..<rows.count { weights[rows.groups[row]] += rows.weight(row) }
    if let empty = weights.firstIndex(of: 0) {
      throw DataError.option(
        "weights", "group '\(rows.groups.names[empty])' has no weight")
    }
    var groups = GroupSteps(
      RowParts(rows.groups.codes, count: rows.groups.count), weights: rows.weights)
    groups.fill(
      Matrix(buffer: Buffer(rows.scores), rows: rows.count, columns: 1, rowStride: 1), column: 0)
    let maps = (0..<groups.count).map { group in
      let kept = groups.thinned(group, to: knots)
      return QuantileRule.Map(
        knots: groups.values(at: kept),
        values: groups.means(at: kept, group, of: groups, .mean(weights)), level: level)
    }
    return fitted(
      QuantileRule(maps: maps),
      FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }
}

extension QuantileRule.Map {
  /// A share of the way from each knot to its value; 0 and 1 stay where they are no knots.
  fileprivate init(knots: [Double], values: [Double], level: Double) {
    var knots = knots
    var values = zip(knots, values).map { $0 + level * ($1 - $0) }
    if knots[0] > 0 {
      knots.insert(0, at: 0)
      values.insert(0, at: 0)
    }
    if knots[knots.count - 1] < 1 {
      knots.append(1)
      values.append(1)
    }
    self.init(knots: knots, values: values)
  }
}
