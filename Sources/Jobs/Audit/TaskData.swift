import Auditing
import Criteria
import Datasets
import Essentials
import LinearAlgebra

/// Rows whose labels and predictions have more than two values, read from columns and audited.
public struct TaskData: Sendable {
  /// The columns' roles; `label` and `prediction` are named, the features are not read.
  public var options: DataOptions
  public var pool: WorkerPool

  /// A column of numbers with more distinct whole ones than this is no list of classes.
  public static let mostNumberedClasses = 20
  /// A confusion matrix of more classes than this would be read by nobody, and each class is an audit.
  public static let mostClasses = 200

  public init(options: DataOptions, pool: WorkerPool) {
    var options = options
    options.mode.packsFeatures = false
    options.mode.countsOnly = true
    self.options = options
    self.pool = pool
  }

  /// What was audited.
  public struct Audited: Sendable {
    public var result: AuditResult
    public var source: String
    public var task: AuditTask
    /// What a reader of the result must know of how the rows were read.
    public var notes: [Phrase] = []
  }

  /// Audits the rows.
  ///
  /// - Parameter task: nil: numbers that are no whole ones, or very many, are a regression.
  public func audit(
    _ location: DataLocation, task: AuditTask?, options audit: AuditOptions
  ) throws -> Audited {
    guard let label = options.label, let prediction = options.prediction else {
      throw DataError.option(
        "task",
        """
        several classes or numbers need \(option: "label") and \(option: "prediction")
        """)
    }
    for name in options.sensitive where name == label || name == prediction {
      throw DataError.conflictingRoles(
        column: name, first: "sensitive", second: name == label ? "the label" : "the prediction")
    }
    if task != .regression {
      do {
        let (rows, parts) = try classes(location, label, prediction)
        let found = task ?? Self.guess(parts[0].names, parts[1].names)
        if found != .regression { return try multiclass(rows, parts, audit) }
      } catch DataError.tooManyGroups(_, let column, _)
        where task == nil && (column == label || column == prediction)
      {
        // So many values are numbers, or the next reading says which is none.
      }
    }
    return try regression(location, label, prediction, audit)
  }

  /// Classes unless both columns hold numbers of which some are no whole ones, or that are many.
  static func guess(_ labels: [String], _ predictions: [String]) -> AuditTask {
    let numbers = (labels + predictions).map { Double($0) }
    guard numbers.allSatisfy({ $0 != nil }) else { return .multiclass }
    let areWhole = numbers.allSatisfy { $0! == $0!.rounded() }
    return areWhole && max(labels.count, predictions.count) <= mostNumberedClasses
      ? .multiclass : .regression
  }

  private func classes(
    _ location: DataLocation, _ label: String, _ prediction: String
  ) throws -> (rows: Dataset<Float>, parts: [GroupIndex]) {
    var roles = options
    roles.label = nil
    roles.prediction = nil
    // Columns of codes beside the groups: what controls are.
    roles.controls = [label, prediction]
    let rows: Dataset<Float> = try DataReader(options: roles, pool: pool).read(location)
    for part in rows.controls {
      guard let missing = part.names.firstIndex(of: FeatureEncoder.missingName) else { continue }
      let places = (0..<part.rows).filter { part[$0] == missing }
      throw DataError.missingInRole(
        file: rows.source, row: rows.line(ofRow: places[0]), column: part.attribute,
        count: places.count)
    }
    return (rows, rows.controls)
  }

  private func multiclass(
    _ rows: Dataset<Float>, _ parts: [GroupIndex], _ audit: AuditOptions
  ) throws -> Audited {
    let names = Set(parts[0].names + parts[1].names)
    guard names.count <= Self.mostClasses else {
      throw DataError.tooManyLevels(
        file: rows.source, column: parts[0].attribute, limit: Self.mostClasses)
    }
    let classes = Self.ordered(Array(names))
    let place = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, UInt16($0)) })
    let codes = parts.map { part in
      let map = part.names.map { place[$0]! }
      return Buffer((0..<part.rows).map { map[part[$0]] })
    }
    let counts: MulticlassCounts
    do {
      counts = try MulticlassCounts(
        attributes: try groups(rows), classes: classes, labels: codes[0], predictions: codes[1],
        weights: rows.sampleWeights.map { Buffer($0) }, pool: pool)
    } catch let error as CountingError { throw AuditError.counting(error) }
    return Audited(
      result: try MulticlassAudit(options: audit).run(counts), source: rows.source,
      task: .multiclass, notes: rows.told(leftOut: "not in the audit"))
  }

  /// Numbers by size, texts in code-point order.
  private static func ordered(_ names: [String]) -> [String] {
    let numbers = names.compactMap { Double($0) }
    guard numbers.count == names.count else {
      return names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }
    return names.sorted { (Double($0)!, $0) < (Double($1)!, $1) }
  }

  private func regression(
    _ location: DataLocation, _ label: String, _ prediction: String, _ audit: AuditOptions
  ) throws -> Audited {
    var roles = options
    roles.label = nil
    roles.prediction = nil
    roles.mode.numbers = label == prediction ? [label] : [label, prediction]
    let rows: Dataset<Float> = try DataReader(options: roles, pool: pool).read(location)
    for name in roles.mode.numbers {
      if let bad = rows.columns[name]!.firstIndex(where: { !$0.isFinite }) {
        throw DataError.notFinite(
          file: rows.source, row: rows.line(ofRow: bad), column: name,
          value: "\(rows.columns[name]![bad])")
      }
    }
    let result = try RegressionAudit(options: audit).run(
      attributes: try groups(rows), labels: Buffer(rows.columns[label]!),
      predictions: Buffer(rows.columns[prediction]!),
      weights: rows.sampleWeights.map { Buffer($0) }, pool: pool)
    return Audited(
      result: result, source: rows.source, task: .regression,
      notes: rows.told(leftOut: "not in the audit"))
  }

  private func groups(_ rows: Dataset<Float>) throws -> [GroupIndex] {
    guard !rows.attributes.isEmpty else {
      throw DataError.option(
        "sensitive", "an audit needs groups: \(set: "sensitive", "COLUMN[,COLUMN…]")")
    }
    return rows.attributes
  }
}
