import ArgumentParser
import Equipoise

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: BenchJob.name, abstract: BenchJob.summary, usage: "equipoise bench [<options>]",
    discussion: """
      Examples:
        equipoise bench
        equipoise bench --problems adult,adult:sensitive=race \\
          --methods reductions,grid-search --criterion equalized_odds
        equipoise bench --data loans.csv --label repaid --sensitive sex
        equipoise bench --problems synthetic:rows=1000000:features=100 \\
          --methods logistic --repetitions 5 --report suite.html
        equipoise bench --methods logistic,reductions \\
          --adapter 'scikit-learn=python3 Benchmarks/suite/adapters/with_sklearn.py'

      Every side reads the same arrays and writes the decisions of each row; errors and rates are \
      measured here. 'null' loads and predicts but fits nothing: what a side costs besides its fits. \
      Readings: how often a fit read the features. Roof: the time that these readings would take at \
      the speed of memory, over the fit's time; above 1 where the features stay in a cache. \
      Violation: by how much the distance of a group's rate from that of all rows exceeds the bound. \
      'equipoise kernels' measures parts of the engine.
      """)

  @OptionGroup var job: TableArguments<BenchJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func run() throws {
    try common.run(try job.value(), title: "measuring") { BenchText.text($0.document) }
  }
}
