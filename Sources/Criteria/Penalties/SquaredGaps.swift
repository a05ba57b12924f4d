import Optimization

/// A penalty Σ_k (aₖ − tₖ)² whose gaps aₖ = Σ_c coefficient·S[channel][c] are linear in the sums over
/// cells: the shape of every squared difference of group means. The goals tₖ are 0 unless means are
/// wanted apart by a known amount.
///
/// Its gradient is 2·(aₖ − tₖ)·∇aₖ and its curvature 2·∇aₖ∇aₖᵀ in the space of sums. Convex in θ when the
/// sums are linear in θ, as those of linear scores are.
public struct SquaredGaps: ScoreTerm {
  public let channel: ScoreChannel
  /// One sparse row a gap: (cell, coefficient).
  public let gaps: [[(cell: Int, coefficient: Double)]]
  /// What every gap has besides, some share of it: a mean over all, which would make each row as long
  /// as there are cells.
  let shared: [(cell: Int, coefficient: Double)]
  /// Shape `(gaps)`.
  let shares: [Double]
  /// Shape `(gaps)`.
  public var goals: [Double]

  init(channel: ScoreChannel, _ gaps: MeanGaps) {
    self.channel = channel
    self.gaps = gaps.own
    shared = gaps.shared
    shares = gaps.shares
    goals = [Double](repeating: 0, count: gaps.own.count)
  }

  public var channels: Set<ScoreChannel> { [channel] }
  public var isConvex: Bool { channel == .linear }

  public func value(_ sums: ScoreSums) -> Double {
    let common = Self.gap(shared, sums[channel])
    return gaps.indices.reduce(0) { total, k in
      let a = Self.gap(gaps[k], sums[channel]) + shares[k] * common - goals[k]
      return total + a * a
    }
  }

  public func addDerivative(_ sums: ScoreSums, factor: Double, to derivative: inout ScoreSums) {
    add(along: sums[channel], goals, factor: 2 * factor, to: &derivative)
  }

  public func addCurvature(
    _ sums: ScoreSums, along direction: ScoreSums, factor: Double, to product: inout ScoreSums
  ) {
    let none = [Double](repeating: 0, count: gaps.count)
    add(along: direction[channel], none, factor: 2 * factor, to: &product)
  }

  private func add(
    along sums: [Double], _ goals: [Double], factor: Double, to target: inout ScoreSums
  ) {
    // Outside of `target`: a channel changed in its place is copied for every entry.
    var own = target[channel], total = 0.0
    let common = Self.gap(shared, sums)
    for k in gaps.indices {
      let a = factor * (Self.gap(gaps[k], sums) + shares[k] * common - goals[k])
      for entry in gaps[k] { own[entry.cell] += a * entry.coefficient }
      total += shares[k] * a
    }
    for entry in shared { own[entry.cell] += total * entry.coefficient }
    target[channel] = own
  }

  static func gap(_ gap: [(cell: Int, coefficient: Double)], _ sums: [Double]) -> Double {
    gap.reduce(0) { $0 + $1.coefficient * sums[$1.cell] }
  }
}

/// Gaps that are linear in sums over cells: a row of each, and a share of one that all have.
struct MeanGaps {
  var own: [[(cell: Int, coefficient: Double)]] = []
  var shared: [(cell: Int, coefficient: Double)] = []
  var shares: [Double] = []
}

extension CellIndex {
  /// The gaps of group means of an attribute among the cells of an event: with two groups of
  /// positive weight m₁ − m₀, with more m_g − m for each, m the mean over all; none with one group.
  func meanGaps(attribute: Int, event: (_ label: Int) -> Bool) -> MeanGaps {
    let members = groupMembers(attribute: attribute, event: event)
    let total = members.reduce(0) { $0 + $1.weight }
    func mean(_ cells: [Int], _ weight: Double, _ sign: Double) -> [(
      cell: Int, coefficient: Double
    )] {
      cells.map { ($0, sign / weight) }
    }
    if members.count < 2 { return MeanGaps() }
    if members.count == 2 {
      let apart =
        mean(members[1].cells, members[1].weight, 1) + mean(members[0].cells, members[0].weight, -1)
      return MeanGaps(own: [apart], shares: [0])
    }
    return MeanGaps(
      own: members.map { mean($0.cells, $0.weight, 1) },
      shared: mean(members.flatMap(\.cells), total, -1), shares: members.map { _ in 1 })
  }

  /// The bound groups of an attribute that have weight in an event, with the cells that they are made
  /// of.
  public func groupMembers(attribute: Int, event: (_ label: Int) -> Bool = { _ in true })
    -> [(group: Int, cells: [Int], weight: Double)]
  {
    (0..<attributes[attribute].count).compactMap { group in
      guard !unbound[attribute].contains(group) else { return nil }
      let cells = (0..<count).filter {
        groupOfAttribute[attribute][Self.group(of: $0)] == group && event(Self.label(of: $0))
      }
      let weight = cells.reduce(0) { $0 + weights[$1] }
      return weight > 0 ? (group, cells, weight) : nil
    }
  }
}
