import Datasets

/// A loss of a prediction p for a label y, both clipped to a range.
public enum GroupLoss: Sendable, Equatable {
  /// (y − p)² after clipping to the range.
  case square(ClosedRange<Double>)
  /// |y − p| after clipping to the range.
  case absolute(ClosedRange<Double>)
  /// |y − p| in [0, 1]: the zero-one error of predictions 0 and 1.
  case zeroOne

  public func value(label: Double, prediction: Double) -> Double {
    switch self {
    case .square(let range):
      let d = Self.clip(label, range) - Self.clip(prediction, range)
      return d * d
    case .absolute(let range): return abs(Self.clip(label, range) - Self.clip(prediction, range))
    case .zeroOne: return abs(Self.clip(label, 0...1) - Self.clip(prediction, 0...1))
    }
  }

  private static func clip(_ x: Double, _ range: ClosedRange<Double>) -> Double {
    min(max(x, range.lowerBound), range.upperBound)
  }
}

/// The mean loss of every group is at most a bound: E[loss | group] ≤ bound.
///
/// May be infeasible, unlike parity. On predictions 0 and 1 all losses with range 0...1 are the
/// zero-one error (Agarwal, Dudík and Wu, Fair Regression, ICML 2019, definition 2).
public struct BoundedGroupLoss: LinearRequirement {
  public var loss: GroupLoss
  public var upperBound: Double

  public init(_ loss: GroupLoss, upperBound: Double) {
    precondition(upperBound >= 0 && upperBound.isFinite, "a loss bound cannot be negative")
    self.loss = loss
    self.upperBound = upperBound
  }

  public var name: String { "bounded_group_loss" }

  public func withLimit(_ limit: Double) -> any LinearRequirement {
    BoundedGroupLoss(loss, upperBound: limit)
  }

  public func compile(
    _ scope: ConstraintScope, form: LinearConstraints.Form, sums: CellSumKind
  ) -> LinearConstraints {
    var result = LinearConstraints(cellCount: scope.cells.count)
    for attribute in scope.sensitive {
      for stratum in scope.strata.indices {
        let members = scope.members(attribute: attribute, stratum: stratum) { _ in true }
        let names = scope.cells.attributes[attribute].names
        var groups: [(group: Int, rate: Int)] = []
        for member in members where !scope.unbound[attribute].contains(member.group) {
          groups.append((member.group, result.rates.count))
          result.rows.append(
            ConstraintRow(
              rates: [(result.rates.count, 1)], anchor: nil, bound: upperBound, partner: nil,
              name: "loss|\(scope.strata[stratum])|\(names[member.group])"))
          result.rates.append(Self.meanLoss(member.cells, scope.cells, sums))
        }
        result.families.append(
          RateFamily(attribute: attribute, event: "loss", overall: nil, groups: groups))
      }
    }
    return result
  }

  private static func meanLoss(_ members: [Int], _ cells: CellIndex, _ sums: CellSumKind)
    -> LinearFunctional
  {
    let total = members.reduce(0) { $0 + cells.weights[$1] }
    var functional = LinearFunctional(base: 0, entries: [])
    for cell in members {
      let wrongWhenPositive = sums == .losses || CellIndex.label(of: cell) == 0
      if !wrongWhenPositive { functional.base += cells.weights[cell] / total }
      functional.entries.append(.init(cell: cell, slope: (wrongWhenPositive ? 1 : -1) / total))
    }
    return functional
  }
}
