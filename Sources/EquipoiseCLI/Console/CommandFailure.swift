import ArgumentParser
import Equipoise

/// How a command ends when it does not end well.
enum FailureCode: Int32 {
  case usage = 2
  case data = 3
  case notConverged = 4
  case gate = 5
  case internalError = 70
  case interrupted = 130
}

/// A failure with its message and exit code.
struct CommandFailure: Error {
  var code: FailureCode
  var message: String

  init(_ code: FailureCode, _ message: String) {
    self.code = code
    self.message = message
  }

  /// nil for what the argument parser says better: help, usage, validation.
  ///
  /// - Parameter dialect: how whoever reads it spells options.
  init?(_ error: any Error, _ dialect: Dialect = .commandLine) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as VariantFailure:
      // What has a place in the file begins with it.
      if let placed = error.underlying as? PipelineFileError {
        self.init(.data, "\(placed) (variant '\(error.variant)')")
        return
      }
      guard let inner = CommandFailure(error.underlying, .yaml) else { return nil }
      self.init(inner.code, "variant '\(error.variant)': \(inner.message)")
    case let error as any UserError: self.init(.init(error.blame), error.text(dialect))
    // Found while running: the usage that the parser would add says nothing about it.
    case let error as ValidationError: self.init(.usage, error.message)
    case is CleanExit, is ExitCode: return nil
    default:
      guard EquipoiseCommand.exitCode(for: error) == .failure else { return nil }
      self.init(.internalError, "\(error)")
    }
  }
}

extension FailureCode {
  init(_ blame: Blame) {
    switch blame {
    case .usage: self = .usage
    case .data, .system: self = .data
    case .callback: self = .internalError
    case .stop: self = .interrupted
    }
  }
}
