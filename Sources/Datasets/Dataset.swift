import LinearAlgebra

/// Seconds of wall clock that reading took.
public struct ReadSeconds: Sendable, Equatable {
  /// From the file to packed columns.
  public var load = 0.0
  /// From packed columns to the design matrix.
  public var pack = 0.0
}

/// Rows ready for a method or an audit: features, labels, weights, groups, and how they came about.
public struct Dataset<Scalar: KernelScalar>: Sendable {
  /// The file or built-in table that the rows are from.
  public let source: String
  public let encoder: FeatureEncoder
  public let features: DesignMatrix<Scalar>
  /// Shape `(n)`, 0 or 1; nil when the table has no label column.
  public let labels: Buffer<UInt8>?
  /// Shape `(n)`, at least 0; nil means 1 for each row.
  public let sampleWeights: [Double]?
  /// The sensitive attributes in the order asked for.
  public let attributes: [GroupIndex]
  /// Attributes whose combinations are the strata that groups are compared within.
  public let controls: [GroupIndex]
  /// A hash of each record's identifier, shape `(n)`; nil when the table has none.
  public let keys: Buffer<UInt64>?
  /// Columns asked for as plain numbers, shape `(n)` each.
  public let columns: [String: [Double]]
  /// What reading cost; zero for rows that were never in a file.
  public var seconds = ReadSeconds()

  public var rows: Int { features.rows }

  public init(
    source: String, encoder: FeatureEncoder, features: DesignMatrix<Scalar>, labels: Buffer<UInt8>?,
    sampleWeights: [Double]? = nil, attributes: [GroupIndex] = [], controls: [GroupIndex] = [],
    keys: Buffer<UInt64>? = nil, columns: [String: [Double]] = [:]
  ) {
    let n = features.rows
    precondition(labels == nil || labels!.count == n, "a label for each row")
    precondition(sampleWeights == nil || sampleWeights!.count == n, "a weight for each row")
    precondition(
      (attributes + controls).allSatisfy { $0.rows == n }, "a group for each row")
    precondition(keys == nil || keys!.count == n, "a key for each row")
    self.source = source
    self.encoder = encoder
    self.features = features
    self.labels = labels
    self.sampleWeights = sampleWeights
    self.attributes = attributes
    self.controls = controls
    self.keys = keys
    self.columns = columns
  }

  /// Rows `range` over the same memory.
  public func slice(_ range: Range<Int>) -> Dataset {
    var part = sliceWithoutTimes(range)
    part.seconds = seconds
    return part
  }

  private func sliceWithoutTimes(_ range: Range<Int>) -> Dataset {
    Dataset(
      source: source, encoder: encoder,
      features: DesignMatrix(
        dense: features.dense.slice(rows: range),
        categorical: features.categorical.map {
          CodeColumn(codes: $0.codes.slice(range), levels: $0.levels)
        }),
      labels: labels?.slice(range), sampleWeights: sampleWeights.map { Array($0[range]) },
      attributes: attributes.map { $0.slice(range) }, controls: controls.map { $0.slice(range) },
      keys: keys?.slice(range),
      columns: columns.mapValues { Array($0[range]) })
  }

  /// A choice of the rows, copied.
  public func selecting(_ rows: [Int]) -> Dataset {
    var part = Dataset(
      source: source, encoder: encoder, features: features.selecting(rows),
      labels: labels.map { labels in Buffer(rows.map { labels[$0] }) },
      sampleWeights: sampleWeights.map { weights in rows.map { weights[$0] } },
      attributes: attributes.map { $0.selecting(rows) },
      columns: columns.mapValues { column in rows.map { column[$0] } })
    part.seconds = seconds
    return part
  }

  /// Throws when an attribute has a group all of whose labels are alike: rates given the label,
  /// which equal opportunity and equalized odds compare, do not exist there.
  public func requireBothLabelsInEachGroup() throws(DataError) {
    guard let labels else { return }
    for attribute in attributes {
      var counts = [Int](repeating: 0, count: 2 * attribute.count)
      for i in 0..<rows { counts[2 * attribute[i] + Int(labels.pointer[i])] += 1 }
      for group in 0..<attribute.count where counts[2 * group] + counts[2 * group + 1] > 0 {
        for label in 0..<2 where counts[2 * group + label] == 0 {
          let value = label == 0 ? encoder.positive : encoder.negative
          throw .oneClassInGroup(
            file: source, column: attribute.attribute, group: attribute.names[group],
            value: value ?? "\(1 - label)")
        }
      }
    }
  }
}
