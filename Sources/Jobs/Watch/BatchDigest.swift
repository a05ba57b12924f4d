import Datasets
import Essentials
import LinearAlgebra

/// What tells a batch from others, whatever file, stream or table its rows come in.
enum BatchDigest {
  /// Rows that tell less of themselves are the same in other batches by chance.
  private static let leastBits = 40.0

  /// SHA-256 over what a watch counts of each row in its order, and the record's key where there is
  /// one; nil for rows so few or so alike that another batch may well have the same.
  ///
  /// Rows that share a content c of frequency n_c tell Σ_c n_c·log₂(n/n_c) bits: batches that were drawn
  /// from the same population are equal with a chance of 2 to the power of minus that.
  ///
  /// - Parameters:
  ///   - usesLabels: whether the label is among what is counted.
  ///   - score: the column of scores that are counted.
  static func of(_ rows: Dataset<Float>, usesLabels: Bool, score: String? = nil) -> String? {
    guard !rows.attributes.isEmpty, rows.rows > 0,
      (try? rows.requireCombinations()) != nil
    else { return nil }
    let groups = GroupIndex.cross(rows.attributes).withUsedNames()
    let labels = usesLabels ? rows.labels : nil
    let scores = score.flatMap { rows.columns[$0] }
    let ranks = places(of: groups.names)
    func decision(_ row: Int) -> Int { rows.predictions.map { Int($0[row]) } ?? 0 }
    var contents: [UInt8] = []
    contents.reserveCapacity(rows.rows * (rows.keys == nil ? 4 : 12))
    var counts = [Int](repeating: 0, count: groups.count * values * values)
    for row in 0..<rows.rows {
      let label = labels.map { Int(min($0[row], absent)) } ?? Int(absent)
      let content = (ranks[groups[row]] * values + decision(row)) * values + label
      append(UInt32(content), to: &contents)
      if let scores { append(scores[row].bitPattern, to: &contents) }
      if let keys = rows.keys { append(keys[row], to: &contents) }
      counts[content] += 1
    }
    guard rows.keys != nil || scores != nil || bits(counts, of: rows.rows) >= leastBits else {
      return nil
    }
    var digest = Digest()
    for texts in [rows.attributes.map(\.attribute), groups.names.sorted()] {
      digest.update(texts.joined(separator: "\u{0}").utf8)
    }
    digest.update(contents)
    return prefix + digest.hexadecimal
  }

  /// Tells a digest of rows from one of a file.
  private static let prefix = "rows:"
  /// 0, 1 and no value.
  private static let values = 3
  private static let absent: UInt8 = 2

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// The place of each name among them in code-point order.
  private static func places(of names: [String]) -> [Int] {
    var places = [Int](repeating: 0, count: names.count)
    for (place, index) in names.indices.sorted(by: { names[$0] < names[$1] }).enumerated() {
      places[index] = place
    }
    return places
  }

  private static func bits(_ counts: [Int], of rows: Int) -> Double {
    counts.reduce(0) { sum, count in
      count == 0 ? sum : sum + Double(count) * log2(Double(rows) / Double(count))
    }
  }
}
