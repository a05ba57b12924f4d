import Datasets
import Foundation
import LinearAlgebra
import Models
import Optimization
import RowSums
import TestSupport
import Testing

/// Labels drawn from a logistic model of the unscaled columns.
private struct LogisticData {
  var x: [[Double]]
  var labels: [UInt8]
  var weights: [Double]

  init(rows: Int, columns: Int, steepness: Double = 1, intercept: Double = -0.3, seed: UInt64 = 7) {
    var generator = SeededGenerator(seed: seed)
    func number() -> Double { Double(generator.next() >> 11) / Double(1 << 53) }
    x = (0..<rows).map { _ in (0..<columns).map { _ in 2 * number() - 1 } }
    labels = x.map { row in
      let z = row.enumerated().reduce(intercept) {
        $0 + steepness * $1.element / Double($1.offset + 1)
      }
      return number() < 1 / (1 + exp(-z)) ? 1 : 0
    }
    weights = (0..<rows).map { _ in Double(1 + generator.next() % 3) }
  }

  func rows<Scalar: KernelScalar>(
    _: Scalar.Type = Double.self, weighted: Bool = false
  ) -> ScoreRows<Scalar> {
    ScoreRows(
      features: DesignMatrix(dense: Matrix(x.map { row in row.map { Scalar($0) } })),
      labels: Buffer(labels), sampleWeights: weighted ? weights : nil)
  }

  func scaled(_ scales: [Double]) -> LogisticData {
    var other = self
    other.x = x.map { zip($0, scales).map { $0 * $1 } }
    return other
  }

  func selecting(_ indices: [Int]) -> LogisticData {
    var other = self
    other.x = indices.map { x[$0] }
    other.labels = indices.map { labels[$0] }
    other.weights = indices.map { weights[$0] }
    return other
  }
}

