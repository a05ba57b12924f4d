import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Optimization
import TestSupport
import Testing

private let golden = GoldenFiles(.module, "preprocess")

/// A golden case as rows: the numeric columns x0…x3, the group A, the label y and the weight w.
func goldenRows(_ name: String) throws -> PreparedRows {
  let columns = try golden.columns("\(name)/data.csv")
  let n = columns["y"]!.count
  return PreparedRows(
    x: (0..<n).map { i in (0..<4).map { columns["x\($0)"]![i] } },
    labels: columns["y"]!.map { Int($0) },
    groups: [columns["A"]!.map { "\(Int($0))" }], continuous: [columns["A"]!],
    weights: columns["w"]!)
}

@Suite struct ReweighingTests {
  @Test(arguments: ["bin", "bin_w", "multi_k4", "tiny"])
  func factorsAreThoseOfAIF360(name: String) throws {
    let rows = try goldenRows(name), data: Dataset<Double> = rows.data()
    let expected = try golden.json("\(name)/expected.json")
    let fit = try Reweighing.fit(data, try preprocessing(Reweighing.self))
    let weights = try #require(fit.transform as? CellWeights)
    for (cell, value) in expected["multigroup_reweighing_cell"] as! [String: Double] {
      let parts = cell.split(whereSeparator: { "=|".contains($0) })
      let group = try #require(weights.groups.names.firstIndex(of: String(parts[1])))
      #expect(abs(weights.factors[0][2 * group + Int(parts[3])!] - value) < 1e-12, "\(cell)")
    }
    let own = expected["aif360.Reweighing"] as! [String: Any]
    guard rows.groups[0].contains("2") == false else { return }
    let result = try fit.transform.training(data, pool: .default)
    for (found, value) in zip(result.sampleWeights!, own["instance_weights"] as! [Double]) {
      #expect(abs(found - value) < 1e-12)
    }
  }

  /// Labels are independent of groups, and no margin moves, whatever the number of attributes.
  @Test(arguments: [1, 2], [false, true])
  func theWeightedLabelIsIndependent(attributes: Int, weighted: Bool) throws {
    let data: Dataset<Double> = PreparedRows.random(
      800, groups: 4, seed: 3, weighted: weighted, attributes: attributes
    ).data()
    let before = data.cellWeights, after = try prepared(Reweighing.self, data).cellWeights
    let total = before.reduce(0, +)
    let share = stride(from: 1, to: before.count, by: 2).reduce(0.0) { $0 + before[$1] } / total
    for group in 0..<before.count / 2 {
      let weight = before[2 * group] + before[2 * group + 1]
      guard before[2 * group] > 0 && before[2 * group + 1] > 0 else { continue }
      #expect(abs(after[2 * group] + after[2 * group + 1] - weight) < 1e-9)
      #expect(abs(after[2 * group + 1] / weight - share) < 1e-12)
    }
    if attributes == 1 { #expect(abs(after.reduce(0, +) - total) < 1e-9) }
  }

  @Test func eachStratumIsMadeIndependentAlone() throws {
    var rows = PreparedRows.random(600, groups: 3, seed: 8)
    rows.controls = [rows.c.map { $0[0] == 0 ? "a" : "b" }]
    let result = try prepared(Reweighing.self, rows.data() as Dataset<Double>)
    for stratum in ["a", "b"] {
      let chosen = rows.controls[0].indices.filter { rows.controls[0][$0] == stratum }
      let own: Dataset<Double> = rows.taking(chosen).data()
      let alone = try prepared(Reweighing.self, own).sampleWeights!
      for (k, i) in chosen.enumerated() {
        #expect(abs(result.sampleWeights![i] - alone[k]) < 1e-12)
      }
    }
  }

  @Test func aModelFitsTheWeightsAndSavesNoStage() throws {
    let rows = PreparedRows.random(400, groups: 2, seed: 5)
    let data: Dataset<Double> = rows.data()
    let method = try Mitigations.named("reweighing")
    let model = try method.fit(data, FitRequest(options: try MethodOptions(of: method)))
    #expect(model.predictor is LinearModel && model.method == "reweighing")
    let weighed = try prepared(Reweighing.self, data)
    let plain = try Logistic.fit(
      weighed, FitRequest(options: try MethodOptions(of: Logistic.self)))
    #expect(model.predictor as? LinearModel == plain.predictor as? LinearModel)
  }
}

/// What holds for every method: removed and repeated rows, order, threads.
@Suite struct PreprocessingInvarianceTests {
  /// Methods and options for which a weight of 2 is the same as a repeated row. A synthetic row
  /// stands between whole rows, and a label is turned as a whole, so those are not among them.
  static let weighing: [(String, [String: String])] = [
    ("reweighing", [:]), ("sampling", ["scheme": "uniform"]),
    ("sampling", ["scheme": "preferential"]), ("sampling", ["sizes": "balance"]),
    ("disparate-impact-remover", ["categories": "keep"]),
    ("optimal-transport", ["repair_level": "0.6", "categories": "keep"]),
    ("correlation-remover", [:]), ("correlation-remover", ["alpha": "0.5"]),
    ("feature-suppression", ["association_threshold": "0.15", "most": "2"]),
    ("feature-suppression", ["by": "importance", "most": "1"]),
  ]

