import LinearAlgebra

/// What a reader of any result must know of a table whose rows come a few at a time: the same sentences
/// as of the table in one piece.
public struct TableEvidence<Scalar: KernelScalar> {
  private let file: String
  private let plan: TablePlan
  private let options: DataOptions
  private let told: [Int: ColumnNote]
  private var levels: [Int: LevelCounts]
  private var keys: [KeySearch<Scalar>?]
  public private(set) var rows = 0
  /// Of the table, those that a condition chose, and those of them with missing values that left them
  /// out.
  private var records = 0
  private var chosen = 0
  private var incomplete = 0
  private var causes: [String: Int] = [:]

  /// - Parameters:
  ///   - first: tells which columns there are; its rows are not added.
  ///   - features: whether an encoder is to be fitted to the features.
  init(of first: PreparedTable<Scalar>, features: Bool) {
    file = first.raw.file
    plan = first.raw.plan
    options = first.options
    told = first.raw.columnNotes
    let roles = [options.label, options.prediction]
    levels = Dictionary(
      uniqueKeysWithValues: plan.codeColumns.map {
        ($0.column, LevelCounts($0.name, placing: roles.contains($0.name)))
      })
    keys = plan.numbers.map { features ? KeySearch($0) : nil }
  }

  /// Adds the rows that come next.
  mutating func add(_ part: PreparedTable<Scalar>) throws(DataError) {
    let raw = part.raw
    rows += raw.rows
    records += raw.origin.recordCount
    chosen += raw.origin.recordCount - raw.origin.leftOut.count + raw.origin.incompleteCount
    incomplete += raw.origin.incompleteCount
    for cause in raw.origin.causes { causes[cause.column, default: 0] += cause.records }
    for j in keys.indices { keys[j]?.add(raw.dense, column: j) }
    for (place, column) in raw.coded {
      do throws(DataError) {
        try levels[place]?.add(column, rows: raw.rows, file: file) { raw.origin.place(ofRow: $0) }
      } catch { throw DataReader.inRole(error, options) }
    }
  }

  /// Throws where no row is left to look at.
  public func requireRows() throws(DataError) {
    guard rows == 0 else { return }
    if let condition = options.condition, chosen == 0 {
      throw RawTable<Scalar>.noneFulfils(condition, file)
    }
    throw .noRowsLeft(file: file)
  }

  // MARK: - What is positive

  /// What the values of the label and of the decisions mean, as far as there are such columns.
  public func meaning() throws(DataError) -> OutcomeMeaning {
    var options = options, found = OutcomeMeaning()
    options.mode.isPart = false
    let decisions = values(options.prediction), label = values(options.label)
    if let label {
      found.label = try LabelMeaning(
        label, wanted: options.positive, decisions: decisions?.levels ?? [], options)
    }
    if let decisions {
      found.decision = try DecisionMeaning(
        decisions, labels: (label?.levels ?? [], found.label?.positive), options)
    }
    return found
  }

  private func values(_ name: String?) -> ValueCounts? {
    plan.codeColumns.first { $0.name == name }.flatMap { levels[$0.column]?.values(file) }
  }

  // MARK: - Sentences

  /// What is told of the rows.
  ///
  /// - Parameters:
  ///   - meaning: of labels and decisions.
  ///   - encoder: of a model that the rows are meant for; nil: one is fitted to them.
  ///   - fate: what became of rows with missing values.
  public func notes(
    _ meaning: OutcomeMeaning? = nil, for encoder: FeatureEncoder? = nil,
    leftOut fate: String = "left out"
  ) -> [Phrase] {
    let condition = options.condition.map { condition in
      RawTable<Scalar>.note(on: condition, chosen: chosen, of: records, file: file)
    }
    let values = [condition, meaning?.label?.note, meaning?.decision?.note].compactMap(\.self)
    let evidence = evidence(positive: meaning?.label?.positive ?? encoder?.positive)
    let columns = encoder.map { evidence.notes(of: $0) } ?? evidence.notes(features: true)
    let leftOut = RowOrigin.note(
      incomplete: incomplete, of: records, causes: orderedCauses, fate)
    return values + columns.sentences + [leftOut].compactMap(\.self)
  }

  private func evidence(positive: String?) -> ColumnEvidence {
    ColumnEvidence(
      rows: rows, plan: plan, options: options, told: told,
      levels: { levels[$0]?.notes(rows: rows) }, number: { keys[$0]?.note(rows: rows) },
      label: {
        guard let positive, let name = options.label,
          let place = plan.coded.first(where: { $0.name == name })?.column,
          let note = levels[place]?.values(file).note(besides: positive)
        else { return nil }
        return (place, note)
      })
  }

  /// In the order of the columns.
  private var orderedCauses: [(column: String, records: Int)] {
    let columns =
      plan.numbers.map { ($0.column, $0.name) }
      + (plan.codeColumns + plan.plain + [plan.identifier].compactMap(\.self)).map {
        ($0.column, $0.name)
      }
    let place = Dictionary(columns.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return causes.sorted { place[$0.key] ?? 0 < place[$1.key] ?? 0 }.map { ($0.key, $0.value) }
  }
}

/// What the values of a label and of decisions mean in all rows of a table.
public struct OutcomeMeaning: Sendable, Equatable {
  var label: LabelMeaning?
  var decision: DecisionMeaning?

  public init() {}
}

extension DataReader {
  /// Some of a table's rows, which come one piece after the other.
  ///
  /// - Parameters:
  ///   - encoder: of a model that the rows are meant for; nil: no features are packed.
  ///   - evidence: what they tell of the table is added to; nil before the first piece.
  public func piece<Scalar: KernelScalar>(
    _ location: DataLocation, encoder: FeatureEncoder?, evidence: inout TableEvidence<Scalar>?
  ) throws(DataError) -> Dataset<Scalar> {
    var reader = self
    reader.options.mode.isPart = true
    let table: PreparedTable<Scalar> = try reader.prepare(location, encoder: encoder)
    if evidence == nil { evidence = TableEvidence(of: table, features: encoder == nil) }
    try evidence!.add(table)
    let plain = FeatureEncoder(numeric: [], categorical: [], label: options.label, options: options)
    return reader.encoded(table, by: encoder ?? plain)
  }

  /// The same roles, with what labels and decisions mean in all rows.
  public func meaning(_ meaning: OutcomeMeaning) -> DataReader {
    var reader = self
    if let label = meaning.label { reader.options.positive = label.positive }
    reader.options.mode.decided = meaning.decision
    return reader
  }
}
