import Datasets
import LinearAlgebra
import Mitigation
import Models

/// Reasons for decisions of a linear model: which columns speak against each row that is not
/// selected, beside the rows that just are, and whether they suffice to explain the decision.
public struct ExplainJob: Job {
  public static let name = "explain"
  public static let summary =
    "Gives the reasons for each adverse decision of a linear model, and checks that they suffice."

  /// A model file.
  public var model: String?
  public var data = DataInput()
  /// Rows that a row is held against, as those of training; nil: the explained ones.
  public var reference: String?
  /// The share of the selected reference rows, those just above the threshold, that are typical.
  public var band = 0.25
  /// Reasons a row, as far as they make up enough.
  public var most = 4
  public var threshold = Decisions.usualThreshold
  /// Refuses rows whose reasons do not explain the decision.
  public var requiresSufficient = false
  /// A CSV file; `-` for standard output.
  public var output: String?

  static let referenceName = "reference_data"

  public init() {}

  public static let table: [OptionRecord<ExplainJob>] =
    [.text("model", \.model, kind: .input, value: "file", "Model file.")]
    + DataInput.table.map { $0.nested(in: \.data) } + [
      .text(
        referenceName, \.reference, kind: .input, value: "file",
        "Rows among which those just above the threshold are typical ones, all of them (default: the "
          + "explained rows)."),
      .number(
        "band", \.band, in: Double.leastNonzeroMagnitude...1, value: "share",
        "Share of the selected reference rows, the lowest by score, whose mean a row is held "
          + "against."),
      .integer(
        "most", \.most, in: 1...Int.max,
        "Reasons for each row; further ones are added where these do not explain the decision."),
      .number(
        "threshold", \.threshold, in: OptionKind.probability,
        "A probability at least this is positive."),
      .flag(
        "require_sufficient", \.requiresSufficient,
        "Fail where the reasons of a row do not explain its decision."),
      .text(
        "output", \.output, kind: .output, value: "file",
        "CSV file to write, one line a reason; - for standard output."),
    ]

  public func check() throws(JobError) { try data.check() }

  public struct Outcome: JobOutcome {
    public var document: ExplainDocument
    public var table: JobTable? { document.table }
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    switch data.precision {
    case .float: return try run(context, Float.self)
    case .double: return try run(context, Double.self)
    }
  }

  private func run<Scalar: KernelScalar>(
    _ context: JobContext, _ type: Scalar.Type
  ) throws -> Outcome {
    guard let trained = try context.model("model", file: model) else {
      throw JobError.usage("\(set: "model", "FILE") is needed")
    }
    let explained = try ExplainedModel(trained, threshold: threshold)
    data.noteIdleRoles(context)
    var roles = try data.rolesAlone()
    roles.mode.keepsIdentifier = true
    let rows: Dataset<Scalar> = try ModelData.read(
      try data.location(context), for: trained, roles: roles, pool: context.pool)
    context.tell(rows, leftOut: "without reasons")
    let others = try referenceRows(trained, roles, context) ?? rows
    let typical = typicalRows(others, explained, context)
    let withheld = Set(trained.encoder.options.sensitive + trained.encoder.options.continuous)
    let reasons = LinearReasons(
      explained.linear, cut: explained.cut, others, reference: typical, withheld: withheld)
    var document = ExplainDocument(
      trained, cut: explained.cut, threshold: threshold, rows: rows.rows, reference: typical.count,
      referenceSource: others.source)
    let decisions = try PlacedGroup.finding(in: rows) {
      try trained.predict(rows, threshold: threshold, pool: context.pool).decisions
    }
    let scores = explained.linear.scores(rows.features, pool: context.pool)
    document.add(
      reasons, rows, scores, adverse: scores.indices.filter { decisions[$0] == 0 }, most: most)
    try context.checkStopped()
    try tell(document, reasons.columns.filter(withheld.contains), context)
    if let output { try document.write(to: output) }
    return Outcome(document: document)
  }

  private func referenceRows<Scalar: KernelScalar>(
    _ model: TrainedModel, _ roles: DataOptions, _ context: JobContext
  ) throws -> Dataset<Scalar>? {
    let location: DataLocation
    if let table = context.tables[Self.referenceName] {
      location = table
    } else if let reference {
      location = .path(reference)
    } else {
      return nil
    }
    var roles = roles
    roles.mode.keepsIdentifier = false
    roles.identifier = nil
    // The condition chooses who is explained, not whom they are held against.
    roles.condition = nil
    return try ModelData.read(location, for: model, roles: roles, pool: context.pool)
  }

  /// The selected rows with the lowest scores; all rows where nobody is selected.
  private func typicalRows<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, _ explained: ExplainedModel, _ context: JobContext
  ) -> [Int] {
    let scores = explained.linear.scores(rows.features, pool: context.pool)
    let selected = scores.indices.filter { scores[$0] >= explained.cut }
    guard !selected.isEmpty else {
      context.note(
        "no reference row is selected: rows are held against the mean of all of them "
          + "(\(option: Self.referenceName) names others)" as Phrase)
      return Array(scores.indices)
    }
    let ordered = selected.sorted { (scores[$0], $0) < (scores[$1], $1) }
    return Array(ordered.prefix(max(1, Int((band * Double(ordered.count)).rounded(.up)))))
  }

  private func tell(
    _ document: ExplainDocument, _ withheld: [String], _ context: JobContext
  ) throws {
    if !withheld.isEmpty {
      context.note(
        "note: the score also rests on \(withheld.joined(separator: ", ")), which no reason names")
    }
    if document.adverse == 0 {
      context.note("every row is selected: there is nothing to explain" as Phrase)
    }
    guard document.insufficient > 0 else { return }
    let text: Phrase =
      "the reasons of \(document.insufficient) of \(document.adverse) rows do not explain the decision"
    guard !requiresSufficient else { throw JobError.data(text) }
    context.note(text)
  }
}
