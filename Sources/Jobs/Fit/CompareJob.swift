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
  public var unknown = UnknownInput()
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
    + SplitInput.table.map { $0.nested(in: \.split) }
    + UnknownInput.table.map { $0.nested(in: \.unknown) } + [
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
      .number(
        "threshold", \.threshold, in: OptionKind.probability,
        "A probability at least this is positive."),
      .pages("report", \.report),
    ] + DocumentInput.table.map { $0.nested(in: \.documents) }

  public func check() throws(JobError) {
    try data.check()
    try unknown.check(data)
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
    var experiment = try split.read(data, unknown, context, as: type)
    experiment.threshold = threshold
    experiment.progress = { _, _ in }
    var records: [FitRecord] = [], models: [TrainedModel] = []
    var skipped: [RunsDocument.Skipped] = []
    func add(_ run: Experiment<Scalar>.Run) {
      records.append(run.document)
      models.append(run.model)
    }
    for (index, fit) in chosen.enumerated() {
      context.progress(.share(Double(index) / Double(chosen.count), fit.name))
      guard let run = try run(fit, experiment, context, skipped: &skipped) else { continue }
      add(run)
      if unprocesses { add(try experiment.unprocessed(run)) }
      try context.checkStopped()
    }
    context.note(records, advises: false)
    var outcome = try RunsOutcome(
      records, models, disparity, experiment, skipped: skipped, marksInfeasible: true)
    try outcome.write(
      report, kind: Self.name, data, documents, context, name: { $0.method })
    return outcome
  }

  /// The run of a method; nil for one of all methods that these rows are not for, which is said.
  private func run<Scalar: KernelScalar>(
    _ fit: ComparedFit, _ experiment: Experiment<Scalar>, _ context: JobContext,
    skipped: inout [RunsDocument.Skipped]
  ) throws -> Experiment<Scalar>.Run? {
    do {
      switch fit {
      case .method(let method): return try experiment.run(method)
      case .stages(let staged): return try experiment.run(staged)
      }
    } catch let error as DataError where methods == ["all"] && fit.isChoosy {
      let reason = error.text(context.dialect)
      skipped.append(RunsDocument.Skipped(method: fit.name, reason: reason))
      context.note("note: \(fit.name) is left out: \(reason)")
      return nil
    }
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

  /// Whether rows that do for the baseline may not do for the method.
  var isChoosy: Bool {
    if case .method(let method) = self { method.family != .baseline } else { true }
  }

  var name: String {
    switch self {
    case .method(let method): method.name
    case .stages(let staged): staged.name
    }
  }
}
