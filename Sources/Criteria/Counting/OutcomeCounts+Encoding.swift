import Datasets

/// Counts as bytes, to be kept from day to day or sent between processes, and added there.
///
/// The form is canonical: levels without a row are left out and the others are in code-point order,
/// so states of the same rows have the same bytes, however the rows were split, merged or their
/// groups numbered, as far as their sums are equal: always for counts of rows, to rounding for sums
/// of weights and of scores.
///
/// Layout, little-endian: signature, version, kinds of columns, weighted, bins, threshold;
/// attributes, each with its levels; combinations, each with its level numbers, four counts of rows
/// and, as far as there are any, weights, squared weights, score sums, squared scores and
/// histograms; checksum.
extension OutcomeCounts {
  static let signature = Array("EQPCOUNT".utf8)
  static let version: UInt16 = 1
  /// More rows than this are refused, so that sums of two states cannot overflow.
  static let largestRowCount = Int64(1) << 52
  /// Larger sums are refused, so that their squares are finite.
  static let largestAmount = 1e150

  /// The canonical bytes of these counts.
  public func encoded() -> [UInt8] {
    let state = canonical()
    var writer = StateWriter()
    for byte in Self.signature { writer.write(byte) }
    writer.write(Self.version)
    writer.write(UInt8(state.inputs.rawValue))
    writer.write(UInt8(state.weighted ? 1 : 0))
    writer.write(UInt32(state.scoreBins))
    writer.write(state.threshold)
    writer.write(UInt32(state.attributes.count))
    for (attribute, names) in zip(state.attributes, state.levels) {
      writer.write(attribute)
      writer.write(UInt32(names.count))
      for name in names { writer.write(name) }
    }
    writer.write(UInt32(state.combinations.count))
    for (key, tally) in zip(state.combinations, state.tallies) {
      for level in key { writer.write(UInt32(level)) }
      writer.write(tally, weighted: state.weighted)
    }
    return writer.finished()
  }

  /// The same counts with levels in code-point order and without levels that no row has.
  public func canonical() -> OutcomeCounts {
    let sorted = levels.indices.map { a in
      Set(combinations.map { $0[a] }).map { levels[a][$0] }.sorted(by: Self.inCodePointOrder)
    }
    let rows = renumbered(to: sorted).sorted { $0.0.lexicographicallyPrecedes($1.0) }
    return OutcomeCounts(
      attributes: attributes, levels: sorted, combinations: rows.map(\.0),
      tallies: rows.map(\.1), inputs: inputs, weighted: weighted, threshold: threshold)
  }

  /// Reads what `encoded()` wrote. Bytes that it cannot have written are an error.
  public init(decoding bytes: [UInt8]) throws(StateError) {
    var reader = try StateReader(bytes, signature: Self.signature)
    let version: UInt16 = try reader.integer()
    guard version == Self.version else { throw .unknownVersion(Int(version)) }
    let inputs = Inputs(rawValue: Int(try reader.integer(UInt8.self)))
    let weighted = try reader.integer(UInt8.self)
    guard Inputs.known.isSuperset(of: inputs), weighted <= 1,
      inputs.contains(.predictions) || !inputs.contains(.scores),
      inputs.contains(.scores) || !inputs.contains(.probabilities)
    else { throw .invalid("kinds of columns that do not exist", at: reader.offset) }
    let bins = Int(try reader.integer(UInt32.self))
    guard bins == 0 || inputs.contains(.scores) else {
      throw .invalid("bins without scores", at: reader.offset)
    }
    let threshold = try reader.number()
    let (attributes, levels) = try Self.readLevels(&reader)
    let form = TallyForm(weighted: weighted == 1, scored: inputs.contains(.scores), bins: bins)
    let (combinations, tallies) = try Self.readTallies(&reader, levels, form)
    try reader.end()
    self.init(
      attributes: attributes, levels: levels, combinations: combinations, tallies: tallies,
      inputs: inputs, weighted: weighted == 1, threshold: threshold)
  }

