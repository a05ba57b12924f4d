import Datasets
import LinearAlgebra
import Models

/// Takes from each column what a linear function of the sensitive columns explains.
///
/// x becomes x − α·(s − s̄)·β with β the least-squares coefficients of x on s, s̄ the means of the
/// columns of s, both weighted; the intercept stays. s has a 0/1 column for each group of each
/// attribute but the first, and the columns of `--continuous` as numbers. At α = 1 no column is
/// correlated with any of them; what is not linear stays. Columns of s that others determine change
/// nothing. Categorical columns become one number a level, from which the same is taken.
///
/// The sums come from one pass over the rows (``CrossMoments``); β solves the K×K normal equations,
/// scaled to a unit diagonal, by eigenvalues.
///
/// Bird, Dudík, Edgar et al., *Fairlearn: a toolkit for assessing and improving fairness in AI*,
/// Microsoft 2020, has the method; Frisch and Waugh, *Partial time regressions as compared with
/// individual trends*, Econometrica 1, 1933, the mathematics.
public struct CorrelationRemover: Preprocessor {
  public static let name = "correlation-remover"
  public static let summary =
    "Removes from each column what the sensitive columns explain linearly."
  public static let source =
    "Bird et al., Fairlearn, 2020; Frisch and Waugh, Partial time regressions, Econometrica 1933"
  public static let attributeUse: Set<AttributeUse> = [.training, .decision]
  /// Share of the explained part that is taken: 0 none, 1 all.
  public var alpha = 1.0
  public var categories = Categories.remove
  public var unseenGroup = UnseenGroupPolicy.error

  /// What becomes of categorical columns.
  public enum Categories: String, CaseIterable, Sendable {
    /// Their levels become numbers that are treated alike.
    case remove
    case keep
  }

  public init() {}

  public init(
    alpha: Double, categories: Categories = CorrelationRemover().categories
  ) {
    self.alpha = alpha
    self.categories = categories
  }

  public static let table: [OptionRecord<CorrelationRemover>] = [
    .number(
      "alpha", \.alpha, in: 0...1, "share of the explained part that is taken: 0 none, 1 all"),
    .choice(
      "categories", \.categories,
      "make numbers of the levels of categorical columns and treat them alike, or leave them"),
    .unseenGroup(\.unseenGroup, pooled: "nothing taken for that attribute"),
  ]
  public static let needsGroups = false
  public static let needsLabels = false
  public static let keepsUnits = true

  /// Eigenvalues of the scaled normal equations below this share of the largest are columns that
  /// others determine.
  static let rankCutoff = 1e-12

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> PreprocessingFit {
    let data = rows.data
    let continuous = data.continuousAttributes
    guard !data.attributes.isEmpty || !continuous.isEmpty else {
      throw DataError.option(
        "sensitive",
        "'\(Self.name)' needs a sensitive column: \(option: "sensitive") or \(option: "continuous")"
      )
    }
    let keeps = categories == .keep
    let moments = CrossMoments(
      features: keeps ? DesignMatrix(dense: data.features.dense) : data.features,
      attributes: data.attributes, numbers: continuous.map(\.values),
      weights: data.sampleWeights, pool: context.pool)
    guard moments.weight > 0 else {
      throw DataError.noWeight(
        file: data.source, column: data.encoder.options.weights ?? "weight")
    }
    let transform = ResidualTransform(
      attributes: data.attributes.map { FittedGroups($0, of: [$0]) },
      continuous: continuous.map(\.name),
      unseen: unseenGroup, expandsCategories: !keeps,
      effects: Self.effects(moments, alpha: alpha),
      centers: moments.numberMeans)
    return fitted(
      transform,
      FitReport(
        status: .converged, iterations: 1, objective: nil, passes: 1, seed: context.seed))
  }

  /// α·(s − s̄)·β of each group of each attribute, and α·β of a unit of each number.
  static func effects(_ moments: CrossMoments, alpha: Double) -> RowEffects {
    let beta = coefficients(moments)
    let d = moments.sx.columns, numbers = moments.starts.last!, k = moments.s.count
    let slopes = Matrix<Double>(rows: k - numbers, columns: d)
    for c in numbers..<k { for j in 0..<d { slopes[c - numbers, j] = alpha * beta[c, j] } }
    var tables: [Matrix<Double>] = []
    for a in moments.starts.indices.dropLast() {
      let range = moments.starts[a]..<moments.starts[a + 1]
      let table = Matrix<Double>(rows: range.count + 1, columns: d)
      for j in 0..<d {
        let mean = range.reduce(0.0) { $0 + moments.s[$1] / moments.weight * beta[$1, j] }
        for g in range { table[g - range.lowerBound, j] = alpha * (beta[g, j] - mean) }
      }
      tables.append(table)
    }
    return RowEffects(columns: d, tables: tables, slopes: slopes)
  }

  /// β, shape `(K, D)`; rows of the first group of each attribute are 0.
  private static func coefficients(_ moments: CrossMoments) -> Matrix<Double> {
    let k = moments.s.count, d = moments.sx.columns, total = moments.weight
    let firsts = Set(moments.starts.dropLast())
    let used = (0..<k).filter { !firsts.contains($0) }
    func covariance(_ a: Int, _ b: Int) -> Double {
      moments.ss[a, b] / total - moments.s[a] / total * (moments.s[b] / total)
    }
    let scales = used.map { a in
      let variance = covariance(a, a)
      return variance > rankCutoff * moments.ss[a, a] / total ? 1 / variance.squareRoot() : 0
    }
    let m = used.count
    let normal = Matrix<Double>(rows: m, columns: m), right = Matrix<Double>(rows: m, columns: d)
    for (i, a) in used.enumerated() {
      for (l, b) in used.enumerated() { normal[i, l] = covariance(a, b) * scales[i] * scales[l] }
      for j in 0..<d {
        right[i, j] =
          (moments.sx[a, j] / total - moments.s[a] / total * (moments.x[j] / total)) * scales[i]
      }
    }
    let solution = solved(normal, right)
    let beta = Matrix<Double>(rows: k, columns: d)
    for (i, a) in used.enumerated() { for j in 0..<d { beta[a, j] = solution[i, j] * scales[i] } }
    return beta
  }

  /// The solution of least norm, improved once with its own residual.
  private static func solved(
    _ normal: Matrix<Double>, _ right: Matrix<Double>
  ) -> Matrix<Double> {
    guard normal.rows > 0, let eigen = SymmetricEigen(normal), let largest = eigen.values.last,
      largest > 0
    else { return Matrix(rows: normal.rows, columns: right.columns) }
    func inverse(_ b: Matrix<Double>) -> Matrix<Double> {
      let turned = Matrix<Double>(rows: b.rows, columns: b.columns)
      turned.setToProduct(eigen.vectors, .transposed, b, .none)
      for i in 0..<b.rows {
        let value = eigen.values[i]
        for j in 0..<b.columns {
          turned[i, j] = value > rankCutoff * largest ? turned[i, j] / value : 0
        }
      }
      let result = Matrix<Double>(rows: b.rows, columns: b.columns)
      result.setToProduct(eigen.vectors, .none, turned, .none)
      return result
    }
    let first = inverse(right)
    let rest = Matrix(copying: right)
    rest.setToProduct(normal, .none, first, .none, alpha: -1, keeping: 1)
    let correction = inverse(rest)
    for i in 0..<first.rows { for j in 0..<first.columns { first[i, j] += correction[i, j] } }
    return first
  }
}
