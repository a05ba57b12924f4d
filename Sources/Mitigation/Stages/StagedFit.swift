import Datasets
import LinearAlgebra
import Models

/// Fits a method between any preprocessors and postprocessors, each in the order given.
///
/// A preprocessor is fitted to the training rows as the ones before it left them, a postprocessor
/// to the scores as the ones before it left them. Rules are fitted to a share of rows of their own
/// when `holdout` is above 0, or to validation rows that the caller brings.
public struct StagedFit: Sendable {
  public var preprocessing: [Stage<any Preprocessor.Type>]
  public var method: Stage<any Mitigation.Type>
  public var postprocessing: [Stage<any Postprocessor.Type>]
  /// Share of the rows that only rules are fitted to, the same in every cell of group and label.
  public var holdout: Double
  public var unseenGroup: UnseenGroupPolicy
  /// Whether rules are told a row's group or infer it.
  public var groups: RuleGroups
  /// A group of fewer rows takes a rule's pooled part; nil: as usual for each rule.
  public var leastGroup: Int?

  var policy: GroupPolicy { GroupPolicy(unseen: unseenGroup, leastGroup: leastGroup) }

  public init(
    preprocessing: [Stage<any Preprocessor.Type>] = [], method: Stage<any Mitigation.Type>,
    postprocessing: [Stage<any Postprocessor.Type>] = [], holdout: Double = 0,
    unseenGroup: UnseenGroupPolicy = .error, groups: RuleGroups = .known,
    leastGroup: Int? = nil
  ) {
    self.preprocessing = preprocessing
    self.method = method
    self.postprocessing = postprocessing
    self.holdout = holdout
    self.unseenGroup = unseenGroup
    self.groups = groups
    self.leastGroup = leastGroup
  }

  /// A fitted model with what each stage found.
  public struct Result: Sendable {
    /// Named and described after the middle method.
    public var model: TrainedModel
    public var preprocessing: [PreprocessingFit]
    public var postprocessing: [PostprocessingFit]
  }

  /// What the stages together take for granted about the rows; each asks of its own rows what it needs
  /// besides.
  public var needs: RowNeeds {
    RowNeeds(
      method: name, groups: needsGroups, takesContinuous: takesContinuous, features: .anything,
      labelsInGroups: method.method.labelsNeeded(method.options))
  }

  /// Checks the rows and fits the stages.
  ///
  /// - Parameter validation: the rows that rules are fitted to; nil: `holdout` says.
  public func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, validation: Dataset<Scalar>? = nil, _ request: FitRequest
  ) throws -> Result {
    try fit(
      FitRows(fitted(data), needs, pool: request.pool), validation: validation.map(fitted), request)
  }

  /// The rows that the stages are fitted to: without those of unknown groups, unless they stay.
  public func fitted<Scalar>(_ data: Dataset<Scalar>) throws(DataError) -> Dataset<Scalar> {
    data.hasUnknown && !takesUnknown(data.unknown) ? try data.withKnownGroups() : data
  }

  /// - Parameter validation: the rows that rules are fitted to; nil: `holdout` says.
  public func fit<Scalar: KernelScalar>(
    _ checked: FitRows<Scalar>, validation: Dataset<Scalar>? = nil, _ request: FitRequest
  ) throws -> Result {
    let data = checked.data
    let parts: (fitted: Dataset<Scalar>, scored: Dataset<Scalar>) =
      if let validation {
        (fitted: data, scored: validation)
      } else {
        try postprocessing.isEmpty ? (data, data) : split(checked, seed: request.seed)
      }
    var rows = parts.fitted
    var preprocessed: [PreprocessingFit] = []
    for stage in preprocessing {
      let fit = try stage.method.fit(rows, request.with(stage.options))
      rows = try fit.transform.training(rows, pool: request.pool)
      preprocessed.append(fit)
    }
    var model = try method.method.fit(rows, request.with(method.options))
    // New rows are encoded as the rows before the first stage were.
    model.encoder = data.encoder
    for fit in preprocessed.reversed() where fit.transform.changesFeatures {
      model.predictor = PreprocessedPredictor(transform: fit.transform, base: model.predictor)
    }
    model = try model.answeringUnknown(checked, request.context)
    var postprocessed: [PostprocessingFit] = []
    let groupModel = postprocessing.isEmpty ? nil : try groupModel(parts.fitted, pool: request.pool)
    let inferred = groupModel.map { [$0.inferred(parts.scored, pool: request.pool)] }
    for stage in postprocessing {
      let scored = try ScoredRows(
        model, parts.scored, attributes: inferred, pool: request.pool)
      let (rule, fit) = try GroupedRule.fit(
        stage.method, scored, policy, request.with(stage.options))
      model.predictor = PostprocessedPredictor(
        base: model.predictor, rule: rule, groupModel: groupModel, key: request.seed)
      postprocessed.append(fit)
    }
    return Result(model: model, preprocessing: preprocessed, postprocessing: postprocessed)
  }

  /// Infers groups where rules may not ask for them.
  func groupModel<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> GroupModel? {
    guard groups == .inferred && !data.attributes.isEmpty else { return nil }
    return try GroupModel.fit(data.hasUnknown ? try data.withKnownGroups() : data, pool: pool)
  }

  /// The rows that the model is fitted to, and those that rules are.
  func split<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, seed: UInt64
  ) throws(DataError) -> (fitted: Dataset<Scalar>, scored: Dataset<Scalar>) {
    let data = rows.data
    guard holdout > 0 else { return (data, data) }
    let cells = rows.cells
    let chosen = Split.testRows(
      cells: cells.codes.array, fraction: holdout, seed: seed &+ Split.secondSeedOffset)
    guard chosen.contains(true), chosen.contains(false) else {
      throw .option(
        "holdout", value: "\(holdout)", "must leave rows to the model and to the rule")
    }
    return (
      data.selecting(chosen.indices.filter { !chosen[$0] }),
      data.selecting(chosen.indices.filter { chosen[$0] })
    )
  }
}

extension FitRequest {
  func with(_ options: MethodOptions) -> FitRequest {
    var request = self
    request.options = options
    return request
  }
}

extension ScoredRows {
  /// The probabilities of a model for rows, as scores.
  ///
  /// - Parameter attributes: groups instead of the rows' own.
  public init<Scalar: KernelScalar>(
    _ model: TrainedModel, _ data: Dataset<Scalar>, attributes: [GroupIndex]? = nil,
    pool: WorkerPool
  ) throws {
    try self.init(
      scores: try model.predictor.probabilities(data, pool: pool),
      labels: try data.requireLabels(model.method), attributes: attributes ?? data.attributes,
      weights: data.sampleWeights, source: data.source, labelNames: data.labelNames,
      line: { data.line(ofRow: $0) })
    unknown = data.unknown
    leavesOutUnknown = data.leavesOutUnknown || data.hasUnknown
  }
}
