import Auditing
import Criteria
import Datasets
import LinearAlgebra
import TestSupport
import Testing

/// Random rows with groups of two attributes, and everything counted one row at a time.
private struct Rows {
  var first: [String] = [], second: [String] = []
  var labels: [UInt8] = [], predictions: [UInt8] = []
  var scores: [Double] = [], weights: [Double] = []

  init(_ n: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<n {
      first.append(["a", "b", "c"].randomElement(using: &random)!)
      second.append(["u", "v"].randomElement(using: &random)!)
      labels.append(UInt8.random(in: 0...1, using: &random))
      predictions.append(UInt8.random(in: 0...1, using: &random))
      // Few values, so that there are ties.
      scores.append(Double(Int.random(in: 0...20, using: &random)) / 20)
      weights.append(Double(Int.random(in: 0...3, using: &random)))
    }
  }

  func outcomes(weighted: Bool) -> Outcomes {
    Outcomes(
      attributes: [
        GroupIndex(attribute: "first", values: first),
        GroupIndex(attribute: "second", values: second),
      ], labels: Buffer(labels), predictions: Buffer(predictions), scores: Buffer(scores),
      weights: weighted ? Buffer(weights) : nil)
  }

  func share(
    where condition: (Int) -> Bool, of part: (Int) -> Bool, weighted: Bool
  ) -> Double {
    var over = 0.0, under = 0.0
    for i in labels.indices where condition(i) {
      let w = weighted ? weights[i] : 1
      under += w
      if part(i) { over += w }
    }
    return over / under
  }
}

@Suite struct CountingTests {
  @Test(arguments: [false, true])
  func ratesAreThoseOfABruteForceCount(weighted: Bool) throws {
    let rows = Rows(5_000, seed: 3)
    let result = try Audit(options: AuditOptions(intersections: 2)).run(
      rows.outcomes(weighted: weighted))
    for (attribute, value) in [("first", "b"), ("second", "v"), ("first×second", "c×u")] {
      func inside(_ i: Int) -> Bool {
        switch attribute {
        case "first": rows.first[i] == value
        case "second": rows.second[i] == value
        default: "\(rows.first[i])×\(rows.second[i])" == value
        }
      }
      let expected = [
        "selection_rate": rows.share(
          where: inside, of: { rows.predictions[$0] == 1 }, weighted: weighted),
        "true_positive_rate": rows.share(
          where: { inside($0) && rows.labels[$0] == 1 }, of: { rows.predictions[$0] == 1 },
          weighted: weighted),
        "precision_score": rows.share(
          where: { inside($0) && rows.predictions[$0] == 1 }, of: { rows.labels[$0] == 1 },
          weighted: weighted),
        "accuracy_score": rows.share(
          where: inside, of: { rows.predictions[$0] == rows.labels[$0] }, weighted: weighted),
      ]
      for (metric, wanted) in expected {
        let found = result.estimate(metric, attribute: attribute, group: value)?.value
        #expect(abs(found! - wanted) < 1e-12, "\(metric) of \(value)")
      }
    }
  }

  @Test(arguments: [false, true])
  func theAreaIsTheShareOfOrderedPairs(weighted: Bool) throws {
    let rows = Rows(600, seed: 5)
    var wins = 0.0, pairs = 0.0
    for i in 0..<600 where rows.labels[i] == 1 {
      for j in 0..<600 where rows.labels[j] == 0 {
        let w = weighted ? rows.weights[i] * rows.weights[j] : 1
        pairs += w
        wins +=
          w * (rows.scores[i] > rows.scores[j] ? 1 : rows.scores[i] == rows.scores[j] ? 0.5 : 0)
      }
    }
    let result = try Audit().run(rows.outcomes(weighted: weighted))
    #expect(abs(result.overall["roc_auc_score"]!.value! - wins / pairs) < 1e-12)
    let binned = try Audit(options: AuditOptions(ranking: .histogram(bins: 64))).run(
      rows.outcomes(weighted: weighted))
    #expect(abs(binned.overall["roc_auc_score"]!.value! - wins / pairs) < 1e-12)
  }

