import ArgumentParser
import Equipoise

/// Where decisions and scores come from: columns or a model.
struct OutcomeArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Column of decisions: 0 and 1, or the values of the label.", valueName: "column"))
  var prediction: String?
  @Option(help: ArgumentHelp("Column of scores or probabilities.", valueName: "column"))
  var score: String?
  @Option(help: ArgumentHelp("Model file that makes the predictions.", valueName: "file"))
  var model: String?
  @Option(help: "A score at least this is positive.") var threshold = Decisions.usualThreshold

  func validate() throws {
    if model != nil && (prediction != nil || score != nil) {
      throw ValidationError("--model excludes --prediction and --score")
    }
  }

  /// For documents that count people by what was decided about them.
  func requirePeople(_ data: DataArguments) throws {
    guard prediction != nil || score != nil || model != nil else {
      throw ValidationError("--prediction, --score or --model is needed")
    }
    guard data.stated.weights == nil else {
      throw ValidationError("--weights: this document counts people, not weights")
    }
  }

  /// Reads rows with what was decided about them.
  ///
  /// - Parameters:
  ///   - controls: columns that are attributes after the sensitive ones.
  ///   - consistency: neighbours to compare each row with; nil for none.
  ///   - request: what is to be found beyond rates.
  func read(
    _ data: DataArguments, _ common: CommonArguments, controls: [String] = [],
    consistency: Int? = nil, request: FindingRequest? = nil
  ) throws -> AuditedRows {
    guard let model else { return try columns(data, common, controls, consistency, request) }
    let trained = try ModelStore.read(model)
    return data.precision == .float
      ? try predicted(trained, data, common, controls, consistency, request, Float.self)
      : try predicted(trained, data, common, controls, consistency, request, Double.self)
  }

  private func predicted<Scalar: KernelScalar>(
    _ model: TrainedModel, _ data: DataArguments, _ common: CommonArguments, _ controls: [String],
    _ consistency: Int?, _ request: FindingRequest?, _ type: Scalar.Type
  ) throws -> AuditedRows {
    var roles = try data.options(for: model, needsLabel: true)
    roles.controls = controls
    roles.mode.countsOnly = true
    roles.mode.numbers += try request?.finding.columns ?? []
    let location = try data.location(data.bundled()?.hasTestPart == true ? .test : .train)
    let rows: Dataset<Scalar> = try ModelData.read(
      location, for: model, roles: roles, pool: common.pool)
    common.noteLeftOut(rows.leftOut, "not in the audit")
    let predicted = try model.evaluate(rows, threshold: threshold, pool: common.pool)
    let outcomes = Outcomes(
      attributes: try attributes(rows), labels: rows.labels,
      predictions: Buffer(predicted.decisions), scores: Buffer(predicted.probabilities),
      weights: rows.sampleWeights.map { Buffer($0) }, threshold: threshold)
    return AuditedRows(
      outcomes: outcomes, source: rows.source, label: roles.label,
      positive: rows.encoder.positive, model: model, line: { rows.line(ofRow: $0) },
      findings: try request?.findings(rows, outcomes, data, common, location),
      consistency: try AuditedRows.consistency(of: rows, outcomes, consistency, common.pool))
  }

  private func columns(
    _ data: DataArguments, _ common: CommonArguments, _ controls: [String], _ consistency: Int?,
    _ request: FindingRequest?
  ) throws -> AuditedRows {
    let auditsLabels = prediction == nil && score == nil
    guard !auditsLabels || data.stated.label != nil || data.dataset != nil else {
      throw ValidationError(
        "an audit needs --prediction, --score or --model, or the labels of --label COLUMN")
    }
    let needsFeatures = request?.finding.needsFeatures ?? false
    var options = try data.options(
      plain: (score.map { [$0] } ?? []) + (request?.finding.columns ?? []), prediction: prediction,
      packsFeatures: auditsLabels || consistency != nil || needsFeatures)
    options.controls = controls
    options.mode.countsOnly = true
    if auditsLabels && options.missing == nil { options.missing = .ownLevel }
    let location = try data.location()
    let rows: Dataset<Float> = try DataReader(options: options, pool: common.pool).read(location)
    common.noteLeftOut(rows.leftOut, "not in the audit")
    let outcomes = Outcomes(
      attributes: try attributes(rows), labels: rows.labels,
      predictions: rows.predictions,
      scores: score.map { Buffer(rows.columns[$0]!) },
      weights: rows.sampleWeights.map { Buffer($0) }, threshold: threshold)
    return AuditedRows(
      outcomes: outcomes, source: rows.source, label: options.label,
      positive: rows.encoder.positive, score: score, line: { rows.line(ofRow: $0) },
      missing: auditsLabels ? MissingShare.all(rows) : nil,
      findings: try request?.findings(rows, outcomes, data, common, location),
      consistency: try AuditedRows.consistency(of: rows, outcomes, consistency, common.pool))
  }

  private func attributes<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>
  ) throws -> [GroupIndex] {
    guard !rows.attributes.isEmpty else {
      throw ValidationError("an audit needs groups: --sensitive COLUMN[,COLUMN…]")
    }
    return rows.attributes + rows.controls
  }

  /// What a document says of these rows.
  func context(
    _ rows: AuditedRows, _ data: DataArguments, _ report: ReportArguments
  ) throws -> ReportContext {
    var context = try report.context(data, source: rows.source)
    context.label = rows.label
    context.positive = rows.positive
    context.prediction = prediction
    context.score = score
    if let trained = rows.model, let model {
      let told = try ReportContext.Model(trained, file: model)
      context.model = told
      if let digest = told.digest { context.digests.append(("the model file", digest)) }
      if let digest = told.dataDigest {
        context.digests.append(("the training data, in pieces of 2 MiB", digest))
      }
    }
    return context
  }
}

/// The rows of an audit, and what was found out about them beside the counts.
struct AuditedRows {
  var outcomes: Outcomes
  var source: String
  var label: String?
  var positive: String?
  var model: TrainedModel?
  /// The column of the scores.
  var score: String?
  /// The line of the file on which a row starts.
  var line: (_ row: Int) -> Int
  var missing: [MissingShare]?
  var findings: AuditFindings?
  var consistency: Estimate?

  /// Runs a body and says of a score that is no number which line of the file it is in.
  func located<Result>(_ body: (Outcomes) throws -> Result) throws -> Result {
    func named(_ row: Int) -> any Error {
      DataError.notANumber(
        file: source, row: line(row), column: score ?? "", value: "\(outcomes.scores![row])")
    }
    do {
      return try body(outcomes)
    } catch AuditError.counting(.badScore(let row, _)) where score != nil {
      throw named(row)
    } catch CountingError.badScore(let row, _) where score != nil {
      throw named(row)
    }
  }

  static func consistency<Scalar: KernelScalar>(
    of rows: Dataset<Scalar>, _ outcomes: Outcomes, _ neighbors: Int?, _ pool: WorkerPool
  ) throws -> Estimate? {
    guard let neighbors else { return nil }
    let found = try Consistency(neighbors: neighbors).value(rows, outcomes, pool: pool)
    switch found {
    case .value(let value): return Estimate(value: value)
    case .absent(let reason): return .notEstimable(reason)
    }
  }
}
