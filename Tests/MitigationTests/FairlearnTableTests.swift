import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import TestSupport
import Testing

/// The data of Fairlearn's golden tables, and the least-squares learners that they were made with.
private struct Table {
  let json: [String: Any]
  let x: [[Double]]
  let groups: GroupIndex
  let labels: [Double]
  let scores: [Double]

  init(flipped: Bool = false) throws {
    json = try GoldenFiles(.module, "reductions").json("fairlearn-tables.json")
    let data = json["data"] as! [String: String]
    func digits(_ key: String) -> [Double] { data[key]!.map { Double(String($0))! } }
    let (x1, x2, x3) = (digits("X1"), digits("X2"), digits("X3"))
    x = x1.indices.map { [x1[$0], x2[$0], x3[$0]] }
    groups = GroupIndex(attribute: "A", values: data["A"]!.map(String.init))
    labels = digits("y").map { flipped ? 1 - $0 : $0 }
    scores = digits("scores_x10").map { $0 / 10 }
  }

  func rows(_ key: String) -> [[String: Any]] { json[key] as! [[String: Any]] }

  /// Weighted least squares with a ridge far below the data, which makes singular cases defined.
  func leastSquares(_ y: [Double], _ weights: [Double]) -> [Double] {
    let gram = Matrix<Double>(rows: 3, columns: 3)
    var right = [Double](repeating: 0, count: 3)
    for (i, row) in x.enumerated() {
      for a in 0..<3 {
        right[a] += weights[i] * row[a] * y[i]
        for b in 0...a { gram[a, b] += weights[i] * row[a] * row[b] }
      }
    }
    for a in 0..<3 { gram[a, a] += 1e-12 }
    let w = Cholesky(gram)!.solve(right)
    return x.map { $0.dot(w) }
  }

  func classifier(_ scope: ConstraintScope) -> ClosureLearner {
    var made = 0
    let codes = scope.cells.codes.array.map(Int.init)
    return ClosureLearner { request in
      let z = leastSquares(
        codes.map { Double(request.labels[$0]) }, codes.map { request.weights[$0] })
      var sums = [Double](repeating: 0, count: scope.cells.count)
      for (i, score) in z.enumerated() where score > 0.5 { sums[codes[i]] += 1 }
      made += 1
      return FittedHypothesis(cellSums: sums, identifier: made)
    }
  }

  func regressor(_ scope: ConstraintScope, _ loss: GroupLoss) -> ClosureLearner {
    var made = 0
    let codes = scope.cells.codes.array.map(Int.init)
    return ClosureLearner(sums: .losses) { request in
      let p = leastSquares(scores, codes.map { request.weights[$0] })
      var sums = [Double](repeating: 0, count: scope.cells.count)
      let apart = zip(p, scores).map { abs($0 - $1) }
      for i in p.indices { sums[codes[i]] += loss.value(label: scores[i], prediction: p[i]) }
      let mean = apart.reduce(0, +) / Double(apart.count)
      let variance = apart.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(apart.count - 1)
      made += 1
      return FittedHypothesis(
        cellSums: sums, identifier: made, residualDeviation: variance.squareRoot())
    }
  }
}

private let byClass: [String: Criterion] = [
  "DemographicParity": .demographicParity, "EqualizedOdds": .equalizedOdds,
  "ErrorRateParity": .errorRateParity, "TruePositiveRateParity": .equalOpportunity,
  "FalsePositiveRateParity": .falsePositiveRateParity,
]

/// Fairlearn's own tolerance for its tables.
private let tolerance = 1e-5

@Suite struct FairlearnTableTests {
  @Test(arguments: ["eg_classification", "eg_classification_flipped_y"])
  func faithfulRunsReproduceTheClassificationTable(key: String) throws {
    let table = try Table(flipped: key.hasSuffix("flipped_y"))
    let scope = ConstraintScope(
      sensitive: [table.groups], labels: Buffer(table.labels.map { UInt8($0) }))
    for row in table.rows(key) {
      let eps = row["eps"] as! Double
      let bound =
        (row["ratio"] as? Double).map { ParityBound.ratio($0, slack: eps) } ?? .difference(eps)
      let costs = row["objective"] as? [String: Double]
      let method = ExponentiatedGradient(
        byClass[row["constraint_class"] as! String]!, bound: bound,
        costs: ErrorCosts(
          falsePositive: costs?["fp"] ?? 1, falseNegative: costs?["fn"] ?? 1),
        algorithm: .faithful, options: .init(multiplierBound: 1 / eps))
      var learner = table.classifier(scope)
      let result = try method.fit(scope, learner: &learner)
      let title: Comment = "\(row)"
      #expect(abs(result.disparity! - (row["disp"] as! Double)) < tolerance, title)
      #expect(abs(result.objective - (row["error"] as! Double)) < tolerance, title)
      #expect(abs(result.gap - (row["best_gap"] as! Double)) < tolerance, title)
      #expect(result.iterations - 1 == row["last_iter"] as! Int, title)
      #expect(result.bestIteration == row["best_iter"] as! Int, title)
      #expect(result.oracleCalls == row["n_oracle_calls"] as! Int, title)
      #expect(result.constantCalls == row["n_oracle_calls_dummy_returned"] as! Int, title)
      #expect(result.hypotheses.count == row["n_predictors"] as! Int, title)
    }
  }

  @Test func faithfulRunsReproduceTheRegressionTable() throws {
    let table = try Table()
    let scope = ConstraintScope(
      sensitive: [table.groups], labels: Buffer<UInt8>(zeroed: table.scores.count))
    for row in table.rows("eg_regression") {
      let kind = (row["loss"] as! [Any])[0] as! String
      let loss: GroupLoss = kind == "square" ? .square(0...1) : .absolute(0...1)
      let method = ExponentiatedGradient(
        [BoundedGroupLoss(loss, upperBound: row["upper_bound"] as! Double)],
        algorithm: .faithful,
        options: .init(
          multiplierBound: 1 / (row["eps"] as! Double),
          iterationLimit: row["max_iter"] as? Int ?? 50, targetGap: row["nu"] as? Double))
      var learner = table.regressor(scope, loss)
      let result = try method.fit(scope, learner: &learner)
      let title: Comment = "\(row)"
      #expect(abs(result.gap - (row["best_gap"] as! Double)) < tolerance, title)
      #expect(result.iterations - 1 == row["last_iter"] as! Int, title)
      #expect(result.oracleCalls == row["n_oracle_calls"] as! Int, title)
      let weights = row["weights"] as! [Double]
      #expect(result.hypotheses.count == row["n_predictors"] as! Int, title)
      for (j, member) in result.hypotheses.enumerated() {
        #expect(abs(member.weight - weights[j]) < tolerance, title)
        // The table's other entries are those of predictors that were never evaluated.
        guard weights[j] > 0 else { continue }
        #expect(abs(member.objective - (row["error"] as! [Double])[j]) < tolerance, title)
        let disparity = member.violation + (row["upper_bound"] as! Double)
        #expect(abs(disparity - (row["disp"] as! [Double])[j]) < tolerance, title)
      }
    }
  }
}
