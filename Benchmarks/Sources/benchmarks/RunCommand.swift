import ArgumentParser
import Equipoise
import Foundation

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs named cases, or all; a table on standard error, JSON lines on standard output.",
    discussion: """
      Example:
        benchmarks run fit-dense-float fit-codes --scale 4
      """)

  @Argument(help: "Names of cases; none means all.") var names: [String] = []
  @Option(help: "Times each case runs; the median counts.") var repetitions = 5
  @Option(help: "Times the usual rows of each case.") var scale = 1.0
  @OptionGroup var arguments: MeasureArguments

  func run() throws {
    let suite = BenchmarkSuite(
      scale: scale, repetitions: repetitions, pool: arguments.pool)
    let cases = try BenchmarkCases.named(names)
    for item in cases {
      let row = try suite.run(item)
      try printLine(row)
      let text = row.text.map { "\($0.name) \($0.value)" }.joined(separator: "  ")
      try FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
  }
}
