import Auditing
import Criteria
import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite struct RegressionFrameTests {
  @Test(arguments: [false, true])
  func metricsAreThoseOfTheDefinition(weighted: Bool) throws {
    var random = SeededGenerator(seed: 3)
    let n = 2_000
    let groups = (0..<n).map { _ in ["a", "b", "c"].randomElement(using: &random)! }
    // A large mean: sums about zero would lose half of the digits.
    let labels = (0..<n).map { _ in 1e6 + Double.random(in: -1...1, using: &random) }
    let predictions = labels.map { $0 + Double.random(in: -0.5...0.6, using: &random) }
    let weights = (0..<n).map { _ in weighted ? Double(Int.random(in: 0...3, using: &random)) : 1 }
    let frame = MetricFrame(
      try RegressionCounts(
        attributes: [GroupIndex(attribute: "g", values: groups)], labels: Buffer(labels),
        predictions: Buffer(predictions), weights: weighted ? Buffer(weights) : nil))
    for (g, name) in frame.groups.enumerated() {
      let rows = (0..<n).filter { groups[$0] == name[0] }
      func mean(_ value: (Int) -> Double) -> Double {
        rows.reduce(0) { $0 + weights[$1] * value($1) } / rows.reduce(0) { $0 + weights[$1] }
      }
      let average = mean { labels[$0] }
      let squared = mean { pow(predictions[$0] - labels[$0], 2) }
      let wanted = [
        "mean_label": average, "mean_prediction": mean { predictions[$0] },
        "mean_error": mean { predictions[$0] - labels[$0] },
        "mean_absolute_error": mean { abs(predictions[$0] - labels[$0]) },
        "mean_squared_error": squared, "root_mean_squared_error": squared.squareRoot(),
        "r2_score": 1 - squared / mean { pow(labels[$0] - average, 2) },
        "max_error": rows.filter { weights[$0] > 0 }.map { abs(predictions[$0] - labels[$0]) }
          .max()!,
      ]
      for (metric, value) in wanted {
        #expect(close(frame.strata[0].groups[g][metric]!.value!, value, 1e-9), "\(metric)")
      }
    }
    #expect(
      DerivedMetric(metric: "r2_score", transform: .groupMin).value(in: frame).value
        == frame.groupMin("r2_score")[0].value)
  }

  @Test func constantLabelsHaveNoDetermination() throws {
    let counts = try RegressionCounts(
      attributes: [GroupIndex(attribute: "g", values: ["a", "a", "b"])],
      labels: Buffer([2, 2, 1]), predictions: Buffer([1, 2, 3]))
    let frame = MetricFrame(counts)
    #expect(frame.byGroup("r2_score")[0][0].reason == "the labels do not vary")
    #expect(throws: CountingError.badScore(row: 1, of: 1)) {
      try RegressionCounts(
        attributes: [GroupIndex(attribute: "g", values: ["a", "b"])], labels: Buffer([1, 2]),
        predictions: Buffer([1, .nan]))
    }
  }
}

