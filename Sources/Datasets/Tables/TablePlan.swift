/// What a table says about a column before it is read: from a sample for text, from the type for
/// arrays.
struct ColumnSample: Sendable, Equatable {
  var name: String
  var isNumeric: Bool
  /// The mean of the sampled numbers: subtracted before rounding to 32 bits.
  var mean: Double
  /// Whether all sampled numbers are whole ones.
  var isWhole = false
  /// Whether numbers begin with zeros, as codes do.
  var isCode = false
  /// A value, as the table has it.
  var example: String? = nil
  /// What the column is, in words, where no model can use it: `a date`. It may stand there unused.
  var unusable: String? = nil
  /// Whether its type says that the column is one of categories.
  var isDeclared = false
}

/// What every column of a table is read as. A column may be several things.
struct TablePlan: Sendable, Equatable {
  struct Number: Sendable, Equatable {
    var column: Int
    var name: String
    /// Subtracted from each value before it is stored in the caller's precision.
    var origin: Double
    /// Whether its numbers may be those of keys: they are whole, and nobody said that they count.
    var mayBeKey = false
    var example: String? = nil
  }
  struct Category: Sendable, Equatable {
    var column: Int
    var name: String
    /// Whether the column's type or its user says that it is one of categories.
    var isDeclared = false
  }

  /// Numeric features, in the order of the dense block.
  var numbers: [Number] = []
  /// Categorical features, in the order of the design matrix.
  var categories: [Category] = []
  /// Columns read as codes for another reason: the label, sensitive attributes.
  var coded: [Category] = []
  /// Columns read as `Double` for another reason: weights, scores, binned attributes.
  var plain: [Category] = []
  /// Columns of which it is told where values are missing.
  var watched: [Category] = []
  /// The column whose texts are hashed to name the rows.
  var identifier: Category?
  var missingTexts: [String]

  /// What a column is called that is read.
  func name(of column: Int) -> String {
    let others = [identifier].compactMap(\.self) + plain + codeColumns
    return numbers.first { $0.column == column }?.name
      ?? others.first { $0.column == column }?.name ?? ""
  }

  /// The columns that are read as codes, each once.
  var codeColumns: [Category] {
    var seen = Set<Int>()
    return (categories + coded).filter { seen.insert($0.column).inserted }
  }
}

/// Resolves data options against the columns of a table.
struct TablePlanner {
  let file: String
  let columns: [ColumnSample]
  let options: DataOptions

  /// The plan of a table that a model will be fitted to.
  func plan() throws(DataError) -> TablePlan {
    var plan = try roles()
    guard options.mode.packsFeatures || options.mode.tellsMissing else { return plan }
    let excluded = try excludedColumns()
    let categorical = try Set(indices(options.categorical, role: "\(option: "categorical")"))
    let numeric = try Set(indices(options.numeric, role: "\(option: "numeric")"))
    if let both = categorical.intersection(numeric).min() {
      throw .conflictingRoles(
        column: columns[both].name, first: "categorical", second: "numeric")
    }
    if options.mode.tellsMissing {
      for (index, column) in columns.enumerated() where !excluded.contains(index) {
        plan.watched.append(.init(column: index, name: column.name))
      }
    }
    guard options.mode.packsFeatures else { return plan }
    try addFeatures(to: &plan, excluded: excluded, categorical: categorical, numeric: numeric)
    return plan
  }

  private func addFeatures(
    to plan: inout TablePlan, excluded: Set<Int>, categorical: Set<Int>, numeric: Set<Int>
  ) throws(DataError) {
    for (index, column) in columns.enumerated() where !excluded.contains(index) {
      guard columns.lastIndex(where: { $0.name == column.name }) == index,
        columns.firstIndex(where: { $0.name == column.name }) == index
      else { throw .duplicatedColumn(file: file, column: column.name, role: "a feature") }
      if let kind = column.unusable {
        throw .unusableColumn(file: file, column: column.name, kind: kind, role: nil)
      }
      if isNumber(index) {
        plan.numbers.append(
          .init(
            column: index, name: column.name, origin: origin(column.mean),
            mayBeKey: column.isWhole && !numeric.contains(index), example: column.example))
      } else {
        plan.categories.append(
          .init(
            column: index, name: column.name,
            isDeclared: column.isDeclared || categorical.contains(index)))
      }
    }
    guard options.mode.countsOnly || !plan.numbers.isEmpty || !plan.categories.isEmpty else {
      throw .noFeatures(file: file)
    }
  }

  /// The plan of a table that a fitted encoder will encode: its features, found by name.
  func plan(for encoder: FeatureEncoder) throws(DataError) -> TablePlan {
    var plan = try roles()
    guard options.mode.packsFeatures else { return plan }
    for feature in encoder.numeric {
      let column = try index(feature.name, role: "a feature of the model")
      plan.numbers.append(.init(column: column, name: feature.name, origin: feature.origin))
    }
    for feature in encoder.categorical {
      let column = try index(feature.name, role: "a feature of the model")
      plan.categories.append(.init(column: column, name: feature.name))
    }
    return plan
  }

  /// Means beyond this are of numbers that 32 bits do not hold: subtracted, one such number would
  /// spoil every row before its own.
  private static let largestOrigin = 1e30

  /// What is subtracted from a column as it is read, so that 32 bits keep its digits.
  private func origin(_ mean: Double) -> Double {
    abs(mean) <= Self.largestOrigin ? mean : 0
  }

