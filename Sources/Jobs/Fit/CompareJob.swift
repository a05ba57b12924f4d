import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models
import Reports

/// Fits several methods to one split and shows how accurate and how fair each is.
public struct CompareJob: Job {
  public static let name = "compare"
  public static let summary =
    "Fits several methods to one split and shows how accurate and how fair each is."

  public var data = DataInput()
  public var split = SplitInput()
  /// `default`, `all`, or names; stages of one fit are joined by `+`.
  public var methods = ["default"]
  /// Also measures each model with the best threshold of each group and no constraint.
  public var unprocesses = false
  public var disparity = RunsDocument.usualDisparity
  public var threshold = Decisions.usualThreshold
  public var report: [String] = []
  public var documents = DocumentInput()

  public init() {}

  public static let table: [OptionRecord<CompareJob>] =
    DataInput.table.map { $0.nested(in: \.data) }
    + SplitInput.table.map { $0.nested(in: \.split) } + [
      OptionRecord(
        "methods", .texts, value: "names",
        "'default' (quick ones), 'all', or names; stages of one fit are joined by +.",
        set: { job, input throws(DataError) in
          job.methods = try OptionKind.texts.names(input, "methods")
        }, get: { .texts($0.methods) }),
      .flag(
        "unprocess", \.unprocesses,
        "Also show each model with the best threshold of each group and no constraint: how good its "
          + "scores are, whatever trade-off it makes."),
      .measure("disparity", \.disparity, "The metric that 'Pareto' takes for fairness."),
      .number("threshold", \.threshold, "A probability at least this is positive."),
      .texts("report", \.report, kind: .outputs, value: "file", DocumentFile.help),
    ] + DocumentInput.table.map { $0.nested(in: \.documents) }

  public func check() throws(JobError) {
    try data.check()
    try split.check()
    _ = try report.documentFiles(option: "report")
  }

  public func run(_ context: JobContext) throws -> RunsOutcome {
    try begin()
    switch data.precision {
    case .float: return try run(context, Float.self)
    case .double: return try run(context, Double.self)
    }
  }

  private func run<Scalar: KernelScalar>(
    _ context: JobContext, _ type: Scalar.Type
  ) throws -> RunsOutcome {
    try disparity.requireCompared()
    let chosen = try names.map { name throws(DataError) in try ComparedFit(name) }
    var experiment = try split.read(data, context, as: type)
    experiment.threshold = threshold
    experiment.progress = { _, _ in }
    var records: [FitRecord] = [], models: [TrainedModel] = []
    func add(_ run: Experiment<Scalar>.Run) {
      records.append(run.document)
      models.append(run.model)
    }
    for (index, fit) in chosen.enumerated() {
      context.progress(.share(Double(index) / Double(chosen.count), fit.name))
      let run =
        switch fit {
        case .method(let method): try experiment.run(method)
        case .stages(let staged): try experiment.run(staged)
        }
      add(run)
      if unprocesses { add(try experiment.unprocessed(run)) }
      try context.checkStopped()
    }
    var outcome = try RunsOutcome(records, models, disparity, experiment)
    try outcome.write(
      report, kind: Self.name, data, documents, context, name: { $0.method })
    return outcome
  }

  private var names: [String] {
    switch methods {
    case ["default"]: Mitigations.defaults
    case ["all"]: Mitigations.all.map { $0.name }
    default: methods
    }
  }
}

/// What one name of a comparison asks for.
private enum ComparedFit {
  case method(any Mitigation.Type)
  case stages(StagedFit)

  init(_ name: String) throws(DataError) {
    self =
      name.contains(StagedFit.separator)
      ? .stages(try StagedFit(named: name)) : .method(try Mitigations.named(name))
  }

  var name: String {
    switch self {
    case .method(let method): method.name
    case .stages(let staged): staged.name
    }
  }
}
