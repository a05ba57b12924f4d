import Datasets
import LinearAlgebra

/// Recodes as few rows of a categorical column as can be so that each group gets a wanted
/// distribution over the levels.
///
/// With p the shares of the levels in a group and t the wanted ones, a row of a level with p > t stays
/// with probability t/p and otherwise moves to a level with t > p, each with probability in
/// proportion to t − p: the coupling that moves least weight, ½·Σ|t − p|. A row's number in [0, 1)
/// decides.
public struct CategoryRepair: Codable, Sendable, Equatable {
  /// Shares of the levels in each group, shape `(G, levels)`.
  let shares: [[Double]]
  /// Shape `(G, levels)`.
  let wanted: [[Double]]
  /// Σ (t − p)⁺ over the levels up to each, shape `(G, levels)`.
  private let deficits: [[Double]]

  private enum CodingKeys: String, CodingKey { case shares, wanted, deficits }

  init(shares: [[Double]], wanted: [[Double]]) {
    self.shares = shares
    self.wanted = wanted
    deficits = zip(shares, wanted).map { p, t in
      var sum = 0.0
      return zip(p, t).map { p, t in
        sum += max(0, t - p)
        return sum
      }
    }
  }

  /// Shares of the levels in each group, shape `(G, levels)`.
  static func shares(
    _ column: CodeColumn, groups: Buffer<UInt16>, count: Int, weights: [Double]?
  ) -> [[Double]] {
    var sums = [[Double]](
      repeating: [Double](repeating: 0, count: column.levels), count: count)
    for i in 0..<groups.count { sums[Int(groups[i])][Int(column.codes[i])] += weights?[i] ?? 1 }
    return sums.map { row in
      let total = row.reduce(0, +)
      return total > 0 ? row.map { $0 / total } : row
    }
  }

  /// The level that a row of a level becomes.
  ///
  /// - Parameter draw: in [0, 1), uniform over the rows of the level.
  func level(_ level: Int, group: Int, draw: Double) -> Int {
    let p = shares[group][level], t = wanted[group][level]
    guard p > t, let all = deficits[group].last, all > 0 else { return level }
    let staying = t / p
    guard draw >= staying else { return level }
    let place = (draw - staying) / (1 - staying) * all
    return deficits[group].firstIndex { $0 > place } ?? level
  }
}
