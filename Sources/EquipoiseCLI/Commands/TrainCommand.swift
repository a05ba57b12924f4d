import ArgumentParser
import Equipoise

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: TrainJob.name, abstract: TrainJob.summary,
    usage: "equipoise train <method> (--data <file> | --dataset <name>) [<options>]",
    discussion: """
      Examples:
        equipoise train penalized --dataset adult --sensitive sex --strength 10 \\
          --model m.eqp
        equipoise train adversarial --dataset adult --sensitive sex \\
          --criterion equalized_odds --checkpoint run.ckpt --resume --model m.eqp
        equipoise train adversarial --data pay.csv --target-column wage \\
          --sensitive sex

      Each method has options of its own: 'equipoise methods penalized' lists them.
      """)

  @OptionGroup var job: TableArguments<TrainJob>
  @Flag(help: "Show every number in the terminal; JSON always has them.")
  var all = false
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments
  @Argument(parsing: .allUnrecognized, help: .hidden) var methodOptions: [String] = []

  func run() throws {
    let job = try job.value(with: methodOptions)
    try common.run(job, title: "training") {
      RunText.describe($0, savedTo: job.model, all: all)
    }
  }
}
