import Foundation
import LinearAlgebra
import Optimization
import TestSupport
import Testing

/// Σᵢ log(1 + exp(−yᵢ·xᵢθ))/n + ½·l2·‖θ‖² on columns of different sizes.
private struct Logistic: TwiceDifferentiable {
  let x: [[Double]]
  let y: [Double]
  let l2 = 1e-3

  init(rows: Int, columns: Int) {
    var generator = SeededGenerator(seed: 7)
    func number() -> Double { Double(generator.next() >> 11) / Double(1 << 52) - 1 }
    x = (0..<rows).map { _ in (0..<columns).map { number() * Double(2 + $0 % 4) } }
    y = x.map { $0[0] - $0[1] / 2 + 2 * number() > 0 ? 1 : -1 }
  }

  var dimension: Int { x[0].count }

  func evaluate(at theta: [Double], gradient: inout [Double]) -> Double {
    gradient = theta.scaled(by: l2)
    var value = 0.5 * l2 * theta.dot(theta)
    for (row, sign) in zip(x, y) {
      let margin = sign * row.dot(theta)
      value += log1p(exp(-margin)) / Double(x.count)
      gradient.add(-sign / (1 + exp(margin)) / Double(x.count), times: row)
    }
    return value
  }

  private func curvatures(_ theta: [Double]) -> [Double] {
    x.map { row in
      let p = 1 / (1 + exp(-row.dot(theta)))
      return p * (1 - p) / Double(x.count)
    }
  }

  func hessian(at theta: [Double]) -> Matrix<Double> {
    let matrix = Matrix<Double>(rows: dimension, columns: dimension)
    for (row, h) in zip(x, curvatures(theta)) {
      for i in 0..<dimension { for j in 0...i { matrix[i, j] += h * row[i] * row[j] } }
    }
    for j in 0..<dimension { matrix[j, j] += l2 }
    return matrix
  }

  func hessianProduct(at theta: [Double], _ v: [Double]) -> [Double] {
    var product = v.scaled(by: l2)
    for (row, h) in zip(x, curvatures(theta)) { product.add(h * row.dot(v), times: row) }
    return product
  }

  func hessianDiagonal(at theta: [Double]) -> [Double]? {
    let matrix = hessian(at: theta)
    return (0..<dimension).map { matrix[$0, $0] }
  }
}

/// A function whose Hessian may not be formed.
private struct Unfactorable: TwiceDifferentiable {
  let base: Logistic
  var dimension: Int { base.dimension }
  var factoredColumns: Int { Cholesky.mostColumns + 1 }

  func evaluate(at theta: [Double], gradient: inout [Double]) -> Double {
    base.evaluate(at: theta, gradient: &gradient)
  }
  func hessian(at theta: [Double]) -> Matrix<Double> { fatalError("no room for a Hessian") }
  func hessianProduct(at theta: [Double], _ v: [Double]) -> [Double] {
    base.hessianProduct(at: theta, v)
  }
}

@Suite struct ReducedSpaceTests {
  private let problem = Logistic(rows: 200, columns: 30)
  private let zero = [Double](repeating: 0, count: 30)

  /// The first coefficient has no penalty, as an intercept has none.
  @Test(arguments: [0.2, 2e-2, 1e-3, 1e-6]) func findsWhatFactorsFind(penalty: Double) {
    let l1 = [0] + [Double](repeating: penalty, count: 29)
    let rule = StoppingRule(relativeGap: 1e-12)
    let exact = ProximalNewton().minimize(problem, l1: l1, from: zero, rule: rule)
    let found = ProximalNewton().minimize(
      Unfactorable(base: problem), l1: l1, from: zero, rule: rule)
    #expect(found.status == .converged && exact.status == .converged)
    #expect(abs(found.value - exact.value) < 1e-10)
    for (a, b) in zip(found.point, exact.point) {
      #expect(abs(a - b) < 1e-4)
      #expect((a == 0) == (b == 0), "\(a), \(b)")
    }
    for j in 0..<30 where found.point[j] == 0 && l1[j] > 0 {
      #expect(abs(found.gradient[j]) <= l1[j] + 1e-7)
    }
  }

  @Test func newtonsMethodGoesByProductsWhereNothingIsFactored() {
    let exact = NewtonCholesky().minimize(problem, from: zero, rule: StoppingRule())
    let found = NewtonCholesky().minimize(
      Unfactorable(base: problem), from: zero, rule: StoppingRule())
    #expect(found.status == .converged)
    #expect(abs(found.value - exact.value) < 1e-9)
  }
}
