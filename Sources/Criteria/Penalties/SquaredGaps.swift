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
  /// Shape `(gaps)`.
  public var goals: [Double]

  public init(channel: ScoreChannel, gaps: [[(cell: Int, coefficient: Double)]]) {
    self.channel = channel
    self.gaps = gaps
    goals = [Double](repeating: 0, count: gaps.count)
  }

  public var channels: Set<ScoreChannel> { [channel] }
  public var isConvex: Bool { channel == .linear }

  public func value(_ sums: ScoreSums) -> Double {
    zip(gaps, goals).reduce(0) { total, gap in
      let a = Self.gap(gap.0, sums[channel]) - gap.1
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
    for (gap, goal) in zip(gaps, goals) {
      let a = factor * (Self.gap(gap, sums) - goal)
      for entry in gap { target[channel][entry.cell] += a * entry.coefficient }
    }
  }

  static func gap(_ gap: [(cell: Int, coefficient: Double)], _ sums: [Double]) -> Double {
    gap.reduce(0) { $0 + $1.coefficient * sums[$1.cell] }
  }
}

extension CellIndex {
  /// The gaps of group means of an attribute among the cells of an event: with two groups of
  /// positive weight m₁ − m₀, with more m_g − m for each, m the mean over all; none with one group.
  func meanGaps(attribute: Int, event: (_ label: Int) -> Bool)
    -> [[(cell: Int, coefficient: Double)]]
  {
    let members = groupMembers(attribute: attribute, event: event)
    let total = members.reduce(0) { $0 + $1.weight }
    func mean(_ cells: [Int], _ weight: Double, _ sign: Double) -> [(
      cell: Int, coefficient: Double
    )] {
      cells.map { ($0, sign / weight) }
    }
    if members.count < 2 { return [] }
    if members.count == 2 {
      return [
        mean(members[1].cells, members[1].weight, 1) + mean(members[0].cells, members[0].weight, -1)
      ]
    }
    let all = members.flatMap(\.cells)
    return members.map { mean($0.cells, $0.weight, 1) + mean(all, total, -1) }
  }

  /// The groups of an attribute that have weight in an event, with the cells that they are made of.
  public func groupMembers(attribute: Int, event: (_ label: Int) -> Bool = { _ in true })
    -> [(group: Int, cells: [Int], weight: Double)]
  {
    (0..<attributes[attribute].count).compactMap { group in
      let cells = (0..<count).filter {
        groupOfAttribute[attribute][Self.group(of: $0)] == group && event(Self.label(of: $0))
      }
      let weight = cells.reduce(0) { $0 + weights[$1] }
      return weight > 0 ? (group, cells, weight) : nil
    }
  }
}
