import Criteria
import Datasets
import LinearAlgebra

/// How often a column has no value among the rows of a group.
public struct MissingShare: Sendable, Equatable, Codable {
  public var column: String
  public var attribute: String
  public var value: String
  public var rows: Int
  public var missing: Int
  /// Missing rows over rows of the group; absent for a group without rows.
  public var share: Double?

  public init(
    _ column: String, _ attribute: String, _ value: String, rows: Int, missing: Int
  ) {
    self.column = column
    self.attribute = attribute
    self.value = value
    self.rows = rows
    self.missing = missing
    share = rows > 0 ? Double(missing) / Double(rows) : nil
  }

  /// One entry for each column that has missing values and each group of each attribute, and none
  /// for columns that are complete.
  ///
  /// - Parameter data: read so that it tells where values are missing.
  public static func all<Scalar: KernelScalar>(_ data: Dataset<Scalar>) -> [MissingShare] {
    shares(of: absences(data).filter { $0.flags.array.contains(1) }, data)
  }

  /// Those of columns that have missing values.
  public static func incomplete(_ shares: [MissingShare]) -> [MissingShare] {
    let columns = Set(shares.filter { $0.missing > 0 }.map(\.column))
    return shares.filter { columns.contains($0.column) }
  }

  /// One entry for each column and each group of each attribute.
  public static func counted<Scalar: KernelScalar>(_ data: Dataset<Scalar>) -> [MissingShare] {
    shares(of: absences(data), data)
  }

  private static func absences<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>
  ) -> [(column: String, flags: Buffer<UInt8>)] {
    let told = data.absences.map { (column: $0.column, flags: $0.flags) }
    return told.isEmpty ? ofFeatures(data) : told
  }

  private static func shares<Scalar: KernelScalar>(
    of absences: [(column: String, flags: Buffer<UInt8>)], _ data: Dataset<Scalar>
  ) -> [MissingShare] {
    absences.flatMap { absence in
      data.attributes.flatMap { attribute in
        var rows = Array(repeating: 0, count: attribute.count)
        var empty = rows
        for i in 0..<data.rows {
          rows[attribute[i]] += 1
          if absence.flags[i] == 1 { empty[attribute[i]] += 1 }
        }
        return attribute.names.indices.map { g in
          MissingShare(
            absence.column, attribute.attribute, attribute.names[g], rows: rows[g],
            missing: empty[g])
        }
      }
    }
  }

  /// In which rows features have no value, where missing values have a level of their own.
  private static func ofFeatures<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>
  ) -> [(column: String, flags: Buffer<UInt8>)] {
    let columns = data.features.categorical, categories = data.encoder.categorical
    var found: [(column: String, flags: Buffer<UInt8>)] = []
    func add(_ name: String, _ codes: Buffer<UInt16>, missing: UInt16) {
      found.append((name, Buffer((0..<data.rows).map { codes[$0] == missing ? UInt8(1) : 0 })))
    }
    for (column, feature) in zip(columns, categories) where feature.hasMissing {
      add(feature.name, column.codes, missing: UInt16(feature.levels.count))
    }
    let flagged = data.encoder.numeric.filter(\.hasMissing)
    for (column, feature) in zip(columns.dropFirst(categories.count), flagged) {
      add(feature.name, column.codes, missing: 1)
    }
    return found
  }
}
