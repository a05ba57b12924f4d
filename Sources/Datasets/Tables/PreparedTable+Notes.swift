import LinearAlgebra

extension PreparedTable {
  /// What notes on the columns are made from.
  var evidence: ColumnEvidence {
    ColumnEvidence(
      rows: rows, plan: raw.plan, options: options, told: raw.columnNotes, levels: levelNotes,
      number: numberNote, label: { labelNote })
  }

  private func levelNotes(_ place: Int) -> LevelNotes? {
    guard let column = raw.coded[place] else { return nil }
    let rows = raw.rows
    return LevelNotes(
      column: column.name, levels: column.levels, rows: rows, missing: column.missingCount,
      counts: { column.counts(0..<rows) })
  }

  private func numberNote(_ j: Int) -> ColumnNote? {
    guard var search = KeySearch<Scalar>(raw.plan.numbers[j]) else { return nil }
    search.add(raw.dense, column: j)
    return search.note(rows: raw.rows)
  }

  /// What is negative, where it is several values.
  private var labelNote: (place: Int, note: ColumnNote)? {
    guard labels != nil, negative == nil, let positive, let name = options.label,
      let place = raw.plan.coded.first(where: { $0.name == name })?.column,
      let column = raw.coded[place]
    else { return nil }
    return valueCounts(column).note(besides: positive).map { (place, $0) }
  }
}

extension ValueCounts {
  /// Which values are negative, where they are several.
  func note(besides positive: String) -> ColumnNote? {
    note(on: used.filter { levels[$0] != positive }, than: "negative").map {
      ColumnNote(column: column, kind: .label, text: $0)
    }
  }
}
