import Criteria
import Testing

@Suite struct CriterionTests {
  /// What users of other tools call criteria.
  private static let spellings: [(String, Criterion)] = [
    ("demographic_parity", .demographicParity), ("demographic-parity", .demographicParity),
    ("statistical_parity", .demographicParity), ("disparate_impact", .demographicParity),
    ("statistical_parity_difference", .demographicParity),
    ("adverse_impact_ratio", .demographicParity), ("selection_rate", .demographicParity),
    ("demographic_parity.difference", .demographicParity),
    ("selection_rate_parity", .demographicParity), ("demographic_parity_ratio", .demographicParity),
    ("equal_opportunity_difference", .equalOpportunity),
    ("true_positive_rate_parity", .equalOpportunity), ("true_positive_rate", .equalOpportunity),
    ("tpr_parity", .equalOpportunity), ("tpr", .equalOpportunity), ("recall", .equalOpportunity),
    ("equalized_odds_difference", .equalizedOdds), ("average_odds_difference", .equalizedOdds),
    ("fpr", .falsePositiveRateParity), ("false_positive_rate", .falsePositiveRateParity),
    ("predictive_equality", .falsePositiveRateParity), ("fnr_parity", .falseNegativeRateParity),
    ("accuracy", .accuracyParity), ("accuracy_score", .accuracyParity),
    ("accuracy_score_difference", .accuracyParity), ("error_rate", .errorRateParity),
    ("zero_one_loss", .errorRateParity), ("precision_score", .predictiveParity),
    ("ppv_parity", .predictiveParity), ("false_discovery_rate", .falseDiscoveryRateParity),
    ("npv", .negativePredictiveParity),
  ]

  @Test(arguments: spellings.indices)
  func usersSpellingsAreKnown(index: Int) {
    let (text, criterion) = Self.spellings[index]
    #expect(Criterion.named(text) == criterion, "\(text)")
  }

  @Test func noSpellingNamesTwo() {
    let all = Criterion.all.flatMap(\.spellings)
    #expect(Set(all).count == all.count)
    #expect(Set(Criterion.all.map(\.name)).count == Criterion.all.count)
    for criterion in Criterion.all {
      #expect(criterion.spellings.first == criterion.name)
      #expect(criterion.spellings.allSatisfy { Criterion.named($0) == criterion })
      #expect(criterion.summary.hasSuffix(".") && !criterion.source.isEmpty)
    }
    #expect(Criterion.named("fairness") == nil && Criterion.named("") == nil)
  }

  /// Every rate that decisions move has a criterion of its own.
  @Test func everyRateHasItsCriterion() {
    #expect(Set(Criterion.ofOneRate.compactMap(\.rate)) == Set(Rate.ofDecisions))
    #expect(Criterion.ofOneRate.count == Rate.ofDecisions.count)
  }

  @Test func whatFollowsFromRates() {
    #expect(Criterion.equalizedOdds.rates == [.truePositiveRate, .falsePositiveRate])
    #expect(Criterion.equalizedOdds.labelsNeeded == [0, 1])
    #expect(Criterion.demographicParity.labelsNeeded == [])
    #expect(
      Criterion.linear.map(\.name) == [
        "demographic_parity", "equal_opportunity", "equalized_odds", "false_positive_rate_parity",
        "false_negative_rate_parity", "true_negative_rate_parity", "error_rate_parity",
        "accuracy_parity",
      ])
    #expect(Criterion.ofPredictions == Array(Criterion.linear.dropLast(2)))
    #expect(Criterion.equalOpportunity.metric == "true_positive_rate")
    #expect(Criterion.equalizedOdds.metric == "equalized_odds")
    #expect(Criterion.errorRateParity.metric == "zero_one_loss")
  }

  /// The difference that fits report: a rate that they leave out differs as much as its complement.
  @Test func theDisparityIsOneThatFitsReport() {
    #expect(Criterion.errorRateParity.disparity == "accuracy_score.difference")
    #expect(Criterion.falseDiscoveryRateParity.disparity == "precision_score.difference")
    #expect(Criterion.equalizedOdds.disparity == "equalized_odds.difference")
    #expect(Criterion.trueNegativeRateParity.disparity == "true_negative_rate.difference")
  }
}
