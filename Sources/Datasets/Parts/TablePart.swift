import LinearAlgebra

/// One of several parts of a table's rows, read for a fit to all of them: the encoder and the groups
/// are those of all parts, which nobody has in one place.
///
/// A part may have no row, rows of one label or of one group, and any order of columns.
public struct TablePart<Scalar: KernelScalar>: Sendable {
  private let table: PreparedTable<Scalar>
  private let reader: DataReader

  /// - Parameter encoder: kinds, levels and origins of the features of all parts, and the label's two
  ///   values; shifts and scales are not looked at.
  init(
    _ reader: DataReader, _ location: DataLocation, encoder: FeatureEncoder
  ) throws(DataError) {
    self.reader = reader
    table = try reader.prepare(location, encoder: encoder)
  }

  public var rows: Int { table.rows }
  /// Which records the rows are.
  public var origin: RowOrigin { table.raw.origin }

  /// The largest weight, then the largest |x − origin| of each number; −∞ without a value.
  public var sizes: [Double] {
    [table.sampleWeights.map { $0.max() ?? -.infinity } ?? (rows > 0 ? 1 : -.infinity)]
      + Self.largest(table.raw.dense)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func largest(_ dense: Matrix<Scalar>) -> [Double] {
    let found = Buffer<Scalar>(Array(repeating: -.infinity, count: dense.columns))
    // SAFETY: `found` has a number a column, and the rows are the block's.
    for i in 0..<dense.rows {
      let row = dense.pointer(row: i)
      for j in 0..<dense.columns {
        let size = abs(row[j])
        // False of what is not a number.
        if size > found.pointer[j] { found.pointer[j] = size }
      }
    }
    return found.array.map { Double($0) }
  }

  /// Σ w over all rows, then of each number Σ w, Σ w·d and Σ w·d² with d = x − origin − center, over
  /// the rows that have it.
  ///
  /// - Parameter center: shape `(numbers)`.
  public func moments(center: [Double]) -> [Double] {
    let weights = table.sampleWeights
    let sums = PackKernels.columnSums(
      table.raw.dense, weights: weights, center: center, pool: reader.pool)
    let total = weights?.reduce(0, +) ?? Double(rows)
    return [total] + sums.weight + sums.sum + sums.square
  }

  /// Adds the rows to sums over all rows.
  public func add(to sums: inout PartSums<Scalar>) {
    sums.add(table.raw.dense, weights: table.sampleWeights, pool: reader.pool)
  }

  /// The rows as the encoder has them. The table's own memory becomes the features, so that a part is
  /// encoded once.
  public consuming func encoded(by encoder: FeatureEncoder) -> Dataset<Scalar> {
    reader.encoded(table, by: encoder)
  }
}

extension DataReader {
  /// What one part of the rows tells of its columns.
  ///
  /// - Parameters:
  ///   - partition: which part this is, counted from 0.
  ///   - texts: features that are texts in some part, and so in all.
  public func survey(
    _ location: DataLocation, partition: Int, texts: [String] = []
  ) throws(DataError) -> TableSurvey {
    var reader = self
    reader.options.mode.isPart = true
    reader.options.categorical += texts.filter { !options.categorical.contains($0) }
    let table: PreparedTable<Double> = try reader.prepare(location, encoder: nil)
    return table.survey(partition: partition)
  }

  /// One part of the rows, for moments and encoding.
  public func part<Scalar: KernelScalar>(
    _ location: DataLocation, encoder: FeatureEncoder, as type: Scalar.Type = Scalar.self
  ) throws(DataError) -> TablePart<Scalar> {
    var reader = self
    reader.options.mode.isPart = true
    return try TablePart(reader, location, encoder: encoder)
  }
}

extension DataReader {
  /// The cell (groups, label) of each row of one part, for a choice of rows with like shares of all cells.
  public func cells(_ location: DataLocation) throws(DataError) -> PartLabels {
    // Which rows are left out for missing values depends on all columns.
    labels(of: try part(location, packsFeatures: options.missing == .drop))
  }

  /// The same of rows whose features are to be encoded, with what they tell of the table.
  ///
  /// - Parameter evidence: is added to; nil before the first part.
  public func cells(
    _ location: DataLocation, evidence: inout TableEvidence<Float>?
  ) throws(DataError) -> PartLabels {
    let table = try part(location, packsFeatures: true)
    if evidence == nil { evidence = TableEvidence(of: table, features: true) }
    try evidence!.add(table)
    return labels(of: table)
  }

  private func part(
    _ location: DataLocation, packsFeatures: Bool
  ) throws(DataError) -> PreparedTable<Float> {
    var reader = self
    reader.options.mode.isPart = true
    reader.options.mode.packsFeatures = packsFeatures
    return try reader.prepare(location, encoder: nil)
  }

  private func labels(of table: PreparedTable<Float>) -> PartLabels {
    PartLabels(
      attributes: table.attributes,
      label: options.label.flatMap { table.raw.codedColumn(named: $0) }
        .map { GroupIndex(attribute: $0.name, codes: $0.codes, names: $0.levels) },
      survey: table.survey(partition: 0), origin: table.raw.origin)
  }
}

/// What the rows of one part are told apart by.
public struct PartLabels: Sendable {
  public let attributes: [GroupIndex]
  /// The values of the label; nil without one.
  public let label: GroupIndex?
  public let survey: TableSurvey
  public let origin: RowOrigin
}

extension PreparedTable {
  fileprivate func survey(partition: Int) -> TableSurvey {
    let numbers = raw.plan.numbers.indices.map { j in
      (
        raw.plan.numbers[j].column,
        TableSurvey.Feature(
          name: raw.plan.numbers[j].name, isNumber: true, origin: raw.plan.numbers[j].origin,
          levels: [], missing: raw.missingNumbers[j].count)
      )
    }
    let categories = raw.plan.categories.map { category in
      let column = raw.coded[category.column]!
      return (
        category.column,
        TableSurvey.Feature(
          name: category.name, isNumber: false, origin: 0, levels: column.seen(rows),
          missing: column.missingCount)
      )
    }
    return TableSurvey(
      rows: rows, partition: partition,
      features: (numbers + categories).sorted { $0.0 < $1.0 }.map(\.1),
      labels: options.label.flatMap { raw.codedColumn(named: $0) }?.seen(rows) ?? [],
      attributes: attributes.map {
        .init(name: $0.attribute, groups: TableSurvey.groups($0.names, []))
      })
  }
}

extension CodedColumn {
  /// The levels that the first rows have.
  fileprivate func seen(_ rows: Int) -> [String] {
    let counts = counts(0..<rows)
    return levels.indices.filter { counts[$0] > 0 }.map { levels[$0] }
  }
}
