import ArgumentParser
import Equipoise

struct GrowthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "growth", abstract: "Fits the same problem to more and more rows.")

  @Option(help: "Numbers of rows.")
  var rows: [Int] = [100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 20_000_000]
  @Option(help: "Numeric columns.") var columns = 20
  @Option(help: "Times each fit runs; the median counts.") var repetitions = 5
  @OptionGroup var arguments: MeasureArguments

  private struct Row: Encodable {
    var rows: Int
    var columns: Int
    var seconds: Double
    var nanosecondsARow: Double
    var passes: Double
    var status: String
  }

  func run() throws {
    let pool = arguments.pool
    for count in rows {
      let data = try SyntheticData(rows: count, features: columns, seed: 1)
        .dataset(as: Float.self, pool: pool)
      let learner = LogisticRegression(l2: 1 / Double(count), pool: pool)
      var fits: [LinearFit] = []
      let times = (0..<repetitions).map { _ in
        seconds {
          fits.append(
            learner.fit(ScoreRows(features: data.features, labels: data.labels!)))
        }
      }
      let median = times.sorted()[repetitions / 2]
      try printLine(
        Row(
          rows: count, columns: columns, seconds: median,
          nanosecondsARow: median * 1e9 / Double(count), passes: fits[0].report.passes,
          status: fits[0].report.status.rawValue))
    }
  }
}
