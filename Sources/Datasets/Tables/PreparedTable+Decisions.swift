import CText
import LinearAlgebra

/// Labels and decisions of columns as 0 and 1.
extension PreparedTable {
  /// Which values are positive, as far as there are labels and decisions.
  var positives: PositiveValues {
    var found = PositiveValues()
    if let name = options.label, let positive { found.label = .init(column: name, value: positive) }
    if let name = options.prediction, let selected {
      found.decision = .init(column: name, value: selected)
    }
    return found
  }

  /// The values of a column, counted.
  func valueCounts(_ column: CodedColumn) -> ValueCounts {
    let counts = column.counts(0..<raw.rows)
    let raw = raw
    return ValueCounts(
      file: raw.file, column: column.name, levels: column.levels,
      counts: Array(counts.prefix(column.levels.count))
    ) { level in
      raw.origin.place(
        ofRow: (0..<raw.rows).first { Int(column.codes[$0]) == level } ?? 0)
    }
  }

  /// - Parameter known: the positive and the negative value that a model was fitted to.
  mutating func setLabels(
    _ name: String, _ wanted: String?, known: [String?]
  ) throws(DataError) {
    let column = raw.codedColumn(named: name)!
    let meaning = try LabelMeaning(
      valueCounts(column), wanted: wanted, known: known,
      decisions: options.prediction.flatMap { raw.codedColumn(named: $0) }?.levels ?? [], options)
    if let note = meaning.note { raw.notes.append(note) }
    positive = meaning.positive
    negative = meaning.negative
    let labels = Buffer<UInt8>(uninitialized: raw.rows), last = column.levels.count
    let code = column.levels.firstIndex { $0 == meaning.positive }
    let values = column.levels.indices.map { $0 == code ? UInt8(1) : 0 }
    // SAFETY: a code is that of a level or of a missing value.
    _ = eqp_codes_bytes(
      column.codes.pointer, Int64(raw.rows), values + [ReadMode.unknownLabel], UInt16(last),
      labels.pointer)
    self.labels = labels
  }

  /// Sets the decisions. Those of a part of the rows mean what they mean in all of them, where that is
  /// known, and nothing before.
  mutating func setPredictions(_ name: String) throws(DataError) {
    let column = raw.codedColumn(named: name)!
    let meaning: DecisionMeaning
    if options.mode.isPart {
      guard let decided = options.mode.decided else { return }
      meaning = decided
    } else {
      let label = options.label.flatMap { raw.codedColumn(named: $0) }
      meaning = try DecisionMeaning(
        valueCounts(column), labels: (label?.levels ?? [], positive), options)
      if let note = meaning.note { raw.notes.append(note) }
    }
    selected = meaning.selected
    predictions = try decisions(column, column.levels.map(meaning.decision))
  }

  /// Each row's decision by the meaning of its value.
  private func decisions(
    _ column: CodedColumn, _ meaning: [UInt8?]
  ) throws(DataError) -> Buffer<UInt8> {
    let none: UInt8 = 2, last = column.levels.count
    let decisions = Buffer<UInt8>(uninitialized: raw.rows)
    // SAFETY: a code is that of a level, each of which has a meaning, or of a missing value.
    let found = eqp_codes_bytes(
      column.codes.pointer, Int64(raw.rows), meaning.map { $0 ?? none } + [none], UInt16(last),
      decisions.pointer)
    if found & none != 0, let row = (0..<raw.rows).first(where: { decisions[$0] == none }) {
      throw .notADecision(
        file: raw.file, row: raw.origin.place(ofRow: row), column: column.name,
        value: column.levels[Int(column.codes[row])])
    }
    return decisions
  }
}
