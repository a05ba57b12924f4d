import Datasets
import LinearAlgebra

extension OutcomeCounts {
  /// Up to this many possible combinations a dense table is counted into: at most 8 MB a thread.
  static let denseLimit = 1 << 18
  /// With many rows a table may have as many places as there are rows, up to this many: finding a row's
  /// place in it costs one access to memory, where a search among the observed ones costs several.
  static let largestTable = 1 << 23

  static func tableLimit(rows: Int) -> Int { max(denseLimit, min(rows, largestTable)) }

  /// Rows that one task counts when tables are small.
  public static let chunkRows = 1 << 17
  /// A chunk has at least this many rows for each slot, so that merging costs less than counting.
  static let rowsPerSlot = 4
  /// Entries that all histograms of one thread may have: 64 MB.
  static let histogramLimit = 1 << 23

  /// Counts rows in one parallel pass over packed group codes.
  ///
  /// - Parameters:
  ///   - scoreBins: bins of a histogram of the scores between 0 and 1 for each cell, for an area
  ///     under the curve from counts alone; 0 for none. Fewer are taken when there are very many
  ///     combinations.
  /// - Throws: `CountingError` on labels other than 0 and 1, group codes without a name, or bad
  ///   scores or weights.
  public init(
    counting outcomes: Outcomes, scoreBins: Int = 0, pool: WorkerPool = .default
  ) throws(CountingError) {
    let parts = outcomes.attributes
    try Self.checkGroups(parts, pool)
    let layout = KeyLayout(parts, pool, limit: Self.tableLimit(rows: outcomes.rows))
    var bins = outcomes.scores == nil ? 0 : scoreBins
    while bins > 1 && 2 * layout.keys * bins > Self.histogramLimit { bins /= 2 }
    let columns = CountColumns(
      codes: layout.packed == nil
        ? zip(parts, layout.strides).map { (codes: $0.codes, stride: $1) } : [],
      keys: layout.packed, labels: outcomes.labels, predictions: outcomes.predictions,
      scores: outcomes.scores, weights: outcomes.weights, threshold: outcomes.threshold)
    let sums = Self.sums(of: columns, rows: outcomes.rows, keys: layout.keys, bins: bins, pool)
    try Self.check(sums, outcomes)
    var combinations = Combinations(width: parts.count), tallies = TallyTable()
    for key in 0..<layout.keys {
      let at = 4 * key
      let rows = sums.rows[at] + sums.rows[at + 1] + sums.rows[at + 2] + sums.rows[at + 3]
      guard rows > 0 else { continue }
      layout.append(key, to: &combinations)
      tallies.append(Tally(sums, key: key))
    }
    var inputs = outcomes.inputs
    if inputs.contains(.scores) && sums.scoresOutside == 0 { inputs.insert(.probabilities) }
    self.init(
      attributes: parts.map(\.attribute), levels: parts.map(\.names),
      combinations: combinations, tallies: tallies, inputs: inputs,
      weighted: outcomes.weights != nil, threshold: outcomes.threshold)
  }

  /// A code beyond the names would be counted in a place that is not its own.
  private static func checkGroups(
    _ parts: [GroupIndex], _ pool: WorkerPool
  ) throws(CountingError) {
    for part in parts {
      let largest = largestCode(of: part.codes, pool: pool)
      guard let largest, Int(largest) >= part.count else { continue }
      let row = (0..<part.rows).first { Int(part.codes[$0]) >= part.count } ?? 0
      throw .badGroup(
        attribute: part.attribute, row: row, code: Int(part.codes[row]), groups: part.count)
    }
  }

  private static func sums(
    of columns: CountColumns, rows: Int, keys: Int, bins: Int, _ pool: WorkerPool
  ) -> SlotSums {
    let chunk = max(chunkRows, rowsPerSlot * max(4 * keys, 2 * keys * bins))
    let empty = SlotSums(
      keys: keys, weighted: columns.weights != nil, scored: columns.scores != nil, bins: bins)
    var total = empty
    pool.orderedReduce(
      (rows + chunk - 1) / chunk, makePartial: { (empty, CountScratch()) },
      body: { index, partial in
        partial.0.clear()
        let start = index * chunk
        partial.0.count(start..<min(rows, start + chunk), of: columns, scratch: partial.1)
      },
      merge: { total.add($0.0) })
    return total
  }

  private static func check(
    _ sums: SlotSums, _ outcomes: Outcomes
  ) throws(CountingError) {
    if sums.badLabels {
      for (column, values) in [("label", outcomes.labels), ("prediction", outcomes.predictions)] {
        guard let values, let row = (0..<values.count).first(where: { values[$0] > 1 }) else {
          continue
        }
        throw .notBinary(column: column, row: row, value: Int(values[row]))
      }
    }
    if sums.badScores > 0, let scores = outcomes.scores {
      let row = (0..<scores.count).first { !scores[$0].isFinite } ?? 0
      throw .badScore(row: row, of: sums.badScores)
    }
    if sums.badWeights > 0, let weights = outcomes.weights {
      let row = (0..<weights.count).first { !(weights[$0] >= 0 && weights[$0].isFinite) } ?? 0
      throw .badWeight(row: row, of: sums.badWeights)
    }
  }
}

