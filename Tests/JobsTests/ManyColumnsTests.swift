import Datasets
import Foundation
import Jobs
import LinearAlgebra
import Mitigation
import Models
import Testing

/// Tables that become more columns than can be factored: every method fits them.
@Suite struct ManyColumnsTests {
  static let methods = Mitigations.all.map { $0.name }
  /// Levels of two columns: below what was the limit of factors and above that of Gram matrices, and
  /// above both.
  static let levels = [[2_100, 2_050], [2_600, 2_500]]
  private static let count = 6_000

  private static func data(_ levels: [Int]) -> Dataset<Float> {
    var random = CounterRandom(seed: 3, stream: 1)
    let x = Matrix<Float>(rows: count, columns: 1)
    let codes = (0..<2).map { k in
      (0..<count).map { UInt16(($0 * (1 + 6 * k) + k * $0 / levels[0]) % levels[k]) }
    }
    let groups = (0..<count).map { _ in random.uniform() < 0.5 ? "a" : "b" }
    let labels: [UInt8] = (0..<count).map { i in
      x[i, 0] = Float(random.normal())
      let level = (codes[0][i] % 3 == 0 ? 0.7 : -0.4) + (codes[1][i] % 2 == 0 ? 0.4 : -0.4)
      let z = Double(x[i, 0]) + level + (groups[i] == "a" ? 0.8 : 0)
      return random.uniform() < 1 / (1 + exp(-z)) ? 1 : 0
    }
    let encoder = FeatureEncoder(
      numeric: [.init(name: "x")],
      categorical: zip(["c", "d"], levels).map { name, count in
        .init(name: name, levels: (0..<count - 1).map { "\(name)\($0)" })
      })
    return Dataset(
      source: "many", encoder: encoder,
      features: DesignMatrix(
        dense: x,
        categorical: zip(codes, levels).map { CodeColumn(codes: Buffer($0), levels: $1) }),
      labels: Buffer(labels), attributes: [GroupIndex(attribute: "g", values: groups)])
  }

  private static func run(
    _ name: String, _ data: Dataset<Float>, _ options: [String: String] = [:]
  ) throws -> Experiment<Float>.Run {
    try Experiment(train: data, test: nil).run(try Mitigations.named(name), options: options)
  }

  @Test(arguments: methods, levels)
  func everyMethodFitsThem(name: String, levels: [Int]) throws {
    let data = Self.data(levels), method = try Mitigations.named(name)
    #expect(data.features.columns > Cholesky.mostColumns)
    // Short searches solve the same kind of problem as long ones.
    let quick = ["epochs": "1", "grid_size": "3"].filter { option, _ in
      method.options.contains { $0.name == option }
    }
    let run = try Self.run(name, data, quick)
    // One epoch of a game is no end of it.
    #expect(run.document.status == "converged" || name == "adversarial")
    let chances = try run.model.predictor.probabilities(data, pool: .default)
    #expect(chances.allFinite)
    let (least, most) = (chances.min() ?? 0, chances.max() ?? 0)
    #expect(least < 0.5 && most >= 0.5, "from \(least) to \(most)")
  }

  @Test(arguments: [1e-3, 1e-5]) func sparseFitsDo(l1: Double) throws {
    let run = try Self.run("logistic", Self.data(Self.levels[1]), ["l1": "\(l1)"])
    #expect(run.document.status == "converged")
    #expect(try #require(run.document.train["accuracy_score"].value) > 0.6)
  }
}
