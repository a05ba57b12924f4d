import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Testing

private func rows(_ scores: [Double], _ labels: [UInt8], _ groups: [String]) throws -> ScoredRows {
  try ScoredRows(
    scores: scores, labels: Buffer(labels),
    attributes: [GroupIndex(attribute: "g", values: groups)])
}

private func options(_ given: [String: String], of method: any Postprocessor.Type) throws
  -> FitRequest
{
  FitRequest(options: try MethodOptions(given, from: method.options, of: method.name))
}

@Suite struct StageTests {
  @Test func aScoreThatIsNoNumberIsNamedWithItsRow() {
    #expect(
      throws: DataError.notFinite(file: "s.csv", row: 3, column: "score", value: "nan")
    ) {
      try ScoredRows(
        scores: [0.5, .nan], labels: Buffer([0, 1]), attributes: [], source: "s.csv")
    }
    #expect(throws: DataError.noRowsLeft(file: "s.csv")) {
      try ScoredRows(scores: [], labels: Buffer([]), attributes: [], source: "s.csv")
    }
  }

  @Test func aCutSeparatesNeighbouringScores() {
    let one = 1.0
    for (low, high) in [
      (one, one.nextUp), (-0.0.nextUp, 1), (-Double.infinity, 0), (0, .infinity),
      (-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude),
      (0, Double.leastNonzeroMagnitude),
    ] {
      for includingMiddle in [true, false] {
        let cut = ScoreThreshold.between(
          lower: low, upper: high, includingMiddle: includingMiddle)
        #expect(cut.selects(high) && !cut.selects(low))
      }
    }
    #expect(ScoreThreshold.between(lower: 0, upper: 1).selects(0.5))
    #expect(!ScoreThreshold.between(lower: 0, upper: 1, includingMiddle: false).selects(0.5))
    #expect(ScoreThreshold.everybody.selects(-.infinity))
    #expect(!ScoreThreshold.nobody.selects(.infinity))
  }

  @Test func thresholdsSurviveJSON() throws {
    let rule = GroupedRule(
      attributes: ["g"], groups: ["a", "b", "c", "d"],
      rule: ThresholdRule(thresholds: [.everybody, .nobody, .init(0.1), .init(.infinity)]),
      pooledRule: ThresholdRule(thresholds: [.init(1.0 / 3)]))
    let again = try JSONDecoder().decode(GroupedRule.self, from: JSONEncoder().encode(rule))
    #expect(again.rule as? ThresholdRule == rule.rule as? ThresholdRule)
    #expect(again.pooledRule as? ThresholdRule == rule.pooledRule as? ThresholdRule)
    #expect(again.groups == rule.groups && again.attributes == rule.attributes)
  }

  @Test func aGroupThatWasNotFittedIsRefusedOrPooled() throws {
    let fitted = try rows([0.1, 0.9, 0.2, 0.6, 0.7], [0, 1, 0, 1, 0], ["a", "a", "b", "b", "b"])
    let request = try options([:], of: UnconstrainedThresholds.self)
    let new = [GroupIndex(attribute: "g", values: ["b", "z", "a"])]
    let strict = try GroupedRule.fit(
      UnconstrainedThresholds.self, fitted, unseen: .error, request
    ).rule
    #expect(
      throws: PredictorError.unknownGroup(attribute: "g", group: "z", known: ["a", "b"])
    ) { try strict.values(scores: [0.5, 0.5, 0.5], attributes: new) }
    #expect(throws: PredictorError.missingAttribute("g")) {
      try strict.values(scores: [0.5], attributes: [])
    }
    let lenient = try GroupedRule.fit(
      UnconstrainedThresholds.self, fitted, unseen: .pooled, request
    ).rule
    let alone = try UnconstrainedThresholds.fit(try fitted.pooled(), request).rule
    let scores = [0.55, 0.65, 0.45]
    let values = try lenient.values(scores: scores, attributes: new)
    #expect(values[1] == alone.values(scores: [0.65], groups: [0])[0])
    #expect(
      [values[0], values[2]] == lenient.rule.values(scores: [0.55, 0.45], groups: [1, 0]))
  }

  @Test func optionsOfStagesDoNotHideThoseOfTheLearner() {
    for method in Mitigations.all {
      let names = method.options.map(\.name)
      #expect(Set(names).count == names.count, "\(method.name)")
    }
  }

  @Test func mixturesAddUpToTheProbabilities() {
    let probabilities = [0.2, 0, 1, 0.75, 0.2]
    let mixture = RuleDraw.mixture(probabilities)
    #expect(mixture.map(\.weight).reduce(0, +) == 1)
    for row in probabilities.indices {
      let expected = mixture.reduce(0) { $0 + $1.weight * Double($1.decisions[row]) }
      #expect(abs(expected - probabilities[row]) < 1e-15)
    }
    #expect(RuleDraw.mixture([1, 0, 1]).map(\.decisions) == [[1, 0, 1]])
    #expect(RuleDraw.mixture([0, 0]).map(\.decisions) == [[0, 0]])
  }

  /// Rates are alike between inferred groups, new rows need no attribute, and the model survives
  /// its state.
  @Test func groupsCanBeInferredFromTheFeatures() throws {
    let set = try BundledDataset.named("german")
    let data: Dataset<Double> = try DataReader(options: DataOptions(set)).read(
      .bundled(set, .train))
    let method = try Mitigations.named("group-thresholds")
    let model = try method.fit(
      data,
      FitRequest(options: try MethodOptions(["groups": "inferred", "bound": "0.02"], of: method)))
    let predictor = try #require(model.predictor as? PostprocessedPredictor)
    #expect(!predictor.needsAttributes)
    let blind = Dataset(
      source: data.source, encoder: data.encoder, features: data.features, labels: data.labels)
    let values = try predictor.probabilities(blind, pool: .default)
    let inferred = try #require(predictor.groupModel).inferred(blind, pool: .default)
    var sums = [Double](repeating: 0, count: inferred.count), counts = sums
    for row in 0..<data.rows {
      sums[inferred[row]] += values[row]
      counts[inferred[row]] += 1
    }
    let rates = zip(sums, counts).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
    #expect(rates.count > 1 && rates.max()! - rates.min()! <= 0.02)
    let again = try Mitigations.predictors.restore(predictor.state)
    #expect(try again.probabilities(blind, pool: .default) == values)
  }

  @Test func rulesFittedToHeldOutRowsLeaveThemToTheRule() throws {
    let set = try BundledDataset.named("german")
    let data: Dataset<Double> = try DataReader(options: DataOptions(set)).read(
      .bundled(set, .train))
    let method = try Mitigations.named("unprocessing")
    func fit(_ holdout: String) throws -> TrainedModel {
      try method.fit(
        data, FitRequest(options: try MethodOptions(["holdout": holdout], of: method), seed: 3))
    }
    let all = try fit("0"), part = try fit("0.4")
    let base = { (model: TrainedModel) in (model.predictor as? PostprocessedPredictor)?.base }
    let plain = try Logistic.fit(
      data, FitRequest(options: try MethodOptions([:], of: Logistic.self)))
    #expect(base(all) as? LinearModel == plain.predictor as? LinearModel)
    #expect(base(part) as? LinearModel != plain.predictor as? LinearModel)
    #expect(part.options["holdout"] == .number(0.4))
  }
}
