/// A function of the sums over cells, base + Σ_c slope_c·S_c: a rate, a mean loss, an objective.
public struct LinearFunctional: Sendable, Equatable {
  public var base: Double
  public var entries: [Entry]

  public struct Entry: Sendable, Equatable {
    public var cell: Int
    public var slope: Double

    public init(cell: Int, slope: Double) {
      self.cell = cell
      self.slope = slope
    }
  }

  public init(base: Double, entries: [Entry]) {
    self.base = base
    self.entries = entries
  }

  public func value(_ sums: [Double]) -> Double {
    entries.reduce(base) { $0 + $1.slope * sums[$1.cell] }
  }

  /// Adds factor · ∂/∂S to the table.
  public func addSlopes(_ factor: Double, to table: inout [Double]) {
    for entry in entries { table[entry.cell] += factor * entry.slope }
  }
}

/// One inequality Σ coefficient·rate + Σ coefficient·anchor ≤ bound.
public struct ConstraintRow: Sendable {
  /// (index into `LinearConstraints.rates`, coefficient).
  public var rates: [(rate: Int, coefficient: Double)]
  public var anchor: (index: Int, coefficient: Double)?
  public var bound: Double
  /// The row that says the same with the opposite sign, when there is one (ratio 1).
  public var partner: Int?
  public var name: String

  public init(
    rates: [(rate: Int, coefficient: Double)], anchor: (index: Int, coefficient: Double)?,
    bound: Double, partner: Int?, name: String
  ) {
    self.rates = rates
    self.anchor = anchor
    self.bound = bound
    self.partner = partner
    self.name = name
  }
}

/// The rates of one event in one stratum that a constraint compares.
public struct RateFamily: Sendable {
  public var attribute: Int
  public var event: String
  /// The rate over all groups; nil when groups are bounded one by one.
  public var overall: Int?
  /// (group of the attribute, index into `LinearConstraints.rates`).
  public var groups: [(group: Int, rate: Int)]
}

/// Constraints compiled for given cells: γ(S) ≤ bound, where γ are combinations of rates and the
/// rates are linear in the sums S over cells. Never a matrix with a row for each data row.
///
/// Bounds between groups have two forms: one inequality an ordered pair, or two inequalities a
/// group with a free *anchor* t (m_g ≤ t and ρ·t − m_g ≤ ε), which a linear program prefers.
public struct LinearConstraints: Sendable {
  public enum Form: Sendable { case pairwise, anchored }

  public var cellCount: Int
  public var rates: [LinearFunctional] = []
  public var rows: [ConstraintRow] = []
  public var families: [RateFamily] = []
  public var anchors = 0

  public init(cellCount: Int) { self.cellCount = cellCount }

  public var bounds: [Double] { rows.map(\.bound) }

  /// The value of each rate, shape `(rates)`.
  public func rateValues(_ sums: [Double]) -> [Double] {
    precondition(sums.count == cellCount, "a sum for each cell")
    return rates.map { $0.value(sums) }
  }

  /// γ without anchors, shape `(rows)`.
  public func moments(_ sums: [Double]) -> [Double] {
    let values = rateValues(sums)
    return rows.map { row in row.rates.reduce(0) { $0 + $1.coefficient * values[$1.rate] } }
  }

  /// ∂(λ·γ)/∂S, one number a cell: what a positive prediction of a unit of weight there costs.
  ///
  /// - Parameter multipliers: λ, shape `(rows)`.
  public func costs(_ multipliers: [Double]) -> [Double] {
    precondition(multipliers.count == rows.count, "a multiplier for each row")
    var byRate = [Double](repeating: 0, count: rates.count)
    for (row, lambda) in zip(rows, multipliers) where lambda != 0 {
      for entry in row.rates { byRate[entry.rate] += lambda * entry.coefficient }
    }
    var table = [Double](repeating: 0, count: cellCount)
    for (rate, factor) in zip(rates, byRate) where factor != 0 {
      rate.addSlopes(factor, to: &table)
    }
    return table
  }

  /// The constraints of both, on the same cells.
  public mutating func append(_ other: LinearConstraints) {
    precondition(other.cellCount == cellCount, "constraints on other cells")
    let firstRate = rates.count, firstRow = rows.count
    rates += other.rates
    rows += other.rows.map { row in
      var moved = row
      for i in moved.rates.indices { moved.rates[i].rate += firstRate }
      moved.anchor?.index += anchors
      if let partner = row.partner { moved.partner = partner + firstRow }
      return moved
    }
    families += other.families.map { family in
      var moved = family
      if let overall = family.overall { moved.overall = overall + firstRate }
      for i in moved.groups.indices { moved.groups[i].rate += firstRate }
      return moved
    }
    anchors += other.anchors
  }

  /// Whether both have the same left sides: they differ in their bounds at most.
  public func hasCoefficients(of other: LinearConstraints) -> Bool {
    rates == other.rates && anchors == other.anchors && rows.count == other.rows.count
      && zip(rows, other.rows).allSatisfy { a, b in
        a.anchor?.index == b.anchor?.index && a.anchor?.coefficient == b.anchor?.coefficient
          && a.rates.count == b.rates.count
          && zip(a.rates, b.rates).allSatisfy { $0 == $1 }
      }
  }

  /// The worst of the compared rates at some sums, both ways of comparing.
  public func disparities(_ sums: [Double]) -> RateDisparities {
    let values = rateValues(sums)
    var worst = RateDisparities()
    for family in families where !family.groups.isEmpty {
      guard let reference = family.overall else { continue }
      worst.include(
        Spread.between(family.groups.map { .value(values[$0.rate]) }),
        overall: .value(values[reference]))
    }
    return worst
  }
}

/// How far apart the rates that constraints compare are: the worst over the compared families. Nil
/// where nothing is compared, or fewer than two groups are, and for ratios also where no rate is above 0.
public struct RateDisparities: Sendable, Equatable {
  /// The largest |group − overall|.
  public var toOverall: Double?
  /// The largest distance between two groups.
  public var betweenGroups: Double?
  /// The smallest of group / overall and overall / group.
  public var ratioToOverall: Double?
  /// The smallest ratio of two groups.
  public var ratioBetweenGroups: Double?

  public init() {}

  mutating func include(_ spread: Spread, overall: MetricValue) {
    func worse(_ old: Double?, _ new: MetricValue, _ pick: (Double, Double) -> Double) -> Double? {
      guard let old, let new = new.value else { return old ?? new.value }
      return pick(old, new)
    }
    toOverall = worse(toOverall, spread.difference(to: overall), max)
    betweenGroups = worse(betweenGroups, spread.difference, max)
    ratioToOverall = worse(ratioToOverall, spread.ratio(to: overall), min)
    ratioBetweenGroups = worse(ratioBetweenGroups, spread.ratio, min)
  }
}
