import Datasets
import LinearAlgebra
import Models

/// How rows of a group that share a value are treated by a quantile map.
public enum TiePolicy: String, Codable, Sendable, CaseIterable {
  /// Together: they get the mean of the target over the weight that they hold.
  case mean
  /// Apart: each gets the target at a place of its own within that weight, by a hash of the row.
  case hashed
}

/// Maps that give each column the same distribution in every group, as far as a level says.
///
/// In categorical columns as few rows as can be are recoded (``CategoryRepair``). A value x of group g becomes (1 − λ)·x + λ·Q(F_g(x)), where Q is the target's quantile function.
/// A value that many rows share holds an interval of F_g: ``TiePolicy`` says what becomes of it. A
/// value between two that were fitted lies on the straight line between what becomes of those, and
/// one beyond them keeps its distance.
public struct QuantileRepair: Transform, Sendable {
  public static let kind = "quantile-repair"

  struct Settings: Codable, Sendable, Equatable {
    var groups: FittedGroups
    var unseen: UnseenGroupPolicy
    var level: Double
    var ties: TiePolicy
    /// As text: JSON numbers lose the last bits of 64.
    var key: String
    /// Knots of each column and group, and with `hashed` ties steps of each column's target.
    var counts: [[Int]]
    var targetCounts: [Int]
    /// One for each categorical column; none leaves them as they are.
    var categories: [CategoryRepair]
  }

  let settings: Settings
  /// Shape `(columns, G)`, or with `pooled` unseen groups `(columns, G + 1)`; for `mean` ties.
  let maps: [[MonotoneMap]]
  /// The same for `hashed` ties, and the target of each column.
  let distributions: [[GroupDistribution]]
  let targets: [GroupDistribution]

  public var needsAttributes: Bool { true }
  public var changesFeatures: Bool { settings.level > 0 }
  /// How far each column is repaired.
  public var level: Double { settings.level }

  init(
    settings: Settings, maps: [[MonotoneMap]], distributions: [[GroupDistribution]],
    targets: [GroupDistribution]
  ) {
    self.settings = settings
    self.maps = maps
    self.distributions = distributions
    self.targets = targets
  }

  public func training<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    guard changesFeatures else { return data }
    return data.replacing(
      features: try repaired(data, isTraining: true, pool: pool),
      encoder: encoder(data.encoder))
  }

  public func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> DesignMatrix<Scalar> {
    try repaired(data, isTraining: false, pool: pool)
  }

  /// - Parameter isTraining: rows that tie share their weight evenly in the order of their hashes, so
  ///   that the fitted rows match exactly; rows that come alone take the place of their hash.
  private func repaired<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, isTraining: Bool, pool: WorkerPool
  ) throws -> DesignMatrix<Scalar> {
    let codes = try settings.groups.codes(among: data.attributes, unseen: settings.unseen)
    let x = data.features.dense
    guard x.columns == settings.counts.count else {
      throw PredictorError.badConfiguration(
        kind: Self.kind, detail: "\(x.columns) columns where \(settings.counts.count) were fitted")
    }
    let needsDraws = settings.ties == .hashed || !settings.categories.isEmpty
    let draws =
      needsDraws
      ? RowDraws(data, groups: codes, key: UInt64(settings.key) ?? 0, isStratified: isTraining)
      : nil
    let block = Matrix<Scalar>(
      buffer: Buffer(uninitialized: x.rows * x.columns), rows: x.rows, columns: x.columns,
      rowStride: x.columns)
    switch settings.ties {
    case .mean:
      MonotoneMaps.apply(maps, set: codes, level: settings.level, x, into: block, pool: pool)
    case .hashed:
      guard let draws else { break }
      pool.forEach(x.columns) { repairApart($0, x, codes, draws, into: block) }
    }
    let categorical = data.features.categorical
    return DesignMatrix(
      dense: block, categorical: draws.map { recoded(categorical, codes, $0) } ?? categorical)
  }

  private func repairApart<Scalar: KernelScalar>(
    _ j: Int, _ x: Matrix<Scalar>, _ codes: Buffer<UInt16>, _ draws: RowDraws,
    into block: Matrix<Scalar>
  ) {
    let places = draws.column(j) { Double(x[$0, j]) }
    for i in 0..<x.rows {
      let value = Double(x[i, j])
      let mapped = Self.moved(
        value, distributions[j][Int(codes[i])], targets[j], draw: places[i])
      block[i, j] = Scalar(
        settings.level == 1 ? mapped : value + settings.level * (mapped - value))
    }
  }

  /// The target's quantile at a place within the weight that a value holds.
  static func moved(
    _ x: Double, _ own: GroupDistribution, _ target: GroupDistribution, draw: Double
  ) -> Double {
    guard let i = own.lastIndex(notAbove: x) else {
      return target.values[0] + (x - own.values[0])
    }
    if own.values[i] == x {
      return target.quantile(own.lower(i) + (own.upper[i] - own.lower(i)) * (1 - draw))
    }
    guard i + 1 < own.values.count else {
      return target.values[target.values.count - 1] + (x - own.values[i])
    }
    return target.quantile(own.upper[i])
  }

  private func recoded(
    _ columns: [CodeColumn], _ codes: Buffer<UInt16>, _ draws: RowDraws
  ) -> [CodeColumn] {
    guard !settings.categories.isEmpty else { return columns }
    return columns.enumerated().map { k, column in
      guard settings.categories[k].shares[0].count == column.levels else { return column }
      let places = draws.column(settings.counts.count + k) { Double(column.codes[$0]) }
      let repair = settings.categories[k]
      let levels = (0..<column.codes.count).map { i in
        UInt16(repair.level(Int(column.codes[i]), group: Int(codes[i]), draw: places[i]))
      }
      return CodeColumn(codes: Buffer(levels), levels: column.levels)
    }
  }
}
