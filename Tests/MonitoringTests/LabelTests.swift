import Monitoring
import TestSupport
import Testing

@Suite struct LabelTests {
  @Test func rowsAreJudgedAtTheHorizonWithALabelOrWithout() {
    var cohorts = Cohorts(horizon: 3)
    #expect(cohorts.decide("a", rows: 4, tick: 1) == .counted)
    #expect(cohorts.decide("b", rows: 2, tick: 2) == .counted)
    #expect(cohorts.take("a", decided: 1, success: false) == .counted)
    #expect(cohorts.close(2) == [:] && cohorts.waiting == 6)
    #expect(cohorts.take("a", decided: 1, success: true) == .counted)
    let matured = cohorts.close(4)
    #expect(matured.keys.sorted() == ["a"])
    #expect(matured["a"]?.labels == RateCounts(rows: 2, successes: 1))
    #expect(matured["a"]?.missing == 2 && matured["a"]?.bounds == 0.25...0.75)
    #expect(matured["a"]?.coverage == RateCounts(rows: 4, successes: 2))
    #expect(cohorts.take("a", decided: 1, success: true) == .late && cohorts.isHorizonShort)
    #expect(cohorts.decide("a", tick: 1) == .late)
    #expect(cohorts.take("b", decided: 2, success: true) == .counted)
    #expect(cohorts.take("b", decided: 3, success: true) == .unknown)
    #expect(cohorts.close(9)["b"]?.missing == 1 && cohorts.waiting == 0)
  }

  /// Labels in any order, in other ticks, give the table of the batch.
  @Test func orderOfLabelsDoesNotMatter() {
    var random = SeededGenerator(seed: 61)
    let rows = (0..<500).map { _ in
      (
        decided: Int.random(in: 1...10, using: &random), group: Bool.random(using: &random),
        success: Bool.random(using: &random), delay: Int.random(in: 0...5, using: &random)
      )
    }
    var tables: [[String: Cohorts.Matured]] = []
    for order in [rows, rows.reversed(), rows.shuffled(using: &random)] {
      var cohorts = Cohorts(horizon: 5), total: [String: Cohorts.Matured] = [:]
      for tick in 1...15 {
        for row in order where row.decided == tick {
          #expect(cohorts.decide(row.group ? "a" : "b", tick: tick) == .counted)
        }
        for row in order where row.decided + row.delay == tick && row.delay < 5 {
          let arrival = cohorts.take(
            row.group ? "a" : "b", decided: row.decided, success: row.success)
          #expect(arrival == .counted)
        }
        for (group, part) in cohorts.close(tick) {
          total[group] = total[group, default: .none] + part
        }
      }
      tables.append(total)
    }
    let labeled = rows.filter { $0.group && $0.delay < 5 }
    #expect(tables[0]["a"]?.labels.rows == labeled.count)
    #expect(tables[0]["a"]?.labels.successes == labeled.count(where: \.success))
    #expect(tables[1] == tables[0] && tables[2] == tables[0])
  }

  /// Bounds enclose the rates whatever the rejected would have been.
  @Test func selectedLabelsBoundTheRates() {
    let labels = SelectedLabels(selectedPositives: 30, selectedNegatives: 10, rejected: 20)
    for positives in 0...20 {
      let tpr = 30 / Double(30 + positives), fpr = 10 / Double(10 + 20 - positives)
      #expect(labels.truePositiveRate!.contains(tpr) && labels.falsePositiveRate!.contains(fpr))
    }
    #expect(labels.truePositiveRate == 0.6...1)
    var counted = SelectedLabels()
    for label in [true, false, nil] { counted.take(isSelected: true, label: label) }
    counted.take(isSelected: false, label: nil)
    #expect(counted.waiting == 1 && counted.truePositiveRate == 0.5...1)
    #expect(SelectedLabels().truePositiveRate == nil)
    #expect(SelectedLabels(rejected: 3).falsePositiveRate == 0...0)
  }
}
