import LinearAlgebra

/// Whether whole numbers that nobody declared are those of keys or dates, told by the first rows.
struct KeySearch<Scalar: KernelScalar> {
  private let number: TablePlan.Number
  private let example: String
  private var seen = Set<Scalar>()
  private var looked = 0
  private var values = 0
  private var repeated = 0
  private var dates = 0
  private var isOver = false

  /// Rows that are looked at.
  static var lookedAt: Int { 100_000 }
  /// Beyond it 32 bits do not tell whole numbers apart.
  private static var exactWholes: Scalar { 0x1p22 }
  /// Numbers beyond ``exactWholes`` may be read alike where they are not.
  private static var readAlike: Double { 0.01 }

  /// nil for numbers that cannot be either.
  init?(_ number: TablePlan.Number) {
    guard number.mayBeKey, let example = number.example else { return nil }
    self.number = number
    self.example = example
  }

  /// Adds the rows that come next: column `j` of the numbers.
  mutating func add(_ dense: Matrix<Scalar>, column j: Int) {
    var i = 0
    while i < dense.rows && looked < Self.lookedAt && !isOver {
      let value = dense[i, j]
      i += 1
      looked += 1
      guard !value.isNaN else { continue }
      values += 1
      if DateText.isDate((Double(value) + number.origin).rounded()) { dates += 1 }
      let isNew = seen.insert(value).inserted
      if !isNew { repeated += value.magnitude < Self.exactWholes ? values : 1 }
      isOver = dates < values && repeated >= values
    }
    if isOver { seen = [] }
  }

  /// - Parameter rows: of the table.
  func note(rows: Int) -> ColumnNote? {
    guard !isOver, values >= LevelNotes.fewestKeys else { return nil }
    if dates == values { return dateNote }
    guard Double(repeated) <= Self.readAlike * Double(values) else { return nil }
    return ColumnNote(
      column: number.name, kind: .key,
      text: """
        column '\(number.name)': \(values - repeated) different whole numbers in \
        \(rows > Self.lookedAt ? "the first " : "")\(values) rows, such as \(example): \
        it looks like a key, which no model should use (\(set: "id", number.name) names the rows by \
        it, \(names: "drop", [number.name]) leaves the column out, \
        \(names: "numeric", [number.name]) says that it is meant)
        """)
  }

  private var dateNote: ColumnNote {
    ColumnNote(
      column: number.name, kind: .date,
      text: """
        column '\(number.name)': values such as \(example) look like dates, and are read as whole \
        numbers (\(names: "drop", [number.name]) leaves the column out, \
        \(names: "numeric", [number.name]) says that it is meant)
        """)
  }
}
