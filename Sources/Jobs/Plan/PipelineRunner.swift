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
  /// Of the training rows, those that the variant is for; nil where it is for all.
  public var region: Int?
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
      .map { ($0.attribute, $0.listed) }
  }

  /// A disparity over the crosses of the attributes, of the cross where it is worst and over all draws;
  /// nil where no crosses are asked for, or none has it.
  public func crossed(_ disparity: MeasureName) -> Disparity? {
    let single = Set(groups.map(\.attribute))
    return (audit.expected?.disparities ?? audit.disparities).filter {
      $0.method == .betweenGroups && $0.value != nil && !single.contains($0.attribute)
        && $0.name.of(nil) == disparity
    }.max { $0.kind.size($0.value ?? 0) < $1.kind.size($1.value ?? 0) }
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
    // Regions share the rows that they are parts of.
    var rows = rows
    rows.region = nil
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
    case .float(let read): tell(read, rows.unknown)
    case .double(let read): tell(read, rows.unknown)
    }
    last = (rows, parts, try DataDigest.of(rows.location, pool: pool))
    return parts
  }

  /// Says how the rows were read, and which have no known group.
  private func tell<Scalar>(_ parts: DataParts<Scalar>, _ unknown: UnknownGroups) {
    parts.train.told().forEach(note)
    for (attribute, rows) in UnknownGroups.counts(
      [parts.train, parts.validation, parts.test].compactMap(\.self))
    {
      note(unknown.phrase(attribute, rows))
    }
  }

  private func check<Scalar>(
    _ plan: PipelinePlan, _ parts: DataParts<Scalar>
  ) throws -> PartSizes {
    var train = parts.train
    train.unknown = plan.rows.unknown
    _ = try FitRows(plan.stages.fitted(train), plan.stages.needs, pool: pool)
    try parts.test?.requireRanges(pool: pool)
    return sizes(parts, plan, try plan.rows.region(of: parts, pool: pool))
  }

  private func sizes<Scalar>(
    _ parts: DataParts<Scalar>, _ plan: PipelinePlan, _ own: DataParts<Scalar>
  ) -> PartSizes {
    PartSizes(
      train: parts.train.rows, region: plan.rows.region.map { _ in own.train.rows },
      validation: own.validation?.rows, test: own.test.flatMap { $0.rows > 0 ? $0.rows : nil })
  }

  private func run<Scalar: KernelScalar>(
    _ plan: PipelinePlan, _ parts: DataParts<Scalar>
  ) throws -> PipelineOutcome {
    let own = try plan.rows.region(of: parts, pool: pool), isRegion = plan.rows.region != nil
    let test = own.test.flatMap { $0.rows > 0 ? $0 : nil }
    var experiment = Experiment(
      train: own.train, test: test, threshold: plan.threshold, seed: plan.seed,
      unknown: plan.rows.unknown, pool: pool, shouldStop: shouldStop)
    experiment.progress = progress
    var pooled = parts.train, validation = own.validation ?? (isRegion ? own.train : nil)
    pooled.unknown = plan.rows.unknown
    validation?.unknown = plan.rows.unknown
    var run = try experiment.run(plan.stages, validation: validation, fittedTo: pooled)
    run.model.training = try experiment.training(plan.rows.location, pooled)
    let small = run.document.smallGroups?.phrases(
      of: plan.name, advises: run.document.takesLeastGroup)
    small?.forEach(note)
    if let remark = run.document.remark(plan.name) { note("\(remark)") }
    let unprocessed =
      unprocesses ? try experiment.unprocessed(run, on: validation).document : nil
    let rows = test ?? own.train
    let (outcomes, drawn, review) = try decided(rows, by: run.model, plan)
    var options = plan.audit
    options.controls = rows.controls.map(\.attribute)
    var audit = try Audit(options: options).run(outcomes, pool: pool)
    audit.positives = rows.positives.isEmpty ? nil : rows.positives
    audit.decisions = review
    // Gates measure what the tables of fits show: a rule that draws its decisions at expected rates.
    audit.expected = drawn.flatMap { audit.expectation($0, options) }
    let gated = audit.expecting
    var audited = plan
    audited.audit = options
    return PipelineOutcome(
      plan: audited, model: run.model, fit: run.document, unprocessed: unprocessed,
      outcomes: outcomes, audit: audit, gates: plan.gates.map { $0.finding(in: gated) },
      sizes: sizes(parts, plan, own), source: parts.train.source, dataDigest: last?.digest)
  }

  private func decided<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, by model: TrainedModel, _ plan: PipelinePlan
  ) throws -> (outcomes: Outcomes, drawn: ExpectedCounts?, review: DecisionReview?) {
    let decided = try model.evaluate(rows, threshold: plan.threshold, pool: pool)
    let review = try model.review(
      rows, probabilities: decided.probabilities, decisions: decided.decisions,
      threshold: plan.threshold, pool: pool)
    let weights = rows.sampleWeights.map { Buffer($0) }
    let outcomes = Outcomes(
      attributes: rows.attributes + rows.controls, labels: rows.labels,
      predictions: Buffer(decided.decisions), scores: Buffer(decided.scores),
      weights: weights, threshold: plan.threshold)
    return (
      outcomes,
      try model.expectedCounts(
        rows, probabilities: decided.probabilities, threshold: plan.threshold, pool: pool), review
    )
  }
}