@Suite struct MulticlassTests {
  @Test func eachClassAgainstTheRestIsABinaryAudit() throws {
    var random = SeededGenerator(seed: 5)
    let n = 1_000
    let groups = GroupIndex(
      attribute: "g", values: (0..<n).map { _ in ["a", "b"].randomElement(using: &random)! })
    let labels = (0..<n).map { _ in UInt16.random(in: 0..<4, using: &random) }
    let predictions = (0..<n).map { _ in UInt16.random(in: 0..<4, using: &random) }
    let weights = (0..<n).map { _ in Double.random(in: 0...2, using: &random) }
    for weighted in [false, true] {
      let counts = try MulticlassCounts(
        attributes: [groups], classes: ["p", "q", "r", "s"], labels: Buffer(labels),
        predictions: Buffer(predictions), weights: weighted ? Buffer(weights) : nil)
      for c in 0..<4 {
        let binary = try OutcomeCounts(
          counting: Outcomes(
            attributes: [groups], labels: Buffer(labels.map { $0 == c ? 1 : 0 }),
            predictions: Buffer(predictions.map { $0 == c ? 1 : 0 }),
            weights: weighted ? Buffer(weights) : nil))
        let found = counts.oneVersusRest(c)
        #expect(found.combinations == binary.combinations && found.inputs == binary.inputs)
        for (a, b) in zip(found.tallies, binary.tallies) {
          #expect(a.rows == b.rows)
          for s in 0..<4 { #expect(close(a.weights[s], b.weights[s])) }
          for s in 0..<4 { #expect(close(a.squares[s], b.squares[s])) }
        }
      }
      let rows = (0..<n).filter { groups[$0] == 0 }
      let right = rows.filter { labels[$0] == predictions[$0] }
      func sum(_ rows: [Int]) -> Double { rows.reduce(0) { $0 + (weighted ? weights[$1] : 1) } }
      #expect(close(counts.accuracy(of: 0).value!, sum(right) / sum(rows)))
      let macro = counts.macro(Metrics.named("recall")!, of: 0)
      let recalls = (0..<4).map { c in
        sum(right.filter { labels[$0] == c }) / sum(rows.filter { labels[$0] == c })
      }
      #expect(close(macro.value.value!, recalls.reduce(0, +) / 4) && macro.classes == 4)
    }
  }

  @Test func aClassWithoutANameIsAnError() {
    #expect(throws: CountingError.badGroup(attribute: "prediction", row: 1, code: 2, groups: 2)) {
      try MulticlassCounts(
        attributes: [GroupIndex(attribute: "g", values: ["a", "b"])], classes: ["p", "q"],
        labels: Buffer([0, 1]), predictions: Buffer([0, 2]))
    }
  }
}

@Suite struct IndexTests {
  /// All persons alike; one has everything; and scaling changes nothing.
  @Test func inequalityHasItsLimits() {
    let alike = BenefitDistribution([3, 3, 3])
    let lone = BenefitDistribution([0, 0, 0, 8])
    for alpha in [-1.0, 0, 0.5, 1, 2] {
      #expect(abs(alike.generalizedEntropy(alpha).value!) < 1e-12)
    }
    #expect(close(lone.theil.value!, log(4)))
    #expect(close(lone.generalizedEntropy(2).value!, 0.5 * (16.0 / 4 - 1)))
    #expect(close(lone.coefficientOfVariation.value!, 3.0.squareRoot()))
    #expect(lone.generalizedEntropy(0).value == nil && lone.generalizedEntropy(-1).value == nil)
    #expect(lone.atkinson(1) == .value(1) && lone.atkinson(2) == .value(1))
    #expect(close(lone.atkinson(0.5).value!, 1 - pow(0.25 * 2, 2)))
    let spread = BenefitDistribution([1, 2, 5], weights: [2, 1, 3])
    let repeated = BenefitDistribution([10, 10, 20, 50, 50, 50])
    for alpha in [-1.0, 0, 0.5, 1, 2] {
      #expect(
        close(spread.generalizedEntropy(alpha).value!, repeated.generalizedEntropy(alpha).value!))
    }
    #expect(close(spread.atkinson(0.7).value!, repeated.atkinson(0.7).value!))
    #expect(BenefitDistribution([0, 0]).theil.reason == "no person has a benefit")
  }

  /// The whole is the part between groups and the weighted parts within.
  @Test func theilDecomposesExactly() throws {
    let counts = try GoldenCase("multi_k5").counts()
    let groups = counts.marginal(of: [0]).tallies
    let whole = BenefitDistribution(decisionsOf: counts.overall)
    let between = BenefitDistribution(groupMeans: groups).theil.value!
    let within = groups.reduce(0.0) { sum, tally in
      let part = BenefitDistribution(decisionsOf: tally)
      return sum + part.total * part.mean / (whole.total * whole.mean) * part.theil.value!
    }
    #expect(close(whole.theil.value!, between + within))
  }

