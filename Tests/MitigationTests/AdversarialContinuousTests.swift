import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Testing

/// Rows whose label and first feature lean on an age, which is no group.
private func aged(
  _ count: Int, unit: Double = 1, origin: Double = 0, continuous: [String] = ["age"]
) -> Dataset<Double> {
  var random = CounterRandom(seed: 9, stream: 0)
  let x = Matrix<Double>(rows: count, columns: 3)
  var age = [Double](repeating: 0, count: count)
  let labels = Buffer<UInt8>(zeroed: count)
  for i in 0..<count {
    age[i] = random.normal()
    for j in 0..<3 { x[i, j] = random.normal() + (j == 0 ? age[i] : 0) }
    labels[i] = x[i, 0] + x[i, 1] + x[i, 2] + random.normal() > 0 ? 1 : 0
  }
  return Dataset(
    source: "memory",
    encoder: FeatureEncoder(
      numeric: (0..<3).map { .init(name: "x\($0)") }, options: DataOptions(continuous: continuous)),
    features: DesignMatrix(dense: x), labels: labels, attributes: [],
    columns: ["age": age.map { origin + unit * $0 }])
}

private func fitted(
  _ data: Dataset<Double>, _ options: [String: String] = [:]
) throws -> TrainedModel {
  let usual = ["epochs": "20", "hidden": "8", "learning_rate": "0.01", "batch_size": "256"]
  return try Adversarial.fit(
    data,
    FitRequest(
      options: try MethodOptions(usual.merging(options) { $1 }, of: Adversarial.self),
      pool: WorkerPool(threads: 2)))
}

private func decisions(_ model: TrainedModel, _ data: Dataset<Double>) throws -> [Double] {
  try model.predictor.scores(data, pool: .default).map { $0 > 0 ? 1 : 0 }
}

/// |cov(v, a)|/σ(a)
private func change(_ values: [Double], along age: [Double]) -> Double {
  let n = Double(values.count)
  let mean = values.reduce(0, +) / n, center = age.reduce(0, +) / n
  let product = zip(values, age).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - center) } / n
  let variance = age.reduce(0) { $0 + ($1 - center) * ($1 - center) } / n
  return abs(product) / variance.squareRoot()
}

@Suite struct AdversarialContinuousTests {
  @Test(arguments: ["demographic_parity", "equalized_odds", "equal_opportunity"])
  func theDialNarrowsTheChangeAlongANumber(criterion: String) throws {
    let data = aged(4_000), age = data.columns["age"]!
    let strengths = ["0", "20"]
    let models = try strengths.map { try fitted(data, ["strength": $0, "criterion": criterion]) }
    let rows = data.labels!.array.indices.filter {
      criterion == "demographic_parity" || data.labels![$0] == 1
    }
    let changes = try models.map { model in
      let chosen = try decisions(model, data)
      return change(rows.map { chosen[$0] }, along: rows.map { age[$0] })
    }
    #expect(changes[0] > 0.05 && changes[1] < 0.5 * changes[0], "\(changes)")
  }

  @Test func aTargetIsDrivenTo() throws {
    let data = aged(4_000)
    let model = try fitted(data, ["target_gap": "0.03", "epochs": "40"])
    #expect(change(try decisions(model, data), along: data.columns["age"]!) < 0.035)
  }

  @Test func unitsOfANumberDoNotMatter() throws {
    let one = try fitted(aged(1_000)), other = try fitted(aged(1_000, unit: 1024, origin: 4096))
    let data = aged(1_000)
    let pairs = zip(
      try one.predictor.scores(data, pool: .default),
      try other.predictor.scores(data, pool: .default))
    #expect(pairs.allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func someSensitiveColumnIsNeeded() throws {
    #expect(throws: DataError.self) { try fitted(aged(200, continuous: [])) }
    #expect(throws: DataError.self) {
      try Penalized.fit(
        aged(200), FitRequest(options: try MethodOptions([:], of: Penalized.self)))
    }
  }

  @Test func layersHaveWidthsOfTheirOwn() throws {
    let data = aged(400)
    let model = try fitted(
      data, ["hidden": "9,4", "adversary_hidden": "5, 3", "adversary_activation": "tanh"])
    let network = try #require(model.predictor as? NeuralNetwork)
    #expect(network.architecture.hidden == [9, 4])
    #expect(model.options["hidden"] == .text("9,4"))
    #expect(model.options["adversary_hidden"] == .text("5,3"))
    let one = try fitted(data, ["hidden": "6", "layers": "2"])
    #expect(try #require(one.predictor as? NeuralNetwork).architecture.hidden == [6, 6])
    #expect(one.options["hidden"] == .integer(6))
    #expect(try Adversarial(options: ["hidden": "7"]).hidden == 7)
    #expect(try Adversarial(options: ["hidden": "7,2"]).widths == [7, 2])
  }

  @Test(arguments: [
    ["hidden": "9,x"], ["hidden": ""], ["hidden": "9,"], ["hidden": "9,0"], ["hidden": "-1"],
    ["hidden": "9,4", "layers": "2"], ["adversary_hidden": "0,4"], ["adversary_optimizer": "best"],
  ])
  func wrongLayersAreNamed(options: [String: String]) throws {
    let error = #expect(throws: DataError.self) { try fitted(aged(200), options) }
    let names = Array(options.keys)
    #expect(names.contains { "\(error!)".contains($0) }, "\(error!)")
  }

  @Test func anAdversaryTakesTheStepsThatAreAskedFor() throws {
    let data = aged(1_000)
    let models = try [[:], ["adversary_optimizer": "adam"], ["adversary_optimizer": "sgd"]].map {
      try fitted(data, $0).predictor.scores(data, pool: .default)
    }
    #expect(models[0] != models[1] && models[1] != models[2])
  }
}
