import Datasets
import LinearAlgebra
import Models
import RowSums
import TestSupport
import Testing

/// Data of a kind, with the columns spelled out for the independent solution.
private struct Case<Scalar: KernelScalar> {
  var features: DesignMatrix<Scalar>
  var targets: [Double]
  var weights: [Double]

  /// - Parameters:
  ///   - scales: one factor a dense column.
  ///   - means: added to the columns, in units of their spread.
  init(rows: Int, scales: [Double], means: [Double] = [], levels: Int = 0, seed: UInt64 = 1) {
    var generator = SeededGenerator(seed: seed)
    func number() -> Double { Double(generator.next() >> 11) / Double(1 << 53) * 2 - 1 }
    let x = Matrix<Scalar>(rows: rows, columns: scales.count)
    let codes = (0..<(levels > 0 ? rows : 0)).map { _ in UInt16(generator.next() % UInt64(levels)) }
    targets = []
    weights = []
    for i in 0..<rows {
      var sum = 0.5 + 0.1 * number()
      for j in scales.indices {
        let value = number()
        x[i, j] = Scalar((value + (j < means.count ? means[j] : 0)) * scales[j])
        sum += value * Double(j + 1) / 3
      }
      if levels > 0 { sum += Double(codes[i]) / 4 }
      targets.append(Double(Scalar(sum)))
      weights.append(Double(1 + generator.next() % 3))
    }
    features = DesignMatrix(
      dense: x, categorical: levels > 0 ? [CodeColumn(codes: Buffer(codes), levels: levels)] : [])
  }

  func fit(
    l2: Double = 0, intercept: Bool = true, threads: Int = 1, weighted: Bool = true
  ) -> LinearFit {
    LinearRegression(l2: l2, fitsIntercept: intercept, pool: WorkerPool(threads: threads)).fit(
      features, targets: Buffer(narrowing: targets),
      weights: weighted ? Buffer(narrowing: weights) : nil)
  }

  /// The same problem by QR: √s-weighted rows of (x, 1), and √(W·l2)·I below for the penalty.
  func byQR(l2: Double = 0, intercept: Bool = true) -> [Double] {
    let n = features.rows, d = features.columns, width = d + (intercept ? 1 : 0)
    let total = weights.reduce(0, +)
    let a = Matrix<Double>(rows: n + (l2 > 0 ? d : 0), columns: width)
    let b = Matrix<Double>(rows: a.rows, columns: 1)
    for i in 0..<n {
      let root = weights[i].squareRoot()
      for (j, value) in features.expandedRow(i).enumerated() { a[i, j] = root * value }
      if intercept { a[i, d] = root }
      b[i, 0] = root * targets[i]
    }
    if l2 > 0 { for j in 0..<d { a[n + j, j] = (total * l2).squareRoot() } }
    return LeastSquares.byQR(a, b)!.column(0)
  }

  func objective(_ model: LinearModel, l2: Double = 0) -> Double {
    let total = weights.reduce(0, +)
    let loss = (0..<features.rows).reduce(0.0) { sum, i in
      let z = zip(features.expandedRow(i), model.coefficients).reduce(model.intercept) {
        $0 + $1.0 * $1.1
      }
      return sum + weights[i] * (z - targets[i]) * (z - targets[i])
    }
    return loss / (2 * total) + 0.5 * l2 * model.coefficients.reduce(0) { $0 + $1 * $1 }
  }
}

@Suite struct LinearRegressionTests {
  @Test(arguments: [0, 0.01], [true, false])
  func agreesWithQR(l2: Double, intercept: Bool) {
    let data = Case<Double>(rows: 300, scales: [1, 2, 0.5])
    let fit = data.fit(l2: l2, intercept: intercept),
      expected = data.byQR(l2: l2, intercept: intercept)
    for (j, value) in expected.prefix(3).enumerated() {
      #expect(abs(fit.model.coefficients[j] - value) < 1e-11)
    }
    #expect(abs(fit.model.intercept - (intercept ? expected[3] : 0)) < 1e-11)
    #expect(abs(fit.report.objective! - data.objective(fit.model, l2: l2)) < 1e-14)
    #expect(fit.report.status == .converged && fit.report.certificate!.value < 1e-13)
  }

