import Datasets
import LinearAlgebra
import Mitigation
import Models

/// Score, probability and prediction of each row; of a model of numbers the prediction alone.
public struct PredictJob: Job {
  public static let name = "predict"
  public static let summary = "Writes score, probability and prediction of each row."

  /// A model file.
  public var model: String?
  public var data = DataInput()
  /// A CSV file; `-` for standard output.
  public var output: String?
  /// Columns of the table to write beside predictions.
  public var keep: [String] = []
  public var threshold = Decisions.usualThreshold
  /// How much memory the rows may take; where it is set, they are those of a packed file.
  public var memory = MemoryInput()

  public init() {}

  public static let table: [OptionRecord<PredictJob>] =
    [.text("model", \.model, kind: .input, value: "file", "Model file.")]
    + DataInput.table.map { $0.nested(in: \.data) }
    + MemoryInput.table.map { $0.nested(in: \.memory) } + [
      .text(
        "output", \.output, kind: .output, value: "file",
        "CSV file to write; - for standard output."),
      .keep(\.keep),
      .number(
        "threshold", \.threshold, in: OptionKind.probability,
        "A probability at least this is positive, for models without own thresholds."),
    ]

  public func check() throws(JobError) { try data.check() }

  public struct Outcome: JobOutcome {
    /// What was written.
    public struct Document: Encodable, Sendable {
      public var output: String?
      public var rows: Int
      /// The label that is predicted, with its positive value.
      public var positives: PositiveValues?
      /// What the decisions come to; nil for a model of numbers.
      public var decisions: DecisionReview?
    }

    public var document: Document
    public var table: JobTable?
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    if let bytes = memory.bytes {
      switch data.precision {
      case .float: return try run(within: bytes, context, Float.self)
      case .double: return try run(within: bytes, context, Double.self)
      }
    }
    switch data.precision {
    case .float: return try run(context, Float.self)
    case .double: return try run(context, Double.self)
    }
  }

  /// The roles of the columns besides the features.
  func roles() throws(DataError) -> DataOptions {
    var roles = try data.rolesAlone()
    roles.mode.keepsIdentifier = true
    roles.mode.texts = keep
    return roles
  }

  /// What becomes of rows with missing values.
  static let fate = "without a prediction: their fields are empty"

  private func run<Scalar: KernelScalar>(
    _ context: JobContext, _ type: Scalar.Type
  ) throws -> Outcome {
    guard let model = try context.model("model", file: model) else {
      throw JobError.usage("\(set: "model", "FILE") is needed")
    }
    data.noteIdleRoles(context)
    let roles = try roles()
    let rows: Dataset<Scalar> = try ModelData.read(
      try data.location(context), for: model, roles: roles, pool: context.pool)
    try context.checkStopped()
    context.notePooled(
      try PlacedGroup.finding(in: rows) { try model.predictor.pooledRows(rows) })
    var document = Outcome.Document(output: output, rows: rows.rows)
    let table: JobTable
    if model.predictor.predictsNumbers {
      let numbers = try model.predictor.scores(rows, pool: context.pool)
      try context.checkStopped()
      if let output {
        try PredictionFile.write(
          numbers: numbers, leftOut: rows.leftOut, kept: rows.texts, to: output)
      }
      table = JobTable(columns: rows.keptColumns + [("prediction", .numbers(numbers))])
    } else {
      let predictions = try PlacedGroup.finding(in: rows) {
        try model.predict(rows, threshold: threshold, pool: context.pool)
      }
      try context.checkStopped()
      if let output {
        try PredictionFile.write(predictions, leftOut: rows.leftOut, kept: rows.texts, to: output)
      }
      table = JobTable(columns: rows.keptColumns + JobTable(predictions).columns)
      document.positives = model.encoder.positives.isEmpty ? nil : model.encoder.positives
      document.decisions = try model.review(
        rows, probabilities: predictions.probabilities, decisions: predictions.decisions,
        threshold: threshold, pool: context.pool)
      let identifier = roles.identifier ?? model.encoder.options.identifier
      document.decisions.map { context.noteDraws($0, by: rows.keys == nil ? nil : identifier) }
    }
    context.tell(rows, leftOut: Self.fate)
    return Outcome(document: document, table: table)
  }
}
