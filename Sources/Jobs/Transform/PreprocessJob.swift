import Datasets
import LinearAlgebra
import Mitigation
import Models

/// Writes a copy of a table with transformed columns, weights, labels or rows.
public struct PreprocessJob: MethodJob {
  public static let name = "preprocess"
  public static let summary =
    "Writes a copy of a table with transformed columns, weights, labels or rows."

  /// The method to fit; nil with ``apply``.
  public var method = MethodInput()
  public var data = DataInput()
  /// A fitted transform to apply to new rows.
  public var apply: String?
  /// A file to write the fitted transform to.
  public var transform: String?
  /// A file to write the table to; `-` for standard output.
  public var output: String?

  public init() {}

  public static let table: [OptionRecord<PreprocessJob>] =
    [
      .text(
        "method", \.method.name, isPositional: true,
        "Name of a preprocessing method; 'equipoise methods' lists them.")
    ] + DataInput.table.map { $0.nested(in: \.data) } + [
      .text(
        "apply", \.apply, kind: .input, value: "file",
        "A fitted transform to apply to new rows."),
      .text(
        "transform", \.transform, kind: .output, value: "file",
        "File to write the fitted transform to, for 'apply'."),
      .text(
        "output", \.output, kind: .output, value: "file",
        "File to write the table to; - for standard output."),
    ]

  public func check() throws(JobError) {
    try data.check()
    if (method.name == nil) == (apply == nil) {
      throw .usage("a METHOD to fit or \(set: "apply", "FILE") is needed, and not both")
    }
    if apply != nil, let first = method.options.keys.min() {
      throw .usage(
        "\(option: first) is an option of fitting; \(option: "apply") takes a transform as it is")
    }
    if apply != nil && transform != nil {
      throw .usage(
        "\(option: "transform") writes what was fitted; with \(option: "apply") nothing is")
    }
    if transform == "-" { throw .usage("\(option: "transform") needs the name of a file") }
  }

  /// Throws where what is made would be seen by nobody: only rows of the caller's come back to him.
  private func requireUse(_ context: JobContext) throws(JobError) {
    if output == nil && transform == nil && context.tables[DataInput.name] == nil {
      throw .usage("\(set: "output", "FILE") or \(set: "transform", "FILE") is needed")
    }
  }

  public struct Outcome: JobOutcome {
    public var document: PreprocessDocument
    public var transform: FittedTransform
    public var ending: JobEnding
    /// How rows of the caller's change: `record` says which of them each new row is made from,
    /// `replaced.NAME` has the values that are others, and `added.NAME` a new column.
    public var table: JobTable?
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    try requireUse(context)
    let table: TransformedTable, fitted: FittedTransform, fitSeconds: Double?
    if let name = method.name {
      (table, fitted, fitSeconds) = try fit(name, context)
      try requireSomethingToApply(fitted)
    } else {
      fitted = try TransformStore.read(apply ?? "")
      table = try TransformedTable(
        try data.location(context), roles: try data.rolesAlone(), for: fitted,
        pool: context.pool)
      fitSeconds = nil
    }
    context.tell(table.data)
    try context.checkStopped()
    let clock = ContinuousClock()
    let began = clock.now
    let result = apply != nil ? try table.applied(fitted) : try table.training(fitted)
    let transformed = clock.now
    try context.checkStopped()
    if let transform { try TransformStore.write(fitted, to: transform) }
    let changes = try changes(table, result)
    let written = clock.now
    return Outcome(
      document: PreprocessDocument(
        fitted, isApplied: apply != nil,
        seconds: .init(
          load: table.data.seconds.load + table.data.seconds.pack, fit: fitSeconds,
          transform: (transformed - began) / .seconds(1),
          write: output.map { _ in (written - transformed) / .seconds(1) }),
        from: table.data, to: result, changes: changes),
      transform: fitted,
      ending: JobEnding(
        fitted.method, apply == nil ? fitted.report : nil, options: fitted.options),
      table: JobTable(changes))
  }

  /// What was changed: in the table that is written, or in the caller's own.
  private func changes(
    _ table: TransformedTable, _ result: Dataset<Double>
  ) throws -> TableChanges {
    if let output { return try table.write(result, to: output) }
    guard case .arrow(let given) = table.location else { return TableChanges(records: []) }
    return try table.changes(to: result, columns: given.columnNames)
  }

  private func fit(
    _ name: String, _ context: JobContext
  ) throws -> (TransformedTable, FittedTransform, Double) {
    let found = try Preprocessors.named(name)
    let options = try method.checked(found.options, of: found.name, Self.self)
    let table = try TransformedTable(
      try data.location(context), options: try data.options(), for: found, pool: context.pool)
    if !table.leftAlone.isEmpty {
      let columns = table.leftAlone.map { "'\($0)'" }.joined(separator: ", ")
      context.note(
        """
        left as they are, since they look like keys or dates: \(columns) (\(option: "numeric") and \
        \(option: "categorical") name columns to change all the same)
        """ as Phrase)
    }
    try data.noteCaution(context)
    try context.checkStopped()
    let clock = ContinuousClock(), began = clock.now
    let fitted = try table.fit(
      found,
      FitRequest(
        options: options, seed: context.seed, pool: context.pool,
        shouldStop: context.shouldStop))
    return (table, fitted, (clock.now - began) / .seconds(1))
  }

  private func requireSomethingToApply(_ fitted: FittedTransform) throws(DataError) {
    guard transform != nil, !fitted.transform.changesFeatures else { return }
    throw .option(
      "transform",
      """
      '\(fitted.method)' changes only the rows it is fitted to: there is nothing to apply to others
      """)
  }
}