  @Test func theDataAreMeasuredBeforeAnyModel() {
    let few = Tally(trueNegatives: 10, falsePositives: 0, falseNegatives: 30, truePositives: 0)
    let many = Tally(trueNegatives: 80, falsePositives: 0, falseNegatives: 80, truePositives: 0)
    #expect(close(DataImbalance.classImbalance(few, many).value!, (160.0 - 40) / 200))
    #expect(
      close(
        DataImbalance.divergence(few, from: many).value!,
        0.75 * log(0.75 / 0.5) + 0.25 * log(0.25 / 0.5)))
    let all = Tally(trueNegatives: 90, falsePositives: 0, falseNegatives: 110, truePositives: 0)
    let disparity = 10.0 / 90 - 30.0 / 110
    #expect(close(DataImbalance.demographicDisparity(few, among: all).value!, disparity))
    let other = 80.0 / 90 - 80.0 / 110
    #expect(
      close(
        DataImbalance.weightedDemographicDisparity([few, many]).value!,
        (40 * disparity + 160 * other) / 200))
    #expect(
      close(
        DataImbalance.conditionalDemographicDisparity([(few, all), (many, all)]).value!,
        0.5 * (disparity + other)))
    let nobody = Tally(trueNegatives: 5, falsePositives: 0, falseNegatives: 0, truePositives: 0)
    #expect(DataImbalance.divergence(many, from: nobody).value == nil)
    #expect(
      DataImbalance.demographicDisparity(nobody, among: nobody).reason == "nobody is accepted")
  }

  @Test func everyIndexIsToldOnceAndNeedsWhatItSays() throws {
    #expect(Set(Indices.all.map(\.name)).count == Indices.all.count)
    let groups = [GroupIndex(attribute: "g", values: ["a", "a", "b", "b"])]
    let labels = try Audit().run(
      Outcomes(attributes: groups, labels: Buffer([0, 1, 0, 1])))
    #expect(labels.indices["theil_index"] == nil && labels.indices["kl_divergence"]!.value == 0)
    #expect(labels.indices["class_imbalance"]!.value == 0)
  }
}

@Suite struct ConsistencyTests {
  /// All distances, sorted; ties at the k-th shared out.
  private func bruteForce(
    _ points: [[Double]], _ y: [Double], _ k: Int, includesSelf: Bool
  ) -> Double {
    let gaps = points.indices.map { i -> Double in
      let others = points.indices.filter { includesSelf || $0 != i }.map { j in
        (distance: zip(points[i], points[j]).reduce(0) { $0 + pow($1.0 - $1.1, 2) }, y: y[j])
      }.sorted { $0.distance < $1.distance }
      let wanted = min(k, others.count)
      let edge = others[wanted - 1].distance
      let near = others.filter { $0.distance < edge }, tied = others.filter { $0.distance == edge }
      let share = Double(wanted - near.count) / Double(tied.count)
      let sum = near.reduce(0) { $0 + $1.y } + share * tied.reduce(0) { $0 + $1.y }
      return abs(y[i] - sum / Double(wanted))
    }
    return 1 - gaps.reduce(0, +) / Double(gaps.count)
  }

  @Test(arguments: [(1, 3), (2, 10), (8, 1_000), (3, 2), (1, 1)])
  func neighboursAreThoseOfAllDistances(shape: (Int, Int)) {
    var random = SeededGenerator(seed: UInt64(shape.0 * 100 + shape.1))
    for n in [1, 2, 7, 40, 400] {
      // Whole numbers below a limit: many rows are equal and many distances tie.
      let points = (0..<n).map { _ in
        (0..<shape.0).map { _ in Double(Int.random(in: 0..<shape.1, using: &random)) }
      }
      let y = (0..<n).map { _ in Double(Int.random(in: 0...1, using: &random)) }
      for includesSelf in [false, true] where includesSelf || n > 1 {
        for k in [1, 5, 50] {
          let found = Consistency(neighbors: k, includesSelf: includesSelf).value(
            features: Matrix(points), outcomes: y)
          let wanted = bruteForce(points, y, k, includesSelf: includesSelf)
          #expect(close(found.value!, wanted), "\(n) rows, \(k) neighbours, \(includesSelf)")
        }
      }
    }
  }

