import Criteria
import Datasets
import LinearAlgebra
import TestSupport
import Testing

/// Rows with three groups, two strata, labels, weights and fractional predictions.
private struct Rows {
  let group: [Int], stratum: [Int], label: [Int], weight: [Double], prediction: [Double]
  let scope: ConstraintScope

  init(seed: UInt64, controls: Bool, n: Int = 120) {
    var generator = SeededGenerator(seed: seed)
    let group = (0..<n).map { _ in Int.random(in: 0..<3, using: &generator) }
    let stratum = (0..<n).map { _ in Int.random(in: 0..<2, using: &generator) }
    label = (0..<n).map { _ in Int.random(in: 0...1, using: &generator) }
    weight = (0..<n).map { _ in Double.random(in: 0...2, using: &generator) }
    prediction = (0..<n).map { _ in Double.random(in: 0...1, using: &generator) }
    self.group = group
    self.stratum = controls ? stratum : Array(repeating: 0, count: n)
    scope = ConstraintScope(
      sensitive: [GroupIndex(attribute: "g", values: group.map { "g\($0)" })],
      controls: controls ? [GroupIndex(attribute: "c", values: stratum.map { "c\($0)" })] : [],
      labels: Buffer(label.map { UInt8($0) }), sampleWeights: weight)
  }

  /// Σ s·h by cell.
  var sums: [Double] {
    var sums = [Double](repeating: 0, count: scope.cells.count)
    for i in label.indices {
      sums[Int(scope.cells.codes[i])] += weight[i] * prediction[i]
    }
    return sums
  }

  /// The weighted mean utility over the rows that a rate counts and that satisfy a condition.
  func mean(_ rate: Rate, where holds: (Int) -> Bool) -> Double {
    var sum = 0.0, total = 0.0
    for i in label.indices where holds(i) {
      guard let u = rate.utility(ofLabel: label[i]) else { continue }
      sum += weight[i] * (u.ifNegative + (u.ifPositive - u.ifNegative) * prediction[i])
      total += weight[i]
    }
    return sum / total
  }
}

private let constraintNames = Criterion.linear.map(\.name)

extension Criterion {
  /// The rates by the names that rows of constraints have for their events.
  fileprivate var rateOfEvent: [String: Rate] {
    Dictionary(
      uniqueKeysWithValues: rates.map { rate in
        (rate.labels.count == 2 ? "all" : "label=\(rate.labels.first!)", rate)
      })
  }
}

@Suite struct ParityConstraintTests {
  /// Every γ, by its name, against averages over the rows.
  @Test(arguments: constraintNames, [false, true])
  func momentsAreThoseOfTheRows(name: String, controls: Bool) throws {
    let criterion = Criterion.named(name)!
    let rows = Rows(seed: 7, controls: controls)
    let ratio = 0.8
    let compiled = ParityRequirement(criterion, .ratio(ratio, slack: 0.02)).compile(
      rows.scope, form: .pairwise, sums: .positives)
    let events = criterion.rateOfEvent
    #expect(compiled.rows.count == 2 * 3 * events.count * (controls ? 2 : 1))
    for (row, value) in zip(compiled.rows, compiled.moments(rows.sums)) {
      let parts = row.name.split(separator: "|").map(String.init)
      let pieces = parts[1].split(separator: ",").map(String.init)
      let event = pieces.last!, group = Int(parts[2].dropFirst())!
      let stratum = controls ? Int(pieces[0].dropFirst("c=c".count))! : 0
      let rate = try #require(events[event])
      let all = rows.mean(rate) { rows.stratum[$0] == stratum }
      let mine = rows.mean(rate) { rows.stratum[$0] == stratum && rows.group[$0] == group }
      let expected = parts[0] == "+" ? ratio * mine - all : ratio * all - mine
      #expect(abs(value - expected) < 1e-12, "\(row.name)")
      #expect(row.bound == 0.02)
    }
  }

