import Datasets
import Foundation
import LinearAlgebra
import Models
import Optimization
import RowSums
import TestSupport
import Testing

/// Rows with weights and an offset, and the definition of the objective on them.
private struct Problem {
  var x: [[Double]] = []
  var labels: [UInt8] = []
  var weights: [Double] = []
  var offset: [Double] = []

  init(rows: Int, columns: Int, seed: UInt64 = 3) {
    var generator = SeededGenerator(seed: seed)
    func number() -> Double { Double(generator.next() >> 11) / Double(1 << 53) * 2 - 1 }
    for _ in 0..<rows {
      let row = (0..<columns).map { _ in number() }
      x.append(row)
      offset.append(number())
      weights.append(Double(generator.next() % 3) + 0.5)
      let z = 2 * row[0] - row[1] + 0.2 * row[2] + offset.last!
      labels.append(z + number() + number() > 0.3 ? 1 : 0)
    }
  }

  func rows(offset: Bool = false) -> ScoreRows<Double> {
    ScoreRows(
      features: DesignMatrix(dense: Matrix(x)), labels: Buffer(labels), sampleWeights: weights,
      offset: offset ? Buffer(self.offset) : nil)
  }

  /// The gradient of the mean loss by its definition, in w and b.
  func lossGradient(_ model: LinearModel, offset: Bool = false) -> [Double] {
    var gradient = [Double](repeating: 0, count: model.theta.count)
    let total = weights.reduce(0, +)
    for i in x.indices {
      var z = model.intercept + (offset ? self.offset[i] : 0)
      for j in x[i].indices { z += model.coefficients[j] * x[i][j] }
      let residual = weights[i] * (1 / (1 + exp(-z)) - Double(labels[i])) / total
      for j in x[i].indices { gradient[j] += residual * x[i][j] }
      gradient[x[i].count] += residual
    }
    return gradient
  }
}

@Suite struct LogisticOptionsTests {
  private static let tight = StoppingRule(relativeGap: 1e-14, iterationLimit: 500)

  /// At the minimum the smooth part's slope is −l1·sign(wⱼ) where wⱼ ≠ 0, and within ±l1 where it is 0.
  @Test(arguments: [1e-4, 1e-3, 1e-2, 0.05, 0.3], [0, 1e-3, 0.1])
  func sparseSolutionsMeetTheirConditions(l1: Double, l2: Double) throws {
    let problem = Problem(rows: 400, columns: 8)
    let fit = try LogisticRegression(l2: l2, l1: l1, rule: Self.tight).fit(problem.rows())
    #expect(fit.report.status == .converged)
    let gradient = problem.lossGradient(fit.model)
    #expect(abs(gradient.last!) < 1e-7, "the intercept is not penalized")
    for (w, g) in zip(fit.model.coefficients, gradient) {
      let slope = g + l2 * w
      if w == 0 {
        #expect(abs(slope) <= l1 + 1e-7)
      } else {
        #expect(abs(slope + (w > 0 ? l1 : -l1)) < 1e-7, "slope \(slope) at \(w)")
      }
    }
  }

  @Test func aStrongL1LeavesTheInterceptAlone() throws {
    let problem = Problem(rows: 300, columns: 4)
    let fit = try LogisticRegression(l2: 0, l1: 10, rule: Self.tight).fit(problem.rows())
    #expect(fit.model.coefficients == [0, 0, 0, 0])
    let positive = zip(problem.weights, problem.labels).reduce(0) { $0 + $1.0 * Double($1.1) }
    let share = positive / problem.weights.reduce(0, +)
    #expect(abs(fit.model.intercept - log(share / (1 - share))) < 1e-7)
  }

  @Test func noL1AndAVanishingOneAgree() throws {
    let rows = Problem(rows: 500, columns: 5).rows()
    let without = try LogisticRegression(l2: 1e-2, rule: Self.tight).fit(rows)
    let with = try LogisticRegression(l2: 1e-2, l1: 1e-12, rule: Self.tight).fit(rows)
    for (a, b) in zip(without.theta, with.theta) { #expect(abs(a - b) < 1e-7) }
  }

  @Test func theOffsetIsAScoreThatIsGiven() throws {
    let problem = Problem(rows: 400, columns: 3)
    let fit = try LogisticRegression(l2: 1e-3, rule: Self.tight).fit(problem.rows(offset: true))
    var gradient = problem.lossGradient(fit.model, offset: true)
    for j in 0..<3 { gradient[j] += 1e-3 * fit.model.coefficients[j] }
    for slope in gradient { #expect(abs(slope) < 1e-8) }
    // A constant offset moves into the intercept.
    var shifted = problem
    shifted.offset = problem.offset.map { _ in 0.7 }
    let plain = try LogisticRegression(l2: 1e-3, rule: Self.tight).fit(problem.rows())
    let moved = try LogisticRegression(l2: 1e-3, rule: Self.tight).fit(shifted.rows(offset: true))
    #expect(abs(moved.model.intercept + 0.7 - plain.model.intercept) < 1e-7)
  }

  @Test(arguments: [300, 60_000])
  func aWarmStartEndsWhereAColdOneDoesAndSooner(count: Int) throws {
    let rows = Problem(rows: count, columns: 5).rows()
    let learner = LogisticRegression(l2: 1e-3)
    let cold = try learner.fit(rows)
    let warm = try learner.fit(rows, start: cold.model)
    #expect(abs(warm.report.objective! / cold.report.objective! - 1) < 1e-9)
    #expect(warm.report.iterations < cold.report.iterations)
    let near = try LogisticRegression(l2: 1.1e-3).fit(rows, start: cold.model)
    let fresh = try LogisticRegression(l2: 1.1e-3).fit(rows)
    #expect(abs(near.report.objective! / fresh.report.objective! - 1) < 1e-8)
  }

  @Test func theBoundHolds() throws {
    let rows = Problem(rows: 2_000, columns: 6).rows()
    let best = try LogisticRegression(l2: 1e-3, rule: Self.tight).fit(rows).report.objective!
    for limit in [0, 1, 2, 3, 5] {
      let fit = try LogisticRegression(l2: 1e-3, rule: StoppingRule(iterationLimit: limit)).fit(
        rows)
      let bound = fit.report.certificate!.boundOnSuboptimality!
      #expect(fit.report.objective! - best <= bound + 1e-13, "after \(limit) iterations")
    }
  }
}
