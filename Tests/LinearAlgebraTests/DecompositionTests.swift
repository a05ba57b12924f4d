import LinearAlgebra
import TestSupport
import Testing

/// Orthogonal factors of up to 33 columns keep about n roundings.
private let tolerance = 500.0

@Suite struct DecompositionTests {
  @Test(arguments: [0, 1, 7, 8, 31, 33], [0, 3])
  func eigenvectorsRebuildTheMatrix(size: Int, gap: Int) {
    checkEigen(size, gap, Double.self)
    checkEigen(size, gap, Float.self)
  }

  private func checkEigen<Scalar: KernelScalar>(_ n: Int, _ gap: Int, _ type: Scalar.Type) {
    var generator = SeededGenerator(seed: UInt64(n))
    let a = generator.matrix(n, n, gap: gap, of: type)
    for i in 0..<n { for j in i..<n where j > i { a[i, j] = .nan } }
    let eigen = SymmetricEigen(a)!
    #expect(eigen.values == eigen.values.sorted())
    var rebuilt: [Scalar] = [], expected: [Scalar] = []
    for i in 0..<n {
      for j in 0...i {
        rebuilt.append(
          (0..<n).reduce(0) {
            $0 + eigen.vectors[i, $1] * eigen.values[$1] * eigen.vectors[j, $1]
          })
        expected.append(a[i, j])
      }
    }
    #expect(roundings(rebuilt, expected) < tolerance, "only the lower triangle is read")
    expectOrthonormal(eigen.vectors, .transposed)
  }

  @Test(arguments: [(0, 5), (5, 0), (1, 1), (7, 31), (31, 7), (33, 33), (100, 8)], [0, 3])
  func singularVectorsRebuildTheMatrix(shape: (Int, Int), gap: Int) {
    checkSingular(shape.0, shape.1, gap, Double.self)
    checkSingular(shape.0, shape.1, gap, Float.self)
  }

  private func checkSingular<Scalar: KernelScalar>(
    _ m: Int, _ n: Int, _ gap: Int, _ type: Scalar.Type
  ) {
    var generator = SeededGenerator(seed: UInt64(m * 50 + n))
    let a = generator.matrix(m, n, gap: gap, of: type)
    let before = a.buffer.array
    let svd = SingularValues(a)!
    #expect(a.buffer.array == before)
    #expect(svd.values == svd.values.sorted(by: >) && svd.values.allSatisfy { $0 >= 0 })
    let rebuilt = (0..<m).flatMap { i in
      (0..<n).map { j in
        svd.values.indices.reduce(Scalar(0)) {
          $0 + svd.left[i, $1] * svd.values[$1] * svd.rightTransposed[$1, j]
        }
      }
    }
    #expect(roundings(rebuilt, a.flat) < tolerance)
    expectOrthonormal(svd.left, .transposed)
    expectOrthonormal(svd.rightTransposed, .none)
  }

  /// op(A)·op(A)ᵀ = I
  private func expectOrthonormal<Scalar: KernelScalar>(_ a: Matrix<Scalar>, _ op: Transposition) {
    let n = op == .none ? a.rows : a.columns
    let gram = Matrix<Scalar>(rows: n, columns: n), identity = Matrix<Scalar>(rows: n, columns: n)
    gram.setToSymmetricProduct(a, op)
    for i in 0..<n { identity[i, i] = 1 }
    #expect(roundings(gram.flat, identity.flat) < tolerance)
  }

  @Test(arguments: [(1, 1), (8, 7), (31, 8), (100, 33)], [0, 3])
  func leastSquaresLeaveAnOrthogonalResidual(shape: (Int, Int), gap: Int) {
    checkLeastSquares(shape.0, shape.1, gap, Double.self)
    checkLeastSquares(shape.0, shape.1, gap, Float.self)
  }

  private func checkLeastSquares<Scalar: KernelScalar>(
    _ m: Int, _ n: Int, _ gap: Int, _ type: Scalar.Type
  ) {
    var generator = SeededGenerator(seed: UInt64(m + n))
    let a = generator.matrix(m, n, gap: gap, of: type)
    let b = generator.matrix(m, 2, gap: gap, of: type)
    let zero = [Scalar](repeating: 0, count: n * 2)
    let byQR = LeastSquares.byQR(a, b)!, general = LeastSquares.ofLeastNorm(a, b)!
    #expect(general.rank == n)
    for x in [byQR, general.coefficients] {
      let residual = Matrix(copying: b), normal = Matrix<Scalar>(rows: n, columns: 2)
      residual.setToProduct(a, .none, x, .none, alpha: -1, keeping: 1)
      normal.setToProduct(a, .transposed, residual, .none)
      #expect(roundings(normal.flat, zero) < 20 * tolerance)
    }
  }

  @Test func wideSystemsGetTheShortestSolution() {
    let a = Matrix<Double>([[3, 4]]), b = Matrix<Double>([[25]])
    for x in [LeastSquares.byQR(a, b)!, LeastSquares.ofLeastNorm(a, b)!.coefficients] {
      #expect(abs(x[0, 0] - 3) < 1e-12 && abs(x[1, 0] - 4) < 1e-12)
    }
  }

  @Test func rankIsRevealed() {
    let a = Matrix<Double>([[1, 2, 3], [2, 4, 6], [1, 0, 1], [0, 2, 2]])
    let solution = LeastSquares.ofLeastNorm(a, Matrix([[6], [12], [2], [4]]), cutoff: 1e-10)!
    #expect(solution.rank == 2)
    #expect(roundings(a.times(solution.coefficients.column(0)), [6, 12, 2, 4]) < tolerance)
  }

  @Test func numbersThatAreNotFiniteGiveNil() {
    let bad = Matrix<Float>([[1, 0], [.nan, 1]])
    #expect(SymmetricEigen(bad) == nil)
    #expect(SingularValues(bad) == nil)
    #expect(LeastSquares.byQR(bad, bad) == nil)
    #expect(LeastSquares.ofLeastNorm(bad, bad) == nil)
    #expect(Cholesky(Matrix<Double>([[1, 0], [.infinity, 1]])) == nil)
  }

  @Test(arguments: [1, 7, 31, 33])
  func choleskySolvesAndKeepsZeroColumnsOut(size: Int) {
    var generator = SeededGenerator(seed: UInt64(size))
    let a = generator.matrix(size + 5, size, gap: 0, of: Double.self)
    for i in 0..<a.rows { a[i, 0] = 0 }
    let gram = Matrix<Double>(rows: size, columns: size)
    gram.setToSymmetricProduct(a, .transposed)
    let x = [0] + generator.vector(size - 1, of: Double.self)
    let full = Matrix<Double>(rows: size, columns: size)
    full.setToProduct(a, .transposed, a, .none)
    let found = Cholesky(gram)!.solve(full.times(x))
    #expect(zip(found, x).allSatisfy { abs($0 - $1) < 1e-8 })
  }
}
