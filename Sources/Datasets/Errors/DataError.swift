/// What is wrong with data or options that came from outside: it names the file, and where they exist
/// the row, the column and the value.
///
/// A row is the 1-based line of the file in which the record starts; the header is line 1. Of rows in
/// memory, and in arrays, it is their number counted from 1; see ``place``.
public enum DataError: UserError, Equatable {
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

  /// The first line is a row.
  case noHeader(file: String, values: [String])
  /// The header is one name with another separator in it.
  case wrongSeparator(file: String, separator: String, header: String)
  /// Two separators divide the text into columns alike.
  case severalSeparators(file: String, separators: [String])
  /// A file that holds its table in another form than text.
  case wrongKind(file: String, kind: String, remedy: String)
  case unknownColumn(file: String, column: String, role: Phrase, nearest: String?)
  case duplicatedColumn(file: String, column: String, role: Phrase)
  /// A date, a list or the like; `role` is what it was to be, nil for a feature that nobody named.
  case unusableColumn(file: String, column: String, kind: String, role: Phrase?)
  case conflictingRoles(column: String, first: Phrase, second: Phrase)
  case unknownValue(file: String, column: String, value: String, nearest: String?)
  case unseenLevel(file: String, column: String, value: String)
  case oneClass(file: String, column: String, value: String)
  case constantTarget(file: String, column: String, value: String)
  case notTwoClasses(file: String, column: String, values: [LabelValue])
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
  case packed(file: String, PackedFault)
  case unreadable(file: String, reason: String)
  case unwritable(file: String, reason: String)
  case diskFull(file: String)
  case unknownDataset(name: String, nearest: String?)
  /// A name that is not in a list: of a method, a benchmark, a variant.
  case unknownName(_ name: String, what: String, nearest: String?, hint: Phrase)
  case option(OptionFault)
}

/// A value of a label with its rows.
public struct LabelValue: Equatable, Sendable {
  public var name: String
  public var rows: Int
  /// The place of the first one.
  public var firstRow: Int
}

/// What is wrong with an option, or with what was given for it.
public struct OptionFault: Equatable, Sendable {
  /// The option's neutral name: words joined by underscores.
  public var name: String
  /// What was given, where that is to blame.
  public var value: String?
  public var reason: Phrase

  public init(_ name: String, value: String? = nil, _ reason: Phrase) {
    self.name = name.replacing("-", with: "_")
    self.value = value
    self.reason = reason
  }

  public func text(_ dialect: Dialect) -> String {
    let subject = value.map { dialect.setting(name, $0) } ?? dialect.option(name)
    return "\(subject): \(reason.text(dialect))"
  }
}

extension DataError {
  /// An option that cannot be what it is.
  public static func option(_ name: String, value: String? = nil, _ reason: Phrase) -> DataError {
    .option(OptionFault(name, value: value, reason))
  }
}
