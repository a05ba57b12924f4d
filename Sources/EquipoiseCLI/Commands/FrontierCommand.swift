import ArgumentParser
import Equipoise
import Essentials

struct FrontierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frontier",
    abstract: "Turns a method's dial from none to strong in one warm-started run.",
    discussion: """
      Examples:
        equipoise frontier penalized --dataset adult --sensitive sex \\
          --criterion equalized_odds
        equipoise frontier reductions --dataset compas --sensitive race \\
          --settings 0,0.05,0.1

      'equipoise methods' shows which methods have a dial.
      """)

  @Argument(help: "Name of a method with a dial.") var method: String
  @OptionGroup var data: DataArguments
  @OptionGroup var split: SplitArguments
  @Option(
    help: ArgumentHelp("Settings of the dial, separated by commas.", valueName: "numbers"))
  var settings: String?
  @Option(help: "The metric that 'Pareto' takes for fairness (default: the one the dial moves).")
  var disparity: String?
  @Option(help: "A probability at least this is positive.") var threshold = Decisions.usualThreshold
  @Option(help: ReportFile.help) var report: [ReportFile] = []
  @OptionGroup var documents: ReportArguments
  @OptionGroup var common: CommonArguments
  @Argument(parsing: .allUnrecognized, help: .hidden) var methodOptions: [String] = []

  func run() throws {
    Interruption.watch()
    switch data.precision {
    case .float: try run(Float.self)
    case .double: try run(Double.self)
    }
  }

  private func run<Scalar: KernelScalar>(_ type: Scalar.Type) throws {
    guard let method = try Mitigations.named(method) as? any FrontierMitigation.Type else {
      let names = Mitigations.all.compactMap { ($0 as? any FrontierMitigation.Type)?.name }
      throw ValidationError(
        "'\(method)' has no dial; these have: \(names.joined(separator: ", "))")
    }
    let wanted = try settings.map(Self.numbers)
    let options = try MethodArguments.parse(
      methodOptions, of: method, command: FrontierCommand.self)
    let checked = try MethodOptions(options, of: method)
    let disparity = MeasureName(disparity ?? method.disparity(checked))
    try RunText.checkDisparity(disparity)
    let progress = Progress("frontier", quiet: common.quiet)
    defer { progress.finish() }
    progress.stage("reading the data")
    var experiment = try split.read(data, common, as: type)
    experiment.threshold = threshold
    try data.noteCaution(common)
    progress.stage("fitting '\(method.name)' to \(experiment.train.rows) rows, dial by dial")
    let runs = try experiment.frontier(method, settings: wanted, options: options)
    progress.finish()
    try Interruption.check()
    try RunText.checkDisparity(disparity, in: runs.map(\.document))
    let document = RunsDocument(runs.map(\.document), disparity: disparity)
    let dial = method.dial
    let name = { @Sendable (run: FitRecord) in
      "\(dial) \(run.options[dial]?.description ?? "")"
    }
    try report.write(
      document, experiment, disparity, data, documents, common, kind: "frontier", name: name)
    switch common.format {
    case .json: try Console.json(document)
    case .table:
      try Console.output(
        Tables.frontier(document, dial: dial, disparity: disparity)
          + "\n" + FrontierPlot.text(document, disparity: disparity))
    }
    try RunText.checkConverged(document.runs)
  }

  private static func numbers(_ text: String) throws -> [Double] {
    try text.split(separator: ",").map { piece in
      guard let value = Double(String(piece).trimmingBlanks), value.isFinite, value >= 0 else {
        throw ValidationError("--settings: '\(piece)' is not a number of at least 0")
      }
      return value
    }
  }
}
