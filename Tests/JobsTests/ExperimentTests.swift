import Auditing
import Criteria
import Datasets
import Foundation
import Jobs
import LinearAlgebra
import Mitigation
import Models
import Reports
import Testing

private func adult(sensitive: [String] = ["sex"], useSensitive: Bool = false) throws
  -> Experiment<Float>
{
  let set = try BundledDataset.named("adult")
  var options = DataOptions(set)
  options.sensitive = sensitive
  options.useSensitive = useSensitive
  let (train, test) = try DataReader(options: options).readSplit(
    .bundled(set, .train), test: .table(.bundled(set, .test)), as: Float.self)
  return Experiment(train: train, test: test)
}

extension FitRecord {
  fileprivate func testValue(_ name: String) -> Double { test?[MeasureName(name)].value ?? .nan }
  fileprivate func trainValue(_ name: String) -> Double { train[MeasureName(name)].value ?? .nan }
}

@Suite struct ExperimentTests {
  /// scikit-learn on one-hot columns reaches 85.17 % and 0.9053 on the official test file.
  @Test func plainLogisticRegressionDoesOnAdultWhatItShould() throws {
    let run = try adult().run(Logistic.self)
    #expect(run.document.status == "converged")
    #expect(run.document.testValue("accuracy_score") >= 0.851)
    #expect(run.document.testValue("roc_auc_score") >= 0.905)
  }

  @Test func propertiesRunAsOptionsByNameDo() throws {
    let experiment = try adult()
    let typed = try experiment.run(Penalized(strength: 20))
    let named = try experiment.run(Penalized.self, options: ["strength": "20"])
    #expect(typed.model.options == named.model.options)
    #expect(typed.document.train == named.document.train)
    #expect(typed.document.test == named.document.test)
  }

  /// Along the path of strengths the penalty on the training rows never rises; its square root is
  /// the gap of mean probabilities. At a selection gap of 0.014 the error is near the best known.
  @Test func thePenalizedPathTradesAccuracyForParity() throws {
    let experiment = try adult()
    let runs = try experiment.frontier(Penalized.self)
    var gaps: [Double] = []
    for run in runs {
      let probabilities = try run.model.predictor.probabilities(experiment.train, pool: .default)
      var sums = [0.0, 0.0], counts = [0.0, 0.0]
      for (i, p) in probabilities.enumerated() {
        sums[experiment.train.attributes[0][i]] += p
        counts[experiment.train.attributes[0][i]] += 1
      }
      gaps.append(abs(sums[0] / counts[0] - sums[1] / counts[1]))
    }
    for (weak, strong) in zip(gaps, gaps.dropFirst()) { #expect(strong <= weak + 1e-6) }
    let close = runs.filter { $0.document.testValue("selection_rate.difference") <= 0.0145 }
    let best = close.map { 1 - $0.document.testValue("accuracy_score") }.min()
    #expect(best! <= 0.170)
  }

  /// Mean accuracy and min(DI, 1/DI) of in-processing logistic regressions on Adult and sex over ten
  /// random splits in thirds: Friedler et al., A comparative study of fairness-enhancing
  /// interventions in machine learning, FAT* 2019, and the results published with it.
  static let published: [(name: String, accuracy: Double, ratio: Double)] = [
    ("prejudice remover", 0.8482, 0.306), ("Zafar, fairness", 0.8458, 0.388),
    ("Zafar, accuracy", 0.7961, 1 / 1.148), ("Calders and Verwer", 0.8393, 0.404),
  ]

  /// Their splits were never published, so the official test file stands for them; no point but the
  /// accuracy-minded one comes near parity, which the path reaches.
  @Test func thePathLiesAboveThePublishedPoints() throws {
    let runs = try adult().frontier(
      Penalized.self, settings: [0, 0.1, 0.2, 0.4, 0.7, 1, 2, 4, 6, 8, 10, 15, 20])
    for point in Self.published {
      let asFair = runs.filter { $0.document.testValue("selection_rate.ratio") >= point.ratio }
      let best = asFair.map { $0.document.testValue("accuracy_score") }.max() ?? 0
      #expect(best > point.accuracy, "\(point.name): \(best) at a ratio of \(point.ratio)")
    }
    #expect(runs.contains { $0.document.testValue("selection_rate.ratio") >= 0.95 })
  }

  @Test(arguments: [false, true])
  func bisectionReachesParityOfThresholdedRates(useSensitive: Bool) throws {
    let run = try adult(useSensitive: useSensitive).run(
      Penalized.self, options: ["target_gap": "0.002"])
    #expect(run.document.trainValue("selection_rate.ratio") >= 0.97)
    #expect(run.document.trainValue("selection_rate.difference") <= 0.002)
  }

  @Test(arguments: Mitigations.all.map { $0.name })
  func everyMethodRunsOnEveryBundledTableAndSurvivesAFile(name: String) throws {
    let method = try Mitigations.named(name)
    let folder = NSTemporaryDirectory() + "equipoise-models-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for set in BundledDataset.all where set.name != "adult" {
      var options = DataOptions(set)
      if set.name == "compas" { options.sensitive = ["sex"] }
      let (train, test) = try DataReader(options: options).readSplit(
        .bundled(set, .train), test: .fraction(0.3, seed: 1), as: Double.self)
      let experiment = Experiment(train: train, test: test, seed: 4)
      let run = try experiment.run(method)
      var allowed = ["converged"]
      // A game of few rows may still be moving when its epochs are over.
      if name == "adversarial" { allowed.append("iteration_limit") }
      // Some rows admit no rule that meets the constraint; that is said, and the nearest kept.
      if method.family == .postprocessing { allowed.append("infeasible") }
      #expect(allowed.contains(run.document.status), "\(set.name)")
      let path = folder + "/\(set.name).eqp"
      try ModelStore.write(run.model, to: path, dataDigest: "0")
      let again = try ModelStore.read(path)
      #expect(again.method == name && again.options == run.model.options)
      #expect(again.encoder == run.model.encoder)
      let before = try run.model.evaluate(test), after = try again.evaluate(test)
      #expect(before.probabilities == after.probabilities)
      #expect(before.decisions == after.decisions)
      let twice = try experiment.run(method)
      let same = try twice.model.evaluate(test)
      #expect(same.probabilities == before.probabilities)
    }
  }

