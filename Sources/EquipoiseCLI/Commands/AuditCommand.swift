import ArgumentParser
import Equipoise

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Measures how alike groups are treated: by predictions, scores, a model or labels.",
    discussion: """
      Examples:
        equipoise audit --data scored.csv --label repaid --sensitive sex --prediction decision
        equipoise audit --dataset adult --sensitive sex,race --model m.eqp --intersections 2
        equipoise audit --data scored.csv --label repaid --sensitive sex --score p --controls region
        equipoise audit --dataset compas --fail-on 'selection_rate.difference>0.1'

      With neither --prediction, --score nor --model the labels are audited. An interval is at the
      level of --confidence; an empty rate is 'not estimable', never 0.
      """)

  @OptionGroup var data: DataArguments
  @Option(help: ArgumentHelp("Column of decisions, 0 or 1.", valueName: "column"))
  var prediction: String?
  @Option(help: ArgumentHelp("Column of scores or probabilities.", valueName: "column"))
  var score: String?
  @Option(help: ArgumentHelp("Model file that makes the predictions.", valueName: "file"))
  var model: String?
  @Option(help: "A score at least this is positive.") var threshold = 0.5
  @Option(
    help: ArgumentHelp(
      """
      Group that others are compared with: sex=Male, 'largest', or, for each metric, the group where \
      it is 'least-of-metric' or 'greatest-of-metric'.
      """, valueName: "group"))
  var reference: [String] = []
  @Option(
    help: ArgumentHelp(
      "Columns within whose groups everything is told as well.", valueName: "columns"))
  var controls: [String] = []
  @Option(help: "Marks ratios from tau to 1/tau as within, others as outside.") var tau: Double?
  @Option(
    help: ArgumentHelp(
      "Rows whose attribute is missing: a group of their own, or compared with nobody.",
      valueName: "own-group|exclude"))
  var unknown: AuditOptions.Unknown = .ownGroup
  @Option(
    help: ArgumentHelp(
      "How scores are ranked: exact, or histogram[:BINS] with a bound on the error.",
      valueName: "mode"))
  var ranking = "exact"
  @Option(
    help: ArgumentHelp(
      "Also how alike a row is treated to this many nearest rows by their features.",
      valueName: "neighbours"))
  var consistency: Int?
  @Option(help: "Level of the intervals.") var confidence = AuditOptions.defaultConfidence
  @Option(help: "Audits all crosses of up to this many attributes.") var intersections = 1
  @Option(
    help: ArgumentHelp(
      "Exit with code 5 when this holds, as 'selection_rate.difference>0.1'.",
      valueName: "condition"))
  var failOn: [String] = []
  @OptionGroup var common: CommonArguments

  func validate() throws {
    guard confidence > 0 && confidence < 1 else {
      throw ValidationError("--confidence must lie between 0 and 1")
    }
    guard intersections >= 1 else { throw ValidationError("--intersections must be at least 1") }
    if let tau, !(tau > 0 && tau <= 1) {
      throw ValidationError("--tau must lie above 0 and be at most 1")
    }
    if let consistency, consistency < 1 {
      throw ValidationError("--consistency must be at least 1")
    }
    _ = try rankingMode()
    if model != nil && (prediction != nil || score != nil) {
      throw ValidationError("--model excludes --prediction and --score")
    }
  }

  func run() throws {
    Interruption.watch()
    let gates = try failOn.map { text throws(GateError) in try Gate(text) }
    let audited = try model.map(rows(ofModel:)) ?? columnRows()
    try data.noteCaution(common)
    try Interruption.check()
    let options = AuditOptions(
      intersections: intersections, reference: try referenceGroups(), confidence: confidence,
      ranking: try rankingMode(), controls: controlNames, unknown: unknown, tau: tau)
    var result = try audited.located { outcomes in
      try Audit(options: options).run(outcomes, pool: common.pool)
    }
    result.missing = audited.missing
    if let found = audited.consistency { result.indices["consistency"] = found }
    switch common.format {
    case .json: try Console.json(result)
    case .table: try Console.output(AuditText.describe(result))
    }
    let exceeded = gates.filter { $0.isExceeded(by: result) }
    if !exceeded.isEmpty {
      let names = exceeded.map(\.text).joined(separator: ", ")
      throw CommandFailure(.gate, "the gate was exceeded: \(names)")
    }
  }

  private var controlNames: [String] { DataArguments.split(controls) }

  private func rankingMode() throws -> AuditOptions.Ranking {
    let parts = ranking.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts[0], parts.count) {
    case ("exact", 1): return .exact
    case ("histogram", 1): return .histogram(bins: AuditOptions.defaultBins)
    case ("histogram", 2):
      if let bins = Int(parts[1]), (1...AuditOptions.largestBins).contains(bins) {
        return .histogram(bins: bins)
      }
    default: break
    }
    throw ValidationError(
      "--ranking \(ranking): expected exact, histogram or histogram:BINS with at most "
        + "\(AuditOptions.largestBins) bins")
  }

  private func rows(ofModel path: String) throws -> AuditedRows {
    let model = try ModelStore.read(path)
    return data.precision == .float
      ? try rows(of: model, Float.self) : try rows(of: model, Double.self)
  }

  private func rows<Scalar: KernelScalar>(
    of model: TrainedModel, _ type: Scalar.Type
  ) throws -> AuditedRows {
    var roles = try data.options(for: model, needsLabel: true)
    roles.sensitive += controlNames
    let location = try data.location(data.bundled()?.hasTestPart == true ? .test : .train)
    let rows: Dataset<Scalar> = try ModelData.read(
      location, for: model, roles: roles, pool: common.pool)
    let predicted = try model.evaluate(rows, threshold: threshold, pool: common.pool)
    let outcomes = Outcomes(
      attributes: try attributes(rows), labels: rows.labels,
      predictions: Buffer(predicted.decisions), scores: Buffer(predicted.probabilities),
      weights: rows.sampleWeights.map { Buffer($0) }, threshold: threshold)
    return AuditedRows(
      outcomes: outcomes, source: rows.source,
      consistency: try AuditedRows.consistency(of: rows, outcomes, consistency, common.pool))
  }

  private func columnRows() throws -> AuditedRows {
    let plain = [prediction, score].compactMap { $0 }
    let auditsLabels = plain.isEmpty
    var options = try data.options(
      plain: plain, packsFeatures: auditsLabels || consistency != nil)
    options.sensitive += controlNames
    if auditsLabels && options.missing == nil { options.missing = .ownLevel }
    let rows: Dataset<Float> = try DataReader(options: options, pool: common.pool).read(
      try data.location())
    let decisions = try prediction.map { name in
      try rows.columns[name]!.enumerated().map { index, value in
        guard value == 0 || value == 1 else {
          throw DataError.notANumber(
            file: rows.source, row: index + 2, column: name, value: "\(value) (0 or 1)")
        }
        return UInt8(value)
      }
    }
    let outcomes = Outcomes(
      attributes: try attributes(rows), labels: rows.labels,
      predictions: decisions.map { Buffer($0) },
      scores: score.map { Buffer(rows.columns[$0]!) },
      weights: rows.sampleWeights.map { Buffer($0) }, threshold: threshold)
    return AuditedRows(
      outcomes: outcomes, source: rows.source, score: score,
      missing: auditsLabels ? MissingShare.all(rows) : nil,
      consistency: try AuditedRows.consistency(of: rows, outcomes, consistency, common.pool))
  }

  private func attributes<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>
  ) throws -> [GroupIndex] {
    guard !rows.attributes.isEmpty else {
      throw ValidationError("an audit needs groups: --sensitive COLUMN[,COLUMN…]")
    }
    return rows.attributes
  }

  private func referenceGroups() throws -> AuditOptions.Reference {
    if reference.isEmpty { return .none }
    switch reference {
    case ["largest"]: return .largest
    case ["least-of-metric"]: return .leastOfMetric
    case ["greatest-of-metric"]: return .greatestOfMetric
    default: break
    }
    var named: [String: String] = [:]
    for text in reference {
      guard let sign = text.firstIndex(of: "=") else {
        throw ValidationError("--reference \(text): expected COLUMN=GROUP or a rule")
      }
      named[String(text[..<sign])] = String(text[text.index(after: sign)...])
    }
    return .named(named)
  }
}

extension AuditOptions.Unknown: ExpressibleByArgument {}

/// The rows of an audit, and what was found out about them beside the counts.
private struct AuditedRows {
  var outcomes: Outcomes
  var source: String
  /// The column of the scores.
  var score: String?
  var missing: [MissingShare]?
  var consistency: Estimate?

  /// Runs a body and says of a score that is no number which line of the file it is in.
  func located(_ body: (Outcomes) throws -> AuditResult) throws -> AuditResult {
    do {
      return try body(outcomes)
    } catch AuditError.counting(.badScore(let row, _)) where score != nil {
      throw DataError.notANumber(
        file: source, row: row + 2, column: score!, value: "\(outcomes.scores![row])")
    }
  }

  static func consistency<Scalar: KernelScalar>(
    of rows: Dataset<Scalar>, _ outcomes: Outcomes, _ neighbors: Int?, _ pool: WorkerPool
  ) throws -> Estimate? {
    guard let neighbors else { return nil }
    let found = try Consistency(neighbors: neighbors).value(rows, outcomes, pool: pool)
    switch found {
    case .value(let value): return Estimate(value: value)
    case .absent(let reason): return .notEstimable(reason)
    }
  }
}
