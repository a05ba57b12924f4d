import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// A method by the values of its options, and how its fit is to run: what callers hand over that know
/// options by name.
public struct FitRequest: Sendable {
  public var options: MethodOptions
  public var context: FitContext

  public init(
    options: MethodOptions, seed: UInt64 = 0, pool: WorkerPool = .default,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.options = options
    context = FitContext(seed: seed, pool: pool, shouldStop: shouldStop)
  }

  public init(options: MethodOptions, context: FitContext) {
    self.options = options
    self.context = context
  }

  public var seed: UInt64 {
    get { context.seed }
    set { context.seed = newValue }
  }
  public var pool: WorkerPool {
    get { context.pool }
    set { context.pool = newValue }
  }
  public var shouldStop: @Sendable () -> Bool {
    get { context.shouldStop }
    set { context.shouldStop = newValue }
  }
  public var progress: @Sendable (_ share: Double, _ detail: String) -> Void {
    get { context.progress }
    set { context.progress = newValue }
  }
  public var checkpoint: GameCheckpoint? {
    get { context.checkpoint }
    set { context.checkpoint = newValue }
  }
}

/// A method that fits a model to a data set: what the command line, pipelines and bindings offer.
public protocol Mitigation: Sendable {
  /// The same string in every interface.
  static var name: String { get }
  static var family: MitigationFamily { get }
  /// One sentence.
  static var summary: String { get }
  /// Authors, title, venue and year.
  static var source: String { get }
  static var options: [MethodOption] { get }

  /// Fits to rows that were checked for what the method needs.
  static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel

  static var needsGroups: Bool { get }
  /// Where the method uses sensitive attributes; rule packs say where they may be used.
  static var attributeUse: Set<AttributeUse> { get }
  /// Whether a fit takes rows of unknown groups, which bind nobody in it, under a policy; otherwise
  /// they are left out before.
  static func takesUnknown(_ policy: UnknownGroups) -> Bool
  /// Whether a group of few rows binds the others as a large one does, with these options.
  static func bindsFewRows(_ options: MethodOptions) -> Bool
  /// Whether a continuous sensitive attribute will do in place of groups.
  static var takesContinuous: Bool { get }
  /// Whether the method also fits rows whose `targets` are numbers, in place of labels.
  static var fitsNumbers: Bool { get }
  /// Whether rows must have features.
  static var needsFeatures: Bool { get }
  /// Whether a fit leaves checkpoints and can be taken up from them.
  static var canResume: Bool { get }
  /// Whether a converged fit whose objective and certificate are finite proves that every feature
  /// is, and one on other features ends all the same: then nobody needs to look at them before.
  static var provesFiniteFeatures: Bool { get }
  /// The labels, 0 or 1, that rows of every group must have with these options.
  static func labelsNeeded(_ options: MethodOptions) -> Set<Int>
}

extension Mitigation {
  public static func labelsNeeded(_ options: MethodOptions) -> Set<Int> { [] }
  public static var needsGroups: Bool { true }
  public static var attributeUse: Set<AttributeUse> { needsGroups ? [.training] : [] }
  public static func takesUnknown(_ policy: UnknownGroups) -> Bool { !needsGroups }
  public static func bindsFewRows(_ options: MethodOptions) -> Bool { false }
  public static var takesContinuous: Bool { false }
  public static var fitsNumbers: Bool { false }
  public static var needsFeatures: Bool { true }
  public static var canResume: Bool { false }
  public static var provesFiniteFeatures: Bool { false }

  /// What a fit with these options takes for granted about its rows.
  public static func needs(_ options: MethodOptions) -> RowNeeds {
    RowNeeds(
      method: name, outcome: fitsNumbers ? .labelsOrNumbers : .labels, groups: needsGroups,
      takesContinuous: takesContinuous,
      features: !needsFeatures ? .anything : provesFiniteFeatures ? .present : .inRange,
      labelsInGroups: labelsNeeded(options), leastGroup: options.leastGroup ?? 0)
  }

