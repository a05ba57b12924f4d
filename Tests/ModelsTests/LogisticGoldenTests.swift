import Datasets
import Foundation
import LinearAlgebra
import Models
import Optimization
import RowSums
import TestSupport
import Testing

@Suite struct LogisticGoldenTests {
  @Test(arguments: ["base", "big_scale", "collinear", "rare_class", "weighted", "wide"])
  func reachesTheReference(name: String) throws {
    let files = GoldenFiles(.module, "logreg/\(name)")
    let data = try files.columns("data.csv"), expected = try files.json("expected.json")
    let names = expected["features"] as! [String]
    let n = data["y"]!.count
    let x = Matrix<Double>((0..<n).map { i in names.map { data[$0]![i] } })
    let features = DesignMatrix(dense: x)
    let weights = data["w"]
    let total = weights?.reduce(0, +) ?? Double(n)
    let rows = ScoreRows(
      features: features, labels: Buffer(data["y"]!.map { UInt8($0) }), sampleWeights: weights)
    for solution in expected["solutions"] as! [[String: Any]] {
      let fit = try LogisticRegression(
        l2: (solution["l2"] as! Double) / total, fitsIntercept: solution["fit_intercept"] as! Bool
      ).fit(rows)
      let objective = solution["objective"] as! Double
      let relative = abs(fit.report.objective! * total - objective) / objective
      #expect(relative < 1e-10, "\(name): objective off by \(relative)")
      let coefficients = solution["coef"] as! [Double]
      for (found, wanted) in zip(fit.model.coefficients, coefficients) {
        #expect(abs(found - wanted) < 1e-7 * max(1, abs(wanted)), "\(name): \(found) \(wanted)")
      }
      #expect(abs(fit.model.intercept - (solution["intercept"] as! Double)) < 1e-6)
      #expect(fit.report.status == .converged)
    }
  }
}
