import ArgumentParser
import Equipoise

struct ReportModelCardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ModelCardJob.name, abstract: ModelCardJob.summary,
    usage:
      "equipoise report model-card --model <file> (--data <file> |\n  --dataset <name>) [<options>]",
    discussion: """
      Example:
        equipoise report model-card --dataset adult --sensitive sex,race \\
          --model m.eqp --notes notes.yaml --output card.html --output card.json

      A .json file is a card of the Model Card Toolkit, schema 0.0.2.
      """)

  @OptionGroup var job: TableArguments<ModelCardJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func validate() throws {
    guard try job.value().model != nil else { throw ValidationError.missing("--model <file>") }
  }

  func run() throws { try common.run(try job.value()) { try $0.shown() } }
}
