import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// A network trained against an adversary that reads the group off its predictions.
public enum AdversarialMitigation: FrontierMitigation {
  public static let name = "adversarial"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "A network trained so that an adversary cannot tell the groups from its predictions."
  public static let source =
    "Zhang, Lemoine and Mitchell, Mitigating unwanted biases with adversarial learning, AIES 2018"
  public static let canResume = true
  public static let fitsNumbers = true
  public static let dial = "strength"
  public static let dialSettings: [Double] = [0, 0.03, 0.1, 0.3, 1, 3, 10, 30]

  private static let normal = AdversarialSettings()

  public static let options: [MethodOption] = [
    MethodOption.criterion(
      AdversaryGoal.allCases.map(\.criterion), default: .demographicParity,
      formerName: "constraint", "what is made alike"),
    MethodOption(
      "strength", .number(0...Double.greatestFiniteMagnitude), default: .number(normal.strength),
      "weight of the adversary's gradient; 0 trains without an adversary"),
    MethodOption(
      "target_gap", .number(0...1), default: nil,
      "drive the strength instead to this largest difference between groups on the training rows; "
        + "of numbers, in standard deviations of the target"),
    MethodOption(
      "hidden", .integer(0...65_536), default: .integer(normal.hidden[0]),
      "units of each hidden layer of the predictor; 0 makes it a logistic regression"),
    MethodOption("layers", .integer(1...16), default: .integer(1), "hidden layers"),
    MethodOption(
      "activation", .choice(Activation.allCases.map(\.rawValue)),
      default: .text(normal.activation.rawValue), "what hidden units do"),
    MethodOption(
      "dropout", .number(0...0.95), default: .number(normal.dropout),
      "probability that a hidden unit is dropped in training"),
    MethodOption(
      "adversary_hidden", .integer(0...65_536), default: .integer(0),
      "units of the adversary's hidden layer; 0 makes it linear"),
    MethodOption(
      "adversary_input", .choice(Input.allCases.map(\.rawValue)),
      default: .text(Input.conditional.rawValue), "what the adversary is shown"),
    MethodOption(
      "sharpness", .number(0.01...1000), default: .number(3),
      "how many times as steep as the probability the adversary sees it as well, if conditional"),
    MethodOption(
      "adversary_weights", .choice(AdversaryWeighting.allCases.map(\.rawValue)),
      default: .text(normal.adversaryWeighting.rawValue), "how much each row counts for it"),
    MethodOption(
      "adversary_loss", .choice(AdversaryLoss.allCases.map(\.rawValue)),
      default: .text(normal.adversaryLoss.rawValue), "what it minimises"),
    MethodOption(
      "adversary_solver", .choice(AdversarialSettings.Solver.allCases.map(\.rawValue)),
      default: .text(normal.solver.rawValue), "how a linear adversary keeps up"),
    MethodOption(
      "coupling", .choice(PlayerCoupling.allCases.map(\.rawValue)),
      default: .text(normal.coupling.rawValue), "how the adversary's gradient enters"),
    MethodOption(
      "optimizer", .choice(Optimizers.all.map { type(of: $0).name }), default: .text(AdamW.name),
      "the predictor's first-order method"),
    MethodOption(
      "schedule", .choice(Schedules.all.map { type(of: $0).name }),
      default: .text(CosineSchedule.name), "how the learning rate changes"),
    MethodOption(
      "learning_rate", .number(0...1e6), default: .number(normal.learningRate),
      "the predictor's step size"),
    MethodOption(
      "weight_decay", .number(0...1e6), default: .number(normal.weightDecay),
      "factor of the decay of weights"),
    MethodOption(
      "clip", .number(0...1e12), default: .number(5),
      "largest norm of a step's direction; 0 for no limit"),
    MethodOption(
      "batch_size", .integer(1...1_000_000), default: nil,
      "most rows in a batch; by default 1024, or a twentieth of the rows of a small table"),
    MethodOption(
      "batches", .choice(AdversarialSettings.Batches.allCases.map(\.rawValue)),
      default: .text(normal.batches.rawValue), "which rows go into a batch together"),
    MethodOption(
      "pretraining", .integer(0...1_000_000), default: .integer(normal.pretraining),
      "epochs before the adversary has a say"),
    MethodOption(
      "epochs", .integer(1...1_000_000), default: nil,
      "epochs with the adversary; by default 25, or as many as 1250 steps take on a small table"),
    MethodOption(
      "validation", .number(0...0.9), default: .number(normal.validation),
      "share of the training rows that choices are made on"),
  ]

  /// What the adversary is shown, by the names of the option.
  enum Input: String, CaseIterable {
    case prediction, sharpened, conditional, representation
  }

