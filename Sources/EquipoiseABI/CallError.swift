import Auditing
import CEquipoise
import Criteria
import Datasets
import Mitigation
import Models

/// Why a call failed, as its status and its `eqp_error` tell it.
struct CallError: Error {
  var status: eqp_status
  var message: String
  var row: Int = -1
  var column = ""

  init(_ status: eqp_status, _ message: String, row: Int = -1, column: String = "") {
    self.status = status
    self.message = message
    self.row = row
    self.column = column
  }

  static func argument(_ message: String, column: String = "") -> CallError {
    CallError(EQP_ERROR_ARGUMENT, message, column: column)
  }
  static func data(_ message: String, row: Int = -1, column: String = "") -> CallError {
    CallError(EQP_ERROR_DATA, message, row: row, column: column)
  }
  static func handle(_ message: String) -> CallError { CallError(EQP_ERROR_HANDLE, message) }
  static func memory(_ message: String) -> CallError { CallError(EQP_ERROR_MEMORY, message) }

  /// What the engine threw, as a status.
  init(_ error: any Error) {
    switch error {
    case let error as CallError: self = error
    case let error as DataError: self.init(error)
    // A text of the caller's, and no file.
    case ModelFileError.notA(_, nil, _), ModelFileError.changed(_, nil): self = .data("\(error)")
    case let error as ModelFileError: self.init(EQP_ERROR_IO, "\(error)")
    case let error as TransformError: self = .argument("\(error)")
    case let error as ReductionError:
      if case .learnerFailed = error {
        self.init(EQP_ERROR_CALLBACK, "\(error)")
      } else {
        self.init(EQP_ERROR_DATA, "\(error)")
      }
    case let error as CountingError:
      switch error {
      case .badScore(let row, _): self = .data("\(error)", row: row, column: "scores")
      case .badWeight(let row, _): self = .data("\(error)", row: row, column: "weights")
      case .notBinary(let column, let row, _):
        self = .data("\(error)", row: row, column: column)
      case .badGroup(let attribute, let row, _, _):
        self = .data("\(error)", row: row, column: attribute)
      case .incompatible: self = .argument("\(error)")
      }
    case let error as AuditError: self = .argument("\(error)")
    default: self.init(EQP_ERROR_DATA, "\(error)")
    }
  }

  private init(_ error: DataError) {
    switch error {
    case .badOption(let option, _): self = .argument("\(error)", column: option)
    case .unknownColumn(_, let column, _, _), .duplicatedColumn(_, let column, _),
      .conflictingRoles(let column, _, _):
      self = .argument("\(error)", column: column)
    case .unknownDataset: self = .argument("\(error)")
    case .unreadable, .unwritable, .diskFull: self.init(EQP_ERROR_IO, "\(error)")
    case .needsLabels: self = .data("labels are missing", column: "labels")
    case .needsGroups(_, hasNumbers: false):
      self = .data("sensitive attributes are missing", column: "attributes")
    case .needsGroups:
      self = .data(
        "sensitive attributes are needed, and the data have continuous ones only",
        column: "attributes")
    case .predictsLabels:
      self = .data(
        "labels of two classes are needed, and the data have targets", column: "labels")
    case .noRowsLeft(DatasetParts.source): self = .data("there are no rows")
    case .noFeatures(DatasetParts.source): self = .data("there are no features")
    case .oneClass(_, let column, _), .oneClassInGroup(_, let column, _, _),
      .noWeight(_, let column), .constantTarget(_, let column, _), .oneGroup(_, let column, _),
      .tooManyGroups(_, let column, _), .notTwoClasses(_, let column, _):
      self = .data("\(error)", column: column)
    // Places in a table count from 1.
    case .notANumber(_, let row, let column, _), .notFinite(_, let row, let column, _),
      .tooLarge(_, let row, let column, _), .missingValue(_, let row, let column, _),
      .negativeWeight(_, let row, let column, _), .notUTF8(_, let row, let column, _),
      .notAProbability(_, let row, let column, _), .outOfRange(_, let row, let column, _, _),
      .unseenLabel(_, let row, let column, _, _):
      self = .data(
        "\(error)".replacing(
          "\(DatasetParts.source), row \(row),", with: "\(DatasetParts.source), row \(row - 1),"),
        row: max(0, row - 1), column: column)
    case .raggedRow(_, let row, _, _): self = .data("\(error)", row: max(0, row - 1))
    default: self = .data("\(error)")
    }
  }
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
  copy(error.message, to: &record.pointee.message)
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
