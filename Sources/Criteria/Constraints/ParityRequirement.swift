import Datasets

/// What a hypothesis' sums over cells are sums of.
public enum CellSumKind: Sendable {
  /// S_c = Σ_{i∈c} sᵢ·hᵢ with predictions h in [0, 1].
  case positives
  /// S_c = Σ_{i∈c} sᵢ·lossᵢ, as regressions report.
  case losses
}

/// A constraint with its bound, which can be stated on given cells.
public protocol LinearRequirement: Sendable {
  var name: String { get }

  /// The inequalities on the sums of the scope's cells.
  func compile(
    _ scope: ConstraintScope, form: LinearConstraints.Form, sums: CellSumKind
  ) -> LinearConstraints

  /// The same requirement with another limit: what a frontier sweeps.
  func withLimit(_ limit: Double) -> any LinearRequirement
}

/// A criterion with its bound, on each bound attribute within each stratum.
///
/// Each rate is the mean utility of the rows that count, its event: with h the prediction in [0, 1],
/// utility = ifNegative + (ifPositive − ifNegative)·h. Event and utility depend on the label alone,
/// so a moment is a sum over cells and a multiplier is one weight a cell (Agarwal et al., A
/// Reductions Approach to Fair Classification, ICML 2018, section 2).
///
/// With m(e, g) the rate of event e in group g and m(e) that of all groups:
/// ρ·m(e, g) − m(e) ≤ ε and ρ·m(e) − m(e, g) ≤ ε to overall, ρ·m(e, g) − m(e, g′) ≤ ε between
/// groups. A group without weight in an event is not constrained there.
public struct ParityRequirement: LinearRequirement {
  public let criterion: Criterion
  public var bound: ParityBound

  /// - Parameter criterion: whose rates are linear in decisions.
  public init(_ criterion: Criterion, _ bound: ParityBound) {
    precondition(criterion.isLinear, "\(criterion) is not linear in decisions")
    self.criterion = criterion
    self.bound = bound
  }

  public var name: String { criterion.name }

  public func withLimit(_ limit: Double) -> any LinearRequirement {
    ParityRequirement(criterion, bound.withLimit(limit))
  }

  public func compile(
    _ scope: ConstraintScope, form: LinearConstraints.Form, sums: CellSumKind
  ) -> LinearConstraints {
    precondition(sums == .positives, "parity constraints are about predictions in [0, 1]")
    var result = LinearConstraints(cellCount: scope.cells.count)
    let rates = criterion.rates.sorted { $0.event < $1.event }
    for attribute in scope.sensitive {
      for stratum in scope.strata.indices {
        for rate in rates { add(rate, attribute, stratum, scope, form, to: &result) }
      }
    }
    return result
  }

  private func add(
    _ rate: Rate, _ attribute: Int, _ stratum: Int, _ scope: ConstraintScope,
    _ form: LinearConstraints.Form, to result: inout LinearConstraints
  ) {
    let members = scope.members(
      attribute: attribute, stratum: stratum, event: rate.counts)
    guard !members.isEmpty else { return }
    let overall = result.rates.count
    result.rates.append(Self.mean(rate, members.flatMap(\.cells), scope.cells))
    let bound = members.filter { !scope.unbound[attribute].contains($0.group) }
    let groups = bound.map { member in
      result.rates.append(Self.mean(rate, member.cells, scope.cells))
      return (group: member.group, rate: result.rates.count - 1)
    }
    let stratum = scope.strata[stratum]
    let title = stratum.isEmpty ? rate.event : "\(stratum),\(rate.event)"
    result.families.append(
      RateFamily(attribute: attribute, event: title, overall: overall, groups: groups))
    let names = scope.cells.attributes[attribute].names
    let rows = RowBuilder(
      bound: self.bound, event: title, groups: groups.map { (names[$0.group], $0.rate) })
    switch (self.bound.comparison, form) {
    case (.toOverall, _): rows.addToOverall(overall, to: &result)
    case (.betweenGroups, .pairwise): rows.addPairs(to: &result)
    case (.betweenGroups, .anchored): rows.addAnchored(to: &result)
    }
  }

  /// The rate of some cells whose rows count.
  private static func mean(_ rate: Rate, _ members: [Int], _ cells: CellIndex) -> LinearFunctional {
    let total = members.reduce(0) { $0 + cells.weights[$1] }
    var functional = LinearFunctional(base: 0, entries: [])
    for cell in members {
      guard let utility = rate.utility(ofLabel: CellIndex.label(of: cell)) else { continue }
      functional.base += utility.ifNegative * cells.weights[cell] / total
      functional.entries.append(
        .init(cell: cell, slope: (utility.ifPositive - utility.ifNegative) / total))
    }
    return functional
  }
}

/// Writes the inequalities of one event in one stratum.
private struct RowBuilder {
  let bound: ParityBound
  let event: String
  let groups: [(name: String, rate: Int)]

  func addToOverall(_ overall: Int, to result: inout LinearConstraints) {
    let first = result.rows.count, count = groups.count, paired = bound.ratio == 1
    for (sign, offset) in [("+", count), ("-", -count)] {
      for (k, group) in groups.enumerated() {
        let index = first + k + (offset > 0 ? 0 : count)
        let (a, b) = offset > 0 ? (group.rate, overall) : (overall, group.rate)
        result.rows.append(
          row(a, b, "\(sign)|\(event)|\(group.name)", partner: paired ? index + offset : nil))
      }
    }
  }

  func addPairs(to result: inout LinearConstraints) {
    let first = result.rows.count, count = groups.count
    /// The place of the ordered pair (a, b), a ≠ b, in row-major order without the diagonal.
    func place(_ a: Int, _ b: Int) -> Int { first + a * (count - 1) + (b < a ? b : b - 1) }
    for a in 0..<count {
      for b in 0..<count where b != a {
        result.rows.append(
          row(
            groups[a].rate, groups[b].rate, "\(event)|\(groups[a].name)|\(groups[b].name)",
            partner: bound.ratio == 1 ? place(b, a) : nil))
      }
    }
  }

  func addAnchored(to result: inout LinearConstraints) {
    guard groups.count > 1 else { return }
    let anchor = result.anchors
    result.anchors += 1
    for group in groups {
      result.rows.append(
        ConstraintRow(
          rates: [(group.rate, 1)], anchor: (anchor, -1), bound: 0, partner: nil,
          name: "<|\(event)|\(group.name)"))
      result.rows.append(
        ConstraintRow(
          rates: [(group.rate, -1)], anchor: (anchor, bound.ratio), bound: bound.slack,
          partner: nil, name: ">|\(event)|\(group.name)"))
    }
  }

  /// ρ·a − b ≤ ε
  private func row(_ a: Int, _ b: Int, _ name: String, partner: Int?) -> ConstraintRow {
    ConstraintRow(
      rates: [(a, bound.ratio), (b, -1)], anchor: nil, bound: bound.slack, partner: partner,
      name: name)
  }
}
