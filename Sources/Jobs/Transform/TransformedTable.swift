import Datasets
import LinearAlgebra
import Mitigation
import Models

/// A table that a preprocessor is fitted or applied to, and written again as it leaves it.
public struct TransformedTable: Sendable {
  public let location: DataLocation
  public let data: Dataset<Double>
  /// Features that look like keys or dates, and are left as they are.
  public private(set) var leftAlone: [String] = []
  public let pool: WorkerPool

  /// A table to fit a method to. What looks like a key or a date is no feature, as none of its values
  /// would be true once it is moved, unless nothing else is one.
  public init(
    _ location: DataLocation, options: DataOptions, for method: any Preprocessor.Type,
    pool: WorkerPool
  ) throws(DataError) {
    try Self.requireAgain(location)
    var reader = DataReader(options: options, pool: pool)
    reader.standardizes = !method.keepsUnits
    self.location = location
    self.pool = pool
    let all: Dataset<Double> = try reader.read(location)
    guard !all.keysAndDates.isEmpty,
      all.keysAndDates.count < all.encoder.featureNames.count
    else {
      data = all
      return
    }
    leftAlone = all.keysAndDates
    reader.options.drop += leftAlone
    data = try reader.read(location)
  }

  /// A table to apply a fitted transform to: columns are found by name.
  ///
  /// - Parameter roles: the label, sensitive columns and weights wanted besides the features.
  public init(
    _ location: DataLocation, roles: DataOptions, for fitted: FittedTransform, pool: WorkerPool
  ) throws {
    try Self.requireAgain(location)
    guard fitted.hasNamedColumns else {
      throw TransformError.unnamedColumns(method: fitted.method)
    }
    var options = roles
    let known = fitted.encoder.options
    if fitted.transform.needsAttributes {
      options.sensitive += known.sensitive.filter { !options.sensitive.contains($0) }
      options.bins.merge(known.bins) { asked, _ in asked }
      options.continuous += known.continuous.filter { !options.continuous.contains($0) }
    }
    let reader = DataReader(options: options, pool: pool)
    self.location = location
    self.pool = pool
    data = try reader.read(location, encoder: fitted.encoder)
  }

  private static func requireAgain(_ location: DataLocation) throws(DataError) {
    guard location == .path("-") else { return }
    throw .option("data", value: "-", "the table is read twice; give it as a file")
  }

  /// Fits a method to the rows.
  public func fit(
    _ method: any Preprocessor.Type, _ request: FitRequest
  ) throws -> FittedTransform {
    let fit = try method.fit(data, request)
    return FittedTransform(
      method: method.name, options: fit.options.values, encoder: data.encoder,
      shape: FittedShape(data), transform: fit.transform, report: fit.report)
  }

  /// The rows that the transform was fitted to, as a model is to be fitted to them.
  public func training(_ fitted: FittedTransform) throws -> Dataset<Double> {
    try fitted.transform.training(data, pool: pool)
  }

  /// New rows as a model that was fitted after the transform is to see them.
  public func applied(_ fitted: FittedTransform) throws -> Dataset<Double> {
    guard fitted.transform.changesFeatures else {
      throw DataError.option(
        "apply",
        "'\(fitted.method)' changes only the rows it is fitted to; new rows stay as they are")
    }
    return try fitted.transform.applied(to: data, pool: pool)
  }

  /// Writes the table with what a transform changed; everything else keeps its very text.
  ///
  /// - Returns: what was changed, added and left out.
  @discardableResult
  public func write(_ result: Dataset<Double>, to path: String) throws -> TableChanges {
    let rewriter = TableRewriter(location, options: data.encoder.options, pool: pool)
    let changes = try changes(to: result, columns: try rewriter.columnNames())
    try rewriter.write(changes, to: path)
    return changes
  }
}

extension TransformedTable {
  /// How the table differs from rows that a transform made of it.
  ///
  /// - Parameter columns: names of the table's columns.
  public func changes(
    to result: Dataset<Double>, columns: [String]
  ) throws(DataError) -> TableChanges {
    let origins = origins(of: result)
    var changes = TableChanges(records: result.sourceRows)
    let old = data.encoder, new = Self.described(result)
    for (k, feature) in new.numeric.enumerated() {
      let place = old.numeric.firstIndex { $0.name == feature.name }
      let values = (0..<result.rows).map { i in
        let value = result.features.dense[i, k]
        if let place, data.features.dense[origins[i], place] == value { return Double.nan }
        return (feature.scale > 0 ? value / feature.scale : 0) - feature.shift + feature.origin
      }
      if place == nil {
        changes.added.append((Self.unused(feature.name, columns), .numbers(values)))
      } else if values.contains(where: { !$0.isNaN }) {
        changes.replaced[feature.name] = .numbers(values)
      }
    }
    for (k, feature) in new.categorical.enumerated() {
      guard let place = old.categorical.firstIndex(where: { $0.name == feature.name }) else {
        continue
      }
      let before = data.features.categorical[place].codes
      let after = result.features.categorical[k].codes
      let codes = (0..<result.rows).map { i in
        after[i] == before[origins[i]] || Int(after[i]) > feature.levels.count
          ? -1 : Int(after[i])
      }
      if codes.contains(where: { $0 >= 0 }) {
        changes.replaced[feature.name] = .texts(codes: codes, names: feature.levels + [""])
      }
    }
    let kept = Set(new.numeric.map(\.name) + new.categorical.map(\.name))
    changes.dropped = Set(old.numeric.map(\.name) + old.categorical.map(\.name)).subtracting(kept)
    try addLabels(result, origins, &changes)
    addWeights(result, origins, columns, &changes)
    return changes
  }

