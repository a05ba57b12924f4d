import ArgumentParser
import Equipoise

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Writes synthetic data with a known bias, of any size.",
    discussion: """
      Example:
        equipoise generate --rows 1000000 --features 50 --seed 7 --output big.csv

      A name that ends in .csv becomes a text with the columns x0…, c0…, group and label, and so does
      - for standard output; any other name becomes a folder of X.npy, C.npy, group.npy and label.npy.
      """)

  @Option(help: "Rows.") var rows: Int
  @Option(help: "Numeric columns.") var features = 10
  @Option(help: "Categorical columns.") var categorical = 0
  @Option(help: "Levels of each categorical column.") var levels = 8
  @Option(help: "Groups.") var groups = 2
  @Option(help: "0: groups of one size; 1: each has half the share of the one before.")
  var skew = 1.0
  @Option(help: "Share of positive labels over all groups of one weight.") var baseRate = 0.4
  @Option(help: "Base rate of the first group minus that of the last.") var baseRateGap = 0.2
  @Option(help: "Share of labels that are flipped.") var labelNoise = 0.05
  @Option(help: "Correlation of any two features.") var correlation = 0.0
  @Option(help: "Condition number of the features' covariance.") var condition = 1.0
  @Option(help: "How far the last group's features are moved from the first's.")
  var groupShift = 0.5
  @Option(help: ArgumentHelp("File or folder to write.", valueName: "path")) var output: String
  @OptionGroup var common: CommonArguments

  private struct Written: Encodable {
    var output: String
    var recipe: SyntheticData
  }

  func validate() throws {
    if output == "-" && common.format == .json {
      throw ValidationError("--format json needs --output FILE: the rows are not JSON")
    }
  }

  func run() throws {
    Interruption.watch()
    let recipe = try SyntheticData(
      rows: rows, features: features, categorical: categorical, levels: levels, groups: groups,
      skew: skew, baseRate: baseRate, baseRateGap: baseRateGap, labelNoise: labelNoise,
      correlation: correlation, condition: condition, groupShift: groupShift, seed: common.seed)
    let progress = Progress("generating", quiet: common.quiet)
    let writer = SyntheticWriter(
      recipe, pool: common.pool, shouldStop: Interruption.shouldStop,
      progress: { progress.report($0) })
    let done =
      output.hasSuffix(".csv") || output == "-"
      ? try writer.writeCSV(to: output) : try writer.writeArrays(to: output)
    progress.finish()
    guard done else { throw CommandFailure(.interrupted, "stopped; nothing was written") }
    if output == "-" { return }
    if common.format == .json {
      try Console.json(Written(output: output, recipe: recipe))
    } else {
      try Console.output("\(rows) rows written to \(output)")
    }
  }
}
