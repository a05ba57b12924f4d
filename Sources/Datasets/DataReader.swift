import LinearAlgebra

/// Reads tables into data sets.
public struct DataReader: Sendable {
  public var options: DataOptions
  public var pool: WorkerPool
  /// False keeps numbers in the units of the table, for transforms whose result is a table again.
  public var standardizes = true

  public init(options: DataOptions, pool: WorkerPool = .default) {
    self.options = options
    self.pool = pool
  }

  /// Where rows that a model is not fitted to come from.
  public enum TestRows: Sendable, Equatable {
    /// A share of each cell (group, label) of the same table, chosen at random.
    case fraction(Double, seed: UInt64)
    case table(DataLocation)
  }

  /// All rows of a table, with an encoder fitted to them.
  public func read<Scalar: KernelScalar>(
    _ location: DataLocation, as type: Scalar.Type = Scalar.self
  ) throws(DataError) -> Dataset<Scalar> {
    var watch = Stopwatch()
    let table: PreparedTable<Scalar> = try prepare(location, encoder: nil)
    watch.seconds.load = watch.lap()
    var encoder = try FeatureEncoder.fit(table, rows: 0..<table.rows, pool: pool)
    if !standardizes { encoder.keepUnits() }
    return dataset(table, encoder, &watch, notes: table.evidence.notes(features: true))
  }

  /// All rows of a table, encoded as a model's training rows were.
  public func read<Scalar: KernelScalar>(
    _ location: DataLocation, encoder: FeatureEncoder, as type: Scalar.Type = Scalar.self
  ) throws(DataError) -> Dataset<Scalar> {
    var watch = Stopwatch()
    let table: PreparedTable<Scalar> = try prepare(location, encoder: encoder)
    watch.seconds.load = watch.lap()
    return dataset(table, encoder, &watch, notes: table.evidence.notes(of: encoder))
  }

  /// All rows of a table that came through the Arrow C stream interface.
  ///
  /// - Parameter encoder: encodes the rows as a model's training rows were; nil fits one to them.
  public func read<Scalar: KernelScalar>(
    _ arrow: ArrowTable, encoder: FeatureEncoder? = nil, as type: Scalar.Type = Scalar.self
  ) throws(DataError) -> Dataset<Scalar> {
    var watch = Stopwatch()
    let table: PreparedTable<Scalar> = try prepare(arrow, encoder: encoder)
    watch.seconds.load = watch.lap()
    if let encoder {
      return dataset(table, encoder, &watch, notes: table.evidence.notes(of: encoder))
    }
    return dataset(
      table, try FeatureEncoder.fit(table, rows: 0..<table.rows, pool: pool), &watch,
      notes: table.evidence.notes(features: true))
  }

  /// Training and test rows; the encoder is fitted to the training rows alone.
  public func readSplit<Scalar: KernelScalar>(
    _ location: DataLocation, test: TestRows, as type: Scalar.Type = Scalar.self
  ) throws(DataError) -> (train: Dataset<Scalar>, test: Dataset<Scalar>) {
    let parts: DataParts<Scalar> = try readParts(location, test: test)
    guard let rows = parts.test else { preconditionFailure("test rows were asked for") }
    return (parts.train, rows)
  }

  /// Rows by what they are for; the encoder is fitted to the training rows alone.
  ///
  /// A share counts all rows of the table, whatever other part is set aside as well.
  public func readParts<Scalar: KernelScalar>(
    _ location: DataLocation, test: TestRows? = nil, validation: TestRows? = nil,
    as type: Scalar.Type = Scalar.self
  ) throws(DataError) -> DataParts<Scalar> {
    var watch = Stopwatch()
    var table: PreparedTable<Scalar> = try prepare(location, encoder: nil)
    watch.seconds.load = watch.lap()
    let untested = try Self.setAside(test, of: &table, front: table.rows, option: "test")
    let trained = try Self.setAside(validation, of: &table, front: untested, option: "validation")
    guard trained > 0 else { throw .noRowsLeft(file: table.raw.file) }
    let encoder = try FeatureEncoder.fit(table, rows: 0..<trained, pool: pool)
    let all = dataset(table, encoder, &watch, notes: table.evidence.notes(features: true))
    return DataParts(
      train: trained == all.rows ? all : all.slice(0..<trained),
      validation: try part(validation, all, trained..<untested),
      test: try part(test, all, untested..<all.rows))
  }

