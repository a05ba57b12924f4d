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
  /// What a reader must know of how the table was read as a whole.
  public var notes: [Phrase] = []
}

/// A column of a table in numbers.
public struct ColumnProfile: Sendable, Equatable {
  public enum Role: String, Sendable {
    case label, sensitive, control, weight, target, feature
    case identifier = "key"
    case leftOut = "left out"
  }

  public enum Contents: Sendable, Equatable {
    /// Over the values that are not missing; nil when there are none.
    case numbers(Numbers?)
    /// The count of distinct values and the most frequent ones, ties in code-point order.
    case categories(count: Int, frequent: [Level])
    /// What cannot be read; what it is, in words.
    case unread(String)
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
  /// What the column seems to be beyond that.
  public var notes: [ColumnNote] = []

  /// Frequent values that are kept.
  static let frequentLevels = 3
}

extension DataReader {
  /// Describes a table. A missing number is counted, whatever the policy; rows are dropped only
  /// when that is asked for.
  public func profile(_ location: DataLocation) throws(DataError) -> TableProfile {
    try profile(location, mixed: [])
  }

  /// - Parameter mixed: categories that hold numbers and other texts, and are described as numbers.
  func profile(_ location: DataLocation, mixed: Set<String>) throws(DataError) -> TableProfile {
    var reader = self
    if options.missing == nil || options.missing == .error { reader.options.missing = .keep }
    let table: PreparedTable<Double> = try reader.prepare(location, encoder: nil)
    let notes = table.evidence.notes(features: true)
    let causes = table.raw.origin.causes
    let columns = Self.columns(of: table, mixed: mixed).map { column in
      var column = column
      column.notes = notes.filter { $0.column == column.name }
      // Rows without a label are left out, and are missing ones all the same.
      if column.role == .label {
        column.missing += causes.first { $0.column == column.name }?.records ?? 0
      }
      return column
    }
    return TableProfile(
      file: table.raw.file, rows: table.rows, columns: columns, labels: table.labels,
      label: options.label, positive: table.positive, attributes: table.attributes,
      notes: table.raw.notes + (table.raw.origin.leftOutNote("left out").map { [$0] } ?? []))
  }

  /// What a column is for, by its name.
  private static func role(of name: String, _ options: DataOptions) -> ColumnProfile.Role {
    let roles: [(ColumnProfile.Role, [String])] = [
      (.label, [options.label].compactMap(\.self)), (.target, [options.target].compactMap(\.self)),
      (.weight, [options.weights].compactMap(\.self)),
      (.sensitive, options.attributeNames + options.continuous),
      (.control, options.controlNames),
    ]
    return roles.first { $0.1.contains(name) }?.0 ?? .feature
  }

  private static func columns(
    of table: PreparedTable<Double>, mixed: Set<String>
  ) -> [ColumnProfile] {
    let raw = table.raw, options = table.options
    var found: [(place: Int, profile: ColumnProfile)] = []
    for (j, number) in raw.plan.numbers.enumerated() {
      let values = (0..<raw.rows).map { raw.dense[$0, j] + number.origin }
      found.append((number.column, numbers(number.name, role(of: number.name, options), values)))
    }
    for category in raw.plan.codeColumns {
      let column = raw.coded[category.column]!
      var profile = categories(column, role(of: category.name, options), raw.rows)
      if mixed.contains(category.name) {
        let numbers = column.levels.map { NumberText.number($0) ?? .nan } + [.nan]
        let values = (0..<raw.rows).map { numbers[min(Int(column.codes[$0]), numbers.count - 1)] }
        profile.contents = Self.numbers(category.name, profile.role, values).contents
      }
      found.append((category.column, profile))
    }
    for plain in raw.plan.plain where !found.contains(where: { $0.place == plain.column }) {
      let values = raw.plain[plain.column]!.array
      found.append((plain.column, numbers(plain.name, role(of: plain.name, options), values)))
    }
    if let name = raw.plan.identifier, let keys = raw.keys {
      found.append((name.column, identifier(name.name, keys)))
    }
    return found.sorted { $0.place < $1.place }.map(\.profile)
  }

  private static func identifier(_ name: String, _ keys: Buffer<UInt64>) -> ColumnProfile {
    let present = keys.array.filter { $0 != 0 }
    return ColumnProfile(
      name: name, role: .identifier, missing: keys.count - present.count,
      contents: .categories(count: Set(present).count, frequent: []))
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
