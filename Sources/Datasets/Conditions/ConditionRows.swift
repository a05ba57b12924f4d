import LinearAlgebra

/// Finds the rows of a table that fulfil a condition.
struct ConditionRows<Scalar: KernelScalar> {
  private let table: RawTable<Scalar>
  private let columns: ConditionColumns
  /// Whether a value that no row has is an error: in rows that something is fitted to it is
  /// mistyped, and in further rows it may just be absent.
  private let isStrict: Bool
  private var condition: RowCondition { columns.condition }

  init(_ table: RawTable<Scalar>, _ columns: ConditionColumns, isStrict: Bool) {
    self.table = table
    self.columns = columns
    self.isStrict = isStrict
  }

  /// Shape `(n)`.
  func found() throws(DataError) -> [Bool] { try rows(condition.root) }

  private func rows(_ node: RowCondition.Node) throws(DataError) -> [Bool] {
    switch node {
    case .all(let parts):
      var found = try rows(parts[0])
      for part in parts.dropFirst() {
        let other = try rows(part)
        for i in found.indices { found[i] = found[i] && other[i] }
      }
      return found
    case .any(let parts):
      var found = try rows(parts[0])
      for part in parts.dropFirst() {
        let other = try rows(part)
        for i in found.indices { found[i] = found[i] || other[i] }
      }
      return found
    case .not(let part): return try rows(part).map { !$0 }
    case .test(let test): return try rows(test)
    }
  }

  private func rows(_ test: RowCondition.Test) throws(DataError) -> [Bool] {
    switch columns.sources[test.column.text]! {
    case .numbers(let column):
      let values = table.plain[column]!
      let holds = try numberTest(test)
      return (0..<table.rows).map { holds(values[$0]) }
    case .texts(let column):
      let coded = table.coded[column]!
      // A missing value has the last place, and equals nothing.
      var verdicts = [Bool](repeating: false, count: coded.levels.count + 1)
      verdicts[coded.levels.count] = test.question == .isMissing
      for (level, holds) in try levels(coded.levels, test).enumerated() { verdicts[level] = holds }
      return (0..<table.rows).map { verdicts[min(Int(coded.codes[$0]), coded.levels.count)] }
    case .place: return try places(test)
    }
  }

  // MARK: Numbers

  private func numberTest(_ test: RowCondition.Test) throws(DataError) -> (Double) -> Bool {
    switch test.question {
    case .isMissing: return { $0.isNaN }
    case .compares(let order, let word):
      let bound = try number(word, test)
      return { order.holds($0, bound) }
    case .isIn(let values):
      let ranges = try self.ranges(values, test)
      return { value in ranges.contains { $0.contains(value) } }
    }
  }

  private func ranges(
    _ values: [RowCondition.Values], _ test: RowCondition.Test
  ) throws(DataError) -> [ClosedRange<Double>] {
    var ranges: [ClosedRange<Double>] = []
    for value in values {
      switch value {
      case .one(let word):
        let number = try number(word, test)
        ranges.append(number...number)
      case .range(let low, let high):
        let ends = (try number(low, test), try number(high, test))
        guard ends.0 <= ends.1 else { throw empty(low, high) }
        ranges.append(ends.0...ends.1)
      }
    }
    return ranges
  }

  private func number(
    _ word: RowCondition.Word, _ test: RowCondition.Test
  ) throws(DataError) -> Double {
    guard let number = word.number else {
      throw condition.error(
        at: word, "column '\(test.column.text)' is one of numbers, and '\(word.text)' is none")
    }
    return number
  }

  private func empty(_ low: RowCondition.Word, _ high: RowCondition.Word) -> DataError {
    condition.error(at: low, "nothing lies between '\(low.text)' and '\(high.text)'")
  }

  // MARK: Texts

  /// Which values of a column fulfil a test.
  private func levels(
    _ levels: [String], _ test: RowCondition.Test
  ) throws(DataError) -> [Bool] {
    switch test.question {
    case .isMissing: return levels.map { _ in false }
    case .compares(let order, let word):
      if let numbers = numbers(levels) {
        let bound = try number(word, test)
        return numbers.map { order.holds($0, bound) }
      }
      let bound = try orderedText(word, levels, test)
      return levels.map { order.holds(TextOrder($0), bound) }
    case .isIn(let values):
      var found = levels.map { _ in false }
      for value in values {
        switch value {
        case .one(let word):
          if let level = try level(word, levels, test) { found[level] = true }
        case .range(let low, let high):
          for (level, holds) in try within(low, high, levels, test).enumerated() where holds {
            found[level] = true
          }
        }
      }
      return found
    }
  }

  private func level(
    _ word: RowCondition.Word, _ levels: [String], _ test: RowCondition.Test
  ) throws(DataError) -> Int? {
    if let found = KnownValues(levels).position(of: word.text) { return found }
    guard isStrict else { return nil }
    throw condition.error(
      at: word,
      """
      no row has the value '\(word.text)' in column '\(test.column.text)'\
      \(Self.offer(word.text, among: levels))
      """)
  }

