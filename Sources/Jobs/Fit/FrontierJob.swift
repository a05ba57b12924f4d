import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Reports

/// Traces a method's accuracy-fairness frontier in one warm-started run.
public struct FrontierJob: MethodJob {
  public static let name = "frontier"
  public static let summary =
    "Traces a method's accuracy-fairness frontier in one warm-started run."

  public var method = MethodInput()
  public var data = DataInput()
  public var split = SplitInput()
  public var unknown = UnknownInput()
  /// Settings of the dial; nil: those that span the frontier.
  public var settings: [Double]?
  /// nil: the one that the dial moves.
  public var disparity: MeasureName?
  public var threshold = Decisions.usualThreshold
  public var report: [String] = []
  public var documents = DocumentInput()

  public init() {}

  public static let table: [OptionRecord<FrontierJob>] =
    [
      .text("method", \.method.name, isPositional: true, "Name of a method with a dial.")
    ] + DataInput.table.map { $0.nested(in: \.data) }
    + SplitInput.table.map { $0.nested(in: \.split) }
    + UnknownInput.table.map { $0.nested(in: \.unknown) } + [
      OptionRecord(
        "settings", .texts, value: "numbers", "Settings of the dial, separated by commas.",
        set: { job, input throws(DataError) in job.settings = try numbers(input) },
        get: { $0.settings.map { .texts($0.map { "\($0)" }) } }),
      .measure(
        "disparity", \.disparity,
        "The metric that 'Pareto' takes for fairness (default: the one the dial moves)."),
      .number(
        "threshold", \.threshold, in: OptionKind.probability,
        "A probability at least this is positive."),
      .pages("report", \.report),
    ] + DocumentInput.table.map { $0.nested(in: \.documents) }

  private static func numbers(_ input: OptionInput) throws(DataError) -> [Double] {
    var numbers: [Double] = []
    for text in try OptionKind.texts.names(input, "settings") {
      guard let value = Double(text), value.isFinite, value >= 0 else {
        throw .option("settings", "'\(text)' is not a number of at least 0")
      }
      numbers.append(value)
    }
    return numbers
  }

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
    guard let name = method.name else { throw JobError.usage("a METHOD is needed") }
    guard let mitigation = try Mitigations.named(name) as? any FrontierMitigation.Type else {
      let names = Mitigations.all.compactMap { ($0 as? any FrontierMitigation.Type)?.name }
      throw JobError.usage(
        "'\(name)' has no dial; these have: \(names.joined(separator: ", "))")
    }
    let checked = try method.checked(mitigation.options, of: mitigation.name, Self.self)
    try mitigation.checkDial(checked)
    if let dial = method.options.keys.first(where: { key in
      mitigation.options.contains { $0.name == mitigation.dial && $0.answers(to: key) }
    }) {
      throw JobError.usage(
        """
        \(option: dial) is the dial, which a frontier turns: \(option: "settings") names the settings
        """)
    }
    let disparity = disparity ?? MeasureName(mitigation.disparity(checked))
    try disparity.requireCompared()
    var experiment = try split.read(data, unknown, context, as: type)
    experiment.threshold = threshold
    context.progress(
      .stage(
        "fitting '\(mitigation.name)' to \(NumberText.count(experiment.train.rows)) rows, dial by dial"
      ))
    let runs = try experiment.frontier(
      mitigation, settings: settings, options: method.options)
    try context.checkStopped()
    if let first = runs.first(where: { $0.document.smallGroups != nil }) {
      context.note([first.document])
    }
    let dial = mitigation.dial
    var outcome = try RunsOutcome(
      runs.map(\.document), runs.map(\.model), disparity, experiment, dial: dial)
    try outcome.write(report, kind: Self.name, data, documents, context) { run in
      "\(dial) \(run.options[dial].map(NumberText.option) ?? "")"
    }
    return outcome
  }
}