  /// Checks the rows and fits to them.
  ///
  /// A fit that proves the features finite is not made to wait for a look at each of them, which costs
  /// a tenth of a fit that passes over them four times.
  public static func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    let data = try data.fitted(by: Self.self)
    let rows = try FitRows(data, needs(request.options), pool: request.pool)
    let model = try fit(rows, request)
    try requireProof(model, data, request.pool)
    return try finished(model, rows, request.options, request.context)
  }

  /// The model with what a reader must know of its rows, and with an answer for unknown groups.
  fileprivate static func finished<Scalar: KernelScalar>(
    _ model: TrainedModel, _ rows: FitRows<Scalar>, _ options: MethodOptions,
    _ context: FitContext
  ) throws -> TrainedModel {
    var model = model
    if bindsFewRows(options) {
      let small = rows.smallGroups(leastGroup: options.leastGroup ?? 0)
      model.report.smallGroups = small.isEmpty ? nil : small
    }
    return try model.answeringUnknown(rows, context)
  }

  /// Looks at every feature after a fit that was to prove them finite and did not.
  fileprivate static func requireProof<Scalar: KernelScalar>(
    _ model: TrainedModel, _ data: Dataset<Scalar>, _ pool: WorkerPool
  ) throws(DataError) {
    guard provesFiniteFeatures, !model.report.isProof else { return }
    try data.requireFeatureRange(pool: pool)
  }
}

/// A mitigation whose options are its properties.
public protocol TypedMitigation: Mitigation, MethodTable {
  /// Fits to rows that were checked for what the method needs.
  func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel

  /// The labels, 0 or 1, that rows of every group must have.
  var labelsNeeded: Set<Int> { get }
}

extension TypedMitigation {
  public var labelsNeeded: Set<Int> { [] }

  public static func labelsNeeded(_ options: MethodOptions) -> Set<Int> {
    Self(options).labelsNeeded
  }

  /// The method with options by name, fitted to checked rows.
  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    try Self(request.options).fit(rows, request.context)
  }

  /// Checks the rows and fits to them.
  public func fit<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ context: FitContext = FitContext()
  ) throws -> TrainedModel {
    try check()
    let data = try data.fitted(by: Self.self)
    let rows = try FitRows(data, Self.needs(recorded), pool: context.pool)
    let model = try fit(rows, context)
    try Self.requireProof(model, data, context.pool)
    return try Self.finished(model, rows, recorded, context)
  }

  /// A model with the options of this value.
  func model(
    _ predictor: any Predictor, _ encoder: FeatureEncoder, _ report: FitReport
  ) -> TrainedModel {
    TrainedModel(
      method: Self.name, options: recorded.values, encoder: encoder, predictor: predictor,
      report: report)
  }
}

extension FitReport {
  /// Whether the objective and its gradient at the end, over all rows, are finite numbers: NaN or an
  /// infinity in any row would be in the gradient's column, even beside a residual of 0.
  fileprivate var isProof: Bool {
    guard status == .converged, let objective, let certificate else { return false }
    return objective.isFinite && certificate.value.isFinite
  }
}

/// A method with a dial between accuracy and fairness, whose settings can be fitted in one run.
public protocol FrontierMitigation: Mitigation {
  /// The option that is the dial.
  static var dial: String { get }
  /// Settings that span the frontier, from none to strong.
  static var dialSettings: [Double] { get }

  /// - Parameter settings: that `check(settings:)` has let through.
  static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel]

  /// The metric that the dial moves, by which Pareto points are told.
  static func disparity(_ options: MethodOptions) -> String
}

extension FrontierMitigation {
  /// Refuses settings that the dial does not have.
  public static func check(settings: [Double]) throws(DataError) {
    guard let option = options.first(where: { $0.name == dial }) else {
      preconditionFailure("the dial is an option")
    }
    guard !settings.isEmpty else {
      throw .option("settings", "at least one setting of '\(dial)' is needed")
    }
    for setting in settings { _ = try option.parse("\(setting)") }
  }

