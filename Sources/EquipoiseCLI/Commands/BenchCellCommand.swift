import ArgumentParser
import Equipoise

/// One fit of a suite, in a process of its own: what `equipoise bench` starts.
struct BenchCellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: BenchSide.cellCommand,
    abstract: "Answers one request of a suite, JSON on standard input and output.",
    shouldDisplay: false)

  func run() throws {
    try Console.output(try EngineSide.answer(readLine() ?? ""))
  }
}
