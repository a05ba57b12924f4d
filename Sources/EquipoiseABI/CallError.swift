import CEquipoise
import Datasets

/// Why a call failed, as its status and its `eqp_error` tell it.
struct CallError: Error {
  var status: eqp_status
  var message: Phrase
  /// From 0, or -1.
  var row: Int
  var column: String
  /// What the engine threw; nil where the call itself failed.
  private var cause: (any UserError)?

  init(_ status: eqp_status, _ message: Phrase, row: Int = -1, column: String = "") {
    self.status = status
    self.message = message
    self.row = row
    self.column = column
  }

  static func argument(_ message: Phrase, column: String = "") -> CallError {
    CallError(EQP_ERROR_ARGUMENT, message, column: column)
  }
  static func option(_ name: String, _ value: String?, _ reason: Phrase) -> CallError {
    CallError(DataError.option(name, value: value, reason))
  }
  static func data(_ message: Phrase, row: Int = -1, column: String = "") -> CallError {
    CallError(EQP_ERROR_DATA, message, row: row, column: column)
  }
  static func handle(_ message: Phrase) -> CallError { CallError(EQP_ERROR_HANDLE, message) }
  static func memory(_ message: Phrase) -> CallError { CallError(EQP_ERROR_MEMORY, message) }

  /// What the engine threw, as a status.
  ///
  /// - Parameter namesColumns: the caller said by options which column is what, and left one out;
  ///   otherwise a part is missing in the data that were handed over.
  init(_ error: any Error, namesColumns: Bool = false) {
    switch error {
    case let error as CallError: self = error
    case let error as any UserError:
      let part = Self.missingPart(error)
      self.init(
        part == nil || namesColumns ? Self.status(error.blame) : EQP_ERROR_DATA, "",
        row: error.place?.index ?? -1, column: part?.rawValue ?? error.culprit)
      cause = error
    default: self.init(EQP_ERROR_DATA, "\(error)")
    }
  }

  /// The part of rows that a method needs and the caller has not handed over: it is missing in the data.
  private static func missingPart(_ error: any UserError) -> RowPart? {
    switch error {
    case DataError.needsLabels, DataError.predictsLabels: .labels
    case DataError.needsGroups: .attributes
    default: nil
    }
  }

  private static func status(_ blame: Blame) -> eqp_status {
    switch blame {
    case .usage: EQP_ERROR_ARGUMENT
    case .data: EQP_ERROR_DATA
    case .system: EQP_ERROR_IO
    case .callback: EQP_ERROR_CALLBACK
    case .stop: EQP_ERROR_CANCELLED
    }
  }

  /// The sentence for people in the words of a door.
  func text(_ dialect: Dialect) -> String { cause?.text(dialect) ?? message.text(dialect) }
}

/// Runs the body of a call and turns what it throws into a status and the caller's record.
func attempt(
  _ record: UnsafeMutablePointer<eqp_error>?, _ body: () throws -> eqp_status
) -> eqp_status {
  do {
    let status = try body()
    fill(record, CallError(status, ""))
    return status
  } catch {
    let failure = CallError(error)
    LastError.keep(failure)
    fill(record, failure)
    return failure.status
  }
}

private func fill(_ record: UnsafeMutablePointer<eqp_error>?, _ error: CallError) {
  // SAFETY: the caller's record, which the interface asks to be valid or NULL.
  guard let record else { return }
  record.pointee.status = error.status
  record.pointee.row = Int64(error.row)
  copy(error.column, to: &record.pointee.column)
  copy(error.text(.c), to: &record.pointee.message)
}

/// Copies as much of a text as fits, cut between characters, with its zero byte.
private func copy<Characters>(_ text: String, to field: inout Characters) {
  withUnsafeMutableBytes(of: &field) { bytes in
    var count = 0
    for character in text.replacing("\0", with: " ").unicodeScalars {
      let encoded = Unicode.UTF8.encode(character)!
      guard count + encoded.count < bytes.count else { break }
      for byte in encoded {
        bytes[count] = byte
        count += 1
      }
    }
    bytes[count] = 0
  }
}
