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

  /// One entry for each column that has missing values and each group of each attribute, and none
  /// for columns that are complete.
  ///
  /// - Parameter data: read so that it tells where values are missing.
  public static func all<Scalar: KernelScalar>(_ data: Dataset<Scalar>) -> [MissingShare] {
    let told = data.absences.map { (column: $0.column, flags: $0.flags) }
    let absences = told.isEmpty ? ofFeatures(data) : told
    return absences.filter { $0.flags.array.contains(1) }.flatMap { absence in
      data.attributes.flatMap { attribute in
        var rows = Array(repeating: 0, count: attribute.count)
        var empty = rows
        for i in 0..<data.rows {
          rows[attribute[i]] += 1
          if absence.flags[i] == 1 { empty[attribute[i]] += 1 }
        }
        return attribute.names.indices.map { g in
          MissingShare(
            column: absence.column, attribute: attribute.attribute, value: attribute.names[g],
            rows: rows[g], missing: empty[g],
            share: rows[g] > 0 ? Double(empty[g]) / Double(rows[g]) : nil)
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
