import Criteria
import Datasets
import Models
import Optimization

extension Adversarial {
  public static let table: [OptionRecord<Adversarial>] =
    [goalRecord] + game + predictor + adversary + training

  private static let game: [OptionRecord<Adversarial>] = [
    .number(
      dial, \.settings.strength, in: 0...Double.greatestFiniteMagnitude,
      "weight of the adversary's gradient; 0 trains without an adversary"),
    OptionRecord<Adversarial>.number(
      "target_gap", \.settings.targetGap, in: 0...1,
      "drive the strength instead to this largest difference between groups on the training rows; "
        + "of numbers, in standard deviations of the target; of a continuous attribute, the change "
        + "along one of its standard deviations"
    ).excluding(dial),
  ]

  private static let predictor: [OptionRecord<Adversarial>] = [
    .widths(
      "hidden", \.hidden, \.widths,
      "units of each hidden layer of the predictor, or of one after the other: 50,20; 0 makes it a "
        + "logistic regression"),
    .integer("layers", \.layers, in: 1...16, "hidden layers"),
    .choice("activation", \.settings.activation, "what hidden units do"),
    .number(
      "dropout", \.settings.dropout, in: 0...0.95,
      "probability that a hidden unit is dropped in training"),
  ]

  private static let adversary: [OptionRecord<Adversarial>] = [
    .widths(
      "adversary_hidden", \.adversaryHidden, \.adversaryWidths,
      "units of the adversary's hidden layer, or of one after the other: 20,10; 0 makes it linear"),
    OptionRecord<Adversarial>.choice(
      "adversary_activation", \.settings.adversaryActivation, "what its hidden units do"
    ).derived("what those of the predictor do"),
    .choice("adversary_input", \.adversaryInput, "what the adversary is shown"),
    .number(
      "sharpness", \.sharpness, in: 0.01...1000,
      "how many times as steep as the probability the adversary sees it as well, if conditional"),
    .choice(
      "adversary_weights", \.settings.adversaryWeighting, "how much each row counts for it"),
    .choice("adversary_loss", \.settings.adversaryLoss, "what it minimizes"),
    .choice("adversary_solver", \.settings.solver, "how a linear adversary keeps up"),
    OptionRecord.entry(
      "adversary_optimizer", of: Optimizers.all.map { type(of: $0).name },
      "the adversary's first-order method, in place of Newton's steps of a linear one",
      get: { $0.settings.adversaryRule.map { type(of: $0).name } }
    ) { $0.settings.adversaryRule = Optimizers.named($1) }.derived(
      "adam, for one that is not solved"),
    .choice("coupling", \.settings.coupling, "how the adversary's gradient enters"),
  ]

  private static let training: [OptionRecord<Adversarial>] = [
    .entry(
      "optimizer", of: Optimizers.all.map { type(of: $0).name },
      "the predictor's first-order method", get: { type(of: $0.settings.rule).name }
    ) { $0.settings.rule = Optimizers.named($1) ?? $0.settings.rule },
    .entry(
      "schedule", of: Schedules.all.map { type(of: $0).name }, "how the learning rate changes",
      get: { type(of: $0.settings.schedule).name }
    ) { $0.settings.schedule = Schedules.named($1) ?? $0.settings.schedule },
    .number(
      "learning_rate", \.settings.learningRate, in: 0...1e6, "the predictor's step size"),
    .number(
      "weight_decay", \.settings.weightDecay, in: 0...1e6, "factor of the decay of weights"),
    clipRecord,
    .integer(
      "batch_size", \.settings.batchRows, in: 1...1_000_000,
      "most rows in a batch"
    ).derived("1024, or a twentieth of the rows of a small table"),
    .choice("batches", \.settings.batches, "which rows go into a batch together"),
    .integer(
      "pretraining", \.settings.pretraining, in: 0...1_000_000,
      "epochs before the adversary has a say"),
    .integer(
      "epochs", \.settings.epochs, in: 1...1_000_000,
      "epochs with the adversary"
    ).derived("25, or as many as 1250 steps take on a small table"),
    .number(
      "validation", \.settings.validation, in: 0...0.9,
      "share of the training rows that choices are made on"),
  ]

  private static let goalRecord: OptionRecord<Adversarial> = {
    let offered = AdversaryGoal.allCases.map(\.criterion)
    return OptionRecord.entry(
      MethodOption.criterionName, of: offered.map(\.name), "what is equalized between groups",
      get: { $0.settings.goal.criterion.name }
    ) { method, name in
      if let criterion = Criterion.named(name) { method.settings.goal = AdversaryGoal(criterion) }
    }.spelled(.criterionAliases(offered, formerName: "constraint"))
  }()

  /// No limit is written as 0.
  private static let clipRecord: OptionRecord<Adversarial> = {
    let kind = OptionKind.number(0...1e12)
    return OptionRecord(
      "clip", kind, "largest norm of a step's direction; 0 for no limit",
      set: { method, input throws(DataError) in
        let limit = try kind.number(input, "clip")
        method.settings.clip = limit > 0 ? limit : nil
      }, get: { .text("\($0.settings.clip ?? 0)") })
  }()
}

extension OptionRecord {
  /// One width, or that of each of several layers.
  fileprivate static func widths(
    _ name: String, _ one: WritableKeyPath<Root, Int> & Sendable,
    _ several: WritableKeyPath<Root, [Int]?> & Sendable, _ help: String
  ) -> Self {
    let kind = OptionKind.integers(0...65_536)
    return OptionRecord(
      name, kind, help,
      set: { root, input throws(DataError) in
        let widths = try kind.integers(input, name)
        root[keyPath: several] = widths.count > 1 ? widths : nil
        if widths.count == 1 { root[keyPath: one] = widths[0] }
      }, get: { .text($0[keyPath: several].map { shown($0) } ?? "\($0[keyPath: one])") })
  }

  /// As the option spells them.
  static func shown(_ widths: [Int]) -> String { widths.map { "\($0)" }.joined(separator: ",") }
}