  private func part<Scalar: KernelScalar>(
    _ wanted: TestRows?, _ all: Dataset<Scalar>, _ range: Range<Int>
  ) throws(DataError) -> Dataset<Scalar>? {
    switch wanted {
    case nil: nil
    case .fraction: all.slice(range)
    case .table(let other): try read(other, encoder: all.encoder)
    }
  }

  /// Moves a share of the table's rows behind the others of its first `front`.
  ///
  /// - Returns: how many of the first rows are left.
  private static func setAside<Scalar: KernelScalar>(
    _ wanted: TestRows?, of table: inout PreparedTable<Scalar>, front: Int, option: String
  ) throws(DataError) -> Int {
    guard case .fraction(let fraction, let seed)? = wanted else { return front }
    let share = fraction * Double(table.rows) / Double(max(front, 1))
    guard fraction >= 0 && fraction < 1 && share < 1 else {
      throw .option(
        option, value: "\(fraction)",
        "must be at least 0, below 1, and leave some rows for training")
    }
    let chosen = Split.testRows(
      cells: Array(cells(table)[..<front]), fraction: share, seed: seed)
    return table.moveToBack(chosen)
  }

  /// The cell (joint group, label) of each row; without groups the label, without labels 0.
  private static func cells<Scalar: KernelScalar>(_ table: PreparedTable<Scalar>) -> [UInt16] {
    let joint = table.attributes.isEmpty ? nil : GroupIndex.cross(table.attributes)
    return (0..<table.rows).map { i in
      2 * (joint.map { $0.codes.pointer[i] } ?? 0)
        + (table.labels.map { UInt16($0.pointer[i]) } ?? 0)
    }
  }

  func prepare<Scalar: KernelScalar>(
    _ location: DataLocation, encoder: FeatureEncoder?
  ) throws(DataError) -> PreparedTable<Scalar> {
    try prepare(
      try TableSources.open(location, TableReading(options, for: encoder), pool: pool),
      encoder: encoder)
  }

  /// The roles as far as a table has their columns.
  private func options(for columns: [String], _ encoder: FeatureEncoder?) -> DataOptions {
    var options = options.rejoined(among: columns)
    if options.mode.labelIsOptional, !columns.contains(where: { $0 == options.label }) {
      options.label = nil
      options.positive = nil
    }
    // A record is known by what it was known by in the fit, where the table has that column.
    if options.identifier == nil, let name = encoder?.options.identifier, columns.contains(name) {
      options.identifier = name
    }
    return options
  }

  private func prepare<Scalar: KernelScalar>(
    _ table: any OpenTable, encoder: FeatureEncoder?
  ) throws(DataError) -> PreparedTable<Scalar> {
    let columns = table.columns
    let options = options(for: columns.map(\.name), encoder)
    let planner = TablePlanner(file: table.file, columns: columns, options: options)
    do throws(DataError) {
      return try prepared(table, planner, encoder)
    } catch {
      throw encoder == nil ? labelFirst(error, table, planner) : error
    }
  }

  private func prepared<Scalar: KernelScalar>(
    _ table: any OpenTable, _ planner: TablePlanner, _ encoder: FeatureEncoder?
  ) throws(DataError) -> PreparedTable<Scalar> {
    let folded = planner.options.folded(for: encoder)
    let options = planner.options.withFoldedValues(folded)
    for name in options.fold { _ = try planner.index(name, role: "\(option: "fold")") }
    var plan = try self.plan(table, planner, encoder)
    var tested: ConditionColumns?
    if let condition = options.condition {
      tested = try ConditionColumns(condition, planner, addingTo: &plan)
    }
    var checked = options
    if let encoder { checked.missing = encoder.options.missing }
    var raw: RawTable<Scalar>
    do throws(DataError) {
      raw = try table.read(plan, as: Scalar.self, pool: pool)
    } catch {
      throw Self.inRole(tested?.explained(error) ?? error, options)
    }
    if let tested {
      let isPart = options.mode.isPart
      try raw.choose(by: tested, isStrict: encoder == nil && !isPart, mayBeNone: isPart)
    }
    raw.fold(folded, pool: pool)
    for name in options.keptTexts {
      let column = try planner.index(name, role: "\(option: "keep")")
      raw.texts.append(
        (name, try table.texts(column, missingTexts: Set(plan.missingTexts), pool: pool)))
    }
    // The label of a fitted model keeps its values; another column has its own.
    let fitted = encoder.flatMap { $0.label == options.label ? $0 : nil }
    if let asked = options.positive, let positive = fitted?.positive,
      !ValueCounts.same(asked, positive)
    {
      throw .option(
        "positive", value: asked, "the model was fitted with '\(positive)' as positive")
    }
    return try PreparedTable(
      raw, options: checked, positive: fitted?.positive, negative: fitted?.negative,
      leastGroups: encoder == nil || options.label != nil ? 2 : 1)
  }

