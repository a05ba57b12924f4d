import ArgumentParser
import Equipoise
import Essentials

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Fits several methods to one split and shows how accurate and how fair each is.",
    discussion: """
      Examples:
        equipoise compare --dataset adult --sensitive sex
        equipoise compare --data loans.csv --label repaid --sensitive sex,age \\
          --bins age=25,40 --methods logistic,penalized
        equipoise compare --dataset german --sensitive sex --report methods.html
        equipoise compare --dataset german --sensitive sex \\
          --methods logistic,logistic+group-calibration+group-thresholds

      Stages are joined by +: preprocessing methods, one method, postprocessing methods.

      Gaps are the largest difference between groups, ratios the smallest over the largest; a gap
      of 0 and a ratio of 1 mean that groups are treated alike. A method marked Pareto has no other
      that is at least as accurate and as fair, and better in one.
      """)

  @OptionGroup var data: DataArguments
  @OptionGroup var split: SplitArguments
  @Option(
    help: ArgumentHelp(
      "'default' (quick ones), 'all', or names; stages of one fit are joined by +.",
      valueName: "names"))
  var methods = "default"
  @Flag(
    help: """
      Also show each model with the best threshold of each group and no constraint: how good its \
      scores are, whatever trade-off it makes.
      """)
  var unprocess = false
  @Option(help: "The metric that 'Pareto' takes for fairness.")
  var disparity = "selection_rate.difference"
  @Option(help: "A probability at least this is positive.") var threshold = Decisions.usualThreshold
  @Option(help: ReportFile.help) var report: [ReportFile] = []
  @OptionGroup var documents: ReportArguments
  @OptionGroup var common: CommonArguments

  func run() throws {
    Interruption.watch()
    switch data.precision {
    case .float: try run(Float.self)
    case .double: try run(Double.self)
    }
  }

  private func run<Scalar: KernelScalar>(_ type: Scalar.Type) throws {
    let disparity = MeasureName(disparity)
    try RunText.checkDisparity(disparity)
    let chosen = try names.map { name throws(DataError) in try Self.job(name) }
    let progress = Progress("comparing", quiet: common.quiet)
    defer { progress.finish() }
    progress.stage("reading the data")
    var experiment = try split.read(data, common, as: type)
    progress.finish()
    experiment.threshold = threshold
    try data.noteCaution(common)
    var runs: [FitRecord] = []
    for (index, job) in chosen.enumerated() {
      progress.report(Double(index) / Double(chosen.count), job.name)
      let run =
        switch job {
        case .method(let method): try experiment.run(method)
        case .stages(let staged): try experiment.run(staged)
        }
      runs.append(run.document)
      if unprocess { runs.append(try experiment.unprocessed(run).document) }
      try Interruption.check()
    }
    progress.finish()
    try RunText.checkDisparity(disparity, in: runs)
    let document = RunsDocument(runs, disparity: disparity)
    try report.write(document, experiment, disparity, data, documents, common) { $0.method }
    switch common.format {
    case .json: try Console.json(document)
    case .table: try Console.output(describe(document, experiment))
    }
    try RunText.checkConverged(runs)
  }

  /// What one name of the list asks for.
  private enum Job {
    case method(any Mitigation.Type)
    case stages(StagedFit)

    var name: String {
      switch self {
      case .method(let method): method.name
      case .stages(let staged): staged.name
      }
    }
  }

  private static func job(_ name: String) throws(DataError) -> Job {
    name.contains(StagedFit.separator)
      ? .stages(try StagedFit(named: name)) : .method(try Mitigations.named(name))
  }

  private var names: [String] {
    switch methods {
    case "default": Mitigations.defaults
    case "all": Mitigations.all.map { $0.name }
    default: methods.split(separator: ",").map { String($0).trimmingBlanks }
    }
  }

  private func describe<Scalar: KernelScalar>(
    _ document: RunsDocument, _ experiment: Experiment<Scalar>
  ) -> String {
    let rows = experiment.test ?? experiment.train
    let attributes = rows.attributes.map { "\($0.attribute) (\($0.names.joined(separator: ", ")))" }
    let part = experiment.test == nil ? "training rows" : "test rows"
    return """
      \(rows.source): \(experiment.train.rows) rows to train, \(experiment.test?.rows ?? 0) to test; \
      groups of \(attributes.joined(separator: "; "))
      \(Tables.runs(document) { $0.method })
      Measured on the \(part). Gap: largest difference between groups, 0 is alike. Ratio: smallest
      over largest, 1 is alike. Pareto: no other is at least as accurate and as fair.
      """
  }
}
