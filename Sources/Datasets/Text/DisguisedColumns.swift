/// Looks for columns of a text that write numbers in another form than plain ones.
struct DisguisedColumns {
  /// By their place in the table.
  private(set) var found: [Int: DisguisedColumn] = [:]

  /// Whether a number has a point that stands between no thousands.
  private static func tellsPoint(_ number: String) -> Bool {
    guard number.contains("."), let reading = NumberReading(number) else { return false }
    return reading.byPoint != nil && reading.byComma == nil
  }

  /// Records that are looked at.
  private static let records = 2_000

  init(
    _ columns: [ColumnSample], _ text: PlainText, _ layout: TextLayout,
    missingTexts: Set<String>
  ) {
    // Where the decimal mark is a comma, a plain number may be something else: 1.234 is 1234.
    let suspects = columns.indices.filter { !columns[$0].isNumeric || text.decimal == .comma }
    guard !suspects.isEmpty else { return }
    let values = layout.values(
      of: Array(columns.indices), text.bytes, records: Self.records, missing: missingTexts)
    let plain = columns.indices.filter { columns[$0].isNumeric }.flatMap { values[$0] ?? [] }
    var decimal = text.decimal
    for _ in 0..<2 {
      found = [:]
      for place in suspects {
        found[place] = DisguisedColumn(columns[place].name, values[place] ?? [], decimal: decimal)
      }
      // A column that tells the decimal mark tells it for those that do not.
      var told = Set(found.values.compactMap(\.decimalTold))
      if told.isEmpty, plain.contains(where: Self.tellsPoint) { told = [.point] }
      guard decimal == nil, told.count == 1 else { break }
      decimal = told.first
    }
  }
}