  static func settings(_ request: FitRequest) -> AdversarialSettings {
    let options = request.options
    var settings = AdversarialSettings()
    func choice<Value: RawRepresentable<String>>(_ name: String) -> Value {
      guard let value = Value(rawValue: options.text(name)) else {
        preconditionFailure("the option allows known names only")
      }
      return value
    }
    settings.goal = AdversaryGoal(options.ownCriterion)
    settings.strength = options.number("strength") ?? settings.strength
    settings.targetGap = options.number("target_gap")
    let units = options.integer("hidden")
    settings.hidden =
      units > 0 ? Array(repeating: units, count: options.integer("layers")) : []
    settings.activation = choice("activation")
    settings.dropout = options.number("dropout") ?? 0
    let adversaryUnits = options.integer("adversary_hidden")
    settings.adversaryHidden = adversaryUnits > 0 ? [adversaryUnits] : []
    switch choice("adversary_input") as Input {
    case .prediction: settings.adversaryInput = .prediction
    case .sharpened: settings.adversaryInput = .sharpened
    case .representation: settings.adversaryInput = .representation
    case .conditional:
      let sharpness = options.number("sharpness") ?? 1
      settings.adversaryInput = .conditional(sharpness: sharpness == 1 ? [1] : [1, sharpness])
    }
    settings.adversaryWeighting = choice("adversary_weights")
    settings.adversaryLoss = choice("adversary_loss")
    settings.solver = choice("adversary_solver")
    settings.coupling = choice("coupling")
    settings.rule = Optimizers.named(options.text("optimizer")) ?? settings.rule
    settings.schedule = Schedules.named(options.text("schedule")) ?? settings.schedule
    settings.learningRate = options.number("learning_rate") ?? settings.learningRate
    settings.weightDecay = options.number("weight_decay") ?? 0
    settings.clip = (options.number("clip") ?? 0) > 0 ? options.number("clip") : nil
    settings.batchRows = options.number("batch_size").map { Int($0) }
    settings.batches = choice("batches")
    settings.pretraining = options.integer("pretraining")
    settings.epochs = options.number("epochs").map { Int($0) }
    settings.validation = options.number("validation") ?? settings.validation
    settings.seed = request.seed
    return settings
  }

  public static func labelsNeeded(_ options: MethodOptions) -> Set<Int> {
    options.criterion?.labelsNeeded ?? []
  }

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    let data = rows.data
    let settings = try checked(request, data)
    var options = request.options
    let began = ContinuousClock.now
    let outcome = try game(rows, request).play(settings)
    resolve(&options, settings, rows: data.rows)
    if settings.targetGap != nil { options.resolve(dial, .number(outcome.strength)) }
    return model(
      outcome, data, options, request, seconds: (ContinuousClock.now - began) / .seconds(1))
  }

  public static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings strengths: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    let data = rows.data
    var settings = try checked(request, data)
    settings.targetGap = nil
    var game = try game(rows, request)
    game.checkpoint = nil
    var start: [Double]?
    var models: [TrainedModel] = []
    for strength in strengths {
      settings.strength = strength
      var options = request.options
      options.resolve(dial, .number(strength))
      resolve(&options, settings, rows: data.rows)
      let began = ContinuousClock.now
      let outcome = try game.play(settings, from: start)
      start = outcome.parameters
      models.append(
        model(
          outcome, data, options, request, seconds: (ContinuousClock.now - began) / .seconds(1)))
    }
    return models
  }

  /// What the size of the data decides, in place of what nobody asked for.
  private static func resolve(
    _ options: inout MethodOptions, _ settings: AdversarialSettings, rows: Int
  ) {
    options.resolve("batch_size", .integer(settings.batchRows(of: rows)))
    options.resolve("epochs", .integer(settings.epochs(of: rows)))
  }

  private static func checked<Scalar: KernelScalar>(
    _ request: FitRequest, _ data: Dataset<Scalar>
  ) throws(DataError) -> AdversarialSettings {
    let settings = settings(request)
    if settings.goal == .equalOpportunity && data.targets != nil {
      throw .option(
        "criterion", value: "equal_opportunity",
        "numbers have no positive value: use demographic_parity or equalized_odds")
    }
    if settings.adversaryInput == .representation && settings.hidden.isEmpty {
      throw .option(
        "adversary_input", value: "representation",
        "a predictor without hidden units has no representation")
    }
    return settings
  }

  static func game<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> AdversarialGame<Scalar> {
    let data = rows.data
    // An attribute with one group tells an adversary nothing, and its gap is 0.
    let used = data.attributes.filter { $0.count > 1 }
    let outcome = PredictedOutcome(data)
    let trained = NetworkRows(
      features: data.features, targets: outcome.values(rows),
      weights: data.sampleWeights.map { Buffer($0.map { Scalar($0) }) },
      attributes: used.map { attribute in
        Buffer((0..<data.rows).map { Scalar(attribute[$0]) })
      })
    var game = AdversarialGame(
      rows: trained, groups: data.attributes, head: outcome.head,
      attributeHeads: used.map { $0.count == 2 ? .binary : .classes($0.count) },
      pool: request.pool)
    game.shouldStop = request.shouldStop
    let progress = request.progress
    game.progress = { share, epoch in
      progress(share, epoch.text)
    }
    game.checkpoint = request.checkpoint
    game.identity = "\(data.source)|\(data.encoder.columnNames.count)"
    return game
  }

  private static func model<Scalar: KernelScalar>(
    _ outcome: AdversarialGame<Scalar>.Outcome, _ data: Dataset<Scalar>, _ options: MethodOptions,
    _ request: FitRequest, seconds: Double
  ) -> TrainedModel {
    let predicted = PredictedOutcome(data)
    return TrainedModel(
      method: name, options: options.values, encoder: data.encoder,
      predictor: predicted.inUnits(outcome.network),
      report: FitReport(
        status: outcome.status, iterations: outcome.history.count,
        objective: outcome.loss.isFinite ? predicted.lossInUnits(outcome.loss) : nil,
        passes: Double(outcome.history.count), seconds: seconds, seed: request.seed))
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
