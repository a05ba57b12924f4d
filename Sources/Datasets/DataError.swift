/// What is wrong with data that came from outside: it names the file, and where they exist the
/// row, the column and the value.
///
/// A row is the 1-based line of the file in which the record starts; the header is line 1.
public enum DataError: Error, Equatable, Sendable {
  case emptyFile(file: String)
  case headerOnly(file: String)
  case raggedRow(file: String, row: Int, found: Int, expected: Int)
  case notANumber(file: String, row: Int, column: String, value: String)
  case notFinite(file: String, row: Int, column: String, value: String)
  /// Finite, but beyond the range of a 32-bit float.
  case tooLarge(file: String, row: Int, column: String, value: String)
  case missingValue(file: String, row: Int, column: String, count: Int)
  /// In a column that is no feature: the label, a weight, a score.
  case missingInRole(file: String, row: Int, column: String, count: Int)
  case notADecision(file: String, row: Int, column: String, value: String)
  case negativeWeight(file: String, row: Int, column: String, value: String)
  /// Outside ``NumberRange``; `rule` says what lies within.
  case outOfRange(file: String, row: Int, column: String, value: String, rule: String)
  /// A label that a model was not fitted to.
  case unseenLabel(file: String, row: Int, column: String, value: String, known: [String])
  case notAProbability(file: String, row: Int, column: String, value: String)
  case notUTF8(file: String, row: Int, column: String, value: String)
  case strayQuote(file: String, row: Int, column: String, value: String)
  case openQuote(file: String, row: Int, column: String)

  /// The header is one name with another separator in it.
  case wrongSeparator(file: String, separator: String, header: String)
  case unknownColumn(file: String, column: String, role: String, nearest: String?)
  case duplicatedColumn(file: String, column: String, role: String)
  case conflictingRoles(column: String, first: String, second: String)
  case unknownValue(file: String, column: String, value: String, nearest: String?)
  case unseenLevel(file: String, column: String, value: String)
  case oneClass(file: String, column: String, value: String)
  case constantTarget(file: String, column: String, value: String)
  case notTwoClasses(file: String, column: String, values: [String])
  case noWeight(file: String, column: String)
  case oneGroup(file: String, column: String, value: String)
  case oneClassInGroup(file: String, column: String, group: String, value: String)
  case tooManyLevels(file: String, column: String, limit: Int)
  case tooManyGroups(file: String, column: String, limit: Int)
  case noRowsLeft(file: String)
  case noFeatures(file: String)
  /// A method that needs labels, and rows without.
  case needsLabels(method: String)
  /// A method that needs sensitive groups, and rows without, or with continuous attributes only.
  case needsGroups(method: String, hasNumbers: Bool)
  /// A method that predicts labels of two classes, and rows with numbers to predict.
  case predictsLabels(method: String)

  case truncatedGzip(file: String)
  case corruptGzip(file: String, detail: String)
  case corruptArray(file: String, detail: String)
  case unreadable(file: String, reason: String)
  case unwritable(file: String, reason: String)
  case diskFull(file: String)
  case unknownDataset(name: String, nearest: String?)
  case badOption(option: String, detail: String)
}

extension DataError: CustomStringConvertible {
  public var description: String {
    placedDescription ?? namedDescription ?? fileDescription
  }

  /// Errors at a row of a file.
  private var placedDescription: String? {
    switch self {
    case .raggedRow(let file, let row, let found, let expected):
      return "\(file), row \(row): \(found) fields where the header has \(expected)"
    case .notANumber(let file, let row, let column, let value):
      return place(file, row, column)
        + "'\(value)' is not a number (--categorical \(column) makes the column a category, "
        + "--na '\(value)' makes the value a missing one)"
    case .notFinite(let file, let row, let column, let value):
      return place(file, row, column) + "'\(value)' is not a finite number"
    case .tooLarge(let file, let row, let column, let value):
      return place(file, row, column)
        + "'\(value)' does not fit in 32 bits (use --precision double)"
    case .missingValue(let file, let row, let column, let count):
      return place(file, row, column) + "the value is missing"
        + (count > 1 ? ", and \(count - 1) more in this column" : "")
        + " (--missing own-level or --missing drop accepts that, --drop \(column) leaves it out)"
    case .missingInRole(let file, let row, let column, let count):
      return place(file, row, column) + "the value is missing"
        + (count > 1 ? ", and \(count - 1) more in this column" : "")
        + " (--missing drop leaves such rows out)"
    case .notADecision(let file, let row, let column, let value):
      return place(file, row, column)
        + "'\(value)' is no decision: 0 and 1 are, and the values of the label"
    case .negativeWeight(let file, let row, let column, let value):
      return place(file, row, column) + "'\(value)' is not a weight: weights are at least 0"
    case .outOfRange(let file, let row, let column, let value, let rule):
      return place(file, row, column) + "'\(value)' is out of range: \(rule); another unit will do"
    case .unseenLabel(let file, let row, let column, let value, let known):
      return place(file, row, column) + "'\(value)' is no label of the model, which was fitted to "
        + known.map { "'\($0)'" }.joined(separator: " and ")
    case .notAProbability(let file, let row, let column, let value):
      return place(file, row, column) + "\(value) is not a probability (a number from 0 to 1)"
    case .notUTF8(let file, let row, let column, let value):
      return place(file, row, column) + "byte \(value) is not UTF-8 text"
    case .strayQuote(let file, let row, let column, let value):
      return place(file, row, column)
        + "a quote in the middle of '\(value)' (quote the whole field and double the quote)"
    case .openQuote(let file, let row, let column):
      return place(file, row, column) + "a quote opens here and never closes"
    default: return nil
    }
  }

