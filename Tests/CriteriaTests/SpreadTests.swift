import Criteria
import Testing

@Suite struct SpreadTests {
  private let none = MetricValue.absent("no positive labels")

  @Test func extremesAreThoseOfTheGroupsWithAValue() {
    let spread = Spread.between([.value(0.5), none, .value(0.2), .value(0.5)])
    #expect(spread.lowest == 2 && spread.highest == 0 && spread.measured == [0, 2, 3])
    #expect(spread.difference == .value(0.5 - 0.2) && spread.ratio == .value(0.2 / 0.5))
    #expect(spread.reason() == "3 of 4 groups: no positive labels")
    #expect(spread.reason(["a", "b", "c", "d"]) == "3 of 4 groups: no positive labels in b")
  }

  @Test func fewerThanTwoGroupsLieNowhere() {
    for values in [[], [.value(0.5)], [none], [none, .value(0.5)], [none, none]] {
      let spread = Spread.between(values)
      #expect(spread.extremes == nil && spread.reason() != nil)
      for kind in DisparityKind.allCases { #expect(spread.value(kind).value == nil) }
      #expect(spread.difference(to: .value(0.5)).value == nil)
      #expect(spread.ratio(to: .value(0.5)).value == nil)
    }
    #expect(Spread.between([.value(1)]).reason() == "1 of 1 groups: a comparison takes two")
  }

  @Test func nothingDividedByNothingSaysNothing() {
    let zeros = Spread.between([.value(0), .value(0)])
    #expect(zeros.difference == .value(0) && zeros.ratio.value == nil && zeros.reason() == nil)
    #expect(zeros.ratio(to: .value(0)) == .absent("the overall value is not above 0"))
  }

  @Test func distancesToOverallAreTheWorst() {
    let spread = Spread.between([.value(0.2), .value(0.8), none])
    #expect(spread.difference(to: .value(0.6)) == .value(0.6 - 0.2))
    #expect(spread.ratio(to: .value(0.6)) == .value(0.2 / 0.6))
    #expect(spread.ratio(to: .value(0.2)) == .value(0.2 / 0.8))
    #expect(spread.difference(to: none) == none)
  }

  @Test func manyGroupsAreCountedNotNamed() {
    let names = (0..<9).map { "g\($0)" }
    let values = names.indices.map { $0 < 3 ? MetricValue.value(0) : none }
    #expect(
      Spread.between(values).reason(names)
        == "3 of 9 groups: no positive labels in g3, g4, g5 and 3 more")
    let mixed = Spread.between([.value(1), none, .absent("no rows")])
    #expect(
      mixed.reason(["a", "b", "c"]) == "1 of 3 groups: no positive labels in b; no rows in c")
  }

  @Test func oddsAreJoinedAsTheirNamesSay() {
    let hit = MetricValue.value(0.25), alarm = MetricValue.value(0.75)
    #expect(OddsComposite.equalizedOdds.join(hit, alarm, .difference) == alarm)
    #expect(OddsComposite.equalizedOdds.join(hit, alarm, .ratio) == hit)
    #expect(OddsComposite.averageOdds.join(hit, alarm, .ratio) == .value(0.5))
    #expect(OddsComposite.equalOpportunity.join(hit, none, .ratio) == hit)
    #expect(OddsComposite.equalizedOdds.join(hit, none, .ratio) == none)
    #expect(OddsComposite.equalizedOdds.join(.value(-0.5), hit, .difference) == .value(-0.5))
  }
}

@Suite struct MeasureNameTests {
  private static let spellings: [(text: String, name: String)] = [
    ("accuracy_score", "accuracy_score"), ("accuracy", "accuracy_score"),
    ("selection_rate.difference", "selection_rate.difference"),
    ("sex.selection_rate.ratio", "sex.selection_rate.ratio"),
    ("a.b.selection_rate.ratio", "a.b.selection_rate.ratio"),
    ("age group.tpr.ratio", "age group.true_positive_rate.ratio"),
    ("sex×race.fpr.difference", "sex×race.false_positive_rate.difference"),
    ("tpr.difference", "true_positive_rate.difference"),
    ("disparate_impact", "selection_rate.ratio"),
    ("disparate_impact.ratio", "selection_rate.ratio"),
    ("sex.disparate_impact", "sex.selection_rate.ratio"),
    ("adverse_impact_ratio", "selection_rate.ratio"),
    ("statistical_parity_difference", "selection_rate.difference"),
    ("demographic_parity.difference", "selection_rate.difference"),
    ("demographic_parity_ratio", "selection_rate.ratio"),
    ("independence.ratio", "selection_rate.ratio"),
    ("predictive_equality.difference", "false_positive_rate.difference"),
    ("average_abs_odds_difference", "average_odds.difference"),
    ("equal_opportunity_difference", "equal_opportunity.difference"),
    ("average_odds_difference", "average_odds.difference"),
    ("equalized_odds.ratio", "equalized_odds.ratio"),
    ("standardized_mean_difference", "standardized_mean_difference"),
    ("standardized_mean_difference.difference", "standardized_mean_difference.difference"),
    ("mean_squared_error.ratio", "mean_squared_error.ratio"),
    ("accuracy_score_difference", "accuracy_score.difference"),
  ]

  @Test(arguments: spellings.indices)
  func everySpellingIsOneName(index: Int) {
    let (text, name) = Self.spellings[index]
    let read = MeasureName(text)
    #expect(read.description == name && read.isKnown && read.advice == nil)
    #expect(MeasureName(read.description) == read)
  }

  @Test func everyMetricHasItsName() {
    for metric in Metrics.all.map(\.name) + RegressionMetrics.all.map(\.name) {
      #expect(MeasureName(metric) == MeasureName(metric, nil))
      for kind in DisparityKind.allCases {
        let name = MeasureName("g.\(metric).\(kind)")
        #expect(name == MeasureName(metric, kind, attribute: "g"))
      }
    }
    #expect(MeasureName.selectionRate.difference.of("sex") == "sex.selection_rate.difference")
    #expect(MeasureName.areaUnderCurve.isKnown && MeasureName.averageOdds.ratio.isKnown)
  }

  @Test func everyCriterionNamesADisparity() {
    for criterion in Criterion.all {
      for kind in DisparityKind.allCases {
        let name = MeasureName("\(criterion.name).\(kind)")
        #expect(name.isKnown && name.kind == kind, "\(criterion)")
        #expect(name.metric == criterion.metric || name.metric == criterion.name)
      }
      #expect(MeasureName(criterion.disparity).isKnown)
    }
    for composite in OddsComposite.allCases {
      #expect(Criterion.named(composite.rawValue) != nil)
    }
  }

  @Test func aNameThatNobodyHasIsAnswered() {
    #expect(
      MeasureName("selection_rte.difference").advice
        == "no metric 'selection_rte'; did you mean 'selection_rate'?")
    #expect(MeasureName("sex.selection_rte.difference").attribute == "sex")
    #expect(MeasureName("disparate_impct").advice?.contains("disparate_impact") == true)
    for text in ["", ".", "..difference", ".difference", "x", "difference"] {
      #expect(!MeasureName(text).isKnown, "\(text)")
    }
  }
}
