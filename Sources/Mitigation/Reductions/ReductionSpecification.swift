import Criteria
import Datasets

/// What the settings of a reduction ask for, checked.
struct ReductionSpecification {
  let settings: ReductionSettings
  let costs: ErrorCosts

  init(_ settings: ReductionSettings) throws(DataError) {
    self.settings = settings
    let positive = settings.falsePositiveCost, negative = settings.falseNegativeCost
    guard positive + negative > 0, (positive + negative).isFinite else {
      throw .option(
        "false_positive_cost", value: "\(positive)", "costs must add up to a number above 0")
    }
    costs = ErrorCosts(falsePositive: positive, falseNegative: negative)
    if loss != .zeroOne, settings.criteria.contains(where: { $0.criterion != nil }) {
      throw .option(
        "loss", value: loss.rawValue,
        """
        it requires \(set: "criterion", ReductionSettings.lossName): a regression has no rates to \
        constrain
        """)
    }
  }

  var loss: ReductionSettings.Loss { settings.loss }

  /// The bound of the constraints that have none of their own.
  var bound: Double {
    settings.bound ?? (settings.ratio == nil ? ReductionSettings.usualDifference : 0)
  }

  /// Whether the learner is a regression, whose loss is bounded.
  var isRegression: Bool { loss != .zeroOne }

  /// Refuses a regression, whose losses are no sums over cells.
  func requireClasses() throws(DataError) {
    guard isRegression else { return }
    throw .option("loss", "a loss of numbers needs all rows in one memory")
  }

  /// - Parameter bound: of the constraints that have none of their own.
  func requirements(bound: Double) -> [any LinearRequirement] {
    settings.criteria.map { entry in
      let limit = entry.bound ?? bound
      guard let criterion = entry.criterion else {
        return BoundedGroupLoss(loss.groupLoss, upperBound: limit)
      }
      return ParityRequirement(
        criterion,
        settings.ratio.map { .ratio($0, slack: limit, settings.compared) }
          ?? .difference(limit, settings.compared))
    }
  }

  var requirements: [any LinearRequirement] { requirements(bound: bound) }
}
