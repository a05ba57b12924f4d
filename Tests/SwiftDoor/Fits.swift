import Equipoise

/// Jobs that fit models, over the public interface of the engine.
enum Fits {
  static func train<Scalar: KernelScalar>(
    _ request: Request, as type: Scalar.Type
  ) throws -> any Encodable {
    let method = try Mitigations.named(try request.named())
    let run = try experiment(request, as: type).run(method, options: request.options ?? [:])
    if let model = request.model { try ModelStore.write(run.model, to: model) }
    return run.document
  }

  static func compare<Scalar: KernelScalar>(
    _ request: Request, as type: Scalar.Type
  ) throws -> any Encodable {
    let chosen = try (request.methods ?? []).map { name throws(DataError) in
      try Mitigations.named(name)
    }
    let experiment = try experiment(request, as: type)
    let runs = try chosen.map { try experiment.run($0).document }
    return RunsDocument(runs, disparity: "selection_rate.difference", tellsApart: true)
  }

  static func frontier<Scalar: KernelScalar>(
    _ request: Request, as type: Scalar.Type
  ) throws -> any Encodable {
    guard
      let method = try Mitigations.named(try request.named()) as? any FrontierMitigation.Type
    else { throw RequestError.missing("dial") }
    let options = request.options ?? [:]
    let disparity = method.disparity(try MethodOptions(options, of: method))
    let runs = try experiment(request, as: type).frontier(
      method, settings: request.settings, options: options)
    return RunsDocument(runs.map(\.document), disparity: MeasureName(disparity))
  }

  /// Writes predictions of a model, and says how many.
  static func predict<Scalar: KernelScalar>(
    _ request: Request, as type: Scalar.Type
  ) throws -> any Encodable {
    let model = try ModelStore.read(request.model ?? "")
    let rows: Dataset<Scalar> = try ModelData.read(
      try request.location(), for: model, roles: try request.dataOptions(), pool: request.pool)
    let output = request.output ?? "-"
    if model.predictor.predictsNumbers {
      let numbers = try model.predictor.scores(rows, pool: request.pool)
      try PredictionFile.write(numbers: numbers, leftOut: rows.leftOut, to: output)
    } else {
      let predictions = try model.predict(
        rows, threshold: request.threshold ?? TrainedModel.defaultThreshold, pool: request.pool)
      try PredictionFile.write(predictions, leftOut: rows.leftOut, to: output)
    }
    return ["rows": rows.rows]
  }

  private static func experiment<Scalar: KernelScalar>(
    _ request: Request, as type: Scalar.Type
  ) throws -> Experiment<Scalar> {
    let reader = DataReader(options: try request.dataOptions(), pool: request.pool)
    let seed = request.seed ?? 0
    let location = try request.location()
    let test: DataReader.TestRows =
      request.testFile.map { .table(.path($0)) } ?? .fraction(request.test ?? 0, seed: seed)
    let parts: (train: Dataset<Scalar>, test: Dataset<Scalar>) = try reader.readSplit(
      location, test: test)
    return Experiment(
      train: parts.train, test: parts.test.rows > 0 ? parts.test : nil,
      threshold: request.threshold ?? TrainedModel.defaultThreshold, seed: seed,
      pool: request.pool, shouldStop: request.shouldStop)
  }
}
