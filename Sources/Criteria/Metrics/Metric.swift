/// A quantity of a group's outcomes, with the name that programs know it by.
public struct Metric: Sendable {
  /// How a metric is computed.
  public enum Form: Sendable {
    /// The weighted share of `among` that is in `of`. Intervals and tests of proportions apply.
    case proportion(of: OutcomeSet, among: OutcomeSet)
    /// Any other function of the counts.
    case function(@Sendable (Tally) -> MetricValue)
    /// The area under the ROC curve, which needs the order of the scores.
    case area
  }

  /// Which way is better for the people concerned is a matter of the use; this is the arithmetic.
  public enum Scale: Sendable {
    /// Between 0 and 1: differences and ratios are reported.
    case fraction
    /// A number of rows: no disparity is reported.
    case count
    /// On the scale of the scores: differences only.
    case score
  }

  public let name: String
  /// What it is, in a sentence with its formula.
  public let summary: String
  public let needs: Inputs
  public let scale: Scale
  public let form: Form
  /// Why the metric is absent when its denominator is empty: `"no positive labels"`.
  public let whenEmpty: String

  public init(
    _ name: String, _ summary: String, needs: Inputs, scale: Scale = .fraction, form: Form,
    whenEmpty: String = "no rows"
  ) {
    self.name = name
    self.summary = summary
    self.needs = needs
    self.scale = scale
    self.form = form
    self.whenEmpty = whenEmpty
  }

  /// The metric of a group.
  ///
  /// - Parameter ranks: the group's rank statistic, for the area under the curve; without one, the
  ///   tally's histogram is taken.
  public func measure(_ tally: Tally, ranks: RankStatistic? = nil) -> MetricValue {
    switch form {
    case .proportion(let part, let whole):
      let denominator = tally.weight(of: whole)
      guard denominator > 0 else { return .absent(whenEmpty) }
      return .value(tally.weight(of: part) / denominator)
    case .function(let function): return function(tally)
    case .area:
      guard let ranks = ranks ?? RankStatistic(histogramOf: tally) else {
        return .absent(whenEmpty)
      }
      return .value(ranks.area)
    }
  }
}

/// The value of a metric, or why there is none.
public enum MetricValue: Sendable, Equatable {
  case value(Double)
  case absent(String)

  public var value: Double? { if case .value(let value) = self { value } else { nil } }
}

/// Metrics that belong together: one file of this folder.
public protocol MetricFamily: SendableMetatype {
  static var metrics: [Metric] { get }
}
