extension TextLayout {
  /// Places of the text that records are taken from.
  private static let places = 16

  /// Chunks throughout the text, and how many of their first records make some in all.
  func places(records: Int) -> [(chunk: Int, records: Int)] {
    let step = max(1, chunks.count / Self.places)
    let each = Self.recordsAPlace(records, places: (chunks.count + step - 1) / step)
    return stride(from: 0, to: chunks.count, by: step).map { ($0, min(each, chunks[$0].rows)) }
  }

  /// How many records of each place make some in all.
  static func recordsAPlace(_ records: Int, places: Int) -> Int {
    max(1, records / max(1, places))
  }

  /// Values of columns that are not missing, from records throughout the text.
  func values(
    of columns: [Int], _ bytes: FileBytes, records: Int, missing: Set<String>
  ) -> [Int: [String]] {
    var values: [Int: [String]] = [:]
    for (k, count) in places(records: records) {
      var offset = chunks[k].begin
      for _ in 0..<count {
        offset = CSVTable.skippingBlankLines(bytes, from: offset)
        guard offset < chunks[k].end else { break }
        let (fields, next) = Self.fields(bytes, at: offset)
        offset = next
        for column in columns where column < fields.count && !missing.contains(fields[column]) {
          values[column, default: []].append(fields[column])
        }
      }
    }
    return values
  }
}
