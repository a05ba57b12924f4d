import CText
import LinearAlgebra

/// Decisions of a column as 0 and 1.
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

  /// Sets the decisions: a stated value is positive; else the label's own values are what they are
  /// there, where those are not 0 and 1; else 1, true, yes and y are positive.
  mutating func setPredictions(_ name: String) throws(DataError) {
    let column = raw.codedColumn(named: name)!
    let counts = column.counts(0..<raw.rows)
    let values = column.levels.indices.filter { counts[$0] > 0 }.map { column.levels[$0] }
    var meaning: [UInt8?]
    if let wanted = options.selected ?? (options.label == nil ? options.positive : nil) {
      meaning = try stated(decisions: column, values, wanted)
    } else if areOutcomes(values) {
      meaning = column.levels.map { $0 == positive ? 1 : 0 }
      selected = positive
    } else {
      meaning = column.levels.map(Self.decision)
      selected = values.first { Self.decision($0) == 1 } ?? Self.usualSelected(values)
    }
    predictions = try decisions(column, meaning)
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

  /// One value is positive and all others are not.
  private mutating func stated(
    decisions column: CodedColumn, _ values: [String], _ wanted: String
  ) throws(DataError) -> [UInt8?] {
    let found = values.filter { Self.same($0, wanted) }
    // Of a batch that is only counted nobody may be selected.
    guard !found.isEmpty || (options.mode.countsOnly && values.count == 1) else {
      throw .unknownValue(
        file: raw.file, column: column.name, value: wanted,
        nearest: NearestName.of(wanted, among: values))
    }
    selected = found.first ?? wanted
    let others = values.filter { !found.contains($0) }
    if let note = othersNote(of: column, others, than: "not selected") { raw.notes.append(note) }
    return column.levels.map { Self.same($0, wanted) ? 1 : 0 }
  }

  /// Says which values, of more than two, are all taken for the same.
  func othersNote(of column: CodedColumn, _ others: [String], than meaning: String) -> Phrase? {
    guard others.count > 1 else { return nil }
    let counts = column.counts(0..<raw.rows)
    let told = others.prefix(Self.mostNamedValues).map { value in
      let code = column.levels.firstIndex(of: value)!
      let row = (0..<raw.rows).first { Int(column.codes[$0]) == code }!
      let count = counts[code]
      return count == 1
        ? "'\(value)' (\(RowPlace(file: raw.file, row: raw.origin.place(ofRow: row)).short))"
        : "'\(value)' (\(count) rows)"
    }
    let rest = others.count > told.count ? " and \(others.count - told.count) more" : ""
    return """
      column '\(column.name)' has more than two values: \(told.joined(separator: ", "))\(rest) count \
      as \(meaning) (\(option: "na") and \(set: "missing", "drop") leave such rows out)
      """
  }

  /// Values beyond these are counted.
  private static var mostNamedValues: Int { 5 }

  /// Whether decisions are written in the label's own values.
  private func areOutcomes(_ values: [String]) -> Bool {
    let label = options.label.flatMap { raw.codedColumn(named: $0) }
    let outcomes = (label?.levels ?? []).filter { Self.truth($0) == nil }
    let others = values.filter { $0 != positive && label?.levels.contains($0) != true }
    // Where every label is positive, one other word of the decisions is the negative one.
    let isNegative =
      options.mode.countsOnly && outcomes == [positive] && others.count == 1
      && Self.truth(others[0]) == nil
    return !outcomes.isEmpty && (others.isEmpty || isNegative)
  }

  /// 0 or 1, however it is spelled as a number or a truth value.
  static func truth(_ text: String) -> UInt8? {
    switch Double(text) ?? Double(KnownValues.key(text)) {
    case 0: 0
    case 1: 1
    default: nil
    }
  }

  /// The same, and yes and no.
  static func decision(_ text: String) -> UInt8? {
    switch text.lowercased() {
    case "yes", "y", "true": 1
    case "no", "n", "false": 0
    default: truth(text)
    }
  }

  /// What would be positive among values that are all negative.
  static func usualSelected(_ values: [String]) -> String {
    let pairs = ["no": "yes", "n": "y", "false": "true"]
    return values.first.flatMap { pairs[$0.lowercased()] } ?? "1"
  }
}
