import Criteria

/// The directions in which a grid search moves λ: one an event and group but the last, with a sign.
///
/// The constraints to overall of all groups of an event add up to 0, so the last group (in the order
/// in which groups first occur) adds nothing, unless some group is not bound. Loss bounds have one direction a group, no sign, and
/// contain the objective: their coordinates add up to the limit.
struct MultiplierBasis {
  struct Direction {
    /// The row whose multiplier is the coordinate's positive part.
    var positive: Int
    /// The row of its negative part; nil when the coordinate cannot be negative.
    var negative: Int?
  }

  let constraints: LinearConstraints
  private(set) var directions: [Direction] = []
  /// Whether the objective is a combination of the directions, so that λ alone makes the weights; not
  /// where rows of no bound group are in it.
  let containsObjective: Bool

  init(_ scope: ConstraintScope, _ requirements: [any LinearRequirement], sums: CellSumKind) {
    var all = LinearConstraints(cellCount: scope.cells.count)
    for requirement in requirements {
      all.append(requirement.comparedToOverall.compile(scope, form: .pairwise, sums: sums))
    }
    constraints = all
    containsObjective =
      !requirements.isEmpty && requirements.allSatisfy { $0 is BoundedGroupLoss }
      && scope.sensitive.count == 1 && scope.unbound.allSatisfy(\.isEmpty)
    let first = Self.firstRows(scope)
    for family in Self.inOrderOfAppearance(all.families, all, first) {
      let groupStart = Self.firstRows(ofGroupsOf: family.attribute, scope, first)
      let groups = family.groups.sorted { groupStart[$0.group] < groupStart[$1.group] }
      let addUpToZero = family.overall != nil && scope.unbound[family.attribute].isEmpty
      for group in addUpToZero ? groups.dropLast() : groups[...] {
        guard let positive = all.rows.firstIndex(where: { $0.rates.first?.rate == group.rate })
        else { continue }
        let negative = family.overall.flatMap { overall in
          all.rows.firstIndex {
            $0.rates.count == 2 && $0.rates[0].rate == overall && $0.rates[1].rate == group.rate
          }
        }
        directions.append(Direction(positive: positive, negative: negative))
      }
    }
  }

  var dimension: Int { directions.count }
  var signed: [Bool] { directions.map { $0.negative != nil } }

  /// λ of each point.
  func multipliers(_ points: [[Double]]) -> [[Double]] {
    points.map { point in
      var lambda = [Double](repeating: 0, count: constraints.rows.count)
      for (value, direction) in zip(point, directions) {
        if value >= 0 {
          lambda[direction.positive] += value
        } else if let negative = direction.negative {
          lambda[negative] -= value
        }
      }
      return lambda
    }
  }

  /// ∂/∂S of λ·γ, and of the objective where the directions do not contain it.
  func costs(_ multipliers: [Double], objective: LinearFunctional) -> [Double] {
    var table = constraints.costs(multipliers)
    if !containsObjective { objective.addSlopes(1, to: &table) }
    return table
  }

  // MARK: - Order of appearance

  /// The first row of each cell.
  private static func firstRows(_ scope: ConstraintScope) -> [Int] {
    var first = [Int](repeating: .max, count: scope.cells.count)
    var open = scope.cells.rowCounts.count { $0 > 0 }
    for i in 0..<scope.cells.codes.count where first[Int(scope.cells.codes[i])] == .max {
      first[Int(scope.cells.codes[i])] = i
      open -= 1
      if open == 0 { break }
    }
    return first
  }

  /// The first row of each group of an attribute, whatever its label.
  private static func firstRows(
    ofGroupsOf attribute: Int, _ scope: ConstraintScope, _ first: [Int]
  ) -> [Int] {
    var start = [Int](repeating: .max, count: scope.cells.attributes[attribute].count)
    for (cell, row) in first.enumerated() {
      let group = scope.cells.groupOfAttribute[attribute][CellIndex.group(of: cell)]
      start[group] = min(start[group], row)
    }
    return start
  }

  private static func firstRow(
    of rate: Int, _ constraints: LinearConstraints, _ first: [Int]
  ) -> Int {
    constraints.rates[rate].entries.map { first[$0.cell] }.min() ?? .max
  }

  /// Events of one attribute by their first row; attributes and constraints stay in their order.
  private static func inOrderOfAppearance(
    _ families: [RateFamily], _ constraints: LinearConstraints, _ first: [Int]
  ) -> [RateFamily] {
    func start(_ family: RateFamily) -> Int {
      family.groups.map { firstRow(of: $0.rate, constraints, first) }.min() ?? .max
    }
    var ordered: [RateFamily] = []
    var rest = families[...]
    while let head = rest.first {
      let run = rest.prefix { $0.attribute == head.attribute }
      ordered += run.sorted { start($0) < start($1) }
      rest = rest.dropFirst(run.count)
    }
    return ordered
  }
}

extension LinearRequirement {
  /// The same requirement with groups compared to overall, which multipliers of a grid belong to.
  var comparedToOverall: any LinearRequirement {
    guard let parity = self as? ParityRequirement else { return self }
    return ParityRequirement(
      parity.criterion,
      parity.bound.ratio == 1
        ? .difference(parity.bound.slack)
        : .ratio(parity.bound.ratio, slack: parity.bound.slack))
  }
}
