import ArgumentParser
import Equipoise
import Exchange

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
  init?(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case JobError.usage(let text): self.init(.usage, text)
    case JobError.data(let text): self.init(.data, text)
    case let error as JobError: self.init(.interrupted, error.description)
    case let error as DataError:
      self.init(error.isUsage ? .usage : .data, error.description)
    case AuditError.counting(let error): self.init(.data, error.description)
    case let error as AuditError: self.init(.usage, error.description)
    case let error as MembershipError: self.init(.data, error.description)
    case let error as WatchError:
      self.init(error.isUsage ? .usage : .data, error.description)
    case let error as GateError: self.init(.usage, error.description)
    case let error as ModelFileError: self.init(.data, error.description)
    case let error as TransformError: self.init(.data, error.description)
    case let error as ExportError: self.init(.usage, error.description)
    case let error as PredictorError: self.init(.data, error.description)
    case let error as AuditLogError: self.init(.data, error.description)
    case let error as EvidenceError: self.init(.data, error.description)
    case let error as PipelineFileError: self.init(.data, error.description)
    case let error as VariantFailure:
      if let placed = error.underlying as? PipelineFileError {
        self.init(.data, "\(placed) (variant '\(error.variant)')")
        return
      }
      guard let inner = CommandFailure(error.underlying) else { return nil }
      self.init(inner.code, "variant '\(error.variant)': \(inner.message)")
    case let error as NotesFileError: self.init(.data, error.description)
    // Found while running: the usage that the parser would add says nothing about it.
    case let error as ValidationError: self.init(.usage, error.message)
    case is CleanExit, is ExitCode: return nil
    default:
      guard EquipoiseCommand.exitCode(for: error) == .failure else { return nil }
      self.init(.internalError, "\(error)")
    }
  }
}

extension DataError {
  /// Whether the command line is wrong rather than the data.
  var isUsage: Bool {
    switch self {
    case .badOption, .unknownDataset, .conflictingRoles: true
    case .needsLabels, .needsGroups, .predictsLabels: true
    default: false
    }
  }
}
