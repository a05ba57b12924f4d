import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Optimization
import RowSums
import TestSupport
import Testing

/// Fairlearn's runs with scikit-learn's logistic regression on 200 rows, against the native learner.
private struct Golden {
  let expected: [String: Any]
  let scope: ConstraintScope
  let features: DesignMatrix<Double>

  init() throws {
    let files = GoldenFiles(.module, "reductions/eg_lr_k2")
    let data = try files.columns("data.csv")
    expected = try files.json("expected.json")
    features = DesignMatrix(
      dense: Matrix(data["y"]!.indices.map { i in ["x0", "x1", "x2"].map { data[$0]![i] } }))
    scope = ConstraintScope(
      sensitive: [GroupIndex(attribute: "A", values: data["A"]!.map { String(Int($0)) })],
      labels: Buffer(data["y"]!.map { UInt8($0) }))
  }

  var learner: LogisticLearner {
    LogisticLearner(
      LocalRows(
        PenalizedLogisticRegression.Problem(
          features: features, cells: scope.cells, sampleWeights: nil
        ).rows), l2: 1 / 200, rule: StoppingRule(relativeGap: 1e-13))
  }

  /// The rows of a table that JSON keeps by number.
  static func ordered(_ table: Any) -> [[Double]] {
    (table as! [String: [Double]]).sorted { Int($0.key)! < Int($1.key)! }.map(\.value)
  }

  static let constraints: [String: Criterion] = [
    "DemographicParity": .demographicParity, "EqualizedOdds": .equalizedOdds,
    "TruePositiveRateParity": .equalOpportunity,
    "FalsePositiveRateParity": .falsePositiveRateParity, "ErrorRateParity": .errorRateParity,
  ]
}

@Suite struct LogisticReductionGoldenTests {
  @Test func faithfulRunsAreFairlearnsAndFastOnesMeetTheBounds() throws {
    let golden = try Golden()
    let runs = golden.expected["exponentiated_gradient"] as! [String: [String: Any]]
    #expect(runs.count >= 10)
    for (name, run) in runs {
      let parts = name.split(separator: "|").map(String.init)
      guard let constraint = Golden.constraints[parts[0]], parts[1].hasPrefix("difference_bound="),
        let bound = Double(parts[1].dropFirst("difference_bound=".count))
      else { continue }
      let error = run["randomized_error"] as! Double
      var learner = golden.learner
      let faithful = try ExponentiatedGradient(
        constraint, bound: .difference(bound), algorithm: .faithful,
        options: .init(multiplierBound: 1 / bound)
      ).fit(golden.scope, learner: &learner)
      #expect(abs(faithful.objective - error) < 1e-6, "\(name)")
      #expect(abs(faithful.disparity! - (run["max_violation"] as! Double)) < 1e-6, "\(name)")
      #expect(abs(faithful.gap - (run["best_gap"] as! Double)) < 1e-6, "\(name)")
      #expect(faithful.oracleCalls == run["n_oracle_calls"] as! Int, "\(name)")
      var again = golden.learner
      let fast = try ExponentiatedGradient(constraint, bound: .difference(bound))
        .fit(golden.scope, learner: &again)
      #expect(fast.violation! < 1e-9, "\(name)")
      // One row of the 200.
      #expect(fast.objective <= error + 0.005, "\(name): \(fast.objective) against \(error)")
    }
  }

  @Test func theLatticeAndItsSelectionAreFairlearns() throws {
    let golden = try Golden()
    let runs = golden.expected["grid_search"] as! [String: [String: Any]]
    #expect(runs.count >= 2)
    for (name, run) in runs {
      let parts = name.split(separator: "|").map(String.init)
      guard let constraint = Golden.constraints[parts[1]],
        let size = Int(parts[2].dropFirst("grid_size=".count))
      else { continue }
      var learner = golden.learner
      let result = try GridSearch(
        [ParityRequirement(constraint, .difference(0))], grid: .lattice, size: size
      ).fit(golden.scope, learner: &learner)
      let lambdas = Golden.ordered(run["lambda_vecs"]!)
      let names = run["lambda_index"] as! [String]
      let rows = ParityRequirement(constraint, .difference(0))
        .compile(golden.scope, form: .pairwise, sums: .positives).rows.map(\.name)
      #expect(Set(names) == Set(rows) && lambdas.count == result.multipliers.count)
      for (mine, theirs) in zip(result.multipliers, lambdas) {
        for (row, value) in zip(rows, mine) {
          #expect(abs(value - theirs[names.firstIndex(of: row)!]) < 1e-12, "\(name)")
        }
      }
      let objectives = run["objectives"] as! [Double]
      #expect(result.candidates.count == objectives.count)
      for (candidate, objective) in zip(result.candidates, objectives) {
        #expect(abs(candidate.objective - objective) < 1e-9, "\(name)")
      }
      let gammas = Golden.ordered(run["gammas"]!).map { $0.max()! }
      for (candidate, gamma) in zip(result.candidates, gammas) {
        #expect(abs(candidate.disparity - gamma) < 1e-9, "\(name)")
      }
      #expect(result.selected == run["best_idx"] as! Int, "\(name)")
      var spread = golden.learner
      let better = try GridSearch([ParityRequirement(constraint, .difference(0))], size: size)
        .fit(golden.scope, learner: &spread)
      #expect(
        better.best.objective + better.best.disparity
          <= result.best.objective + result.best.disparity + 0.005, "\(name)")
    }
  }
}