  /// λ·γ is affine in the predictions, and its slope in a row's prediction is the row's weight
  /// times its cell's cost: against a finite difference over the rows.
  @Test(arguments: constraintNames, ParityBound.Comparison.allCases)
  func costsAreTheSlopesOfTheRows(name: String, comparison: ParityBound.Comparison) {
    let rows = Rows(seed: 11, controls: true)
    let compiled = ParityRequirement(
      Criterion.named(name)!, .ratio(0.9, slack: 0, comparison)
    ).compile(rows.scope, form: .pairwise, sums: .positives)
    var generator = SeededGenerator(seed: 5)
    let multipliers = compiled.rows.map { _ in Double.random(in: 0...2, using: &generator) }
    let costs = compiled.costs(multipliers)
    let sums = rows.sums
    func lagrangian(_ s: [Double]) -> Double {
      zip(multipliers, compiled.moments(s)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for i in 0..<rows.label.count {
      var moved = sums
      moved[Int(rows.scope.cells.codes[i])] += rows.weight[i]
      let slope = lagrangian(moved) - lagrangian(sums)
      #expect(abs(slope - rows.weight[i] * costs[Int(rows.scope.cells.codes[i])]) < 1e-12)
    }
  }

  /// The dense definition: a matrix with a row for each data row and a column for each inequality.
  @Test func costsAreThoseOfTheDenseMatrix() {
    let rows = Rows(seed: 3, controls: false)
    let compiled = ParityRequirement(.equalizedOdds, .difference(0.1)).compile(
      rows.scope, form: .pairwise, sums: .positives)
    var generator = SeededGenerator(seed: 9)
    let multipliers = compiled.rows.map { _ in Double.random(in: 0...2, using: &generator) }
    let costs = compiled.costs(multipliers)
    func share(_ holds: (Int) -> Bool) -> Double {
      rows.label.indices.reduce(0) { $0 + (holds($1) ? rows.weight[$1] : 0) }
    }
    for i in rows.label.indices {
      var dense = 0.0
      for (row, lambda) in zip(compiled.rows, multipliers) {
        let parts = row.name.split(separator: "|").map(String.init)
        let label = Int(parts[1].suffix(1))!, group = Int(parts[2].dropFirst())!
        guard rows.label[i] == label else { continue }
        let event = 1 / share { rows.label[$0] == label }
        let cell =
          rows.group[i] == group
          ? 1 / share { rows.label[$0] == label && rows.group[$0] == group } : 0
        dense += lambda * (parts[0] == "+" ? cell - event : event - cell)
      }
      #expect(abs(dense - costs[Int(rows.scope.cells.codes[i])]) < 1e-12)
    }
  }

  @Test(arguments: constraintNames)
  func boundBetweenGroupsIsWhatTheMetricsReport(name: String) {
    let rows = Rows(seed: 21, controls: false)
    let criterion = Criterion.named(name)!
    let between = ParityRequirement(criterion, .difference(0, .betweenGroups)).compile(
      rows.scope, form: .pairwise, sums: .positives)
    var largest = 0.0, fromOverall = 0.0
    for rate in criterion.rates {
      let rates = (0..<3).map { g in rows.mean(rate) { rows.group[$0] == g } }
      let all = rows.mean(rate) { _ in true }
      largest = max(largest, rates.max()! - rates.min()!)
      fromOverall = max(fromOverall, rates.map { abs($0 - all) }.max()!)
    }
    #expect(abs(between.moments(rows.sums).max()! - largest) < 1e-12)
    let found = between.disparities(rows.sums)
    #expect(abs(found.betweenGroups! - largest) < 1e-12)
    #expect(abs(found.toOverall! - fromOverall) < 1e-12)
  }

  /// With an anchor at the best place the two forms allow the same sums.
  @Test func anchoredRowsSayTheSameAsPairs() {
    let rows = Rows(seed: 31, controls: false)
    let requirement = ParityRequirement(
      .demographicParity, .ratio(0.7, slack: 0.01, .betweenGroups))
    let pairs = requirement.compile(rows.scope, form: .pairwise, sums: .positives)
    let anchored = requirement.compile(rows.scope, form: .anchored, sums: .positives)
    let sums = rows.sums
    let worstPair = zip(pairs.moments(sums), pairs.bounds).map { $0 - $1 }.max()!
    let highest = anchored.rateValues(sums)[1...].max()!
    let worstAnchored = zip(anchored.moments(sums), anchored.rows).map {
      $0 + $1.anchor!.coefficient * highest - $1.bound
    }.max()!
    #expect(abs(max(0, worstPair) - max(0, worstAnchored)) < 1e-12)
  }

  @Test func groupsWithoutWeightAreNotConstrained() {
    let group = GroupIndex(attribute: "g", values: ["a", "b", "c"])
    let scope = ConstraintScope(
      sensitive: [group], labels: Buffer<UInt8>([0, 1, 1]), sampleWeights: [1, 1, 0])
    let compiled = ParityRequirement(.equalOpportunity, .difference(0)).compile(
      scope, form: .pairwise, sums: .positives)
    #expect(compiled.rows.map(\.name) == ["+|label=1|b", "-|label=1|b"])
  }

  @Test func severalRequirementsStack() {
    let rows = Rows(seed: 41, controls: false)
    let first = ParityRequirement(.demographicParity, .difference(0.1))
      .compile(rows.scope, form: .anchored, sums: .positives)
    let second = ParityRequirement(.equalizedOdds, .difference(0.2, .betweenGroups))
      .compile(rows.scope, form: .anchored, sums: .positives)
    var both = first
    both.append(second)
    let sums = rows.sums
    #expect(both.moments(sums) == first.moments(sums) + second.moments(sums))
    #expect(both.bounds == first.bounds + second.bounds)
    #expect(both.anchors == 2)
    #expect(Set(both.rows.compactMap { $0.anchor?.index }) == [0, 1])
  }

  @Test func boundedGroupLossIsTheErrorOfEachGroup() {
    let rows = Rows(seed: 51, controls: false)
    let compiled = BoundedGroupLoss(.zeroOne, upperBound: 0.3)
      .compile(rows.scope, form: .pairwise, sums: .positives)
    let values = compiled.moments(rows.sums)
    for g in 0..<3 {
      let expected = rows.mean(.errorRate) { rows.group[$0] == g }
      #expect(abs(values[g] - expected) < 1e-12)
    }
    #expect(GroupLoss.square(0...1).value(label: 3, prediction: 0.5) == 0.25)
    #expect(GroupLoss.absolute(0...4).value(label: 3, prediction: 0.5) == 2.5)
    #expect(GroupLoss.zeroOne.value(label: 1, prediction: 0) == 1)
  }

  @Test func costsOfWrongPredictions() {
    let rows = Rows(seed: 61, controls: false)
    let objective = ErrorCosts(falsePositive: 1, falseNegative: 3)
      .functional(rows.scope.cells, sums: .positives)
    var expected = 0.0
    for i in rows.label.indices {
      let h = rows.prediction[i]
      expected += rows.weight[i] * (rows.label[i] == 1 ? 3 * (1 - h) : h)
    }
    expected /= rows.weight.reduce(0, +)
    #expect(abs(objective.value(rows.sums) - expected) < 1e-12)
  }
}
