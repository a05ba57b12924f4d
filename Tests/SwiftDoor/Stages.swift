import Equipoise

/// Jobs on rows without a model: audits, rules over scores, and transforms of tables.
enum Stages {
  static func audit(_ request: Request) throws -> any Encodable {
    var roles = try request.dataOptions()
    roles.mode.countsOnly = true
    roles.mode.packsFeatures = false
    if let score = request.score { roles.mode.numbers.append(score) }
    let rows: Dataset<Float> = try DataReader(options: roles, pool: request.pool).read(
      try request.location())
    let outcomes = Outcomes(
      attributes: rows.attributes + rows.controls, labels: rows.labels,
      predictions: rows.predictions,
      scores: request.score.flatMap { rows.columns[$0] }.map { Buffer($0) },
      weights: rows.sampleWeights.map { Buffer($0) },
      threshold: request.threshold ?? TrainedModel.defaultThreshold)
    var options = request.audit?.options ?? AuditOptions()
    options.controls = rows.controls.map(\.attribute)
    return try Audit(options: options).run(outcomes, pool: request.pool)
  }

  static func postprocess(_ request: Request) throws -> any Encodable {
    let file = try ScoreFile(
      try request.location(), options: try request.dataOptions(), column: request.score ?? "",
      pool: request.pool)
    let document: FittedRule, report: FitReport?
    if let name = request.method {
      let method = try Postprocessors.named(name)
      let options = try MethodOptions(
        request.options ?? [:], from: method.options, of: method.name)
      let fit = FitRequest(
        options: options, seed: request.seed ?? 0, pool: request.pool,
        shouldStop: request.shouldStop)
      document = try file.fit(method, unseen: request.unseenGroup ?? .error, fit)
      report = document.report
      if let rule = request.rule { try RuleStore.write(document, to: rule) }
    } else {
      (document, report) = (try RuleStore.read(request.rule ?? ""), nil)
    }
    let threshold = request.threshold ?? TrainedModel.defaultThreshold
    let predictions = try file.apply(document, threshold: threshold)
    if let output = request.output {
      try PredictionFile.write(predictions, leftOut: file.data.leftOut, to: output)
    }
    let isLabelled = file.data.labels != nil
    return PostprocessDocument(
      document, report: report, seconds: .init(load: 0, fit: nil, apply: 0),
      rows: file.data.rows,
      before: isLabelled ? try file.metrics(threshold: threshold, pool: request.pool) : nil,
      after: isLabelled
        ? try file.metrics(predictions, of: document, pool: request.pool) : nil)
  }

  static func preprocess(_ request: Request) throws -> any Encodable {
    let table: TransformedTable, fitted: FittedTransform
    if let name = request.method {
      let method = try Preprocessors.named(name)
      let options = try MethodOptions(
        request.options ?? [:], from: method.options, of: method.name)
      table = try TransformedTable(
        try request.location(), options: try request.dataOptions(), for: method,
        pool: request.pool)
      fitted = try table.fit(
        method, FitRequest(options: options, seed: request.seed ?? 0, pool: request.pool))
      if let transform = request.transform { try TransformStore.write(fitted, to: transform) }
    } else {
      fitted = try TransformStore.read(request.transform ?? "")
      table = try TransformedTable(
        try request.location(), roles: try request.dataOptions(), for: fitted,
        pool: request.pool)
    }
    let result = try request.method == nil ? table.applied(fitted) : table.training(fitted)
    let changes =
      try request.output.map { try table.write(result, to: $0) } ?? TableChanges(records: [])
    return PreprocessDocument(
      fitted, isApplied: request.method == nil,
      seconds: .init(load: 0, fit: nil, transform: 0, write: nil), from: table.data, to: result,
      changes: changes)
  }

  /// The methods with their options, as `equipoise methods --format json` lists them.
  static func methods() -> any Encodable { Mitigations.all.map { ListedMethod($0) } }
}

private struct ListedMethod: Encodable {
  struct Option: Encodable {
    var name: String
    var values: String
    var `default`: OptionValue?
    var summary: String
  }
  var name: String
  var family: String
  var summary: String
  var source: String
  var dial: String?
  var options: [Option]

  init(_ method: any Mitigation.Type) {
    name = method.name
    family = method.family.rawValue
    summary = method.summary
    source = method.source
    dial = (method as? any FrontierMitigation.Type)?.dial
    options = method.options.map {
      Option(name: $0.name, values: $0.domain, default: $0.defaultValue, summary: $0.summary)
    }
  }
}
