import CText
import LinearAlgebra

/// A growing table of numbers given to words or spans.
final class HashedNumbers: ValueNumbers {
  /// Places of the first table; it fits the nearest cache.
  private static let smallest = 512

  private let limit: Int
  private var keys: Buffer<UInt64>
  private var numbers: Buffer<Int32>
  private var firstRows: [Int64]
  private var known: [eqp_span]
  private var used: Int64 = 0
  private var count: Int64 = 0

  /// - Parameter skipsNaN: the word of NaN is a missing value's.
  init(limit: Int, skipsNaN: Bool, hasSpans: Bool) {
    self.limit = limit
    keys = Buffer(uninitialized: Self.smallest)
    numbers = Buffer(uninitialized: Self.smallest)
    firstRows = Array(repeating: 0, count: min(limit, Self.smallest / 2))
    known = Array(repeating: eqp_span(), count: hasSpans ? firstRows.count : 0)
    var table = places(nil, room: 0)
    eqp_numbering_clear(&table, skipsNaN ? 1 : 0)
    used = table.used
  }

  var first: [Int] { firstRows.prefix(Int(count)).map { Int($0) } }

  private func places(_ first: UnsafeMutablePointer<Int64>?, room: Int) -> eqp_numbering {
    eqp_numbering(
      keys: keys.pointer, numbers: numbers.pointer, capacity: Int64(keys.count), used: used,
      count: count, first: first, room: Int64(room))
  }

  /// Numbers words of rows that begin with `row`; false when there are more than the limit.
  func number(
    _ words: UnsafePointer<UInt64>, _ rows: Int, row: Int,
    into codes: UnsafeMutablePointer<Int32>
  ) -> Bool {
    repeatedly(rows) { done, table in
      eqp_words_number(
        words + done, Int64(rows - done), Int64(row + done), &table, codes + done)
    }
  }

  func number(
    _ spans: UnsafePointer<eqp_span>, _ rows: Int, row: Int,
    into codes: UnsafeMutablePointer<Int32>
  ) -> Bool {
    repeatedly(rows) { done, table in
      eqp_spans_number(
        spans + done, Int64(rows - done), Int64(row + done), &table, &known, codes + done)
    }
  }

  private func repeatedly(
    _ rows: Int, _ body: (_ done: Int, _ table: inout eqp_numbering) -> Int64
  ) -> Bool {
    var done = 0
    while true {
      done += firstRows.withUnsafeMutableBufferPointer { room in
        // SAFETY: there is room for at least one number.
        var table = self.places(room.baseAddress, room: room.count)
        let taken = body(done, &table)
        (used, count) = (table.used, table.count)
        return Int(taken)
      }
      if done == rows { return true }
      guard grow() else { return false }
    }
  }

  private func grow() -> Bool {
    guard Int(count) < limit else { return false }
    if 2 * (used + 1) > Int64(keys.count) {
      let newKeys = Buffer<UInt64>(uninitialized: 2 * keys.count)
      let newNumbers = Buffer<Int32>(uninitialized: 2 * keys.count)
      var old = places(nil, room: 0)
      var new = eqp_numbering(
        keys: newKeys.pointer, numbers: newNumbers.pointer, capacity: Int64(newKeys.count), used: 0,
        count: 0, first: nil, room: 0)
      eqp_numbering_move(&old, &new)
      (keys, numbers) = (newKeys, newNumbers)
    }
    let room = min(limit, keys.count / 2)
    firstRows += Array(repeating: 0, count: max(0, room - firstRows.count))
    if !known.isEmpty {
      known += Array(repeating: eqp_span(), count: max(0, room - known.count))
    }
    return true
  }
}

/// Values as words of 64 bits: numbers of any type, and addresses.
struct WordValues: NumberedValues {
  // SAFETY: whoever made this vouches for `rows` values at this distance.
  nonisolated(unsafe) let base: UnsafePointer<UInt8>
  let kind: Int32
  /// In bytes.
  let stride: Int
  let rows: Int

  /// Rows whose words lie in the nearest cache.
  private static let block = 1024

  var canMiss: Bool { kind >= EQP_WORD_HALF }

  func numbers(limit: Int) -> HashedNumbers {
    HashedNumbers(limit: limit, skipsNaN: canMiss, hasSpans: false)
  }

  func number(
    _ rows: Range<Int>, in numbers: HashedNumbers, into codes: UnsafeMutablePointer<Int32>
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: min(rows.count, Self.block)) { words in
      for start in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: Self.block) {
        let count = min(Self.block, rows.upperBound - start)
        eqp_words_fill(base + start * stride, kind, stride, Int64(count), words.baseAddress!)
        let target = codes + (start - rows.lowerBound)
        guard numbers.number(words.baseAddress!, count, row: start, into: target) else {
          return false
        }
      }
      return true
    }
  }
}

/// Values whose bytes can be pointed at.
protocol SpannedValues: NumberedValues where Numbers == HashedNumbers {
  /// Fills spans of some rows.
  func fill(_ rows: Range<Int>, _ spans: UnsafeMutablePointer<eqp_span>) throws(ArrowError)
}

extension SpannedValues {
  func numbers(limit: Int) -> HashedNumbers {
    HashedNumbers(limit: limit, skipsNaN: false, hasSpans: true)
  }

  func number(
    _ rows: Range<Int>, in numbers: HashedNumbers, into codes: UnsafeMutablePointer<Int32>
  ) throws(ArrowError) -> Bool {
    // Rows whose spans lie in the nearest cache.
    let block = 1024
    let spans = UnsafeMutablePointer<eqp_span>.allocate(capacity: min(rows.count, block))
    defer { spans.deallocate() }
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: block) {
      let end = min(start + block, rows.upperBound)
      try fill(start..<end, spans)
      let target = codes + (start - rows.lowerBound)
      guard numbers.number(spans, end - start, row: start, into: target) else { return false }
    }
    return true
  }
}

/// Values of any one width, such as texts padded with zeros.
struct FixedValues: SpannedValues {
  // SAFETY: whoever made this vouches for `rows` values at this distance.
  nonisolated(unsafe) let base: UnsafePointer<UInt8>
  let width: Int
  /// In bytes.
  let stride: Int
  let rows: Int

  var canMiss: Bool { false }

  func fill(_ rows: Range<Int>, _ spans: UnsafeMutablePointer<eqp_span>) {
    eqp_spans_fixed(
      base + rows.lowerBound * stride, stride, Int64(width), -1, nil, 0, Int64(rows.count), spans)
  }
}
