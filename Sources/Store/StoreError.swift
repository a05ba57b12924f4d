import Essentials

/// Why a store cannot do what is asked.
public enum StoreError: Error, Equatable, Sendable {
  /// The system refused, with its reason: a full disk, a disk that is read only, …
  case file(String, code: Int32)
  case state(String, reason: String)
  /// Another process writes to the folder.
  case locked(String)
  /// There is no store in the folder.
  case none(String)
  case otherFormat(String, found: Int, known: Int)
  /// Bytes that were safe on disk have changed.
  case corrupt(String, offset: Int, reason: String)
  /// A write failed before, and what it left cannot be taken back: open the folder again.
  case broken(String)
  /// A batch's key with other contents than before.
  case otherBatch(producer: String, sequence: UInt64)
  /// A batch's key is older than those that are remembered.
  case oldBatch(producer: String, sequence: UInt64, remembered: Int)
  case otherSettings(String)
  case settings(String)
  case event(EventFault)
  /// More distinct models, arms or attributes than a store has room for.
  case tooMany(String, limit: Int)

  package init(_ fault: FileFault) { self = .file(fault.path, code: fault.code) }
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let path, let code): "\(path): \(Self.reason(code))"
    case .state(let path, let reason): "\(path): \(reason)"
    case .locked(let folder): "\(folder): another process writes to it"
    case .none(let folder): "\(folder): there is no monitor in it"
    case .otherFormat(let path, let found, let known):
      "\(path): format \(found), and this program knows format \(known)"
        + (found > known ? ": a later version wrote it" : "")
    case .corrupt(let path, let offset, let reason): "\(path), byte \(offset): \(reason)"
    case .broken(let folder):
      "\(folder): a write failed before and was not taken back; open the folder again"
    case .otherBatch(let producer, let sequence):
      "batch \(sequence) of producer '\(producer)' came before with other contents"
    case .oldBatch(let producer, let sequence, let remembered):
      "batch \(sequence) of producer '\(producer)' is older than the \(remembered) that are remembered"
    case .otherSettings(let folder):
      "\(folder): the monitor has other settings, which stay as they were when it began"
    case .settings(let reason): reason
    case .event(let fault): fault.description
    case .tooMany(let what, let limit): "more than \(limit) \(what)"
    }
  }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOSPC: "the disk is full"
    case EROFS: "the disk is read only"
    case EACCES, EPERM: "not allowed"
    case ENOENT: "there is no such file or folder"
    default: String(cString: strerror(code))
    }
  }
}
