import Datasets
import Foundation
import LinearAlgebra
import Models
import Optimization
import RowSums
import TestSupport
import Testing

/// Few rows and many levels: a factor of the whole Hessian costs more than hundreds of passes.
@Suite struct WideTableTests {
  private static let levels = [40, 300, 60]
  private static let count = 1_500

  private static func rows<Scalar: KernelScalar>(
    _: Scalar.Type = Double.self, cleanLevel: Bool = false
  ) -> ScoreRows<Scalar> {
    var generator = SeededGenerator(seed: 5)
    func number() -> Double { Double(generator.next() >> 11) / Double(1 << 53) }
    let x = (0..<count).map { _ in [Scalar(2 * number() - 1), Scalar(100 * number())] }
    // The square makes the first levels common and the last ones rare.
    let codes = levels.map { levels in
      (0..<count).map { _ in UInt16(Double(levels) * number() * number()) }
    }
    let labels: [UInt8] = (0..<count).map { i in
      if cleanLevel && codes[1][i] == 0 { return 0 }
      let z = 2 * Double(x[i][0]) - 1 + (codes[1][i] % 3 == 0 ? 1 : 0)
      return number() < 1 / (1 + exp(-z)) ? 1 : 0
    }
    let weights = (0..<count).map { _ in 0.5 + number() }
    let features = DesignMatrix(
      dense: Matrix(x),
      categorical: zip(codes, levels).map { CodeColumn(codes: Buffer($0), levels: $1) })
    return ScoreRows(features: features, labels: Buffer(labels), sampleWeights: weights)
  }

  private static func objective<Scalar: KernelScalar>(
    _ rows: ScoreRows<Scalar>, l2: Double, threads: Int = 2, fitsIntercept: Bool = true
  ) -> LinearObjective {
    LinearObjective(
      LocalRows(rows, pool: WorkerPool(threads: threads)),
      terms: [.init(1, MeanLoss(totalWeight: rows.totalWeight))], l2: l2,
      fitsIntercept: fitsIntercept)
  }

  @Test(arguments: [true, false]) func factorsLikeTheHessian(fitsIntercept: Bool) throws {
    try check(Self.rows(Double.self), fitsIntercept, tolerance: 1e-8)
    try check(Self.rows(Float.self), fitsIntercept, tolerance: 1e-3)
  }

  private func check<Scalar: KernelScalar>(
    _ rows: ScoreRows<Scalar>, _ fitsIntercept: Bool, tolerance: Double
  ) throws {
    let objective = Self.objective(rows, l2: 1e-3, fitsIntercept: fitsIntercept)
    #expect(objective.factoredColumns == objective.dimension - 300)
    let theta = (0..<objective.dimension).map { Double($0 % 5) / 10 - 0.2 }
    let b = (0..<objective.dimension).map { Double($0 % 7) - 3 }
    let whole = try #require(try Cholesky(objective.hessian(at: theta))).solve(b)
    let bordered = try #require(try objective.factor(at: theta)).solve(b)
    for (x, y) in zip(whole, bordered) { #expect(abs(x - y) <= tolerance * (1 + abs(x))) }
  }

  /// What is proved is what Newton's method with the whole Hessian would prove.
  @Test(arguments: [1e-2, 1e-5, 1e-9]) func convergesWithItsCertificate(l2: Double) throws {
    let rows = Self.rows()
    let fit = try LogisticRegression(l2: l2, pool: WorkerPool(threads: 2)).fit(rows)
    #expect(fit.report.status == .converged)
    let bound = try #require(fit.report.certificate?.boundOnSuboptimality)
    #expect(bound < 1e-6)
    let exact = try NewtonCholesky().minimize(
      Self.objective(rows, l2: l2), from: [Double](repeating: 0, count: fit.theta.count),
      rule: StoppingRule())
    #expect(abs(try #require(fit.report.objective) - exact.value) < 1e-8)
  }

  @Test func hasTheSameBitsWithAnyThreads() throws {
    let rows = Self.rows()
    let fits = try [1, 2, 5].map {
      try LogisticRegression(l2: 1e-6, pool: WorkerPool(threads: $0)).fit(rows).theta
    }
    #expect(fits[0] == fits[1] && fits[1] == fits[2])
  }

  /// A level whose rows all have label 0 is enough for no minimum to exist.
  @Test func saysThatALevelSeparates() throws {
    let rows = Self.rows(cleanLevel: true)
    let fit = try LogisticRegression(l2: 0, pool: WorkerPool(threads: 2)).fit(rows)
    #expect(fit.report.status == .separable)
    let direction = try #require(fit.report.separatingDirection)
    #expect(direction[2 + 40] < 0, "the level's coefficient falls for ever")
  }

  /// The constant model is free, and near where rare labels lead.
  @Test func startsFromTheMeanLabel() throws {
    var generator = SeededGenerator(seed: 2)
    let x = (0..<4_000).map { _ in [Double(generator.next() % 100) / 100] }
    let labels = (0..<4_000).map { UInt8($0 % 500 == 0 ? 1 : 0) }
    let rows = ScoreRows(
      features: DesignMatrix(dense: Matrix(x)), labels: Buffer<UInt8>(labels))
    let fit = try LogisticRegression(l2: 1e-6).fit(rows)
    #expect(fit.report.status == .converged && fit.report.iterations <= 5)
  }
}