  private func roles() throws(DataError) -> TablePlan {
    var plan = TablePlan(missingTexts: DataOptions.usualMissing + options.missingTexts)
    if let label = options.label {
      plan.coded.append(.init(column: try index(label, role: "\(option: "label")"), name: label))
    }
    try requireDistinctRoles()
    if let name = options.prediction {
      plan.coded.append(.init(column: try index(name, role: "\(option: "prediction")"), name: name))
    }
    try addAttributes(options.attributeNames, role: "sensitive", to: &plan)
    try addAttributes(options.controlNames, role: "controls", to: &plan)
    let grouped = options.attributeNames + options.controlNames
    for name in options.bins.keys.sorted() where !grouped.contains(name) {
      throw .option(
        "bins", value: "\(name)=…",
        "'\(name)' is not in \(option: "sensitive") or \(option: "controls")")
    }
    if let name = options.identifier {
      plan.identifier = .init(column: try index(name, role: "\(option: "id")"), name: name)
    }
    if let weights = options.weights {
      plan.plain.append(
        .init(column: try index(weights, role: "\(option: "weights")"), name: weights))
    }
    if let target = options.target {
      plan.plain.append(
        .init(column: try index(target, role: "\(option: "target_column")"), name: target))
    }
    for name in options.mode.numbers {
      plan.plain.append(.init(column: try index(name, role: "a score or prediction"), name: name))
    }
    for name in options.continuous {
      plan.plain.append(.init(column: try index(name, role: "\(option: "continuous")"), name: name))
    }
    return plan
  }

  private func addAttributes(
    _ names: [String], role: String, to plan: inout TablePlan
  ) throws(DataError) {
    for name in names {
      let column = try index(name, role: "\(option: role)")
      if options.bins[name] != nil {
        plan.plain.append(.init(column: column, name: name))
      } else {
        plan.coded.append(.init(column: column, name: name))
      }
    }
  }

  /// What is predicted is nothing else: a model that sees it, or groups that are it, would look
  /// perfect.
  private func requireDistinctRoles() throws(DataError) {
    if let label = options.label { try requireAlone(label, as: "the label") }
    if let target = options.target { try requireAlone(target, as: "the target") }
    if let both = options.attributeNames.first(where: options.controlNames.contains) {
      throw .conflictingRoles(column: both, first: "sensitive", second: "a control")
    }
  }

  private func requireAlone(_ predicted: String, as purpose: Phrase) throws(DataError) {
    let others: [(Phrase, [String])] = [
      ("sensitive", options.attributeNames), ("controls", options.controlNames),
      ("the weights", options.weights.map { [$0] } ?? []), ("sensitive", options.continuous),
      ("a feature (\(option: "categorical"))", options.categorical),
      ("a feature (\(option: "numeric"))", options.numeric),
      ("left out (\(option: "drop"))", options.drop),
    ]
    for (role, names) in others where names.contains(predicted) {
      throw .conflictingRoles(column: predicted, first: purpose, second: role)
    }
  }

  private func excludedColumns() throws(DataError) -> Set<Int> {
    var excluded = Set<Int>()
    for name in options.drop {
      let found = columns.indices.filter { columns[$0].name == name }
      if found.isEmpty { throw unknown(name, role: "\(option: "drop")") }
      excluded.formUnion(found)
    }
    let others =
      [options.label, options.target, options.weights, options.identifier, options.prediction]
      .compactMap(\.self)
      + options.mode.numbers + options.continuous
    for name in others + (options.useSensitive ? [] : options.attributeNames) {
      excluded.formUnion(columns.indices.filter { columns[$0].name == name })
    }
    return excluded
  }

  private func indices(_ names: [String], role: Phrase) throws(DataError) -> [Int] {
    var found: [Int] = []
    for name in names { found.append(try index(name, role: role)) }
    return found
  }

  func index(_ name: String, role: Phrase) throws(DataError) -> Int {
    let found = columns.indices.filter { columns[$0].name == name }
    guard let first = found.first else { throw unknown(name, role: role) }
    guard found.count == 1 else {
      throw .duplicatedColumn(file: file, column: name, role: role)
    }
    if let kind = columns[first].unusable {
      throw .unusableColumn(file: file, column: name, kind: kind, role: role)
    }
    return first
  }

  /// Columns beyond these are counted in an error.
  private static let listedColumns = 12

  /// Offers the nearest name, or where none is near the first ones.
  private func unknown(_ name: String, role: Phrase) -> DataError {
    let names = columns.map(\.name), nearest = NearestName.of(name, among: names)
    guard nearest == nil else {
      return .unknownColumn(file: file, column: name, role: role, nearest: nearest)
    }
    let listed = names.prefix(Self.listedColumns).joined(separator: ", ")
    let rest = names.count - Self.listedColumns
    return .unknownColumn(
      file: file, column: name,
      role: "\(role); there are \(listed)\(rest > 0 ? " and \(rest) more" : "")", nearest: nil)
  }
}

extension DataOptions {
  /// Whether any column is asked for by its name.
  var namesColumns: Bool {
    let one = [label, target, weights, identifier, prediction].compactMap(\.self)
    let several = [sensitive, controls, continuous, drop, categorical, numeric, fold, mode.numbers]
    return !one.isEmpty || several.contains { !$0.isEmpty }
  }

  /// The columns that sensitive attributes are made of, each once.
  var attributeNames: [String] { Self.parts(of: sensitive) }

  /// The columns that controls are made of, each once.
  var controlNames: [String] { Self.parts(of: controls) }

  private static func parts(of names: [String]) -> [String] {
    var seen = Set<String>()
    return names.flatMap(crossParts).filter { seen.insert($0).inserted }
  }

  /// The parts of `a*b`; a name of no letters is its own, be it a column's or nobody's.
  static func crossParts(_ name: String) -> [String] {
    let parts = name.split(separator: "*", omittingEmptySubsequences: true).map(String.init)
    return parts.isEmpty ? [name] : parts
  }
}
