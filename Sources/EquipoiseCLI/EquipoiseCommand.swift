import ArgumentParser
import Equipoise
import Foundation

@main
struct EquipoiseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "equipoise",
    abstract: "Trains debiased models at scale and audits any model.",
    discussion: """
      Start here:
        equipoise compare --dataset adult --sensitive sex
        equipoise train penalized --dataset adult --sensitive sex --model m.eqp
        equipoise audit --dataset adult --sensitive sex --model m.eqp

      Exit codes:
        0 done
        2 wrong usage
        3 bad data, or a file that cannot be read or written
        4 did not reach the requested tolerance; the result is written
        5 a gate of --fail-on was exceeded
        70 internal error
        130 stopped by Ctrl-C; nothing is written
      """,
    version: EquipoiseVersion.current,
    subcommands: [
      DescribeCommand.self, CompareCommand.self, RunCommand.self, TrainCommand.self,
      PredictCommand.self, ExplainCommand.self, AuditCommand.self, FrontierCommand.self,
      ExploreCommand.self, WatchCommand.self,
      RequirementsCommand.self, ReportCommand.self, LogCommand.self, MethodsCommand.self,
      GenerateCommand.self,
      PackCommand.self, InfoCommand.self, BenchCommand.self, BenchCellCommand.self,
      KernelsCommand.self, PreprocessCommand.self, PostprocessCommand.self, ExportCommand.self,
    ])

  static func main() {
    OpenBLAS.endIdleThreads()
    do {
      try CommandNames.check(Array(CommandLine.arguments.dropFirst()), of: self)
      var command = try parseAsRoot()
      try command.run()
    } catch {
      exit(withFailure: error)
    }
  }

  /// Says what went wrong and ends the process with the code that its kind has.
  private static func exit(withFailure error: any Error) -> Never {
    if let failure = CommandFailure(error) {
      Console.error(failure.message)
      Foundation.exit(failure.code.rawValue)
    }
    let message = fullMessage(for: error)
    guard exitCode(for: error).isSuccess else {
      Console.note(DashedValue.explained(Self.lowered(message), CommandLine.arguments))
      Foundation.exit(FailureCode.usage.rawValue)
    }
    print(message)
    Foundation.exit(0)
  }

  /// Errors start alike, whoever found them.
  private static func lowered(_ message: String) -> String {
    message.hasPrefix("Error: ") ? "error: " + message.dropFirst("Error: ".count) : message
  }
}
