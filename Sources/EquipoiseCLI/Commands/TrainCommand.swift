import ArgumentParser
import Equipoise

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Fits a model, tests it, and writes it to a file.",
    discussion: """
      Examples:
        equipoise train penalized --dataset adult --sensitive sex \\
          --strength 10 --model m.eqp
        equipoise train adversarial --dataset adult --sensitive sex \\
          --criterion equalized_odds --checkpoint run.ckpt --resume --model m.eqp
        equipoise train adversarial --data pay.csv --target-column wage --sensitive sex

      Each method has options of its own: 'equipoise methods penalized' lists them.
      """)

  @Argument(help: "Name of a method; 'equipoise methods' lists them.") var method: String
  @OptionGroup var data: DataArguments
  @OptionGroup var split: SplitArguments
  @Option(help: ArgumentHelp("File to write the model to.", valueName: "file")) var model: String?
  @Option(
    help: ArgumentHelp(
      "Numeric column to predict in place of a label, for methods that predict numbers.",
      valueName: "column"))
  var targetColumn: String?
  @Option(help: "A probability at least this is positive.") var threshold = Decisions.usualThreshold
  @Option(
    help: ArgumentHelp(
      "File for what a long run needs to go on after a kill, written after each epoch.",
      valueName: "file"))
  var checkpoint: String?
  @Flag(help: "Go on from the checkpoint, if it is there.") var resume = false
  @OptionGroup var common: CommonArguments
  @Argument(parsing: .allUnrecognized, help: .hidden) var methodOptions: [String] = []

  func validate() throws {
    if model == "-" { throw ValidationError("--model needs the name of a file") }
    if resume && checkpoint == nil { throw ValidationError("--resume needs --checkpoint FILE") }
    if targetColumn != nil && data.stated.label != nil {
      throw ValidationError("--label and --target-column exclude each other")
    }
  }

  func run() throws {
    Interruption.watch()
    try Destinations.check([model, checkpoint], against: [data.data, split.testData])
    switch data.precision {
    case .float: try run(Float.self)
    case .double: try run(Double.self)
    }
  }

  private func run<Scalar: KernelScalar>(_ type: Scalar.Type) throws {
    let method = try Mitigations.named(method)
    let options = try MethodArguments.parse(
      methodOptions, of: method, command: TrainCommand.self)
    let progress = Progress("training", quiet: common.quiet)
    defer { progress.finish() }
    progress.stage("reading the data")
    var experiment = try split.read(data, common, target: targetColumn, as: type)
    experiment.threshold = threshold
    try data.noteCaution(common)
    try Interruption.check()
    experiment.checkpoint = checkpoint.map { GameCheckpoint(path: $0, resumes: resume) }
    experiment.progress = { progress.report($0, $1) }
    progress.stage("fitting '\(method.name)' to \(experiment.train.rows) rows")
    let run = try experiment.run(method, options: options)
    progress.finish()
    try Interruption.check()
    if let model {
      try ModelStore.write(
        run.model, to: model, dataDigest: try DataDigest.of(data.location(), pool: common.pool))
    }
    switch common.format {
    case .json: try Console.json(run.document)
    case .table: try Console.output(RunText.describe(run, savedTo: model))
    }
    try RunText.checkConverged([run.document])
  }
}
