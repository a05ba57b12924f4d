import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Optimization
import TestSupport
import Testing

private struct ContinuousData {
  var x: [[Double]] = []
  var labels: [UInt8] = []
  var age: [Double] = []
  var income: [Double] = []
  var weights: [Double] = []
  var group: [String] = []

  init(rows: Int) {
    var generator = SeededGenerator(seed: 11)
    func number() -> Double { Double(generator.next() >> 11) / Double(1 << 53) * 2 - 1 }
    for _ in 0..<rows {
      let hidden = number(), row = [number() + hidden, number() - hidden / 2, number()]
      x.append(row)
      age.append(40 + 10 * (hidden + 0.3 * number()))
      income.append(number() + row[2])
      labels.append(row[0] + 0.5 * row[2] + number() > 0 ? 1 : 0)
      weights.append(Double(1 + generator.next() % 3))
      group.append(hidden > 0.2 ? "a" : "b")
    }
  }

  var problem: PenalizedLogisticRegression.Problem<Double> {
    .init(
      features: DesignMatrix(dense: Matrix(x)), labels: Buffer(labels), sampleWeights: weights,
      continuous: [age, income])
  }

  /// (1/W)·Σ s·(a − ā)·z, from the definition.
  func covariance(_ attribute: [Double], _ model: LinearModel) -> Double {
    let total = weights.reduce(0, +)
    let mean = zip(weights, attribute).reduce(0) { $0 + $1.0 * $1.1 } / total
    return x.indices.reduce(0) { sum, i in
      let z = zip(x[i], model.coefficients).reduce(model.intercept) { $0 + $1.0 * $1.1 }
      return sum + weights[i] * (attribute[i] - mean) * z
    } / total
  }
}

@Suite struct ContinuousAttributeTests {
  private let data = ContinuousData(rows: 300)
  private var method: PenalizedLogisticRegression {
    PenalizedLogisticRegression(
      penalty: CovariancePenalty(), base: LogisticRegression(l2: 1e-3))
  }

  @Test func valueIsTheDefinition() throws {
    let theta = [0.3, -0.2, 0.5, 0.1], model = LinearModel(theta: theta)
    var gradient = [Double](repeating: 0, count: 4)
    let with = try method.objective(data.problem, strength: 2)
      .evaluate(at: theta, gradient: &gradient)
    let without = try method.objective(data.problem, strength: 0)
      .evaluate(at: theta, gradient: &gradient)
    let a = data.covariance(data.age, model), b = data.covariance(data.income, model)
    #expect(abs(with - without - 2 * (a * a + b * b)) < 1e-11)
  }

  @Test func derivativesMatchFiniteDifferences() throws {
    let objective = method.objective(data.problem, strength: 3)
    let theta = [0.3, -0.2, 0.5, 0.1], v = [0.7, 0.1, -0.4, 0.2], step = 1e-5
    var gradient = [Double](repeating: 0, count: 4), low = gradient, high = gradient
    _ = try objective.evaluate(at: theta, gradient: &gradient)
    for j in 0..<4 {
      var unit = [Double](repeating: 0, count: 4)
      unit[j] = 1
      let up = try objective.evaluate(at: theta.adding(step, times: unit), gradient: &high)
      let down = try objective.evaluate(at: theta.adding(-step, times: unit), gradient: &low)
      #expect(abs((up - down) / (2 * step) - gradient[j]) < 1e-8)
    }
    _ = try objective.evaluate(at: theta.adding(step, times: v), gradient: &high)
    _ = try objective.evaluate(at: theta.adding(-step, times: v), gradient: &low)
    let product = try objective.hessianProduct(at: theta, v)
    let hessian = try objective.hessian(at: theta)
    for j in 0..<4 {
      let dense = (0..<4).reduce(0.0) { $0 + v[$1] * (j >= $1 ? hessian[j, $1] : hessian[$1, j]) }
      #expect(abs((high[j] - low[j]) / (2 * step) - product[j]) < 1e-7)
      #expect(abs(dense - product[j]) < 1e-11)
    }
  }

  @Test func covarianceVanishesAsTheStrengthGrows() throws {
    let fits = try method.path(data.problem, strengths: [0, 0.01, 1, 100, 1e4])
    var last = Double.infinity
    for fit in fits {
      let a = data.covariance(data.age, fit.model), b = data.covariance(data.income, fit.model)
      let penalty = a * a + b * b
      #expect(fit.report.status == .converged && penalty <= last * (1 + 1e-9))
      last = penalty
    }
    #expect(last < 1e-9)
    #expect(fits[2].report.certificate!.boundOnSuboptimality! < 1e-8, "the penalty is convex")
  }

  @Test func aZeroOneAttributeIsItsTwoGroups() throws {
    let groups = GroupIndex(attribute: "group", values: data.group)
    let cells = CellIndex(
      attributes: [groups], labels: Buffer(data.labels), sampleWeights: data.weights)
    let features = DesignMatrix(dense: Matrix<Double>(data.x))
    let asGroups = PenalizedLogisticRegression.Problem(
      features: features, cells: cells, sampleWeights: data.weights)
    let asNumber = PenalizedLogisticRegression.Problem(
      features: features, labels: Buffer(data.labels), sampleWeights: data.weights,
      continuous: [data.group.map { $0 == "b" ? 1 : 0 }])
    let one = try method.fit(asGroups, strength: 5), two = try method.fit(asNumber, strength: 5)
    for (a, b) in zip(one.theta, two.theta) { #expect(abs(a - b) < 1e-8) }
  }

  @Test func groupsAndNumbersAddUp() throws {
    let groups = GroupIndex(attribute: "group", values: data.group)
    let cells = CellIndex(
      attributes: [groups], labels: Buffer(data.labels), sampleWeights: data.weights)
    let features = DesignMatrix(dense: Matrix<Double>(data.x))
    let theta = [0.3, -0.2, 0.5, 0.1]
    var gradient = [Double](repeating: 0, count: 4)
    func value(
      _ problem: PenalizedLogisticRegression.Problem<Double>, _ strength: Double
    ) throws -> Double {
      try method.objective(problem, strength: strength).evaluate(at: theta, gradient: &gradient)
    }
    let both = PenalizedLogisticRegression.Problem(
      features: features, cells: cells, sampleWeights: data.weights,
      continuous: [data.age, data.income])
    let grouped = PenalizedLogisticRegression.Problem(
      features: features, cells: cells, sampleWeights: data.weights)
    let loss = try value(both, 0)
    let sum = try value(grouped, 2) - loss + (value(data.problem, 2) - loss)
    #expect(abs(try value(both, 2) - loss - sum) < 1e-12)
  }

  @Test func penaltiesForGroupsOnlyRefuseNumbers() async {
    #expect(
      GroupMeansPenalty(.probability, .demographicParity).continuousTerms(totalWeight: 1) == nil)
    await #expect(processExitsWith: .failure) {
      _ = PenalizedLogisticRegression(
        penalty: GroupMeansPenalty(.probability, .demographicParity),
        base: LogisticRegression(l2: 1)
      ).objective(ContinuousData(rows: 20).problem, strength: 1)
    }
  }
}
