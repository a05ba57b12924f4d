import ArgumentParser
import Equipoise

struct FrontierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: FrontierJob.name, abstract: FrontierJob.summary,
    usage: "equipoise frontier <method> (--data <file> | --dataset <name>)\n  [<options>]",
    discussion: """
      Examples:
        equipoise frontier penalized --dataset adult --sensitive sex \\
          --criterion equalized_odds
        equipoise frontier reductions --dataset compas --sensitive race \\
          --settings 0,0.05,0.1

      'equipoise methods' shows which methods have a dial.
      """)

  @OptionGroup var job: TableArguments<FrontierJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments
  @Argument(parsing: .allUnrecognized, help: .hidden) var methodOptions: [String] = []

  func run() throws {
    try common.run(try job.value(with: methodOptions)) { outcome in
      Tables.frontier(
        outcome.document, dial: outcome.dial ?? "", disparity: outcome.disparity) + "\n"
        + FrontierPlot.text(outcome.document, disparity: outcome.disparity)
    }
  }
}
