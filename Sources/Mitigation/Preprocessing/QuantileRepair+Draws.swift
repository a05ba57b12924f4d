import Datasets
import LinearAlgebra
import Models

/// A number in [0, 1) for each row and column, from a hash of the row: what decides where rows that
/// share a value go.
struct RowDraws: Sendable {
  private let rows: [Double]
  private let groups: Buffer<UInt16>
  private let weights: [Double]?
  private let isStratified: Bool

  init<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, groups: Buffer<UInt16>, key: UInt64, isStratified: Bool
  ) {
    rows = data.uniformDraws(key: key)
    self.groups = groups
    weights = data.sampleWeights
    self.isStratified = isStratified
  }

  /// The numbers of a column, shape `(n)`.
  ///
  /// Stratified, rows of one group and value share [0, 1) by their weight in the order of their
  /// hashes, each at the middle of its part; rows without weight keep their hash.
  func column(_ column: Int, value: (Int) -> Double) -> [Double] {
    var draws = rows.map { row in
      var random = CounterRandom(seed: row.bitPattern, stream: UInt64(column))
      return random.uniform()
    }
    guard isStratified else { return draws }
    let values = draws.indices.map(value)
    let order = draws.indices.sorted {
      (groups[$0], values[$0], draws[$0], $0) < (groups[$1], values[$1], draws[$1], $1)
    }
    var first = 0
    while first < order.count {
      var end = first + 1
      while end < order.count, groups[order[end]] == groups[order[first]],
        values[order[end]] == values[order[first]]
      {
        end += 1
      }
      spread(order[first..<end], &draws)
      first = end
    }
    return draws
  }

  private func spread(_ tied: ArraySlice<Int>, _ draws: inout [Double]) {
    let total = tied.reduce(0.0) { $0 + (weights?[$1] ?? 1) }
    guard total > 0 else { return }
    var below = 0.0
    for row in tied {
      let weight = weights?[row] ?? 1
      if weight > 0 { draws[row] = (below + weight / 2) / total }
      below += weight
    }
  }
}
