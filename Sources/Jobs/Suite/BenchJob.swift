import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models
import Reports

/// Runs a suite of problems, methods and sides, each fit in a process of its own.
public struct BenchJob: Job {
  public static let name = "bench"
  public static let summary =
    "Runs a suite of problems and methods, each fit in a process of its own, beside other libraries."

  public var data = DataInput()
  public var split = SplitInput()
  /// Built-in or made rows beside those of the data: `adult`, `synthetic:rows=1000`.
  public var problems: [String] = []
  public var methods = ["default"]
  /// Other sides, `NAME=COMMAND`.
  public var adapters: [String] = []
  public var criterion = Criterion.demographicParity
  public var bound = 0.01
  public var repetitions = 3
  /// Seconds a process.
  public var budget = 60.0
  public var requiresIdle = false
  /// The engine's program; nil: the one that runs.
  public var program: String?
  public var report: [String] = []

  public init() {}

  /// Small tables, wide and long ones: all cells of the default methods take half a minute.
  static let usualProblems = [
    "german", "compas", "adult", "synthetic:rows=100000:features=20:categorical=2:groups=4",
  ]

  public static let table: [OptionRecord<BenchJob>] =
    DataInput.table.map { $0.nested(in: \.data) } + SplitInput.table.map { $0.nested(in: \.split) }
    + [
      .texts(
        "problems", \.problems, value: "names",
        "Problems beside the data: built-in tables such as adult or adult:sensitive=race, synthetic "
          + "ones such as synthetic:rows=100000:groups=4 with the options of generate (default: some "
          + "of both where no data are given)."),
      OptionRecord(
        "methods", .texts, value: "names",
        "'default' (quick ones), 'all', or names, options behind colons: reductions:bound=0.02.",
        set: { job, input throws(DataError) in
          job.methods = try OptionKind.texts.texts(input, "methods")
        }, get: { .texts($0.methods) }),
      .texts(
        "adapter", \.adapters, kind: .entries, value: "name=command",
        "Another side: a command that reads one request and prints one answer, JSON both. Repeat for "
          + "several."),
      OptionRecord(
        "criterion", .choice(Criterion.linear.map(\.name)),
        "Which rates are to be alike; methods get it where they have the option.",
        set: { job, input throws(DataError) in
          let kind = OptionKind.choice(Criterion.linear.map(\.name))
          let text = try kind.text(input, "criterion")
          job.criterion = Criterion.named(text) ?? job.criterion
        }, get: { .text($0.criterion.name) }),
      .number(
        "bound", \.bound, in: 0...1, "How far a group's rate may be from that of all rows."),
      .integer("repetitions", \.repetitions, in: 1...1_000, "Runs of each fit; medians count."),
      .number(
        "budget", \.budget, in: 0.001...1e6, value: "seconds",
        "Seconds after which a process is ended, and its cell is a timeout."),
      .flag(
        "require_idle", \.requiresIdle,
        "Fail if other programs took more than a tenth of the cores meanwhile."),
      .text(
        "program", \.program, kind: .input, value: "file",
        "The program equipoise, where the caller is another one."),
      .pages("report", \.report),
    ]

  public func check() throws(JobError) {
    try data.check()
    try split.check()
    _ = try report.documentFiles(option: "report")
  }

  public func run(_ context: JobContext) throws -> BenchOutcome {
    try begin()
    guard let program = program ?? context.program else {
      throw JobError.usage("\(option: "program") is needed: each fit is a process of it")
    }
    let list = try BenchMethod.list(methods, criterion: criterion, bound: bound)
    let sides = [BenchSide.engine(program)] + (try adapters.map { try BenchSide($0) })
    try Self.requireNames(sides)
    let folder = FileManager.default.temporaryDirectory.path + "/equipoise-bench-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let suite = BenchSuiteRun(job: self, methods: list, sides: sides, folder: folder)
    let document =
      data.precision == .double
      ? try suite.run(context, as: Double.self) : try suite.run(context, as: Float.self)
    return try BenchOutcome(document, self, context)
  }

  private static func requireNames(_ sides: [BenchSide]) throws(JobError) {
    var seen: Set<String> = []
    for side in sides where !seen.insert(side.name).inserted {
      throw .usage("\(option: "adapter"): two sides are called '\(side.name)'")
    }
  }
}

/// A suite's result: the document, and a page of it.
public struct BenchOutcome: JobOutcome {
  public let document: BenchDocument
  public let ending: JobEnding
  private let command: String?

  init(_ document: BenchDocument, _ job: BenchJob, _ context: JobContext) throws {
    self.document = document
    command = context.command
    let taken = document.takenByOthers.map { NumberText.percent($0) } ?? ""
    let text = "other programs took \(taken) of the cores: seconds are too long"
    if document.wasBusy { context.note("the machine was busy: \(text)") }
    ending = document.wasBusy && job.requiresIdle ? .exceeded(text) : .done
    for file in try job.report.documentFiles(option: "report") {
      try file.write(page, context) { try ReportJSON.text(document) }
    }
  }

  private var page: ReportDocument { BenchReport(document, command: command).document() }

  public func makePage() -> ReportDocument? { page }
}
