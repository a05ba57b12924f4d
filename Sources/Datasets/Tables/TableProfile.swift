import LinearAlgebra

/// What a table holds, column by column: for datasheets.
public struct TableProfile: Sendable {
  public var file: String
  public var rows: Int
  public var columns: [ColumnProfile]
  /// Shape `(n)`, 0 or 1; nil without a label column.
  public var labels: Buffer<UInt8>?
  public var label: String?
  public var positive: String?
  public var attributes: [GroupIndex]
  /// What a reader must know of how the table was read.
  public var notes: [Phrase] = []
}

/// A column of a table in numbers.
public struct ColumnProfile: Sendable, Equatable {
  public enum Role: String, Sendable { case label, sensitive, weight, feature }

  public enum Contents: Sendable, Equatable {
    /// Over the values that are not missing; nil when there are none.
    case numbers(Numbers?)
    /// The count of distinct values and the most frequent ones, ties in code-point order.
    case categories(count: Int, frequent: [Level])
  }

  public struct Numbers: Sendable, Equatable {
    public var least: Double
    public var mean: Double
    public var most: Double
    /// With divisor n.
    public var deviation: Double
  }

  public struct Level: Sendable, Equatable {
    public var name: String
    public var rows: Int
  }

  public var name: String
  public var role: Role
  public var missing: Int
  public var contents: Contents

  /// Frequent values that are kept.
  static let frequentLevels = 3
}

extension DataReader {
  /// Describes a table. A missing number is counted, whatever the policy; rows are dropped only
  /// when that is asked for.
  public func profile(_ location: DataLocation) throws(DataError) -> TableProfile {
    var reader = self
    if options.missing == nil || options.missing == .error { reader.options.missing = .ownLevel }
    let table: PreparedTable<Double> = try reader.prepare(location, encoder: nil)
    return TableProfile(
      file: table.raw.file, rows: table.rows, columns: Self.columns(of: table),
      labels: table.labels, label: options.label, positive: table.positive,
      attributes: table.attributes, notes: table.raw.notes)
  }

  private static func columns(of table: PreparedTable<Double>) -> [ColumnProfile] {
    let raw = table.raw, options = table.options
    var found: [(place: Int, profile: ColumnProfile)] = []
    let sensitive = Set(options.attributeNames)
    for (j, number) in raw.plan.numbers.enumerated() {
      let values = (0..<raw.rows).map { raw.dense[$0, j] + number.origin }
      let role: ColumnProfile.Role = sensitive.contains(number.name) ? .sensitive : .feature
      found.append((number.column, numbers(number.name, role, values)))
    }
    for category in raw.plan.codeColumns {
      let role: ColumnProfile.Role =
        category.name == options.label
        ? .label : sensitive.contains(category.name) ? .sensitive : .feature
      found.append((category.column, categories(raw.coded[category.column]!, role, raw.rows)))
    }
    for plain in raw.plan.plain where !found.contains(where: { $0.place == plain.column }) {
      let role: ColumnProfile.Role =
        plain.name == options.weights
        ? .weight : sensitive.contains(plain.name) ? .sensitive : .feature
      found.append((plain.column, numbers(plain.name, role, raw.plain[plain.column]!.array)))
    }
    return found.sorted { $0.place < $1.place }.map(\.profile)
  }

  private static func numbers(
    _ name: String, _ role: ColumnProfile.Role, _ values: [Double]
  ) -> ColumnProfile {
    let present = values.filter { !$0.isNaN }
    var numbers: ColumnProfile.Numbers?
    if let least = present.min(), let most = present.max() {
      let n = Double(present.count)
      let mean = present.reduce(0, +) / n
      let square = present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      numbers = .init(least: least, mean: mean, most: most, deviation: square.squareRoot())
    }
    return ColumnProfile(
      name: name, role: role, missing: values.count - present.count, contents: .numbers(numbers))
  }

  private static func categories(
    _ column: CodedColumn, _ role: ColumnProfile.Role, _ rows: Int
  ) -> ColumnProfile {
    var counts = [Int](repeating: 0, count: column.levels.count)
    var missing = 0
    for i in 0..<rows {
      let code = column.codes[i]
      if code == CodedColumn.missing { missing += 1 } else { counts[Int(code)] += 1 }
    }
    let used = counts.indices.filter { counts[$0] > 0 }
    let frequent = used.sorted { (counts[$1], $0) < (counts[$0], $1) }
      .prefix(ColumnProfile.frequentLevels)
      .map { ColumnProfile.Level(name: column.levels[$0], rows: counts[$0]) }
    return ColumnProfile(
      name: column.name, role: role, missing: missing,
      contents: .categories(count: used.count, frequent: Array(frequent)))
  }
}
