import CEquipoise
import Datasets
import LinearAlgebra

@c @implementation
public func eqp_count_cells(
  _ groups: UnsafePointer<Int32>?, _ group_count: Int64, _ rows: Int64,
  _ labels: UnsafePointer<eqp_vector>?, _ label_values: UnsafePointer<Double>?,
  _ predictions: UnsafePointer<eqp_vector>?, _ prediction_values: UnsafePointer<Double>?,
  _ weights: UnsafePointer<eqp_vector>?, _ counts: UnsafeMutablePointer<Int64>?,
  _ sums: UnsafeMutablePointer<Double>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(counts, "counts")
    guard group_count > 0, group_count < 1 << 28, rows >= 0, groups != nil || group_count == 1
    else {
      throw CallError.argument("\(group_count) groups", column: "groups")
    }
    let n = Int(rows)
    let cells = CellCounter(
      codes: groups, groups: Int(group_count), rows: n,
      labels: try BinaryColumn(labels, label_values, rows: n, "labels"),
      predictions: try BinaryColumn(predictions, prediction_values, rows: n, "predictions"),
      weights: try weights.map { try OutsideVector($0, rows: n, "weights") })
    let found = try cells.count(pool: .default)
    // SAFETY: the interface asks for room for four numbers a group.
    target.update(from: found.counts, count: found.counts.count)
    if weights != nil {
      try require(sums, "sums").update(from: found.sums, count: found.sums.count)
    }
    return EQP_OK
  }
}

/// Numbers of which one counts as 1.
private struct BinaryColumn: Sendable {
  let vector: OutsideVector
  let values: (zero: Double, one: Double)

  init?(
    _ vector: UnsafePointer<eqp_vector>?, _ values: UnsafePointer<Double>?, rows: Int,
    _ what: String
  ) throws(CallError) {
    guard let vector else { return nil }
    guard let values else {
      throw .argument("the values of \(vector: what) are NULL", column: what)
    }
    self.vector = try OutsideVector(vector, rows: rows, what)
    // SAFETY: the interface asks for two numbers.
    self.values = (values[0], values[1])
  }
}

/// Counts rows by group, label and prediction, a block at a time: nothing is converted as a whole.
private struct CellCounter: @unchecked Sendable {
  // SAFETY: the caller vouches for `rows` codes.
  let codes: UnsafePointer<Int32>?
  let groups: Int
  let rows: Int
  let labels: BinaryColumn?
  let predictions: BinaryColumn?
  let weights: OutsideVector?

  /// Rows whose labels, predictions and weights stay in the nearest cache.
  private static let block = 2048
  /// Rows that one worker counts into a table of its own, and at least as many for each group.
  private static let chunk = 1 << 17
  private static let rowsPerGroup = 16

  func count(pool: WorkerPool) throws(CallError) -> (counts: [Int64], sums: [Double]) {
    let chunk = max(Self.chunk, Self.rowsPerGroup * groups)
    var counts = [Int64](repeating: 0, count: 4 * groups)
    var sums = [Double](repeating: 0, count: weights == nil ? 0 : 4 * groups)
    let bad = FirstRow()
    pool.orderedReduce(
      (rows + chunk - 1) / chunk, makePartial: { CellTable(groups: groups, self.weights != nil) },
      body: { c, table in
        table.clear()
        for start in stride(from: c * chunk, to: min(rows, (c + 1) * chunk), by: Self.block) {
          let end = min(start + Self.block, rows, (c + 1) * chunk)
          if !count(start..<end, into: &table) { bad.lower(to: start) }
        }
        table.finish()
      },
      merge: { table in
        for i in counts.indices { counts[i] += table.counts[i] }
        for i in sums.indices { sums[i] += table.sums[i] }
      })
    if let start = bad.row { throw fault(from: start) }
    return (counts, sums)
  }

