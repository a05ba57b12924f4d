import Criteria
import Datasets
import LinearAlgebra
import Mitigation

/// A way to choose thresholds for all groups, with what it costs and how far apart it leaves them.
public struct StrategyResult: Sendable {
  public var strategy: ThresholdStrategy
  /// Largest allowed difference of the rates; nil where nothing binds.
  public var bound: Double?
  public var isFeasible: Bool
  /// Of each told group; nil where decisions are drawn.
  public var thresholds: [ScoreThreshold]?
  /// Cost ratio · false positives + false negatives, in weights.
  public var cost: Double
  /// Largest minus smallest rate; nil where fewer than two groups have it.
  public var gap: Double?
  /// The same where thresholds are fitted to four fifths of the rows and counted on the rest, pooled.
  public var heldOutCost: Double?
  public var heldOutGap: Double?
}

/// What is asked of thresholds.
public enum ThresholdStrategy: String, Sendable, CaseIterable {
  /// One threshold for all, of least cost.
  case single
  /// Each group's own threshold of least cost.
  case groupCost = "group_cost"
  case parity
  case opportunity
  case equalFPR = "equal_fpr"
  /// Equalized odds, by drawing.
  case odds
  case accuracy
  /// Every group's true positive rate reaches a floor.
  case floor

  /// The rates whose gap is told.
  package var rates: [Rate] {
    switch self {
    case .single, .groupCost, .parity: [.selectionRate]
    case .opportunity, .floor: [.truePositiveRate]
    case .equalFPR: [.falsePositiveRate]
    case .odds: [.truePositiveRate, .falsePositiveRate]
    case .accuracy: [.accuracy]
    }
  }

  package var isBounded: Bool { ![.single, .groupCost, .floor].contains(self) }
}

/// Chooses thresholds among the told cuts: the exact optimum over them.
package struct StrategySearch: Sendable {
  /// What a group does: cuts with their probabilities.
  package typealias Mixture = [(weight: Double, cut: Int)]

  let curves: [ThresholdCurve]
  let costRatio: Double
  let floor: Double
  private var utility: DecisionUtility { DecisionUtility(gain: 1, loss: costRatio) }

  init(_ curves: [ThresholdCurve], costRatio: Double, floor: Double) {
    self.curves = curves
    self.costRatio = costRatio
    self.floor = floor
  }

  /// nil for a strategy that is not one of cuts.
  func mixtures(_ strategy: ThresholdStrategy, bound: Double) -> (
    groups: [Mixture], isFeasible: Bool
  ) {
    switch strategy {
    case .single, .groupCost: return cuts(.selectionRate, .none)
    case .floor: return cuts(.truePositiveRate, .none, .init(.truePositiveRate, floor))
    case .parity, .opportunity, .equalFPR, .accuracy:
      return cuts(strategy.rates[0], .difference(bound))
    case .odds:
      let solved = RelaxedParity.solve(curves, utility, .equalizedOdds, bound: bound)
      let groups = zip(curves, solved.mixtures).map { curve, mixture in
        mixture.map { part in
          (part.weight, part.threshold.cut.map { ReleasedCurve.position($0, curve.scores) } ?? 0)
        }
      }
      return (groups, solved.status == .converged)
    }
  }

  private func cuts(
    _ rate: Rate, _ limit: ThresholdSearch.Limit, _ floor: ThresholdSearch.Floor? = nil
  ) -> (groups: [Mixture], isFeasible: Bool) {
    let found = ThresholdSearch(curves, rate: rate, limit: limit, floor: floor).best(utility)
    return (found.cuts.map { [(1, $0)] }, found.isFeasible)
  }
}

/// Selected weights of groups, and what follows from them.
package struct GroupOutcomes {
  package var truePositives: [Double]
  package var falsePositives: [Double]
  package var positives: [Double]
  package var negatives: [Double]

  package init(groups: Int) {
    let none = [Double](repeating: 0, count: groups)
    (truePositives, falsePositives, positives, negatives) = (none, none, none, none)
  }

  /// Adds what mixtures of cuts select of curves.
  package mutating func add(_ mixtures: [StrategySearch.Mixture], of curves: [ThresholdCurve]) {
    for (g, curve) in curves.enumerated() {
      positives[g] += curve.positives
      negatives[g] += curve.negatives
      for part in mixtures[g] {
        truePositives[g] += part.weight * curve.truePositives[part.cut]
        falsePositives[g] += part.weight * curve.falsePositives[part.cut]
      }
    }
  }

  package func cost(_ ratio: Double) -> Double {
    (0..<positives.count).reduce(0) {
      $0 + ratio * falsePositives[$1] + positives[$1] - truePositives[$1]
    }
  }

  /// The largest gap of the rates; nil where no rate exists in two groups.
  package func gap(_ rates: [Rate]) -> Double? {
    rates.compactMap { rate -> Double? in
      let values = (0..<positives.count).compactMap { g in
        rate.value(
          truePositives: truePositives[g], falsePositives: falsePositives[g],
          positives: positives[g], negatives: negatives[g])
      }
      guard values.count > 1, let least = values.min(), let most = values.max() else { return nil }
      return most - least
    }.max()
  }
}
