/// Where the columns of a condition are read from.
struct ConditionColumns {
  enum Source: Equatable {
    /// Read as numbers under this column of the file.
    case numbers(Int)
    /// Read as codes of texts under this column of the file.
    case texts(Int)
    /// The place of a row as errors give it.
    case place
  }

  /// What stands for the place of a row, where no column is called so.
  static let placeName = "row"

  let condition: RowCondition
  /// By the name in the condition.
  private(set) var sources: [String: Source] = [:]
  /// Columns of the file that are read for the condition alone.
  private(set) var textsAlone = Set<Int>()
  private(set) var numbersAlone = Set<Int>()

  /// Finds the columns and adds them to what is read.
  init(
    _ condition: RowCondition, _ planner: TablePlanner, addingTo plan: inout TablePlan
  ) throws(DataError) {
    self.condition = condition
    for word in condition.tests.map(\.column) where sources[word.text] == nil {
      let name = word.text
      let isPlace =
        name == Self.placeName && !planner.columns.contains { $0.name == Self.placeName }
      guard !isPlace else {
        sources[name] = .place
        continue
      }
      let column = try planner.index(
        name, role: "\(option: RowCondition.option) (its character \(word.place))")
      guard planner.isNumber(column) else {
        sources[name] = .texts(column)
        guard !plan.codeColumns.contains(where: { $0.column == column }) else { continue }
        textsAlone.insert(column)
        plan.coded.append(.init(column: column, name: name))
        continue
      }
      sources[name] = .numbers(column)
      guard !plan.plain.contains(where: { $0.column == column }) else { continue }
      numbersAlone.insert(column)
      plan.plain.append(.init(column: column, name: name))
    }
  }

  /// Forgets the columns that were read for the condition alone.
  func remove<Scalar>(from table: inout RawTable<Scalar>) {
    table.plan.coded.removeAll { textsAlone.contains($0.column) }
    table.plan.plain.removeAll { numbersAlone.contains($0.column) }
    for column in textsAlone {
      table.coded[column] = nil
      if !numbersAlone.contains(column) { table.firstMissingLine[column] = nil }
    }
    for column in numbersAlone {
      table.plain[column] = nil
      if table.coded[column] == nil { table.firstMissingLine[column] = nil }
    }
  }

  /// The error of a column that is read for the condition alone names the condition.
  func explained(_ error: DataError) -> DataError {
    guard case .tooManyLevels(_, let name, let limit) = error,
      case .texts(let column)? = sources[name], textsAlone.contains(column),
      let word = condition.tests.map(\.column).first(where: { $0.text == name })
    else { return error }
    return condition.error(
      at: word, "column '\(name)' has more than \(limit) different texts, too many to choose by")
  }
}

extension TablePlanner {
  /// Whether a column is read as numbers: as the user says, or as the table tells.
  func isNumber(_ column: Int) -> Bool {
    let sample = columns[column]
    return options.numeric.contains(sample.name)
      || (sample.isNumeric && !sample.isCode && !options.categorical.contains(sample.name))
  }
}
