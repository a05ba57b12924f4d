import CText
import LinearAlgebra

/// Whole numbers of a narrow range, numbered through a table of the range.
struct WholeValues: NumberedValues {
  // SAFETY: whoever made this vouches for `rows` values at this distance.
  nonisolated(unsafe) let base: UnsafePointer<UInt8>
  let size: Int
  /// In bytes.
  let stride: Int
  let rows: Int
  let low: Int
  /// How many numbers the range has.
  let span: Int

  /// The widest range for which a table is made.
  private static let widest = 1 << 16

  /// Nil when the range is wide.
  init?(
    _ base: UnsafePointer<UInt8>, size: Int, isSigned: Bool, stride: Int, rows: Int,
    _ pool: WorkerPool
  ) {
    (self.base, self.size, self.stride, self.rows) = (base, size, stride, rows)
    if size <= 2 {
      // Every value of the type has a place; the table's index wraps around.
      (low, span) = (0, 1 << (8 * size))
      return
    }
    let ranges = Factorization.ranges(rows)
    var (low, high) = (Int64.max, Int64.min)
    nonisolated(unsafe) let start = base
    pool.orderedReduce(
      ranges.count, makePartial: { (low: Int64(0), high: Int64(0)) },
      body: { r, found in
        eqp_wholes_range(
          start + ranges[r].lowerBound * stride, Int32(size), isSigned ? 1 : 0, stride,
          Int64(ranges[r].count), &found.low, &found.high)
      },
      merge: { found in (low, high) = (min(low, found.low), max(high, found.high)) })
    let (width, overflow) = high.subtractingReportingOverflow(low)
    guard rows > 0, !overflow, width < Self.widest, high < .max else { return nil }
    (self.low, span) = (Int(low), Int(width) + 1)
  }

  var canMiss: Bool { false }

  /// Numbers given to the values of a range, which has a place for each.
  final class Table: ValueNumbers {
    let numbers: Buffer<Int32>
    var rows: [Int64]
    var count: Int64 = 0

    init(span: Int, limit: Int) {
      numbers = Buffer(uninitialized: span)
      numbers.pointer.update(repeating: -1, count: span)
      rows = Array(repeating: 0, count: min(span, limit))
    }

    var first: [Int] { rows.prefix(Int(count)).map { Int($0) } }
  }

  func numbers(limit: Int) -> Table { Table(span: span, limit: limit) }

  func number(
    _ rows: Range<Int>, in table: Table, into codes: UnsafeMutablePointer<Int32>
  ) -> Bool {
    let room = Int64(table.rows.count)
    let taken = eqp_wholes_number(
      base + rows.lowerBound * stride, Int32(size), stride, Int64(rows.count), Int64(low),
      Int64(rows.lowerBound), table.numbers.pointer, &table.rows, room, &table.count, codes)
    return taken == Int64(rows.count)
  }
}
