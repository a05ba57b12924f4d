import LinearAlgebra
import TestSupport
import Testing

@Suite struct CholeskyTests {
  @Test func solvesScaledSystem() {
    let a = Matrix<Double>([[4e12, 2e6], [2e6, 3]])
    let x = Cholesky(a)!.solve([4e12 + 2e6, 2e6 + 3])
    #expect(abs(x[0] - 1) < 1e-12 && abs(x[1] - 1) < 1e-9)
  }
}
