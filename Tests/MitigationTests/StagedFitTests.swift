import Datasets
import LinearAlgebra
import Mitigation
import Models
import Testing

private func german() throws -> DataParts<Double> {
  let set = try BundledDataset.named("german")
  return try DataReader(options: DataOptions(set)).readParts(
    .bundled(set, .train), test: .fraction(0.3, seed: 1), validation: .fraction(0.3, seed: 2))
}

private let request = FitRequest(options: MethodOptions(recorded: [:]), seed: 3)

/// Stages joined by name, and the rows that each is fitted to.
@Suite struct StagedFitTests {
  @Test func namesMakeStagesAndStagesMakeNames() throws {
    for name in [
      "logistic", "logistic+group-thresholds", "penalized+group-calibration+group-thresholds",
      "reductions+unprocessing+unprocessing",
    ] {
      #expect(try StagedFit(named: name).name == name)
    }
    #expect(try StagedFit(named: "unprocessing").name == "logistic+unprocessing")
    for name in Preprocessors.all.map({ $0.name }) {
      #expect(try StagedFit(named: "\(name)+unprocessing").preprocessing.count == 1)
      #expect(throws: DataError.self) { try StagedFit(named: "logistic+\(name)") }
      #expect(throws: DataError.self) { try StagedFit(named: "unprocessing+\(name)") }
    }
    for name in ["", "+", "logistic+", "logistic+logistic", "unprocessing+logistic", "logistik"] {
      #expect(throws: DataError.self, "\(name)") { try StagedFit(named: name) }
    }
  }