  /// The weight that each distinct row has in all.
  private func masses(_ data: Dataset<Double>) -> [[Double]: Double] {
    var sums: [[Double]: Double] = [:]
    for (i, row) in data.spelledOut.enumerated() {
      let weight = data.sampleWeights?[i] ?? 1
      guard weight > 1e-12 else { continue }
      let key =
        row.dropLast(1 + data.attributes.count).map { ($0 * 1e7).rounded() / 1e7 }
        + row.suffix(data.attributes.count)
      sums[key, default: 0] += weight
    }
    return sums
  }

  @Test(arguments: PreprocessingInvarianceTests.weighing.indices)
  func weightTwoIsARepeatedRowAndWeightZeroNone(k: Int) throws {
    let (name, options) = Self.weighing[k]
    let method = try Preprocessors.named(name)
    let rows = PreparedRows.random(240, groups: 3, seed: 11, weighted: true)
    let order = rows.weights!.indices.flatMap {
      Array(repeating: $0, count: Int(rows.weights![$0]))
    }
    var repeated = rows.taking(order)
    repeated.weights = [Double](repeating: 1, count: order.count)
    let one = masses(try prepared(method, rows.data(), options))
    let two = masses(try prepared(method, repeated.data(), options))
    #expect(one.count == two.count, "\(name)")
    for (row, weight) in one { #expect(abs((two[row] ?? 0) - weight) < 1e-6, "\(name) \(row)") }
  }

  static let names: [String] = Preprocessors.all.map { $0.name }

  static let all: [(String, [String: String])] =
    weighing + [
      ("sampling", ["scheme": "synthetic"]), ("massaging", [:]),
      ("massaging", ["target": "highest"]), ("label-flipping", [:]),
      ("disparate-impact-remover", [:]), ("disparate-impact-remover", ["ties": "hashed"]),
      ("optimal-transport", ["repair_level": "0.5"]), ("optimal-transport", ["knots": "7"]),
    ]

  static let scaled =
    all + [
      ("learned-fair-representations", ["prototypes": "3", "steps": "20"]),
      ("optimized-preprocessing", ["value_bins": "2"]),
    ]

  /// Weights have no unit: twice all of them is the same problem, to the last bit.
  @Test(arguments: PreprocessingInvarianceTests.scaled.indices)
  func weightsInAnotherUnitChangeNothing(k: Int) throws {
    let (name, options) = Self.scaled[k]
    let method = try Preprocessors.named(name)
    var rows = PreparedRows.random(240, groups: 3, seed: 17, weighted: true)
    let one = try prepared(method, rows.data(as: Double.self), options)
    rows.weights = rows.weights!.map { 2 * $0 }
    let two = try prepared(method, rows.data(as: Double.self), options)
    #expect(two.rows == one.rows, "\(name) \(options)")
    let place = one.features.columns + 1
    for (a, b) in zip(one.spelledOut, two.spelledOut) {
      for (j, (x, y)) in zip(a, b).enumerated() {
        #expect(y == (j == place ? 2 * x : x), "\(name) \(options), column \(j)")
      }
    }
  }

  /// By default the search ends by its tolerance, lower than one round of sharp corners ends.
  @Test(arguments: [UInt64(0), 1])
  func representationsSettle(seed: UInt64) throws {
    let set = try BundledDataset.named("compas")
    var known = DataOptions(set)
    known.sensitive = ["sex"]
    let data: Dataset<Double> = try DataReader(options: known).read(.bundled(set, .train))
    let fit = try LearnedFairRepresentations.fit(
      data, try preprocessing(LearnedFairRepresentations.self, seed: seed))
    #expect(fit.report.status == .converged)
    let objective = PrototypeObjective(
      data.features, labels: try #require(data.labels), attributes: data.attributes, prototypes: 10,
      distance: .squared, factors: .init(reconstruction: 0.01, target: 1, fairness: 50))
    let sharp = LBFGS().minimizeFirstOrder(
      objective, from: objective.start(seed: seed),
      rule: StoppingRule(relativeGap: 0, iterationLimit: fit.report.iterations))
    #expect(fit.report.objective! < sharp.value)
  }

  @Test func prototypesAreNamed() throws {
    let data: Dataset<Double> = PreparedRows.random(60, groups: 2, seed: 8).data()
    let result = try prepared(
      LearnedFairRepresentations.self, data, ["prototypes": "3", "steps": "5"])
    #expect(result.encoder.columnNames == ["prototype 0", "prototype 1", "prototype 2"])
  }

  @Test(arguments: PreprocessingInvarianceTests.all.indices)
  func theOrderOfRowsDoesNotMatter(k: Int) throws {
    let (name, options) = Self.all[k]
    let method = try Preprocessors.named(name)
    let rows = PreparedRows.random(200, groups: 3, seed: 23)
    var random = SeededGenerator(seed: 4)
    let order = (0..<rows.count).shuffled(using: &random)
    let one = try prepared(method, rows.data(as: Double.self), options).sortedRows
    let two = try prepared(method, rows.taking(order).data(as: Double.self), options).sortedRows
    // Synthetic rows are drawn by their number, so only their count and cells stay.
    guard options["scheme"] != "synthetic" else { return #expect(one.count == two.count) }
    #expect(one.count == two.count, "\(name)")
    for (a, b) in zip(one, two) {
      for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-9, "\(name) \(options)") }
    }
  }