  @Test func categoriesAgreeWithTheirExpansion() {
    let data = Case<Double>(rows: 500, scales: [1, 3], levels: 6)
    let fit = data.fit(l2: 1e-3), expected = data.byQR(l2: 1e-3)
    for (found, wanted) in zip(fit.model.coefficients, expected) {
      #expect(abs(found - wanted) < 1e-10)
    }
  }

  @Test func scalesOfTwelveOrdersDoNotMatter() {
    let data = Case<Double>(rows: 400, scales: [1e12, 1, 1e-12])
    let plain = Case<Double>(rows: 400, scales: [1, 1, 1])
    let fit = data.fit(), reference = plain.fit()
    for (j, scale) in [1e12, 1, 1e-12].enumerated() {
      let wanted = reference.model.coefficients[j]
      #expect(abs(fit.model.coefficients[j] * scale - wanted) < 1e-9 * abs(wanted))
    }
    #expect(abs(fit.report.objective! - reference.report.objective!) < 1e-12)
  }

  @Test(arguments: [1e3, 1e6])
  func meansFarFromZeroCostNothing(mean: Double) {
    let data = Case<Double>(rows: 6_000, scales: [1, 1e-6], means: [mean, -mean])
    let plain = Case<Double>(rows: 6_000, scales: [1, 1e-6])
    let fit = data.fit(), reference = plain.fit()
    for j in 0..<2 {
      let wanted = reference.model.coefficients[j]
      #expect(abs(fit.model.coefficients[j] - wanted) < 1e-15 * mean * abs(wanted) * 100)
    }
  }

  @Test func collinearColumnsShareTheirWeight() {
    var data = Case<Double>(rows: 300, scales: [1, 1, 1])
    for i in 0..<300 { data.features.dense[i, 2] = data.features.dense[i, 0] }
    let reduced = DesignMatrix(
      dense: Matrix<Double>(
        (0..<300).map { [data.features.dense[$0, 0], data.features.dense[$0, 1]] }))
    let fit = data.fit()
    data.features = reduced
    let alone = data.fit()
    #expect(abs(fit.model.coefficients[0] - fit.model.coefficients[2]) < 1e-9)
    #expect(abs(2 * fit.model.coefficients[0] - alone.model.coefficients[0]) < 1e-9)
    #expect(abs(fit.report.objective! - alone.report.objective!) < 1e-13)
    #expect(fit.report.status == .converged)
  }

  @Test(arguments: [0, 1, 1e12, -1e-12, 0.1])
  func constantColumnsGetNoWeight(value: Double) {
    let data = Case<Double>(rows: 300, scales: [1, 1, 1])
    for i in 0..<300 { data.features.dense[i, 1] = value }
    for l2 in [0, 1e-3] {
      let fit = data.fit(l2: l2)
      #expect(abs(fit.model.coefficients[1] * max(1, abs(value))) < 1e-9)
      #expect(abs(fit.report.objective! - data.objective(fit.model, l2: l2)) < 1e-13)
      #expect(fit.report.certificate!.value < 1e-10 * max(1, abs(value)))
    }
  }

  @Test func allLevelsAndAnInterceptAreNoTrouble() {
    let data = Case<Double>(rows: 500, scales: [1], levels: 5)
    let fit = data.fit(), penalized = data.fit(l2: 1e-10)
    #expect(abs(fit.report.objective! - penalized.report.objective!) < 1e-8)
    #expect(fit.report.certificate!.value < 1e-12)
  }

