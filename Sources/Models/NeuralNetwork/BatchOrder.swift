import Datasets
import LinearAlgebra

/// The order in which an epoch goes through the rows: every row once.
///
/// Rows are shuffled anew each epoch (Fisher and Yates), from a generator that only the seed and
/// the epoch's number decide. By cells, the rows of each cell are shuffled among themselves and
/// spread evenly over the epoch, so that a rare cell is in every batch that it can be in.
public struct BatchOrder: Sendable {
  /// The stream of random numbers of the first epoch.
  private static let firstStream: UInt64 = 0x6F72_6465_7200

  public let count: Int
  /// The row numbers of the epoch, shape `(count)`.
  public let rows: Buffer<UInt32>
  private let seed: UInt64
  /// The rows of each cell; one cell without any.
  private let cells: [[UInt32]]
  /// Which cell each place of an epoch takes a row of; empty for one cell.
  private let places: [UInt16]

  /// - Parameters:
  ///   - rows: the numbers of the rows to go through.
  ///   - cells: shape `(rows)`, the cell of each; nil for plain shuffling.
  public init(rows: [UInt32], seed: UInt64, cells: [UInt16]? = nil) {
    precondition(cells == nil || cells!.count == rows.count, "a cell for each row")
    count = rows.count
    self.seed = seed
    self.rows = Buffer(rows)
    guard let cells, let largest = cells.max() else {
      self.cells = [rows]
      places = []
      return
    }
    var members = [[UInt32]](repeating: [], count: Int(largest) + 1)
    for (row, cell) in zip(rows, cells) { members[Int(cell)].append(row) }
    self.cells = members
    places = Self.spread(members.map(\.count))
  }

  /// A sequence with `counts[c]` times each c, evenly spread: the k-th of n_c at (k + ½)/n_c.
  private static func spread(_ counts: [Int]) -> [UInt16] {
    var keys: [(Double, UInt16)] = []
    for (cell, count) in counts.enumerated() {
      for k in 0..<count { keys.append(((Double(k) + 0.5) / Double(count), UInt16(cell))) }
    }
    return keys.sorted { $0.0 != $1.0 ? $0.0 < $1.0 : $0.1 < $1.1 }.map(\.1)
  }

  /// Fills `rows` with the order of an epoch.
  public func shuffle(epoch: Int) {
    var random = CounterRandom(seed: seed, stream: Self.firstStream &+ UInt64(epoch))
    guard !places.isEmpty else {
      for i in 0..<count { rows.pointer[i] = cells[0][i] }
      Self.shuffle(rows.pointer, count, &random)
      return
    }
    var orders = cells
    for c in orders.indices {
      orders[c].withUnsafeMutableBufferPointer { part in
        guard let start = part.baseAddress else { return }
        Self.shuffle(start, part.count, &random)
      }
    }
    var next = [Int](repeating: 0, count: orders.count)
    for (place, cell) in places.enumerated() {
      rows.pointer[place] = orders[Int(cell)][next[Int(cell)]]
      next[Int(cell)] += 1
    }
  }

  /// An index below i + 1 is the high half of a product with 32 random bits (Lemire, *Fast random
  /// integer generation in an interval*, TOMACS 2019), its bias below 2⁻³² a draw.
  private static func shuffle(
    _ rows: UnsafeMutablePointer<UInt32>, _ count: Int, _ random: inout CounterRandom
  ) {
    guard count > 1 else { return }
    for i in stride(from: count - 1, to: 0, by: -1) {
      let j = Int(((random.next() >> 32) &* UInt64(i + 1)) >> 32)
      let kept = rows[i]
      rows[i] = rows[j]
      rows[j] = kept
    }
  }

  /// The batches of an epoch: as few as hold the rows, of sizes that differ by one at most.
  public static func batches(_ count: Int, limit: Int) -> [Range<Int>] {
    let batches = (count + limit - 1) / limit
    return (0..<batches).map { ($0 * count / batches)..<(($0 + 1) * count / batches) }
  }
}
