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
  /// Shape `(n)`, 0 or 1: the column of decisions, where one was asked for.
  public var predictions: Buffer<UInt8>?
  /// The line of the file on which each row starts; nil where rows were never read, or were mixed.
  var lines: (@Sendable (_ row: Int) -> Int)?
  /// The record of the file that each row is from, counted from 0, shape `(n)`; nil when nobody
  /// asked to know.
  public var sourceRows: [Int]?
  /// The records of the file that were left out for missing values, counted from 0, ascending; of parts
  /// of a table not kept.
  public var leftOut: [Int] = []
  /// What reading cost; zero for rows that were never in a file.
  public var seconds = ReadSeconds()

  public var rows: Int { features.rows }
  /// The numbers to predict, shape `(n)`; nil where labels are classes, or the table has none.
  public var targets: [Double]? { encoder.options.target.flatMap { columns[$0] } }

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

  /// The place of a row as errors give it: the line of the file, quoted line ends and rows left out
  /// counted; without a file, as if each record had a line.
  public func line(ofRow row: Int) -> Int { lines?(row) ?? row + 2 }

  /// Rows `range` over the same memory.
  public func slice(_ range: Range<Int>) -> Dataset {
    var part = sliceWithoutTimes(range)
    part.seconds = seconds
    part.predictions = predictions?.slice(range)
    part.sourceRows = sourceRows.map { Array($0[range]) }
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
      controls: controls.map { $0.selecting(rows) },
      keys: keys.map { keys in Buffer(rows.map { keys[$0] }) },
      columns: columns.mapValues { column in rows.map { column[$0] } })
    part.seconds = seconds
    part.predictions = predictions.map { predictions in Buffer(rows.map { predictions[$0] }) }
    part.sourceRows = sourceRows.map { sources in rows.map { sources[$0] } }
    return part
  }

  /// The same rows with some of their parts changed.
  ///
  /// - Parameter encoder: says what the columns of the changed features are.
  public func replacing(
    features: DesignMatrix<Scalar>? = nil, encoder: FeatureEncoder? = nil,
    labels: Buffer<UInt8>? = nil, sampleWeights: [Double]? = nil
  ) -> Dataset {
    var changed = Dataset(
      source: source, encoder: encoder ?? self.encoder, features: features ?? self.features,
      labels: labels ?? self.labels, sampleWeights: sampleWeights ?? self.sampleWeights,
      attributes: attributes, controls: controls, keys: keys, columns: columns)
    changed.seconds = seconds
    changed.predictions = predictions
    changed.lines = lines
    changed.sourceRows = sourceRows
    return changed
  }
}

/// The rows of one table, or of several alike, by what they are for.
public struct DataParts<Scalar: KernelScalar>: Sendable {
  /// What encoders, transforms and models are fitted to.
  public var train: Dataset<Scalar>
  /// What rules after a model are fitted to, where they have rows of their own.
  public var validation: Dataset<Scalar>?
  /// What nothing is fitted to.
  public var test: Dataset<Scalar>?

  public init(
    train: Dataset<Scalar>, validation: Dataset<Scalar>? = nil, test: Dataset<Scalar>? = nil
  ) {
    self.train = train
    self.validation = validation
    self.test = test
  }
}

/// What a fit asks of its rows.
extension Dataset {
  /// Throws when no row has weight, or all that do have one label.
  public func requireTwoClasses() throws(DataError) {
    guard let labels, let label = encoder.label else { return }
    var weights = [0.0, 0.0]
    for i in 0..<rows { weights[Int(labels.pointer[i])] += sampleWeights?[i] ?? 1 }
    guard weights[0] + weights[1] > 0 else {
      throw .noWeight(file: source, column: encoder.options.weights ?? "")
    }
    for only in 0..<2 where weights[1 - only] == 0 {
      throw .oneClass(file: source, column: label, value: labelName(only))
    }
  }

  /// Throws when a number to predict is not finite.
  public func requireFiniteTargets() throws(DataError) {
    guard let targets, let name = encoder.options.target else { return }
    if let row = targets.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(file: source, row: line(ofRow: row), column: name, value: "\(targets[row])")
    }
  }

  /// Throws when a number to predict is not finite, or all of those with weight are alike.
  public func requireVaryingTargets() throws(DataError) {
    try requireFiniteTargets()
    guard let targets, let name = encoder.options.target else { return }
    guard let first = (0..<rows).first(where: { (sampleWeights?[$0] ?? 1) > 0 }) else {
      throw .noWeight(file: source, column: encoder.options.weights ?? "")
    }
    let varies = (first..<rows).contains { row in
      targets[row] != targets[first] && (sampleWeights?[row] ?? 1) > 0
    }
    guard varies else {
      throw .constantTarget(file: source, column: name, value: "\(targets[first])")
    }
    let low = targets.min() ?? 0, high = targets.max() ?? 0
    if let row = targets.firstIndex(where: { abs($0) > NumberRange.largestTarget })
      ?? (high - low < 1 / NumberRange.largestTarget ? targets.firstIndex(of: high) : nil)
    {
      throw .outOfRange(
        file: source, row: line(ofRow: row), column: name, value: "\(targets[row])",
        rule: "targets lie within ±1e30 and differ by at least 1e-30")
    }
  }

  /// Throws when an attribute has a group without rows of a label that is asked for: rates given
  /// the label, which equal opportunity and equalized odds compare, do not exist there.
  ///
  /// - Parameter wanted: labels, 0 or 1.
  public func requireLabelsInEachGroup(_ wanted: Set<Int> = [0, 1]) throws(DataError) {
    guard let labels else { return }
    for attribute in attributes {
      var weights = [Double](repeating: 0, count: 2 * attribute.count)
      for i in 0..<rows {
        weights[2 * attribute[i] + Int(labels.pointer[i])] += sampleWeights?[i] ?? 1
      }
      for group in 0..<attribute.count where weights[2 * group] + weights[2 * group + 1] > 0 {
        for label in wanted.sorted() where weights[2 * group + label] == 0 {
          throw .oneClassInGroup(
            file: source, column: attribute.attribute, group: attribute.names[group],
            value: labelName(1 - label))
        }
      }
    }
  }

  private func labelName(_ label: Int) -> String {
    (label == 1 ? encoder.positive : encoder.negative) ?? "\(label)"
  }
}
