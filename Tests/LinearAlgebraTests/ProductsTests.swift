import LinearAlgebra
import TestSupport
import Testing

/// Sums of up to 33 products of numbers in [−1, 1]: a few dozen roundings at most.
private let tolerance = 100.0
private let sizes = [0, 1, 7, 8, 31, 33]

@Suite struct ProductsTests {
  /// Products and factors do not need the threads that OpenBLAS keeps.
  @Test func endedThreadsAreNotMissed() throws {
    OpenBLAS.endIdleThreads()
    OpenBLAS.endIdleThreads()
    let size = 300
    let x = Matrix<Double>(rows: size, columns: size)
    for i in 0..<size { for j in 0..<size { x[i, j] = i == j ? 2 : 1 / Double(1 + i + j) } }
    let factor = try #require(Cholesky(x))
    let sums = (0..<size).map { x.row($0).reduce(0, +) }
    for value in factor.solve(sums) { #expect(abs(value - 1) < 1e-10) }
  }

  @Test(arguments: sizes, [0, 3])
  func productsMatchTheirDefinitions(size: Int, gap: Int) {
    checkProducts(size, gap, Double.self)
    checkProducts(size, gap, Float.self)
  }

  private func checkProducts<Scalar: KernelScalar>(
    _ size: Int, _ gap: Int, _ type: Scalar.Type
  ) {
    for other in [1, 8, 31] {
      for op in Transposition.allCases {
        checkMatrixVector(size, other, gap, op, type)
        checkSymmetric(size, other, gap, op, type)
        for second in Transposition.allCases {
          checkMatrixMatrix(size, other, gap, op, second, type)
        }
      }
    }
  }

  private func checkMatrixVector<Scalar: KernelScalar>(
    _ m: Int, _ n: Int, _ gap: Int, _ op: Transposition, _ type: Scalar.Type
  ) {
    var generator = SeededGenerator(seed: UInt64(m * 100 + n))
    let a =
      op == .none
      ? generator.matrix(m, n, gap: gap, of: type)
      : generator.matrix(n, m, gap: gap, of: type)
    let x = generator.vector(n, of: type)
    var y = generator.vector(m, of: type)
    let expected = (0..<m).map { i in
      2 * (0..<n).reduce(Scalar(0)) { $0 + a.at(i, $1, op) * x[$1] } + 3 * y[i]
    }
    a.multiply(x, op, alpha: 2, into: &y, keeping: 3)
    #expect(roundings(y, expected) < tolerance)
  }

  private func checkMatrixMatrix<Scalar: KernelScalar>(
    _ m: Int, _ n: Int, _ gap: Int, _ opA: Transposition, _ opB: Transposition,
    _ type: Scalar.Type
  ) {
    var generator = SeededGenerator(seed: UInt64(m * 100 + n))
    let k = m
    let a = generator.matrix(m, k, gap: gap, of: type)
    let b =
      opB == .none
      ? generator.matrix(k, n, gap: gap, of: type)
      : generator.matrix(n, k, gap: gap, of: type)
    let c = generator.matrix(m, n, gap: gap, of: type)
    let before = c.buffer.array
    var expected = before
    for i in 0..<m {
      for j in 0..<n {
        let sum = (0..<k).reduce(Scalar(0)) { $0 + a.at(i, $1, opA) * b.at($1, j, opB) }
        expected[i * c.rowStride + j] = 2 * sum - before[i * c.rowStride + j]
      }
    }
    c.setToProduct(a, opA, b, opB, alpha: 2, keeping: -1)
    #expect(roundings(c.buffer.array, expected) < tolerance, "also what lies between the rows")
  }

  private func checkSymmetric<Scalar: KernelScalar>(
    _ n: Int, _ k: Int, _ gap: Int, _ op: Transposition, _ type: Scalar.Type
  ) {
    var generator = SeededGenerator(seed: UInt64(n * 100 + k))
    let a =
      op == .none
      ? generator.matrix(n, k, gap: gap, of: type)
      : generator.matrix(k, n, gap: gap, of: type)
    let c = generator.matrix(n, n, gap: gap, of: type)
    var expected = c.buffer.array
    for i in 0..<n {
      for j in 0...i {
        expected[i * c.rowStride + j] += (0..<k).reduce(Scalar(0)) {
          $0 + a.at(i, $1, op) * a.at(j, $1, op)
        }
      }
    }
    c.setToSymmetricProduct(a, op, keeping: 1)
    #expect(roundings(c.buffer.array, expected) < tolerance, "the upper triangle is untouched")
  }

  @Test(arguments: sizes, [0, 3])
  func triangularSolveInvertsTheProduct(size: Int, gap: Int) {
    checkTriangular(size, gap, Double.self)
    checkTriangular(size, gap, Float.self)
  }

  private func checkTriangular<Scalar: KernelScalar>(
    _ n: Int, _ gap: Int, _ type: Scalar.Type
  ) {
    var generator = SeededGenerator(seed: UInt64(n))
    let l = generator.matrix(n, n, gap: gap, of: type)
    for i in 0..<n { l[i, i] = 4 + abs(l[i, i]) }
    let x = generator.matrix(n, 5, gap: gap, of: type)
    for op in Transposition.allCases {
      let b = Matrix<Scalar>(rows: n, columns: 5)
      for i in 0..<n {
        for j in 0..<5 {
          let range = op == .none ? 0..<(i + 1) : i..<n
          b[i, j] = range.reduce(0) { $0 + l.at(i, $1, op) * x[$1, j] }
        }
      }
      b.solveTriangular(lower: l, op)
      #expect(roundings(b.flat, x.flat) < 10 * tolerance)
    }
  }

  @Test func zeroBetaForgetsEvenNaN() {
    let a = Matrix<Double>([[1, 2], [3, 4]]), c = Matrix<Double>([[.nan, .nan], [.nan, .nan]])
    c.setToProduct(a, .none, a, .none)
    #expect(c.flat == [7, 10, 15, 22])
    let empty = Matrix<Double>(rows: 2, columns: 0)
    let d = Matrix<Double>([[.nan, .nan], [.nan, .nan]])
    d.setToProduct(empty, .none, empty, .transposed)
    #expect(d.flat == [0, 0, 0, 0])
  }

  @Test func wrongShapesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Matrix<Double>(rows: 2, columns: 3).times([1, 2])
    }
    await #expect(processExitsWith: .failure) {
      let a = Matrix<Double>(rows: 2, columns: 3)
      Matrix<Double>(rows: 2, columns: 2).setToProduct(a, .none, a, .none)
    }
    await #expect(processExitsWith: .failure) {
      let a = Matrix<Double>(rows: 2, columns: 2)
      a.setToProduct(a, .none, a, .none)
    }
    await #expect(processExitsWith: .failure) {
      Matrix<Double>(rows: 2, columns: 2).solveTriangular(lower: Matrix(rows: 2, columns: 2))
    }
  }

  @Test func dimensionsBeyond32BitsTrap() async {
    await #expect(processExitsWith: .failure) {
      // One row, so that the stride needs no memory; BLAS would see a negative one.
      let wide = Matrix<Float>(
        buffer: Buffer(zeroed: 4), rows: 1, columns: 4, rowStride: 3_000_000_000)
      _ = wide.times([1, 2, 3, 4])
    }
  }
}
