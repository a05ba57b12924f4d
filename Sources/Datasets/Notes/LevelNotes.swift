/// What the values of a column of codes say of it.
struct LevelNotes {
  let column: String
  /// In code-point order.
  let levels: [String]
  let rows: Int
  let missing: Int
  /// How many rows have each level; counted where a note needs it.
  let counts: () -> [Int]

  /// Fewer values than this tell no key from a category.
  static let fewestKeys = 20
  /// A category of texts with more levels than this share of the rows is learnt by heart.
  private static let largestShare = 1.0 / 20
  /// Fewer texts that read as numbers, or dates, are a scale of a few steps, which levels describe.
  private static let fewest = 3
  /// Values that are looked at to tell dates.
  private static let looked = 200
  /// Nearly all values are what the column is said to be.
  private static let nearlyAll = 0.9
  /// A sensitive number with more values than this is cut into intervals.
  private static let mostNumbers = 12
  /// Values, and sets of them, that a note names.
  private static let named = 3

  // MARK: A feature

  /// What a category that nobody declared seems to be.
  var feature: ColumnNote? { key ?? date ?? code ?? numbers ?? manyValues }

  private var leaves: Phrase { "\(names: "drop", [column]) leaves the column out" }
  private var isMeant: Phrase { "\(names: "categorical", [column]) says that it is meant" }
  private var different: String { "\(used) different values in \(rows) rows" }
  /// Levels that a row has.
  private var used: Int { counts().prefix(levels.count).count { $0 > 0 } }

  private func note(_ kind: ColumnNote.Kind, _ text: Phrase) -> ColumnNote {
    ColumnNote(column: column, kind: kind, text: "column '\(column)': " + text)
  }

  private var isKey: Bool { levels.count >= Self.fewestKeys && levels.count >= rows - missing }

  private var key: ColumnNote? {
    guard isKey, !areDates else { return nil }
    return note(
      .key,
      """
      \(different), such as '\(levels[0])': it looks like a key, which a model learns by heart \
      (\(set: "id", column) names the rows by it, \(leaves), \(isMeant))
      """)
  }

  private var areDates: Bool {
    guard levels.count >= Self.fewest else { return false }
    let step = max(1, levels.count / Self.looked)
    let looked = stride(from: 0, to: levels.count, by: step).map { levels[$0] }
    return Double(looked.count(where: DateText.isDate)) >= Self.nearlyAll * Double(looked.count)
  }

  private var date: ColumnNote? {
    guard areDates else { return nil }
    return note(
      .date,
      """
      values such as '\(levels[0])' look like dates, and each is a category of its own: \
      \(different) (\(leaves), \(isMeant); a number of days or years says more)
      """)
  }

  private var code: ColumnNote? {
    let codes = levels.filter { NumberText.isCode($0) && NumberText.number($0) != nil }
    guard let first = codes.first, 2 * levels.count(where: NumberText.readsAsNumber) >= levels.count
    else { return nil }
    return note(
      .code,
      """
      values such as '\(first)' begin with a zero, as codes do, and each is a category of its own: \
      \(different) (\(names: "numeric", [column]) reads them as numbers, \(leaves), \(isMeant))
      """)
  }

  private var numbers: ColumnNote? {
    let numbers = levels.filter(NumberText.readsAsNumber)
    guard numbers.count >= Self.fewest, 2 * numbers.count >= levels.count else { return nil }
    return ColumnNote(
      column: column, kind: .numbers,
      text: """
        column '\(column)' holds text that looks like numbers, such as '\(numbers[0])': \
        \(numbers.count) of its \(levels.count) different values do. It is a category with a \
        level for each value; make it numbers, or name it among the categorical columns if that is \
        meant
        """)
  }

  private var manyValues: ColumnNote? {
    guard levels.count >= Self.fewestKeys,
      Double(levels.count) > Self.largestShare * Double(rows)
    else { return nil }
    return note(
      .manyValues,
      """
      \(different), such as '\(levels[0])': a model learns the few rows of each by heart \
      (\(leaves), \(isMeant))
      """)
  }

  // MARK: Any column

  /// Values that differ in capitals or blanks only.
  var spelling: ColumnNote? {
    var alike: [String: [Int]] = [:]
    for (code, level) in levels.enumerated() {
      alike[level.lowercased().filter { !$0.isWhitespace }, default: []].append(code)
    }
    let counts = alike.values.contains { $0.count > 1 } ? counts() : []
    let sets = alike.values.map { codes in codes.filter { counts.isEmpty || counts[$0] > 0 } }
      .filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    guard !sets.isEmpty else { return nil }
    let told = sets.prefix(Self.named).map { codes in
      codes.map { "'\(levels[$0])' (\(counts[$0]))" }.joined(separator: ", ")
    }.joined(separator: "; ")
    let isFolded = sets.allSatisfy { codes in
      Set(codes.map { FoldedText.of(levels[$0]) }).count == 1
    }
    let remedy: Phrase =
      isFolded
      ? "\(names: "fold", [column]) reads them as one"
      : "spell them alike; \(names: "fold", [column]) reads as one what differs in capitals"
    return note(
      .spelling,
      """
      values differ in capitals or blanks only, and count as different ones: \(told)\
      \(sets.count > Self.named ? "; and \(sets.count - Self.named) more" : "") \
      (\(remedy))
      """)
  }

  // MARK: Groups

  /// What is odd in the groups that the values make.
  var groups: ColumnNote? {
    let numbers = levels.compactMap(NumberText.number)
    let areNumbers = Double(numbers.count) >= Self.nearlyAll * Double(levels.count)
    if isKey && !areDates && (!areNumbers || numbers.allSatisfy { $0 == $0.rounded() }) {
      return note(
        .key,
        "\(different), such as '\(levels[0])': it looks like a key, and makes groups of one row")
    }
    if levels.count > Self.mostNumbers, areNumbers, let edges {
      return note(
        .singleNumbers,
        """
        \(used) different numbers in \(rows) rows, such as \(levels[0]), make a group each \
        (\(set: "bins", "\(column)=\(edges)") makes groups of intervals)
        """)
    }
    guard areDates else { return nil }
    return note(.date, "values such as '\(levels[0])' look like dates, and each makes a group")
  }

  /// Edges that cut the rows into three parts, or two where one value has most rows.
  private var edges: String? {
    let counts = counts()
    let values = levels.indices.compactMap { code in
      NumberText.number(levels[code]).map { (value: $0, text: levels[code], rows: counts[code]) }
    }.sorted { $0.value < $1.value }
    let total = values.reduce(0) { $0 + $1.rows }
    var edges: [String] = []
    var below = 0
    for value in values {
      if below > 0, 3 * below >= (edges.count + 1) * total, edges.count < 2 {
        edges.append(value.text)
      }
      below += value.rows
    }
    return edges.isEmpty ? nil : edges.joined(separator: ",")
  }
}
