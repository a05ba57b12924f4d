/// A = V·diag(λ)·Vᵀ for a symmetric A, eigenvalues ascending.
public struct SymmetricEigen<Scalar: KernelScalar>: Sendable {
  /// Ascending, shape `(n)`.
  public let values: [Scalar]
  /// Orthonormal columns, shape `(n, n)`: column j belongs to `values[j]`.
  public let vectors: Matrix<Scalar>

  /// Decomposes the lower triangle of `matrix`, shape `(n, n)`, which is left as it was; nil when a
  /// number is not finite or the iteration did not converge.
  public init?(_ matrix: Matrix<Scalar>) {
    precondition(matrix.rows == matrix.columns, "only a square matrix has eigenvalues")
    let n = matrix.rows
    let work = Matrix<Scalar>(rows: n, columns: n)
    for i in 0..<n {
      for j in 0...i {
        guard matrix[i, j].isFinite else { return nil }
        work[i, j] = matrix[i, j]
      }
    }
    let values = Buffer<Scalar>(zeroed: n)
    if n > 0 {
      // SAFETY: `work` is `(n, n)` without gaps, `values` has n entries.
      let info = Scalar.Routines.syevd(
        blasDimension(n), work.pointer(row: 0), work.leadingDimension, values.pointer)
      precondition(info >= 0, "LAPACK refused argument \(-info) of syevd")
      guard info == 0 else { return nil }
    }
    self.values = values.array
    vectors = work
  }
}

/// A = U·diag(σ)·Vᵀ, the thin form: r = min(m, n) singular values, descending.
public struct SingularValues<Scalar: KernelScalar>: Sendable {
  /// Descending, at least 0, shape `(r)`.
  public let values: [Scalar]
  /// Orthonormal columns, shape `(m, r)`.
  public let left: Matrix<Scalar>
  /// Orthonormal rows, Vᵀ, shape `(r, n)`.
  public let rightTransposed: Matrix<Scalar>

  /// Decomposes a matrix of shape `(m, n)`, which is left as it was; nil when a number is not finite
  /// or the iteration did not converge.
  public init?(_ matrix: Matrix<Scalar>) {
    guard matrix.isFinite else { return nil }
    let m = matrix.rows
    let n = matrix.columns
    let r = min(m, n)
    let work = Matrix(copying: matrix)
    let values = Buffer<Scalar>(zeroed: r)
    left = Matrix(rows: m, columns: r)
    rightTransposed = Matrix(rows: r, columns: n)
    if r > 0 {
      // SAFETY: all four have the shapes that gesdd asks for in its thin form.
      let info = Scalar.Routines.gesdd(
        blasDimension(m), blasDimension(n), work.pointer(row: 0), work.leadingDimension,
        values.pointer, left.pointer(row: 0), left.leadingDimension,
        rightTransposed.pointer(row: 0), rightTransposed.leadingDimension)
      precondition(info >= 0, "LAPACK refused argument \(-info) of gesdd")
      guard info == 0 else { return nil }
    }
    self.values = values.array
  }
}
