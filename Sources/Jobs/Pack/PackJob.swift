import Datasets

/// Packs tables into a file that every job reads without parsing.
public struct PackJob: Job {
  public static let name = "pack"
  public static let summary =
    "Packs tables into one file that every command reads without parsing."

  /// CSV files and packed files with the same columns, in the order of their rows.
  public var files: [String] = []
  public var output = ""
  /// Adds the rows to those that the file has.
  public var appends = false
  /// How texts are read.
  var stated = DataOptions()

  public init() {}

  public init(_ files: [String], output: String) {
    self.files = files
    self.output = output
  }

  /// The options of a table that are about its text.
  private static let ofTexts = ["na", "separator", "decimal", "encoding"]

  public static let table: [OptionRecord<PackJob>] =
    [
      .texts(
        DataInput.name, \.files, kind: .inputs, value: "file", isPositional: true,
        "CSV files with a header (.csv or .csv.gz), packed files, or - for standard input.")
    ] + DataOptions.table.filter { ofTexts.contains($0.name) }.map { $0.nested(in: \.stated) } + [
      .text(
        "output", \.output, kind: .output, value: "file", isRequired: true,
        "Packed file to write."),
      .flag(
        "append", \.appends,
        "Add the rows to a packed file that is there and has the same columns."),
    ]

  /// A file whose rows would stand twice in the packed one is more likely a slip than meant.
  public func check() throws(JobError) {
    var seen: [[UInt64]: String] = [:]
    for (place, file) in files.enumerated() {
      let first = FileBytes.identity(of: file).flatMap { seen.updateValue(file, forKey: $0) }
      guard let twice = first ?? (files[..<place].contains(file) ? file : nil) else { continue }
      throw .usage(
        """
        '\(twice)' would be packed twice\(twice == file ? "" : ", as '\(file)' again"): give each \
        file once, or pack it again with \(option: "append")
        """)
    }
  }

  public struct Outcome: JobOutcome {
    public var document: PackedInfo
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    let table = context.tables[DataInput.name]
    guard table != nil || !files.isEmpty else {
      throw JobError.usage("\(option: DataInput.name) is needed: a file to pack")
    }
    var writer = PackedWriter(stated, pool: context.pool)
    writer.shouldStop = context.shouldStop
    writer.progress = { context.progress(.share($0, "")) }
    let locations = table.map { [$0] } ?? files.map { .path($0) }
    guard let report = try writer.pack(locations, to: output, appends: appends) else {
      throw JobError.stopped
    }
    for note in report.notes { context.note(note) }
    return Outcome(document: PackedInfo(report.summary, added: report.added))
  }
}
