import Auditing
import Criteria
import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite struct TaskAuditTests {
  private struct Rows {
    var groups: GroupIndex
    var labels: [Double]
    var predictions: [Double]
    var weights: [Double]?

    func audit(_ options: AuditOptions = AuditOptions()) throws -> AuditResult {
      try RegressionAudit(options: options).run(
        attributes: [groups], labels: Buffer(labels), predictions: Buffer(predictions),
        weights: weights.map { Buffer($0) })
    }

    func selecting(_ rows: [Int]) -> Rows {
      Rows(
        groups: groups.selecting(rows), labels: rows.map { labels[$0] },
        predictions: rows.map { predictions[$0] }, weights: weights.map { w in rows.map { w[$0] } })
    }
  }

  /// Errors of three groups; the labels are 100, so that predictions are known too.
  private static let errors: [[Double]] = [
    [1, 4, 2, 8, 5, 7.5], [3, 3.5, 9, 12, 4, 6, 8], [2, 2.5, 1, 0.5, 4],
  ]

  private func rows(_ groups: [Int]) -> Rows {
    var codes: [UInt16] = [], labels: [Double] = [], predictions: [Double] = []
    for (code, g) in groups.enumerated() {
      for (i, error) in Self.errors[g].enumerated() {
        codes.append(UInt16(code))
        labels.append(100 + Double(i))
        predictions.append(100 + Double(i) + error)
      }
    }
    return Rows(
      groups: GroupIndex(
        attribute: "g", codes: Buffer(codes), names: groups.map { "g\($0)" }),
      labels: labels, predictions: predictions)
  }

  /// `scipy.stats.ttest_ind(equal_var=False)`, its 90 % interval, and Welch's analysis of variance by its
  /// formula there.
  @Test func gapsAreWelchs() throws {
    let two = try rows([0, 1]).audit(AuditOptions(confidence: 0.9))
    let gap = try #require(two.between("mean_error", .difference, attribute: "g"))
    #expect(abs(gap.pValue! - 0.286_185_623_447_821_84) < 1e-12 && gap.test == "welch_t")
    #expect(abs(gap.high! - 4.987_390_096_636_997) < 1e-11 && gap.low == 0)
    let three = try rows([0, 1, 2]).audit()
    let test = try #require(three.between("mean_error", .difference, attribute: "g"))
    #expect(abs(test.pValue! - 0.023_914_805_092_554_72) < 1e-12 && test.test == "welch_f")
    let mean = try #require(three.estimate("mean_error", attribute: "g", group: "g0"))
    #expect(abs(mean.low! - 1.607_361_319_010_452_8) < 1e-10)
    #expect(abs(mean.high! - 7.559_305_347_656_213) < 1e-10 && mean.interval == "student_t")
  }

  @Test func metricsAreTheirDefinitions() throws {
    let result = try rows([0, 1, 2]).audit()
    let all = Self.errors.flatMap(\.self), n = Double(all.count)
    func value(_ metric: String) -> Double { result.overall[metric]!.value! }
    #expect(abs(value("mean_error") - all.reduce(0, +) / n) < 1e-12)
    #expect(abs(value("mean_squared_error") - all.reduce(0) { $0 + $1 * $1 } / n) < 1e-10)
    #expect(value("max_error") == 12)
    let square = value("root_mean_squared_error")
    #expect(abs(square * square - value("mean_squared_error")) < 1e-10)
    let low = try #require(result.overall["mean_prediction"]?.low)
    #expect(low < value("mean_prediction"))
    #expect(result.overall["r2_score"]?.low == nil && result.task == .regression)
    let ratio = try #require(result.between("mean_absolute_error", .ratio, attribute: "g"))
    #expect(ratio.low! <= ratio.value! && ratio.value! <= ratio.high!)
  }

  @Test func aWeightOfZeroIsARowLessAndOrderDoesNotMatter() throws {
    var random = SeededGenerator(seed: 5)
    var full = rows([0, 1, 2])
    full.weights = full.labels.map { _ in Double.random(in: 0.5...2, using: &random) }
    full.weights![3] = 0
    let kept = full.labels.indices.filter { $0 != 3 }
    let all = try full.audit(), part = try full.selecting(kept).audit()
    let mixed = try full.selecting(full.labels.indices.shuffled(using: &random)).audit()
    for (a, b) in [(all, part), (all, mixed)] {
      for metric in ["mean_error", "mean_absolute_error", "root_mean_squared_error", "mean_label"] {
        let x = a.overall[metric]!, y = b.overall[metric]!
        #expect(abs(x.value! - y.value!) < 1e-9 && abs(x.low! - y.low!) < 1e-9, "\(metric)")
        let p = a.between(metric, .difference, attribute: "g")!.pValue!
        let q = b.between(metric, .difference, attribute: "g")!.pValue!
        #expect(abs(p - q) < 1e-9)
      }
    }
  }

  @Test func intervalsOfAMeanErrorCoverAsTheySay() throws {
    var random = SeededGenerator(seed: 11)
    let trials = 1_500
    var covered = 0, sure = 0
    for _ in 0..<trials {
      let errors = (0..<30).map { _ in -log(Double.random(in: 1e-12..<1, using: &random)) }
      let groups = GroupIndex(
        attribute: "g", codes: Buffer((0..<30).map { UInt16($0 % 3) }), names: ["a", "b", "c"])
      let result = try RegressionAudit().run(
        attributes: [groups], labels: Buffer(errors.map { _ in 0.0 }), predictions: Buffer(errors))
      let mean = result.overall["mean_error"]!
      if mean.low! <= 1 && 1 <= mean.high! { covered += 1 }
      if result.between("mean_error", .difference, attribute: "g")!.low! > 0 { sure += 1 }
    }
    let share = Double(covered) / Double(trials)
    #expect(share > 0.90 && share < 0.97, "\(share) of skewed samples of 30")
    #expect(Double(sure) / Double(trials) < 0.06, "\(sure) sure gaps where there is none")
  }

  @Test func nothingIsEstimatedFromOneRow() throws {
    let result = try rows([0]).selecting([0]).audit()
    let mean = result.overall["mean_error"]!
    #expect(mean.value == 1 && mean.low == nil && mean.status == .lowCount)
    #expect(result.overall["r2_score"]?.status == .notEstimable)
    let gap = result.between("mean_error", .difference, attribute: "g")
    #expect(gap?.pValue == nil && gap?.value == nil)
  }

  /// Squares of squares of such numbers are infinite: they are told without limits and tests.
  @Test(arguments: [1e40, 1e160, 1e300], [2, 3])
  func numbersWithoutSquaresAreToldWithoutLimits(size: Double, groups: Int) throws {
    var audited = rows([0, 1, 2].filter { $0 < groups })
    for row in [0, 3, 8] { audited.labels[row] = Double(row - 3) * size }
    let result = try audited.audit()
    #expect(result.overall["mean_error"]?.value?.isFinite == true)
    for row in result.disparities {
      #expect(row.low.map(\.isFinite) ?? true && row.high.map(\.isFinite) ?? true)
      #expect(row.pValue.map { $0 >= 0 && $0 <= 1 } ?? true)
    }
  }

  // MARK: Classes

  private func classes(_ n: Int, seed: UInt64) throws -> (MulticlassCounts, [Int], [Int], [Int]) {
    var random = SeededGenerator(seed: seed)
    let groups = (0..<n).map { _ in Int.random(in: 0..<2, using: &random) }
    let labels = (0..<n).map { _ in Int.random(in: 0..<3, using: &random) }
    let found = zip(labels, groups).map { label, group in
      Double.random(in: 0..<1, using: &random) < 0.8 - 0.12 * Double(group)
        ? label : (label + 1) % 3
    }
    let counts = try MulticlassCounts(
      attributes: [
        GroupIndex(attribute: "g", codes: Buffer(groups.map { UInt16($0) }), names: ["a", "b"])
      ], classes: ["x", "y", "z"], labels: Buffer(labels.map { UInt16($0) }),
      predictions: Buffer(found.map { UInt16($0) }))
    return (counts, groups, labels, found)
  }

  @Test func classesAreAuditedAgainstTheRestAndTogether() throws {
    let (counts, groups, labels, found) = try classes(900, seed: 4)
    let result = try MulticlassAudit().run(counts)
    #expect(result.task == .multiclass && result.classes?.map(\.name) == ["x", "y", "z"])
    for (code, name) in ["a", "b"].enumerated() {
      let members = groups.indices.filter { groups[$0] == code }
      let right = members.count { labels[$0] == found[$0] }
      let accuracy = try #require(
        result.estimate("accuracy_score", attribute: "g", group: name))
      #expect(accuracy.value == Double(right) / Double(members.count))
      #expect(accuracy.interval == "wilson")
      var recalls = 0.0
      for k in 0..<3 {
        let positives = members.filter { labels[$0] == k }
        let recall = Double(positives.count { found[$0] == k }) / Double(positives.count)
        recalls += recall / 3
        let rate = try #require(
          result.classes?[k].audit.estimate("true_positive_rate", attribute: "g", group: name))
        #expect(rate.value == recall)
      }
      let macro = try #require(
        result.estimate("macro_recall_score", attribute: "g", group: name)?.value)
      #expect(abs(macro - recalls) < 1e-14)
    }
    // One family: no adjusted p is below the smallest p times the number of hypotheses' floor.
    let all = result.disparities + result.classes!.flatMap(\.audit.disparities)
    #expect(all.allSatisfy { ($0.adjustedP ?? 1) >= ($0.pValue ?? 0) })
    let alone = try Audit().run(counts.oneVersusRest(0))
    let raised = zip(alone.disparities, result.classes![0].audit.disparities).contains {
      ($0.adjustedP ?? 0) < ($1.adjustedP ?? 0)
    }
    #expect(raised, "more comparisons, larger adjusted p")
  }

  @Test func twoClassesAreTheBinaryAudit() throws {
    var random = SeededGenerator(seed: 8)
    let n = 400
    let codes = (0..<n).map { _ in UInt16.random(in: 0..<3, using: &random) }
    let labels = (0..<n).map { _ in UInt8.random(in: 0...1, using: &random) }
    let found = (0..<n).map { _ in UInt8.random(in: 0...1, using: &random) }
    let group = GroupIndex(attribute: "g", codes: Buffer(codes), names: ["a", "b", "c"])
    let binary = try Audit().run(
      Outcomes(attributes: [group], labels: Buffer(labels), predictions: Buffer(found)))
    let several = try MulticlassAudit().run(
      MulticlassCounts(
        attributes: [group], classes: ["0", "1"], labels: Buffer(labels.map { UInt16($0) }),
        predictions: Buffer(found.map { UInt16($0) })))
    #expect(several.classes?[1].audit.groups == binary.groups)
    #expect(several.overall["accuracy_score"] == binary.overall["accuracy_score"])
  }

  // MARK: What rows could have shown

  @Test func detectableGapsAreFoundWithTheirPower() throws {
    let (counts, _, _, _) = try classes(600, seed: 9)
    let gaps = DetectableGap.all(of: counts.oneVersusRest(0))
    let gap = try #require(gaps.first { $0.metric == "selection_rate" && $0.group == "a" })
    let drop = try #require(gap.drop)
    let power = Power.ofTwoProportions(
      gap.rest - drop, of: gap.trials, gap.rest, of: gap.restTrials, alpha: gap.alpha)
    #expect(abs(power - 0.8) < 1e-6 && gap.alpha == 0.05)
    #expect(abs(gap.difference - (gap.rate - gap.rest)) < 1e-15)
    #expect(gap.difference * gap.cohensH >= 0)
  }

  @Test func steadiedRatesOfLikeCellsAreAsSureAsTheCommonRate() throws {
    let alike = try #require(
      Shrinkage((0..<8).map { Proportion(20 + $0 % 2, of: 40) }))
    let pooled = ProportionInterval.wilson(Proportion(164, of: 320), confidence: 0.95)
    let width = alike.estimates[0].high! - alike.estimates[0].low!
    #expect(width > 0.95 * (pooled.high - pooled.low), "\(width)")
    #expect(width < 1.3 * (pooled.high - pooled.low), "\(width)")
  }

  @Test func bootstrapIntervalsHoldTheirValuesAndSayWhatTheyLeaveOut() throws {
    let (counts, _, _, _) = try classes(500, seed: 10)
    let table = BootstrapTable(
      counts.oneVersusRest(1), bootstrap: CellBootstrap(replicates: 500, seed: 3))
    #expect(table.leftOut.isEmpty && table.rows.count > 20)
    #expect(table.rows.allSatisfy { $0.low <= $0.value && $0.value <= $0.high })
    let again = BootstrapTable(
      counts.oneVersusRest(1),
      bootstrap: CellBootstrap(replicates: 500, seed: 3, pool: WorkerPool(threads: 1)))
    #expect(again == table)
  }
}