extension OutcomeCounts {
  /// Which group of a marginal of these counts each row is in, shape `(n)`; 0 for no attribute.
  ///
  /// - Parameter outcomes: the rows that were counted.
  public func groupCodes(
    of chosen: [Int], _ marginal: Marginal?, in outcomes: Outcomes, pool: WorkerPool = .default
  ) -> Buffer<UInt32> {
    guard let marginal, !chosen.isEmpty else { return Buffer(zeroed: outcomes.rows) }
    let parts = chosen.map { outcomes.attributes[$0] }
    let layout = KeyLayout(parts, pool, limit: Self.tableLimit(rows: outcomes.rows))
    let codes = layout.codes(of: parts)
    guard layout.packed == nil && chosen.count > 1 else { return codes }
    var place = Array(repeating: UInt32(0), count: layout.keys)
    for (index, levels) in marginal.combinations.enumerated() {
      place[zip(levels, layout.strides).reduce(0) { $0 + $1.0 * $1.1 }] = UInt32(index)
    }
    for i in 0..<codes.count { codes[i] = place[Int(codes[i])] }
    return codes
  }
}

/// How the groups of a row make a key: mixed radix when that is small, else the observed ones.
struct KeyLayout {
  let keys: Int
  let strides: [Int]
  /// Keys of all rows when mixed radix would need too large a table.
  let packed: Buffer<UInt32>?
  private let sizes: [Int]
  /// One numbering for each attribute after the first.
  private let stages: [KeyNumbering]

  init(_ parts: [GroupIndex], _ pool: WorkerPool, limit: Int = OutcomeCounts.denseLimit) {
    sizes = parts.map { max(1, $0.count) }
    var strides = Array(repeating: 1, count: parts.count)
    var product = 1
    var overflow = false
    for a in parts.indices.reversed() {
      strides[a] = product
      let (value, over) = product.multipliedReportingOverflow(by: sizes[a])
      overflow = overflow || over || value > limit
      product = overflow ? 1 : value
    }
    self.strides = strides
    guard overflow && parts.count > 1 else {
      keys = overflow ? sizes[0] : product
      packed = nil
      stages = []
      return
    }
    var codes = Buffer<UInt32>(uninitialized: parts[0].rows)
    for i in 0..<codes.count { codes[i] = UInt32(parts[0].codes[i]) }
    var stages: [KeyNumbering] = []
    for (part, size) in zip(parts, sizes).dropFirst() {
      stages.append(KeyNumbering(head: codes, tail: part.codes, size: size, pool: pool))
      codes = stages.last!.codes
    }
    keys = stages.last!.keys.count
    packed = codes
    self.stages = stages
  }

  func append(_ key: Int, to combinations: inout Combinations) {
    guard packed != nil else {
      combinations.append(digits: key, strides: strides, sizes: sizes)
      return
    }
    combinations.append(combination(of: key))
  }

  func combination(of key: Int) -> [Int] {
    guard packed != nil else { return zip(strides, sizes).map { key / $0 % $1 } }
    var levels: [Int] = []
    var number = key
    for (stage, size) in zip(stages, sizes.dropFirst()).reversed() {
      let pair = stage.keys[number]
      levels.append(Int(pair % UInt64(size)))
      number = Int(pair / UInt64(size))
    }
    return (levels + [number]).reversed()
  }

  /// The key of every row.
  func codes(of parts: [GroupIndex]) -> Buffer<UInt32> {
    if let packed { return packed }
    let codes = Buffer<UInt32>(zeroed: parts[0].rows)
    for (part, stride) in zip(parts, strides) {
      for i in 0..<codes.count { codes[i] += UInt32(part.codes[i]) * UInt32(stride) }
    }
    return codes
  }
}

extension Tally {
  /// The tally of one key.
  init(_ sums: SlotSums, key: Int) {
    let at = 4 * key
    var rows = SIMD4<Int>.zero
    for s in 0..<4 { rows[s] = Int(sums.rows[at + s]) }
    var weights: SIMD4<Double>?, squares: SIMD4<Double>?
    if !sums.weights.isEmpty {
      weights = SIMD4(sums.weights[at..<at + 4])
      squares = SIMD4(sums.squares[at..<at + 4])
    }
    var scores: ScoreTotals?
    if !sums.scores.isEmpty {
      let cell = 2 * key
      scores = ScoreTotals(
        sums: SIMD2(sums.scores[cell..<cell + 2]),
        squares: SIMD2(sums.scoreSquares[cell..<cell + 2]),
        histogram: Array(sums.histogram[cell * sums.bins..<(cell + 2) * sums.bins]))
    }
    self.init(rows: rows, weights: weights, squares: squares, scores: scores)
  }
}