  /// The rule is the one that the validation rows' scores give, and the method's is that of the
  /// training rows.
  @Test func rulesAreFittedToTheRowsTheyAreGiven() throws {
    let parts = try german(), validation = try #require(parts.validation)
    let staged = try StagedFit(named: "logistic+group-thresholds")
    let fitted = try staged.fit(parts.train, validation: validation, request).model
    let base = try Logistic.fit(
      parts.train, FitRequest(options: staged.method.options, seed: 3))
    let predictor = try #require(fitted.predictor as? PostprocessedPredictor)
    #expect(
      try predictor.base.scores(validation, pool: .serial)
        == base.predictor.scores(validation, pool: .serial))
    var own = request
    own.options = staged.postprocessing[0].options
    let scored = try ScoredRows(base, validation, pool: .serial)
    let expected = try GroupThresholds.fit(scored, own).rule
    let rule = try #require(predictor.rule.rule as? ThresholdRule)
    #expect(rule == expected as? ThresholdRule)
    let onTrain = try staged.fit(parts.train, request).model.predictor as? PostprocessedPredictor
    #expect(onTrain?.rule.rule as? ThresholdRule != rule)
  }

  @Test func groupsCanBeInferredAfterAnyStages() throws {
    let parts = try german()
    var staged = try StagedFit(named: "penalized+group-thresholds")
    staged.groups = .inferred
    let model = try staged.fit(parts.train, validation: parts.validation, request).model
    let test = try #require(parts.test)
    let blind = Dataset(
      source: test.source, encoder: test.encoder, features: test.features, labels: test.labels)
    #expect(!model.predictor.needsAttributes)
    #expect(try model.evaluate(blind).decisions == model.evaluate(test).decisions)
  }

  @Test func optionsAreRecordedUnderTheirStages() throws {
    let parts = try german()
    let staged = try StagedFit(named: "logistic+unprocessing+group-thresholds+group-thresholds")
    let model = staged.model(try staged.fit(parts.train, request))
    #expect(model.method == staged.name)
    #expect(model.options["group-thresholds.bound"] == .number(0.01))
    #expect(model.options["group-thresholds 2.bound"] == .number(0.01))
    #expect(model.options["logistic.l2"]?.number != nil && model.options["l2"] == nil)
    let alone = try StagedFit(named: "logistic")
    #expect(alone.model(try alone.fit(parts.train, request)).options["l2"] != nil)
  }

  @Test func outsideScoresPassThroughAndSurviveTheirState() throws {
    let set = try BundledDataset.named("german")
    var options = DataOptions(set)
    options.mode.numbers = ["age"]
    options.mode.packsFeatures = false
    let data: Dataset<Double> = try DataReader(options: options).read(.bundled(set, .train))
    var column = MethodOptions(recorded: [:])
    column.resolve("column", .text("age"))
    var staged = StagedFit(method: Stage(OutsideScores.self, column))
    let plain = try staged.fit(data, request).model
    #expect(try plain.predictor.probabilities(data, pool: .serial) == data.columns["age"])
    let method = UnconstrainedThresholds.self
    staged.postprocessing = [
      Stage(method, try MethodOptions(from: method.options, of: method.name))
    ]
    let model = try staged.fit(data, request).model
    #expect(model.predictor.plainColumns == ["age"])
    let again = try Mitigations.predictors.restore(model.predictor.state)
    #expect(again.plainColumns == ["age"])
    #expect(
      try again.probabilities(data, pool: .serial)
        == model.predictor.probabilities(data, pool: .serial))
    let other: Dataset<Double> = try DataReader(options: DataOptions(set)).read(
      .bundled(set, .train))
    #expect(throws: PredictorError.missingAttribute("age")) {
      try plain.predictor.scores(other, pool: .serial)
    }
  }

  @Test func statedThresholdsAreTakenAsTheyAre() throws {
    let method = StatedThresholds.self
    let rows = try ScoredRows(
      scores: [0.3, 0.5, 0.3, 0.5, 0.3], labels: Buffer([0, 1, 1, 0, 1]),
      attributes: [GroupIndex(attribute: "g", values: ["a", "a", "b,c", "b,c", "d=e"])])
    func decided(_ options: [String: String]) throws -> [Double] {
      var own = request
      own.options = try MethodOptions(options, from: method.options, of: method.name)
      return try method.fit(rows, own).rule.values(
        scores: rows.scores, groups: rows.groupCodes)
    }
    #expect(try decided([:]) == [0, 1, 0, 1, 0])
    #expect(try decided(["thresholds": "a=0.2,b,c=0.6,d=e=0.3"]) == [1, 1, 0, 0, 1])
    #expect(try decided(["threshold": "0.1", "thresholds": "a=9"]) == [0, 0, 1, 1, 1])
    for wrong in ["a", "a=x", "z=1", "a=1,a=2", "a=1,", "", "a=nan"] {
      #expect(throws: DataError.self, "\(wrong)") { try decided(["thresholds": wrong]) }
    }
  }

  /// Rows without identifier and features draw by their position, so that alike rows differ.
  @Test func rowsWithoutFeaturesDrawByPosition() {
    let rows = 1_000
    let data = Dataset<Float>(
      source: "s", encoder: FeatureEncoder(),
      features: DesignMatrix(dense: Matrix(rows: rows, columns: 0)), labels: nil)
    let draws = data.uniformDraws(key: 5)
    #expect(Set(draws).count == rows && draws == data.uniformDraws(key: 5))
    #expect(abs(draws.reduce(0, +) / Double(rows) - 0.5) < 0.05)
  }

  /// A transform and a model that were fitted one after the other are the model of both stages.
  @Test(arguments: ["reweighing", "disparate-impact-remover", "learned-fair-representations"])
  func aTransformAndAModelMakeOne(_ name: String) throws {
    let parts = try german(), test = try #require(parts.test)
    var both = try StagedFit(named: "\(name)+logistic")
    both.preprocessing[0].options = try MethodOptions(
      name.hasPrefix("learned") ? ["steps": "20"] : [:], from: both.preprocessing[0].method.options,
      of: name)
    let whole = both.model(try both.fit(parts.train, request))
    let first = try both.preprocessing[0].method.fit(
      parts.train, FitRequest(options: both.preprocessing[0].options, seed: 3))
    let fitted = FittedTransform(
      method: name, options: first.options.values, encoder: parts.train.encoder,
      shape: FittedShape(parts.train), transform: first.transform, report: first.report)
    let changed = try first.transform.training(parts.train, pool: .serial)
    let model = try Logistic.fit(changed, FitRequest(options: both.method.options, seed: 3))
    let joined = try model.after(fitted)
    #expect(try joined.predict(test, pool: .serial) == whole.predict(test, pool: .serial))
    #expect(joined.method == whole.method && joined.options == whole.options)
    #expect(joined.report.status == whole.report.status)
    #expect(joined.report.stage == whole.report.stage)
    #expect(joined.encoder == whole.encoder)
    guard first.transform.changesFeatures else { return }
    var other = model
    other.encoder.numeric.removeLast()
    #expect(throws: TransformError.otherModel(transform: name, model: "logistic")) {
      try other.after(fitted)
    }
  }
}