  /// Bins hold weights, which may be more than an integer or their product a number can hold.
  @Test(arguments: [1e25, 1e300])
  func areasOfHugeWeightsAreTheSameOrNone(scale: Double) throws {
    var rows = Rows(600, seed: 5)
    let options = AuditOptions(ranking: .histogram(bins: 64))
    let usual = try Audit(options: options).run(rows.outcomes(weighted: true))
    rows.weights = rows.weights.map { $0 * scale }
    let huge = try Audit(options: options).run(rows.outcomes(weighted: true))
    let rate = (usual.overall["selection_rate"]?.value, huge.overall["selection_rate"]?.value)
    #expect(abs(try #require(rate.0) - #require(rate.1)) < 1e-12)
    guard scale < 1e150 else {
      #expect(huge.overall["roc_auc_score"]?.value == nil)
      return
    }
    let area = (usual.overall["roc_auc_score"]?.value, huge.overall["roc_auc_score"]?.value)
    #expect(abs(try #require(area.0) - #require(area.1)) < 1e-12)
  }

  @Test func threadsAndPartsChangeNothing() throws {
    let rows = Rows(300_000, seed: 7)
    let outcomes = rows.outcomes(weighted: false)
    let one = try OutcomeCounts(counting: outcomes, scoreBins: 32, pool: .serial)
    let three = try OutcomeCounts(counting: outcomes, scoreBins: 32, pool: WorkerPool(threads: 3))
    #expect(one == three)
    func part(_ range: Range<Int>) throws -> OutcomeCounts {
      try OutcomeCounts(
        counting: Outcomes(
          attributes: outcomes.attributes.map { $0.selecting(Array(range)) },
          labels: Buffer(Array(rows.labels[range])),
          predictions: Buffer(Array(rows.predictions[range]))))
    }
    var merged = try part(0..<1_000)
    try merged.merge(try part(1_000..<299_999))
    try merged.merge(try part(299_999..<300_000))
    let whole = try part(0..<300_000)
    #expect(merged == whole)
  }

  @Test func whatCannotBeEstimatedIsAbsentWithItsReason() throws {
    let outcomes = Outcomes(
      attributes: [GroupIndex(attribute: "g", values: ["a", "a", "b", "b"])],
      labels: Buffer([0, 1, 0, 0]), predictions: Buffer([0, 1, 1, 0]))
    let result = try Audit().run(outcomes)
    let rate = result.estimate("true_positive_rate", attribute: "g", group: "b")!
    #expect(rate.value == nil && rate.status == .notEstimable)
    #expect(rate.reason == "no positive labels")
    let gap = result.between("true_positive_rate", .difference, attribute: "g")!
    #expect(gap.groups == 1 && gap.of == 2 && gap.value == nil)
    let text = String(decoding: try result.json(), as: UTF8.self)
    #expect(!text.contains("nan") && !text.contains("inf"))
    #expect(
      result.estimate("selection_rate", attribute: "g", group: "a")!.status == .lowCount)
  }

  @Test func badColumnsAreNamed() {
    let groups = [GroupIndex(attribute: "g", values: ["a", "b"])]
    #expect(throws: CountingError.notBinary(column: "label", row: 1, value: 2)) {
      try OutcomeCounts(counting: Outcomes(attributes: groups, labels: Buffer([0, 2])))
    }
    #expect(throws: CountingError.badScore(row: 1, of: 1)) {
      try OutcomeCounts(
        counting: Outcomes(
          attributes: groups, labels: Buffer([0, 1]), scores: Buffer([0.5, .nan])))
    }
    #expect(throws: CountingError.badWeight(row: 0, of: 1)) {
      try OutcomeCounts(
        counting: Outcomes(
          attributes: groups, labels: Buffer([0, 1]), weights: Buffer([-1, 1])))
    }
  }
}
