import Datasets
import Explorer
import LinearAlgebra
import Mitigation
import Models

/// What is explored beside the table: fitted models, columns of scores, a column of decisions.
public struct ExploreSubject: OptionTable {
  /// Model files.
  public var models: [String] = []
  /// Columns of scores.
  public var scores: [String] = []
  public var prediction: String?
  /// The positive value of ``prediction``.
  public var selected: String?
  public var threshold = Decisions.usualThreshold

  public init() {}

  public static let section: OptionSection? = .decisions

  public static let table: [OptionRecord<ExploreSubject>] = [
    .texts(
      "model", \.models, kind: .inputs, value: "file",
      "Model file that scores the rows. Repeat for several."),
    .texts(
      "score", \.scores, value: "columns", "Columns of scores or probabilities, one a model."),
    .text(
      "prediction", \.prediction, value: "column",
      "Column of decisions: 0 and 1, yes and no, or the values of the label."),
    .selected(\.selected),
    .number(
      "threshold", \.threshold,
      "A score at least this is positive; of a model a probability, from 0 to 1."),
  ]

  public func check() throws(JobError) {
    if selected != nil && prediction == nil {
      throw .usage(
        "\(option: "selected") is the positive value of \(set: "prediction", "COLUMN")")
    }
    if let twice = scores.indices.first(where: { scores[..<$0].contains(scores[$0]) }) {
      throw .usage("\(option: "score"): '\(scores[twice])' is given twice")
    }
  }

  /// The rows with what each model says of them.
  func read(
    _ data: DataInput, _ unknown: UnknownGroups, _ context: JobContext
  ) throws -> (table: ExploredTable, models: [ExploredModel]) {
    switch data.precision {
    case .float: return try read(data, unknown, context, Float.self)
    case .double: return try read(data, unknown, context, Double.self)
    }
  }

  private func read<Scalar: KernelScalar>(
    _ data: DataInput, _ unknown: UnknownGroups, _ context: JobContext, _ type: Scalar.Type
  ) throws -> (table: ExploredTable, models: [ExploredModel]) {
    let trained = try trained(context)
    var first: Dataset<Scalar>?
    var found: [ExploredModel] = []
    for (name, model) in trained {
      let rows: Dataset<Scalar> = try self.rows(of: model, data, context)
      if let first, first.sourceRows != rows.sourceRows {
        throw JobError.data(
          "the models read different rows of \(rows.source): '\(trained[0].name)' \(first.rows), '\(name)' \(rows.rows)"
        )
      }
      found.append(try predicted(name, model, rows, context))
      if first == nil { first = rows }
    }
    var rows = try first ?? table(data, context)
    rows.unknown = unknown
    context.tell(rows, leftOut: "not on the page")
    context.noteUnknown([rows], unknown)
    found += try scores.map { try scored($0, rows) }
    if let prediction, let decisions = rows.predictions {
      found.append(
        ExploredModel(
          name: prediction, kind: .decisions, threshold: nil, decisions: decisions.array))
    }
    return (ExploredTable(rows), found)
  }

  /// The caller's model and those of files, by names of their own.
  private func trained(_ context: JobContext) throws -> [(name: String, model: TrainedModel)] {
    var found: [(name: String, model: TrainedModel)] = []
    func add(_ name: String, _ model: TrainedModel) {
      let count = found.count { $0.name == name || $0.name.hasPrefix(name + " (") }
      found.append((count == 0 ? name : "\(name) (\(count + 1))", model))
    }
    if let model = context.models["model"] { add(model.method, model) }
    for path in models {
      let file = path.split(separator: "/").last.map(String.init) ?? path
      add(file.hasSuffix(".eqp") ? String(file.dropLast(4)) : file, try ModelStore.read(path))
    }
    return found
  }

  private func rows<Scalar: KernelScalar>(
    of model: TrainedModel, _ data: DataInput, _ context: JobContext
  ) throws -> Dataset<Scalar> {
    try Decisions.requireProbability(threshold)
    var roles = try data.options(auditing: model)
    roles.mode.countsOnly = true
    roles.mode.numbers += scores
    roles.prediction = prediction
    roles.selected = selected
    let part: BundledDataset.Part = try data.bundled()?.hasTestPart == true ? .test : .train
    let rows: Dataset<Scalar> = try ModelData.read(
      try data.location(context, part), for: model, roles: roles, pool: context.pool)
    // Attributes that only the model needs are no groups of the page.
    return rows.with(
      attributes: rows.attributes.filter { roles.sensitive.contains($0.attribute) })
  }

  private func predicted<Scalar: KernelScalar>(
    _ name: String, _ model: TrainedModel, _ rows: Dataset<Scalar>, _ context: JobContext
  ) throws -> ExploredModel {
    let found = try PlacedGroup.finding(in: rows) {
      try model.evaluate(rows, threshold: threshold, pool: context.pool)
    }
    guard model.predictor.decidesByThreshold else {
      context.note("note: '\(name)' decides by a rule of its own: it has no threshold to move")
      return ExploredModel(
        name: name, kind: .decisions, threshold: nil, decisions: found.decisions)
    }
    var explored = ExploredModel(
      name: name, kind: .model, threshold: threshold, scores: found.scores)
    explored.probe = ModelProbe(model, rows, threshold: threshold, pool: context.pool)
    return explored
  }

  private func table<Scalar: KernelScalar>(
    _ data: DataInput, _ context: JobContext
  ) throws -> Dataset<Scalar> {
    var options = try data.options(ReadMode(numbers: scores, countsOnly: true))
    options.prediction = prediction
    options.selected = selected
    if options.missing == nil { options.missing = .keep }
    return try DataReader(options: options, pool: context.pool).read(try data.location(context))
  }

  private func scored<Scalar: KernelScalar>(
    _ column: String, _ rows: Dataset<Scalar>
  ) throws -> ExploredModel {
    let values = rows.columns[column] ?? []
    if let bad = values.firstIndex(where: \.isNaN) {
      throw DataError.notFinite(
        file: rows.source, row: rows.line(ofRow: bad), column: column, value: "nan")
    }
    return ExploredModel(name: column, kind: .scores, threshold: threshold, scores: values)
  }
}
