import Criteria
import Datasets

/// A criterion whose rates are bounded, or the groups' losses, with a bound of its own if it has one.
public struct BoundedCriterion: Sendable {
  /// nil: a bound on the groups' losses.
  public let criterion: Criterion?
  /// nil: the bound of the method.
  public let bound: Double?
  /// The bound as it was given.
  private let text: String?

  public init(_ criterion: Criterion?, bound: Double? = nil) {
    self.criterion = criterion
    self.bound = bound
    text = bound.map { "\($0)" }
  }

  /// - Parameter text: `demographic_parity` or `demographic_parity=0.05`.
  init(_ text: some StringProtocol) {
    let name = text.prefix { $0 != "=" }
    criterion = Criterion.named(String(name))
    self.text = name.count < text.count ? String(text.dropFirst(name.count + 1)) : nil
    bound = self.text.flatMap { Double($0) }
  }

  fileprivate var written: String {
    (criterion?.name ?? ReductionSettings.lossName) + (text.map { "=" + $0 } ?? "")
  }
}

/// The settings of the reductions: the constraints with their bounds, and the costs.
public struct ReductionSettings: OptionTable {
  public var criteria = [BoundedCriterion(.demographicParity)]
  /// Largest allowed difference of the rates on the training rows, or loss of a group; with a ratio
  /// the slack. nil: 0.01, with a ratio 0.
  public var bound: Double?
  /// Bounds the ratio of the rates from below instead of their difference.
  public var ratio: Double?
  /// Whether groups are compared with each other or with all rows.
  public var compared = ParityBound.Comparison.betweenGroups
  public var loss = Loss.zeroOne
  public var falsePositiveCost = 1.0
  public var falseNegativeCost = 1.0

  static let lossName = "bounded_group_loss"
  static let usualDifference = 0.01

  public init() {}

  public static let table: [OptionRecord<ReductionSettings>] = [
    criteriaRecord,
    .number(
      "bound", \.bound, in: 0...1,
      "largest allowed difference of the rates on the training rows, or loss of a group; "
        + "with a ratio the slack"
    ).derived("\(usualDifference), with a ratio 0"),
    .number(
      "ratio", \.ratio, in: 0.000_001...1,
      "bounds the ratio of the rates from below instead of their difference"),
    .choice(
      "compared", \.compared, "whether groups are compared with each other or with all rows"),
    .choice(
      "loss", \.loss,
      "loss of bounded_group_loss; square and absolute are those of a linear regression"),
    .number(
      "false_positive_cost", \.falsePositiveCost, in: 0...Double.greatestFiniteMagnitude,
      "cost of selecting a negative"),
    .number(
      "false_negative_cost", \.falseNegativeCost, in: 0...Double.greatestFiniteMagnitude,
      "cost of rejecting a positive"),
  ]

  private static let criteriaRecord: OptionRecord<ReductionSettings> = {
    let name = MethodOption.criterionName
    let kind = OptionKind.bounds(Criterion.linear.map(\.name) + [lossName])
    return OptionRecord(
      name, kind,
      "which rates are bounded; several may have bounds of their own, as in "
        + "demographic_parity=0.05,equalized_odds",
      set: { settings, input throws(DataError) in
        settings.criteria = try kind.text(input, name).split(separator: ",").map {
          BoundedCriterion($0)
        }
      }, get: { .text($0.criteria.map(\.written).joined(separator: ",")) }
    ).spelled(.criterionAliases(Criterion.linear, formerName: "constraint"))
  }()

  public enum Loss: String, CaseIterable, Sendable {
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

  /// The labels that rows of every group must have for the rates to exist.
  var labelsNeeded: Set<Int> {
    criteria.reduce(into: []) { $0.formUnion($1.criterion?.labelsNeeded ?? []) }
  }

  /// The difference that a frontier draws: of the first constraint; a bound on losses comes near one
  /// on errors.
  var disparity: String { (criteria.first?.criterion ?? .errorRateParity).disparity }
}