  @Test func theBoundHoldsAndBites() {
    let data = Case<Double>(rows: 300, scales: [1, 2, 0.5])
    let fit = data.fit(l2: 0.1)
    let best = data.objective(fit.model, l2: 0.1)
    #expect(fit.report.certificate!.boundOnSuboptimality! < 1e-15)
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<20 {
      var other = fit.model
      for j in 0..<3 { other.coefficients[j] += 1e-4 * (Double(generator.next() % 100) - 50) }
      other.intercept += 1e-4
      #expect(data.objective(other, l2: 0.1) >= best)
    }
    #expect(
      data.fit().report.certificate!.boundOnSuboptimality == nil, "nothing is proved without l2")
  }

  @Test func weightsAreRepetitions() {
    let data = Case<Double>(rows: 120, scales: [1, 2], levels: 3)
    var repeated = data
    let indices = (0..<120).flatMap { i in Array(repeating: i, count: Int(data.weights[i])) }
    repeated.features = data.features.selecting(indices)
    repeated.targets = indices.map { data.targets[$0] }
    repeated.weights = indices.map { _ in 1 }
    let one = data.fit(l2: 0.01), two = repeated.fit(l2: 0.01, weighted: false)
    for (a, b) in zip(one.theta, two.theta) { #expect(abs(a - b) < 1e-12) }
    var zero = data
    for i in 0..<60 { zero.weights[i] = 0 }
    for i in 0..<60 { zero.targets[i] = 1e6 }
    var kept = data
    kept.features = data.features.selecting(Array(60..<120))
    kept.targets = Array(data.targets[60...])
    kept.weights = Array(data.weights[60...])
    for (a, b) in zip(zero.fit(l2: 0.01).theta, kept.fit(l2: 0.01).theta) {
      #expect(abs(a - b) < 1e-12)
    }
  }

  @Test func threadsGiveTheSameBytes() {
    let data = Case<Float>(rows: 20_000, scales: [1, 5, 0.1], levels: 7)
    let one = data.fit(l2: 1e-4)
    for threads in [2, 4] { #expect(data.fit(l2: 1e-4, threads: threads).theta == one.theta) }
  }

  @Test func singlePrecisionFeaturesAreSolvedInDouble() {
    let narrow = Case<Float>(rows: 2_000, scales: [1, 5, 0.1], means: [2_000, 0, 3])
    var wide = Case<Double>(rows: 2_000, scales: [1, 5, 0.1])
    for i in 0..<2_000 {
      for j in 0..<3 { wide.features.dense[i, j] = Double(narrow.features.dense[i, j]) }
    }
    wide.targets = narrow.targets
    wide.weights = narrow.weights
    let expected = wide.byQR()
    for (found, wanted) in zip(narrow.fit().theta, expected) {
      #expect(abs(found - wanted) < 1e-8 * max(1, abs(wanted)))
    }
  }

  @Test func labelsAreTargets() {
    let data = Case<Double>(rows: 200, scales: [1, 2])
    let labels = data.targets.map { UInt8($0 > 0.5 ? 1 : 0) }
    let rows = ScoreRows(
      features: data.features, labels: Buffer(labels), sampleWeights: data.weights)
    var numbers = data
    numbers.targets = labels.map { Double($0) }
    #expect(LinearRegression(l2: 0.1, pool: .serial).fit(rows).theta == numbers.fit(l2: 0.1).theta)
  }
}

@Suite struct PositiveSolverTests {
  @Test func solvesWhatIsDetermined() {
    let a = Matrix<Double>([[4, 0, 0], [4, 4, 0], [0, 0, 0]])
    let solver = PositiveSolver(a)!
    #expect(solver.rank == 1)
    let x = solver.solve([8, 8, 5])
    #expect(abs(x[0] - 1) < 1e-12 && abs(x[1] - 1) < 1e-12 && x[2] == 0)
    #expect(PositiveSolver(Matrix<Double>([[.nan]])) == nil)
  }
}
