import Criteria
import Datasets
import Essentials
import LinearAlgebra

/// Groups that are known only as chances, such as those of a surname-and-address model (BISG).
///
/// Row i counts in group k with weight wᵢ pᵢₖ, so a rate of k is Σ wᵢ pᵢₖ yᵢ / Σ wᵢ pᵢₖ. It is right when,
/// given the chances, outcome and membership are unrelated, and off by E[Cov(y, k | p)]/P(k) when they are
/// not; putting each row into its likeliest group adds another bias. What the data say whatever that
/// relation is: `bounds`. Intervals rest on the expected number of members, (Σwp)²/Σw²p.
///
/// J. Chen, N. Kallus, X. Mao, G. Svacha, M. Udell, *Fairness under unawareness*, FAT* 2019;
/// N. Kallus, X. Mao, A. Zhou, *Assessing algorithmic fairness with unobserved protected class using data
/// combination*, Management Science 68, 2022.
public struct Membership: Sendable {
  public let attribute: String
  public let names: [String]
  /// One buffer a group, shape `(n)`: the chance that a row belongs to it.
  public let chances: [Buffer<Double>]

  /// How far the chances of a row may add up beyond 1: rounding in the file.
  public static let slack = 1e-3
  /// Rows of like chances are taken together for the bounds.
  static let bins = 50

  /// - Throws: `MembershipError` for a chance outside 0…1 or a row whose chances add up to more than 1.
  public init(
    attribute: String, names: [String], chances: [Buffer<Double>]
  ) throws(MembershipError) {
    precondition(names.count == chances.count && !names.isEmpty, "chances for each group")
    let n = chances[0].count
    precondition(chances.allSatisfy { $0.count == n }, "a chance for each row")
    for i in 0..<n {
      var sum = 0.0
      for (k, column) in chances.enumerated() {
        let p = column[i]
        guard p >= 0 && p <= 1 else { throw .notAChance(row: i, group: names[k], value: p) }
        sum += p
      }
      guard sum <= 1 + Self.slack else { throw .tooMuch(row: i, sum: sum) }
    }
    self.attribute = attribute
    self.names = names
    self.chances = chances
  }

  public var rows: Int { chances[0].count }
  /// The name of what the chances leave over.
  public static let unknown = "(unknown)"

  /// Expected counts as an audit takes them: one combination a group, and one of what is left over.
  ///
  /// - Parameter outcomes: labels, decisions or scores and weights of the same rows.
  public func counts(_ outcomes: Outcomes) -> OutcomeCounts {
    precondition(outcomes.rows == rows, "chances of other rows")
    var tallies = Array(
      repeating: (
        weights: SIMD4<Double>.zero, squares: SIMD4<Double>.zero, rows: SIMD4<Double>.zero
      ),
      count: names.count + 1)
    for i in 0..<rows {
      let slot = slot(outcomes, i), weight = outcomes.weights?[i] ?? 1
      var left = 1.0
      for k in 0...names.count {
        let p = k < names.count ? chances[k][i] : max(0, left)
        guard p > 0 else { continue }
        left -= p
        tallies[k].weights[slot] += weight * p
        tallies[k].squares[slot] += weight * weight * p
        tallies[k].rows[slot] += p
      }
    }
    // What rounding leaves over in each row is nobody's.
    let rest = tallies[names.count].rows.sum() > Self.slack * Double(max(1, rows))
    let used = rest ? names.count + 1 : names.count
    var inputs = outcomes.inputs
    inputs.remove(.scores)
    return OutcomeCounts(
      attributes: [attribute], levels: [Array((names + [Self.unknown]).prefix(used))],
      combinations: (0..<used).map { [$0] },
      tallies: tallies.prefix(used).map { tally in
        var rows = SIMD4<Int>.zero
        for s in 0..<4 { rows[s] = Int(tally.rows[s].rounded()) }
        return Tally(rows: rows, weights: tally.weights, squares: tally.squares)
      },
      inputs: inputs, weighted: true, threshold: outcomes.threshold)
  }

  private func slot(_ outcomes: Outcomes, _ i: Int) -> Int {
    let label = Int(outcomes.labels?[i] ?? 0)
    let decision =
      outcomes.predictions.map { Int($0[i]) }
      ?? outcomes.scores.map { $0[i] >= outcomes.threshold ? 1 : 0 } ?? 0
    return 2 * label + decision
  }

  /// The least and the largest rate of a group that the data allow, whatever the relation of outcome and
  /// membership given the chances: in each bin of rows of like chance with outcome rate r and mean chance
  /// p, the share that is member and succeeds is between max(0, r + p − 1) and min(r, p) (Fréchet).
  ///
  /// Nil when the group or the denominator is empty. Sampling noise comes on top.
  public func bounds(_ metric: Metric, group: Int, _ outcomes: Outcomes) -> ClosedRange<Double>? {
    guard case .proportion(let part, let whole) = metric.form else { return nil }
    var sums = Array(repeating: (weight: 0.0, chance: 0.0, success: 0.0), count: Self.bins + 1)
    for i in 0..<rows {
      let slot = OutcomeSet(rawValue: 1 << slot(outcomes, i))
      guard whole.contains(slot) else { continue }
      let weight = outcomes.weights?[i] ?? 1, p = chances[group][i]
      let bin = Int(p * Double(Self.bins))
      sums[bin].weight += weight
      sums[bin].chance += weight * p
      if part.contains(slot) { sums[bin].success += weight }
    }
    var low = 0.0, high = 0.0, members = 0.0
    for bin in sums where bin.weight > 0 {
      low += max(0, bin.success + bin.chance - bin.weight)
      high += min(bin.success, bin.chance)
      members += bin.chance
    }
    guard members > 0 else { return nil }
    return low / members...max(low, high) / members
  }
}

/// Chances of membership that cannot be used.
public enum MembershipError: UserError, Equatable, CustomStringConvertible {
  /// A row, from 0.
  case notAChance(row: Int, group: String, value: Double)
  case tooMuch(row: Int, sum: Double)

  public var blame: Blame { .data }
  public var place: RowPlace? { .position(row) }

  public var description: String {
    switch self {
    case .notAChance(_, let group, let value):
      "the chance \(value) of group '\(group)' is not between 0 and 1"
    case .tooMuch(_, let sum): "the chances of groups add up to \(sum), more than 1"
    }
  }

  /// The row, from 0.
  public var row: Int {
    switch self {
    case .notAChance(let row, _, _), .tooMuch(let row, _): row
    }
  }
}
