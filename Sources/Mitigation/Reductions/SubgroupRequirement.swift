import Criteria

/// A subgroup as cells of the sensitive attributes, and the side on which its rate is bounded.
struct BoundedSubgroup: Sendable, Hashable {
  /// For each joint group whether it is in.
  var members: [Bool]
  /// Whether the rate is too high rather than too low.
  var isHigh: Bool
}

/// α(g)·(r(g) − r) ≤ bound for given subgroups g, α(g) the share of g among the rows that count, or
/// the same with the opposite sign.
struct SubgroupRequirement: LinearRequirement {
  var rate: Rate
  var subgroups: [BoundedSubgroup]
  var bound: Double

  var name: String { "subgroups" }

  func withLimit(_ limit: Double) -> any LinearRequirement {
    var other = self
    other.bound = limit
    return other
  }

  func compile(
    _ scope: ConstraintScope, form: LinearConstraints.Form, sums: CellSumKind
  ) -> LinearConstraints {
    precondition(sums == .positives, "rates of subgroups are about predictions in [0, 1]")
    let cells = scope.cells
    let counted = (0..<cells.count).filter {
      rate.counts(label: CellIndex.label(of: $0)) && cells.weights[$0] > 0
    }
    let total = counted.reduce(0) { $0 + cells.weights[$1] }
    var result = LinearConstraints(cellCount: cells.count)
    guard total > 0 else { return result }
    for (index, subgroup) in subgroups.enumerated() {
      let share =
        counted.reduce(0) {
          $0 + (subgroup.members[CellIndex.group(of: $1)] ? cells.weights[$1] : 0)
        } / total
      // The rate of negatives differs by as much as that of positives, the other way round.
      let sign = rate.countedPrediction == 0 ? -1.0 : 1.0
      result.rates.append(
        LinearFunctional(
          base: 0,
          entries: counted.map { cell in
            let inside = subgroup.members[CellIndex.group(of: cell)] ? 1.0 : 0
            return .init(cell: cell, slope: sign * (inside - share) / total)
          }))
      result.rows.append(
        ConstraintRow(
          rates: [(index, subgroup.isHigh ? 1 : -1)], anchor: nil, bound: bound, partner: nil,
          name: "subgroup|\(index)"))
    }
    return result
  }

  /// The audit of sums over cells: nil when no row counts or all or none succeed.
  static func audit(
    _ cellSums: [Double], rate: Rate, cells: CellIndex
  ) -> SubgroupAudit? {
    let groups = (0..<cells.groups.count).filter { group in
      [0, 1].contains { rate.counts(label: $0) && cells.weights[2 * group + $0] > 0 }
    }
    let labels = rate.labels.sorted(), countsNegatives = rate.countedPrediction == 0
    let problem = SubgroupCells(
      groups.map { group in
        var weight = 0.0, positives = 0.0
        for label in labels {
          weight += cells.weights[2 * group + label]
          positives += min(max(cellSums[2 * group + label], 0), cells.weights[2 * group + label])
        }
        return SubgroupCells.Cell(
          codes: cells.groupOfAttribute.map { $0[group] }, weight: weight,
          successes: countsNegatives ? weight - positives : positives)
      }, sizes: cells.attributes.map(\.count))
    guard problem.baseline > 0, problem.baseline < 1 else { return nil }
    let worst = problem.worst()
    var members = [Bool](repeating: false, count: cells.groups.count)
    var gain = 0.0
    for (k, group) in groups.enumerated() where worst.members[k] {
      members[group] = true
      gain += problem.gains[k]
    }
    return SubgroupAudit(
      subgroup: BoundedSubgroup(members: members, isHigh: gain > 0), violation: worst.violation,
      ceiling: problem.ceiling)
  }
}

/// The worst subgroup found of a mixture's decisions.
struct SubgroupAudit: Sendable {
  var subgroup: BoundedSubgroup
  /// α(g)·|r(g) − r| of it.
  var violation: Double
  /// No union of cells has more.
  var ceiling: Double
}
