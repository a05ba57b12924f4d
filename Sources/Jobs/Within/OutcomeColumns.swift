import Criteria
import Datasets
import LinearAlgebra

/// Outcomes that come a few rows at a time, in columns of their own: all of them, or as many as are
/// counted at once.
struct OutcomeColumns {
  private(set) var groups: GroupLists
  private let capacity: Int
  /// Whether rows go when there is no place for more.
  private let passes: Bool
  private let threshold: Double
  private var rows = 0
  private var codes: [Buffer<UInt16>] = []
  private var labels: Buffer<UInt8>?
  private var predictions: Buffer<UInt8>?
  private var scores: Buffer<Double>?
  private var weights: Buffer<Double>?

  /// - Parameters:
  ///   - groups: those that are known before any row.
  ///   - capacity: the most rows; nil: as many as a table is counted in at once, so that sums are those
  ///     of the table.
  init(_ groups: GroupLists, capacity: Int?, threshold: Double) {
    self.groups = groups
    self.capacity = capacity ?? OutcomeCounts.chunkRows
    passes = capacity == nil
    self.threshold = threshold
  }

  /// The bytes of a row.
  static func rowBytes(attributes: Int, isScored: Bool, isWeighted: Bool) -> Int {
    2 * attributes + 2 + (isScored ? 8 : 0) + (isWeighted ? 8 : 0)
  }

  /// Adds the rows that come next.
  ///
  /// - Parameter spend: called with the rows so far when there is no place for more; they go then.
  mutating func add<Scalar: KernelScalar>(
    _ part: Outcomes, of data: Dataset<Scalar>,
    spend: (Outcomes) throws(CountingError) -> Void
  ) throws {
    let numbers = try groups.add(data)
    if codes.isEmpty { makeRoom(for: part) }
    var first = 0
    while first < part.rows {
      let count = min(part.rows - first, capacity - rows)
      take(part, first..<first + count, numbers)
      first += count
      if passes && rows == capacity { try empty(spend) }
    }
  }

  /// Hands the rows over that are still here.
  mutating func empty(
    _ spend: (Outcomes) throws(CountingError) -> Void
  ) throws(CountingError) {
    guard rows > 0 else { return }
    try spend(outcomes(groups.names))
    rows = 0
  }

  private mutating func makeRoom(for part: Outcomes) {
    codes = part.attributes.map { _ in Buffer(uninitialized: capacity) }
    labels = part.labels.map { _ in Buffer(uninitialized: capacity) }
    predictions = part.predictions.map { _ in Buffer(uninitialized: capacity) }
    scores = part.scores.map { _ in Buffer(uninitialized: capacity) }
    weights = part.weights.map { _ in Buffer(uninitialized: capacity) }
  }

  private mutating func take(_ part: Outcomes, _ range: Range<Int>, _ numbers: [[UInt16]]) {
    for (k, attribute) in part.attributes.enumerated() {
      for (i, row) in range.enumerated() { codes[k][rows + i] = numbers[k][attribute[row]] }
    }
    func copy<Value>(_ from: Buffer<Value>?, _ to: Buffer<Value>?) {
      guard let from, let to else { return }
      for (i, row) in range.enumerated() { to[rows + i] = from[row] }
    }
    copy(part.labels, labels)
    copy(part.predictions, predictions)
    copy(part.scores, scores)
    copy(part.weights, weights)
    rows += range.count
  }

  private func outcomes(_ names: [[String]]) -> Outcomes {
    let range = 0..<rows
    return Outcomes(
      attributes: codes.indices.map { k in
        GroupIndex(
          attribute: groups.attributes[k], codes: codes[k].slice(range), names: names[k])
      }, labels: labels?.slice(range), predictions: predictions?.slice(range),
      scores: scores?.slice(range), weights: weights?.slice(range), threshold: threshold)
  }

  /// All rows, with groups as a table has them that is read at once.
  consuming func all() -> Outcomes {
    let sorted = groups.sorted
    for (k, names) in groups.names.enumerated() {
      let place = Dictionary(uniqueKeysWithValues: sorted[k].enumerated().map { ($1, UInt16($0)) })
      let moved = names.map { place[$0]! }
      for i in 0..<rows { codes[k][i] = moved[Int(codes[k][i])] }
    }
    return outcomes(sorted)
  }
}
