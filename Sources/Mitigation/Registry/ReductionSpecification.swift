import Criteria
import Datasets

/// What the options of the reductions ask for, checked: the constraints with their bounds, and the
/// costs.
struct ReductionSpecification {
  static let lossName = "bounded_group_loss"
  static let defaultDifference = 0.01

  static let options = [
    MethodOption.criterion(
      Criterion.linear, others: [lossName], default: .demographicParity, formerName: "constraint",
      isList: true,
      "which rates are bounded; several may have bounds of their own, as in "
        + "demographic_parity=0.05,equalized_odds"),
    MethodOption(
      "bound", .number(0...1), default: nil,
      "largest allowed difference of the rates on the training rows, or loss of a group "
        + "(default 0.01); with a ratio the slack (default 0)"),
    MethodOption(
      "ratio", .number(0.000_001...1), default: nil,
      "bounds the ratio of the rates from below instead of their difference"),
    MethodOption(
      "compared", .choice(ParityBound.Comparison.allCases.map(\.rawValue)),
      default: .text(ParityBound.Comparison.betweenGroups.rawValue),
      "whether groups are compared with each other or with all rows"),
    MethodOption(
      "loss", .choice(Loss.allCases.map(\.rawValue)), default: .text(Loss.zeroOne.rawValue),
      "loss of bounded_group_loss; square and absolute are those of a linear regression"),
    MethodOption(
      "false_positive_cost", .number(0...Double.greatestFiniteMagnitude), default: .number(1),
      "cost of selecting a negative"),
    MethodOption(
      "false_negative_cost", .number(0...Double.greatestFiniteMagnitude), default: .number(1),
      "cost of rejecting a positive"),
  ]

  enum Loss: String, CaseIterable {
    case zeroOne = "zero_one"
    case square
    case absolute

    var groupLoss: GroupLoss {
      switch self {
      case .zeroOne: .zeroOne
      case .square: .square(0...1)
      case .absolute: .absolute(0...1)
      }
    }
  }

  /// Nil stands for a bound on the groups' losses.
  let constraints: [(criterion: Criterion?, ownBound: Double?)]
  let ratio: Double?
  let compared: ParityBound.Comparison
  let loss: Loss
  let costs: ErrorCosts
  /// The bound of the constraints that have none of their own.
  let bound: Double

  init(_ options: MethodOptions) throws(DataError) {
    constraints = Self.constraints(options)
    ratio = options.number("ratio")
    bound = options.number("bound") ?? (ratio == nil ? Self.defaultDifference : 0)
    guard let compared = ParityBound.Comparison(rawValue: options.text("compared")),
      let loss = Loss(rawValue: options.text("loss"))
    else { preconditionFailure("the options allow known names only") }
    self.compared = compared
    self.loss = loss
    let positive = options.number("false_positive_cost") ?? 1
    let negative = options.number("false_negative_cost") ?? 1
    guard positive + negative > 0, (positive + negative).isFinite else {
      throw .option(
        "false_positive_cost", value: "\(positive)", "costs must add up to a number above 0")
    }
    costs = ErrorCosts(falsePositive: positive, falseNegative: negative)
    if loss != .zeroOne, constraints.contains(where: { $0.criterion != nil }) {
      throw .option(
        "loss", value: loss.rawValue,
        "it requires \(set: "criterion", Self.lossName): a regression has no rates to constrain")
    }
  }

  /// Whether the learner is a regression, whose loss is bounded.
  var isRegression: Bool { loss != .zeroOne }

  /// - Parameter bound: of the constraints that have none of their own.
  func requirements(bound: Double) -> [any LinearRequirement] {
    constraints.map { entry in
      let limit = entry.ownBound ?? bound
      guard let criterion = entry.criterion else {
        return BoundedGroupLoss(loss.groupLoss, upperBound: limit)
      }
      return ParityRequirement(
        criterion,
        ratio.map { .ratio($0, slack: limit, compared) } ?? .difference(limit, compared))
    }
  }

  var requirements: [any LinearRequirement] { requirements(bound: bound) }

