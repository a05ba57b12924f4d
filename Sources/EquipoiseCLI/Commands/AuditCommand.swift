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
      "Group that others are compared with: sex=Male, or 'largest'.", valueName: "group"))
  var reference: [String] = []
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
    if model != nil && (prediction != nil || score != nil) {
      throw ValidationError("--model excludes --prediction and --score")
    }
  }

  func run() throws {
    Interruption.watch()
    let gates = try failOn.map { text throws(GateError) in try Gate(text) }
    let outcomes = try model.map(outcomes(ofModel:)) ?? columnOutcomes()
    try data.noteCaution(common)
    try Interruption.check()
    let options = AuditOptions(
      intersections: intersections, reference: try referenceGroups(), confidence: confidence)
    let result = try Audit(options: options).run(outcomes, pool: common.pool)
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

  private func outcomes(ofModel path: String) throws -> Outcomes {
    let model = try ModelStore.read(path)
    return data.precision == .float
      ? try outcomes(of: model, Float.self) : try outcomes(of: model, Double.self)
  }

  private func outcomes<Scalar: KernelScalar>(
    of model: TrainedModel, _ type: Scalar.Type
  ) throws -> Outcomes {
    let roles = try data.options(for: model, needsLabel: true)
    let location = try data.location(data.bundled()?.hasTestPart == true ? .test : .train)
    let rows: Dataset<Scalar> = try ModelData.read(
      location, for: model, roles: roles, pool: common.pool)
    let predicted = try model.evaluate(rows, threshold: threshold, pool: common.pool)
    return Outcomes(
      attributes: try attributes(rows), labels: rows.labels,
      predictions: Buffer(predicted.decisions), scores: Buffer(predicted.probabilities),
      weights: rows.sampleWeights.map { Buffer($0) }, threshold: threshold)
  }

  private func columnOutcomes() throws -> Outcomes {
    let plain = [prediction, score].compactMap { $0 }
    let options = try data.options(plain: plain, packsFeatures: false)
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
    return Outcomes(
      attributes: try attributes(rows), labels: rows.labels,
      predictions: decisions.map { Buffer($0) },
      scores: score.map { Buffer(rows.columns[$0]!) },
      weights: rows.sampleWeights.map { Buffer($0) }, threshold: threshold)
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
    if reference == ["largest"] { return .largest }
    var named: [String: String] = [:]
    for text in reference {
      guard let sign = text.firstIndex(of: "=") else {
        throw ValidationError("--reference \(text): expected COLUMN=GROUP or 'largest'")
      }
      named[String(text[..<sign])] = String(text[text.index(after: sign)...])
    }
    return .named(named)
  }
}
