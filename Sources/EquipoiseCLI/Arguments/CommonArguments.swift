import ArgumentParser
import Equipoise

enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case table, json }

/// Options that every command has.
struct CommonArguments: ParsableArguments {
  /// The head that they are under where options have heads.
  static let title = "Common"

  @Option(help: "Worker threads; the result is the same to the last bit for any number.")
  var threads: Int = WorkerPool.availableCores

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 0

  @Option(help: "A table for people, or one JSON document on standard output.")
  var format: OutputFormat = .table

  @Flag(help: "No progress and no notes on standard error.")
  var quiet = false

  var pool: WorkerPool { WorkerPool(threads: threads) }

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
  }

  func note(_ message: String) {
    if !quiet { Console.note(message) }
  }
}