  /// What each column is read as; a table without a header is refused where names are not found in
  /// it, or none is asked for.
  private func plan(
    _ table: any OpenTable, _ planner: TablePlanner, _ encoder: FeatureEncoder?
  ) throws(DataError) -> TablePlan {
    var plan: TablePlan
    do throws(DataError) {
      if let encoder {
        plan = try planner.plan(for: encoder)
      } else {
        plan = try planner.plan()
      }
    } catch {
      if case .unknownColumn = error, let values = table.valuesAsNames {
        throw .noHeader(file: table.file, values: values)
      }
      throw error
    }
    if encoder == nil, !planner.options.namesColumns, let values = table.valuesAsNames {
      throw .noHeader(file: table.file, values: values)
    }
    if let encoder {
      plan.missingTexts = planner.options.missingTexts(for: encoder)
    } else if !standardizes {
      for k in plan.numbers.indices { plan.numbers[k].origin = 0 }
    }
    return plan
  }

  /// Too many values mean something else in a label and in a sensitive column than in a feature.
  static func inRole(_ error: DataError, _ options: DataOptions) -> DataError {
    if case .notANumber(_, _, let column, let value) = error, options.bins[column] != nil {
      return .option(
        "bins", value: "\(column)=…",
        """
        '\(column)' is not a column of numbers: it has '\(value)'. Without \(option: "bins") its values \
        are the groups
        """)
    }
    guard case .tooManyLevels(let file, let column, _) = error else { return error }
    if column == options.label { return .notTwoClasses(file: file, column: column, values: []) }
    guard options.attributeNames.contains(column) else { return error }
    return .tooManyGroups(file: file, column: column, limit: GroupIndex.maximumCount)
  }

  /// A table's rows encoded, without notes.
  func encoded<Scalar: KernelScalar>(
    _ table: PreparedTable<Scalar>, by encoder: FeatureEncoder
  ) -> Dataset<Scalar> {
    var watch = Stopwatch()
    return dataset(table, encoder, &watch, notes: [])
  }

  private func dataset<Scalar: KernelScalar>(
    _ table: PreparedTable<Scalar>, _ encoder: FeatureEncoder, _ watch: inout Stopwatch,
    notes: [ColumnNote]
  ) -> Dataset<Scalar> {
    var columns: [String: [Double]] = [:]
    for name in options.mode.numbers + table.options.continuous
      + (options.target.map { [$0] } ?? [])
    {
      columns[name] = table.raw.plainColumn(named: name)?.array
    }
    let features: DesignMatrix<Scalar> =
      options.mode.packsFeatures
      ? encoder.encode(table, pool: pool)
      : DesignMatrix(dense: Matrix(rows: table.rows, columns: 0))
    var data = Dataset(
      source: table.raw.file, encoder: encoder, features: features, labels: table.labels,
      sampleWeights: table.sampleWeights, attributes: table.attributes, controls: table.controls,
      keys: table.raw.keys, columns: columns, origin: table.raw.origin)
    data.predictions = table.predictions
    data.absences = table.raw.plan.watched.compactMap { column in
      table.raw.absences[column.column].map { Absence(column: column.name, flags: $0) }
    }
    data.positives = table.positives
    data.texts = table.raw.texts
    data.notes = table.raw.notes + notes.sentences
    let used = Set(encoder.featureNames)
    data.keysAndDates = notes.filter {
      [.key, .date].contains($0.kind) && used.contains($0.column)
    }.map(\.column)
    watch.seconds.pack = watch.lap()
    data.seconds = watch.seconds
    return data
  }
}

/// Laps of wall clock.
private struct Stopwatch {
  var seconds = ReadSeconds()
  private let clock = ContinuousClock()
  private var last = ContinuousClock().now

  mutating func lap() -> Double {
    let now = clock.now
    defer { last = now }
    return (now - last) / .seconds(1)
  }
}
