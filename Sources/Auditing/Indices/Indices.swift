import Criteria
import Essentials

/// A single number for all groups or persons together.
public struct FairnessIndex: Sendable {
  public let name: String
  /// What it is, in a sentence with its formula.
  public let summary: String
  public let needs: Inputs
  let value: @Sendable (OutcomeCounts) -> MetricValue
}

/// Every index: one line each.
public enum Indices {
  public static let all: [FairnessIndex] = [
    .generalizedEntropy,
    .theil,
    .meanLogDeviation,
    .coefficientOfVariation,
    .atkinson,
    .groupGeneralizedEntropy,
    .groupTheil,
    .groupCoefficientOfVariation,
    .differentialFairness,
    .labelDifferentialFairness,
    .biasAmplification,
    .classImbalance,
    .divergence,
  ]

  static func all(of counts: OutcomeCounts) -> [String: Estimate] {
    var estimates: [String: Estimate] = [:]
    for index in all where counts.inputs.isSuperset(of: index.needs) {
      switch index.value(counts) {
      case .value(let value): estimates[index.name] = Estimate(value: value)
      case .absent(let reason): estimates[index.name] = .notEstimable(reason)
      }
    }
    return estimates
  }
}