  /// What the columns of a result are; columns of their own when its encoder describes others.
  private static func described(_ result: Dataset<Double>) -> FeatureEncoder {
    let encoder = result.encoder, dense = result.features.dense.columns
    guard
      encoder.numeric.count != dense
        || encoder.levelCounts.count != result.features.categorical.count
    else { return encoder }
    var own = encoder
    own.numeric = (0..<dense).map { FeatureEncoder.Numeric(name: "feature\($0)") }
    own.categorical = []
    return own
  }

  /// The row of the data that each row of a result is made from.
  private func origins(of result: Dataset<Double>) -> [Int] {
    let records = data.sourceRows
    var row = [Int](repeating: 0, count: (records.max() ?? -1) + 1)
    for (i, record) in records.enumerated() { row[record] = i }
    return result.sourceRows.map { row[$0] }
  }

  private func addLabels(
    _ result: Dataset<Double>, _ origins: [Int], _ changes: inout TableChanges
  ) throws(DataError) {
    guard let before = data.labels, let after = result.labels, let name = data.encoder.label else {
      return
    }
    let codes = (0..<result.rows).map { after[$0] == before[origins[$0]] ? -1 : Int(after[$0]) }
    guard codes.contains(where: { $0 >= 0 }) else { return }
    if codes.contains(0) && data.encoder.negative == nil {
      throw .option(
        "label", value: name,
        "it has more than one negative value, so a label cannot be made negative")
    }
    changes.replaced[name] = .texts(
      codes: codes, names: [data.encoder.negative ?? "", data.encoder.positive ?? "1"])
  }

  private func addWeights(
    _ result: Dataset<Double>, _ origins: [Int], _ columns: [String],
    _ changes: inout TableChanges
  ) {
    guard let after = result.sampleWeights else { return }
    if let name = data.encoder.options.weights, let before = data.sampleWeights {
      let values = after.indices.map { after[$0] == before[origins[$0]] ? .nan : after[$0] }
      if values.contains(where: { !$0.isNaN }) { changes.replaced[name] = .numbers(values) }
    } else {
      changes.added.append((Self.unused("weight", columns), .numbers(after)))
    }
  }

  /// The name, with a number if the table has a column of this name.
  private static func unused(_ name: String, _ columns: [String]) -> String {
    guard columns.contains(name) else { return name }
    var number = 2
    while columns.contains("\(name)_\(number)") { number += 1 }
    return "\(name)_\(number)"
  }
}

/// What a transform changed, as the document `equipoise.preprocess/1`.
public struct PreprocessDocument: Sendable, Encodable {
  /// Of reading the table, fitting, transforming and writing it.
  public struct Seconds: Sendable, Encodable {
    public var load: Double
    /// nil when a fitted transform was applied.
    public var fit: Double?
    public var transform: Double
    public var write: Double?

    public init(load: Double, fit: Double?, transform: Double, write: Double?) {
      self.load = load
      self.fit = fit
      self.transform = transform
      self.write = write
    }
  }

  public var schema = "equipoise.preprocess/1"
  public var method: String
  public var options: [String: OptionValue]
  public var status: String?
  public var seed: UInt64
  public var seconds: Seconds
  public var rowsBefore: Int
  public var rowsAfter: Int
  public var changed: [String]
  public var added: [String]
  public var dropped: [String]
  /// The label with its positive value; nil without labels.
  public var positives: PositiveValues?
  public var before: DataMeasures
  public var after: DataMeasures

  public init(
    _ fitted: FittedTransform, isApplied: Bool, seconds: Seconds, from data: Dataset<Double>,
    to result: Dataset<Double>, changes: TableChanges
  ) {
    method = fitted.method
    options = fitted.options
    status = isApplied ? nil : fitted.report.status.rawValue
    seed = fitted.report.seed
    self.seconds = seconds
    rowsBefore = data.rows
    rowsAfter = result.rows
    changed = changes.replaced.keys.sorted()
    added = changes.added.map(\.name)
    dropped = changes.dropped.sorted()
    positives = data.positives.isEmpty ? nil : data.positives
    before = DataMeasures(data)
    after = DataMeasures(result)
  }

  private enum CodingKeys: String, CodingKey {
    case schema, method, options, status, seed, seconds
    case rowsBefore = "rows_before"
    case rowsAfter = "rows_after"
    case changed, added, dropped, positives, before, after
  }
}

/// What data say before any model: how far labels and features tell the group.
public struct DataMeasures: Sendable, Encodable, Equatable {
  /// The largest difference in the weighted share of positive labels between two groups of one
  /// attribute; nil without labels or groups.
  public var baseRateDifference: Double?
  /// The largest association of a feature with a sensitive column (``FeatureAssociation``); nil
  /// without sensitive columns or features.
  public var association: Double?

  public init(_ data: Dataset<Double>) {
    if let labels = data.labels {
      baseRateDifference = data.attributes.compactMap { groups -> Double? in
        var positives = [Double](repeating: 0, count: groups.count), all = positives
        for i in 0..<data.rows {
          let weight = data.sampleWeights?[i] ?? 1
          all[groups[i]] += weight
          if labels[i] == 1 { positives[groups[i]] += weight }
        }
        let rates = zip(positives, all).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
        guard let low = rates.min(), let high = rates.max() else { return nil }
        return high - low
      }.max()
    }
    let isSensitive = !data.attributes.isEmpty || !data.encoder.options.continuous.isEmpty
    if isSensitive && data.features.columns > 0 {
      association = FeatureAssociation(data).largest
    }
  }

  private enum CodingKeys: String, CodingKey {
    case baseRateDifference = "base_rate_difference"
    case association
  }
}
