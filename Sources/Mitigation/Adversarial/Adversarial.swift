import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// A network trained against an adversary that reads the group off its predictions.
public struct Adversarial: TypedFrontierMitigation {
  public static let name = "adversarial"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Trains a network from whose output an adversary cannot tell the group."
  public static let source =
    "Zhang, Lemoine and Mitchell, Mitigating unwanted biases with adversarial learning, AIES 2018"
  public static let canResume = true
  public static let fitsNumbers = true
  public static let takesContinuous = true
  public static let dial = "strength"
  public static let dialSettings: [Double] = [0, 0.03, 0.1, 0.3, 1, 3, 10, 30]

  /// What is not decided by the options below.
  public var settings = AdversarialSettings()
  /// Units of each hidden layer of the predictor; 0 makes it a logistic regression.
  public var hidden = AdversarialSettings().hidden[0]
  public var layers = 1
  /// Units of each hidden layer of the predictor where they differ; nil: `layers` of `hidden` units.
  public var widths: [Int]?
  /// Units of the adversary's hidden layer; 0 makes it linear.
  public var adversaryHidden = 0
  /// Units of each hidden layer of an adversary with several.
  public var adversaryWidths: [Int]?
  public var adversaryInput = Input.conditional
  /// How many times as steep as the probability the adversary sees it as well, if conditional.
  public var sharpness = 3.0

  public init() {}

  public init(
    goal: AdversaryGoal = Adversarial().settings.goal,
    strength: Double = Adversarial().settings.strength, epochs: Int? = nil
  ) {
    settings.goal = goal
    settings.strength = strength
    settings.epochs = epochs
  }

  /// What the adversary is shown, by the names of the option.
  public enum Input: String, CaseIterable, Sendable {
    case prediction, sharpened, conditional, representation
  }

  public var labelsNeeded: Set<Int> { settings.goal.criterion.labelsNeeded }
  public var disparity: String { settings.goal.criterion.disparity }

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    let data = rows.data
    let settings = try checked(data, context)
    let began = ContinuousClock.now
    let outcome = try Self.game(rows, context).play(settings)
    var fitted = resolved(settings, rows: data.rows)
    if settings.targetGap != nil { fitted.settings.strength = outcome.strength }
    return fitted.model(
      outcome, data, context, seconds: (ContinuousClock.now - began) / .seconds(1))
  }

  public func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings strengths: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    let data = rows.data
    var settings = try checked(data, context)
    settings.targetGap = nil
    var game = try Self.game(rows, context)
    game.checkpoint = nil
    var start: [Double]?
    var models: [TrainedModel] = []
    for strength in strengths {
      settings.strength = strength
      var fitted = resolved(settings, rows: data.rows)
      fitted.settings.strength = strength
      let began = ContinuousClock.now
      let outcome = try game.play(settings, from: start)
      start = outcome.parameters
      models.append(
        fitted.model(
          outcome, data, context, seconds: (ContinuousClock.now - began) / .seconds(1)))
    }
    return models
  }

  /// With what the size of the data decides in place of what nobody asked for.
  private func resolved(_ settings: AdversarialSettings, rows: Int) -> Self {
    var fitted = self
    fitted.settings.batchRows = settings.batchRows(of: rows)
    fitted.settings.epochs = settings.epochs(of: rows)
    return fitted
  }

  private func checked<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ context: FitContext
  ) throws(DataError) -> AdversarialSettings {
    let settings = gameSettings(context)
    try checkWidths()
    if settings.goal == .equalOpportunity && data.targets != nil {
      throw .option(
        "criterion", value: Criterion.equalOpportunity.name,
        "numbers have no positive value: use demographic_parity or equalized_odds")
    }
    if settings.adversaryInput == .representation && settings.hidden.isEmpty {
      throw .option(
        "adversary_input", value: "representation",
        "a predictor without hidden units has no representation")
    }
    return settings
  }

  /// Layers are named by one width and their number, or each by its own width.
  private func checkWidths() throws(DataError) {
    if let widths, layers > 1 {
      throw .option(
        "layers", value: "\(layers)",
        "hidden has \(widths.count) layers already, each of its own width")
    }
    for (name, widths) in [("hidden", widths), ("adversary_hidden", adversaryWidths)] {
      guard let widths, widths.contains(where: { $0 < 1 }) else { continue }
      throw .option(
        name, value: OptionRecord<Self>.shown(widths),
        "each of several layers has at least one unit")
    }
  }

  static func game<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> AdversarialGame<Scalar> {
    let data = rows.data
    // An attribute with one group tells an adversary nothing, and its gap is 0.
    let used = data.attributes.filter { $0.count > 1 }
    let numbers = data.continuousAttributes.map { attribute in
      NumberUnits(attribute.values, weights: data.sampleWeights).standardized(attribute.values)
    }
    let outcome = PredictedOutcome(data)
    let trained = NetworkRows(
      features: data.features, targets: outcome.values(rows),
      weights: data.sampleWeights.map { Buffer($0.map { Scalar($0) }) },
      attributes: used.map { attribute in
        Buffer((0..<data.rows).map { Scalar(attribute[$0]) })
      } + numbers.map { Buffer($0.map { Scalar($0) }) })
    var game = AdversarialGame(
      rows: trained, groups: data.attributes, head: outcome.head,
      attributeHeads: used.map { $0.count == 2 ? .binary : .classes($0.count) }
        + numbers.map { _ in .continuous },
      pool: context.pool)
    game.shouldStop = context.shouldStop
    let progress = context.progress
    game.progress = { share, epoch in
      progress(share, epoch.text)
    }
    game.checkpoint = context.checkpoint
    game.identity = "\(data.source)|\(data.encoder.columnNames.count)"
    return game
  }

  private func model<Scalar: KernelScalar>(
    _ outcome: AdversarialGame<Scalar>.Outcome, _ data: Dataset<Scalar>, _ context: FitContext,
    seconds: Double
  ) -> TrainedModel {
    let predicted = PredictedOutcome(data)
    return model(
      predicted.inUnits(outcome.network), data.encoder,
      FitReport(
        status: outcome.status, iterations: outcome.history.count,
        objective: outcome.loss.isFinite ? predicted.lossInUnits(outcome.loss) : nil,
        passes: Double(outcome.history.count), seconds: seconds, seed: context.seed))
  }

  /// The settings with what the options of the networks' shapes say.
  func gameSettings(_ context: FitContext) -> AdversarialSettings {
    var settings = settings
    settings.hidden = widths ?? (hidden > 0 ? Array(repeating: hidden, count: layers) : [])
    settings.adversaryHidden = adversaryWidths ?? (adversaryHidden > 0 ? [adversaryHidden] : [])
    settings.adversaryInput =
      switch adversaryInput {
      case .prediction: .prediction
      case .sharpened: .sharpened
      case .representation: .representation
      case .conditional: .conditional(sharpness: sharpness == 1 ? [1] : [1, sharpness])
      }
    settings.seed = context.seed
    return settings
  }
}

extension AdversaryGoal {
  /// The rows and labels that a criterion's rates divide by are those that groups are compared on.
  var criterion: Criterion {
    switch self {
    case .demographicParity: .demographicParity
    case .equalizedOdds: .equalizedOdds
    case .equalOpportunity: .equalOpportunity
    }
  }

  init(_ criterion: Criterion) {
    guard let goal = Self.allCases.first(where: { $0.criterion == criterion }) else {
      preconditionFailure("no adversary compares \(criterion)")
    }
    self = goal
  }
}
