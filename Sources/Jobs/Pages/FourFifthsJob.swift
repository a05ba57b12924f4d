import Auditing
import Datasets
import Reports

/// Selection rates by the Uniform Guidelines, with both kinds of significance.
public struct FourFifthsJob: Job {
  public static let name = "four-fifths"
  public static let summary =
    "Selection rates by the Uniform Guidelines, with both kinds of significance."

  public var data = DataInput()
  public var subject = AuditSubject()
  /// Columns within whose groups people were selected.
  public var strata: [String] = []
  public var confidence = AuditOptions.defaultConfidence
  public var intersections = 1
  /// Whether people of unknown groups are a group.
  public var unknown = UnknownGroups.exclude
  public var documents = DocumentInput()
  public var output: [String] = []

  public init() {}

  public static let section: OptionSection? = .measures

  public static let table: [OptionRecord<FourFifthsJob>] =
    DataInput.table.map { $0.nested(in: \.data) }
    + AuditSubject.table.map { $0.nested(in: \.subject) } + [
      .texts(
        "strata", \.strata, value: "columns",
        "Columns within whose groups people were selected, such as job or year: compares within "
          + "them."),
      .confidence(\.confidence), .intersections(\.intersections),
      .unknownGroups(
        \.unknown,
        "People whose group is missing or called unknown: in no table (exclude, pooled), or a group of "
          + "their own."),
    ] + DocumentInput.table.map { $0.nested(in: \.documents) } + [.pages("output", \.output)]

  public func check() throws(JobError) {
    try data.check()
    try subject.check()
    _ = try output.documentFiles(option: "output")
  }

  public func run(_ context: JobContext) throws -> PageOutcome {
    try begin()
    try subject.requirePeople(data, context)
    let source = try subject.read(data, context, controls: strata)
    source.tell(context)
    let told = try subject.context(source, data, documents, context)
    let counts = try source.located { try ReportCounts(counting: $0, pool: context.pool) }
    let report = FourFifthsReport(
      counts.counts, strata: strata, intersections: intersections, confidence: confidence,
      unknown: unknown, context: told)
    return try PageOutcome(report.document(), output: output, context)
  }
}
