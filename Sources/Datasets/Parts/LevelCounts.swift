/// The values of a column of texts over rows that come a few at a time.
struct LevelCounts {
  private let column: String
  /// In code-point order.
  private(set) var levels: [String] = []
  private(set) var counts: [Int] = []
  private var missing = 0
  /// The places of the levels' first rows, 0 without one; nil where nobody asks for them.
  private var places: [Int]?

  init(_ column: String, placing: Bool) {
    self.column = column
    places = placing ? [] : nil
  }

  /// Adds the rows that come next.
  ///
  /// - Parameter place: that of a row.
  mutating func add(
    _ part: CodedColumn, rows: Int, file: String, place: (Int) -> Int
  ) throws(DataError) {
    let found = part.counts(0..<rows)
    missing += part.missingCount
    if levels != part.levels { try join(part.levels, file) }
    let isSame = levels.count == part.levels.count
    var numbers = Array(part.levels.indices)
    if !isSame {
      let known = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) })
      numbers = part.levels.map { known[$0]! }
    }
    for (code, number) in numbers.enumerated() where found[code] > 0 {
      if places?[number] == 0 {
        places![number] = place((0..<rows).first { Int(part.codes[$0]) == code } ?? 0)
      }
      counts[number] += found[code]
    }
  }

  private mutating func join(_ more: [String], _ file: String) throws(DataError) {
    let old = levels
    levels = Set(old).union(more).sorted { $0.precedes($1) }
    guard levels.count <= Int(CodedColumn.missing) else {
      throw .tooManyLevels(file: file, column: column, limit: Int(CodedColumn.missing))
    }
    let number = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) })
    func moved(_ values: [Int]) -> [Int] {
      var moved = [Int](repeating: 0, count: levels.count)
      for (value, level) in zip(values, old) { moved[number[level]!] = value }
      return moved
    }
    counts = moved(counts)
    places = places.map(moved)
  }

  func notes(rows: Int) -> LevelNotes {
    LevelNotes(column: column, levels: levels, rows: rows, missing: missing) { counts }
  }

  func values(_ file: String) -> ValueCounts {
    ValueCounts(file: file, column: column, levels: levels, counts: counts) { level in
      places?[level] ?? 0
    }
  }
}
