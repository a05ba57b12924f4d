/// A column of a text whose values are numbers in another form than plain ones.
struct DisguisedColumn: Equatable, Sendable {
  enum Finding: Equatable, Sendable {
    /// All are numbers in this form.
    case certain(NumberForm)
    /// Numbers that two readings fit, or in forms that do not go together.
    case open(reason: String)
    /// Some are numbers.
    case partly(numbers: Int)
    /// All are read as plain numbers, and their points may stand between thousands.
    case thousands
  }

  var name: String
  var finding: Finding
  /// One of the values, and how many were looked at.
  var sample: String
  var values: Int

  init(_ name: String, _ finding: Finding, sample: String, values: Int) {
    self.name = name
    self.finding = finding
    self.sample = sample
    self.values = values
  }

  /// What a column's values are; nil for plain numbers and for texts.
  ///
  /// - Parameters:
  ///   - decimal: the decimal mark of the file, where the user or another column tells it.
  ///   - fewest: fewer numbers than these tell nothing.
  ///   - isNumber: whether the column is known to hold numbers: one of them tells how they are written,
  ///     and other texts among them are mistakes.
  ///   - texts: those that were read before.
  init?(
    _ name: String, _ values: [String], decimal: DecimalMark?, fewest: Int = Self.fewest,
    isNumber: Bool = false, _ texts: NumberReadings = NumberReadings()
  ) {
    let readings = values.compactMap { value in texts.reading(value).map { (value, $0) } }
    guard let first = readings.first(where: { !$0.1.isPlain }) ?? readings.first,
      readings.count >= (isNumber ? 1 : fewest)
    else { return nil }
    self.name = name
    self.values = values.count
    sample = first.0
    let others = values.count - readings.count
    guard isNumber || others <= max(1, values.count / Self.mistakeShare) else {
      guard 2 * readings.count >= values.count else { return nil }
      finding = .partly(numbers: readings.count)
      return
    }
    let all = readings.map(\.1)
    guard all.contains(where: { !$0.isPlain }) || decimal == .comma else { return nil }
    guard let found = Self.finding(all, decimal) else { return nil }
    finding = found
  }

  /// Plain numbers whose points look like marks between thousands: each has three digits behind it,
  /// and what has none is below 1000. nil for others.
  init?(thousandsOf name: String, _ values: [String], _ texts: NumberReadings = NumberReadings()) {
    guard values.count >= Self.fewest, let sample = values.first(where: { $0.contains(".") }),
      values.contains(where: { !$0.contains(".") })
    else { return nil }
    for value in values {
      guard let reading = texts.reading(value), let whole = reading.byComma,
        reading.byPoint != nil
      else { return nil }
      guard reading.byPoint != whole || Double(whole).map({ abs($0) < 1000 }) ?? false else {
        return nil
      }
    }
    (self.name, self.sample, self.values) = (name, sample, values.count)
    finding = .thousands
  }

  /// Numbers that tell a column of numbers from one of a few texts, where nobody says what it is.
  static let fewest = 3
  /// Odd values are mistakes where they are as few as this.
  private static let mistakeShare = 100

  private static func finding(_ readings: [NumberReading], _ decimal: DecimalMark?) -> Finding? {
    let percentages = readings.count { $0.isPercentage }
    guard percentages == 0 || percentages == readings.count else {
      return .open(reason: "some are percentages and some are not")
    }
    guard Set(readings.compactMap(\.currency)).count <= 1 else {
      return .open(reason: "they are in several currencies")
    }
    let canPoint = readings.allSatisfy { $0.byPoint != nil }
    let canComma = readings.allSatisfy { $0.byComma != nil }
    let isAlike = readings.allSatisfy { $0.byPoint == $0.byComma }
    let mark: DecimalMark
    switch (canPoint, canComma) {
    case (true, false): mark = .point
    case (false, true): mark = .comma
    case (false, false): return .open(reason: "their decimal marks differ")
    case (true, true):
      guard isAlike || decimal != nil || areThousands(readings) else {
        return .open(reason: "the comma may be a decimal mark or stand between thousands")
      }
      mark = decimal ?? .point
    }
    let isPlain = readings.allSatisfy(\.isPlain) && (mark == .point || isAlike)
    return isPlain ? nil : .certain(NumberForm(decimal: mark, isPercentage: percentages > 0))
  }

  /// Whether amounts of a currency whose decimal mark is a point have commas, each with three digits
  /// behind it: no amount has three decimals.
  private static func areThousands(_ readings: [NumberReading]) -> Bool {
    let names = readings.map(\.currency)
    return names.allSatisfy { $0.map(NumberReading.pointCurrencies.contains) ?? false }
      && readings.allSatisfy { !($0.byPoint ?? ".").contains(".") }
  }

  /// Whether the values tell the decimal mark of their file.
  var decimalTold: DecimalMark? {
    guard case .certain(let form) = finding, sample.contains(where: { $0 == "," || $0 == "." })
    else { return nil }
    return form.decimal
  }

  /// Whether the values are read as plain numbers.
  var isPlain: Bool {
    if case .certain = finding { true } else { false }
  }

  /// What a reader of the table must know.
  var note: Phrase {
    let column = "column '\(name)'"
    switch finding {
    case .certain(let form):
      let plain = form.plain(sample) ?? ""
      return "\(column): values such as '\(sample)' are read as numbers (\(plain))"
    case .open(let reason):
      return """
        \(column): values such as '\(sample)' look like numbers, but \(reason): each is a category \
        of its own (\(set: "decimal", ",") or \(set: "decimal", ".") says what the comma is, \
        \(set: "drop", name) leaves the column out)
        """
    case .thousands:
      return """
        \(column): values such as '\(sample)' are read as numbers (\(Double(sample) ?? 0)), though the \
        point may stand between thousands (\(set: "decimal", ",") or \(set: "decimal", ".") says \
        which)
        """
    case .partly(let numbers):
      return """
        column '\(name)': \(numbers) of \(values) values looked at are numbers, such as \
        '\(sample)', and the others are not: each is a category of its own \
        (\(set: "numeric", name) makes it a column of numbers, \(option: "na") names texts for a \
        missing value)
        """
    }
  }
}

extension TablePlan {
  /// Whether a note on a column is of use: the column is read, and where it is a category nobody said
  /// that it is one.
  func uses(_ column: Int, inDisguise found: DisguisedColumn) -> Bool {
    let isNumber =
      numbers.contains { $0.column == column } || plain.contains { $0.column == column }
    let category = codeColumns.first { $0.column == column }
    return isNumber || category.map { found.isPlain || !$0.isDeclared } ?? false
  }
}
