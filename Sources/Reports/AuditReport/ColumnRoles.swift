import Datasets

/// Which columns rows were read from, and which were left out: nobody sees from the results alone what a
/// model did not get.
public struct ColumnRoles: Sendable, Equatable {
  /// Columns that a model uses; empty where none does.
  public var features: [String]
  public var leftOut: [String]
  /// The column that names each record.
  public var identifier: String?
  /// Columns whose spellings that differ in capitals and blanks are one.
  public var folded: [String]

  /// Names that a line has.
  static let mostNames = 10

  public init(
    features: [String] = [], leftOut: [String] = [], identifier: String? = nil,
    folded: [String] = []
  ) {
    self.features = features
    self.leftOut = leftOut
    self.identifier = identifier
    self.folded = folded
  }

  /// The roles that a table is read with.
  public init(_ options: DataOptions, features: [String] = []) {
    self.init(
      features: features, leftOut: options.drop, identifier: options.identifier,
      folded: options.fold)
  }

  /// What rows that a model decides about were read with beside its own roles: its features are found by
  /// name, so that nothing else is left out.
  public func beside(_ model: ColumnRoles) -> ColumnRoles {
    ColumnRoles(
      identifier: identifier == model.identifier ? nil : identifier,
      folded: folded == model.folded ? [] : folded)
  }

  /// A line for each role that has columns.
  ///
  /// - Parameter mostFeatures: features that are named, of more so many and how many there are besides.
  func terms(mostFeatures: Int = mostNames) -> [ReportDefinition] {
    let lines = [
      ("Features", Self.counted(features, most: mostFeatures)), ("Left out", Self.listed(leftOut)),
      ("Identifier", Self.listed([identifier].compactMap(\.self))),
      ("Read as one spelling", Self.listed(folded)),
    ]
    return lines.compactMap { term, text in text.map { ReportDefinition(term, $0) } }
  }

  private static func counted(_ names: [String], most: Int) -> String? {
    listed(names, most: most).map { "\(NumberText.count(names.count)): \($0)" }
  }

  /// `a, b, c, and 7 more`; nil for none.
  private static func listed(_ names: [String], most: Int = mostNames) -> String? {
    guard !names.isEmpty else { return nil }
    let more = names.count - most
    return names.prefix(most).map(DisplayText.name).joined(separator: ", ")
      + (more > 0 ? ", and \(NumberText.count(more)) more" : "")
  }
}
