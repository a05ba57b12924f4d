extension DataError {
  public var blame: Blame {
    switch self {
    case .option, .unknownName, .unknownDataset, .conflictingRoles, .needsLabels, .needsGroups,
      .predictsLabels:
      .usage
    case .unreadable, .unwritable, .diskFull: .system
    default: .data
    }
  }

  public var place: RowPlace? {
    switch self {
    case .raggedRow(let file, let row, _, _), .notANumber(let file, let row, _, _),
      .notFinite(let file, let row, _, _), .tooLarge(let file, let row, _, _),
      .missingValue(let file, let row, _, _), .missingInRole(let file, let row, _, _),
      .notADecision(let file, let row, _, _), .negativeWeight(let file, let row, _, _),
      .outOfRange(let file, let row, _, _, _), .unseenLabel(let file, let row, _, _, _),
      .notAProbability(let file, let row, _, _), .notUTF8(let file, let row, _, _),
      .strayQuote(let file, let row, _, _), .openQuote(let file, let row, _):
      RowPlace(file: file, row: row)
    default: nil
    }
  }

  public var culprit: String {
    switch self {
    case .notANumber(_, _, let column, _), .notFinite(_, _, let column, _),
      .tooLarge(_, _, let column, _), .missingValue(_, _, let column, _),
      .missingInRole(_, _, let column, _), .notADecision(_, _, let column, _),
      .negativeWeight(_, _, let column, _), .outOfRange(_, _, let column, _, _),
      .unseenLabel(_, _, let column, _, _), .notAProbability(_, _, let column, _),
      .notUTF8(_, _, let column, _), .strayQuote(_, _, let column, _),
      .openQuote(_, _, let column):
      column
    case .unknownColumn(_, let column, _, _), .duplicatedColumn(_, let column, _),
      .unusableColumn(_, let column, _, _), .conflictingRoles(let column, _, _),
      .unknownValue(_, let column, _, _), .unseenLevel(_, let column, _),
      .oneClass(_, let column, _), .constantTarget(_, let column, _),
      .notTwoClasses(_, let column, _, _), .noWeight(_, let column), .oneGroup(_, let column, _),
      .oneClassInGroup(_, let column, _, _), .tooManyLevels(_, let column, _),
      .tooManyGroups(_, let column, _):
      column
    case .option(let fault): fault.name
    case .unknownName(let name, _, _, _), .unknownDataset(let name, _): name
    case .needsLabels: "label"
    case .needsGroups: "sensitive"
    case .predictsLabels: "target_column"
    default: ""
    }
  }
}
