import Datasets
import LinearAlgebra
import Mitigation
import Models

/// The same predictions where the rows are not to be in memory all at once.
extension PredictJob {
  func run<Scalar: KernelScalar>(
    within bytes: Int, _ context: JobContext, _ type: Scalar.Type
  ) throws -> Outcome {
    guard let model = try context.model("model", file: model) else {
      throw JobError.usage("\(set: "model", "FILE") is needed")
    }
    guard let output else {
      throw JobError.usage(
        """
        \(option: MemoryInput.name) needs \(set: "output", "FILE"): predictions of all rows are not \
        kept in memory
        """)
    }
    let file = try data.packed(context)
    data.noteIdleRoles(context)
    let roles = try roles()
    try model.requireRowByRow(roles)
    let budget = MemoryBudget(bytes, [file], threads: context.pool.threads)
    try budget.require(
      besides: budget.predicting(model, texts: keep.count + (roles.identifier == nil ? 0 : 1)))
    var rows = StreamedRows<Scalar>(
      file, ModelData.reader(for: model, roles: roles, pool: context.pool),
      encoder: model.encoder)
    try rows.findMeaning(context)
    var work = StreamedPredictions(model, rows.options, threshold: threshold, to: output)
    try rows.forEach("predicting", context) { try work.add($0, context.pool) }
    try context.checkStopped()
    try work.file?.commit()
    context.notePooled(work.pooled)
    var document = Outcome.Document(output: output, rows: work.rows)
    if !model.predictor.predictsNumbers {
      document.positives = model.encoder.positives.isEmpty ? nil : model.encoder.positives
      document.decisions = work.review
      let identifier = roles.identifier ?? model.encoder.options.identifier
      document.decisions.map { context.noteDraws($0, by: work.hasKeys ? identifier : nil) }
    }
    rows.tell(context, leftOut: Self.fate)
    return Outcome(document: document, table: nil)
  }
}

/// Predictions that are written as the rows come.
private struct StreamedPredictions {
  private let model: TrainedModel
  private let threshold: Double
  private let path: String
  /// nil before the first rows.
  private(set) var file: PredictionFile?
  private(set) var rows = 0
  private(set) var pooled = 0
  private(set) var hasKeys = false
  private var found: DecisionReview?
  private var groups: GroupLists

  init(
    _ model: TrainedModel, _ options: DataOptions, threshold: Double, to path: String
  ) {
    self.model = model
    self.threshold = threshold
    self.path = path
    groups = GroupLists(options)
  }

  mutating func add<Scalar: KernelScalar>(_ part: Dataset<Scalar>, _ pool: WorkerPool) throws {
    let isOfNumbers = model.predictor.predictsNumbers
    let file =
      try self.file
      ?? PredictionFile(numbers: isOfNumbers, kept: part.texts.map(\.name), to: path)
    self.file = file
    hasKeys = part.keys != nil
    guard part.rows > 0 else {
      return try file.add(numbers: [], leftOut: part.leftOut, kept: part.texts)
    }
    rows += part.rows
    let answered = try PlacedGroup.finding(in: part) { try model.predictor.pooledRows(part) }
    pooled += answered?.count { $0 } ?? 0
    guard !isOfNumbers else {
      let numbers = try model.predictor.scores(part, pool: pool)
      return try file.add(numbers: numbers, leftOut: part.leftOut, kept: part.texts)
    }
    let predictions = try PlacedGroup.finding(in: part) {
      try model.predict(part, threshold: threshold, pool: pool)
    }
    try file.add(predictions, leftOut: part.leftOut, kept: part.texts)
    _ = try groups.add(part)
    let review = try model.review(
      part, probabilities: predictions.probabilities, decisions: predictions.decisions,
      threshold: threshold, pool: pool)
    if found == nil { found = review } else if let review { found!.add(review) }
  }

  /// What the decisions come to.
  var review: DecisionReview? { found?.ordered(by: groups) }
}

extension DecisionReview {
  /// The same with groups as a table has them that is read at once.
  func ordered(by groups: GroupLists) -> DecisionReview {
    ordered(by: Array(zip(groups.attributes, groups.sorted)))
  }
}

extension TrainedModel {
  /// Throws where what is said of a row depends on other rows.
  func requireRowByRow(_ roles: DataOptions) throws(DataError) {
    if predictor.looksAtAllRows {
      throw .option(
        MemoryInput.name,
        "the model ranks all rows against each other, so they have to be in memory")
    }
    let isNamed = (roles.identifier ?? encoder.options.identifier) != nil
    if !predictor.decidesByThreshold, encoder.featureNames.isEmpty, !isNamed {
      throw .option(
        MemoryInput.name,
        "the model draws decisions by the places of rows: \(set: "id", "COLUMN") names the rows")
    }
  }
}
