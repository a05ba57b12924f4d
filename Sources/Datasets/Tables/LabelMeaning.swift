/// Which of a label's values is positive, and which negative where that is one value.
struct LabelMeaning: Sendable, Equatable {
  let positive: String
  let negative: String?
  /// What a reader must know of a value that was guessed.
  let note: Phrase?

  /// - Parameters:
  ///   - wanted: the positive value that is stated; nil: as the values tell.
  ///   - known: the positive and the negative value that a model was fitted to.
  ///   - decisions: the values of the decisions, which tell where all labels are alike.
  init(
    _ label: ValueCounts, wanted: String?, known: [String?] = [nil, nil], decisions: [String],
    _ options: DataOptions
  ) throws(DataError) {
    let values = label.values
    if let positive = known[0], let negative = known[1] {
      try Self.require(label, among: [positive, negative])
    }
    if wanted == nil {
      if values.count > 2 {
        throw .notTwoClasses(file: label.file, column: label.column, values: label.listed)
      }
      if values.count == 1 && !options.mode.countsOnly {
        throw .oneClass(file: label.file, column: label.column, value: values[0])
      }
    }
    let usual = values.count > 1 ? LabelOrder(values) : nil
    note = wanted == nil ? usual?.note(label.column, values) : nil
    let meant: String
    if let stated = wanted ?? usual?.positive {
      meant = stated
    } else {
      meant = try Self.usualPositive(label, decisions, options)
    }
    guard let found = label.levels.first(where: { ValueCounts.same($0, meant) }) else {
      // A batch in which nobody is positive can be counted.
      guard options.mode.countsOnly && values.count <= 1 || options.mode.isPart else {
        throw .unknownValue(
          file: label.file, column: label.column, value: meant,
          nearest: NearestName.of(meant, among: values))
      }
      positive = meant
      negative = known[1] ?? values.first
      return
    }
    positive = found
    let others = values.filter { $0 != found }
    negative = others.count == 1 ? others[0] : nil
  }

  /// The positive value where every label is one value, and rows are only counted: a truth value
  /// tells, and so do decisions of two values of which it is one.
  private static func usualPositive(
    _ label: ValueCounts, _ decisions: [String], _ options: DataOptions
  ) throws(DataError) -> String {
    guard let value = label.values.first else { return "1" }
    if let truth = DecisionMeaning.decision(value) {
      return truth == 1 ? value : DecisionMeaning.usualSelected([value])
    }
    let all = Set(decisions).union([value])
    guard all.count == 2 else {
      if options.mode.leavesOutUnlabelled {
        throw .oneClass(file: label.file, column: label.column, value: value)
      }
      throw .option(
        "positive",
        "every label of '\(label.column)' is '\(value)': say which value is positive")
    }
    return LabelOrder(all.sorted()).positive
  }

  /// Every label is one of those that a model was fitted to.
  private static func require(
    _ label: ValueCounts, among known: [String]
  ) throws(DataError) {
    let others = label.used.filter { level in
      !known.contains { ValueCounts.same($0, label.levels[level]) }
    }
    guard let first = others.min(by: { label.place($0) < label.place($1) }) else { return }
    throw .unseenLabel(
      file: label.file, row: label.place(first), column: label.column, value: label.levels[first],
      known: known)
  }
}
