import Auditing
import Datasets
import Reports

/// The tables of a bias audit under New York City's Local Law 144.
public struct LocalLaw144Job: Job {
  public static let name = "ll144"
  public static let summary = "The tables of a bias audit under New York City's Local Law 144."

  public var data = DataInput()
  public var subject = AuditSubject()
  /// Category names that mean not known, besides the usual ones.
  public var unknown: [String] = []
  /// Categories below this share are left out of the ratios.
  public var excludeBelow = 0.0
  public var confidence = AuditOptions.defaultConfidence
  public var documents = DocumentInput()
  public var output: [String] = []

  public init() {}

  public static let section: OptionSection? = .measures

  public static let table: [OptionRecord<LocalLaw144Job>] =
    DataInput.table.map { $0.nested(in: \.data) }
    + AuditSubject.table.map { $0.nested(in: \.subject) } + [
      OptionRecord(
        "unknown", .texts, value: "values",
        "Category names that mean not known, besides the usual ones.",
        set: { job, input throws(DataError) in
          // Each text may be several names here, however often the option stands.
          var names: [String] = []
          for text in try OptionKind.entries.texts(input, "unknown") {
            names += try OptionKind.texts.texts(.text(text), "unknown")
          }
          job.unknown = names
        }, get: { $0.unknown.isEmpty ? nil : .texts($0.unknown) }),
      .number(
        "exclude_below", \.excludeBelow, in: 0...LocalLaw144.smallCategory, value: "share",
        "Leaves categories below this share (at most \(LocalLaw144.smallCategory)) out of the ratios; "
          + "the notes must hold ll144.justification."),
      .confidence(\.confidence),
    ] + DocumentInput.table.map { $0.nested(in: \.documents) } + [.pages("output", \.output)]

  public func check() throws(JobError) {
    try data.check()
    try subject.check()
    _ = try output.documentFiles(option: "output")
  }

  public func run(_ context: JobContext) throws -> PageOutcome {
    try begin()
    try subject.requirePeople(data, context)
    let source = try subject.read(data, context)
    source.tell(context)
    let told = try subject.context(source, data, documents, context)
    if excludeBelow > 0 && told.notes.text("ll144.justification") == nil {
      throw JobError.usage(
        """
        \(option: "exclude_below") needs a justification: ll144.justification in \
        \(set: "notes", "FILE")
        """)
    }
    let options = LocalLaw144Report.Options(
      unknown: UnknownGroups.usualNames.union(unknown),
      excludeBelow: excludeBelow, confidence: confidence)
    let counts = try source.located { try LocalLaw144Counts($0, pool: context.pool) }
    return try PageOutcome(
      LocalLaw144Report(counts, options: options, context: told).document(), output: output,
      context)
  }
}
