import LinearAlgebra
import TestSupport
import Testing

@Suite struct CholeskyTests {
  @Test func solvesScaledSystem() {
    let a = Matrix<Double>([[4e12, 2e6], [2e6, 3]])
    let x = Cholesky(a)!.solve([4e12 + 2e6, 2e6 + 3])
    #expect(abs(x[0] - 1) < 1e-12 && abs(x[1] - 1) < 1e-9)
  }

  /// Σ h·xxᵀ over rows of numbers, a level of the eliminated column and one of another.
  private static func bordered(
    rows: Int, levels: Int, others: Int, ridge: Double
  ) -> (bordered: BorderedMatrix, plain: Matrix<Double>) {
    let n = 3 + levels + others
    var generator = SeededGenerator(seed: 7)
    func number() -> Double { Double(generator.next() >> 11) / Double(1 << 53) }
    let plain = Matrix<Double>(rows: n, columns: n)
    let matrix = BorderedMatrix(dimension: n, eliminated: 3..<3 + levels)
    for _ in 0..<rows {
      var x = [Double](repeating: 0, count: n)
      for j in 0..<3 { x[j] = number() - 0.5 }
      // The first level has half of the rows, so that its row of the border is full.
      let level = number() < 0.5 ? 0 : Int(number() * Double(levels))
      x[3 + level] = 1
      x[3 + levels + Int(number() * Double(others))] = 1
      for i in 0..<n where x[i] != 0 { for j in 0...i { plain[i, j] += x[i] * x[j] } }
    }
    for i in 0..<n {
      plain[i, i] += ridge
      for j in 0...i where plain[i, j] != 0 {
        switch (matrix.eliminated.contains(i), matrix.eliminated.contains(j)) {
        case (true, true): matrix.addToDiagonal(i, plain[i, j])
        case (true, false): matrix.border[i - 3, matrix.place(j)] = plain[i, j]
        case (false, true): matrix.border[j - 3, matrix.place(i)] = plain[i, j]
        case (false, false): matrix.rest[matrix.place(i), matrix.place(j)] = plain[i, j]
        }
      }
    }
    return (matrix, plain)
  }

  @Test(arguments: [1, 2, 5]) func eliminatesFirstLikeTheWholeMatrix(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    let (bordered, plain) = Self.bordered(rows: 900, levels: 90, others: 70, ridge: 0.01)
    let b = (0..<plain.rows).map { Double($0 % 7) - 3 }
    let whole = try #require(Cholesky(plain))
    let eliminated = try #require(Cholesky(bordered, pool: pool))
    #expect(eliminated.isExact && eliminated.diagonal == whole.diagonal)
    let x = whole.solve(b), y = eliminated.solve(b)
    for j in x.indices { #expect(abs(x[j] - y[j]) < 1e-9 * (1 + abs(x[j])), "column \(j)") }
    let serial = try #require(Cholesky(bordered, pool: .serial))
    #expect(y == serial.solve(b), "other bits with \(threads) threads")
  }

  /// Levels of two columns add up to the same column: a ridge makes the factor exist.
  @Test func eliminatesFromASingularMatrix() throws {
    let (bordered, plain) = Self.bordered(rows: 500, levels: 40, others: 30, ridge: 0)
    let x = (0..<plain.rows).map { Double($0 % 5) }
    func product(_ x: [Double]) -> [Double] {
      (0..<plain.rows).map { i in
        x.indices.reduce(0) { $0 + plain[max(i, $1), min(i, $1)] * x[$1] }
      }
    }
    let b = product(x)
    let solution = try #require(Cholesky(bordered, pool: .serial)).solve(b)
    for (left, right) in zip(product(solution), b) { #expect(abs(left - right) < 1e-5) }
  }

  @Test func factorsByTilesLikeLAPACK() throws {
    let n = 700
    var generator = SeededGenerator(seed: 3)
    func number() -> Double { Double(generator.next() >> 11) / Double(1 << 53) }
    let a = Matrix<Double>(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<i { a[i, j] = (number() - 0.5) / 20 }
      a[i, i] = 2 + number()
    }
    let b = (0..<n).map { Double($0 % 11) }
    let x = try #require(Cholesky(a)).solve(b)
    let tiled = try #require(Cholesky(a, pool: WorkerPool(threads: 3))).solve(b)
    for j in 0..<n { #expect(abs(x[j] - tiled[j]) < 1e-10 * (1 + abs(x[j]))) }
    #expect(tiled == Cholesky(a, pool: .serial)?.solve(b))
  }
}
