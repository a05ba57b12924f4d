/// Whether a matrix takes part in a product as it is or transposed.
public enum Transposition: Sendable, CaseIterable {
  case none
  case transposed
}

/// A dimension as BLAS and LAPACK count them: in 32 bits.
///
/// A larger one would wrap around silently there, so it traps here.
func blasDimension(_ value: Int) -> Int32 {
  precondition(value <= Int(Int32.max), "\(value) is beyond the 32-bit dimensions of BLAS")
  return Int32(value)
}

extension Matrix {
  /// Rows and columns of op(A).
  private func shape(_ transposition: Transposition) -> (rows: Int, columns: Int) {
    transposition == .none ? (rows, columns) : (columns, rows)
  }

  /// The row stride as BLAS wants it: at least 1, even where there are no columns.
  var leadingDimension: Int32 { blasDimension(Swift.max(1, rowStride)) }

  /// The part of the buffer from the first element to the last.
  private var extent: Range<Int> {
    rows == 0 || columns == 0 ? 0..<0 : offset..<(offset + (rows - 1) * rowStride + columns)
  }

  func overlaps(_ other: Matrix) -> Bool {
    buffer === other.buffer && extent.overlaps(other.extent)
  }

  /// y ← α·op(A)·x + β·y, op(A) of shape `(m, n)`, x `(n)`, y `(m)`.
  public func multiply(
    _ x: [Scalar], _ transposition: Transposition = .none, alpha: Scalar = 1,
    into y: inout [Scalar], keeping beta: Scalar = 0
  ) {
    let (m, n) = shape(transposition)
    precondition(x.count == n, "a vector of \(x.count) for \(n) columns")
    precondition(y.count == m, "a result of \(y.count) for \(m) rows")
    if m == 0 { return }
    if n == 0 {
      for i in y.indices { y[i] = beta == 0 ? 0 : beta * y[i] }
      return
    }
    // SAFETY: shapes are checked above; the matrix lies inside its buffer by construction.
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        Scalar.Routines.gemv(
          transposition == .transposed, blasDimension(rows), blasDimension(columns), alpha,
          pointer(row: 0), leadingDimension, x.baseAddress!, beta, y.baseAddress!)
      }
    }
  }

  /// op(A)·x
  public func times(_ x: [Scalar], _ transposition: Transposition = .none) -> [Scalar] {
    var y = [Scalar](repeating: 0, count: shape(transposition).rows)
    multiply(x, transposition, into: &y)
    return y
  }

  /// C ← α·op(A)·op(B) + β·C for this matrix C, shape `(m, n)`, op(A) `(m, k)`, op(B) `(k, n)`.
  ///
  /// C may not share memory with A or B.
  public func setToProduct(
    _ a: Matrix, _ opA: Transposition, _ b: Matrix, _ opB: Transposition,
    alpha: Scalar = 1, keeping beta: Scalar = 0
  ) {
    let (m, k) = a.shape(opA)
    let (inner, n) = b.shape(opB)
    precondition(k == inner, "a product of \(m) x \(k) with \(inner) x \(n)")
    precondition(rows == m && columns == n, "a product of \(m) x \(n) into \(rows) x \(columns)")
    precondition(!overlaps(a) && !overlaps(b), "a product cannot overwrite its factors")
    if m == 0 || n == 0 { return }
    if k == 0 { return scale(by: beta) }
    // SAFETY: shapes are checked above; each matrix lies inside its buffer by construction.
    Scalar.Routines.gemm(
      opA == .transposed, opB == .transposed, blasDimension(m), blasDimension(n),
      blasDimension(k), alpha, a.pointer(row: 0), a.leadingDimension, b.pointer(row: 0),
      b.leadingDimension, beta, pointer(row: 0), leadingDimension)
  }

  /// The lower triangle of C ← α·op(A)·op(A)ᵀ + β·C, op(A) of shape `(n, k)`; the upper one is
  /// neither read nor written. C may not share memory with A.
  public func setToSymmetricProduct(
    _ a: Matrix, _ transposition: Transposition = .none, alpha: Scalar = 1,
    keeping beta: Scalar = 0
  ) {
    let (n, k) = a.shape(transposition)
    precondition(
      rows == n && columns == n, "a square product of \(n) into \(rows) x \(columns)")
    precondition(!overlaps(a), "a product cannot overwrite its factor")
    if n == 0 { return }
    if k == 0 { return scaleLower(by: beta) }
    // SAFETY: shapes are checked above; each matrix lies inside its buffer by construction.
    Scalar.Routines.syrk(
      transposition == .transposed, blasDimension(n), blasDimension(k), alpha,
      a.pointer(row: 0), a.leadingDimension, beta, pointer(row: 0), leadingDimension)
  }

  /// B ← op(L)⁻¹·B for this matrix B, shape `(n, k)`, and the lower triangle L of an `(n, n)` matrix
  /// whose diagonal has no zero.
  public func solveTriangular(lower triangle: Matrix, _ transposition: Transposition = .none) {
    let n = triangle.rows
    precondition(triangle.columns == n, "only a square matrix has a triangle to solve with")
    precondition(rows == n, "\(rows) right-hand rows for a triangle of \(n)")
    precondition(!overlaps(triangle), "a solution cannot overwrite its triangle")
    for i in 0..<n { precondition(triangle[i, i] != 0, "the triangle is singular") }
    if n == 0 || columns == 0 { return }
    // SAFETY: shapes are checked above; each matrix lies inside its buffer by construction.
    Scalar.Routines.trsm(
      transposition == .transposed, blasDimension(n), blasDimension(columns), 1,
      triangle.pointer(row: 0), triangle.leadingDimension, pointer(row: 0), leadingDimension)
  }

  /// β = 0 clears, as BLAS does: what was there may be anything, NaN included.
  private func scale(by beta: Scalar) {
    for i in 0..<rows {
      let row = pointer(row: i)
      for j in 0..<columns { row[j] = beta == 0 ? 0 : beta * row[j] }
    }
  }

  private func scaleLower(by beta: Scalar) {
    for i in 0..<rows {
      let row = pointer(row: i)
      for j in 0...i { row[j] = beta == 0 ? 0 : beta * row[j] }
    }
  }

  var isFinite: Bool {
    (0..<rows).allSatisfy { i in
      let row = pointer(row: i)
      return (0..<columns).allSatisfy { row[$0].isFinite }
    }
  }
}
