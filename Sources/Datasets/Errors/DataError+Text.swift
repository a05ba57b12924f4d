/// As Swift spells it.
extension DataError: CustomStringConvertible {
  public var description: String { text(.swift) }
}

extension DataError {
  public func text(_ dialect: Dialect) -> String {
    if let place { return "\(place)\(inColumn): \((rowFault ?? "").text(dialect))" }
    if case .option(let fault) = self { return fault.text(dialect) }
    if let partFault = partFault(dialect) { return partFault.text(dialect) }
    return (columnFault ?? nameFault ?? Phrase(fileFault)).text(dialect)
  }

  private var inColumn: String { culprit.isEmpty ? "" : ", column '\(culprit)'" }

  /// What is wrong in a row.
  private var rowFault: Phrase? {
    switch self {
    case .raggedRow(_, _, let found, let expected):
      "\(found) fields where the header has \(expected)"
    case .notANumber(_, _, let column, let value): Self.notANumber(column, value)
    case .notFinite(_, _, _, let value): "'\(value)' is not a finite number"
    case .tooLarge(_, _, _, let value):
      "'\(value)' does not fit in 32 bits (use \(set: "precision", "double"))"
    case .missingValue(_, _, let column, let count):
      """
      the value is missing\(Self.others(count)) (\(set: "missing", "keep") keeps such rows, \
      \(set: "missing", "drop") leaves them out, \(set: "drop", column) leaves the column out)
      """
    case .missingInRole(_, _, _, let count):
      "the value is missing\(Self.others(count)) (\(set: "missing", "drop") leaves such rows out)"
    case .notADecision(_, _, _, let value):
      """
      '\(value)' is not a decision: expected 0, 1, yes, no, or a value of the label \
      (\(set: "selected", "VALUE") says which value is positive)
      """
    case .negativeWeight(_, _, _, let value):
      "'\(value)' is not a weight: weights are at least 0"
    case .outOfRange(_, _, _, let value, let rule):
      "'\(value)' is out of range: \(rule); use another unit"
    case .unseenLabel(_, _, _, let value, let known):
      """
      '\(value)' is not a label of the model, which was fitted to \
      \(known.map { "'\($0)'" }.joined(separator: " and "))
      """
    case .notAProbability(_, _, _, let value):
      "\(value) is not a probability (a number from 0 to 1)"
    case .notUTF8(_, _, _, let value): "byte \(value) is not UTF-8 text"
    case .strayQuote(_, _, _, let value):
      "a quote in the middle of '\(value)' (quote the whole field and double the quote)"
    case .openQuote: "a quote opens here and never closes"
    default: nil
    }
  }

  /// A text that is a number by one of two marks is no missing value: the mark is what is not known.
  private static func notANumber(_ column: String, _ value: String) -> Phrase {
    if NumberReading(value) != nil {
      return """
        '\(value)' is not a plain number (\(set: "decimal", ",") or \(set: "decimal", ".") says what \
        its marks are, \(set: "categorical", column) makes the column a category)
        """
    }
    return """
      '\(value)' is not a number (\(set: "categorical", column) makes the column a category, \
      \(set: "na", value) makes the value a missing one)
      """
  }

  private static func others(_ count: Int) -> String {
    count > 1 ? ", and \(count - 1) more in this column" : ""
  }

  /// What is wrong with a column, a value or a group.
  var columnFault: Phrase? {
    switch self {
    case .unknownValue(let file, let column, let value, let nearest):
      "\(Self.at(file, column))no row has the value '\(value)'\(NearestName.suggestion(nearest))"
    case .unseenLevel(let file, let column, let value):
      "\(Self.at(file, column))'\(value)' did not occur when the model was fitted"
    case .oneClass(let file, let column, let value):
      "\(Self.at(file, column))every label is '\(value)'; two classes are needed"
    case .constantTarget(let file, let column, let value):
      "\(Self.at(file, column))the target is \(value) in every row that has weight"
    case .notTwoClasses(let file, let column, let values):
      """
      \(Self.at(file, column))the label has more than two values\(LabelValues(values).told) \
      (\(LabelValues(values).advice(file, column)))
      """
    case .noWeight(let file, let column): "\(Self.at(file, column))every weight is 0"
    case .oneGroup(let file, let column, let value):
      "\(Self.at(file, column))every row is in group '\(value)'; two groups are needed"
    case .oneClassInGroup(let file, let column, let group, let value):
      "\(Self.at(file, column))every label in group '\(group)' is '\(value)'"
    case .tooManyLevels(let file, let column, let limit):
      """
      \(Self.at(file, column))more than \(limit) different values; it looks like an identifier \
      (\(set: "drop", column)) or numbers (\(set: "numeric", column))
      """
    case .tooManyGroups(let file, let column, let limit):
      """
      \(Self.at(file, column))more than \(limit) groups \
      (\(set: "bins", "\(column)=…") makes groups of a numeric column)
      """
    default: nil
    }
  }

