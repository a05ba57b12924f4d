/// Where rows are from: the table, and for each row the record of it and the record's place. It goes
/// with rows through every choice of them, so that an error names the place that the user sees.
public struct RowOrigin: Sendable {
  /// The file or built-in table.
  public let source: String
  /// The records of the table that were left out, counted from 0, ascending.
  public private(set) var leftOut: [Int] = []
  /// How many of those were left out for missing values, and not by a condition.
  public private(set) var incompleteCount = 0
  /// The columns whose missing values left records out, with how many each.
  public private(set) var causes: [(column: String, records: Int)] = []
  /// How many records the table has.
  public let recordCount: Int
  private var rows: Int
  /// From the records of the table to the rows, the first step first.
  private var steps: [Step] = []
  private let places: @Sendable (_ record: Int) -> Int

  private enum Step: Sendable {
    case choice(RowChoice)
    /// All rows; those that are marked were moved behind the others of the first rows.
    case moved([Bool])
  }

  /// All records of a table, in its order.
  ///
  /// - Parameter places: the place of a record as errors give it: in a text the line on which it
  ///   starts, elsewhere its number counted from 1.
  public init(
    source: String, rows: Int, places: @escaping @Sendable (_ record: Int) -> Int = { $0 + 1 }
  ) {
    self.source = source
    self.rows = rows
    recordCount = rows
    self.places = places
  }

  /// The record of the table that each row is from, counted from 0, shape `(n)`.
  public var records: [Int] { records(of: Array(0..<rows)) }

  /// The place of a row in the table.
  public func place(ofRow row: Int) -> Int { places(records(of: [row])[0]) }

  public func select(_ choice: RowChoice) -> RowOrigin {
    var part = self
    part.steps.append(.choice(choice))
    part.rows = choice.count
    return part
  }

  /// Some rows, which ascend.
  ///
  /// - Parameters:
  ///   - isChoice: the others were not asked for; else values are missing in them.
  ///   - causes: the columns in which values are missing, with how many rows each.
  func keeping(
    _ kept: [Int], isChoice: Bool, causes: [(column: String, records: Int)] = []
  ) -> RowOrigin {
    var part = select(.rows(kept))
    var next = 0
    let others = (0..<rows).filter { row in
      let isKept = next < kept.count && kept[next] == row
      if isKept { next += 1 }
      return !isKept
    }
    part.leftOut = (leftOut + records(of: others)).sorted()
    if !isChoice {
      part.incompleteCount += others.count
      part.causes += causes
    }
    return part
  }

  /// Says that records have missing values; nil where none was left out.
  ///
  /// - Parameter fate: what became of them.
  public func leftOutNote(_ fate: String) -> Phrase? {
    Self.note(incomplete: incompleteCount, of: recordCount, causes: causes, fate)
  }

  /// The same of rows that came a few at a time.
  ///
  /// - Parameter causes: the columns with missing values, with how many records each.
  static func note(
    incomplete: Int, of records: Int, causes: [(column: String, records: Int)], _ fate: String
  ) -> Phrase? {
    guard incomplete > 0 else { return nil }
    let most = causes.sorted { $0.records > $1.records }.prefix(Self.namedCauses)
    let named = most.map { "'\($0.column)' \($0.records)" }.joined(separator: ", ")
    return """
      \(incomplete) of \(records) rows with missing values \(fate)\
      \(named.isEmpty ? "" : " (in \(named)\(causes.count > most.count ? ", …" : ""))")
      """
  }

  private static let namedCauses = 5

  func moving(_ marked: [Bool]) -> RowOrigin {
    var moved = self
    moved.steps.append(.moved(marked))
    return moved
  }

  private func records(of chosen: [Int]) -> [Int] {
    steps.reversed().reduce(chosen) { Self.before($1, $0) }
  }

  /// Where rows stood before a step.
  private static func before(_ step: Step, _ rows: [Int]) -> [Int] {
    switch step {
    case .choice(.range(let range)): return rows.map { $0 + range.lowerBound }
    case .choice(.rows(let chosen)): return rows.map { chosen[$0] }
    case .moved(let marked):
      var places = Array(marked.indices)
      RowChoice.exchanges(marked) { places.swapAt($0, $1) }
      return rows.map { $0 < places.count ? places[$0] : $0 }
    }
  }
}
