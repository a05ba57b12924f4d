import Datasets
import Exchange
import Mitigation
import Models

/// Writes a model for other programs to run.
public struct ExportJob: Job {
  public static let name = "export"
  public static let summary = "Writes a model for other programs to run."

  /// A model file.
  public var model: String?
  public var format = ""
  public var output: String?
  public var threshold = Decisions.usualThreshold

  public init() {}

  public static let table: [OptionRecord<ExportJob>] = [
    .text(
      "model", \.model, kind: .input, value: "model", isPositional: true, "Model file."),
    .text(
      "format", \.format, value: "format", isRequired: true,
      "\(ModelFormats.all.map { $0.name }.joined(separator: " or "))."),
    .text("output", \.output, kind: .output, value: "file", "File to write."),
    .number(
      "threshold", \.threshold, in: OptionKind.probability,
      "A probability at least this is positive, for models without own thresholds."),
  ]

  public struct Outcome: JobOutcome {
    public struct Document: Encodable, Sendable {
      public var format: String
      public var bytes: Int
      public var output: String?
    }

    /// The file's contents.
    public var bytes: [UInt8]
    public var document: Document
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    guard let chosen = ModelFormats.all.first(where: { $0.name == format }) else {
      let names = ModelFormats.all.map { $0.name }.joined(separator: ", ")
      throw JobError.usage("\(set: "format", format): expected one of \(names)")
    }
    guard let model = try context.model("model", file: model) else {
      throw JobError.usage("a MODEL file is needed")
    }
    let bytes = try chosen.encode(model, threshold: threshold)
    if let output { try AtomicFile.write(bytes, to: output) }
    return Outcome(
      bytes: bytes, document: .init(format: chosen.name, bytes: bytes.count, output: output))
  }
}
