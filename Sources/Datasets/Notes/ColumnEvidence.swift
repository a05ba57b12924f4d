/// What the notes on a table's columns are made from, looked at only where a note needs it.
struct ColumnEvidence {
  let rows: Int
  let plan: TablePlan
  let options: DataOptions
  /// What reading told of single columns, by column of the file.
  let told: [Int: ColumnNote]
  /// Of a column of codes of the file.
  let levels: (_ column: Int) -> LevelNotes?
  /// Of the j-th number of the plan.
  let number: (_ j: Int) -> ColumnNote?
  /// What is negative, where it is several values; with the column of the file.
  let label: () -> (place: Int, note: ColumnNote)?

  /// What a reader of any result must know of the columns that are in use, in their order.
  ///
  /// - Parameter features: whether an encoder is fitted to the features; those of a model were looked
  ///   at when it was fitted.
  func notes(features: Bool) -> [ColumnNote] {
    var found: [(place: Int, note: ColumnNote)] = told.map { ($0, $1) }
    if features {
      for (j, number) in plan.numbers.enumerated() {
        if let note = self.number(j) { found.append((number.column, note)) }
      }
    }
    let groups = Set(options.attributeNames)
    for category in plan.codeColumns {
      let feature = plan.categories.first { $0.column == category.column }
      guard feature == nil || features || groups.contains(category.name),
        let levels = levels(category.column)
      else { continue }
      let isOpen = feature.map { !$0.isDeclared && told[category.column] == nil } ?? false
      var notes = groups.contains(category.name) ? [levels.groups] : []
      if isOpen && features && notes.compactMap(\.self).isEmpty { notes.append(levels.feature) }
      // Keys and dates are not misspelt.
      let kinds = notes.compactMap { $0?.kind }
      if !kinds.contains(.key) && !kinds.contains(.date) { notes.append(levels.spelling) }
      found += notes.compactMap { $0.map { (category.column, $0) } }
    }
    if let note = label() { found.append(note) }
    return found.sorted { $0.place < $1.place }.map(\.note)
  }

  /// Says of features which values a model was not fitted to.
  func unseen(by encoder: FeatureEncoder) -> [ColumnNote] {
    zip(encoder.categorical, plan.categories).compactMap { feature, category in
      levels(category.column)?.unseen(by: feature, rows: rows)
    }
  }

  /// Both of rows that a model is to predict.
  func notes(of encoder: FeatureEncoder) -> [ColumnNote] {
    notes(features: false) + unseen(by: encoder)
  }
}

extension LevelNotes {
  /// Unseen values that a note names.
  private static let namedValues = 3

  /// Which values a feature does not have that was fitted; nil for none.
  fileprivate func unseen(by feature: FeatureEncoder.Categorical, rows all: Int) -> ColumnNote? {
    let known = KnownValues(feature.levels)
    var unseen = levels.indices.filter { known.position(of: levels[$0]) == nil }
    let isMissingNew = missing > 0 && !feature.hasMissing
    guard !unseen.isEmpty || isMissingNew else { return nil }
    let counts = counts()
    unseen = unseen.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
    var names = unseen.prefix(Self.namedValues).map { "'\(levels[$0])'" }
    var rows = unseen.reduce(0) { $0 + counts[$1] }
    if isMissingNew {
      names.append(FeatureEncoder.missingName)
      rows += missing
    }
    guard rows > 0 else { return nil }
    return ColumnNote(
      column: feature.name, kind: .unseen,
      text: """
        column '\(feature.name)': \(rows) of \(all) rows have values unseen in training \
        (\(names.joined(separator: ", "))\(unseen.count > Self.namedValues ? ", …" : "")), which \
        the model knows nothing of
        """)
  }
}
