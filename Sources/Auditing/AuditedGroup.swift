import Criteria
import Essentials

/// A group as disparities see it: its name, its counts and how its scores rank.
struct AuditedGroup: Sendable {
  let name: String
  let tally: Tally
  let weighted: Bool
  /// What is known of the order of its scores.
  let profile: ScoreProfile?
  /// Its scores, when every row's are at hand.
  let scores: SortedScores?
  /// Scores were given and some of them are no probabilities.
  let hasImproperScores: Bool
  /// The attribute's value is not known: an unknown group may be left out of comparisons.
  let isUnknown: Bool

  var ranks: RankStatistic? { profile?.ranks }

  init(
    name: String, tally: Tally, profile: ScoreProfile? = nil, scores: SortedScores? = nil,
    weighted: Bool, hasImproperScores: Bool = false, isUnknown: Bool = false
  ) {
    self.name = name
    self.tally = tally
    self.weighted = weighted
    self.profile = profile
    self.scores = scores
    self.hasImproperScores = hasImproperScores
    self.isUnknown = isUnknown
  }

  init(name: String, tally: Tally, ranks: RankStatistic?, weighted: Bool) {
    self.init(
      name: name, tally: tally, profile: ranks.map { ScoreProfile(ranks: $0) }, weighted: weighted)
  }

  func measure(_ metric: Metric) -> MetricValue {
    if hasImproperScores && metric.needs.contains(.probabilities) {
      return .absent(ScoreProfile.notProbabilities)
    }
    return metric.measure(tally, profile: profile)
  }

  /// Successes and trials of a metric that is a proportion and has trials.
  func proportion(_ metric: Metric) -> Proportion? {
    guard case .proportion(let part, let whole) = metric.form else { return nil }
    let denominator = tally.weight(of: whole)
    guard denominator > 0 else { return nil }
    guard weighted else {
      return Proportion(tally.rowCount(of: part), of: tally.rowCount(of: whole))
    }
    let trials = effectiveTrials(of: part, among: whole)
    // Squares of weights beyond 1e±154 are no numbers, and then there is no interval.
    guard trials > 0, trials.isFinite else { return nil }
    return Proportion(
      successes: trials * (tally.weight(of: part) / denominator), trials: trials, weighted: true)
  }

  /// How many equally weighted rows say as much about a weighted share r: Kish's (Σw)²/Σw², or, where
  /// weights go with the outcome so that it is less, the r(1 − r)/v of the linearized variance
  /// v = [(1 − r)² Σ₁w² + r² Σ₀w²]/(Σw)² over rows inside and outside the part.
  private func effectiveTrials(of part: OutcomeSet, among whole: OutcomeSet) -> Double {
    let kish = tally.effectiveCount(of: whole), total = tally.weight(of: whole)
    let rate = tally.weight(of: part) / total
    let inside = (tally.squares * part.mask).sum()
    let outside = (tally.squares * whole.subtracting(part).mask).sum()
    let variance =
      ((1 - rate) * (1 - rate) * inside + rate * rate * outside) / (total * total)
    guard rate > 0, rate < 1, variance > 0 else { return kish }
    return min(kish, rate * (1 - rate) / variance)
  }

  /// Rows that the metric's denominator rests on.
  func rows(behind metric: Metric) -> Int {
    switch metric.form {
    case .proportion(_, let whole): tally.rowCount(of: whole)
    case .area: min(tally.rowCount(of: .positives), tally.rowCount(of: .negatives))
    case .function, .profile: tally.rowCount
    }
  }

  /// The metric with its interval and its status.
  func estimate(_ metric: Metric, _ options: AuditOptions) -> Estimate {
    switch measure(metric) {
    case .absent(let reason): return .notEstimable(reason)
    case .value(let value):
      var estimate = Estimate(value: value)
      if let interval = interval(of: metric, value, options) {
        estimate.low = interval.low
        estimate.high = interval.high
        estimate.interval = interval.method
      }
      let behind = rows(behind: metric)
      if metric.scale != .count && behind < options.minimumCount {
        estimate.status = .lowCount
        estimate.reason = "\(behind) rows, fewer than \(options.minimumCount)"
      } else if let bound = errorBound(of: metric), bound > 0 {
        estimate.reason = "from a histogram of the scores; exact to ±\(bound.brief(2))"
      }
      return estimate
    }
  }

  /// How far a metric that was computed from a histogram can be from the exact one.
  private func errorBound(of metric: Metric) -> Double? {
    switch (metric.form, metric.name) {
    case (.area, _): ranks?.errorBound
    case (.profile, "expected_calibration_error"), (.profile, "maximum_calibration_error"):
      profile?.calibration?.errorBound
    default: nil
    }
  }

  private func interval(of metric: Metric, _ value: Double, _ options: AuditOptions) -> Interval? {
    if let proportion = proportion(metric) {
      return options.interval(proportion, confidence: options.confidence)
    }
    guard case .area = metric.form, let variance = ranks?.variance, variance > 0 else {
      return nil
    }
    let half =
      -SpecialFunctions.normalQuantile(0.5 * (1 - options.confidence)) * variance.squareRoot()
    return Interval(low: max(0, value - half), high: min(1, value + half), method: "delong")
  }
}