private func expectClose(_ a: [Double], _ b: [Double], _ tolerance: Double) {
  #expect(a.count == b.count)
  for (x, y) in zip(a, b) { #expect(abs(x - y) <= tolerance * max(1, abs(y)), "\(x) and \(y)") }
}

@Suite struct LogisticRobustnessTests {
  @Test(arguments: [50, 1_000, 60_000])
  func separableDataAreReported(count: Int) throws {
    var data = LogisticData(rows: count, columns: 2)
    data.labels = data.x.map { $0[0] + 0.5 * $0[1] > 0.1 ? 1 : 0 }
    let fit = try LogisticRegression(l2: 0).fit(data.rows())
    #expect(fit.report.status == .separable)
    #expect(fit.theta.allFinite && fit.report.objective!.isFinite)
    let penalized = try LogisticRegression(l2: 1e-4).fit(data.rows())
    #expect(penalized.report.status == .converged, "l2 bounds the coefficients")
  }

  @Test func oneColumnThatSeparatesIsEnough() throws {
    var data = LogisticData(rows: 400, columns: 3)
    for i in data.x.indices { data.x[i][2] = data.labels[i] == 1 ? 1e-9 : -1e-9 }
    #expect(try LogisticRegression(l2: 0).fit(data.rows()).report.status == .separable)
  }

  /// One column is 1 on some rows of one label alone: the others overlap, and still nothing bounds it.
  @Test(arguments: [60, 3_000, 60_000], [1.0, 1_700.0])
  func quasiSeparationIsReportedWithItsDirection(count: Int, weight: Double) throws {
    var data = LogisticData(rows: count, columns: 3)
    for i in data.x.indices { data.x[i][2] = data.labels[i] == 1 && i % 5 == 0 ? 1 : 0 }
    if weight != 1 { data.weights = (0..<count).map { weight * (1 + Double($0 % 7)) } }
    let rows = data.rows(weighted: weight != 1)
    let report = try LogisticRegression(l2: 0).fit(rows).report
    #expect(report.status == .separable)
    let d = report.separatingDirection!
    let margins = data.x.indices.map { i in
      (data.labels[i] == 1 ? 1 : -1) * (zip(data.x[i], d).reduce(d[3]) { $0 + $1.0 * $1.1 })
    }
    #expect(margins.min()! >= -1e-9 * margins.max()! && margins.max()! > 0)
    #expect(try LogisticRegression(l2: 1e-6).fit(rows).report.separatingDirection == nil)
  }

  @Test func oneClassOnlyIsSeparable() throws {
    var data = LogisticData(rows: 100, columns: 2)
    data.labels = data.labels.map { _ in 1 }
    let fit = try LogisticRegression(l2: 0).fit(data.rows())
    #expect(fit.report.status == .separable && fit.theta.allFinite)
  }

  @Test func overlappingDataAreNotSeparable() throws {
    for steepness in [0.1, 1, 10, 30] {
      let data = LogisticData(rows: 2_000, columns: 2, steepness: steepness)
      let status = try LogisticRegression(l2: 0).fit(data.rows()).report.status
      #expect(status == .converged, "steepness \(steepness)")
    }
  }

  @Test(arguments: [0, 1e-3])
  func constantColumnsChangeNothing(l2: Double) throws {
    let data = LogisticData(rows: 500, columns: 2)
    let alone = try LogisticRegression(l2: l2).fit(data.rows())
    for value in [0, 1, 1e12, -1e-12] {
      var more = data
      more.x = data.x.map { $0 + [value] }
      let fit = try LogisticRegression(l2: l2).fit(more.rows())
      #expect(fit.report.status == .converged, "\(value)")
      #expect(abs(fit.report.objective! - alone.report.objective!) < 1e-9, "\(value)")
      #expect(fit.theta.allFinite)
    }
  }

  @Test(arguments: [0, 1e-3])
  func collinearColumnsChangeNoPrediction(l2: Double) throws {
    let data = LogisticData(rows: 500, columns: 3)
    var more = data
    // Two copies of a column with weight √½ each are penalized as the column alone.
    more.x = data.x.map { [$0[0], $0[1], $0[2] * 0.5.squareRoot(), $0[2] * 0.5.squareRoot()] }
    let alone = try LogisticRegression(l2: l2).fit(data.rows())
    let fit = try LogisticRegression(l2: l2).fit(more.rows())
    #expect(fit.report.status == .converged)
    #expect(abs(fit.report.objective! - alone.report.objective!) < 1e-9)
    expectClose(
      fit.model.scores(more.rows(Double.self).features),
      alone.model.scores(data.rows(Double.self).features), 1e-4)
  }

  @Test func aDependentSumOfColumnsIsNoTrouble() throws {
    var data = LogisticData(rows: 800, columns: 4)
    data.x = data.x.map { $0 + [$0.reduce(0, +)] }
    let fit = try LogisticRegression(l2: 0).fit(data.rows())
    #expect(fit.report.status == .converged && fit.report.certificate!.value < 1e-6)
  }

  @Test(arguments: [1, 3, 10])
  func rareClassesConverge(positives: Int) throws {
    var data = LogisticData(rows: 50_000, columns: 3)
    data.labels = data.labels.map { _ in 0 }
    for k in 0..<positives { data.labels[k * 4_999] = 1 }
    let fit = try LogisticRegression(l2: 1e-5).fit(data.rows())
    #expect(fit.report.status == .converged)
    // ∂F/∂b = 0: the mean probability is the share of positives.
    let probabilities = fit.model.probabilities(data.rows(Double.self).features)
    let share = Double(positives) / 50_000
    #expect(abs(probabilities.reduce(0, +) / 50_000 - share) < 1e-6 * share)
    #expect(fit.report.certificate!.boundOnSuboptimality! < 1e-8 * fit.report.objective!)
  }

  @Test(arguments: [0, 1e-34])
  func scalesOfTwelveOrdersDoNotMatter(l2: Double) throws {
    let scales = [1e12, 1, 1e-12]
    for count in [600, 50_000] {
      let data = LogisticData(rows: count, columns: 3)
      let plain = try LogisticRegression(l2: 0).fit(data.rows())
      let fit = try LogisticRegression(l2: l2).fit(data.scaled(scales).rows())
      #expect(fit.report.status == .converged)
      #expect(abs(fit.report.objective! - plain.report.objective!) < 1e-8)
      let unscaled = zip(fit.model.coefficients, scales).map { $0 * $1 }
      expectClose(unscaled, plain.model.coefficients, l2 == 0 ? 1e-4 : 2e-3)
    }
  }

  @Test func scalesOfTwelveOrdersInSinglePrecision() throws {
    let scales = [1e12, 1, 1e-12]
    let data = LogisticData(rows: 3_000, columns: 3)
    let plain = try LogisticRegression(l2: 0).fit(data.rows())
    let fit = try LogisticRegression(l2: 0).fit(data.scaled(scales).rows(Float.self))
    #expect(abs(fit.report.objective! - plain.report.objective!) < 1e-5)
    #expect(fit.theta.allFinite)
  }

  @Test func weightZeroRemovesAndWeightTwoRepeats() throws {
    var data = LogisticData(rows: 900, columns: 3)
    let repeated = (0..<900).flatMap { i in Array(repeating: i, count: Int(data.weights[i])) }
    let one = try LogisticRegression(l2: 1e-3).fit(data.rows(weighted: true))
    let two = try LogisticRegression(l2: 1e-3).fit(data.selecting(repeated).rows())
    expectClose(one.theta, two.theta, 1e-8)
    #expect(abs(one.report.objective! - two.report.objective!) < 1e-12)
    for i in 0..<300 {
      data.weights[i] = 0
      data.labels[i] = 1
      data.x[i] = [1e6, -1e6, 1e6]
    }
    let zero = try LogisticRegression(l2: 1e-3).fit(data.rows(weighted: true))
    let removed = try LogisticRegression(l2: 1e-3).fit(
      data.selecting(Array(300..<900)).rows(weighted: true))
    expectClose(zero.theta, removed.theta, 1e-8)
  }

  @Test(arguments: [700, 50_000])
  func orderOfRowsAndColumnsDoesNotMatter(count: Int) throws {
    let data = LogisticData(rows: count, columns: 3)
    let fit = try LogisticRegression(l2: 1e-3).fit(data.rows())
    let backwards = data.selecting((0..<count).reversed().map { $0 })
    let reversed = try LogisticRegression(l2: 1e-3).fit(backwards.rows())
    // A relative gap of 1e-10 in the objective leaves about its root in the coefficients.
    expectClose(reversed.theta, fit.theta, 1e-4)
    #expect(abs(reversed.report.objective! / fit.report.objective! - 1) < 2e-10)
    var turned = data
    turned.x = data.x.map { [$0[2], $0[0], $0[1]] }
    let other = try LogisticRegression(l2: 1e-3).fit(turned.rows()).theta
    expectClose([other[1], other[2], other[0], other[3]], fit.theta, 1e-4)
  }

  @Test func threadsGiveTheSameBytes() throws {
    let data = LogisticData(rows: 80_000, columns: 5)
    func theta<Scalar: KernelScalar>(_ type: Scalar.Type, _ threads: Int) throws -> [Double] {
      try LogisticRegression(l2: 1e-4, pool: WorkerPool(threads: threads))
        .fit(data.rows(type, weighted: true)).theta
    }
    let double = try theta(Double.self, 1), float = try theta(Float.self, 1)
    for threads in [2, 4] {
      #expect(try theta(Double.self, threads) == double)
      #expect(try theta(Float.self, threads) == float)
    }
  }

  @Test(arguments: [1, 100, 1e4])
  func precisionsAgree(condition: Double) throws {
    // Singular values from 1 to 1/condition, mixed so that no column shows them.
    var data = LogisticData(rows: 4_000, columns: 3)
    data.x = data.x.map { row in
      let (a, b, c) = (row[0], row[1] / condition.squareRoot(), row[2] / condition)
      return [a + b, a - b + c, a + c - b / 2]
    }
    for l2 in [0.25 / 4_000, 1e-2] {
      let double = try LogisticRegression(l2: l2).fit(data.rows(Double.self))
      let float = try LogisticRegression(l2: l2).fit(data.rows(Float.self))
      let relative = abs(float.report.objective! / double.report.objective! - 1)
      #expect(relative < 1e-5, "off by \(relative)")
    }
  }

  @Test func fitTwiceIsFitOnce() throws {
    let rows = LogisticData(rows: 40_000, columns: 4).rows(Float.self)
    let learner = LogisticRegression(l2: 1e-4)
    #expect(try learner.fit(rows).theta == learner.fit(rows).theta)
  }
}
