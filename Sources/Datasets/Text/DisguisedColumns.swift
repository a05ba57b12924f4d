/// Looks for columns of a text that write numbers in another form than plain ones.
struct DisguisedColumns {
  /// By their place in the table.
  private(set) var found: [Int: DisguisedColumn] = [:]

  /// Whether a number has a point that stands between no thousands.
  private static func tellsPoint(_ number: String, _ texts: NumberReadings) -> Bool {
    guard number.contains("."), let reading = texts.reading(number) else { return false }
    return reading.byPoint != nil && reading.byComma == nil
  }

  /// Records that are looked at.
  private static let records = 2_000
  /// The same where every column is one of plain numbers.
  private static let numericRecords = 64

  init(
    _ columns: [ColumnSample], _ text: PlainText, _ layout: TextLayout,
    _ reading: TableReading
  ) {
    let missing = Set(reading.missingTexts)
    self.init(columns, decimal: text.decimal, numbers: reading.numbers) { records in
      layout.values(of: Array(columns.indices), text.bytes, records: records, missing: missing)
    }
  }

  /// - Parameters:
  ///   - stated: the decimal mark that the user names: then a single number is written with it.
  ///   - numbers: columns that are known to hold numbers.
  ///   - look: values of columns that are not missing, of some records throughout the table.
  init<Failure: Error>(
    _ columns: [ColumnSample], decimal stated: DecimalMark?, numbers: Set<String>,
    look: (_ records: Int) throws(Failure) -> [Int: [String]]
  ) throws(Failure) {
    let areNumbers = stated == nil && columns.allSatisfy(\.isNumeric)
    let values = try look(areNumbers ? Self.numericRecords : Self.records)
    let plain = columns.indices.filter { columns[$0].isNumeric }.flatMap { values[$0] ?? [] }
    var decimal = stated
    let texts = NumberReadings()
    for _ in 0..<2 {
      found = [:]
      // Where the decimal mark is a comma, a plain number may be something else: 1.234 is 1234.
      for place in columns.indices where !columns[place].isNumeric || decimal == .comma {
        found[place] = DisguisedColumn(
          columns[place].name, values[place] ?? [], decimal: decimal,
          fewest: stated == nil ? DisguisedColumn.fewest : 1,
          isNumber: numbers.contains(columns[place].name), texts)
      }
      // A column that tells the decimal mark tells it for those that do not.
      var told = Set(found.values.compactMap(\.decimalTold))
      if told.isEmpty, plain.contains(where: { Self.tellsPoint($0, texts) }) { told = [.point] }
      guard decimal == nil, told.count == 1 else { break }
      decimal = told.first
    }
    guard decimal == nil else { return }
    for place in columns.indices where columns[place].isNumeric {
      found[place] = DisguisedColumn(
        thousandsOf: columns[place].name, values[place] ?? [], texts)
    }
  }
}
