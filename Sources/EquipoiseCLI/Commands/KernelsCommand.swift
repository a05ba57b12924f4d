import ArgumentParser
import Equipoise

struct KernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels", abstract: "Measures the engine's kernels and fits on this machine.",
    usage: "equipoise kernels [<names> ...] [<options>]",
    discussion: """
      Examples:
        equipoise kernels
        equipoise kernels fit-codes read-csv --scale 10 --format json

      Readings: the time over that of reading the same features once from memory. Passes: how often \
      a fit read the features; for a path, its time over that of one evaluation. The cases:
      \(BenchmarkCases.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
      """)

  @Argument(help: "Cases to run; all when none is named.") var names: [String] = []
  @Option(help: "The rows of each case over its usual rows.") var scale = 1.0
  @Option(help: "Times that each case runs; the median counts.") var repetitions = 5
  @OptionGroup var common: CommonArguments

  private struct Document: Encodable {
    var schema = "equipoise.bench/1"
    var cases: [BenchmarkRow]
  }

  func validate() throws {
    guard scale > 0, scale.isFinite else { throw ValidationError("--scale must be above 0") }
    guard repetitions >= 1 else { throw ValidationError("--repetitions must be at least 1") }
  }

  func run() throws {
    let suite = BenchmarkSuite(
      scale: scale, repetitions: repetitions, pool: common.pool, seed: common.seed)
    let cases = try BenchmarkCases.named(names)
    let progress = Progress("measuring", quiet: common.quiet)
    var rows: [BenchmarkRow] = []
    for (index, item) in cases.enumerated() {
      progress.report(Double(index) / Double(cases.count))
      rows.append(try suite.run(item))
    }
    progress.finish()
    if common.format == .json { return try Console.json(Document(cases: rows)) }
    try Console.output(
      Tables.text(
        BenchmarkRow.headers, rows.map { $0.text.map(\.value) },
        alignedRight: Set(1..<BenchmarkRow.headers.count - 1)))
    common.note("\(common.threads) threads, OpenBLAS kernels \(OpenBLAS.core)")
  }
}
