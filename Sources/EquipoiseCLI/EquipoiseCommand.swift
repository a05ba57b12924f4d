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
        equipoise train penalized --data loans.csv --label repaid --sensitive sex --model m.eqp
        equipoise audit --data loans.csv --label repaid --sensitive sex --model m.eqp

      Exit codes: 0 done, 2 wrong usage, 3 bad data, 4 did not converge (the result is written),
      5 a gate of --fail-on was exceeded, 70 our fault, 130 stopped by Ctrl-C.
      """,
    version: EquipoiseVersion.current,
    subcommands: [
      CompareCommand.self, TrainCommand.self, PredictCommand.self, AuditCommand.self,
      FrontierCommand.self, WatchCommand.self, ReportCommand.self, LogCommand.self,
      MethodsCommand.self, GenerateCommand.self, InfoCommand.self,
    ])

  static func main() {
    do {
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
      Console.note(message)
      Foundation.exit(FailureCode.usage.rawValue)
    }
    print(message)
    Foundation.exit(0)
  }
}
