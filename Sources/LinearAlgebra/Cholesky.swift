/// A symmetric matrix A = L·Lᵀ, factored after scaling its diagonal to one, with a ridge where it
/// is not positive definite.
///
/// With S = diag(A)^(−1/2) the factor is of S·A·S + ρ·I. The scaling makes the result
/// independent of the units of the columns (1e±12 is no problem); the ridge ρ is 0 unless LAPACK
/// finds a pivot ≤ 0, then the smallest of 1e-14·10^k that works. A column of zeros is left out of the
/// solve (its solution is 0); another whose diagonal is not positive, as in the Hessian of a function
/// that is not convex, has the sum of its sizes there instead, so that no part of a gradient is lost.
public struct Cholesky: Sendable {
  /// A factor of more columns than this takes too much memory, and so do sums for each pair of them.
  public static let mostColumns = 4_096
  /// The first ridge tried, relative to the unit diagonal: a few roundings.
  static let firstRidge = 1e-14
  static let ridgeGrowth = 10.0
  /// Diagonals below this share of the largest are noise of an all-zero column.
  static let negligibleDiagonal = 1e-300

  public let dimension: Int
  /// The relative ridge that was needed, 0 for a positive definite matrix.
  public let ridge: Double
  /// Whether a diagonal that is not positive was replaced.
  public let isModified: Bool
  /// The smallest pivot of the matrix scaled to unit diagonal: near 0 where columns are collinear.
  public let smallestPivot: Double
  /// The diagonal of the matrix, shape `(n)`.
  public let diagonal: [Double]
  private let factor: Buffer<Double>
  private let scale: [Double]
  /// The columns that were eliminated before the factor, which is of the others then.
  private let elimination: DiagonalElimination?

  /// Factors the lower triangle of `matrix`, shape `(n, n)`, which is left as it was.
  ///
  /// - Parameter pool: factors large matrices with all its threads.
  /// - Returns: nil when the matrix has a value that is not finite.
  public init?(_ matrix: Matrix<Double>, pool: WorkerPool? = nil) {
    precondition(matrix.rows == matrix.columns, "only a square matrix has a Cholesky factor")
    let n = matrix.rows
    var scale = [Double](repeating: 0, count: n)
    var isModified = false
    for i in 0..<n {
      var d = matrix[i, i]
      guard d.isFinite else { return nil }
      if d <= Self.negligibleDiagonal {
        d = Self.sizes(matrix, of: i)
        isModified = isModified || d > Self.negligibleDiagonal
      }
      scale[i] = d > Self.negligibleDiagonal ? 1 / d.squareRoot() : 0
    }
    let work = Buffer<Double>(zeroed: n * n)
    var ridge = 0.0
    while true {
      for i in 0..<n {
        let source = matrix.pointer(row: i)
        let target = work.pointer + i * n
        let si = scale[i]
        for j in 0..<i { target[j] = source[j] * si * scale[j] }
        target[i] = si == 0 ? 1 : 1 + ridge
      }
      if Self.factor(work.pointer, n, pool) { break }
      guard ridge < 1e6 else { return nil }
      ridge = ridge == 0 ? Self.firstRidge : ridge * Self.ridgeGrowth
    }
    for i in 0..<n where !work.pointer[i * n + i].isFinite { return nil }
    dimension = n
    smallestPivot = Self.smallestPivot(work, n)
    diagonal = (0..<n).map { matrix[$0, $0] }
    self.ridge = ridge
    self.isModified = isModified
    factor = work
    self.scale = scale
    elimination = nil
  }

  /// Factors a matrix whose columns in D are eliminated first: what is left of the others,
  /// C − Bᵀ·D⁻¹·B, has a factor of the usual kind. The diagonal must not be negative.
  ///
  /// - Returns: nil when the matrix has a value that is not finite.
  public init?(_ matrix: BorderedMatrix, pool: WorkerPool) {
    diagonal = matrix.fullDiagonal
    guard diagonal.allFinite else { return nil }
    scale = diagonal.map { $0 > Self.negligibleDiagonal ? 1 / $0.squareRoot() : 0 }
    let range = matrix.eliminated
    let others = Array(scale[..<range.lowerBound] + scale[range.upperBound...])
    let elimination = DiagonalElimination(matrix, Array(scale[range]), others)
    let n = others.count
    let product = elimination.product(pool)
    let work = Buffer<Double>(zeroed: n * n)
    var ridge = 0.0
    while true {
      for i in 0..<n {
        // SAFETY: rows of n numbers.
        let source = matrix.rest.pointer(row: i), taken = product.pointer(row: i)
        let target = work.pointer + i * n
        let si = others[i]
        for j in 0..<i { target[j] = source[j] * si * others[j] - taken[j] / (1 + ridge) }
        target[i] = si == 0 ? 1 : 1 + ridge - taken[i] / (1 + ridge)
      }
      if Self.factor(work.pointer, n, pool) { break }
      guard ridge < 1e6 else { return nil }
      ridge = ridge == 0 ? Self.firstRidge : ridge * Self.ridgeGrowth
    }
    for i in 0..<n where !work.pointer[i * n + i].isFinite { return nil }
    dimension = matrix.dimension
    smallestPivot = Self.smallestPivot(work, n)
    self.ridge = ridge
    isModified = false
    factor = work
    self.elimination = elimination
  }

  private static func factor(
    _ work: UnsafeMutablePointer<Double>, _ n: Int, _ pool: WorkerPool?
  ) -> Bool {
    if let pool { return TiledCholesky.factor(work, n, pool: pool) }
    return n == 0 || Double.Routines.potrf(Int32(n), work, Int32(n)) == 0
  }

  private static func smallestPivot(_ work: Buffer<Double>, _ n: Int) -> Double {
    (0..<n).reduce(1) { min($0, work.pointer[$1 * n + $1] * work.pointer[$1 * n + $1]) }
  }

  /// Whether A itself is positive definite but for rounding, so that ½·gᵀA⁻¹g measures a gap.
  public var isExact: Bool { !isModified && ridge <= Self.roundingRidge }

  private static var roundingRidge: Double { 1e-8 }

  /// Σₖ |A[j, k]| of a symmetric matrix in its lower triangle.
  private static func sizes(_ matrix: Matrix<Double>, of j: Int) -> Double {
    (0..<matrix.rows).reduce(0) { $0 + abs($1 <= j ? matrix[j, $1] : matrix[$1, j]) }
  }

  /// The solution of A·x = b, shape `(n)`.
  public func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == dimension, "a right-hand side of \(b.count), not \(dimension)")
    guard dimension > 0 else { return [] }
    var x = zip(b, scale).map { $0 * $1 }
    if let elimination {
      let range = elimination.range
      let first = Array(x[range])
      var rest = Array(x[..<range.lowerBound] + x[range.upperBound...])
      elimination.subtract(first, ridge: ridge, from: &rest)
      solveFactor(&rest)
      let own = elimination.solution(first, ridge: ridge, rest)
      x = rest[..<range.lowerBound] + own + rest[range.lowerBound...]
    } else {
      solveFactor(&x)
    }
    for i in 0..<dimension { x[i] *= scale[i] }
    return x
  }

  private func solveFactor(_ x: inout [Double]) {
    guard !x.isEmpty else { return }
    let n = Int32(x.count)
    let info = x.withUnsafeMutableBufferPointer {
      Double.Routines.potrs(n, 1, factor.pointer, n, $0.baseAddress!, 1)
    }
    precondition(info == 0, "LAPACK refused the arguments of potrs")
  }
}
