import Datasets
import Reports

/// A datasheet: what a table holds, column by column and group by group.
public struct DatasheetJob: Job {
  public static let name = "datasheet"
  public static let summary =
    "A datasheet: what a table holds, column by column and group by group."

  public var data = DataInput()
  public var documents = DocumentInput()
  public var output: [String] = []

  public init() {}

  public static let table: [OptionRecord<DatasheetJob>] =
    DataInput.table.map { $0.nested(in: \.data) }
    + DocumentInput.table.map { $0.nested(in: \.documents) } + [.pages("output", \.output)]

  public func check() throws(JobError) {
    try data.check()
    _ = try output.documentFiles(option: "output")
  }

  public func run(_ context: JobContext) throws -> PageOutcome {
    try begin()
    let reader = DataReader(options: try data.options(), pool: context.pool)
    let profile = try reader.profile(try data.location(context))
    for text in profile.notes { context.note("note: \(text.text(context.dialect))") }
    try data.noteCaution(context)
    var told = try documents.context(data, source: profile.file, context)
    told.label = profile.label
    if let label = profile.label, let positive = profile.positive {
      told.positives.label = .init(column: label, value: positive)
    }
    return try PageOutcome(
      DatasheetReport(profile, context: told).document(), output: output, context)
  }
}
