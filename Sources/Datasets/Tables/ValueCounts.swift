/// The values of a column of texts, how many rows have each, and where the first of these stands.
struct ValueCounts {
  let file: String
  let column: String
  /// In code-point order, those that no row has too.
  let levels: [String]
  /// Of the levels.
  let counts: [Int]
  /// The place of the first row that has a level.
  let place: (_ level: Int) -> Int

  /// The levels that a row has.
  var used: [Int] { counts.indices.filter { counts[$0] > 0 } }
  /// The same by name.
  var values: [String] { used.map { levels[$0] } }

  /// Values beyond these are counted.
  private static let mostNamed = 5

  /// Says which values, of more than two, are all taken for the same.
  func note(on others: [Int], than meaning: String) -> Phrase? {
    guard others.count > 1 else { return nil }
    let told = others.prefix(Self.mostNamed).map { level in
      counts[level] == 1
        ? "'\(levels[level])' (\(RowPlace(file: file, row: place(level)).short))"
        : "'\(levels[level])' (\(counts[level]) rows)"
    }
    let rest = others.count > told.count ? " and \(others.count - told.count) more" : ""
    return """
      column '\(column)' has more than two values: \(told.joined(separator: ", "))\(rest) count \
      as \(meaning) (\(option: "na") and \(set: "missing", "drop") leave such rows out)
      """
  }

  /// The values as an error about them lists them.
  var listed: [LabelValue] {
    used.map { LabelValue(name: levels[$0], rows: counts[$0], firstRow: place($0)) }
  }

  /// `1`, `1.0` and `true` are the same value.
  static func same(_ a: String, _ b: String) -> Bool {
    if a == b { return true }
    guard let x = Double(a), let y = Double(b) else {
      return KnownValues.key(a) == KnownValues.key(b)
    }
    return x == y
  }
}
