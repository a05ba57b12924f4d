/// What becomes of rows whose sensitive attribute has no value.
///
/// It is decided by attribute: a row of unknown sex and known race is still a row of its race.
public enum UnknownGroups: String, Sendable, CaseIterable {
  /// They are in no fit and in no comparison, and count in what is told of all rows.
  case exclude
  /// They are a group like any other.
  case ownGroup = "own-group"
  /// They train where a method can use a row without its group, bind nobody and are compared with
  /// nobody.
  case pooled

  /// What unknown values are called among the groups.
  public static let levelName = FeatureEncoder.missingName

  /// What people of an unknown group are called in files about applicants: documents that laws ask for
  /// take these names for no group.
  public static let usualNames: Set = [
    "Unknown", "unknown", "Not specified", "Declined", "Declined to state", "Prefer not to say",
    levelName,
  ]

  /// Whether rows of unknown groups are compared with others.
  public var compares: Bool { self == .ownGroup }

  /// The error that no row has a known group.
  public static func noneKnown(_ attributes: [String], rows: Int) -> DataError {
    let names = attributes.map { "'\($0)'" }.joined(separator: " or ")
    return .option(
      "unknown",
      """
      no row is left: in each of \(rows) rows \(names) has no value; \
      \(set: "unknown", ownGroup.rawValue) makes such rows a group
      """)
  }

  /// What becomes of rows without a value of an attribute, in words.
  public func phrase(_ attribute: String, _ rows: Int) -> Phrase {
    let which = "\(rows) \(rows == 1 ? "row has" : "rows have") no value of '\(attribute)'"
    return switch self {
    case .exclude: "\(which): left out of fits that look at groups, and of gaps"
    case .ownGroup: "\(which): a group of their own, '\(Self.levelName)'"
    case .pooled: "\(which): pooled in fits, and left out of gaps"
    }
  }

  /// Whether a group means that the value, or a part of a cross, is not known.
  ///
  /// - Parameter attribute: `sex`, or `sex×race` for a cross.
  public static func isUnknown(
    _ group: String, of attribute: String, called name: String = levelName
  ) -> Bool {
    if group == name { return true }
    guard attribute.contains("×") else { return false }
    return group.split(separator: "×").contains { $0 == name }
  }
}

extension OptionRecord {
  /// The policy, the same for every job that has it.
  public static func unknownGroups(
    _ path: WritableKeyPath<Root, UnknownGroups> & Sendable, _ help: String
  ) -> Self {
    .choice(
      "unknown", path, value: UnknownGroups.allCases.map(\.rawValue).joined(separator: "|"), help)
  }
}
