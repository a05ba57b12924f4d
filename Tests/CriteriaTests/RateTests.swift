import Criteria
import TestSupport
import Testing

/// What holds of a label and a prediction.
private typealias Condition = @Sendable (_ label: Int, _ prediction: Int) -> Bool

/// What each rate counts, of which rows, written out.
private let definitions: [String: (part: Condition, whole: Condition)] = [
  "base_rate": ({ y, _ in y == 1 }, { _, _ in true }),
  "selection_rate": ({ _, h in h == 1 }, { _, _ in true }),
  "true_positive_rate": ({ _, h in h == 1 }, { y, _ in y == 1 }),
  "false_negative_rate": ({ _, h in h == 0 }, { y, _ in y == 1 }),
  "false_positive_rate": ({ _, h in h == 1 }, { y, _ in y == 0 }),
  "true_negative_rate": ({ _, h in h == 0 }, { y, _ in y == 0 }),
  "precision_score": ({ y, _ in y == 1 }, { _, h in h == 1 }),
  "false_discovery_rate": ({ y, _ in y == 0 }, { _, h in h == 1 }),
  "false_omission_rate": ({ y, _ in y == 1 }, { _, h in h == 0 }),
  "negative_predictive_value": ({ y, _ in y == 0 }, { _, h in h == 0 }),
  "accuracy_score": ({ y, h in y == h }, { _, _ in true }),
  "zero_one_loss": ({ y, h in y != h }, { _, _ in true }),
]

/// Weighted rows with labels and predictions.
private struct Rows {
  var rows: [(label: Int, prediction: Int, weight: Double)]

  init(seed: UInt64, labels: ClosedRange<Int> = 0...1, predictions: ClosedRange<Int> = 0...1) {
    var random = SeededGenerator(seed: seed)
    rows = (0..<40).map { _ in
      (
        Int.random(in: labels, using: &random), Int.random(in: predictions, using: &random),
        Double.random(in: 0.1...2, using: &random)
      )
    }
  }

  func weight(_ holds: (Int, Int) -> Bool) -> Double {
    rows.reduce(0) { $0 + (holds($1.label, $1.prediction) ? $1.weight : 0) }
  }

  /// nil without a denominator.
  func rate(_ rate: Rate) -> Double? {
    let (part, whole) = definitions[rate.name]!
    let all = weight(whole)
    return all > 0 ? weight { whole($0, $1) && part($0, $1) } / all : nil
  }

  var tally: Tally {
    var tally = Tally()
    for row in rows {
      let slot = 2 * row.label + row.prediction
      tally.rows[slot] += 1
      tally.weights[slot] += row.weight
      tally.squares[slot] += row.weight * row.weight
    }
    return tally
  }
}

/// Mixed rows, and rows that lack a label, a decision, or both.
private let tables = [
  Rows(seed: 1), Rows(seed: 2), Rows(seed: 3, labels: 0...0), Rows(seed: 4, labels: 1...1),
  Rows(seed: 5, predictions: 0...0), Rows(seed: 6, predictions: 1...1),
  Rows(seed: 7, labels: 1...1, predictions: 0...0),
]

@Suite struct RateTests {
  @Test func everyRateIsDefinedOnce() {
    #expect(Set(Rate.all.map(\.name)) == Set(definitions.keys))
    let names = Rate.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
    for rate in Rate.all {
      #expect(Rate(rawValue: rate.rawValue) == rate)
      for name in [rate.name] + rate.aliases {
        #expect(Rate.named(name) == rate && Metrics.named(name)?.name == rate.name)
      }
    }
    #expect(Rate(rawValue: "recall") == nil && Rate.named("recall") == .truePositiveRate)
  }

  /// A metric, the rate of four weights, the ratio of forms in what is selected, and the mean of
  /// utilities: all are what counting rows gives.
  @Test(arguments: Rate.all)
  func everyFormIsTheDefinition(rate: Rate) throws {
    for (index, table) in tables.enumerated() {
      let wanted = table.rate(rate)
      let metric = try #require(Metrics.named(rate.name)).measure(table.tally)
      #expect(metric == rate.measure(table.tally))
      let hits = table.weight { $0 == 1 && $1 == 1 }, alarms = table.weight { $0 == 0 && $1 == 1 }
      let totals = [table.weight { y, _ in y == 0 }, table.weight { y, _ in y == 1 }]
      let value = rate.value(
        truePositives: hits, falsePositives: alarms, positives: totals[1], negatives: totals[0])
      guard let wanted else {
        #expect(metric == .absent(rate.whenEmpty), "table \(index)")
        // A difference of sums may be nearly 0 where nothing is left.
        #expect(value.map { _ in rate.whole == .rejected } ?? true, "table \(index)")
        continue
      }
      #expect(abs(metric.value! - wanted) < 1e-12 && abs(value! - wanted) < 1e-9)
      let (numerator, denominator) = rate.fraction(totals)
      let ratio = numerator.value(alarms, hits) / denominator.value(alarms, hits)
      #expect(abs(ratio - wanted) < 1e-9, "table \(index)")
      if rate.isLinear { #expect(abs(meanUtility(rate, table) - wanted) < 1e-12) }
      if let rest = rate.complement.flatMap(table.rate) { #expect(abs(wanted + rest - 1) < 1e-12) }
    }
  }

  private func meanUtility(_ rate: Rate, _ table: Rows) -> Double {
    var sum = 0.0, total = 0.0
    for row in table.rows {
      guard let utility = rate.utility(ofLabel: row.label) else { continue }
      sum += row.weight * (row.prediction == 1 ? utility.ifPositive : utility.ifNegative)
      total += row.weight
    }
    return sum / total
  }

  /// Which rates fix their denominators by labels, and what they need and count.
  @Test func whatARateDependsOn() {
    let linear = Rate.all.filter(\.isLinear).map(\.name)
    #expect(
      Set(linear) == [
        "selection_rate", "true_positive_rate", "false_negative_rate", "false_positive_rate",
        "true_negative_rate", "accuracy_score", "zero_one_loss",
      ])
    #expect(Rate.all.filter { !$0.isOfDecisions } == [.baseRate])
    #expect(Rate.truePositiveRate.labelsNeeded == [1] && Rate.trueNegativeRate.labelsNeeded == [0])
    #expect(Rate.precision.labelsNeeded == [] && Rate.accuracy.labelsNeeded == [])
    #expect(Rate.selectionRate.needs == .predictions && Rate.baseRate.needs == .labels)
    #expect(Rate.falseNegativeRate.countedPrediction == 0)
    #expect(Rate.selectionRate.countedPrediction == 1)
    #expect(Rate.errorRate.countedPrediction == nil && Rate.precision.countedPrediction == nil)
    #expect(Rate.precision.complement == .falseDiscoveryRate && Rate.baseRate.complement == nil)
    for rate in Rate.all where !rate.isLinear { #expect(rate.utility(ofLabel: 1) == nil) }
  }

  /// Without weight both forms are 0, and the whole of all is 1 without rounding.
  @Test func formsOfNothingAreNothing() {
    for rate in Rate.all {
      let (numerator, denominator) = rate.fraction([0, 0])
      #expect(numerator == SelectionForm(base: 0, slopes: [0, 0]) && denominator == numerator)
    }
    #expect(Rate.accuracy.fraction([0.1, 0.7]).denominator.base == 1)
  }
}
