import Criteria

/// A group against the rest: how large the difference is in the measures that people decide by, and how
/// small a difference these rows could have shown.
///
/// The power of what was observed says nothing that the p-value does not; what the rows could have
/// shown depends on their numbers and the rest's rate alone (`Power.minimumDetectable`).
/// J. Hoenig, D. Heisey, *The abuse of power*, The American Statistician 55, 2001.
public struct DetectableGap: Sendable, Equatable, Codable {
  public var attribute: String
  public var group: String
  public var metric: String
  /// Rows of the group, and of the rest, behind the rates; effective ones under weights.
  public var trials: Double
  public var restTrials: Double
  public var rate: Double
  public var rest: Double
  /// rate − rest.
  public var difference: Double
  public var cohensH: Double
  /// Nil where it is 0/0, ∞/∞ or infinite.
  public var oddsRatio: Double?
  /// The smallest drop and rise from the rest's rate that the test finds; nil where even 0 or 1 would
  /// be missed.
  public var drop: Double?
  public var rise: Double?
  public var alpha: Double
  public var power: Double

  enum CodingKeys: String, CodingKey {
    case attribute, group, metric, trials
    case restTrials = "rest_trials"
    case rate, rest, difference
    case cohensH = "cohens_h"
    case oddsRatio = "odds_ratio"
    case drop = "detectable_drop"
    case rise = "detectable_rise"
    case alpha, power
  }

  /// Every group of every attribute and cross against the rest, for every proportion.
  public static func all(
    of counts: OutcomeCounts, intersections: Int = 1, confidence: Double = 0.95,
    power: Double = Power.defaultPower
  ) -> [DetectableGap] {
    let metrics = Metrics.proportions(for: counts.inputs), overall = counts.overall
    // 0.05 and not 0.05000000000000004.
    let alpha = ((1 - confidence) * 1e12).rounded() / 1e12
    return Audit.choices(of: counts.attributes.count, upTo: intersections).flatMap { choice in
      let part = counts.marginal(of: choice)
      let attribute = choice.map { counts.attributes[$0] }.joined(separator: "×")
      return zip(part.names, part.tallies).flatMap { name, tally in
        metrics.compactMap { metric -> DetectableGap? in
          func proportion(_ tally: Tally) -> Proportion? {
            AuditedGroup(name: "", tally: tally, ranks: nil, weighted: counts.weighted)
              .proportion(metric)
          }
          guard let group = proportion(tally), let rest = proportion(overall - tally) else {
            return nil
          }
          return DetectableGap(
            attribute, name, metric.name, group, rest, alpha: alpha, power: power)
        }
      }
    }
  }

  private init(
    _ attribute: String, _ name: String, _ metric: String, _ group: Proportion,
    _ other: Proportion, alpha: Double, power: Double
  ) {
    self.attribute = attribute
    self.group = name
    self.metric = metric
    trials = group.trials
    restTrials = other.trials
    rate = group.rate
    rest = other.rate
    difference = group.rate - other.rate
    cohensH = EffectSizes.cohensH(group, other)
    oddsRatio = EffectSizes.oddsRatio(group, other).flatMap { $0.isFinite ? $0 : nil }
    (drop, rise) = Power.minimumDetectable(
      from: other.rate, of: other.trials, group: group.trials, alpha: alpha, power: power)
    self.alpha = alpha
    self.power = power
  }
}

extension Metrics {
  /// Metrics that are shares of rows, one name each.
  static func proportions(for inputs: Inputs) -> [Metric] {
    available(for: inputs).filter {
      if case .proportion = $0.form { $0.name != "mean_prediction" } else { false }
    }
  }
}