  /// The labels that rows of every group must have for the rates to exist.
  static func labelsNeeded(_ options: MethodOptions) -> Set<Int> {
    constraints(options).reduce(into: []) { $0.formUnion($1.criterion?.labelsNeeded ?? []) }
  }

  private static func constraints(
    _ options: MethodOptions
  ) -> [(criterion: Criterion?, ownBound: Double?)] {
    MethodOption.bounds(in: options.text(MethodOption.criterionName)).map {
      (Criterion.named($0.name), $0.ownBound)
    }
  }

  /// The difference that a frontier draws: of the first constraint; a bound on losses comes near one
  /// on errors.
  static func disparity(_ options: MethodOptions) -> String {
    (options.criterion ?? .errorRateParity).disparity
  }
}

/// How far a predictor is from constraints on some rows.
public struct ConstraintMeasure: Sendable, Encodable, Equatable {
  /// The largest γ − bound; at most 0 when all constraints hold. Nil where nothing is compared.
  public var violation: Double?
  public var differenceToOverall: Double?
  public var differenceBetweenGroups: Double?
  public var ratioToOverall: Double?
  public var ratioBetweenGroups: Double?

  enum CodingKeys: String, CodingKey {
    case violation
    case differenceToOverall = "difference_to_overall"
    case differenceBetweenGroups = "difference_between_groups"
    case ratioToOverall = "ratio_to_overall"
    case ratioBetweenGroups = "ratio_between_groups"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(violation, forKey: .violation)
    try container.encode(differenceToOverall, forKey: .differenceToOverall)
    try container.encode(differenceBetweenGroups, forKey: .differenceBetweenGroups)
    try container.encode(ratioToOverall, forKey: .ratioToOverall)
    try container.encode(ratioBetweenGroups, forKey: .ratioBetweenGroups)
  }
}

/// A method whose fits are to meet constraints that can be measured on any rows.
public protocol ConstrainedMitigation: Mitigation {
  /// How a fitted model's decisions meet the constraints of its options on some rows.
  ///
  /// - Parameter mixture: the decisions that rows may get, each with its probability.
  static func measure<Scalar>(
    _ data: Dataset<Scalar>, options: MethodOptions, probabilities: [Double],
    mixture: [(weight: Double, decisions: [UInt8])]
  ) throws -> ConstraintMeasure?
}

extension ConstrainedMitigation {
  public static func measure<Scalar>(
    _ data: Dataset<Scalar>, options: MethodOptions, probabilities: [Double],
    mixture: [(weight: Double, decisions: [UInt8])]
  ) throws -> ConstraintMeasure? {
    guard let labels = data.labels, data.rows > 0, data.totalWeight > 0 else { return nil }
    let specification = try ReductionSpecification(options)
    let scope = ConstraintScope(
      sensitive: data.attributes, controls: data.controls, labels: labels,
      sampleWeights: data.sampleWeights)
    var sums = [Double](repeating: 0, count: scope.cells.count)
    for i in 0..<data.rows {
      let weight = data.sampleWeights?[i] ?? 1, cell = Int(scope.cells.codes[i])
      if specification.isRegression {
        sums[cell] +=
          weight
          * specification.loss.groupLoss.value(
            label: Double(labels[i]), prediction: probabilities[i])
      } else {
        for part in mixture where part.decisions[i] == 1 { sums[cell] += weight * part.weight }
      }
    }
    var all = LinearConstraints(cellCount: scope.cells.count)
    for requirement in specification.requirements {
      all.append(
        requirement.compile(
          scope, form: .pairwise, sums: specification.isRegression ? .losses : .positives))
    }
    let apart = all.disparities(sums)
    return ConstraintMeasure(
      violation: zip(all.moments(sums), all.bounds).map { $0 - $1 }.max(),
      differenceToOverall: apart.toOverall, differenceBetweenGroups: apart.betweenGroups,
      ratioToOverall: apart.ratioToOverall, ratioBetweenGroups: apart.ratioBetweenGroups)
  }
}
