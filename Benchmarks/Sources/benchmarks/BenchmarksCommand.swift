import ArgumentParser
import Equipoise
import Foundation

@main
struct BenchmarksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks",
    abstract: "Measures the engine: alone by named case, or beside its peers.",
    subcommands: [
      RunCommand.self, ServeCommand.self, GrowthCommand.self, AdversarialCommand.self,
      AuditCommand.self, InferenceCommand.self,
    ])
}

/// Options that every measurement has.
struct MeasureArguments: ParsableArguments {
  @Option(help: "Worker threads.") var threads: Int = WorkerPool.availableCores

  var pool: WorkerPool { WorkerPool(threads: threads) }
}

/// Writes one JSON object on one line and hands it over at once.
func printLine(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  var line = try encoder.encode(value)
  line.append(UInt8(ascii: "\n"))
  try FileHandle.standardOutput.write(contentsOf: line)
}
