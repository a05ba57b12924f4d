import CKernels

/// What the counting kernels fill for a range of rows: sums for each slot, four slots a key.
///
/// A key is the mixed-radix code of a row's groups; slot = 4·key + 2·label + prediction; a cell is
/// (key, label), so there are two a key.
public struct SlotSums: Sendable {
  public let keys: Int
  public let bins: Int
  /// Rows in each slot, shape `(4·keys)`.
  public var rows: [Int64]
  /// Σ w and Σ w² in each slot; empty without weights.
  public var weights: [Double]
  public var squares: [Double]
  /// Σ w·s and Σ w·s² in each cell; empty without scores.
  public var scores: [Double]
  public var scoreSquares: [Double]
  /// Σ w in each bin of each cell, shape `(2·keys, bins)`; empty without bins.
  public var histogram: [Double]
  /// Labels or predictions other than 0 and 1 were met.
  public var badLabels = false
  public var badScores = 0
  public var badWeights = 0
  /// Scores below 0 or above 1: they are not probabilities.
  public var scoresOutside = 0

  public init(keys: Int, weighted: Bool, scored: Bool, bins: Int) {
    self.keys = keys
    self.bins = scored ? bins : 0
    rows = Array(repeating: 0, count: 4 * keys)
    weights = Array(repeating: 0, count: weighted ? 4 * keys : 0)
    squares = weights
    scores = Array(repeating: 0, count: scored ? 2 * keys : 0)
    scoreSquares = scores
    histogram = Array(repeating: 0, count: scored ? 2 * keys * bins : 0)
  }

  /// Sets everything to zero and keeps the memory.
  public mutating func clear() {
    for i in rows.indices { rows[i] = 0 }
    for i in weights.indices { weights[i] = 0 }
    for i in squares.indices { squares[i] = 0 }
    for i in scores.indices { scores[i] = 0 }
    for i in scoreSquares.indices { scoreSquares[i] = 0 }
    for i in histogram.indices { histogram[i] = 0 }
    badLabels = false
    badScores = 0
    badWeights = 0
    scoresOutside = 0
  }

  /// Adds what another range of rows gave.
  public mutating func add(_ other: SlotSums) {
    precondition(keys == other.keys && bins == other.bins, "sums of different shapes")
    for i in rows.indices { rows[i] += other.rows[i] }
    for i in weights.indices { weights[i] += other.weights[i] }
    for i in squares.indices { squares[i] += other.squares[i] }
    for i in scores.indices { scores[i] += other.scores[i] }
    for i in scoreSquares.indices { scoreSquares[i] += other.scoreSquares[i] }
    for i in histogram.indices { histogram[i] += other.histogram[i] }
    badLabels = badLabels || other.badLabels
    badScores += other.badScores
    badWeights += other.badWeights
    scoresOutside += other.scoresOutside
  }
}

/// The columns that the counting kernels read; all of one length.
public struct CountColumns: Sendable {
  /// Codes of each attribute with its stride in the key.
  public var codes: [(codes: Buffer<UInt16>, stride: Int)]
  /// Keys computed beforehand, added to what `codes` give.
  public var keys: Buffer<UInt32>?
  public var labels: Buffer<UInt8>?
  /// Without predictions, scores at or above the threshold are positive.
  public var predictions: Buffer<UInt8>?
  public var scores: Buffer<Double>?
  public var weights: Buffer<Double>?
  public var threshold: Double

  public init(
    codes: [(codes: Buffer<UInt16>, stride: Int)], keys: Buffer<UInt32>? = nil,
    labels: Buffer<UInt8>?, predictions: Buffer<UInt8>?, scores: Buffer<Double>?,
    weights: Buffer<Double>?, threshold: Double
  ) {
    self.codes = codes
    self.keys = keys
    self.labels = labels
    self.predictions = predictions
    self.scores = scores
    self.weights = weights
    self.threshold = threshold
  }
}