  /// Refuses an option that stands in place of the dial: a frontier goes over settings of it.
  public static func checkDial(_ options: MethodOptions) throws(DataError) {
    guard
      let other = Self.options.first(where: {
        $0.excludes == dial && options.values[$0.name] != nil
      })
    else { return }
    throw .option(
      other.name,
      """
      a frontier goes over settings of '\(dial)', which \(option: "settings") names, and this stands in \
      its place: a single fit, as of 'train', takes it
      """)
  }

  /// Checks the rows and fits a model at each setting of the dial.
  ///
  /// - Parameter settings: that `check(settings:)` has let through.
  public static func frontier<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    try checkDial(request.options)
    let rows = try FitRows(
      data.fitted(by: Self.self), frontierNeeds(request.options), pool: request.pool)
    return try frontier(rows, settings: settings, request).map {
      try finished($0, rows, request.options, request.context)
    }
  }

  /// No fit of several proves the features finite for all.
  fileprivate static func frontierNeeds(_ options: MethodOptions) -> RowNeeds {
    var needs = needs(options)
    if needs.features == .present { needs.features = .inRange }
    return needs
  }

  public static func disparity(_ options: MethodOptions) -> String {
    (options.criterion ?? .demographicParity).disparity
  }
}

/// A mitigation with a dial whose options are its properties.
public protocol TypedFrontierMitigation: TypedMitigation, FrontierMitigation {
  /// - Parameter settings: of the dial, that `check(settings:)` has let through.
  func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel]

  /// The metric that the dial moves, by which Pareto points are told.
  var disparity: String { get }
}

extension TypedFrontierMitigation {
  public var disparity: String { Criterion.demographicParity.disparity }

  public static func disparity(_ options: MethodOptions) -> String { Self(options).disparity }

  /// Checks the rows and fits a model at each setting of the dial.
  public func frontier<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, settings: [Double] = Self.dialSettings,
    _ context: FitContext = FitContext()
  ) throws -> [TrainedModel] {
    try check()
    try Self.check(settings: settings)
    try Self.checkDial(recorded)
    let needs = Self.frontierNeeds(recorded)
    let rows = try FitRows(data.fitted(by: Self.self), needs, pool: context.pool)
    return try frontier(rows, settings: settings, context).map {
      try Self.finished($0, rows, recorded, context)
    }
  }

  public static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    try Self(request.options).frontier(rows, settings: settings, request.context)
  }
}

/// At which stage a method works.
public enum MitigationFamily: String, Sendable, CaseIterable {
  case baseline
  case preprocessing
  case inProcessing = "in-processing"
  case postprocessing

  /// With its article: `an in-processing method`.
  var described: String { (self == .inProcessing ? "an " : "a ") + rawValue + " method" }
}

/// Every method: one line each.
public enum Mitigations {
  public static let all: [any Mitigation.Type] =
    [
      Logistic.self,
      Penalized.self,
      PrejudiceRemoverMitigation.self,
      Reductions.self,
      GridSearchMitigation.self,
      Adversarial.self,
      GroupMinimaxMitigation.self,
      DistributionallyRobust.self,
      MetaFairMitigation.self,
      SubgroupParityMitigation.self,
    ] + Preprocessors.mitigations + Postprocessors.mitigations

  /// Few and quick: what a comparison runs when nothing is asked for.
  public static let defaults = [
    "logistic", "penalized", "prejudice-remover", "reductions", "grid-search",
  ]

  /// Where a method belongs that was looked for in another family; empty for an unknown name.
  static func otherFamily(of name: String) -> Phrase {
    guard let found = all.first(where: { $0.name == name }) else { return "" }
    return "; it is \(found.family.described)"
  }

  public static func named(_ name: String) throws(DataError) -> any Mitigation.Type {
    try NearestName.find(
      name, in: all, what: "method", hint: " (\(listOfMethods: ()))"
    ) { $0.name }
  }

  /// Every kind of predictor that a model file may hold.
  public static let predictors = PredictorKinds(
    PredictorKinds.models + [
      PreprocessedPredictor.self,
      PostprocessedPredictor.self,
      PlugInClassifier.self,
      UnknownGroupPredictor.self,
    ])
}
