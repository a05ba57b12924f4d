import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Reports

/// Where decisions and scores come from: columns or a model.
public struct AuditSubject: OptionTable {
  public var prediction: String?
  /// The positive value of ``prediction``.
  public var selected: String?
  public var score: String?
  /// A model file.
  public var model: String?
  public var threshold = Decisions.usualThreshold

  public init() {}

  public static let section: OptionSection? = .decisions

  public static let table: [OptionRecord<AuditSubject>] = [
    .text(
      "prediction", \.prediction, value: "column",
      "Column of decisions: 0 and 1, yes and no, or the values of the label."),
    .selected(\.selected),
    .text("score", \.score, value: "column", "Column of scores or probabilities."),
    .text(
      "model", \.model, kind: .input, value: "file", "Model file that makes the predictions."),
    .number(
      "threshold", \.threshold,
      "A score at least this is positive; of a model a probability, from 0 to 1."),
  ]

  public func check() throws(JobError) {
    if model != nil && (prediction != nil || score != nil) {
      throw .usage("\(option: "model") excludes \(option: "prediction") and \(option: "score")")
    }
    if selected != nil && prediction == nil {
      throw .usage(
        "\(option: "selected") is the positive value of \(set: "prediction", "COLUMN")")
    }
  }

  /// For documents that count people by what was decided about them.
  func requirePeople(_ data: DataInput, _ context: JobContext) throws(JobError) {
    guard
      prediction != nil || score != nil || model != nil || context.models["model"] != nil
    else {
      throw .usage(
        "\(option: "prediction"), \(option: "score") or \(option: "model") is needed")
    }
    guard data.stated.weights == nil else {
      throw .usage("\(option: "weights"): this document counts people, not weights")
    }
  }

  /// Reads rows with what was decided about them.
  ///
  /// - Parameters:
  ///   - controls: columns that are attributes after the sensitive ones.
  ///   - consistency: neighbours to compare each row with; nil for none.
  ///   - search: what is to be found beyond rates.
  func read(
    _ data: DataInput, _ context: JobContext, controls: [String] = [], consistency: Int? = nil,
    search: FindingSearch? = nil
  ) throws -> AuditedRows {
    guard let trained = try context.model("model", file: model) else {
      return try columns(data, context, controls, consistency, search)
    }
    switch data.precision {
    case .float:
      return try predicted(trained, data, context, controls, consistency, search, Float.self)
    case .double:
      return try predicted(trained, data, context, controls, consistency, search, Double.self)
    }
  }

  private func predicted<Scalar: KernelScalar>(
    _ model: TrainedModel, _ data: DataInput, _ context: JobContext, _ controls: [String],
    _ consistency: Int?, _ search: FindingSearch?, _ type: Scalar.Type
  ) throws -> AuditedRows {
    var roles = try self.roles(of: model, data, controls)
    roles.mode.numbers += try search?.input.columns ?? []
    let part: BundledDataset.Part = try data.bundled()?.hasTestPart == true ? .test : .train
    let location = try data.location(context, part)
    let rows: Dataset<Scalar> = try ModelData.read(
      location, for: model, roles: roles, pool: context.pool)
    context.tell(rows, leftOut: "not in the audit")
    noteLabels(
      rows.labels != nil, isAnyPositive: { rows.labels?.array.contains(1) ?? false },
      rows.positives, roles, context)
    context.notePooled(
      try PlacedGroup.finding(in: rows) { try model.predictor.pooledRows(rows) })
    let predicted = try PlacedGroup.finding(in: rows) {
      try model.evaluate(rows, threshold: threshold, pool: context.pool)
    }
    let outcomes = Outcomes(
      attributes: try attributes(rows), labels: rows.labels,
      predictions: Buffer(predicted.decisions), scores: Buffer(predicted.scores),
      weights: rows.sampleWeights.map { Buffer($0) }, threshold: threshold)
    let review = try model.review(
      rows, probabilities: predicted.probabilities, decisions: predicted.decisions,
      threshold: threshold, pool: context.pool)
    return AuditedRows(
      audited: .rows(outcomes), source: rows.source, positives: rows.positives, model: model,
      line: { rows.line(ofRow: $0) },
      findings: try search?.findings(rows, outcomes, data, context, location),
      consistency: try AuditedRows.consistency(of: rows, outcomes, consistency, context.pool),
      review: review,
      drawn: review?.all.drawn ?? 0 == 0
        ? nil
        : try model.expectedCounts(
          rows, probabilities: predicted.probabilities, threshold: threshold, pool: context.pool),
      trainedOn: try model.noteOfTraining(
        rows.rows, of: rows.source, location, pool: context.pool))
  }

  private func columns(
    _ data: DataInput, _ context: JobContext, _ controls: [String], _ consistency: Int?,
    _ search: FindingSearch?
  ) throws -> AuditedRows {
    var options = try roles(data, controls)
    options.mode.numbers += try search?.input.columns ?? []
    options.mode.packsFeatures = consistency != nil || search?.input.needsFeatures ?? false
    let location = try data.location(context)
    let rows: Dataset<Float> = try DataReader(options: options, pool: context.pool).read(location)
    context.tell(rows, leftOut: "not in the audit")
    noteLabels(
      rows.labels != nil, isAnyPositive: { rows.labels?.array.contains(1) ?? false },
      rows.positives, options, context)
    if let score, let values = rows.columns[score] {
      var odd = OddScores()
      odd.count(values, rows)
      noteScores(odd, context)
    }
    let outcomes = Outcomes(
      attributes: try attributes(rows), labels: rows.labels, predictions: rows.predictions,
      scores: score.map { Buffer(rows.columns[$0]!) },
      weights: rows.sampleWeights.map { Buffer($0) }, threshold: threshold)
    return AuditedRows(
      audited: .rows(outcomes), source: rows.source, positives: rows.positives, score: score,
      line: { rows.line(ofRow: $0) },
      missing: auditsLabels ? MissingShare.all(rows) : nil,
      findings: try search?.findings(rows, outcomes, data, context, location),
      consistency: try AuditedRows.consistency(of: rows, outcomes, consistency, context.pool))
  }