  @Test(arguments: PreprocessingInvarianceTests.all.indices)
  func threadsDoNotChangeABit(k: Int) throws {
    let (name, options) = Self.all[k]
    let method = try Preprocessors.named(name)
    let data: Dataset<Float> = PreparedRows.random(
      9_000, groups: 3, seed: 31, columns: 2, weighted: true
    ).data()
    let first = try prepared(method, data, options, pool: .serial).spelledOut
    for threads in [2, 4] {
      let other = try prepared(method, data, options, pool: WorkerPool(threads: threads))
      #expect(other.spelledOut == first, "\(name) \(options)")
    }
  }

  /// Every method runs through the registry, its model predicts after a round trip, and groups that
  /// were not fitted are an error where the method needs groups to predict.
  @Test(arguments: PreprocessingInvarianceTests.names)
  func modelsSurviveTheirFile(name: String) throws {
    let data: Dataset<Float> = PreparedRows.random(500, groups: 3, seed: 2, continuous: 1).data()
    let method = try Mitigations.named(name)
    let given = name == "feature-suppression" ? ["association_threshold": "0.95"] : [:]
    let model = try method.fit(data, FitRequest(options: try MethodOptions(given, of: method)))
    let path = NSTemporaryDirectory() + "equipoise-\(UUID().uuidString).eqp"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try ModelStore.write(model, to: path)
    let again = try ModelStore.read(path)
    #expect(try again.predict(data) == model.predict(data))
    #expect(again.options == model.options && again.encoder == data.encoder)
    var strange = PreparedRows.random(20, groups: 3, seed: 2, continuous: 1)
    strange.groups[0][3] = "new"
    guard model.predictor.needsAttributes else {
      _ = try model.predict(strange.data() as Dataset<Float>)
      return
    }
    #expect(
      throws: PredictorError.unknownGroup(
        attribute: "g0", group: "new", known: data.attributes[0].names)
    ) { try model.predict(strange.data() as Dataset<Float>) }
  }
}
