/// What rows tell of their columns before anything is fitted to them. Surveys of disjoint parts add up
/// to the survey of all rows, in any order.
public struct TableSurvey: Codable, Sendable, Equatable {
  public struct Feature: Codable, Sendable, Equatable {
    public var name: String
    public var isNumber: Bool
    /// About the mean of the numbers, that of the first part; 0 for texts.
    public var origin: Double
    /// The distinct texts in code-point order; empty for numbers.
    public var levels: [String]
    /// How many rows have no value.
    public var missing: Int
  }

  public struct Attribute: Codable, Sendable, Equatable {
    public var name: String
    /// In code-point order, but for rows without a value, which come last.
    public var groups: [String]

    public init(name: String, groups: [String]) {
      self.name = name
      self.groups = groups
    }
  }

  public var rows: Int
  /// The first part that this is the survey of, counted from 0: it gives the order of the columns.
  public var partition: Int
  public var features: [Feature]
  /// The distinct values of the label in code-point order; empty without a label.
  public var labels: [String]
  public var attributes: [Attribute]

  public init(
    rows: Int, partition: Int, features: [Feature], labels: [String], attributes: [Attribute]
  ) {
    self.rows = rows
    self.partition = partition
    self.features = features
    self.labels = labels
    self.attributes = attributes
  }

  /// Adds the survey of other rows.
  public mutating func add(_ other: TableSurvey) throws(PartMismatch) {
    let (first, second) = partition <= other.partition ? (self, other) : (other, self)
    try first.requireColumns(of: second)
    let more = Dictionary(uniqueKeysWithValues: second.features.map { ($0.name, $0) })
    features = first.features.map { $0.adding(more[$0.name]!) }
    labels = Self.united(first.labels, second.labels)
    attributes = zip(first.attributes, second.attributes).map { a, b in
      Attribute(name: a.name, groups: Self.groups(a.groups, b.groups))
    }
    partition = first.partition
    rows += other.rows
  }

  private func requireColumns(of other: TableSurvey) throws(PartMismatch) {
    let (mine, others) = (Set(features.map(\.name)), Set(other.features.map(\.name)))
    let alone = mine.symmetricDifference(others).min { $0.precedes($1) }
    if let alone {
      let (has, lacks) = mine.contains(alone) ? (self, other) : (other, self)
      throw PartMismatch(column: alone, having: has.partition, lacking: lacks.partition)
    }
  }

  private static func united(_ a: [String], _ b: [String]) -> [String] {
    Set(a).union(b).sorted { $0.precedes($1) }
  }

  /// The groups of two lists, as a survey of both has them.
  public static func groups(_ a: [String], _ b: [String]) -> [String] {
    let unknown = UnknownGroups.levelName
    let known = united(a, b).filter { $0 != unknown }
    return known + ((a + b).contains(unknown) ? [unknown] : [])
  }

  /// Features that some parts read as numbers and others as texts: they are texts, and have to be read
  /// again as such.
  public func mixed(with parts: [TableSurvey]) -> [String] {
    features.indices.filter { j in
      let name = features[j].name
      let found = parts.compactMap { $0.features.first { $0.name == name } }
      let kinds = Set(found.map(\.isNumber))
      return kinds.count > 1
    }.map { features[$0].name }
  }
}

extension TableSurvey.Feature {
  /// A column of numbers in some parts and of texts in others is one of texts, whose levels are not
  /// all known.
  fileprivate func adding(_ other: Self) -> Self {
    var sum = self
    sum.isNumber = isNumber && other.isNumber
    sum.origin = sum.isNumber ? origin : 0
    sum.levels = Set(levels).union(other.levels).sorted { $0.precedes($1) }
    sum.missing = missing + other.missing
    return sum
  }
}

/// Parts of one table that do not have the same columns.
public struct PartMismatch: UserError, Sendable, Hashable, CustomStringConvertible {
  public var column: String
  /// A part that has the column, and one that lacks it, counted from 0.
  public var having: Int
  public var lacking: Int

  public var blame: Blame { .data }
  public var description: String {
    "partition \(lacking) has no column '\(column)', which partition \(having) has"
  }
}

extension String {
  /// In code-point order.
  func precedes(_ other: String) -> Bool {
    unicodeScalars.lexicographicallyPrecedes(other.unicodeScalars)
  }
}