/// Scratch of one thread: the slots of a block of rows, and its thresholded predictions.
public struct CountScratch: Sendable {
  /// Rows whose keys, labels and weights stay in the first-level cache between kernels.
  public static let blockRows = 2_048
  let slots = Buffer<UInt32>(zeroed: blockRows)
  let predictions = Buffer<UInt8>(zeroed: blockRows)

  public init() {}
}

extension SlotSums {
  /// Counts the rows of a range, a block at a time. Codes must be below their attribute's size.
  public mutating func count(
    _ range: Range<Int>, of columns: CountColumns, scratch: CountScratch
  ) {
    var start = range.lowerBound
    while start < range.upperBound {
      let rows = min(CountScratch.blockRows, range.upperBound - start)
      countBlock(start: start, rows: rows, of: columns, scratch: scratch)
      start += rows
    }
  }

  private mutating func countBlock(
    start: Int, rows: Int, of columns: CountColumns, scratch: CountScratch
  ) {
    // SAFETY: `start + rows` is within every column, whose lengths the caller has checked; slots
    // are below 4·keys because codes are below their attribute's size.
    let slots = scratch.slots.pointer
    let n = rows
    if let keys = columns.keys {
      slots.update(from: keys.pointer + start, count: rows)
    } else {
      slots.update(repeating: 0, count: rows)
    }
    for part in columns.codes {
      eqp_count_mix(part.codes.pointer + start, n, UInt32(part.stride), slots)
    }
    var predictions = columns.predictions.map { UnsafePointer($0.pointer + start) }
    if let scores = columns.scores {
      var outside: Int64 = 0
      badScores += Int(
        eqp_count_threshold(
          scores.pointer + start, n, columns.threshold, scratch.predictions.pointer, &outside))
      scoresOutside += Int(outside)
      if predictions == nil { predictions = UnsafePointer(scratch.predictions.pointer) }
    }
    let labels = columns.labels.map { UnsafePointer($0.pointer + start) }
    if eqp_count_slots(labels, predictions, n, slots) > 1 { badLabels = true }
    rowsCounted(slots, n)
    let weights = columns.weights.map { UnsafePointer($0.pointer + start) }
    if let weights {
      badWeights += Int(eqp_count_weights(slots, weights, n, &self.weights, &squares))
    }
    if let scores = columns.scores {
      eqp_count_scores(
        slots, scores.pointer + start, weights, n, &self.scores, &scoreSquares, &histogram,
        bins)
    }
  }

  private mutating func rowsCounted(_ slots: UnsafePointer<UInt32>, _ n: Int) {
    eqp_count_rows(slots, n, 4 * keys, &rows)
  }
}

/// The largest code of a column; nil when it has no rows.
public func largestCode(of codes: Buffer<UInt16>, pool: WorkerPool = .default) -> UInt16? {
  guard codes.count > 0 else { return nil }
  let chunk = 1 << 18
  var largest: UInt16 = 0
  pool.orderedReduce(
    (codes.count + chunk - 1) / chunk, makePartial: { UInt16(0) },
    body: { index, partial in
      let start = index * chunk
      let rows = min(chunk, codes.count - start)
      partial = eqp_count_largest(codes.pointer + start, rows)
    }, merge: { largest = max(largest, $0) })
  return largest
}

/// Row numbers sorted by score, ties in row order; shape `(n)`. Scores must be finite.
public func rowsSortedByScore(_ scores: Buffer<Double>) -> Buffer<UInt32> {
  let n = scores.count
  precondition(n <= Int(UInt32.max), "too many rows for 32-bit row numbers")
  let order = Buffer<UInt32>(uninitialized: n)
  let spareOrder = Buffer<UInt32>(uninitialized: n)
  let keys = Buffer<UInt64>(uninitialized: n)
  let spareKeys = Buffer<UInt64>(uninitialized: n)
  // SAFETY: every array holds n elements.
  eqp_sort_by_score(
    scores.pointer, n, keys.pointer, spareKeys.pointer, order.pointer, spareOrder.pointer)
  return order
}
