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
  /// - Parameter data: read so that missing values have a level of their own.
  public static func all<Scalar: KernelScalar>(_ data: Dataset<Scalar>) -> [MissingShare] {
    let flags = missingCodes(data)
    return flags.flatMap { column, codes, missing in
      data.attributes.flatMap { attribute in
        var rows = Array(repeating: 0, count: attribute.count)
        var empty = rows
        for i in 0..<data.rows {
          rows[attribute[i]] += 1
          if codes[i] == missing { empty[attribute[i]] += 1 }
        }
        return attribute.names.indices.map { g in
          MissingShare(
            column: column, attribute: attribute.attribute, value: attribute.names[g],
            rows: rows[g], missing: empty[g],
            share: rows[g] > 0 ? Double(empty[g]) / Double(rows[g]) : nil)
        }
      }
    }
  }

  /// The columns with missing values: their codes, and the code of a missing value.
  private static func missingCodes<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>
  ) -> [(String, Buffer<UInt16>, UInt16)] {
    let features = data.features.categorical
    var found: [(String, Buffer<UInt16>, UInt16)] = []
    for (column, feature) in zip(features, data.encoder.categorical) where feature.hasMissing {
      found.append((feature.name, column.codes, UInt16(feature.levels.count)))
    }
    let flagged = data.encoder.numeric.filter(\.hasMissing)
    for (column, feature) in zip(features.dropFirst(data.encoder.categorical.count), flagged) {
      found.append((feature.name, column.codes, 1))
    }
    return found
  }
}