  /// False where a row cannot be counted; the table is then of no use.
  private func count(_ rows: Range<Int>, into table: inout CellTable) -> Bool {
    let n = rows.count, scratch = table.scratch
    if let labels, !labels.vector.bits(rows, as: labels.values, into: scratch.labels) {
      return false
    }
    if let predictions,
      !predictions.vector.bits(rows, as: predictions.values, into: scratch.predictions)
    {
      return false
    }
    let (first, second) = (scratch.labels, scratch.predictions), slots = scratch.slots
    if let codes {
      let start = codes + rows.lowerBound
      var fault = UInt32(0)
      for i in 0..<n {
        let code = UInt32(bitPattern: start[i])
        fault |= code < UInt32(groups) ? 0 : 1
        slots[i] = 4 &* code &+ 2 &* UInt32(first[i]) &+ UInt32(second[i])
      }
      guard fault == 0 else { return false }
    } else {
      for i in 0..<n { slots[i] = 2 &* UInt32(first[i]) &+ UInt32(second[i]) }
    }
    guard let weights else {
      table.add(n)
      return true
    }
    guard weights.weights(rows, into: scratch.weights) else { return false }
    table.addWeighted(n)
    return true
  }

  /// The first fault at or after a row.
  private func fault(from start: Int) -> CallError {
    let spare = CellScratch()
    for i in start..<rows {
      if let codes, !(0..<groups).contains(Int(codes[i])) {
        return .data(
          "groups[\(i)] is \(codes[i]), no code below \(groups)", row: i, column: "groups")
      }
      for column in [labels, predictions].compactMap({ $0 })
      where !column.vector.bits(i..<i + 1, as: column.values, into: spare.labels) {
        let wanted: Phrase =
          column.values.zero.isNaN
          ? "a number is needed" : "neither \(column.values.zero) nor \(column.values.one)"
        return column.vector.refused(i, wanted)
      }
      if let weights, !weights.weights(i..<i + 1, into: spare.weights) {
        return weights.refused(i, "a finite number of at least 0 is needed")
      }
    }
    return .data("the columns changed while they were read")
  }
}

/// Memory of one worker for a block of rows.
private final class CellScratch: @unchecked Sendable {
  private static let rows = 2048
  let labels = UnsafeMutablePointer<UInt8>.allocate(capacity: rows)
  let predictions = UnsafeMutablePointer<UInt8>.allocate(capacity: rows)
  let slots = UnsafeMutablePointer<UInt32>.allocate(capacity: rows)
  let weights = UnsafeMutablePointer<Double>.allocate(capacity: rows)

  init() {
    labels.initialize(repeating: 0, count: Self.rows)
    predictions.initialize(repeating: 0, count: Self.rows)
    slots.initialize(repeating: 0, count: Self.rows)
    weights.initialize(repeating: 0, count: Self.rows)
  }

  deinit {
    labels.deallocate()
    predictions.deallocate()
    slots.deallocate()
    weights.deallocate()
  }
}

/// Counts of one worker.
private struct CellTable {
  let scratch = CellScratch()
  var counts: [Int64]
  /// A row that follows another in the same slot would wait for it, so every second one counts here.
  private var others: [Int64]
  var sums: [Double]

  init(groups: Int, _ hasWeights: Bool) {
    counts = Array(repeating: 0, count: 4 * groups)
    others = counts
    sums = Array(repeating: 0, count: hasWeights ? 4 * groups : 0)
  }

  mutating func clear() {
    for i in counts.indices { counts[i] = 0 }
    for i in sums.indices { sums[i] = 0 }
  }

  mutating func add(_ rows: Int) {
    let slots = scratch.slots
    counts.withUnsafeMutableBufferPointer { counts in
      others.withUnsafeMutableBufferPointer { others in
        // SAFETY: slots are below 4 times the number of groups, which the caller has checked.
        let even = counts.baseAddress!, odd = others.baseAddress!
        var i = 0
        while i + 1 < rows {
          even[Int(slots[i])] &+= 1
          odd[Int(slots[i + 1])] &+= 1
          i += 2
        }
        if i < rows { even[Int(slots[i])] &+= 1 }
      }
    }
  }

  /// Makes one count of both.
  mutating func finish() {
    for i in counts.indices {
      counts[i] &+= others[i]
      others[i] = 0
    }
  }

  mutating func addWeighted(_ rows: Int) {
    let slots = scratch.slots, weights = scratch.weights
    counts.withUnsafeMutableBufferPointer { counts in
      sums.withUnsafeMutableBufferPointer { sums in
        // SAFETY: as above.
        for i in 0..<rows {
          counts.baseAddress![Int(slots[i])] &+= 1
          sums.baseAddress![Int(slots[i])] += weights[i]
        }
      }
    }
  }
}
