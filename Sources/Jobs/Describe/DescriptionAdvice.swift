import Datasets

/// What to do with a table that was described: what to look at, and calls to copy.
struct DescriptionAdvice {
  var profile: TableProfile
  var input: DataInput
  var options: DataOptions
  /// What was taken for granted.
  var guesses: [Phrase]
  var isInMemory: Bool

  var notes: [Phrase] {
    profile.notes + guesses + profile.columns.flatMap(\.notes).map(\.text)
  }

  // MARK: Roles by names

  private static let labels = [
    "label", "target", "outcome", "class", "y", "approved", "accepted", "granted", "hired",
    "repaid", "default", "defaulted", "income", "decision", "selected", "admitted", "recidivism",
  ]
  private static let groups = [
    "sex", "gender", "race", "ethnicity", "ethnic", "religion", "nationality", "disability",
    "marital", "citizenship",
  ]
  /// A column with more values than this makes no groups to begin with.
  private static let mostGroups = 30

  private static let nearlyAll = 0.95

  /// Nothing where a label or a number to predict was stated.
  var likelyLabel: String? {
    guard options.label == nil && options.target == nil else { return nil }
    return profile.columns.first { column in
      column.role == .feature && Self.words(column.name).contains(where: Self.labels.contains)
        && isTwoValued(column)
    }?.name
  }

  var likelyGroups: [String] {
    guard options.sensitive.isEmpty && options.continuous.isEmpty else { return [] }
    return profile.columns.filter { column in
      guard column.role == .feature, column.name != likelyLabel,
        case .categories(let count, _) = column.contents
      else { return false }
      return (2...Self.mostGroups).contains(count)
        && Self.words(column.name).contains(where: Self.groups.contains)
    }.map(\.name)
  }

  private func isTwoValued(_ column: ColumnProfile) -> Bool {
    switch column.contents {
    case .categories(let count, let frequent):
      // Few rows with other values are mistakes, which the page tells of.
      count == 2
        || count > 2
          && Double(frequent.prefix(2).reduce(0) { $0 + $1.rows })
            >= Self.nearlyAll * Double(profile.rows - column.missing)
    case .numbers(let numbers): numbers?.least == 0 && numbers?.most == 1
    case .unread: false
    }
  }

  /// `Applicant_Sex` is the words applicant and sex.
  private static func words(_ name: String) -> [String] {
    name.lowercased().split { !$0.isLetter }.map(String.init)
  }

  // MARK: Calls

  /// An audit of the labels, and a comparison of methods without the columns that no model should use.
  func commands(_ dialect: Dialect) -> [String] {
    let roles = stated + folding + withLabel
    let needed =
      (options.label == nil && options.target == nil ? ["\(set: "label", "LABEL")"] : [])
      + (options.sensitive.isEmpty ? ["\(set: "sensitive", "COLUMN")"] : [] as [Phrase])
    return [
      Self.call("audit", source(dialect), needed + roles, dialect),
      Self.call("compare", source(dialect), needed + roles + forFits, dialect),
    ]
  }

  /// What was stated, and what was found by name.
  private var stated: [Phrase] {
    let usual = DataOptions()
    return DataOptions.table.compactMap { record in
      guard let value = record.get(input.stated), record.get(usual) != value else { return nil }
      switch value {
      case .text("true"): return "\(option: record.name)"
      case .text(let text): return "\(set: record.name, text)"
      case .list(let items): return "\(names: record.name, items.compactMap(\.text))"
      case .mapping(let entries):
        let text = entries.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.shown)" }
        return "\(set: record.name, text.joined(separator: ";"))"
      }
    }
  }

  /// A fit and an audit of labels need rows that have one.
  private var withLabel: [Phrase] {
    guard let label = profile.columns.first(where: { $0.role == .label }), label.missing > 0,
      options.condition == nil, options.missing != .drop, remedy?.condition == nil,
      label.name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
    else { return [] }
    return ["\(set: "where", "\(label.name) is not missing")"]
  }

  /// What gives a label of more than two values two of them.
  private var remedy: LabelRemedy? {
    profile.columns.first { $0.role == .label }?.notes.compactMap(\.remedy).first
  }

  /// Columns whose values are spelled in several ways, and what gives the label two values.
  private var folding: [Phrase] {
    var misspelt = profile.columns.filter { column in
      column.notes.contains { $0.kind == .spelling }
        || column.role == .label && remedy?.folds == true
    }.map(\.name)
    misspelt.removeAll(where: options.fold.contains)
    var added: [Phrase] = misspelt.isEmpty ? [] : ["\(names: "fold", misspelt)"]
    if remedy?.needsPositive == true { added.append("\(set: "positive", "VALUE")") }
    if let condition = remedy?.condition, options.condition == nil {
      added.append("\(set: "where", condition)")
    }
    return added
  }

  private static let unfit: Set<ColumnNote.Kind> = [.key, .date, .manyValues]

  private var forFits: [Phrase] {
    let features = profile.columns.filter { $0.role == .feature }
    let isUnread = { (column: ColumnProfile) in
      if case .unread = column.contents { true } else { false }
    }
    let keys = features.filter { $0.notes.contains { $0.kind == .key } }.map(\.name)
    var dropped = features.filter { column in
      isUnread(column) || column.notes.contains { Self.unfit.contains($0.kind) }
    }.map(\.name)
    var added: [Phrase] = []
    if options.identifier == nil, let key = keys.first {
      added.append("\(set: "id", key)")
      dropped.removeAll { $0 == key }
    }
    if !dropped.isEmpty { added.append("\(names: "drop", dropped)") }
    let stray = features.flatMap(\.notes).compactMap(\.strayText)
    if !stray.isEmpty { added.append("\(names: "na", stray)") }
    let hasGaps = features.contains { column in
      if case .numbers = column.contents { column.missing > 0 } else { !stray.isEmpty }
    }
    if hasGaps && options.missing == nil { added.append("\(set: "missing", "keep")") }
    return added
  }

  private func source(_ dialect: Dialect) -> Phrase {
    if let dataset = input.dataset { return "\(set: "dataset", dataset)" }
    guard dialect == .python else { return "\(set: DataInput.name, input.file ?? "FILE")" }
    return isInMemory ? "table" : "'\(input.file ?? "FILE")'"
  }

  private static func call(
    _ job: String, _ source: Phrase, _ settings: [Phrase], _ dialect: Dialect
  ) -> String {
    let parts = ([source] + settings).map { $0.text(dialect) }
    return dialect == .python
      ? "equipoise.\(job)(\(parts.joined(separator: ", ")))"
      : "equipoise \(job) \(parts.joined(separator: " "))"
  }
}
