import ArgumentParser
import Equipoise

struct ReportModelCardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model-card",
    abstract: "A model card: nine parts, filled from a model file, an audit and notes.",
    discussion: """
      Example:
        equipoise report model-card --dataset adult --sensitive sex,race --model m.eqp \\
          --notes notes.yaml --output card.html --output card.json

      A .json file is a card of the Model Card Toolkit, schema 0.0.2.
      """)

  @OptionGroup var data: DataArguments
  @Option(help: ArgumentHelp("Model file.", valueName: "file")) var model: String
  @Option(help: "A probability at least this is positive.") var threshold = Decisions.usualThreshold
  @OptionGroup var levels: LevelArguments
  @OptionGroup var crosses: CrossArguments
  @OptionGroup var documents: ReportArguments
  @OptionGroup var output: OutputArguments
  @OptionGroup var common: CommonArguments

  /// A model card shows intersections.
  private static let leastCrosses = 2

  func run() throws {
    Interruption.watch()
    var subject = OutcomeArguments()
    subject.model = model
    subject.prediction = nil
    subject.score = nil
    subject.threshold = threshold
    let source = try subject.read(data, common)
    try data.noteCaution(common)
    let options = AuditOptions(
      intersections: max(Self.leastCrosses, crosses.intersections), confidence: levels.confidence)
    let result = try Audit(options: options).run(source.outcomes, pool: common.pool)
    let counts = try source.located { try ReportCounts(counting: $0, pool: common.pool) }
    let context = try subject.context(source, data, documents)
    guard let told = context.model else {
      throw CommandFailure(.internalError, "a model was read and is not told of")
    }
    let card = ModelCardReport(
      AuditReport(result, counts: counts, options: options, context: context), model: told)
    try output.write(card.document(), common) { try ReportJSON.text(card.toolkitCard()) }
  }
}
