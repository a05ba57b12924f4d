import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Optimization
import TestSupport
import Testing

/// Penalties of criteria against the sums over rows that they stand for.
@Suite struct GroupMeansPenaltyTests {
  private struct Rows {
    var groups: [Int], labels: [Int], weights: [Double], scores: [Double]

    init(groups count: Int) {
      var random = SeededGenerator(seed: 13)
      groups = (0..<90).map { _ in Int.random(in: 0..<count, using: &random) }
      labels = groups.map { _ in Int.random(in: 0...1, using: &random) }
      weights = groups.map { _ in Double.random(in: 0.1...2, using: &random) }
      scores = groups.map { _ in Double.random(in: -3...3, using: &random) }
    }

    var cells: CellIndex {
      CellIndex(
        attributes: [GroupIndex(attribute: "g", values: groups.map { "g\($0)" })],
        labels: Buffer(labels.map { UInt8($0) }), sampleWeights: weights)
    }

    func value(_ row: Int, _ form: GroupMeansPenalty.Form) -> Double {
      form == .linear ? scores[row] : 1 / (1 + exp(-scores[row]))
    }

    /// Σ over the rates of (m₁ − m₀)² or Σ_g (m_g − m)², m the mean rate of decisions.
    func dense(_ penalty: GroupMeansPenalty) -> Double {
      penalty.criterion.rates.reduce(0) { sum, rate in
        func mean(_ holds: (Int) -> Bool) -> Double {
          var part = 0.0, whole = 0.0
          for row in groups.indices where holds(row) {
            guard let utility = rate.utility(ofLabel: labels[row]) else { continue }
            let h = value(row, penalty.form)
            part +=
              weights[row] * (utility.ifNegative + (utility.ifPositive - utility.ifNegative) * h)
            whole += weights[row]
          }
          return part / whole
        }
        let names = Set(groups).sorted()
        let means = names.map { group in mean { groups[$0] == group } }
        if means.count == 2 { return sum + (means[1] - means[0]) * (means[1] - means[0]) }
        let all = mean { _ in true }
        return sum + means.reduce(0) { $0 + ($1 - all) * ($1 - all) }
      }
    }

    func sums(_ cells: CellIndex, _ form: GroupMeansPenalty.Form) -> ScoreSums {
      var sums = ScoreSums(cells: cells.count, attributes: 0)
      for row in groups.indices {
        let cell = Int(cells.codes[row])
        if form == .linear {
          sums.linear[cell] += weights[row] * scores[row]
        } else {
          sums.probability[cell] += weights[row] * value(row, form)
        }
      }
      return sums
    }
  }

  @Test(arguments: Penalties.groupMeans.indices, [2, 3])
  func theSumsOverCellsAreTheDefinition(index: Int, groups: Int) {
    let penalty = Penalties.groupMeans[index], rows = Rows(groups: groups), cells = rows.cells
    let sums = rows.sums(cells, penalty.form)
    let value = penalty.terms(cells).reduce(0) { $0 + $1.value(sums) }
    #expect(abs(value - rows.dense(penalty)) < 1e-12, "\(penalty.name)")
  }

  /// Names of before, and those of the criteria.
  @Test func everyNameIsFound() {
    for (name, criterion) in [
      ("demographic_parity", Criterion.demographicParity), ("equal_opportunity", .equalOpportunity),
      ("false_positive_rate", .falsePositiveRateParity), ("equalized_odds", .equalizedOdds),
    ] {
      for form in GroupMeansPenalty.Form.allCases {
        let found = Penalties.named(form == .linear ? "linear_" + name : name)
        let means = found as? GroupMeansPenalty
        #expect(means?.criterion == criterion && means?.form == form)
      }
    }
    #expect(Penalties.all.allSatisfy { Penalties.named($0.name)?.name == $0.name })
    #expect(Set(Penalties.all.map(\.name)).count == Penalties.all.count)
    #expect(
      Penalties.named("accuracy_parity") == nil && Penalties.named("linear_covariance") == nil)
    #expect(
      GroupMeansPenalty(.probability, .equalizedOdds).summary
        == "Group means of the probability are alike among the negatives and among the positives.")
  }
}
