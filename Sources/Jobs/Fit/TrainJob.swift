import Datasets
import LinearAlgebra
import Mitigation
import Models
import Reports
import Synchronization

/// Fits a model, tests it, and writes it to a file.
public struct TrainJob: MethodJob {
  public static let name = "train"
  public static let summary = "Fits a model, tests it, and writes it to a file."

  public var method = MethodInput()
  public var data = DataInput()
  public var split = SplitInput()
  public var unknown = UnknownInput()
  /// A file to write the model to.
  public var model: String?
  public var threshold = Decisions.usualThreshold
  /// A file for what a long run needs to go on after a kill.
  public var checkpoint: String?
  public var resumes = false
  /// How much memory the rows may take; where it is set, they are those of a packed file.
  public var memory = MemoryInput()

  public init() {}

  public static let table: [OptionRecord<TrainJob>] =
    [
      .text(
        "method", \.method.name, isPositional: true,
        "Name of a method; 'equipoise methods' lists them.")
    ] + DataInput.table.map { $0.nested(in: \.data) }
    + SplitInput.table.map { $0.nested(in: \.split) }
    + UnknownInput.table.map { $0.nested(in: \.unknown) }
    + MemoryInput.table.map { $0.nested(in: \.memory) } + [
      .text("model", \.model, kind: .output, value: "file", "File to write the model to."),
      .text(
        DataOptions.targetColumn.name, \.data.stated.target,
        value: DataOptions.targetColumn.valueName, DataOptions.targetColumn.help),
      .number(
        "threshold", \.threshold, in: OptionKind.probability,
        "A probability at least this is positive in the table; predict and audit take their own."),
      .text(
        "checkpoint", \.checkpoint, kind: .output, value: "file",
        "File for what a long run needs to go on after a kill, written after each epoch."),
      .flag("resume", \.resumes, "Go on from the checkpoint, if it is there."),
    ]

  public func check() throws(JobError) {
    try data.check()
    try unknown.check(data)
    try split.check()
    if model == "-" { throw .usage("\(option: "model") needs the name of a file") }
    if resumes && checkpoint == nil {
      throw .usage("\(option: "resume") needs \(set: "checkpoint", "FILE")")
    }
    if data.stated.target != nil && data.stated.label != nil {
      throw .usage("\(option: "label") and \(option: "target_column") exclude each other")
    }
  }

  /// A fitted model and what is told of it.
  public struct Outcome: JobOutcome {
    public var model: TrainedModel?
    public var document: FitRecord
    /// How many rows it was fitted to and measured on, and their groups.
    public var split: RunsReport.Split
    /// Columns that the model uses.
    public var features: Int
    public var ending: JobEnding { JobEnding([document]) }
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

  private func run<Scalar: KernelScalar>(
    _ context: JobContext, _ type: Scalar.Type
  ) throws -> Outcome {
    guard let name = method.name else { throw JobError.usage("a METHOD is needed") }
    let mitigation = try Mitigations.named(name)
    _ = try method.checked(mitigation.options, of: mitigation.name, Self.self)
    let told = ToldPhrases()
    var context = context
    context.heard = { told.add($0) }
    var experiment = try split.read(data, unknown, context, as: type)
    experiment.threshold = threshold
    experiment.checkpoint = checkpoint.map { GameCheckpoint(path: $0, resumes: resumes) }
    try context.checkStopped()
    context.progress(
      .stage("fitting '\(mitigation.name)' to \(NumberText.count(experiment.train.rows)) rows"))
    var run = try experiment.run(mitigation, options: method.options)
    try context.checkStopped()
    context.note([run.document])
    let encoder = run.model.encoder
    let features = encoder.numeric.count + encoder.categorical.count
    run.document.describe(experiment.split, features: features, notes: told.phrases)
    run.model.training = try experiment.training(data.location(context))
    if let model {
      try ModelStore.write(run.model, to: model)
    } else if context.keepsNothing {
      context.note("the model is not kept: \(set: "model", "FILE") writes it to a file" as Phrase)
    }
    return Outcome(
      model: run.model, document: run.document, split: experiment.split, features: features)
  }
}

/// What a job said, for its document.
final class ToldPhrases: Sendable {
  private let list = Mutex<[Phrase]>([])
  var phrases: [Phrase] { list.withLock { $0 } }
  func add(_ phrase: Phrase) { list.withLock { $0.append(phrase) } }
}

extension FitRecord {
  /// Adds what is told of a fit by itself.
  mutating func describe(
    _ split: RunsReport.Split, features: Int, notes: [Phrase]
  ) {
    rows = ["train": split.training, "test": split.test].compactMapValues(\.self)
    self.features = features
    self.notes = notes
  }
}

extension JobEnding {
  /// How fits ended that are there.
  public init(_ records: [FitRecord]) {
    self.init(records.map { ($0.label ?? $0.method, $0.status, $0.stopReason, $0.advice) })
  }
}
