import ArgumentParser
import Equipoise
import Foundation

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watches gaps between groups as records come in, with false alarms under control.",
    discussion: """
      Examples:
        equipoise watch --data monday.csv --sensitive sex --prediction decision --state sex.watch
        equipoise watch --data tuesday.csv --sensitive sex --prediction decision --state sex.watch

      Reads records in order and adds them to the state. However often it is run and whenever it is
      stopped, groups that are treated alike raise an alarm with chance at most --alpha. Exit code 5
      says that a gap was found.
      """)

  @OptionGroup var data: DataArguments
  @Option(help: ArgumentHelp("Column of decisions, 0 or 1.", valueName: "column"))
  var prediction: String
  @Option(
    help: ArgumentHelp(
      "selection_rate (default), or true_positive_rate or false_positive_rate of rows with a known --label.",
      valueName: "metric"))
  var metric: WatchedRate?
  @Option(help: "Chance of a false alarm, ever, over all pairs of groups (default: 0.05).")
  var alpha: Double?
  @Option(
    help: ArgumentHelp(
      "File that the state is kept in; made when it is not there.", valueName: "file"))
  var state: String?
  @OptionGroup var common: CommonArguments

  func validate() throws {
    if let alpha, !(alpha > 0 && alpha < 1) {
      throw ValidationError("--alpha must lie between 0 and 1")
    }
  }

  func run() throws {
    let options = try data.options(plain: [prediction], packsFeatures: false)
    let rows: Dataset<Float> = try DataReader(options: options, pool: common.pool).read(
      try data.location())
    guard let attribute = rows.attributes.first, rows.attributes.count == 1 else {
      throw ValidationError("a watch needs one sensitive column: --sensitive COLUMN")
    }
    let decisions = try rows.decisions(of: prediction)
    var watch =
      try state.flatMap { try WatchState.read($0) }
      ?? WatchState(
        attribute: attribute, metric: metric ?? .selection,
        alpha: alpha ?? WatchState.defaultAlpha)
    try watch.check(metric: metric, alpha: alpha)
    try watch.take(attribute, decisions: decisions, labels: rows.labels)
    if let state { try watch.write(state) }
    switch common.format {
    case .json: try Console.json(watch.report)
    case .table: try Console.output(WatchText.describe(watch.report))
    }
    if watch.report.isRaised {
      throw CommandFailure(.gate, "a gap was found in '\(attribute.attribute)'")
    }
  }
}

extension WatchedRate: ExpressibleByArgument {}