  /// Whether labels are audited, for want of anything that was decided.
  var auditsLabels: Bool { prediction == nil && score == nil }

  /// The roles of columns for an audit of a model.
  func roles(
    of model: TrainedModel, _ data: DataInput, _ controls: [String]
  ) throws -> DataOptions {
    try Decisions.requireProbability(threshold)
    var roles = try data.options(auditing: model)
    roles.controls = controls
    roles.mode.countsOnly = true
    return roles
  }

  /// The roles of columns for an audit of what columns say.
  func roles(_ data: DataInput, _ controls: [String]) throws -> DataOptions {
    guard !auditsLabels || data.stated.label != nil || data.dataset != nil else {
      throw JobError.usage(
        """
        an audit needs \(option: "prediction"), \(option: "score") or \(option: "model"), or the \
        labels of \(set: "label", "COLUMN")
        """)
    }
    var options = try data.options(
      ReadMode(
        numbers: score.map { [$0] } ?? [], packsFeatures: false, countsOnly: true,
        tellsMissing: auditsLabels))
    options.prediction = prediction
    options.selected = selected
    options.controls = controls
    if auditsLabels && options.missing == nil { options.missing = .keep }
    return options
  }

  private func attributes<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>
  ) throws(JobError) -> [GroupIndex] {
    guard !rows.attributes.isEmpty else {
      throw .usage("an audit needs groups: \(set: "sensitive", "COLUMN[,COLUMN…]")")
    }
    return rows.attributes + rows.controls
  }

  /// What a document says of these rows.
  func context(
    _ rows: AuditedRows, _ data: DataInput, _ documents: DocumentInput, _ job: JobContext
  ) throws -> ReportContext {
    var context = try documents.context(data, source: rows.source, job)
    context.label = rows.audited.hasLabels ? rows.positives.label?.column : nil
    context.positives = rows.positives
    context.prediction = prediction
    context.score = score
    context.decisions = rows.review
    context.trainedOn = rows.trainedOn
    if let trained = rows.model {
      let told = try ReportContext.Model(trained, file: model)
      context.model = told
      context.columns = context.columns.beside(told.columns)
      if let digest = told.digest { context.digests.append(("the model file", digest)) }
      if let digest = told.dataDigest {
        context.digests.append(("the training data, \(DataDigest.manner)", digest))
      }
    }
    return context
  }
}

/// What is said of the values of labels, decisions and scores.
extension AuditSubject {
  /// Says that there are no labels, or that nobody is positive, which a mistyped value would look
  /// like.
  func noteLabels(
    _ areThere: Bool, isAnyPositive: () -> Bool, _ positives: PositiveValues,
    _ roles: DataOptions, _ context: JobContext
  ) {
    guard areThere else {
      if roles.mode.labelIsOptional, let name = roles.label {
        context.note(
          "note: there is no column '\(name)': what needs labels is left out of the audit")
      }
      return
    }
    guard let positive = positives.label?.value, !isAnyPositive() else { return }
    context.note("note: no row has the positive label '\(positive)'")
  }

  /// Says that scores are no probabilities, which metrics of calibration need.
  func noteScores(_ odd: OddScores, _ context: JobContext) {
    guard let score, let first = odd.first else { return }
    let others = odd.count > 1 ? ", and \(odd.count - 1) more" : ""
    let told: Phrase = """
      score '\(score)' is no probability: \(first.value) (\(first.place))\(others); what needs \
      probabilities is left out
      """
    context.note(told + remedy(for: odd))
  }

  /// What to do with scores that all lie above the threshold, as those from 0 to 100 do.
  private func remedy(for odd: OddScores) -> Phrase {
    guard prediction == nil, odd.rows > 0, odd.least >= threshold else { return "" }
    let percent = odd.most <= 100 ? "divide them by 100, or " : ""
    return """
      ; all \(NumberText.count(odd.rows)) rows lie above the threshold of \(threshold), so that all are selected: \
      \(percent)give \(option: "threshold") in their units
      """
  }
}

extension TrainedModel {
  /// Says that rows are those that the model was fitted to; nil where they are not known to be.
  ///
  /// - Parameter source: the table.
  func noteOfTraining(
    _ rows: Int, of source: String, _ location: DataLocation, pool: WorkerPool
  ) throws(DataError) -> String? {
    guard let training else { return nil }
    if case .bundled = location {
      guard training.digest == nil, training.source == source else { return nil }
    } else {
      guard let digest = training.digest, try DataDigest.of(location, pool: pool) == digest
      else { return nil }
    }
    let share = training.rows.map {
      "\(NumberText.count($0)) of the \(NumberText.count(training.records ?? rows)) rows"
    }
    return
      "The model was fitted to \(share ?? "rows") of the audited table: numbers on rows that a model "
      + "has seen look better than those on new rows."
  }
}

extension OptionRecord {
  /// The positive value of decisions.
  static func selected(_ path: WritableKeyPath<Root, String?> & Sendable) -> Self {
    .text(
      "selected", path, value: "value",
      "The positive value of the decisions, as approve (default: 1, true or yes, or the label's).")
  }
}

extension ReportContext.Model {
  /// What a document tells of a model, and of its file where it has one.
  init(_ model: TrainedModel, file: String?) throws {
    self.init(
      model, file: file.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? Self.memory,
      digest: try file.map { try EvidencePack.file($0).sha256 },
      dataDigest: model.training?.digest)
  }
}