  /// Values beyond these are not listed in an error.
  private static var listedValues: Int { 8 }

  /// The nearest value, or what values there are.
  private static func offer(_ value: String, among levels: [String]) -> String {
    if let nearest = NearestName.of(value, among: levels) { return NearestName.suggestion(nearest) }
    guard !levels.isEmpty else { return ": every value is missing" }
    let listed = levels.prefix(listedValues).map { "'\($0)'" }.joined(separator: ", ")
    return "; its values are \(listed)\(levels.count > listedValues ? ", …" : "")"
  }

  private func within(
    _ low: RowCondition.Word, _ high: RowCondition.Word, _ levels: [String],
    _ test: RowCondition.Test
  ) throws(DataError) -> [Bool] {
    if let numbers = numbers(levels) {
      let range = try ranges([.range(low, high)], test)[0]
      return numbers.map { range.contains($0) }
    }
    let ends = (try orderedText(low, levels, test), try orderedText(high, levels, test))
    guard ends.0 <= ends.1 else { throw empty(low, high) }
    return levels.map { (ends.0...ends.1).contains(TextOrder($0)) }
  }

  /// The numbers that all values are; nil where one is none.
  private func numbers(_ levels: [String]) -> [Double]? {
    let numbers = levels.compactMap { NumberText.number($0) }
    return numbers.count == levels.count ? numbers : nil
  }

  /// Texts are compared by their characters, which is not what a number means.
  private func orderedText(
    _ word: RowCondition.Word, _ levels: [String], _ test: RowCondition.Test
  ) throws(DataError) -> TextOrder {
    let name = test.column.text
    guard word.isQuoted || NumberText.number(word.text) == nil else {
      let other = levels.first { NumberText.number($0) == nil } ?? ""
      throw condition.error(
        at: word,
        """
        column '\(name)' holds texts, such as '\(other)': \(set: "numeric", name) reads it as \
        numbers, and "\(word.text)" in quotes is compared as a text
        """)
    }
    return TextOrder(word.text)
  }

  // MARK: Places

  /// Places ascend, so that every question is one of how many rows come before a place.
  private func places(_ test: RowCondition.Test) throws(DataError) -> [Bool] {
    var found = [Bool](repeating: false, count: table.rows)
    switch test.question {
    case .isMissing: break
    case .compares(let order, let word):
      let bound = try number(word, test)
      let first = firstRow(at: order == .less || order == .atLeast ? bound : bound.nextUp)
      let rows = order == .less || order == .atMost ? 0..<first : first..<table.rows
      for i in rows { found[i] = true }
    case .isIn(let values):
      for range in try ranges(values, test) {
        let first = firstRow(at: range.lowerBound)
        for i in first..<firstRow(at: range.upperBound.nextUp) { found[i] = true }
      }
    }
    return found
  }

  /// The first row whose place is at least a number.
  private func firstRow(at place: Double) -> Int {
    // Rows that have no lines are counted from 0, as errors do.
    let countsFromZero = RowPlace.isInMemory(table.file) || FileBytes.isFolder(table.file)
    var low = 0, high = table.rows
    while low < high {
      let middle = (low + high) / 2
      let found = table.origin.place(ofRow: middle) - (countsFromZero ? 1 : 0)
      if Double(found) >= place { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension RawTable {
  /// Lets rows go that do not fulfil a condition, and what was read for it alone.
  ///
  /// - Parameter mayBeNone: whether no row may be left.
  mutating func choose(
    by columns: ConditionColumns, isStrict: Bool, mayBeNone: Bool = false
  ) throws(DataError) {
    let found = try ConditionRows(self, columns, isStrict: isStrict).found()
    columns.remove(from: &self)
    let kept = found.indices.filter { found[$0] }
    guard !kept.isEmpty || mayBeNone else {
      throw Self.noneFulfils(columns.condition, file)
    }
    notes.append(Self.note(on: columns.condition, chosen: kept.count, of: rows, file: file))
    if kept.count < rows { keep(kept, isChoice: true) }
  }

  static func noneFulfils(_ condition: RowCondition, _ file: String) -> DataError {
    .option(
      RowCondition.option, value: condition.text, "no row of \(named(file)) fulfils it")
  }

  /// How many rows a condition chose.
  static func note(
    on condition: RowCondition, chosen: Int, of rows: Int, file: String
  ) -> Phrase {
    """
    \(chosen) of \(rows) rows of \(named(file)) fulfil \
    \(set: RowCondition.option, condition.text); the others are left out
    """
  }

  private static func named(_ file: String) -> String {
    RowPlace.isInMemory(file) ? "the table" : file
  }
}

/// A text in code-point order, as levels are sorted.
private struct TextOrder: Comparable {
  let text: String
  init(_ text: String) { self.text = text }

  static func < (a: TextOrder, b: TextOrder) -> Bool {
    a.text.unicodeScalars.lexicographicallyPrecedes(b.text.unicodeScalars)
  }
  static func == (a: TextOrder, b: TextOrder) -> Bool {
    a.text.unicodeScalars.elementsEqual(b.text.unicodeScalars)
  }
}
