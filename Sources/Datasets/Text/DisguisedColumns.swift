/// Looks for columns of a text that write numbers in another form than plain ones.
struct DisguisedColumns {
  /// By their place in the table.
  private(set) var found: [Int: DisguisedColumn] = [:]

  /// Records that are looked at, at some places of the text.
  private static let records = 2_000
  private static let places = 16

  init(
    _ columns: [ColumnSample], _ text: PlainText, _ layout: TextLayout,
    missingTexts: Set<String>
  ) {
    // Where the decimal mark is a comma, a plain number may be something else: 1.234 is 1234.
    let suspects = columns.indices.filter { !columns[$0].isNumeric || text.decimal == .comma }
    guard !suspects.isEmpty else { return }
    let values = Self.values(of: suspects, text.bytes, layout, missingTexts)
    var decimal = text.decimal
    for _ in 0..<2 {
      found = [:]
      for place in suspects {
        found[place] = DisguisedColumn(columns[place].name, values[place] ?? [], decimal: decimal)
      }
      // A column that tells the decimal mark tells it for those that do not.
      let told = Set(found.values.compactMap(\.decimalTold))
      guard decimal == nil, told.count == 1 else { break }
      decimal = told.first
    }
  }

  /// Values of columns that are not missing, from records throughout the text.
  private static func values(
    of columns: [Int], _ bytes: FileBytes, _ layout: TextLayout, _ missing: Set<String>
  ) -> [Int: [String]] {
    var values: [Int: [String]] = [:]
    let chunks = layout.chunks
    let step = max(1, chunks.count / places)
    let starts = stride(from: 0, to: chunks.count, by: step)
    let each = records / max(1, (chunks.count + step - 1) / step)
    for k in starts {
      var offset = chunks[k].begin
      for _ in 0..<min(each, chunks[k].rows) {
        offset = CSVTable.skippingBlankLines(bytes, from: offset)
        guard offset < chunks[k].end else { break }
        let (fields, next) = TextLayout.fields(bytes, at: offset)
        offset = next
        for column in columns where column < fields.count && !missing.contains(fields[column]) {
          values[column, default: []].append(fields[column])
        }
      }
    }
    return values
  }
}