  @Test func orderThreadsAndRepetitionChangeNothing() {
    var random = SeededGenerator(seed: 8)
    let points = (0..<300).map { _ in
      (0..<3).map { _ in Double(Int.random(in: 0..<4, using: &random)) }
    }
    let y = points.map { _ in Double(Int.random(in: 0...1, using: &random)) }
    let weights = points.map { _ in Double(Int.random(in: 0...2, using: &random)) }
    func value(_ order: [Int], pool: WorkerPool = .serial) -> Double {
      Consistency().value(
        features: Matrix(order.map { points[$0] }), outcomes: order.map { y[$0] }, pool: pool
      ).value!
    }
    let order = Array(points.indices)
    #expect(value(order) == value(order, pool: WorkerPool(threads: 3)))
    #expect(close(value(order), value(order.shuffled(using: &random))))
    let weighted = Consistency().value(features: Matrix(points), outcomes: y, weights: weights)
    let repeated = order.flatMap { Array(repeating: $0, count: Int(weights[$0])) }
    #expect(close(weighted.value!, value(repeated)))
    #expect(
      Consistency().value(features: Matrix([[1.0]]), outcomes: [1]).reason
        == "a single row has no neighbour")
  }

  @Test func missingValuesAreToldByGroup() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "equipoise-missing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("rows.csv")
    try "income,job,whole,sex,y\n1,a,1,f,0\n,b,2,f,1\n3,NA,3,m,0\n4,a,4,m,1\n,,5,m,1\n"
      .write(to: file, atomically: true, encoding: .utf8)
    let options = DataOptions(label: "y", sensitive: ["sex"], missing: .keep)
    let data: Dataset<Double> = try DataReader(options: options).read(.path(file.path))
    let found = MissingShare.all(data)
    #expect(Set(found.map(\.column)) == ["income", "job"])
    let men = found.first { $0.column == "income" && $0.value == "m" }!
    #expect(men.rows == 3 && men.missing == 1 && close(men.share!, 1.0 / 3))
    let jobs = found.first { $0.column == "job" && $0.value == "m" }!
    #expect(jobs.missing == 2)
  }
}

@Suite struct RowFrameTests {
  /// Counted by rows or by cells: one frame.
  @Test func functionsOfRowsAgreeWithCounts() throws {
    let golden = try GoldenCase("edge_empty_control_cell")
    let outcomes = golden.outcomes(weighted: false)
    let predictions = outcomes.predictions!
    let rows = MetricFrame(
      metrics: ["selection_rate"], attributes: [outcomes.attributes[0]],
      controls: [outcomes.attributes[1]]
    ) { rows in
      let selected = rows.reduce(0) { $0 + Double(predictions[$1]) }
      return ["selection_rate": .value(selected / Double(rows.count))]
    }
    let counted = try golden.frame(controls: ["control"])
    #expect(rows.groups == counted.groups)
    #expect(rows.byGroup("selection_rate") == counted.byGroup("selection_rate"))
    #expect(rows.overall("selection_rate") == counted.overall("selection_rate"))
    #expect(rows.ratio("selection_rate") == counted.ratio("selection_rate"))
  }

  @Test func weightsTooLargeToBeAddedLeaveNoNumber() {
    let tally = Tally(
      rows: SIMD4(1, 1, 1, 1), weights: SIMD4(1e308, 1e308, 1e308, 1e308),
      squares: SIMD4(1, 1, 1, 1))
    for metric in Metrics.available(for: [.labels, .predictions]) {
      if let value = metric.measure(tally).value { #expect(value.isFinite, "\(metric.name)") }
    }
  }
}
