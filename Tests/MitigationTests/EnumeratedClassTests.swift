import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import TestSupport
import Testing

/// A class of hypotheses listed one by one, with the exact optima over its mixtures.
struct EnumeratedClass {
  let scope: ConstraintScope
  let expected: [String: Any]
  /// The sums over cells of each hypothesis.
  let sums: [[Double]]

  init(_ name: String) throws {
    let files = GoldenFiles(.module, "reductions/\(name)")
    let data = try files.columns("data.csv")
    expected = try files.json("expected.json")
    scope = ConstraintScope(
      sensitive: [GroupIndex(attribute: "A", values: data["A"]!.map { String(Int($0)) })],
      labels: Buffer(data["y"]!.map { UInt8($0) }))
    let codes = scope.cells.codes.array.map(Int.init), count = scope.cells.count
    let list = (expected["hypotheses"] as! [String: Any])["list"] as! [[Double]]
    sums = list.map { h in
      let x = data["x\(Int(h[1]))"]!
      var sums = [Double](repeating: 0, count: count)
      for i in x.indices {
        let positive = h[0] == 1 || (h[0] == 2 && x[i] > h[2]) || (h[0] == 3 && x[i] <= h[2])
        if positive { sums[codes[i]] += 1 }
      }
      return sums
    }
  }

  /// The hypothesis with the smallest weighted error: an exact oracle.
  var learner: ClosureLearner {
    let sums = sums
    return ClosureLearner(isExact: true) { request in
      let costs = zip(request.labels, request.weights).map { $0 == 1 ? -$1 : $1 }
      let values = sums.map { $0.dot(costs) }
      let best = values.indices.min { values[$0] < values[$1] }!
      return FittedHypothesis(cellSums: sums[best], identifier: best)
    }
  }

  /// The exact optima: (requirement, error).
  var optima: [(name: String, requirement: any LinearRequirement, error: Double)] {
    let constraints: [String: Criterion] = [
      "DemographicParity": .demographicParity, "EqualizedOdds": .equalizedOdds,
      "TruePositiveRateParity": .equalOpportunity,
      "FalsePositiveRateParity": .falsePositiveRateParity, "ErrorRateParity": .errorRateParity,
    ]
    var all: [(name: String, requirement: any LinearRequirement, error: Double)] = []
    for (constraint, table) in expected["exact_lp"] as! [String: [String: Any]] {
      for (bound, value) in table {
        guard let error = (value as? [String: Any])?["error"] as? Double else { continue }
        let numbers = bound.split { !"0123456789.".contains($0) }.compactMap { Double($0) }
        let requirement: any LinearRequirement
        if let parity = constraints[constraint] {
          requirement = ParityRequirement(
            parity,
            bound.hasPrefix("ratio")
              ? .ratio(numbers[0], slack: numbers[1]) : .difference(numbers[0]))
        } else {
          requirement = BoundedGroupLoss(
            .zeroOne, upperBound: (table["minimax_group_loss"] as! Double) + numbers[0])
        }
        all.append(("\(constraint) \(bound)", requirement, error))
      }
    }
    return all.sorted { $0.name < $1.name }
  }
}

private let classes = ["stumps_n40_k2", "stumps2d_n80_k2", "stumps_n60_k3"]
/// The exact optima are known to rounding.
private let tolerance = 1e-6

@Suite struct EnumeratedClassTests {
  @Test(arguments: classes)
  func columnGenerationReachesTheExactOptimum(name: String) throws {
    let golden = try EnumeratedClass(name)
    for (title, requirement, error) in golden.optima {
      var learner = golden.learner
      let result = try ExponentiatedGradient([requirement]).fit(golden.scope, learner: &learner)
      #expect(abs(result.objective - error) < tolerance, "\(name) \(title)")
      #expect(result.violation! < 1e-8, "\(name) \(title)")
      #expect(result.status == .converged && result.gap < tolerance, "\(name) \(title)")
      #expect(result.boundOnSuboptimality != nil)
      #expect(abs(result.members.reduce(0) { $0 + $1.weight } - 1) < 1e-9)
      #expect(result.members.count <= result.multipliers.count + 1)
    }
  }

  @Test(arguments: classes)
  func exponentiatedGradientReachesTheExactOptimum(name: String) throws {
    let golden = try EnumeratedClass(name)
    for (title, requirement, error) in golden.optima {
      var learner = golden.learner
      let method = ExponentiatedGradient(
        [requirement], algorithm: .faithful,
        options: .init(
          multiplierBound: 1_000, iterationLimit: 200, targetGap: 1e-7, repairs: .all))
      let result = try method.fit(golden.scope, learner: &learner)
      #expect(abs(result.objective - error) < tolerance, "\(name) \(title)")
      #expect(result.violation! < 1e-8, "\(name) \(title)")
    }
  }
}
