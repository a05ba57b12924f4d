import ArgumentParser
import Equipoise

struct PreprocessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preprocess",
    abstract: "Writes a table again with repaired columns, weights, labels or rows.",
    discussion: """
      Examples:
        equipoise preprocess reweighing --data loans.csv --label repaid --sensitive sex \\
          --output weighed.csv
        equipoise preprocess disparate-impact-remover --data train.csv --label repaid \\
          --sensitive sex --repair-level 0.8 --transform repair.eqp --output train-repaired.csv
        equipoise preprocess --apply repair.eqp --data test.csv --output test-repaired.csv

      'equipoise methods disparate-impact-remover' lists the options of a method. Columns that a
      method does not change keep their very text; a folder of arrays gives a folder of arrays.
      """)

  @Argument(help: "Name of a preprocessing method; 'equipoise methods' lists them.")
  var method: String?
  @OptionGroup var data: DataArguments
  @Option(help: ArgumentHelp("A fitted transform to apply to new rows.", valueName: "file"))
  var apply: String?
  @Option(
    help: ArgumentHelp("File to write the fitted transform to, for --apply.", valueName: "file"))
  var transform: String?
  @Option(
    help: ArgumentHelp("File to write the table to; - for standard output.", valueName: "file"))
  var output: String?
  @OptionGroup var common: CommonArguments
  @Argument(parsing: .allUnrecognized, help: .hidden) var methodOptions: [String] = []

  func validate() throws {
    if (method == nil) == (apply == nil) {
      throw ValidationError("a METHOD to fit or --apply FILE is needed, and not both")
    }
    if apply != nil, let first = methodOptions.first {
      throw ValidationError(
        "'\(first)' is an option of fitting; --apply takes a transform as it is")
    }
    if apply != nil && transform != nil {
      throw ValidationError("--transform writes what was fitted; with --apply nothing is")
    }
    if transform == "-" { throw ValidationError("--transform needs the name of a file") }
    if output == nil && transform == nil {
      throw ValidationError("--output FILE or --transform FILE is needed")
    }
    if output == "-" && common.format == .json {
      throw ValidationError("--format json needs --output FILE: the table is not JSON")
    }
  }

  func run() throws {
    Interruption.watch()
    try Destinations.check([output, transform], against: [data.data, apply])
    let table: TransformedTable, fitted: FittedTransform, fitSeconds: Double?
    if let method {
      (table, fitted, fitSeconds) = try fit(method)
      try requireSomethingToApply(fitted)
    } else {
      fitted = try TransformStore.read(apply ?? "")
      table = try TransformedTable(
        try data.location(), roles: try data.rolesAlone(), for: fitted, pool: common.pool)
      fitSeconds = nil
    }
    try Interruption.check()
    let clock = ContinuousClock()
    let began = clock.now
    let result = method == nil ? try table.applied(fitted) : try table.training(fitted)
    let transformed = clock.now
    try Interruption.check()
    if let transform { try TransformStore.write(fitted, to: transform) }
    let changes =
      try output.map { try table.write(result, to: $0) } ?? TableChanges(records: [])
    let written = clock.now
    try show(
      PreprocessDocument(
        fitted, isApplied: method == nil,
        seconds: .init(
          load: table.data.seconds.load + table.data.seconds.pack, fit: fitSeconds,
          transform: (transformed - began) / .seconds(1),
          write: output.map { _ in (written - transformed) / .seconds(1) }),
        from: table.data, to: result, changes: changes))
  }

  private func fit(_ name: String) throws -> (TransformedTable, FittedTransform, Double) {
    let method = try Preprocessors.named(name)
    let options = try MethodOptions(
      try MethodArguments.parse(methodOptions), from: method.options, of: method.name)
    let table = try TransformedTable(
      try data.location(), options: try data.options(), for: method, pool: common.pool)
    try data.noteCaution(common)
    try Interruption.check()
    let clock = ContinuousClock(), began = clock.now
    let fitted = try table.fit(
      method,
      FitRequest(
        options: options, seed: common.seed, pool: common.pool,
        shouldStop: Interruption.shouldStop))
    return (table, fitted, (clock.now - began) / .seconds(1))
  }

  private func requireSomethingToApply(_ fitted: FittedTransform) throws {
    guard transform != nil, !fitted.transform.changesFeatures else { return }
    throw DataError.badOption(
      option: "--transform",
      detail:
        "'\(fitted.method)' changes only the rows it is fitted to: there is nothing to apply to "
        + "others")
  }

  private func show(_ summary: PreprocessDocument) throws {
    guard output != "-" else { return }
    switch common.format {
    case .json: try Console.json(summary)
    case .table: try Console.output(describe(summary))
    }
  }

  private func describe(_ summary: PreprocessDocument) -> String {
    var lines = [
      "\(summary.method): \(summary.status ?? "applied"), \(summary.rowsBefore) rows"
        + (summary.rowsAfter == summary.rowsBefore ? "" : " to \(summary.rowsAfter)")
        + ", \(Tables.number((summary.seconds.fit ?? 0) + summary.seconds.transform, decimals: 4)) s"
    ]
    for (verb, names) in [
      ("changed", summary.changed), ("added", summary.added), ("left out", summary.dropped),
    ] where !names.isEmpty {
      let shown = names.prefix(Self.shownNames).joined(separator: ", ")
      let rest = names.count - Self.shownNames
      lines.append("\(verb): \(shown)" + (rest > 0 ? " and \(rest) more" : ""))
    }
    let rows = [
      (
        "difference in positive labels", summary.before.baseRateDifference,
        summary.after.baseRateDifference
      ),
      ("association of a feature", summary.before.association, summary.after.association),
    ].filter { $0.1 != nil }.map { name, before, after in
      [name, Tables.number(before, decimals: 4), Tables.number(after, decimals: 4)]
    }
    if !rows.isEmpty {
      lines.append(Tables.text(["largest", "before", "after"], rows, alignedRight: [1, 2]))
    }
    if let transform { lines.append("transform written to \(transform)") }
    if let output { lines.append("table written to \(output)") }
    return lines.joined(separator: "\n")
  }

  private static let shownNames = 8
}
