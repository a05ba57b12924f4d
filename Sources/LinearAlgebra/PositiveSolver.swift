/// Solves A·x = b for a symmetric A that is positive semidefinite up to rounding, whatever its rank.
///
/// A is scaled to unit diagonal first, so the units of the columns do not matter. Where Cholesky's
/// pivots say that columns are independent it is used; else eigenvalues are, and x is the solution
/// of least norm in the scaled coordinates: collinear columns share their weight.
public struct PositiveSolver: Sendable {
  /// A pivot below this may be nothing but rounding, n·ε times some growth.
  static let suspiciousPivot = 1e-10
  /// Eigenvalues below this share of the largest, times the dimension, count as zero.
  static let relativeCutoff = 1e-14

  private enum Factor: Sendable {
    case cholesky(Cholesky)
    case eigen(SymmetricEigen<Double>, scale: [Double], cutoff: Double)
  }

  public let dimension: Int
  /// How many directions A determines.
  public let rank: Int
  private let factor: Factor

  /// Reads the lower triangle of `matrix`, shape `(n, n)`; a column whose diagonal is not positive
  /// is left out (its solution is 0). Nil when a number is not finite.
  public init?(_ matrix: Matrix<Double>) {
    let n = matrix.rows
    guard let cholesky = Cholesky(matrix) else { return nil }
    dimension = n
    let scale = (0..<n).map { matrix[$0, $0] > 0 ? 1 / matrix[$0, $0].squareRoot() : 0 }
    let positive = scale.count { $0 > 0 }
    if cholesky.ridge == 0, cholesky.smallestPivot > Self.suspiciousPivot {
      factor = .cholesky(cholesky)
      rank = positive
      return
    }
    let scaled = Matrix<Double>(rows: n, columns: n)
    for i in 0..<n { for j in 0...i { scaled[i, j] = scale[i] * matrix[i, j] * scale[j] } }
    guard let eigen = SymmetricEigen(scaled) else { return nil }
    let cutoff = Self.relativeCutoff * Double(n) * max(eigen.values.last ?? 0, 0)
    factor = .eigen(eigen, scale: scale, cutoff: cutoff)
    rank = eigen.values.count { $0 > cutoff }
  }

  /// x with A·x = b, shape `(n)`; where b is out of A's range, of its projection.
  public func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == dimension, "a right-hand side of \(b.count), not \(dimension)")
    switch factor {
    case .cholesky(let cholesky): return cholesky.solve(b)
    case .eigen(let eigen, let scale, let cutoff):
      let scaled = zip(b, scale).map { $0 * $1 }
      var parts = eigen.vectors.times(scaled, .transposed)
      for k in parts.indices {
        parts[k] = eigen.values[k] > cutoff ? parts[k] / eigen.values[k] : 0
      }
      return zip(eigen.vectors.times(parts), scale).map { $0 * $1 }
    }
  }
}
