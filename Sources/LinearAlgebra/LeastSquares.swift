/// Solutions of min ‖A·X − B‖ column by column, by orthogonal factors: exact to the condition of A,
/// where the normal equations square it.
public enum LeastSquares {
  /// What a rank-revealing solve found.
  public struct Solution<Scalar: KernelScalar>: Sendable {
    /// Shape `(columns of A, columns of B)`.
    public var coefficients: Matrix<Scalar>
    /// How many singular values of A are above the cut-off.
    public var rank: Int
    /// From the largest to the smallest, shape `(min(m, n))`; empty where they were not needed.
    public var singularValues: [Scalar]
  }

  /// The solution by QR for a matrix of full rank; nil when a diagonal of R is exactly zero, or
  /// when a number is not finite.
  ///
  /// With fewer rows than columns, the solution of least norm.
  ///
  /// - Parameters:
  ///   - a: shape `(m, n)`, left as it was.
  ///   - b: shape `(m, k)`, left as it was.
  public static func byQR<Scalar: KernelScalar>(
    _ a: Matrix<Scalar>, _ b: Matrix<Scalar>
  ) -> Matrix<Scalar>? {
    precondition(a.rows == b.rows, "\(b.rows) right-hand rows for \(a.rows)")
    let m = a.rows
    let n = a.columns
    let k = b.columns
    guard a.isFinite, b.isFinite else { return nil }
    guard m > 0, n > 0, k > 0 else { return Matrix(rows: n, columns: k) }
    let factor = Matrix(copying: a)
    let work = padded(b, rows: max(m, n))
    // SAFETY: both are copies of the stated shapes; `work` has max(m, n) rows as gels asks.
    let info = Scalar.Routines.gels(
      blasDimension(m), blasDimension(n), blasDimension(k), factor.pointer(row: 0),
      factor.leadingDimension, work.pointer(row: 0), work.leadingDimension)
    precondition(info >= 0, "LAPACK refused argument \(-info) of gels")
    return info > 0 ? nil : work.slice(rows: 0..<n)
  }

  /// The solution of least norm by singular values, for a matrix of any rank; nil when a number is
  /// not finite or the values did not converge.
  ///
  /// - Parameter cutoff: singular values below this share of the largest count as zero; nil means
  ///   the rounding of the type.
  public static func ofLeastNorm<Scalar: KernelScalar>(
    _ a: Matrix<Scalar>, _ b: Matrix<Scalar>, cutoff: Scalar? = nil
  ) -> Solution<Scalar>? {
    precondition(a.rows == b.rows, "\(b.rows) right-hand rows for \(a.rows)")
    let m = a.rows
    let n = a.columns
    let k = b.columns
    guard a.isFinite, b.isFinite else { return nil }
    guard m > 0, n > 0, k > 0 else {
      return Solution(coefficients: Matrix(rows: n, columns: k), rank: 0, singularValues: [])
    }
    let factor = Matrix(copying: a)
    let work = padded(b, rows: max(m, n))
    let values = Buffer<Scalar>(zeroed: min(m, n))
    // SAFETY: as above; `values` has min(m, n) entries.
    var rank: Int32 = 0
    let info = Scalar.Routines.gelsd(
      blasDimension(m), blasDimension(n), blasDimension(k), factor.pointer(row: 0),
      factor.leadingDimension, work.pointer(row: 0), work.leadingDimension, values.pointer,
      cutoff ?? -1, &rank)
    precondition(info >= 0, "LAPACK refused argument \(-info) of gelsd")
    guard info == 0 else { return nil }
    return Solution(
      coefficients: work.slice(rows: 0..<n), rank: Int(rank), singularValues: values.array)
  }

  private static func padded<Scalar: KernelScalar>(
    _ b: Matrix<Scalar>, rows: Int
  ) -> Matrix<Scalar> {
    let work = Matrix<Scalar>(rows: rows, columns: b.columns)
    for i in 0..<b.rows {
      // SAFETY: both rows have `b.columns` elements.
      work.pointer(row: i).update(from: b.pointer(row: i), count: b.columns)
    }
    return work
  }
}