  private static func at(_ file: String, _ column: String) -> String {
    RowPlace.isInMemory(file) ? "column '\(column)': " : "\(file), column '\(column)': "
  }

  /// What is wrong with a name or with what was asked for.
  private var nameFault: Phrase? {
    switch self {
    case .unknownColumn(let file, let column, let role, let nearest):
      "\(Self.of(file))no column '\(column)' for \(role)\(NearestName.suggestion(nearest))"
    case .severalSeparators(let file, let separators):
      """
      \(Self.of(file))columns may be separated by \(separators.joined(separator: " or by ")) \
      (\(option: "separator") says which)
      """
    case .duplicatedColumn(let file, let column, let role):
      "\(Self.of(file))the name '\(column)' occurs more than once, so it cannot be \(role)"
    case .unusableColumn(let file, let column, let kind, nil):
      """
      \(Self.of(file))column '\(column)' is \(kind): \(names: "drop", [column]) leaves it out
      """
    case .unusableColumn(let file, let column, let kind, let role?):
      "\(Self.of(file))column '\(column)' is \(kind), which cannot be used for \(role)"
    case .conflictingRoles(let column, let first, let second):
      "column '\(column)' cannot be both \(first) and \(second)"
    case .unknownDataset(let name, nil):
      """
      no built-in data set '\(name)'; there are \
      \(BundledDataset.all.map(\.name).joined(separator: ", "))
      """
    case .unknownDataset(let name, let nearest):
      "no built-in data set '\(name)'\(NearestName.suggestion(nearest))"
    case .unknownName(let name, let what, let nearest, let hint):
      "no such \(what): '\(name)'\(NearestName.suggestion(nearest))\(hint)"
    default: nil
    }
  }

  /// Which part of the rows a method lacks: a column that the user names, or what a program hands over.
  private func partFault(_ dialect: Dialect) -> Phrase? {
    let namesColumns = dialect == .commandLine || dialect == .yaml
    switch self {
    case .needsLabels(let method):
      return namesColumns
        ? "\(option: "label"): '\(method)' needs a label column"
        : "\(part: .labels) are missing: '\(method)' needs them (\(option: "label") of a table)"
    case .needsGroups(let method, let hasNumbers):
      let but = hasNumbers ? ", and the data have continuous ones only" : ""
      return namesColumns
        ? "\(option: "sensitive"): '\(method)' needs a sensitive column\(but)"
        : """
        \(part: .attributes) are missing: '\(method)' needs them as groups \
        (\(option: "sensitive") of a table)\(but)
        """
    case .predictsLabels(let method):
      return
        "\(option: "target_column"): '\(method)' needs a label of two values; it cannot predict a number"
    default: return nil
    }
  }

  private static func of(_ file: String) -> String {
    RowPlace.isInMemory(file) ? "" : "\(file): "
  }

  /// What is wrong with a whole file.
  private var fileFault: String {
    switch self {
    case .emptyFile(let file): "\(file): the file is empty"
    case .headerOnly(let file):
      RowPlace.isInMemory(file) ? "the table has no rows" : "\(file): a header and no rows"
    case .noHeader(let file, let values):
      """
      \(file): the first line looks like data \
      (\(values.prefix(3).map { "'\($0)'" }.joined(separator: ", "))\
      \(values.count > 3 ? ", …" : "")), and columns go by the names in it: add a line of names
      """
    case .wrongSeparator(let file, let separator, let header):
      "\(file): columns seem to be separated by \(separator), as in '\(header)', but not in every row"
    case .wrongKind(let file, let kind, let remedy):
      "\(file) is \(kind), and a table is read from CSV: \(remedy)"
    case .noRowsLeft(let file):
      RowPlace.isInMemory(file) ? "there are no rows" : "\(file): every row has a missing value"
    case .noFeatures(let file):
      RowPlace.isInMemory(file)
        ? "there are no features" : "\(file): no column is left as a feature"
    case .truncatedGzip(let file): "\(file): the gzip data end too early"
    case .corruptGzip(let file, let detail): "\(file): not valid gzip data: \(detail)"
    case .corruptArray(let file, let detail): "\(file): not a usable NPY array: \(detail)"
    case .packed(let file, let fault): "\(file): \(fault)"
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .unwritable(let file, let reason): "\(file): cannot be written: \(reason)"
    case .diskFull(let file): "\(file): cannot be written: the disk is full"
    default: preconditionFailure("every case is described by one of the four")
    }
  }
}
