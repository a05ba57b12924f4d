import Criteria

/// Inequality of the benefits of decisions between persons, and between the crossed groups.
extension FairnessIndex {
  private static let both: Inputs = [.labels, .predictions]
  /// How much Atkinson's index minds inequality; usual values lie between ½ and 2, and from 1 on it
  /// is 1 as soon as one person has a benefit of 0.
  public static let atkinsonAversion = 0.5

  public static let generalizedEntropy = persons(
    "generalized_entropy_index", "½·E[(b/μ)² − 1], b = ŷ − y + 1: the generalized entropy at α = 2."
  ) { $0.generalizedEntropy(2) }

  public static let theil = persons(
    "theil_index", "E[(b/μ)·ln(b/μ)], 0·ln 0 = 0."
  ) { $0.theil }

  public static let meanLogDeviation = persons(
    "mean_log_deviation", "E[−ln(b/μ)]: the generalized entropy at α = 0."
  ) { $0.generalizedEntropy(0) }

  public static let coefficientOfVariation = persons(
    "coefficient_of_variation", "Standard deviation of the benefits over their mean."
  ) { $0.coefficientOfVariation }

  public static let atkinson = persons(
    "atkinson_index", "1 − E[(b/μ)^½]²: Atkinson's index at ε = ½."
  ) { $0.atkinson(atkinsonAversion) }

  public static let groupGeneralizedEntropy = groups(
    "between_group_generalized_entropy_index",
    "The generalized entropy at α = 2 when everybody has the mean benefit of their group."
  ) { $0.generalizedEntropy(2) }

  public static let groupTheil = groups(
    "between_group_theil_index", "Theil's index of the groups' mean benefits."
  ) { $0.theil }

  public static let groupCoefficientOfVariation = groups(
    "between_group_coefficient_of_variation",
    "Standard deviation of the groups' mean benefits over their mean."
  ) { $0.coefficientOfVariation }

  private static func persons(
    _ name: String, _ summary: String,
    _ value: @escaping @Sendable (BenefitDistribution) -> MetricValue
  ) -> FairnessIndex {
    FairnessIndex(name: name, summary: summary, needs: both) { counts in
      value(BenefitDistribution(decisionsOf: counts.overall))
    }
  }

  private static func groups(
    _ name: String, _ summary: String,
    _ value: @escaping @Sendable (BenefitDistribution) -> MetricValue
  ) -> FairnessIndex {
    FairnessIndex(name: name, summary: summary, needs: both) { counts in
      value(BenefitDistribution(groupMeans: counts.tallies))
    }
  }
}
