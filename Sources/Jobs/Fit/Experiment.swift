import Auditing
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Reports

/// Fits methods to one split of one table and measures each on both parts.
public struct Experiment<Scalar: KernelScalar>: Sendable {
  public let train: Dataset<Scalar>
  public let test: Dataset<Scalar>?
  /// A probability at least this is positive, for models without thresholds of their own.
  public var threshold: Double
  public var seed: UInt64
  public var pool: WorkerPool
  public var shouldStop: @Sendable () -> Bool
  /// Told how far a fit is, by methods that run long.
  public var progress: @Sendable (_ share: Double, _ detail: String) -> Void = { _, _ in }
  /// Where a fit leaves what it needs to go on after a kill, for methods that can.
  public var checkpoint: GameCheckpoint?

  /// - Parameter unknown: what becomes of rows whose sensitive attributes are not all known.
  public init(
    train: Dataset<Scalar>, test: Dataset<Scalar>?,
    threshold: Double = TrainedModel.defaultThreshold, seed: UInt64 = 0,
    unknown: UnknownGroups = .exclude, pool: WorkerPool = .default,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    var parts = (train: train, test: test)
    parts.train.unknown = unknown
    parts.test?.unknown = unknown
    self.train = parts.train
    self.test = parts.test
    self.threshold = threshold
    self.seed = seed
    self.pool = pool
    self.shouldStop = shouldStop
  }

  /// A fitted model with what is to be told of it.
  public struct Run: Sendable {
    public var model: TrainedModel
    public var document: FitRecord
  }

  /// Fits one method.
  public func run(_ method: any Mitigation.Type, options: [String: String] = [:]) throws -> Run {
    let request = try request(method, options)
    let clock = ContinuousClock(), began = clock.now
    let model = try method.fit(train, request)
    return try measured(model, seconds: (clock.now - began) / .seconds(1))
  }

  /// Fits one method whose options are its properties, as `run(Penalized(strength: 20))`.
  public func run(_ method: some TypedMitigation) throws -> Run {
    let context = try context(for: type(of: method))
    let clock = ContinuousClock(), began = clock.now
    let model = try method.fit(train, context)
    return try measured(model, seconds: (clock.now - began) / .seconds(1))
  }

  /// Fits stages, one after the other.
  ///
  /// - Parameters:
  ///   - validation: the rows that rules after the method are fitted to; nil: the training rows, or
  ///     the share of them that the stages hold out.
  ///   - rows: what the method and the stages before it are fitted to; nil: the training rows.
  public func run(
    _ staged: StagedFit, validation: Dataset<Scalar>? = nil, fittedTo rows: Dataset<Scalar>? = nil
  ) throws -> Run {
    let method = staged.method
    try test?.requireRanges(pool: pool)
    let request = FitRequest(options: method.options, context: context)
    let clock = ContinuousClock(), began = clock.now
    let result = try staged.fit(rows ?? train, validation: validation, request)
    return try measured(
      staged.model(result), seconds: (clock.now - began) / .seconds(1),
      constraint: (method.method, MethodOptions(recorded: result.model.options, of: method.method)))
  }

  /// Fits a method at each setting of its dial, warm-started from the neighbour.
  public func frontier(
    _ method: any FrontierMitigation.Type, settings: [Double]? = nil,
    options: [String: String] = [:]
  ) throws -> [Run] {
    let request = try request(method, options)
    let settings = settings ?? method.dialSettings
    try method.check(settings: settings)
    let models = try method.frontier(train, settings: settings, request)
    return try models.map { try measured($0, seconds: $0.report.seconds) }
  }

  /// Fits a method whose options are its properties at each setting of its dial.
  public func frontier(
    _ method: some TypedFrontierMitigation, settings: [Double]? = nil
  ) throws -> [Run] {
    let models = try method.frontier(
      train, settings: settings ?? type(of: method).dialSettings, context(for: type(of: method)))
    return try models.map { try measured($0, seconds: $0.report.seconds) }
  }

  /// Where the training rows are from.
  ///
  /// - Parameter rows: what the method is fitted to; nil: the training rows.
  func training(
    _ location: DataLocation, _ rows: Dataset<Scalar>? = nil
  ) throws(DataError) -> TrainingRows {
    let rows = rows ?? train
    var training = TrainingRows(
      digest: try DataDigest.of(location, pool: pool), rows: rows.rows,
      records: rows.origin.recordCount)
    if case .bundled = location { training.source = rows.source }
    return training
  }