  /// Errors about a column, a value or a group.
  private var namedDescription: String? {
    switch self {
    case .unknownColumn(let file, let column, let role, let nearest):
      return "\(file): no column '\(column)' for \(role)" + Self.suggestion(nearest)
    case .duplicatedColumn(let file, let column, let role):
      return "\(file): the name '\(column)' occurs more than once, so it cannot be \(role)"
    case .conflictingRoles(let column, let first, let second):
      return "column '\(column)' cannot be both \(first) and \(second)"
    case .unknownValue(let file, let column, let value, let nearest):
      return "\(file), column '\(column)': no row has the value '\(value)'"
        + Self.suggestion(nearest)
    case .unseenLevel(let file, let column, let value):
      return "\(file), column '\(column)': '\(value)' did not occur when the model was fitted"
    case .oneClass(let file, let column, let value):
      return "\(file), column '\(column)': every label is '\(value)'; two classes are needed"
    case .constantTarget(let file, let column, let value):
      return "\(file): the target '\(column)' is \(value) in every row that has weight"
    case .notTwoClasses(let file, let column, let values):
      return "\(file), column '\(column)': the label has more than two values"
        + (values.isEmpty ? "" : ": \(values.map { "'\($0)'" }.joined(separator: ", ")), …")
        + " (--positive VALUE makes all others negative)"
    case .noWeight(let file, let column):
      return "\(file), column '\(column)': every weight is 0"
    case .wrongSeparator(let file, let separator, let header):
      return "\(file): the header '\(header)' has no comma but \(separator); "
        + "columns must be separated by commas"
    case .oneGroup(let file, let column, let value):
      return "\(file), column '\(column)': every row is in group '\(value)'; two groups are needed"
    case .oneClassInGroup(let file, let column, let group, let value):
      return "\(file), column '\(column)': every label in group '\(group)' is '\(value)'"
    case .tooManyLevels(let file, let column, let limit):
      return "\(file), column '\(column)': more than \(limit) different values; "
        + "it looks like an identifier (--drop \(column)) or numbers (--numeric \(column))"
    case .tooManyGroups(let file, let column, let limit):
      return "\(file), column '\(column)': more than \(limit) groups "
        + "(--bins \(column)=… makes groups of a numeric column)"
    case .noRowsLeft(let file): return "\(file): every row has a missing value"
    case .noFeatures(let file): return "\(file): no column is left as a feature"
    default: return nil
    }
  }

  /// Errors of whole files and of options.
  private var fileDescription: String {
    switch self {
    case .emptyFile(let file): return "\(file): the file is empty"
    case .headerOnly(let file): return "\(file): a header and no rows"
    case .truncatedGzip(let file): return "\(file): the gzip data end too early"
    case .corruptGzip(let file, let detail): return "\(file): not valid gzip data: \(detail)"
    case .corruptArray(let file, let detail): return "\(file): not a usable NPY array: \(detail)"
    case .unreadable(let file, let reason): return "\(file): cannot be read: \(reason)"
    case .unwritable(let file, let reason): return "\(file): cannot be written: \(reason)"
    case .diskFull(let file): return "\(file): cannot be written: the disk is full"
    case .unknownDataset(let name, let nearest):
      return "no built-in data set '\(name)'" + Self.suggestion(nearest)
    case .needsLabels(let method): return "--label: '\(method)' needs a label column"
    case .needsGroups(let method, let hasNumbers):
      return "--sensitive: '\(method)' needs a sensitive column"
        + (hasNumbers ? ", and the data have continuous ones only" : "")
    case .predictsLabels(let method):
      return "--target-column: '\(method)' predicts a --label of two values, no number"
    case .badOption(let option, let detail): return "\(option): \(detail)"
    default: preconditionFailure("every case is described by one of the three")
    }
  }

  private func place(_ file: String, _ row: Int, _ column: String) -> String {
    "\(file), row \(row), column '\(column)': "
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }
}
