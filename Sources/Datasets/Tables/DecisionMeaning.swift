/// Which values of a column of decisions are positive.
public struct DecisionMeaning: Sendable, Equatable {
  private enum Rule: Equatable {
    /// One value, however it is spelt.
    case stated(String)
    /// The label's own values are what they are there.
    case outcome(String)
    /// 1, true, yes and y.
    case words
  }

  private let rule: Rule
  /// The value that is positive.
  let selected: String
  /// What a reader must know of the values.
  let note: Phrase?

  /// A stated value is positive; else the label's own values are what they are there, where those are
  /// not 0 and 1; else 1, true, yes and y are positive.
  ///
  /// - Parameters:
  ///   - labels: the values of the label, with the one that is positive.
  init(
    _ decisions: ValueCounts, labels: (levels: [String], positive: String?),
    _ options: DataOptions
  ) throws(DataError) {
    let values = decisions.values
    if let wanted = options.selected ?? (options.label == nil ? options.positive : nil) {
      let found = decisions.used.filter { ValueCounts.same(decisions.levels[$0], wanted) }
      // Of a batch that is only counted nobody may be selected.
      guard !found.isEmpty || (options.mode.countsOnly && values.count == 1) else {
        throw .unknownValue(
          file: decisions.file, column: decisions.column, value: wanted,
          nearest: NearestName.of(wanted, among: values))
      }
      rule = .stated(wanted)
      selected = found.first.map { decisions.levels[$0] } ?? wanted
      note = decisions.note(
        on: decisions.used.filter { !found.contains($0) }, than: "not selected")
      return
    }
    note = nil
    if let positive = labels.positive, Self.areOutcomes(values, labels.levels, positive, options) {
      rule = .outcome(positive)
      selected = positive
      return
    }
    rule = .words
    selected = values.first { Self.decision($0) == 1 } ?? Self.usualSelected(values)
  }

  /// 0 or 1; nil for a value that is no decision.
  func decision(of value: String) -> UInt8? {
    switch rule {
    case .stated(let wanted): ValueCounts.same(value, wanted) ? 1 : 0
    case .outcome(let positive): value == positive ? 1 : 0
    case .words: Self.decision(value)
    }
  }

  /// Whether decisions are written in the label's own values.
  private static func areOutcomes(
    _ values: [String], _ labels: [String], _ positive: String, _ options: DataOptions
  ) -> Bool {
    let outcomes = labels.filter { truth($0) == nil }
    let others = values.filter { $0 != positive && !labels.contains($0) }
    // Where every label is positive, one other word of the decisions is the negative one.
    let isNegative =
      options.mode.countsOnly && outcomes == [positive] && others.count == 1
      && truth(others[0]) == nil
    return !outcomes.isEmpty && (others.isEmpty || isNegative)
  }

  /// 0 or 1, however it is spelled as a number or a truth value.
  private static func truth(_ text: String) -> UInt8? {
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