  private static func readLevels(
    _ reader: inout StateReader
  ) throws(StateError) -> ([String], [[String]]) {
    var attributes: [String] = [], levels: [[String]] = []
    let count = try reader.count(of: 8)
    guard count > 0 else { throw .invalid("no attribute", at: reader.offset) }
    for _ in 0..<count {
      attributes.append(try reader.text())
      var names: [String] = []
      for _ in 0..<(try reader.count(of: 4)) {
        let place = reader.offset
        let name = try reader.text()
        if let last = names.last, !inCodePointOrder(last, name) {
          throw .invalid("levels out of order", at: place)
        }
        names.append(name)
      }
      levels.append(names)
    }
    return (attributes, levels)
  }

  private static func readTallies(
    _ reader: inout StateReader, _ levels: [[String]], _ form: TallyForm
  ) throws(StateError) -> ([[Int]], [Tally]) {
    var combinations: [[Int]] = [], tallies: [Tally] = []
    var seen = levels.map { Array(repeating: false, count: $0.count) }
    var rows = Int64(0)
    for _ in 0..<(try reader.count(of: 4 * levels.count + form.bytes)) {
      let place = reader.offset
      var key: [Int] = []
      for a in levels.indices {
        let level = Int(try reader.integer(UInt32.self))
        guard level < levels[a].count else { throw .invalid("a level without a name", at: place) }
        seen[a][level] = true
        key.append(level)
      }
      if let last = combinations.last, !last.lexicographicallyPrecedes(key) {
        throw .invalid("combinations out of order", at: place)
      }
      let tally = try Tally(reading: &reader, form)
      rows += Int64(tally.rowCount)
      guard rows <= largestRowCount else { throw .invalid("too many rows", at: place) }
      combinations.append(key)
      tallies.append(tally)
    }
    guard seen.allSatisfy({ $0.allSatisfy(\.self) }) else {
      throw .invalid("a level that no row has", at: reader.offset)
    }
    return (combinations, tallies)
  }
}

/// Which numbers a tally has.
private struct TallyForm {
  var weighted: Bool
  var scored: Bool
  var bins: Int
  var bytes: Int { 8 * (4 + (weighted ? 8 : 0) + (scored ? 4 + 2 * bins : 0)) }
}

extension StateWriter {
  fileprivate mutating func write(_ tally: Tally, weighted: Bool) {
    for s in 0..<4 { write(Int64(tally.rows[s])) }
    if weighted {
      for s in 0..<4 { write(tally.weights[s]) }
      for s in 0..<4 { write(tally.squares[s]) }
    }
    guard let scores = tally.scores else { return }
    for label in 0..<2 { write(scores.sums[label]) }
    for label in 0..<2 { write(scores.squares[label]) }
    for count in scores.histogram { write(count) }
  }
}

extension Tally {
  fileprivate init(
    reading reader: inout StateReader, _ form: TallyForm
  ) throws(StateError) {
    let place = reader.offset
    var rows = SIMD4<Int>.zero
    for s in 0..<4 {
      let count: Int64 = try reader.integer()
      guard count >= 0 && count <= OutcomeCounts.largestRowCount else {
        throw .invalid("an impossible count", at: place)
      }
      rows[s] = Int(count)
    }
    guard rows.wrappedSum() > 0 else { throw .invalid("a combination without rows", at: place) }
    var weights: SIMD4<Double>?, squares: SIMD4<Double>?
    if form.weighted {
      weights = try Self.amounts(&reader)
      squares = try Self.amounts(&reader)
    }
    var scores: ScoreTotals?
    if form.scored {
      let sums = SIMD2(try reader.number(), try reader.number())
      let squared = SIMD2(try reader.number(), try reader.number())
      var histogram: [Double] = []
      histogram.reserveCapacity(2 * form.bins)
      for _ in 0..<2 * form.bins { histogram.append(try Self.amount(&reader)) }
      guard squared.min() >= 0 else { throw .invalid("a negative square", at: place) }
      scores = ScoreTotals(sums: sums, squares: squared, histogram: histogram)
    }
    self.init(rows: rows, weights: weights, squares: squares, scores: scores)
  }

  private static func amounts(_ reader: inout StateReader) throws(StateError) -> SIMD4<Double> {
    var values = SIMD4<Double>.zero
    for s in 0..<4 { values[s] = try amount(&reader) }
    return values
  }

  private static func amount(_ reader: inout StateReader) throws(StateError) -> Double {
    let place = reader.offset
    let value = try reader.number()
    guard value >= 0 && value <= OutcomeCounts.largestAmount else {
      throw .invalid("an impossible amount", at: place)
    }
    return value
  }
}
