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
    /// Another function of all scores of a group.
    case profile(@Sendable (ScoreProfile) -> MetricValue)
  }

  /// Which way is better for the people concerned is a matter of the use; this is the arithmetic.
  public enum Scale: Sendable {
    /// Between 0 and 1: differences and ratios are reported.
    case fraction
    /// A number of rows: no disparity is reported.
    case count
    /// On the scale of the scores, or of any size and sign: differences only.
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

  /// A rate as a metric.
  ///
  /// - Parameters:
  ///   - name: nil: the rate's own.
  ///   - summary: nil: the rate's own.
  public init(_ rate: Rate, _ name: String? = nil, _ summary: String? = nil) {
    self.init(
      name ?? rate.name, summary ?? rate.summary, needs: rate.needs,
      form: .proportion(of: rate.part, among: rate.whole), whenEmpty: rate.whenEmpty)
  }

  /// The metric of a group.
  ///
  /// - Parameter profile: what is known of the order of the group's scores; without one, the tally's
  ///   histogram is taken.
  public func measure(_ tally: Tally, profile: ScoreProfile? = nil) -> MetricValue {
    // Weights that overflow a sum leave no number, and no NaN either.
    value(tally, profile).map(otherwise: "the weights are too large to be added") { $0 }
  }

  private func value(_ tally: Tally, _ profile: ScoreProfile?) -> MetricValue {
    switch form {
    case .proportion(let part, let whole):
      let denominator = tally.weight(of: whole)
      guard denominator > 0 else { return .absent(whenEmpty) }
      return .value(tally.weight(of: part) / denominator)
    case .function(let function): return function(tally)
    case .area:
      let ranks = profile.map(\.ranks) ?? RankStatistic(histogramOf: tally)
      return ranks.map { .value($0.area) } ?? .absent(whenEmpty)
    case .profile(let function):
      let known = profile ?? ScoreProfile(histogramOf: tally, areProbabilities: true)
      return known.map(function) ?? .absent("needs the scores of every row")
    }
  }
}

/// The value of a metric, or why there is none.
public enum MetricValue: Sendable, Equatable {
  case value(Double)
  case absent(String)

  public var value: Double? { if case .value(let value) = self { value } else { nil } }
  public var reason: String? { if case .absent(let reason) = self { reason } else { nil } }

  /// A function of the value; what is absent stays so, and a result that is no finite number is
  /// absent with the reason given.
  public func map(
    otherwise reason: String = "not a finite number", _ function: (Double) -> Double
  ) -> MetricValue {
    guard let value else { return self }
    let result = function(value)
    return result.isFinite ? .value(result) : .absent(reason)
  }
}

/// Metrics that belong together: one file of this folder.
public protocol MetricFamily: SendableMetatype {
  static var metrics: [Metric] { get }
}
