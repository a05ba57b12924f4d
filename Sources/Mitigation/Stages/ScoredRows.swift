import Datasets
import LinearAlgebra

/// Rows with scores, labels and groups: all that a postprocessor sees of a model.
public struct ScoredRows: Sendable {
  /// Shape `(n)`, larger means more likely positive; infinities are allowed, NaN is not.
  public let scores: [Double]
  /// Shape `(n)`, 0 or 1.
  public let labels: Buffer<UInt8>
  /// The observed combinations of the attributes; one group of all rows without attributes.
  public let groups: GroupIndex
  public let attributes: [GroupIndex]
  /// Shape `(n)`, at least 0; nil means 1 for each row.
  public let weights: [Double]?
  /// The file and the column that errors name.
  public let source: String
  public let column: String
  /// What labels 0 and 1 are called in the file.
  public let labelNames: [String]
  /// The line of the file on which a row starts.
  let line: @Sendable (_ row: Int) -> Int
  /// What becomes of rows whose attributes are not all known.
  public var unknown = UnknownGroups.ownGroup
  /// Whether rows of unknown groups were left out, for which a rule is to say something all the same.
  public var leavesOutUnknown = false

  public var count: Int { scores.count }

  /// - Parameters:
  ///   - source: the file that errors name.
  ///   - column: the column that they name for a score.
  ///   - labelNames: what labels 0 and 1 are called there.
  ///   - line: the line of the file on which a row starts.
  public init(
    scores: [Double], labels: Buffer<UInt8>, attributes: [GroupIndex], weights: [Double]? = nil,
    source: String = "the scores", column: String = "score",
    labelNames: [String] = ["negative", "positive"],
    line: @escaping @Sendable (_ row: Int) -> Int = { $0 + 2 }
  ) throws(DataError) {
    let n = scores.count
    precondition(labels.count == n && weights?.count ?? n == n, "a label and a weight a row")
    precondition(attributes.allSatisfy { $0.rows == n }, "a group for each row")
    guard n > 0 else { throw .noRowsLeft(file: source) }
    try GroupIndex.requireCombinations(attributes, of: source)
    if let bad = weights?.firstIndex(where: { !NumberRange.isWeight($0) }), let weights {
      throw .outOfRange(
        file: source, row: line(bad), column: "weights", value: "\(weights[bad])",
        rule: "weights are 0 or lie within \(NumberRange.weights)")
    }
    guard weights?.contains(where: { $0 > 0 }) ?? true else {
      throw .noWeight(file: source, column: "weights")
    }
    if let bad = scores.firstIndex(where: \.isNaN) {
      throw .notFinite(file: source, row: line(bad), column: column, value: "nan")
    }
    if let bad = scores.firstIndex(where: { abs($0) > NumberRange.largest && $0.isFinite }) {
      throw .outOfRange(
        file: source, row: line(bad), column: column, value: "\(scores[bad])",
        rule: "finite scores lie within ±\(NumberRange.largest)")
    }
    self.scores = scores
    self.labels = labels
    self.attributes = attributes
    self.weights = weights
    self.source = source
    self.column = column
    self.labelNames = labelNames
    self.line = line
    groups =
      attributes.isEmpty
      ? GroupIndex(attribute: "all", codes: Buffer(zeroed: n), names: ["all"])
      : GroupIndex.cross(attributes)
  }

  /// Rows of a data set with scores of their own, which a method is to be fitted to.
  ///
  /// - Parameter column: the column that errors name for a score.
  public init<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, scores: [Double], column: String, for method: any Postprocessor.Type
  ) throws(DataError) {
    if method.needsGroups { try data.requireGroups(for: method.name) }
    try self.init(
      scores: scores, labels: try data.requireLabels(method.name), attributes: data.attributes,
      weights: data.sampleWeights, source: data.source, column: column,
      labelNames: data.labelNames, line: { data.line(ofRow: $0) })
    unknown = data.unknown
    leavesOutUnknown = data.leavesOutUnknown || data.hasUnknown
  }

  /// Code of each row's group, shape `(n)`.
  public var groupCodes: [Int] { (0..<count).map { Int(groups.codes[$0]) } }

  public func weight(_ row: Int) -> Double { weights?[row] ?? 1 }

  /// The rows of some groups alone.
  func binding(_ bound: [Int]) throws(DataError) -> ScoredRows {
    let binds = groups.names.indices.map { bound.contains($0) }
    let kept = (0..<count).filter { binds[groups[$0]] }
    return try ScoredRows(
      scores: kept.map { scores[$0] }, labels: Buffer(kept.map { labels[$0] }),
      attributes: attributes.map { $0.selecting(kept).withUsedNames() },
      weights: weights.map { weights in kept.map { weights[$0] } }, source: source, column: column,
      labelNames: labelNames, line: { [line] in line(kept[$0]) })
  }

  /// The rows that a pooled rule is fitted to, as one group: those of unknown groups only where they
  /// are pooled.
  func poolable() throws(DataError) -> ScoredRows {
    let unknown = groups.names.map { UnknownGroups.isUnknown($0, of: groups.attribute) }
    guard self.unknown == .exclude, unknown.contains(true) else { return try pooled() }
    let known = unknown.indices.filter { !unknown[$0] }
    let kept = (0..<count).contains { !unknown[groups[$0]] }
    guard kept else {
      throw UnknownGroups.noneKnown(attributes.map(\.attribute), rows: count)
    }
    return try binding(known).pooled()
  }

  /// The same rows as one group.
  public func pooled() throws(DataError) -> ScoredRows {
    try ScoredRows(
      scores: scores, labels: labels, attributes: [], weights: weights,
      source: source, column: column, labelNames: labelNames, line: line)
  }
}
