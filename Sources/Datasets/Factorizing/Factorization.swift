import CText
import LinearAlgebra

/// The different values of a column, numbered in the order in which they first come.
public struct Factorization: Sendable {
  /// The row of each value's first place.
  public var first: [Int]
  /// The first row without a value; nil where all have one.
  public var firstMissing: Int?
}

/// Values that can be numbered, a range of rows at a time.
protocol NumberedValues: Sendable {
  associatedtype Numbers: ValueNumbers
  var rows: Int { get }
  /// Whether a row may have no value.
  var canMiss: Bool { get }
  /// An empty table of numbers, which gives at most `limit`.
  func numbers(limit: Int) -> Numbers
  /// Numbers the values of some rows on from what the table holds; false when it is full.
  func number(
    _ rows: Range<Int>, in numbers: Numbers, into codes: UnsafeMutablePointer<Int32>
  ) throws(ArrowError) -> Bool
}

/// Numbers that were given to values.
protocol ValueNumbers: AnyObject {
  /// The row of each number's first value.
  var first: [Int] { get }
}

extension Factorization {
  /// Rows that one worker numbers at once: every range has a table of its own, which is merged.
  private static let smallestRange = 1 << 16
  /// Ranges that the rows are cut into at most.
  private static let mostRanges = 8

  static func ranges(_ rows: Int) -> [Range<Int>] {
    let size = max(smallestRange, (rows + mostRanges - 1) / mostRanges)
    return stride(from: 0, to: rows, by: size).map { $0..<min(rows, $0 + size) }
  }

  /// Numbers values in parallel.
  ///
  /// - Parameters:
  ///   - codes: shape `(n)`; the number of each row's value, −1 where it has none.
  ///   - limit: with more values than this the result is nil, and the codes are undefined.
  init?(
    _ values: some NumberedValues, limit: Int, into codes: UnsafeMutablePointer<Int32>,
    _ pool: WorkerPool
  ) throws(ArrowError) {
    let ranges = Self.ranges(values.rows)
    let parts = PartResults(ranges.count)
    // SAFETY: every range has its own part of the codes.
    nonisolated(unsafe) let codes = codes
    pool.forEach(ranges.count) { r in
      parts[r] = Self.part(values, ranges[r], limit, codes + ranges[r].lowerBound)
    }
    let merged = values.numbers(limit: limit)
    var maps: [[Int32]?] = []
    for r in ranges.indices {
      switch parts[r] {
      case .failed(let error): throw error
      case .full: return nil
      case .numbered(let first):
        guard let map = try Self.map(first, values, merged) else { return nil }
        maps.append(map.indices.allSatisfy { map[$0] == Int32($0) } ? nil : map)
      }
    }
    let missing = FirstRow()
    pool.forEach(ranges.count) { [maps] r in
      let start = ranges[r].lowerBound, count = Int64(ranges[r].count)
      if let map = maps[r] { eqp_codes_replace(codes + start, count, map, Int64(map.count)) }
      guard values.canMiss else { return }
      let place = eqp_codes_missing(codes + start, count)
      if place < count { missing.lower(to: start + Int(place)) }
    }
    first = merged.first
    firstMissing = missing.row
  }

  /// Gives other numbers to values: `codes[i] = numbers[codes[i]]`.
  public static func renumber(
    _ codes: UnsafeMutablePointer<Int32>, rows: Int, as numbers: [Int32],
    pool: WorkerPool = .default
  ) {
    let ranges = ranges(rows)
    // SAFETY: every range has its own part of the codes.
    nonisolated(unsafe) let codes = codes
    pool.forEach(ranges.count) { r in
      eqp_codes_replace(
        codes + ranges[r].lowerBound, Int64(ranges[r].count), numbers, Int64(numbers.count))
    }
  }

  private static func part<Values: NumberedValues>(
    _ values: Values, _ rows: Range<Int>, _ limit: Int, _ codes: UnsafeMutablePointer<Int32>
  ) -> PartResults.Part {
    let numbers = values.numbers(limit: limit)
    do throws(ArrowError) {
      let isWhole = try values.number(rows, in: numbers, into: codes)
      return isWhole ? .numbered(numbers.first) : .full
    } catch { return .failed(error) }
  }

  /// The numbers in all rows of a range's numbers; nil when there are too many.
  private static func map<Values: NumberedValues>(
    _ first: [Int], _ values: Values, _ merged: Values.Numbers
  ) throws(ArrowError) -> [Int32]? {
    var map = [Int32](repeating: 0, count: first.count)
    for (k, row) in first.enumerated() {
      guard try values.number(row..<row + 1, in: merged, into: &map[k]) else { return nil }
    }
    return map
  }
}

/// What workers found, each in its own place.
private final class PartResults: @unchecked Sendable {
  enum Part {
    case full
    case failed(ArrowError)
    case numbered([Int])
  }
  private let parts: UnsafeMutableBufferPointer<Part>

  init(_ count: Int) {
    parts = .allocate(capacity: count)
    parts.initialize(repeating: .full)
  }

  deinit {
    parts.deinitialize()
    parts.deallocate()
  }

  // SAFETY: no two workers use one place, and all have ended before the parts are read.
  subscript(r: Int) -> Part {
    get { parts[r] }
    set { parts[r] = newValue }
  }
}
