/// What filling columns from blocks found besides values.
struct PackedFindings {
  /// The missing values of a column: how many, and the row of the first.
  struct Missing {
    var count = 0
    var first: Int
  }

  /// A value that cannot be what it is to be.
  struct Failure {
    enum Kind { case notANumber, notFinite, tooLarge }

    var row: Int
    var column: Int
    var kind: Kind
    var value: String
  }

  /// By column of the file.
  private(set) var missing: [Int: Missing] = [:]
  private(set) var failure: Failure?
  var fault: PackedFault?

  mutating func addMissing(_ column: Int, row: Int, count: Int = 1) {
    if missing[column] == nil {
      missing[column] = Missing(count: count, first: row)
    } else {
      missing[column]!.count += count
      missing[column]!.first = min(missing[column]!.first, row)
    }
  }

  /// Keeps the failure that a reader from the top finds first.
  mutating func fail(_ new: Failure) {
    if let failure, (failure.row, failure.column) <= (new.row, new.column) { return }
    failure = new
  }

  /// Adds what was found in a later block.
  mutating func add(_ other: PackedFindings) {
    for (column, found) in other.missing {
      addMissing(column, row: found.first, count: found.count)
    }
    failure = failure ?? other.failure
    fault = fault ?? other.fault
  }

  func error(_ packed: PackedFile) -> DataError? {
    if let fault { return .packed(file: packed.path, fault) }
    guard let failure else { return nil }
    let row = packed.line(ofRow: failure.row)
    let column = packed.contents.columns[failure.column].sample.name
    return switch failure.kind {
    case .notANumber:
      .notANumber(file: packed.path, row: row, column: column, value: failure.value)
    case .notFinite:
      .notFinite(file: packed.path, row: row, column: column, value: failure.value)
    case .tooLarge:
      .tooLarge(file: packed.path, row: row, column: column, value: failure.value)
    }
  }
}
