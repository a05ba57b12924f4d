import Auditing
import Datasets
import Models
import Reports

/// A model card: nine parts, filled from a model file, an audit and notes.
public struct ModelCardJob: Job {
  public static let name = "model-card"
  public static let summary =
    "A model card: nine parts, filled from a model file, an audit and notes."

  public var data = DataInput()
  public var model: String?
  public var threshold = Decisions.usualThreshold
  public var confidence = AuditOptions.defaultConfidence
  public var intersections = 1
  public var documents = DocumentInput()
  public var output: [String] = []

  /// A model card shows intersections.
  private static let leastCrosses = 2

  public init() {}

  public static let section: OptionSection? = .measures

  public static let table: [OptionRecord<ModelCardJob>] =
    DataInput.table.map { $0.nested(in: \.data) } + [
      .text("model", \.model, kind: .input, value: "file", "Model file."),
      .number(
        "threshold", \.threshold, in: OptionKind.probability,
        "A probability at least this is positive."),
      .confidence(\.confidence), .intersections(\.intersections),
    ] + DocumentInput.table.map { $0.nested(in: \.documents) } + [.pages("output", \.output)]

  public func check() throws(JobError) {
    try data.check()
    _ = try output.documentFiles(option: "output")
  }

  public func run(_ context: JobContext) throws -> PageOutcome {
    try begin()
    var subject = AuditSubject()
    subject.model = model
    subject.threshold = threshold
    guard model != nil || context.models["model"] != nil else {
      throw JobError.usage("\(set: "model", "FILE") is needed")
    }
    let source = try subject.read(data, context)
    source.tell(context)
    try data.noteCaution(context)
    let options = AuditOptions(
      intersections: max(Self.leastCrosses, intersections), confidence: confidence)
    let result = try Audit(options: options).run(source.outcomes, pool: context.pool)
    let counts = try source.located { try ReportCounts(counting: $0, pool: context.pool) }
    let told = try subject.context(source, data, documents, context)
    guard let model = told.model else { preconditionFailure("a model was read and is told of") }
    let card = ModelCardReport(
      AuditReport(result, counts: counts, options: options, context: told), model: model)
    return try PageOutcome(
      card.document(), card: card.toolkitCard(), output: output, context)
  }
}