  private func request(
    _ method: any Mitigation.Type, _ options: [String: String]
  ) throws -> FitRequest {
    let context = try context(for: method)
    return FitRequest(options: try MethodOptions(options, of: method), context: context)
  }

  /// How a method is to run on these rows.
  private func context(for method: any Mitigation.Type) throws -> FitContext {
    if checkpoint != nil && !method.canResume {
      throw DataError.option("checkpoint", "'\(method.name)' does not support checkpoints")
    }
    try test?.requireRanges(pool: pool)
    var context = context
    context.checkpoint = checkpoint
    return context
  }

  private var context: FitContext {
    var context = FitContext(seed: seed, pool: pool, shouldStop: shouldStop)
    context.progress = progress
    return context
  }

  /// What the model's constraints are measured by: its method with its options.
  typealias ConstraintSource = (method: any Mitigation.Type, options: MethodOptions)

  /// - Parameter constraint: nil: the model's own method, if it is one of the list.
  func measured(
    _ model: TrainedModel, seconds: Double, constraint: ConstraintSource? = nil
  ) throws -> Run {
    let source = constraint ?? Self.constraintSource(of: model)
    var document = FitRecord(
      model, load: train.seconds.load, pack: train.seconds.pack, fit: seconds,
      peakMemory: ProcessMemory.peakBytes)
    let onTrain = try measures(model, train, source)
    document.train = onTrain.metrics
    document.selectionBefore = try selectionBefore(model, test ?? train)
    document.trainConstraint = onTrain.constraint
    var last = (rows: train, probabilities: onTrain.probabilities)
    if let test {
      let onTest = try measures(model, test, source)
      document.test = onTest.metrics
      document.testConstraint = onTest.constraint
      last = (test, onTest.probabilities)
    }
    document.decisions = try model.review(
      last.rows, probabilities: last.probabilities, threshold: threshold, pool: pool)
    return Run(model: model, document: document)
  }

  /// The share that the scores which a rule decides on would select at the threshold.
  private func selectionBefore(
    _ model: TrainedModel, _ data: Dataset<Scalar>
  ) throws -> Double? {
    guard let rule = model.predictor as? PostprocessedPredictor, rule.rule.meaning == .decisions
    else { return nil }
    let scores = try rule.base.probabilities(data, pool: pool)
    let weights = data.sampleWeights ?? [Double](repeating: 1, count: data.rows)
    let total = weights.reduce(0, +)
    guard total > 0 else { return nil }
    return zip(scores, weights).reduce(0) { $0 + ($1.0 >= threshold ? $1.1 : 0) } / total
  }

  /// What is measured of a model on some rows.
  private struct Measures {
    var metrics: FitMetrics
    var constraint: ConstraintMeasure?
    /// Empty of a model of numbers.
    var probabilities: [Double] = []
  }

  private static func constraintSource(of model: TrainedModel) -> ConstraintSource? {
    Mitigations.all.first { $0.name == model.method }.map {
      ($0, MethodOptions(recorded: model.options, of: $0))
    }
  }

  private func measures(
    _ model: TrainedModel, _ data: Dataset<Scalar>, _ source: ConstraintSource?
  ) throws -> Measures {
    if let targets = data.targets, model.predictor.predictsNumbers {
      let numbers = try model.predictor.scores(data, pool: pool)
      return Measures(
        metrics: try FitMetrics(data, targets: targets, predictions: numbers, pool: pool))
    }
    let probabilities = try model.predictor.probabilities(data, pool: pool)
    let mixture = try model.predictor.decisionMixture(
      data, probabilities: probabilities, threshold: threshold)
    let metrics = try FitMetrics(
      data, scores: try model.predictor.scores(data, pool: pool), mixture: mixture, pool: pool)
    var measures = Measures(metrics: metrics, probabilities: probabilities)
    if let source, let method = source.method as? any ConstrainedMitigation.Type {
      measures.constraint = try method.measure(
        data, options: source.options, probabilities: probabilities, mixture: mixture)
    }
    return measures
  }
}