  @Test(arguments: Mitigations.all.map { $0.name })
  func threadsChangeNoBit(name: String) throws {
    let set = try BundledDataset.named("german")
    let data: Dataset<Float> = try DataReader(options: DataOptions(set)).read(
      .bundled(set, .train))
    let results = try [1, 2, 4].map { threads in
      var experiment = Experiment(train: data, test: nil, seed: 9)
      experiment.pool = WorkerPool(threads: threads)
      let run = try experiment.run(try Mitigations.named(name))
      return try run.model.predictor.probabilities(data, pool: .serial)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test func aRunWithoutGroupsOrLabelsIsRefused() throws {
    let set = try BundledDataset.named("german")
    var options = DataOptions(set)
    options.sensitive = []
    let data: Dataset<Float> = try DataReader(options: options).read(.bundled(set, .train))
    #expect(throws: DataError.self) {
      _ = try Experiment(train: data, test: nil).run(Penalized.self)
    }
    #expect(throws: DataError.self) {
      _ = try Experiment(train: data, test: nil).run(
        Logistic.self, options: ["l2": "-1"])
    }
  }

  @Test func paretoRunsAreThoseThatNoOtherBeats() throws {
    let runs = try adult().frontier(Penalized.self, settings: [0, 1, 10, 100])
    let document = RunsDocument(runs.map(\.document), disparity: "selection_rate.difference")
    for (i, run) in document.runs.enumerated() {
      let beaten = document.runs.indices.contains { j in
        let other = document.runs[j]
        let a = other.testValue("accuracy_score") - run.testValue("accuracy_score")
        let d =
          run.testValue("selection_rate.difference")
          - other.testValue("selection_rate.difference")
        return j != i && a >= 0 && d >= 0 && (a > 0 || d > 0)
      }
      #expect(run.pareto == !beaten)
    }
  }

  @Test func gatesReadConditionsAndDoNotOpenForWhatIsNotMeasured() throws {
    let outcomes = Outcomes(
      attributes: [GroupIndex(attribute: "g", values: ["a", "a", "b", "b"])],
      labels: Buffer([0, 1, 0, 0]), predictions: Buffer([1, 1, 1, 0]))
    let result = try Audit().run(outcomes)
    #expect(try Gate("selection_rate.difference>0.4").isExceeded(by: result))
    #expect(try !Gate("selection_rate.difference > 0.5").isExceeded(by: result))
    #expect(try Gate("selection_rate.ratio<0.8").isExceeded(by: result))
    #expect(try Gate("true_positive_rate.ratio<0.8").isExceeded(by: result))
    for bad in [
      "no_such_metric.difference>0.1", "selection_rate.gap>0.1", "selection_rate.ratio<x", "", ">1",
      "g.accuracy_score<1", "surely(selection_rate.difference>0.1",
    ] {
      #expect(throws: GateError.self) { try Gate(bad) }
    }
  }
}
