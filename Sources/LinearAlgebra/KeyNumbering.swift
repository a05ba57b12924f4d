import CKernels

/// Numbers of the observed combinations of two columns of codes, in increasing order of the pair.
///
/// Meant for crosses with so many possible combinations that a table of all of them would be larger
/// than the rows: the observed ones are hashed, sorted and numbered.
public struct KeyNumbering: Sendable {
  /// `head · size + tail` of each number, ascending.
  public let keys: [UInt64]
  /// The number of each row's combination, shape `(n)`.
  public let codes: Buffer<UInt32>

  /// Rows that one task looks up.
  static let chunkRows = 1 << 16
  static let smallestTable = 1 << 12

  /// - Parameters:
  ///   - head: shape `(n)`.
  ///   - tail: shape `(n)`, below `size`.
  public init(
    head: Buffer<UInt32>, tail: Buffer<UInt16>, size: Int, pool: WorkerPool = .default
  ) {
    let n = head.count
    precondition(tail.count == n, "\(tail.count) codes for \(n) rows")
    keys = Self.distinct(head, tail, size)
    var capacity = Self.smallestTable
    while capacity < 2 * keys.count { capacity *= 2 }
    let table = Buffer<UInt64>(uninitialized: capacity)
    let number = Buffer<UInt32>(zeroed: capacity)
    // SAFETY: at most half of the places are taken, so every walk ends; all columns hold n rows.
    eqp_keys_number(
      keys, keys.count, table.pointer, number.pointer, capacity)
    let codes = Buffer<UInt32>(uninitialized: n)
    let places = capacity
    pool.forEach((n + Self.chunkRows - 1) / Self.chunkRows) { chunk in
      let start = chunk * Self.chunkRows
      let rows = min(Self.chunkRows, n - start)
      eqp_keys_look_up(
        head.pointer + start, tail.pointer + start, UInt64(size), rows, table.pointer,
        number.pointer, places, codes.pointer + start)
    }
    self.codes = codes
  }

  private static func distinct(
    _ head: Buffer<UInt32>, _ tail: Buffer<UInt16>, _ size: Int
  ) -> [UInt64] {
    let n = head.count
    var table = [UInt64](repeating: .max, count: smallestTable)
    var used: Int64 = 0
    var done = 0
    while true {
      // SAFETY: `done` rows are taken; the rest lie within both columns.
      done += Int(
        eqp_keys_insert(
          head.pointer + done, tail.pointer + done, UInt64(size), n - done, &table,
          table.count, &used))
      guard done < n else { break }
      var larger = [UInt64](repeating: .max, count: 4 * table.count)
      let old = table.filter { $0 != .max }
      var number = [UInt32](repeating: 0, count: larger.count)
      eqp_keys_number(old, old.count, &larger, &number, larger.count)
      table = larger
    }
    return table.filter { $0 != .max }.sorted()
  }
}
