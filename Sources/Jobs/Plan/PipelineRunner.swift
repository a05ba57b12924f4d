import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Reports

/// How many rows each part of a pipeline has.
public struct PartSizes: Sendable, Equatable, Encodable {
  public var train: Int
  public var validation: Int?
  public var test: Int?
}

/// What one variant of a pipeline came to.
public struct PipelineOutcome: Sendable {
  public var plan: PipelinePlan
  public var model: TrainedModel
  public var fit: FitRecord
  /// The same model with the best threshold of each group and no constraint, where it was asked for.
  public var unprocessed: FitRecord?
  /// The test rows with what was decided about them, or the training rows without test rows.
  public var outcomes: Outcomes
  public var audit: AuditResult
  public var gates: [GateFinding]
  public var sizes: PartSizes
  /// The file or built-in table.
  public var source: String
  public var dataDigest: String?

  /// The sensitive attributes with their groups.
  public var groups: [(attribute: String, names: [String])] {
    outcomes.attributes.filter { !plan.audit.controls.contains($0.attribute) }
      .map { ($0.attribute, $0.names) }
  }
}

/// Runs the variants of a pipeline one after the other; those with the same rows read them once.
///
/// The encoder, preprocessing stages and the method are fitted to the training rows, rules after the
/// method to the validation rows if there are any. Nothing is fitted to test rows.
public struct PipelineRunner {
  public var pool: WorkerPool
  public var shouldStop: @Sendable () -> Bool
  /// Told how far a fit is, by methods that run long.
  public var progress: @Sendable (_ share: Double, _ detail: String) -> Void = { _, _ in }
  /// Told what a reader of the results must know of how the rows were read.
  public var note: @Sendable (_ text: Phrase) -> Void = { _ in }
  /// Whether each model is also measured with the best threshold of each group and no constraint.
  public var unprocesses = false

  private enum Parts {
    case float(DataParts<Float>)
    case double(DataParts<Double>)
  }
  private var last: (rows: PipelineRows, parts: Parts, digest: String?)?

  public init(
    pool: WorkerPool = .default, shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.pool = pool
    self.shouldStop = shouldStop
  }

  /// Reads the rows of a plan and checks that its stages can be fitted to them; fits nothing.
  public mutating func inspect(_ plan: PipelinePlan) throws -> PartSizes {
    switch try read(plan.rows) {
    case .float(let parts): try check(plan, parts)
    case .double(let parts): try check(plan, parts)
    }
  }

  public mutating func run(_ plan: PipelinePlan) throws -> PipelineOutcome {
    switch try read(plan.rows) {
    case .float(let parts): try run(plan, parts)
    case .double(let parts): try run(plan, parts)
    }
  }

  private mutating func read(_ rows: PipelineRows) throws -> Parts {
    if let last, last.rows == rows { return last.parts }
    last = nil
    let reader = DataReader(options: rows.options, pool: pool)
    let parts: Parts =
      switch rows.precision {
      case .float:
        .float(try reader.readParts(rows.location, test: rows.test, validation: rows.validation))
      case .double:
        .double(try reader.readParts(rows.location, test: rows.test, validation: rows.validation))
      }
    switch parts {
    case .float(let read): read.train.notes.forEach(note)
    case .double(let read): read.train.notes.forEach(note)
    }
    last = (rows, parts, try DataDigest.of(rows.location, pool: pool))
    return parts
  }

  private func check<Scalar>(
    _ plan: PipelinePlan, _ parts: DataParts<Scalar>
  ) throws -> PartSizes {
    _ = try FitRows(parts.train, plan.stages.needs, pool: pool)
    try parts.test?.requireRanges(pool: pool)
    return sizes(parts)
  }

  private func sizes<Scalar>(_ parts: DataParts<Scalar>) -> PartSizes {
    PartSizes(
      train: parts.train.rows, validation: parts.validation?.rows,
      test: parts.test.flatMap { $0.rows > 0 ? $0.rows : nil })
  }

  private func run<Scalar: KernelScalar>(
    _ plan: PipelinePlan, _ parts: DataParts<Scalar>
  ) throws -> PipelineOutcome {
    let test = parts.test.flatMap { $0.rows > 0 ? $0 : nil }
    var experiment = Experiment(
      train: parts.train, test: test, threshold: plan.threshold, seed: plan.seed, pool: pool,
      shouldStop: shouldStop)
    experiment.progress = progress
    var run = try experiment.run(plan.stages, validation: parts.validation)
    run.model.training = try experiment.training(plan.rows.location)
    let unprocessed =
      unprocesses ? try experiment.unprocessed(run, on: parts.validation).document : nil
    let rows = test ?? parts.train
    let (outcomes, review) = try decided(rows, by: run.model, plan)
    var options = plan.audit
    options.controls = rows.controls.map(\.attribute)
    var audit = try Audit(options: options).run(outcomes, pool: pool)
    audit.positives = rows.positives.isEmpty ? nil : rows.positives
    audit.decisions = review
    var audited = plan
    audited.audit = options
    return PipelineOutcome(
      plan: audited, model: run.model, fit: run.document, unprocessed: unprocessed,
      outcomes: outcomes, audit: audit, gates: plan.gates.map { $0.finding(in: audit) },
      sizes: sizes(parts), source: parts.train.source, dataDigest: last?.digest)
  }

  private func decided<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, by model: TrainedModel, _ plan: PipelinePlan
  ) throws -> (Outcomes, DecisionReview?) {
    let decided = try model.evaluate(rows, threshold: plan.threshold, pool: pool)
    let review = try model.review(
      rows, probabilities: decided.probabilities, decisions: decided.decisions,
      threshold: plan.threshold, pool: pool)
    let outcomes = Outcomes(
      attributes: rows.attributes + rows.controls, labels: rows.labels,
      predictions: Buffer(decided.decisions), scores: Buffer(decided.probabilities),
      weights: rows.sampleWeights.map { Buffer($0) }, threshold: plan.threshold)
    return (outcomes, review)
  }
}
