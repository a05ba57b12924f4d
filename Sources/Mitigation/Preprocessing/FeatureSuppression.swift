import Datasets
import LinearAlgebra
import Models

/// Leaves out the features that go with the sensitive columns.
///
/// `association` measures each feature alone (``FeatureAssociation``); `importance` asks how much it
/// contributes to telling the group beside all others: its share of the variance of the terms of a
/// logistic regression of the group on the features. Features at or above the threshold go, at most
/// `most` of them and the strongest first; of equals, the first. Other features may still tell the
/// group together.
///
/// Kamiran and Calders, *Data preprocessing techniques for classification without discrimination*,
/// Knowledge and Information Systems 33, 2012, section 4.1.
public struct FeatureSuppression: Preprocessor {
  public static let name = "feature-suppression"
  public static let summary =
    "Drops the features most strongly associated with the sensitive columns."
  public static let source =
    "Kamiran and Calders, Data preprocessing techniques for classification without discrimination, "
    + "KAIS 2012"
  public var by = Measure.association
  /// Features at or above this go.
  public var threshold = 0.2
  /// Most features that go; 0 means any number.
  public var most = 0

  /// How strongly a feature goes with the sensitive columns.
  public enum Measure: String, CaseIterable, Sendable {
    /// Alone.
    case association
    /// Its share in a model that tells the group.
    case importance
  }

  public init() {}

  public init(
    by: Measure = FeatureSuppression().by, threshold: Double = FeatureSuppression().threshold,
    most: Int = FeatureSuppression().most
  ) {
    self.by = by
    self.threshold = threshold
    self.most = most
  }

  public static let table: [OptionRecord<FeatureSuppression>] = [
    .choice(
      "by", \.by,
      "each feature's own association with the group, or its share in a model that tells the group"),
    .number(
      "association_threshold", \.threshold, in: 0...1, "features at or above this go"
    ).spelled(OptionAliases(otherNames: ["threshold"])),
    .integer("most", \.most, in: 0...1_000_000, "most features that go; 0 means any number"),
  ]
  public static let needsGroups = false
  public static let needsLabels = false
  public static let keepsUnits = true

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> PreprocessingFit {
    let data = rows.data
    guard !data.attributes.isEmpty || !data.encoder.options.continuous.isEmpty else {
      throw DataError.option(
        "sensitive",
        "'\(Self.name)' needs a sensitive column: \(option: "sensitive") or \(option: "continuous")"
      )
    }
    var strengths = try strengths(data, context.pool)
    // A number goes and stays with the column that says where it is missing.
    let flags = KeptColumns.missingFlags(of: data.encoder, data.features)
    for (numeric, flag) in flags {
      strengths.numeric[numeric] = max(strengths.numeric[numeric], strengths.categorical[flag])
    }
    let owned = Set(flags.map(\.flag)), d = strengths.numeric.count
    let all = strengths.numeric + strengths.categorical
    var gone = all.indices.filter { all[$0] >= threshold && !owned.contains($0 - d) }
      .sorted { (-all[$0], $0) < (-all[$1], $1) }
    if most > 0 { gone = Array(gone.prefix(most)) }
    let dropped = Set(gone)
    let droppedFlags = Set(flags.filter { dropped.contains($0.numeric) }.map(\.flag))
    let transform = KeptColumns(
      numeric: (0..<d).filter { !dropped.contains($0) },
      categorical: strengths.categorical.indices.filter {
        !dropped.contains($0 + d) && !droppedFlags.contains($0)
      }, columns: [d, strengths.categorical.count])
    guard !transform.numeric.isEmpty || !transform.categorical.isEmpty else {
      throw DataError.noFeatures(file: data.source)
    }
    return fitted(
      transform,
      FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }

  private func strengths<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ pool: WorkerPool
  ) throws -> (numeric: [Double], categorical: [Double]) {
    guard by == .importance else {
      let found = FeatureAssociation(data)
      return (found.numeric, found.categorical)
    }
    guard !data.attributes.isEmpty else {
      throw DataError.option(
        "by", value: "importance",
        "importance is that of groups: \(option: "sensitive") names them")
    }
    let found = try FeatureImportance(data, pool: pool)
    return (found.numeric, found.categorical)
  }
}

/// Some of the columns, in their order.
public struct KeptColumns: Transform, Equatable {
  public static let kind = "kept-columns"

  public let numeric: [Int]
  public let categorical: [Int]
  /// How many dense and categorical columns were fitted.
  let columns: [Int]

  public var changesFeatures: Bool { numeric.count < columns[0] || categorical.count < columns[1] }

  public func training<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    try applied(to: data, pool: pool)
  }

  public func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> DesignMatrix<Scalar> {
    let x = data.features
    guard columns == [x.dense.columns, x.categorical.count] else {
      throw PredictorError.badConfiguration(
        kind: Self.kind,
        detail: "\(x.dense.columns) numbers and \(x.categorical.count) categories where "
          + "\(columns[0]) and \(columns[1]) were fitted")
    }
    var block = x.dense
    if numeric.count < columns[0] {
      block = Matrix<Scalar>(rows: x.rows, columns: numeric.count)
      for i in 0..<x.rows { for (k, j) in numeric.enumerated() { block[i, k] = x.dense[i, j] } }
    }
    return DesignMatrix(dense: block, categorical: categorical.map { x.categorical[$0] })
  }

  public func encoder(_ encoder: FeatureEncoder) -> FeatureEncoder {
    guard encoder.numeric.count == columns[0], encoder.levelCounts.count == columns[1] else {
      return encoder
    }
    var changed = encoder
    changed.numeric = numeric.map { encoder.numeric[$0] }
    changed.categorical = categorical.filter { $0 < encoder.categorical.count }.map {
      encoder.categorical[$0]
    }
    return changed
  }

  /// The numbers that have a column beside the categories which says where they are missing.
  static func missingFlags<Scalar: KernelScalar>(
    of encoder: FeatureEncoder, _ features: DesignMatrix<Scalar>
  ) -> [(numeric: Int, flag: Int)] {
    guard encoder.levelCounts.count == features.categorical.count else { return [] }
    let missing = encoder.numeric.indices.filter { encoder.numeric[$0].hasMissing }
    return missing.enumerated().map { ($1, encoder.categorical.count + $0) }
  }
}
