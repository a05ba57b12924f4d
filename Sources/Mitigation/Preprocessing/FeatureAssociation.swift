import Datasets
import LinearAlgebra
import Models

/// How strongly each feature goes with the sensitive columns, in [0, 1].
///
/// A number with a group: the correlation ratio η, η² = Σ_g W_g·(x̄_g − x̄)² / Σ w·(x − x̄)². A
/// category with a group: Cramér's V, V² = χ² / (W·(min(levels, groups) − 1)). With a sensitive
/// number: the size of the correlation, or for a category η of the number over its levels. Of
/// several sensitive columns the largest counts. For two groups η is the size of the correlation with
/// either. A column without spread has 0.
///
/// Pearson, *On the general theory of skew correlation*, 1905; Cramér, *Mathematical methods of
/// statistics*, 1946, section 21.9.
public struct FeatureAssociation: Sendable, Equatable {
  /// Of the dense columns and of the categorical ones.
  public let numeric: [Double]
  public let categorical: [Double]

  public init<Scalar: KernelScalar>(_ data: Dataset<Scalar>) {
    let continuous = data.continuousAttributes.map(\.values)
    let x = data.features, weights = data.sampleWeights
    numeric = (0..<x.dense.columns).map { j in
      let values = x.dense.doubles(column: j).array
      let grouped = data.attributes.map {
        Self.correlationRatio(values, $0.codes, $0.count, weights)
      }
      return (grouped + continuous.map { Self.correlation(values, $0, weights) }).max() ?? 0
    }
    categorical = x.categorical.map { column in
      let grouped = data.attributes.map { Self.cramersV(column, $0, weights) }
      let numbers = continuous.map {
        Self.correlationRatio($0, column.codes, column.levels, weights)
      }
      return (grouped + numbers).max() ?? 0
    }
  }

  /// The largest of all features.
  public var largest: Double { (numeric + categorical).max() ?? 0 }

  static func correlationRatio(
    _ values: [Double], _ codes: Buffer<UInt16>, _ count: Int, _ weights: [Double]?
  ) -> Double {
    let (mean, square) = spread(values, weights)
    var sums = [Double](repeating: 0, count: count), sizes = sums
    for i in values.indices {
      let w = weights?[i] ?? 1
      sums[Int(codes[i])] += w * (values[i] - mean)
      sizes[Int(codes[i])] += w
    }
    let between = zip(sums, sizes).reduce(0.0) { $0 + ($1.1 > 0 ? $1.0 * $1.0 / $1.1 : 0) }
    return square > 0 ? min(1, (between / square).squareRoot()) : 0
  }

  static func correlation(_ a: [Double], _ b: [Double], _ weights: [Double]?) -> Double {
    let (meanA, squareA) = spread(a, weights), (meanB, squareB) = spread(b, weights)
    var product = 0.0
    for i in a.indices { product += (weights?[i] ?? 1) * (a[i] - meanA) * (b[i] - meanB) }
    let scale = (squareA * squareB).squareRoot()
    return scale > 0 ? min(1, abs(product) / scale) : 0
  }

  /// The mean and Σ w·(x − mean)², 0 where rounding is all that is left of it.
  private static func spread(
    _ values: [Double], _ weights: [Double]?
  ) -> (mean: Double, square: Double) {
    var sum = 0.0, total = 0.0, largest = 0.0
    for i in values.indices {
      sum += (weights?[i] ?? 1) * values[i]
      total += weights?[i] ?? 1
      largest = max(largest, abs(values[i]))
    }
    guard total > 0 else { return (0, 0) }
    let mean = sum / total
    var square = 0.0
    for i in values.indices {
      square += (weights?[i] ?? 1) * (values[i] - mean) * (values[i] - mean)
    }
    return (mean, square > total * (largest * rounding) * (largest * rounding) ? square : 0)
  }

  private static let rounding = 1e-14

  static func cramersV(_ column: CodeColumn, _ groups: GroupIndex, _ weights: [Double]?) -> Double {
    var table = [Double](repeating: 0, count: column.levels * groups.count)
    for i in 0..<column.codes.count {
      table[Int(column.codes[i]) * groups.count + groups[i]] += weights?[i] ?? 1
    }
    var levels = [Double](repeating: 0, count: column.levels)
    var sizes = [Double](repeating: 0, count: groups.count)
    for (place, weight) in table.enumerated() {
      levels[place / groups.count] += weight
      sizes[place % groups.count] += weight
    }
    let total = sizes.reduce(0, +)
    let degrees = min(levels.count { $0 > 0 }, sizes.count { $0 > 0 }) - 1
    guard degrees > 0, total > 0 else { return 0 }
    var square = 0.0
    for (place, weight) in table.enumerated() {
      let expected = levels[place / groups.count] * sizes[place % groups.count] / total
      if expected > 0 { square += (weight - expected) * (weight - expected) / expected }
    }
    return min(1, (square / (total * Double(degrees))).squareRoot())
  }
}

/// How much each feature contributes to telling the group: its share of the variance of the terms
/// w_j·x_j of a logistic regression of the group on all features, the largest over the groups.
/// Numbers are in standard deviations and the ridge is one for all, so that no share depends on a
/// unit, and a row of weight 2 is two rows.
struct FeatureImportance {
  var numeric: [Double]
  var categorical: [Double]

  init<Scalar: KernelScalar>(_ data: Dataset<Scalar>, pool: WorkerPool) throws {
    let x = Self.inDeviations(data.features, data.sampleWeights)
    var best = [Double](repeating: 0, count: x.dense.columns + x.categorical.count)
    let groups = try GroupModel.fit(
      data.jointGroups, x, weights: data.sampleWeights, l2: Self.ridge, pool: pool)
    for model in groups.models {
      var variances = (0..<x.dense.columns).map { j in
        Self.variance(data) { Double(x.dense[$0, j]) * model.coefficients[j] }
      }
      for (column, first) in zip(x.categorical, x.firstColumns) {
        variances.append(
          Self.variance(data) { model.coefficients[first + Int(column.codes[$0])] })
      }
      let total = variances.reduce(0, +)
      guard total > 0 else { continue }
      for j in best.indices { best[j] = max(best[j], variances[j] / total) }
    }
    numeric = Array(best.prefix(x.dense.columns))
    categorical = Array(best.dropFirst(x.dense.columns))
  }

  private static let ridge = 1e-4

  private static func inDeviations<Scalar: KernelScalar>(
    _ x: DesignMatrix<Scalar>, _ weights: [Double]?
  ) -> DesignMatrix<Scalar> {
    let block = Matrix<Scalar>(rows: x.rows, columns: x.dense.columns)
    for j in 0..<x.dense.columns {
      let values = x.dense.doubles(column: j).array
      for (i, value) in NumberUnits(values, weights: weights).standardized(values).enumerated() {
        block[i, j] = Scalar(value)
      }
    }
    return DesignMatrix(dense: block, categorical: x.categorical)
  }

  private static func variance<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ term: (Int) -> Double
  ) -> Double {
    let terms = (0..<data.rows).map(term)
    var sum = 0.0, square = 0.0, total = 0.0
    for i in terms.indices {
      let w = data.sampleWeights?[i] ?? 1
      sum += w * terms[i]
      total += w
    }
    guard total > 0 else { return 0 }
    for i in terms.indices {
      let difference = terms[i] - sum / total
      square += (data.sampleWeights?[i] ?? 1) * difference * difference
    }
    return square / total
  }
}
