import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Optimization
import TestSupport
import Testing

private let names = [
  "dp_mean_score": "demographic_parity", "eopp_mean_score": "equal_opportunity",
  "fpr_mean_score": "false_positive_rate", "eodds_mean_score": "equalized_odds",
  "covariance": "covariance",
]

private struct GoldenCase {
  let problem: PenalizedLogisticRegression.Problem<Double>
  let expected: [String: Any]

  init(_ name: String, json: String = "expected.json") throws {
    let files = GoldenFiles(.module, "fairlr/\(name)")
    let data = try files.columns("data.csv")
    expected = try files.json(json)
    let columns = data.keys.filter { $0.hasPrefix("x") }.sorted {
      Int($0.dropFirst())! < Int($1.dropFirst())!
    }
    let x = Matrix<Double>((0..<data["y"]!.count).map { i in columns.map { data[$0]![i] } })
    let group = GroupIndex(attribute: "A", values: data["A"]!.map { String(Int($0)) })
    let cells = CellIndex(
      attributes: [group], labels: Buffer(data["y"]!.map { UInt8($0) }), sampleWeights: data["w"])
    problem = .init(features: DesignMatrix(dense: x), cells: cells, sampleWeights: data["w"])
  }
}

private func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.1))) }
}

@Suite struct PenalizedGoldenTests {
  @Test(arguments: ["bin", "bin_w", "multi_k4", "multi_k4_w"])
  func valueGradientAndHessianProductAtGivenPoints(name: String) throws {
    let golden = try GoldenCase(name)
    let l2 = golden.expected["l2"] as! Double
    for (key, value) in golden.expected["results"] as! [String: [String: Any]] {
      let method = PenalizedLogisticRegression(
        penalty: Penalties.named(names[key]!)!, base: LogisticRegression(l2: l2))
      for point in value["points"] as! [[String: Any]] {
        let theta = point["theta"] as! [Double]
        let objective = method.objective(golden.problem, strength: point["lambda"] as! Double)
        var gradient = [Double](repeating: 0, count: theta.count)
        let found = try objective.evaluate(at: theta, gradient: &gradient)
        #expect(abs(found - (point["objective"] as! Double)) < 1e-10, "\(name) \(key)")
        #expect(largestDifference(gradient, point["grad"] as! [Double]) < 1e-10, "\(name) \(key)")
        let v = point["hvp_v"] as! [Double]
        let product = try objective.hessianProduct(at: theta, v)
        #expect(largestDifference(product, point["hvp"] as! [Double]) < 1e-10, "\(name) \(key)")
        let hessian = try objective.hessian(at: theta)
        let dense = theta.indices.map { i in
          theta.indices.reduce(0.0) { $0 + v[$1] * (i >= $1 ? hessian[i, $1] : hessian[$1, i]) }
        }
        #expect(largestDifference(dense, product) < 1e-10, "\(name) \(key)")
      }
    }
  }

  @Test(arguments: ["bin", "bin_w", "multi_k4", "multi_k4_w"])
  func pathReachesTheOptima(name: String) throws {
    let golden = try GoldenCase(name)
    for (key, value) in golden.expected["results"] as! [String: [String: Any]] {
      let optima = value["optima"] as! [[String: Any]]
      let method = PenalizedLogisticRegression(
        penalty: Penalties.named(names[key]!)!,
        base: LogisticRegression(l2: golden.expected["l2"] as! Double))
      let strengths = optima.map { $0["lambda"] as! Double }
      for (fit, optimum) in try zip(method.path(golden.problem, strengths: strengths), optima) {
        let reference = optimum["objective"] as! Double
        #expect(
          fit.report.objective! <= reference + 1e-9,
          "\(name) \(key) λ=\(optimum["lambda"]!): \(fit.report.objective!) > \(reference)")
        #expect(fit.report.status == .converged, "\(name) \(key) λ=\(optimum["lambda"]!)")
      }
    }
  }

  @Test func prejudiceRemoverHasTheRightGradient() throws {
    let golden = try GoldenCase("bin", json: "prejudice_remover.json")
    for point in golden.expected["points"] as! [[String: Any]] {
      let remover = PrejudiceRemover(
        eta: point["eta"] as! Double, penalizesIntercept: true,
        base: LogisticRegression(l2: point["C"] as! Double))
      let objective = remover.objective(golden.problem)
      let theta = point["theta"] as! [Double]
      var gradient = [Double](repeating: 0, count: theta.count)
      let found = try objective.evaluate(at: theta, gradient: &gradient)
      let wanted = point["objective"] as! Double
      #expect(abs(found - wanted) < 1e-10 * abs(wanted))
      #expect(largestDifference(gradient, point["grad"] as! [Double]) < 1e-10)
    }
    for optimum in golden.expected["optima"] as! [[String: Any]] {
      let remover = PrejudiceRemover(
        eta: optimum["eta"] as! Double, penalizesIntercept: true,
        base: LogisticRegression(l2: optimum["C"] as! Double))
      let fit = try remover.fit(golden.problem)
      #expect(fit.report.objective! <= (optimum["objective"] as! Double) + 1e-7)
    }
  }
}
