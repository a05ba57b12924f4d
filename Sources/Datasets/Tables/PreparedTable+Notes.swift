import LinearAlgebra

extension PreparedTable {
  /// What a reader of any result must know of the columns that are in use, in their order.
  ///
  /// - Parameter features: whether an encoder is fitted to the features; those of a model were looked
  ///   at when it was fitted.
  func columnNotes(features: Bool) -> [ColumnNote] {
    var found: [(place: Int, note: ColumnNote)] = raw.columnNotes.map { ($0, $1) }
    if features {
      for (j, number) in raw.plan.numbers.enumerated() {
        if let note = numberNote(number, dense: j) { found.append((number.column, note)) }
      }
    }
    let groups = Set(options.attributeNames)
    for category in raw.plan.codeColumns {
      let feature = raw.plan.categories.first { $0.column == category.column }
      guard feature == nil || features || groups.contains(category.name),
        let levels = levelNotes(category.column)
      else { continue }
      let isOpen =
        feature.map { !$0.isDeclared && raw.columnNotes[category.column] == nil } ?? false
      var notes = groups.contains(category.name) ? [levels.groups] : []
      if isOpen && features && notes.compactMap(\.self).isEmpty { notes.append(levels.feature) }
      // Keys and dates are not misspelt.
      let kinds = notes.compactMap { $0?.kind }
      if !kinds.contains(.key) && !kinds.contains(.date) { notes.append(levels.spelling) }
      found += notes.compactMap { $0.map { (category.column, $0) } }
    }
    if let note = labelNote { found.append(note) }
    return found.sorted { $0.place < $1.place }.map(\.note)
  }

  private func levelNotes(_ place: Int) -> LevelNotes? {
    guard let column = raw.coded[place] else { return nil }
    let rows = raw.rows
    return LevelNotes(
      column: column.name, levels: column.levels, rows: rows, missing: column.missingCount,
      counts: { column.counts(0..<rows) })
  }

  /// Rows from which it is told whether numbers are those of a key.
  private static var lookedAt: Int { 100_000 }
  /// Beyond it 32 bits do not tell whole numbers apart.
  private static var exactWholes: Scalar { 0x1p22 }
  /// Numbers beyond ``exactWholes`` may be read alike where they are not.
  private static var readAlike: Double { 0.01 }

  private func numberNote(_ number: TablePlan.Number, dense j: Int) -> ColumnNote? {
    guard number.mayBeKey, let example = number.example else { return nil }
    var seen = Set<Scalar>()
    var values = 0, repeated = 0, dates = 0
    for i in 0..<min(raw.rows, Self.lookedAt) {
      let value = raw.dense[i, j]
      guard !value.isNaN else { continue }
      values += 1
      if DateText.isDate((Double(value) + number.origin).rounded()) { dates += 1 }
      let isNew = seen.insert(value).inserted
      if !isNew { repeated += value.magnitude < Self.exactWholes ? values : 1 }
      if dates < values && repeated >= values { return nil }
    }
    guard values >= LevelNotes.fewestKeys else { return nil }
    if dates == values { return dateNote(number, example) }
    guard Double(repeated) <= Self.readAlike * Double(values) else { return nil }
    return ColumnNote(
      column: number.name, kind: .key,
      text: """
        column '\(number.name)': \(values - repeated) different whole numbers in \
        \(raw.rows > Self.lookedAt ? "the first " : "")\(values) rows, such as \(example): \
        it looks like a key, which no model should use (\(set: "id", number.name) names the rows by \
        it, \(names: "drop", [number.name]) leaves the column out, \
        \(names: "numeric", [number.name]) says that it is meant)
        """)
  }

  private func dateNote(_ number: TablePlan.Number, _ example: String) -> ColumnNote {
    ColumnNote(
      column: number.name, kind: .date,
      text: """
        column '\(number.name)': values such as \(example) look like dates, and are read as whole \
        numbers (\(names: "drop", [number.name]) leaves the column out, \
        \(names: "numeric", [number.name]) says that it is meant)
        """)
  }

  /// What is negative, where it is several values.
  private var labelNote: (Int, ColumnNote)? {
    guard labels != nil, negative == nil, let positive, let name = options.label,
      let place = raw.plan.coded.first(where: { $0.name == name })?.column,
      let column = raw.coded[place]
    else { return nil }
    let counts = column.counts(0..<raw.rows)
    let others = column.levels.indices.filter { counts[$0] > 0 && column.levels[$0] != positive }
    return othersNote(of: column, others.map { column.levels[$0] }, than: "negative").map {
      (place, ColumnNote(column: name, kind: .label, text: $0))
    }
  }
}

extension FeatureEncoder {
  /// Unseen values that a note names.
  private static let namedValues = 3

  /// Says of features which values the encoder was not fitted to.
  func unseenNotes<Scalar: KernelScalar>(in table: PreparedTable<Scalar>) -> [ColumnNote] {
    zip(categorical, table.raw.plan.categories).compactMap { feature, category in
      guard let column = table.raw.coded[category.column] else { return nil }
      let known = KnownValues(feature.levels)
      var unseen = column.levels.indices.filter { known.position(of: column.levels[$0]) == nil }
      let isMissingNew = column.missingCount > 0 && !feature.hasMissing
      guard !unseen.isEmpty || isMissingNew else { return nil }
      let counts = column.counts(0..<table.rows)
      unseen = unseen.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
      var names = unseen.prefix(Self.namedValues).map { "'\(column.levels[$0])'" }
      var rows = unseen.reduce(0) { $0 + counts[$1] }
      let missing = counts[Int(CodedColumn.missing)]
      if isMissingNew && missing > 0 {
        names.append(Self.missingName)
        rows += missing
      }
      guard rows > 0 else { return nil }
      return ColumnNote(
        column: feature.name, kind: .unseen,
        text: """
          column '\(feature.name)': \(rows) of \(table.rows) rows have values unseen in training \
          (\(names.joined(separator: ", "))\(unseen.count > Self.namedValues ? ", …" : "")), which \
          the model knows nothing of
          """)
    }
  }
}
